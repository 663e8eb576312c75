/* GF(2^255 - 19) in eight lanes, five limbs of 51 bits. Knows numbers, no curve.
 *
 * fe    Every limb is below B = 2^51 + 2^17. The multiplier reads 52 bits of a limb, so any fe is a legal factor. The plain
 *       sum of two is not: sums go through carry().
 * wide  Every limb is below 2^62. Sums and differences of products live here, and one carry() makes an fe of them: a
 *       doubling carries 8 times instead of 12.
 * raised  A product plus 2^9 p, whose limbs are at least 2^60 - 2^14 > W below: a product may be taken from it. The sums of
 *       the multiplication begin with it instead of zero, which costs nothing.
 *
 * A partial product has a low half below 2^52 and a high half of at most B^2 / 2^52 < 2^50 + 2^18. The largest limb of a
 * product is limb 0: one low half and 19 times (4 low and 2 * 5 high halves), below (1 + 19 * 6.51) * 2^52 < 2^59 =: W.
 * carry() of limbs below 2^62: a limb gets at most 2^11 from below, limb 0 at most 19 * 2^11 < 2^16; the result is below
 * 2^51 + 2^16, an fe. */
#ifndef FIELD_IFMA_H
#define FIELD_IFMA_H

#ifdef EMULATE_LANES
#include "lanes_emulated.h"
#else
#include "lanes_ifma.h"
#endif

#define LIMBS 5
#define EACH_LIMB(i) UNROLL for (int i = 0; i < LIMBS; i++)
#define LOW51 (((uint64_t)1 << 51) - 1)

typedef struct { word limb[LIMBS]; } fe;
typedef struct { word limb[LIMBS]; } wide;

/* Limb i of 2^k p. */
INLINE word multiple_of_p(int i, int k) { return word_of((i ? LOW51 : LOW51 - 18) << k); }

/* One parallel pass; the top carry comes back times 19. */
INLINE fe carry(wide a) {
    word low = word_of(LOW51), over[LIMBS];
    fe r;
    EACH_LIMB(i) {
        over[i] = a.limb[i] >> 51;
        r.limb[i] = a.limb[i] & low;
    }
    r.limb[0] = add_low52(r.limb[0], over[4], word_of(19));
    UNROLL for (int i = 1; i < LIMBS; i++) r.limb[i] += over[i - 1];
    return r;
}

INLINE wide widen(fe a) {
    wide r;
    EACH_LIMB(i) r.limb[i] = a.limb[i];
    return r;
}

INLINE wide wide_add(wide a, wide b) {
    EACH_LIMB(i) a.limb[i] += b.limb[i];
    return a;
}

/* `a` is raised, or a sum with one raised product; b is one product that is not. */
INLINE wide wide_less(wide a, wide b) {
    EACH_LIMB(i) a.limb[i] -= b.limb[i];
    return a;
}

INLINE fe fe_add(fe a, fe b) { return carry(wide_add(widen(a), widen(b))); }

INLINE fe fe_sub(fe a, fe b) {
    EACH_LIMB(i) a.limb[i] = a.limb[i] + multiple_of_p(i, 2) - b.limb[i];
    return carry(widen(a));
}

/* Schoolbook. Limbs of 51 bits against halves of 52: a high half counts double. The high halves are summed first, doubled
 * once, and the low ones are added on top; positions 5 to 9 fold onto 0 to 4 with 19. Position 9 has only high halves: its
 * doubling is in the constant, 38. Row by row, a sum is touched again five products later, one more than an IFMA's latency.
 * Shifts and sums in the place of vpmullq leave its port to the IFMAs, and are not faster: they are more instructions. */
PRODUCT wide mul_from(fe a, fe b, int raised) {
    word z[2 * LIMBS];
    UNROLL for (int k = 0; k < 2 * LIMBS; k++) z[k] = raised && k < LIMBS ? multiple_of_p(k, k ? 8 : 9) : word_of(0);
    EACH_LIMB(i) EACH_LIMB(j) z[i + j + 1] = add_high52(z[i + j + 1], a.limb[i], b.limb[j]);
    UNROLL for (int k = 1; k < 9; k++) z[k] = z[k] + z[k];
    EACH_LIMB(i) EACH_LIMB(j) z[i + j] = add_low52(z[i + j], a.limb[i], b.limb[j]);
    wide r;
    EACH_LIMB(k) r.limb[k] = z[k] + times(z[k + 5], k < 4 ? 19 : 38);
    IN_ORDER(r.limb);
    return r;
}

/* z_k = S + 2 (C + T + 2 E): S the low halves of squares, C of cross terms, T the high halves of squares, E of cross terms.
 * Positions 5, 7 and 9 have no S: their last doubling is in the constant. */
PRODUCT wide sqr_from(fe a, int raised) {
    word z[2 * LIMBS];
    UNROLL for (int k = 0; k < 2 * LIMBS; k++)
        z[k] = raised && k < LIMBS ? multiple_of_p(k, k > 1 ? 7 : 9 - k) : word_of(0);
    EACH_LIMB(i) UNROLL for (int j = i + 1; j < LIMBS; j++)
        z[i + j + 1] = add_high52(z[i + j + 1], a.limb[i], a.limb[j]);
    UNROLL for (int k = 2; k < 9; k++) z[k] = z[k] + z[k];
    EACH_LIMB(i) z[2 * i + 1] = add_high52(z[2 * i + 1], a.limb[i], a.limb[i]);
    EACH_LIMB(i) UNROLL for (int j = i + 1; j < LIMBS; j++) z[i + j] = add_low52(z[i + j], a.limb[i], a.limb[j]);
    UNROLL for (int k = 1; k < 9; k++) if (k < 5 || !(k & 1)) z[k] = z[k] + z[k];
    EACH_LIMB(i) z[2 * i] = add_low52(z[2 * i], a.limb[i], a.limb[i]);
    wide r;
    EACH_LIMB(k) r.limb[k] = z[k] + times(z[k + 5], k & 1 ? 19 : 38);
    IN_ORDER(r.limb);
    return r;
}

INLINE wide mul_wide(fe a, fe b) { return mul_from(a, b, 0); }
INLINE wide mul_raised(fe a, fe b) { return mul_from(a, b, 1); }
INLINE wide sqr_wide(fe a) { return sqr_from(a, 0); }
INLINE wide sqr_raised(fe a) { return sqr_from(a, 1); }
INLINE fe mul(fe a, fe b) { return carry(mul_wide(a, b)); }
INLINE fe sqr(fe a) { return carry(sqr_wide(a)); }

INLINE fe fe_constant(const uint64_t limb[5]) {
    fe r;
    EACH_LIMB(i) r.limb[i] = word_of(limb[i]);
    return r;
}

/* A word for each lane as limb 0; the other limbs are zero. */
INLINE fe fe_small(word x) {
    fe r;
    EACH_LIMB(i) r.limb[i] = i ? word_of(0) : x;
    return r;
}

/* m ? b : a */
INLINE fe fe_select(mask m, fe a, fe b) {
    EACH_LIMB(i) a.limb[i] = blend(m, a.limb[i], b.limb[i]);
    return a;
}

/* r | (entry & m): every entry of a table is read, whatever the mask. */
INLINE fe fe_or_and(fe r, const fe *entry, word m) {
    EACH_LIMB(i) r.limb[i] = or_and(r.limb[i], entry->limb[i], m);
    return r;
}

/* Words of zeros or ones as a mask; bit i is lane i's. */
INLINE mask mask_of_words(word ones) { return nonzero(ones); }
INLINE mask mask_of_bits(unsigned bits) { return (mask)bits; }
INLINE unsigned bits_of_mask(mask m) { return m; }

/* The representative below p. After carry() limbs 1 to 4 are at most 2^51 and limb 0 is below 2^51 + 19:
 * q = floor((a + 19) / 2^255) by one ripple, then a + 19 q with a full one, bit 255 dropped. */
OUT_OF_LINE fe canonical(fe a) {
    a = carry(widen(a));
    word low = word_of(LOW51), q = (a.limb[0] + word_of(19)) >> 51;
    UNROLL for (int i = 1; i < LIMBS; i++) q = (a.limb[i] + q) >> 51;
    a.limb[0] += times(q, 19);
    UNROLL for (int i = 0; i < LIMBS - 1; i++) {
        a.limb[i + 1] += a.limb[i] >> 51;
        a.limb[i] &= low;
    }
    a.limb[LIMBS - 1] &= low;
    return a;
}

INLINE mask fe_is_negative(fe a) {
    a = canonical(a);
    return nonzero(a.limb[0] & word_of(1));
}

INLINE mask fe_is_zero(fe a) {
    a = canonical(a);
    return (mask)~nonzero(a.limb[0] | a.limb[1] | a.limb[2] | a.limb[3] | a.limb[4]);
}

/* 32 little-endian bytes for each lane, `stride` bytes apart; bit 255 is dropped, as RFC 9496's MAP wants it. */
INLINE fe fe_load(const uint8_t *bytes, size_t stride) {
    uint64_t limbs[LIMBS][LANES] __attribute__((aligned(64)));
    for (size_t k = 0; k < LANES; k++) {
        uint64_t words[4], limb[5];
        memcpy(words, bytes + k * stride, 32);
        limbs_of_words(limb, words);
        EACH_LIMB(i) limbs[i][k] = limb[i];
    }
    fe r;
    memcpy(&r, limbs, sizeof r);
    return r;
}

/* Canonical bytes. */
INLINE void fe_store(uint8_t *bytes, size_t stride, fe a) {
    uint64_t limbs[LIMBS][LANES] __attribute__((aligned(64)));
    a = canonical(a);
    memcpy(limbs, &a, sizeof limbs);
    for (size_t k = 0; k < LANES; k++) {
        uint64_t words[4], limb[5];
        EACH_LIMB(i) limb[i] = limbs[i][k];
        words_of_limbs(words, limb);
        memcpy(bytes + k * stride, words, 32);
    }
}

#endif
