/* GF(2^255 - 19) in four lanes by AVX2, ten limbs of 26 and 25 bits by turns (the layout of Bernstein's ref10, unsigned),
 * products by vpmuludq. Knows numbers, no curve. Names and contract are those of field_ifma.h.
 *
 * fe    Even limbs below 2^26 + 2^13, odd ones below 2^25 + 2^13.
 * wide  Limbs below 2^62.
 *
 * The largest limb of a product is limb 0: one product and 19 times (2 * 5 odd and 4 even pairs), below 125 * 2^52 < 2^59;
 * odd limbs stay below 155 * 2^51 < 2^58.3. Factors are below 2^32: 19 g < 2^30.4, 4 f < 2^28. wide_less adds 2^34 p, whose
 * even limbs are above 2^60 - 2^39 and odd ones above 2^59 - 2^35: more than one product. A raised product is any product:
 * here sums cannot begin with a multiple of p for nothing. */
#ifndef FIELD_AVX2_H
#define FIELD_AVX2_H

#include <immintrin.h>
#include "common.h"

#define LANES 4
#define LIMBS 10
#define EACH_LIMB(i) UNROLL for (int i = 0; i < LIMBS; i++)
#define BITS(i) ((i) & 1 ? 25 : 26)

typedef uint64_t word __attribute__((vector_size(32), aligned(32)));
/* Zeros or ones in every lane. */
typedef word mask;
typedef struct { word limb[LIMBS]; } fe;
typedef fe wide;

INLINE word word_of(uint64_t x) { return (word)_mm256_set1_epi64x((long long)x); }

INLINE word hide_word(word x) {
    __asm__("" : "+x"(x));
    return x;
}

INLINE word times32(word a, word b) { return (word)_mm256_mul_epu32((__m256i)a, (__m256i)b); }
INLINE word times19(word a) { return a + (a + a) + (a << 4); }
INLINE word low_bits(int i) { return word_of(((uint64_t)1 << BITS(i)) - 1); }

/* Limb i of 2^k p. */
INLINE word multiple_of_p(int i, int k) { return word_of(((((uint64_t)1 << BITS(i)) - 1) - (i ? 0 : 18)) << k); }

INLINE void carry_limb(wide *a, int from, int to) {
    a->limb[to] += a->limb[from] >> BITS(from);
    a->limb[from] &= low_bits(from);
}

/* Two ripples side by side, 0 to 4 and 4 to 9, then 9 to 0 with 19, and 0 to 1. */
INLINE fe carry(wide a) {
    carry_limb(&a, 0, 1);
    carry_limb(&a, 4, 5);
    carry_limb(&a, 1, 2);
    carry_limb(&a, 5, 6);
    carry_limb(&a, 2, 3);
    carry_limb(&a, 6, 7);
    carry_limb(&a, 3, 4);
    carry_limb(&a, 7, 8);
    carry_limb(&a, 4, 5);
    carry_limb(&a, 8, 9);
    word over = a.limb[9] >> 25;
    a.limb[9] &= low_bits(9);
    a.limb[0] += times19(over);
    carry_limb(&a, 0, 1);
    return a;
}

INLINE wide widen(fe a) { return a; }

INLINE wide wide_add(wide a, wide b) {
    EACH_LIMB(i) a.limb[i] += b.limb[i];
    return a;
}

INLINE wide wide_less(wide a, wide b) {
    EACH_LIMB(i) a.limb[i] = a.limb[i] + multiple_of_p(i, 34) - b.limb[i];
    return a;
}

INLINE fe fe_add(fe a, fe b) { return carry(wide_add(a, b)); }

INLINE fe fe_sub(fe a, fe b) {
    EACH_LIMB(i) a.limb[i] = a.limb[i] + multiple_of_p(i, 2) - b.limb[i];
    return carry(a);
}

/* Row by row: ten sums and one factor stay in registers, the other factor comes from memory. Out of line: there are 16
 * registers, and with a doubling's seven products inlined the spills take longer than the products. */
OUT_OF_LINE void mul_to(wide *r, const fe *f, const fe *g) {
    word g19[LIMBS], sum[LIMBS];
    UNROLL for (int j = 1; j < LIMBS; j++) g19[j] = times32(g->limb[j], word_of(19));
    EACH_LIMB(j) sum[j] = times32(f->limb[0], g->limb[j]);
    UNROLL for (int i = 1; i < LIMBS; i++) {
        word once = f->limb[i], twice = once + once;
        EACH_LIMB(j) {
            word factor = (i & 1) && (j & 1) ? twice : once;
            sum[(i + j) % LIMBS] += times32(factor, i + j < LIMBS ? g->limb[j] : g19[j]);
        }
    }
    EACH_LIMB(k) r->limb[k] = sum[k];
}

/* Position by position: the compiler keeps the few doubled factors at hand. */
OUT_OF_LINE void sqr_to(wide *r, const fe *f) {
    word twice[LIMBS], four_times[LIMBS], f19[LIMBS];
    EACH_LIMB(i) {
        twice[i] = f->limb[i] + f->limb[i];
        four_times[i] = twice[i] + twice[i];
        f19[i] = times32(f->limb[i], word_of(19));
    }
    EACH_LIMB(k) {
        word sum = word_of(0);
        EACH_LIMB(i) {
            int j = k - i < 0 ? k - i + LIMBS : k - i;
            if (i > j) continue;
            int count = (i == j ? 1 : 2) * ((i & 1) && (j & 1) ? 2 : 1);
            word factor = count == 1 ? f->limb[i] : count == 2 ? twice[i] : four_times[i];
            sum += times32(factor, i + j == k ? f->limb[j] : f19[j]);
        }
        r->limb[k] = sum;
    }
}

INLINE wide mul_wide(fe a, fe b) {
    wide r;
    mul_to(&r, &a, &b);
    return r;
}

INLINE wide sqr_wide(fe a) {
    wide r;
    sqr_to(&r, &a);
    return r;
}

INLINE wide mul_raised(fe a, fe b) { return mul_wide(a, b); }
INLINE wide sqr_raised(fe a) { return sqr_wide(a); }
INLINE fe mul(fe a, fe b) { return carry(mul_wide(a, b)); }
INLINE fe sqr(fe a) { return carry(sqr_wide(a)); }

INLINE uint64_t half_limb(const uint64_t limb[5], int i) {
    return i & 1 ? limb[i / 2] >> 26 : limb[i / 2] & (((uint64_t)1 << 26) - 1);
}

INLINE fe fe_constant(const uint64_t limb[5]) {
    fe r;
    EACH_LIMB(i) r.limb[i] = word_of(half_limb(limb, i));
    return r;
}

INLINE fe fe_small(word x) {
    fe r;
    EACH_LIMB(i) r.limb[i] = i ? word_of(0) : x;
    return r;
}

INLINE fe fe_select(mask m, fe a, fe b) {
    m = hide_word(m);
    EACH_LIMB(i) a.limb[i] = (a.limb[i] & ~m) | (b.limb[i] & m);
    return a;
}

INLINE fe fe_or_and(fe r, const fe *entry, word m) {
    EACH_LIMB(i) r.limb[i] |= entry->limb[i] & m;
    return r;
}

INLINE mask mask_of_words(word ones) { return ones; }

INLINE mask mask_of_bits(unsigned bits) {
    word one = {1, 2, 4, 8};
    return (mask)_mm256_cmpeq_epi64((__m256i)(word_of(hide(bits)) & one), (__m256i)one);
}

INLINE unsigned bits_of_mask(mask m) { return (unsigned)_mm256_movemask_pd((__m256d)m); }

INLINE mask is_zero(word a) { return (mask)_mm256_cmpeq_epi64((__m256i)a, _mm256_setzero_si256()); }

OUT_OF_LINE fe canonical(fe a) {
    a = carry(a);
    word q = (a.limb[0] + word_of(19)) >> 26;
    UNROLL for (int i = 1; i < LIMBS; i++) q = (a.limb[i] + q) >> BITS(i);
    a.limb[0] += times19(q);
    UNROLL for (int i = 0; i < LIMBS - 1; i++) carry_limb(&a, i, i + 1);
    a.limb[LIMBS - 1] &= low_bits(LIMBS - 1);
    return a;
}

INLINE mask fe_is_negative(fe a) {
    a = canonical(a);
    return ~is_zero(a.limb[0] & word_of(1));
}

INLINE mask fe_is_zero(fe a) {
    a = canonical(a);
    word any = a.limb[0];
    UNROLL for (int i = 1; i < LIMBS; i++) any |= a.limb[i];
    return is_zero(any);
}

INLINE fe fe_load(const uint8_t *bytes, size_t stride) {
    uint64_t limbs[LIMBS][LANES] __attribute__((aligned(32)));
    for (size_t k = 0; k < LANES; k++) {
        uint64_t words[4], limb[5];
        memcpy(words, bytes + k * stride, 32);
        limbs_of_words(limb, words);
        EACH_LIMB(i) limbs[i][k] = half_limb(limb, i);
    }
    fe r;
    memcpy(&r, limbs, sizeof r);
    return r;
}

INLINE void fe_store(uint8_t *bytes, size_t stride, fe a) {
    uint64_t limbs[LIMBS][LANES] __attribute__((aligned(32)));
    a = canonical(a);
    memcpy(limbs, &a, sizeof limbs);
    for (size_t k = 0; k < LANES; k++) {
        uint64_t words[4], limb[5];
        UNROLL for (int i = 0; i < 5; i++) limb[i] = limbs[2 * i][k] | limbs[2 * i + 1][k] << 26;
        words_of_limbs(words, limb);
        memcpy(bytes + k * stride, words, 32);
    }
}

#endif
