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

INLINE void flatten_affine(flat_affine out[LANES], point p) {
    cached c = cached_of(p);
    uint64_t limbs[15][LANES] __attribute__((aligned(64)));
    memcpy(limbs, &c.plus, sizeof(fe));
    memcpy(limbs + 5, &c.minus, sizeof(fe));
    memcpy(limbs + 10, &c.T2d, sizeof(fe));
    for (size_t k = 0; k < LANES; k++)
        for (size_t i = 0; i < 15; i++) out[k].limb[i] = limbs[i][k];
}

INLINE void flatten_cached(flat_cached out[LANES], point p) {
    cached c = cached_of(p);
    uint64_t limbs[20][LANES] __attribute__((aligned(64)));
    memcpy(limbs, &c, sizeof c);
    for (size_t k = 0; k < LANES; k++)
        for (size_t i = 0; i < 20; i++) out[k].limb[i] = limbs[i][k];
}

#ifdef TRANSPOSES

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

INLINE void gather(fe *out, const uint64_t *const from[LANES], int elements) {
    for (int i = 0; i < elements; i++) {
        uint64_t limbs[LIMBS][LANES] __attribute__((aligned(64)));
        EACH_LIMB(j) for (size_t k = 0; k < LANES; k++) limbs[j][k] = from[k][LIMBS * i + j];
        memcpy(out + i, limbs, sizeof(fe));
    }
}

#endif

INLINE cached gather_cached(const uint64_t *const from[LANES]) {
    fe f[4];
    gather(f, from, 4);
    return (cached){f[0], f[1], f[2], f[3]};
}

/* c + q, or c - q in the lanes of `minus`; 7 products, 2Z = 2 needs none. */
INLINE completed add_affine(completed c, const fe q[3], mask minus) {
    wide y = mul_raised(c.G, c.H), x = mul_wide(c.E, c.F);
    wide a = mul_wide(carry(wide_less(y, x)), fe_select(minus, q[1], q[0]));
    wide b = mul_raised(carry(wide_add(y, x)), fe_select(minus, q[0], q[1]));
    wide t = mul_wide(mul(c.E, c.H), q[2]), z = mul_raised(c.F, c.G), z2 = wide_add(z, z);
    fe f = carry(wide_less(z2, t)), g = carry(wide_add(z2, t));
    return (completed){carry(wide_less(b, a)), fe_select(minus, f, g), fe_select(minus, g, f), carry(wide_add(b, a))};
}

/* The sum over all lanes, in every lane. */
INLINE point sum_of_lanes(point p) {
    flat_cached lanes[LANES];
    flatten_cached(lanes, p);
    point sum = point_of(neutral());
    for (size_t i = 0; i < LANES; i++) {
        const uint64_t *from[LANES];
        for (size_t k = 0; k < LANES; k++) from[k] = lanes[i].limb;
        sum = point_of(add_points(ready_to_add(sum), gather_cached(from)));
    }
    return sum;
}

#endif
