/* What scripts/check-constant-time runs.
 *
 * check secrets  under valgrind: scalars, uniform strings and hashed messages are marked undefined, and memcheck reports every
 *                branch and every address that depends on them. What was refused is given out: it is marked defined again.
 * check leak     the same with leak.c: memcheck must report it.
 * check wiped    without valgrind: every operation runs on a stack of its own, which is then searched for the scalars and their digits. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <valgrind/memcheck.h>
#include "backends.h"

extern const cristretto_backend backend_emulated;
void leaking_multiplication(const uint8_t scalar[32]);
void digits_of_scalar(uint64_t out[64], const uint8_t scalar[32]);

/* Two groups of eight lanes and a tail. */
#define COUNT 19
enum { STACK = 8 << 20, LEAK = 8 };

static uint8_t uniform[64 * COUNT], elements[32 * COUNT], points[64 * COUNT], scalars[32 * COUNT], products[64 * COUNT], made[64 * COUNT];
static size_t ends[COUNT];

static void prepare(const cristretto_backend *backend) {
    srand(7);
    for (size_t i = 0; i < sizeof uniform; i++) uniform[i] = (uint8_t)rand();
    for (size_t i = 0; i < sizeof scalars; i++) scalars[i] = i % 32 == 31 ? 9 : (uint8_t)rand();
    for (size_t i = 0; i < COUNT; i++) ends[i] = (i + 1) * 60;
    backend->map(elements, uniform, COUNT);
    backend->decode(points, elements, COUNT);
}

static size_t perform(const cristretto_backend *backend, int operation) {
    switch (operation) {
    case 0: return backend->multiply(products, made, elements, scalars, 0, COUNT);
    case 1: return backend->multiply(products, made, elements, scalars, 32, COUNT);
    case 2: return backend->multiply_points(products, made, points, scalars, 32, COUNT);
    case 3: return backend->map_and_multiply(products, made, uniform, scalars, 0, COUNT);
    case 4: return backend->map_and_multiply(products, made, uniform, scalars, 32, COUNT);
    case 5: backend->map(products, uniform, COUNT); return COUNT;
    case 6: backend->sha512(products, uniform, ends, COUNT, 1); return COUNT;
    case 7: return backend->invert(products, scalars, COUNT) ? COUNT : COUNT - 1;
    default: leaking_multiplication(scalars); return COUNT;
    }
}

static int secrets(const cristretto_backend *backend) {
    int wrong = 0;
    for (int operation = 0; operation < 8; operation++) {
        prepare(backend);
        /* The last scalar is zero: its product is refused. */
        memset(scalars + 32 * (COUNT - 1), 0, 32);
        VALGRIND_MAKE_MEM_UNDEFINED(scalars, sizeof scalars);
        if (operation >= 3 && operation < 7) VALGRIND_MAKE_MEM_UNDEFINED(uniform, sizeof uniform);
        size_t refused = perform(backend, operation);
        uint8_t undefined[32] = {0};
        VALGRIND_GET_VBITS(products, undefined, 32);
        VALGRIND_MAKE_MEM_DEFINED(&refused, sizeof refused);
        VALGRIND_MAKE_MEM_DEFINED(scalars, sizeof scalars);
        VALGRIND_MAKE_MEM_DEFINED(uniform, sizeof uniform);
        VALGRIND_MAKE_MEM_DEFINED(products, sizeof products);
        VALGRIND_MAKE_MEM_DEFINED(made, sizeof made);
        size_t expected = operation == 1 || operation == 2 || operation == 4 || operation == 7 ? COUNT - 1 : COUNT;
        /* If the poison has not arrived, nothing was watched. */
        if (!undefined[0] || refused != expected) {
            printf("%s, operation %d: %s\n", backend->name, operation, undefined[0] ? "wrong refusal" : "not watched");
            wrong = 1;
        }
    }
    if (!wrong) printf("  %s: 8 operations, no branch and no address depends on a secret\n", backend->name);
    return wrong;
}

struct run {
    const cristretto_backend *backend;
    int operation;
};

static void *run(void *argument) {
    struct run *r = argument;
    if (r->backend) {
        perform(r->backend, r->operation);
    } else {
        perform(NULL, LEAK);
    }
    return NULL;
}

/* Whether 16 digits of a scalar lie in memory, `lanes` words apart as the back ends hold them. */
static int holds_digits(const uint8_t *at, const uint64_t *digits, size_t lanes) {
    for (size_t i = 0; i < 16; i++)
        if (memcmp(at + 8 * lanes * i, digits + i, 8)) return 0;
    return 1;
}

/* How often words of the scalars, or a row of their digits, lie in a stack that `argument` has used. */
static int traces(uint8_t *stack, struct run *argument) {
    pthread_attr_t attributes;
    pthread_t thread;
    memset(stack, 0, STACK);
    if (pthread_attr_init(&attributes) || pthread_attr_setstack(&attributes, stack, STACK)
        || pthread_create(&thread, &attributes, run, argument) || pthread_join(thread, NULL))
        return -1;
    size_t lanes = argument->backend ? argument->backend->lanes : 1;
    int found = 0;
    for (size_t k = 0; k < COUNT; k++) {
        uint64_t words[4], digits[64];
        memcpy(words, scalars + 32 * k, 32);
        digits_of_scalar(digits, scalars + 32 * k);
        for (size_t i = 0; i + 128 * lanes <= STACK; i += 8) {
            uint64_t there;
            memcpy(&there, stack + i, 8);
            if (!there) continue;
            for (int j = 0; j < 4; j++) found += there == words[j];
            found += holds_digits(stack + i, digits + 16, lanes);
        }
    }
    return found;
}

static int wiped(const cristretto_backend *backend, uint8_t *stack) {
    int wrong = 0;
    for (int operation = 0; operation < LEAK; operation++) {
        if (operation == 5 || operation == 6) continue; /* no scalars */
        prepare(backend);
        struct run r = {backend, operation};
        int found = traces(stack, &r);
        if (found) {
            printf("%s, operation %d: %d traces of scalars are left on the stack\n", backend->name, operation, found);
            wrong = 1;
        }
    }
    if (!wrong) printf("  %s: neither scalar nor digit is left on the stack\n", backend->name);
    return wrong;
}

int main(int count, char **words) {
    const char *what = count > 1 ? words[1] : "";
    const cristretto_backend *watched[] = {cristretto_scalar(), cristretto_avx2(), &backend_emulated};
    const cristretto_backend *native[] = {cristretto_scalar(), cristretto_avx2(), cristretto_ifma()};
    int wrong = 0;
    if (!strcmp(what, "secrets")) {
        for (int i = 0; i < 3; i++) {
            if (watched[i]) wrong |= secrets(watched[i]);
            else puts("  avx2: not watched, this processor has none");
        }
    } else if (!strcmp(what, "leak")) {
        prepare(cristretto_scalar());
        VALGRIND_MAKE_MEM_UNDEFINED(scalars, sizeof scalars);
        leaking_multiplication(scalars);
    } else if (!strcmp(what, "wiped")) {
        uint8_t *stack = aligned_alloc(4096, STACK);
        if (!stack) return 2;
        for (int i = 0; i < 3; i++)
            if (native[i]) wrong |= wiped(native[i], stack);
        /* The leaking multiplication wipes nothing: the search must find its scalar. */
        struct run r = {NULL, LEAK};
        prepare(cristretto_scalar());
        if (traces(stack, &r) == 0) {
            puts("the search for scalars finds nothing where something is");
            wrong = 1;
        }
        free(stack);
    } else {
        fputs("usage: check secrets|leak|wiped\n", stderr);
        return 64;
    }
    return wrong;
}
