/* A point times a secret scalar, another point and scalar in each lane. Knows scalars for the length of a call.
 *
 * Windows of 4 bits, signed digits, tables of 1P to 8P. Constant time: a scalar is used only in recode(), which is
 * straight-line arithmetic, and in pick(), which reads all entries of a table and keeps one by masks. One scalar for all
 * lanes takes the same way: it is the same digit in every lane, which costs under 2 % and spares a second path. */
#ifndef TABLE_H
#define TABLE_H

#include "point.h"

#define WINDOW 4
#define ENTRIES 8
/* Of a number below 2^255. */
#define DIGITS 64

/* Each digit in -8 to 7, as a word for each lane. */
typedef struct { word digit[DIGITS]; } digits;

/* k / 2 modulo the group order for any k below 2^255, not reduced: below 2^254 + 2^252. The order is odd, so k or k + order
 * is even. The multiplication below gives twice what it is asked for. */
INLINE void halve(uint64_t half[4], const uint8_t scalar[32]) {
    uint64_t k[4], over = 0;
    memcpy(k, scalar, 32);
    k[3] &= ~(uint64_t)0 >> 1;
    uint64_t odd = spread(k[0] & 1);
    UNROLL for (int i = 0; i < 4; i++) {
        uint128 sum = (uint128)k[i] + (ORDER[i] & odd) + over;
        k[i] = (uint64_t)sum;
        over = (uint64_t)(sum >> 64);
    }
    UNROLL for (int i = 0; i < 4; i++) half[i] = k[i] >> 1 | (i < 3 ? k[i + 1] << 63 : 0);
}

/* The digits of half of each scalar; scalars stand `stride` bytes apart, 0 for one that all lanes share.
 * The last digit takes the last carry: the number is below 2^254 + 2^252, so it is at most 6. */
OUT_OF_LINE void recode(digits *out, const uint8_t *scalars, size_t stride) {
    uint64_t rows[4][LANES] __attribute__((aligned(64)));
    for (size_t k = 0; k < LANES; k++) {
        uint64_t half[4];
        halve(half, scalars + k * stride);
        UNROLL for (int i = 0; i < 4; i++) rows[i][k] = half[i];
    }
    word carried = word_of(0);
    for (int i = 0; i < 4; i++) {
        word row;
        memcpy(&row, rows[i], sizeof row);
        for (int j = 0; j < 16; j++) {
            word value = (row & word_of(15)) + carried;
            row >>= 4;
            carried = (value + word_of(8)) >> 4;
            out->digit[16 * i + j] = value - (carried << 4);
        }
    }
}

/* 1P to 8P: even multiples by doubling, odd ones by adding P. */
OUT_OF_LINE void build_table(cached table[ENTRIES], point p) {
    point multiple[ENTRIES];
    multiple[0] = p;
    table[0] = cached_of(p);
    for (int j = 2; j <= ENTRIES; j++) {
        completed next = j & 1 ? add_points(ready_to_add(multiple[j - 2]), table[0])
                               : double_point(ready_to_double(multiple[j / 2 - 1]));
        multiple[j - 1] = point_of(next);
        table[j - 1] = cached_of(multiple[j - 1]);
    }
}

/* A digit spread into masks: entry[0] takes the neutral element (1, 1, 2, 0), entry[j] takes jP. */
typedef struct {
    word entry[ENTRIES + 1];
    mask negative;
} choice;

INLINE choice choice_of(word digit) {
    choice c;
    word negative = hide_word(word_of(0) - (digit >> 63));
    word magnitude = (digit ^ negative) - negative;
    UNROLL for (uint64_t j = 0; j <= ENTRIES; j++)
        c.entry[j] = hide_word(word_of(0) - (((magnitude ^ word_of(j)) - word_of(1)) >> 63));
    c.negative = mask_of_words(negative);
    return c;
}

/* One coordinate of the chosen entry. `first` points to it in 1P, `neutral` is its value in the neutral element. */
INLINE fe pick(const fe *first, const choice *c, uint64_t neutral) {
    fe r = fe_small(c->entry[0] & word_of(neutral));
    UNROLL for (size_t j = 1; j <= ENTRIES; j++)
        r = fe_or_and(r, (const fe *)((const char *)first + (j - 1) * sizeof(cached)), c->entry[j]);
    return r;
}

/* c + digit * P. Coordinates are looked up shortly before they are used, so that little is alive at once. The negative of an
 * entry swaps Y + X with Y - X and negates T. */
INLINE completed add_digit(completed c, const cached table[ENTRIES], const choice *d) {
    fe T = mul(c.E, c.H), Z = mul(c.F, c.G);
    wide y = mul_raised(c.G, c.H), x = mul_wide(c.E, c.F);
    fe less = carry(wide_less(y, x)), more = carry(wide_add(y, x));
    wide t = mul_wide(T, pick(&table->T2d, d, 0)), z = mul_raised(Z, pick(&table->Z2, d, 2));
    fe f = carry(wide_less(z, t)), g = carry(wide_add(z, t));
    fe plus = pick(&table->plus, d, 1), minus = pick(&table->minus, d, 1);
    wide a = mul_wide(less, fe_select(d->negative, minus, plus));
    wide b = mul_raised(more, fe_select(d->negative, plus, minus));
    return (completed){
        carry(wide_less(b, a)), fe_select(d->negative, f, g), fe_select(d->negative, g, f), carry(wide_add(b, a)),
    };
}

/* Twice the number in `d` times P; the last doubling stays completed, as encode_doubles() wants it. */
OUT_OF_LINE void multiply_twice(completed *out, const cached table[ENTRIES], const digits *d) {
    completed c = neutral();
    for (int i = DIGITS - 1;; i--) {
        choice chosen = choice_of(d->digit[i]);
        doubling next = doubling_of(add_digit(c, table, &chosen));
        for (int j = 1; j < WINDOW && i; j++) next = doubling_of(double_point(next));
        c = double_point(next);
        if (i == 0) break;
    }
    *out = c;
}

#endif
