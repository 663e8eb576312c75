/* GF(2^255 - 19) in one lane, five limbs of 51 bits, products of 128 bits: any processor of 64 bits. Knows numbers, no curve.
 * Names and contract are those of field_ifma.h, so that everything above is the same source.
 *
 * fe    Limbs below 2^54, which is what a product allows; a product leaves limbs below 2^51 + 2^15 =: W.
 * wide  The same, and carry() costs nothing: wide_add adds bounds, a raised product has 2p added. The largest value that the
 *       formulas of point.h make is 4 W + 2p < 2^54.
 *
 * 5 * 2^54 * 19 * 2^54 < 2^115 fits 128 bits; 19 * 2^54 < 2^59 fits 64. */
#ifndef FIELD_SCALAR_H
#define FIELD_SCALAR_H

#include "common.h"

#define LANES 1
#define LIMBS 5
#define EACH_LIMB(i) UNROLL for (int i = 0; i < LIMBS; i++)
#define LOW51 (((uint64_t)1 << 51) - 1)

typedef uint64_t word;
/* Zeros or ones. */
typedef uint64_t mask;
typedef struct { uint64_t limb[LIMBS]; } fe;
typedef fe wide;

INLINE word word_of(uint64_t x) { return x; }
INLINE word hide_word(word x) { return hide(x); }
INLINE word multiple_of_p(int i, int k) { return (i ? LOW51 : LOW51 - 18) << k; }
INLINE fe carry(wide a) { return a; }
INLINE wide widen(fe a) { return a; }

INLINE wide wide_add(wide a, wide b) {
    EACH_LIMB(i) a.limb[i] += b.limb[i];
    return a;
}

INLINE wide wide_less(wide a, wide b) {
    EACH_LIMB(i) a.limb[i] -= b.limb[i];
    return a;
}

INLINE wide raised(wide a) {
    EACH_LIMB(i) a.limb[i] += multiple_of_p(i, 1);
    return a;
}

/* One ripple. */
INLINE fe reduced(fe a) {
    uint64_t over = a.limb[4] >> 51;
    a.limb[4] &= LOW51;
    a.limb[0] += 19 * over;
    UNROLL for (int i = 0; i < LIMBS - 1; i++) {
        a.limb[i + 1] += a.limb[i] >> 51;
        a.limb[i] &= LOW51;
    }
    return a;
}

INLINE fe fe_add(fe a, fe b) { return reduced(wide_add(a, b)); }

INLINE fe fe_sub(fe a, fe b) {
    EACH_LIMB(i) a.limb[i] += multiple_of_p(i, 4) - b.limb[i];
    return reduced(a);
}

INLINE fe fe_of_sums(uint128 t0, uint128 t1, uint128 t2, uint128 t3, uint128 t4) {
    fe r;
    t1 += (uint64_t)(t0 >> 51);
    r.limb[0] = (uint64_t)t0 & LOW51;
    t2 += (uint64_t)(t1 >> 51);
    r.limb[1] = (uint64_t)t1 & LOW51;
    t3 += (uint64_t)(t2 >> 51);
    r.limb[2] = (uint64_t)t2 & LOW51;
    t4 += (uint64_t)(t3 >> 51);
    r.limb[3] = (uint64_t)t3 & LOW51;
    r.limb[4] = (uint64_t)t4 & LOW51;
    r.limb[0] += 19 * (uint64_t)(t4 >> 51);
    r.limb[1] += r.limb[0] >> 51;
    r.limb[0] &= LOW51;
    return r;
}

INLINE uint128 product(uint64_t x, uint64_t y) { return (uint128)x * y; }

INLINE wide mul_wide(fe a, fe b) {
    const uint64_t *x = a.limb, *y = b.limb;
    const uint64_t y1 = 19 * y[1], y2 = 19 * y[2], y3 = 19 * y[3], y4 = 19 * y[4];
    return fe_of_sums(
        product(x[0], y[0]) + product(x[1], y4) + product(x[2], y3) + product(x[3], y2) + product(x[4], y1),
        product(x[0], y[1]) + product(x[1], y[0]) + product(x[2], y4) + product(x[3], y3) + product(x[4], y2),
        product(x[0], y[2]) + product(x[1], y[1]) + product(x[2], y[0]) + product(x[3], y4) + product(x[4], y3),
        product(x[0], y[3]) + product(x[1], y[2]) + product(x[2], y[1]) + product(x[3], y[0]) + product(x[4], y4),
        product(x[0], y[4]) + product(x[1], y[3]) + product(x[2], y[2]) + product(x[3], y[1]) + product(x[4], y[0])
    );
}

INLINE wide sqr_wide(fe a) {
    const uint64_t *x = a.limb;
    const uint64_t d0 = 2 * x[0], d1 = 2 * x[1], x3 = 19 * x[3], x4 = 19 * x[4];
    return fe_of_sums(
        product(x[0], x[0]) + product(d1, x4) + product(2 * x[2], x3),
        product(d0, x[1]) + product(2 * x[2], x4) + product(x[3], x3),
        product(d0, x[2]) + product(x[1], x[1]) + product(2 * x[3], x4),
        product(d0, x[3]) + product(d1, x[2]) + product(x[4], x4),
        product(d0, x[4]) + product(d1, x[3]) + product(x[2], x[2])
    );
}

INLINE wide mul_raised(fe a, fe b) { return raised(mul_wide(a, b)); }
INLINE wide sqr_raised(fe a) { return raised(sqr_wide(a)); }
INLINE fe mul(fe a, fe b) { return mul_wide(a, b); }
INLINE fe sqr(fe a) { return sqr_wide(a); }

INLINE fe fe_constant(const uint64_t limb[5]) {
    fe r;
    memcpy(&r, limb, sizeof r);
    return r;
}

INLINE fe fe_small(word x) { return (fe){{x, 0, 0, 0, 0}}; }

INLINE fe fe_select(mask m, fe a, fe b) {
    m = hide(m);
    EACH_LIMB(i) a.limb[i] = (a.limb[i] & ~m) | (b.limb[i] & m);
    return a;
}

INLINE fe fe_or_and(fe r, const fe *entry, word m) {
    EACH_LIMB(i) r.limb[i] |= entry->limb[i] & m;
    return r;
}

INLINE mask mask_of_words(word ones) { return hide(ones); }
INLINE mask mask_of_bits(unsigned bits) { return spread(bits & 1); }
INLINE unsigned bits_of_mask(mask m) { return (unsigned)(m & 1); }

OUT_OF_LINE fe canonical(fe a) {
    a = reduced(reduced(a));
    uint64_t q = (a.limb[0] + 19) >> 51;
    UNROLL for (int i = 1; i < LIMBS; i++) q = (a.limb[i] + q) >> 51;
    a.limb[0] += 19 * q;
    UNROLL for (int i = 0; i < LIMBS - 1; i++) {
        a.limb[i + 1] += a.limb[i] >> 51;
        a.limb[i] &= LOW51;
    }
    a.limb[LIMBS - 1] &= LOW51;
    return a;
}

INLINE mask fe_is_negative(fe a) {
    a = canonical(a);
    return spread(a.limb[0] & 1);
}

INLINE mask fe_is_zero(fe a) {
    a = canonical(a);
    uint64_t any = a.limb[0] | a.limb[1] | a.limb[2] | a.limb[3] | a.limb[4];
    return hide(((any | -any) >> 63) - 1);
}

INLINE fe fe_load(const uint8_t *bytes, size_t stride) {
    (void)stride;
    uint64_t words[4];
    fe r;
    memcpy(words, bytes, 32);
    limbs_of_words(r.limb, words);
    return r;
}

INLINE void fe_store(uint8_t *bytes, size_t stride, fe a) {
    (void)stride;
    uint64_t words[4];
    a = canonical(a);
    words_of_limbs(words, a.limb);
    memcpy(bytes, words, 32);
}

#endif
