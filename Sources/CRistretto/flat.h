/* Points of one lane laid out for themselves, so that any of them can go into any lane. Public values only: they are read
 * wherever a weight says. For fields of five limbs. */
#ifndef FLAT_H
#define FLAT_H

#include "point.h"

/* Affine and ready to be added: Y + X, Y - X, 2dT, one limb of padding. */
typedef struct { uint64_t limb[16] __attribute__((aligned(64))); } flat_affine;
/* Ready to be added: Y + X, Y - X, 2Z, 2dT, four limbs of padding. */
typedef struct { uint64_t limb[24] __attribute__((aligned(64))); } flat_cached;

static const flat_affine FLAT_AFFINE_NEUTRAL = {{1, [5] = 1}};
static const flat_cached FLAT_CACHED_NEUTRAL = {{1, [5] = 1, [10] = 2}};

#ifdef TRANSPOSES

/* Field elements to each lane's own place, with zeros up to the next eight words. */
INLINE void scatter(uint64_t *const to[LANES], const fe *in, int elements) {
    word rows[24];
    UNROLL for (int i = 0; i < 24; i++) rows[i] = i < 5 * elements ? in[i / 5].limb[i % 5] : word_of(0);
    UNROLL for (int part = 0; part < (5 * elements + 7) / 8; part++) {
        transpose(rows + 8 * part);
        UNROLL for (int k = 0; k < 8; k++) memcpy(to[k] + 8 * part, &rows[8 * part + k], 64);
    }
}

/* `elements` field elements from each lane's own place. */
INLINE void gather(fe *out, const uint64_t *const from[LANES], int elements) {
    word rows[24];
    UNROLL for (int part = 0; part < (5 * elements + 7) / 8; part++) {
        UNROLL for (int k = 0; k < 8; k++) memcpy(&rows[8 * part + k], from[k] + 8 * part, 64);
        transpose(rows + 8 * part);
    }
    UNROLL for (int i = 0; i < elements; i++) EACH_LIMB(j) out[i].limb[j] = rows[5 * i + j];
}

#else

INLINE void scatter(uint64_t *const to[LANES], const fe *in, int elements) {
    for (int i = 0; i < elements; i++) {
        uint64_t limbs[LIMBS][LANES] __attribute__((aligned(64)));
        memcpy(limbs, in + i, sizeof(fe));
        EACH_LIMB(j) for (size_t k = 0; k < LANES; k++) to[k][LIMBS * i + j] = limbs[j][k];
    }
}

INLINE void gather(fe *out, const uint64_t *const from[LANES], int elements) {
    for (int i = 0; i < elements; i++) {
        uint64_t limbs[LIMBS][LANES] __attribute__((aligned(64)));
        EACH_LIMB(j) for (size_t k = 0; k < LANES; k++) limbs[j][k] = from[k][LIMBS * i + j];
        memcpy(out + i, limbs, sizeof(fe));
    }
}

#endif

INLINE void flatten_affine(flat_affine out[LANES], point p) {
    cached c = cached_of(p);
    uint64_t *to[LANES];
    for (size_t k = 0; k < LANES; k++) to[k] = out[k].limb;
    scatter(to, (const fe[3]){c.plus, c.minus, c.T2d}, 3);
}

INLINE void scatter_cached(uint64_t *const to[LANES], cached c) {
    scatter(to, (const fe[4]){c.plus, c.minus, c.Z2, c.T2d}, 4);
}

INLINE void flatten_cached(flat_cached out[LANES], cached c) {
    uint64_t *to[LANES];
    for (size_t k = 0; k < LANES; k++) to[k] = out[k].limb;
    scatter_cached(to, c);
}

INLINE cached gather_cached(const uint64_t *const from[LANES]) {
    fe f[4];
    gather(f, from, 4);
    return (cached){f[0], f[1], f[2], f[3]};
}

/* q, or -q in the lanes of `minus`. */
INLINE completed completed_of_affine(const fe q[3], mask minus) {
    fe less = fe_select(minus, q[1], q[0]), more = fe_select(minus, q[0], q[1]), two = fe_small(word_of(2));
    return (completed){fe_sub(more, less), two, two, fe_add(more, less)};
}

/* c + q, or c - q in the lanes of `minus`; 7 products, 2Z = 2 needs none. */
INLINE completed add_affine(completed c, const fe q[3], mask minus) {
    fe T = mul(c.E, c.H);
    wide y = mul_raised(c.G, c.H), x = mul_wide(c.E, c.F);
    fe less = carry(wide_less(y, x)), more = carry(wide_add(y, x));
    wide z = mul_raised(c.F, c.G), z2 = wide_add(z, z), t = mul_wide(T, q[2]);
    fe f = carry(wide_less(z2, t)), g = carry(wide_add(z2, t));
    wide a = mul_wide(less, fe_select(minus, q[1], q[0]));
    wide b = mul_raised(more, fe_select(minus, q[0], q[1]));
    return (completed){carry(wide_less(b, a)), fe_select(minus, f, g), fe_select(minus, g, f), carry(wide_add(b, a))};
}

/* The sum over all lanes, in every lane. */
INLINE point sum_of_lanes(point p) {
    flat_cached lanes[LANES];
    flatten_cached(lanes, cached_of(p));
    point sum = point_of(neutral());
    for (size_t i = 0; i < LANES; i++) {
        const uint64_t *from[LANES];
        for (size_t k = 0; k < LANES; k++) from[k] = lanes[i].limb;
        sum = point_of(add_points(ready_to_add(sum), gather_cached(from)));
    }
    return sum;
}

#endif
