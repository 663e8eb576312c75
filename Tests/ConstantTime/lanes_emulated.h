/* The interface of lanes_ifma.h without AVX-512: vector extensions and 128-bit products. Slow, and only for the check.
 * valgrind cannot run AVX-512; over these lanes it watches field_ifma.h and all above it, which are the same source. */
#ifndef LANES_EMULATED_H
#define LANES_EMULATED_H

#include "common.h"

#define LANES 8
typedef uint64_t word __attribute__((vector_size(64), aligned(64)));
typedef uint8_t mask;

#define EACH_LANE(i) for (int i = 0; i < LANES; i++)
#define LOW52 (((uint64_t)1 << 52) - 1)

INLINE word word_of(uint64_t x) { return (word){x, x, x, x, x, x, x, x}; }

INLINE word hide_word(word x) {
    EACH_LANE(i) x[i] = hide(x[i]);
    return x;
}

INLINE word add_low52(word sum, word a, word b) {
    EACH_LANE(i) sum[i] += (uint64_t)((unsigned __int128)(a[i] & LOW52) * (b[i] & LOW52)) & LOW52;
    return sum;
}

INLINE word add_high52(word sum, word a, word b) {
    EACH_LANE(i) sum[i] += (uint64_t)((unsigned __int128)(a[i] & LOW52) * (b[i] & LOW52) >> 52);
    return sum;
}

INLINE word times(word a, uint64_t factor) { return a * word_of(factor); }

INLINE word blend(mask m, word a, word b) {
    EACH_LANE(i) {
        uint64_t ones = spread(m >> i & 1);
        a[i] = (a[i] & ~ones) | (b[i] & ones);
    }
    return a;
}

INLINE word or_and(word r, word entry, word m) { return r | (entry & m); }

INLINE mask nonzero(word a) {
    uint64_t bits = 0;
    EACH_LANE(i) bits |= hide((a[i] | -a[i]) >> 63) << i;
    return (mask)bits;
}

/* Inlined, products would take the compiler a minute. */
#define PRODUCT OUT_OF_LINE
#define IN_ORDER(v) (void)(v)

#endif
