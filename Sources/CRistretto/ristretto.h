/* ristretto255 (RFC 9496) in lanes: decoding, encoding, mapping. Knows encodings and points, no scalar. Constant time but for
 * encodings that are read, which are public. */
#ifndef RISTRETTO_H
#define RISTRETTO_H

#include "root.h"

/* The lanes that hold a canonical, non-negative field element other than zero (zero encodes the identity, which every
 * operation here refuses). Bit 255 counts: libsodium 1.0.18 ignores it, RFC 9496 section 4.3.1 does not. */
INLINE mask acceptable(const uint8_t *elements) {
    unsigned bits = 0;
    for (size_t k = 0; k < LANES; k++) {
        uint64_t w[4];
        memcpy(w, elements + 32 * k, 32);
        int reaches_p = w[3] >> 63 || (w[3] == ~(uint64_t)0 >> 1 && (w[2] & w[1]) == ~(uint64_t)0 && w[0] >= (uint64_t)-19);
        int zero = (w[0] | w[1] | w[2] | w[3]) == 0;
        bits |= (unsigned)(!reaches_p && !zero && !(w[0] & 1)) << k;
    }
    return mask_of_bits(bits);
}

/* Decode (RFC 9496 section 4.3.1) for one or two groups of lanes, Z = 1. A point whose lane is not in `ok` means nothing. */
OUT_OF_LINE void decode(point *p, mask *ok, const uint8_t *elements, int groups) {
    fe one = fe_one(), ones[CHAINS] = {one, one};
    fe s[CHAINS], u1[CHAINS], u2[CHAINS], v[CHAINS], product[CHAINS], root[CHAINS];
    mask was_square[CHAINS];
    for (int k = 0; k < groups; k++) {
        s[k] = fe_load(elements + 32 * LANES * k, 32);
        fe ss = sqr(s[k]);
        u1[k] = fe_sub(one, ss);
        u2[k] = fe_add(one, ss);
        fe u2_squared = sqr(u2[k]);
        v[k] = fe_sub(fe_negated(mul(fe_constant(D), sqr(u1[k]))), u2_squared);
        product[k] = mul(v[k], u2_squared);
    }
    sqrt_ratio(root, was_square, ones, product, groups);
    for (int k = 0; k < groups; k++) {
        fe den_x = mul(root[k], u2[k]), den_y = mul(mul(root[k], den_x), v[k]);
        p[k].X = fe_absolute(mul(fe_add(s[k], s[k]), den_x));
        p[k].Y = mul(u1[k], den_y);
        p[k].Z = one;
        p[k].T = mul(p[k].X, p[k].Y);
        mask wrong = fe_is_negative(p[k].T) | fe_is_zero(p[k].Y);
        ok[k] = acceptable(elements + 32 * LANES * k) & was_square[k] & (mask)~wrong;
    }
}

/* The element of 64 uniform bytes for each lane (RFC 9496 section 4.3.4): MAP of both halves side by side, then their sum. */
OUT_OF_LINE point map_to_group(const uint8_t *uniform) {
    fe one = fe_one(), d = fe_constant(D), t[2], r[2], u[2], v[2], root[2];
    mask was_square[2];
    point p[2];
    for (int k = 0; k < 2; k++) {
        t[k] = fe_load(uniform + 32 * k, 64);
        r[k] = mul(fe_constant(SQRT_M1), sqr(t[k]));
        u[k] = mul(fe_add(r[k], one), fe_constant(ONE_MINUS_D_SQ));
        v[k] = mul(fe_sub(fe_negated(one), mul(r[k], d)), fe_add(r[k], d));
    }
    sqrt_ratio(root, was_square, u, v, 2);
    for (int k = 0; k < 2; k++) {
        fe other = fe_negated(fe_absolute(mul(root[k], t[k])));
        fe s = fe_select(was_square[k], other, root[k]), c = fe_select(was_square[k], r[k], fe_negated(one));
        fe n = fe_sub(mul(mul(c, fe_sub(r[k], one)), fe_constant(D_MINUS_ONE_SQ)), v[k]), ss = sqr(s);
        fe w0 = mul(fe_add(s, s), v[k]), w1 = mul(n, fe_constant(SQRT_AD_MINUS_ONE));
        fe w2 = fe_sub(one, ss), w3 = fe_add(one, ss);
        p[k] = (point){mul(w0, w3), mul(w2, w1), mul(w1, w3), mul(w0, w2)};
    }
    return point_of(add_points(ready_to_add(p[0]), cached_of(p[1])));
}

/* Encode (RFC 9496 section 4.3.2), one square root for each group: for points that are no doubles. */
OUT_OF_LINE void encode(uint8_t *elements, point p) {
    fe one = fe_one(), i = fe_constant(SQRT_M1), root;
    fe u1 = mul(fe_add(p.Z, p.Y), fe_sub(p.Z, p.Y)), u2 = mul(p.X, p.Y), product = mul(u1, sqr(u2));
    mask was_square;
    sqrt_ratio(&root, &was_square, &one, &product, 1);
    fe den1 = mul(u1, root), den2 = mul(u2, root), z_inverse = mul(mul(den1, den2), p.T);
    mask rotate = fe_is_negative(mul(p.T, z_inverse));
    fe x = fe_select(rotate, p.X, mul(p.Y, i)), y = fe_select(rotate, p.Y, mul(p.X, i));
    fe den = fe_select(rotate, den2, mul(den1, fe_constant(INVSQRT_A_MINUS_D)));
    y = fe_select(fe_is_negative(mul(x, z_inverse)), y, fe_negated(y));
    fe_store(elements, 32, fe_absolute(mul(den, fe_sub(p.Z, y))));
}

/* Encoding of doubles without square roots (Hamburg; "double and compress"). Of 2Q, completed as e = 2XY, f = Y^2 - X^2,
 * g = Y^2 + X^2, h = 2Z^2 - f, the encoding needs only 1 / (e f g h), and inverses share one exponentiation (Montgomery's
 * trick, here for each lane across groups). A lane where e f g h = 0 holds the identity: its factor is replaced by 1 and its
 * inverse by 0, and what comes out is 0, the identity's encoding. */
typedef struct {
    fe e, f, g, h, eg, fh;
    fe factor, before;
    mask identity;
} pending;

INLINE void prepare(pending *p, const completed *c) {
    p->e = fe_negated(c->E);
    p->f = fe_negated(c->G);
    p->g = c->H;
    p->h = c->F;
    p->eg = mul(p->e, p->g);
    p->fh = mul(p->f, p->h);
    fe factor = mul(p->eg, p->fh);
    p->identity = fe_is_zero(factor);
    p->factor = fe_select(p->identity, factor, fe_one());
}

INLINE void encode_double(uint8_t *element, const pending *p, fe inverted) {
    fe i = fe_constant(SQRT_M1);
    inverted = fe_select(p->identity, inverted, fe_zero());
    fe z_inverse = mul(p->eg, inverted), t_inverse = mul(p->fh, inverted);
    mask rotate = fe_is_negative(mul(p->eg, z_inverse));
    fe e = fe_select(rotate, p->e, p->g), g = fe_select(rotate, p->g, fe_negated(p->e));
    fe h = fe_select(rotate, p->h, mul(p->f, i)), magic = fe_select(rotate, fe_constant(INVSQRT_A_MINUS_D), i);
    g = fe_select(fe_is_negative(mul(mul(h, e), z_inverse)), g, fe_negated(g));
    fe_store(element, 32, fe_absolute(mul(mul(fe_sub(h, g), magic), mul(g, t_inverse))));
}

OUT_OF_LINE void encode_doubles(uint8_t *elements, pending *p, size_t groups) {
    fe running = p[0].factor;
    for (size_t i = 1; i < groups; i++) {
        p[i].before = running;
        running = mul(running, p[i].factor);
    }
    running = inverse(running);
    for (size_t i = groups - 1; i > 0; i--) {
        encode_double(elements + 32 * LANES * i, p + i, mul(running, p[i].before));
        running = mul(running, p[i].factor);
    }
    encode_double(elements, p, running);
}

#endif
