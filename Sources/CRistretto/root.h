/* Inverses and inverse square roots in GF(2^255 - 19), in lanes. Knows numbers, no curve. Constant time. */
#ifndef ROOT_H
#define ROOT_H

#include "point.h"

/* One or two chains side by side: a squaring waits for the one before it, two chains fill each other's gaps. */
#define CHAINS 2

OUT_OF_LINE void square_one(fe *a, int times) {
    fe x = *a;
    while (times--) x = sqr(x);
    *a = x;
}

OUT_OF_LINE void square_two(fe a[CHAINS], int times) {
    fe x = a[0], y = a[1];
    while (times--) {
        x = sqr(x);
        y = sqr(y);
    }
    a[0] = x;
    a[1] = y;
}

INLINE void square(fe *a, int times, int chains) {
    if (chains == 2) square_two(a, times);
    else square_one(a, times);
}

OUT_OF_LINE fe mul_apart(fe a, fe b) { return mul(a, b); }

INLINE void mul_each(fe *r, const fe *a, const fe *b, int chains) {
    for (int k = 0; k < chains; k++) r[k] = mul_apart(a[k], b[k]);
}

INLINE void copy(fe *to, const fe *from, int chains) {
    for (int k = 0; k < chains; k++) to[k] = from[k];
}

/* z^(2^250 - 1) and z^11, by the usual chain (Bernstein, "Curve25519", 2006). */
static void power_chain(fe *most, fe *eleven, const fe *z, int chains) {
    fe a[CHAINS], b[CHAINS], c[CHAINS];
    copy(a, z, chains);
    square(a, 1, chains);
    copy(b, a, chains);
    square(b, 2, chains);
    mul_each(b, b, z, chains); /* 9 */
    mul_each(eleven, a, b, chains);
    copy(a, eleven, chains);
    square(a, 1, chains);
    mul_each(b, a, b, chains); /* 2^5 - 1 */
    copy(a, b, chains);
    square(a, 5, chains);
    mul_each(b, a, b, chains); /* 2^10 - 1 */
    copy(a, b, chains);
    square(a, 10, chains);
    mul_each(c, a, b, chains); /* 2^20 - 1 */
    copy(a, c, chains);
    square(a, 20, chains);
    mul_each(a, a, c, chains); /* 2^40 - 1 */
    square(a, 10, chains);
    mul_each(b, a, b, chains); /* 2^50 - 1 */
    copy(a, b, chains);
    square(a, 50, chains);
    mul_each(c, a, b, chains); /* 2^100 - 1 */
    copy(a, c, chains);
    square(a, 100, chains);
    mul_each(a, a, c, chains); /* 2^200 - 1 */
    square(a, 50, chains);
    mul_each(most, a, b, chains);
}

/* z^((p - 5) / 8) = z^(2^252 - 3) */
static void power_of_root(fe *r, const fe *z, int chains) {
    fe most[CHAINS], eleven[CHAINS];
    power_chain(most, eleven, z, chains);
    square(most, 2, chains);
    mul_each(r, most, z, chains);
}

/* z^(p - 2) = z^(2^255 - 21) */
static fe inverse(fe z) {
    fe most, eleven;
    power_chain(&most, &eleven, &z, 1);
    square(&most, 5, 1);
    return mul_apart(most, eleven);
}

/* SQRT_RATIO_M1 (RFC 9496 section 4.2) for one or two groups of lanes. */
OUT_OF_LINE void sqrt_ratio(fe *root, mask *was_square, const fe *u, const fe *v, int chains) {
    fe v3[CHAINS], base[CHAINS], power[CHAINS];
    for (int k = 0; k < chains; k++) {
        v3[k] = mul(sqr(v[k]), v[k]);
        base[k] = mul(mul(sqr(v3[k]), v[k]), u[k]);
    }
    power_of_root(power, base, chains);
    for (int k = 0; k < chains; k++) {
        fe i = fe_constant(SQRT_M1), r = mul(mul(u[k], v3[k]), power[k]), check = mul(v[k], sqr(r));
        mask right = fe_is_zero(fe_sub(check, u[k])), flipped = fe_is_zero(fe_add(check, u[k]));
        mask flipped_i = fe_is_zero(fe_add(check, mul(u[k], i)));
        root[k] = fe_absolute(fe_select(flipped | flipped_i, r, mul(r, i)));
        was_square[k] = right | flipped;
    }
}

#endif
