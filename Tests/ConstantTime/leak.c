/* A multiplication with the classic fault: it skips the addition where a digit of the secret is zero. Both checks must find
 * it; a check that cannot fail shows nothing. */
#define multiply_twice honest_multiply_twice
#include "field_scalar.h"
#include "table.h"
#undef multiply_twice

__attribute__((noinline)) void multiply_twice(completed *out, const cached table[ENTRIES], const digits *d) {
    completed c = neutral();
    for (int i = DIGITS - 1;; i--) {
        if (d->digit[i]) {
            choice chosen = choice_of(d->digit[i]);
            c = add_digit(c, table, &chosen);
        }
        doubling next = doubling_of(c);
        for (int j = 1; j < WINDOW && i; j++) next = doubling_of(double_point(next));
        c = double_point(next);
        if (i == 0) break;
    }
    *out = c;
}

void leaking_multiplication(const uint8_t scalar[32]) {
    digits d;
    cached table[ENTRIES];
    completed out;
    recode(&d, scalar, 0);
    build_table(table, point_of(neutral()));
    multiply_twice(&out, table, &d);
}

/* The digits that a scalar is used by, for the search of what was left. */
void digits_of_scalar(uint64_t out[DIGITS], const uint8_t scalar[32]) {
    digits d;
    recode(&d, scalar, 0);
    memcpy(out, d.digit, sizeof d.digit);
}
