/* The twisted Edwards curve -x^2 + y^2 = 1 + d x^2 y^2 of edwards25519, LANES points at once. Knows no scalar, no encoding.
 *
 * Formulas: Hisil, Wong, Carter, Dawson, "Twisted Edwards Curves Revisited" (2008): dbl-2008-hwcd and add-2008-hwcd-3. They
 * are complete here (-1 is a square, d is none): no input is exceptional, so no branch depends on a point.
 *
 * A sum or double comes out "completed", as the four factors of its coordinates, because what is multiplied out next depends
 * on what follows: a doubling needs no T, an addition does. */
#ifndef POINT_H
#define POINT_H

#include "constants.h"

/* x = X / Z, y = Y / Z, T = XY / Z. */
typedef struct { fe X, Y, Z, T; } point;
/* X = EF, Y = GH, Z = FG, T = EH. */
typedef struct { fe E, F, G, H; } completed;
/* What a doubling reads: S = X + Y. */
typedef struct { fe X, Y, Z, S; } doubling;
/* What an addition reads of its left operand: Y + X and Y - X. */
typedef struct { fe plus, minus, Z, T; } adding;
/* A right operand made ready: Y + X, Y - X, 2Z, 2dT. */
typedef struct { fe plus, minus, Z2, T2d; } cached;

INLINE fe fe_zero(void) { return fe_small(word_of(0)); }
INLINE fe fe_one(void) { return fe_small(word_of(1)); }
INLINE fe fe_negated(fe a) { return fe_sub(fe_zero(), a); }
INLINE fe fe_absolute(fe a) { return fe_select(fe_is_negative(a), a, fe_negated(a)); }

/* In all of these a factor is made a product or two before it is read, so that the out-of-order core never waits for one,
 * and read soon after, so that little has to be stored: the order was found by measuring. */
INLINE doubling doubling_of(completed c) {
    wide y = mul_wide(c.G, c.H), x = mul_wide(c.E, c.F);
    fe Y = carry(y), X = carry(x), S = carry(wide_add(x, y));
    return (doubling){X, Y, mul(c.F, c.G), S};
}

INLINE point point_of(completed c) { return (point){mul(c.E, c.F), mul(c.G, c.H), mul(c.F, c.G), mul(c.E, c.H)}; }

INLINE doubling ready_to_double(point p) { return (doubling){p.X, p.Y, p.Z, fe_add(p.X, p.Y)}; }
INLINE adding ready_to_add(point p) { return (adding){fe_add(p.Y, p.X), fe_sub(p.Y, p.X), p.Z, p.T}; }

INLINE adding adding_of(completed c) {
    fe T = mul(c.E, c.H), Z = mul(c.F, c.G);
    wide y = mul_raised(c.G, c.H), x = mul_wide(c.E, c.F);
    return (adding){carry(wide_add(y, x)), carry(wide_less(y, x)), Z, T};
}

INLINE cached cached_of_adding(adding p) {
    return (cached){p.plus, p.minus, fe_add(p.Z, p.Z), mul(p.T, fe_constant(TWO_D))};
}
INLINE cached cached_of(point p) { return cached_of_adding(ready_to_add(p)); }

INLINE completed neutral(void) {
    fe one = fe_one();
    return (completed){fe_zero(), one, one, one};
}

/* All four negated, which leaves the products as they are: H = X^2 + Y^2, E = H - S^2 = -2XY, G = X^2 - Y^2, F = G + 2Z^2.
 * One raised product is in all of them. In products W before the carry: H 2, E 2, G 1, F 3 and it, all below 2^62. */
INLINE completed double_point(doubling p) {
    wide b = sqr_wide(p.Y), a = sqr_raised(p.X), h = wide_add(a, b), g = wide_less(a, b);
    fe G = carry(g), H = carry(h);
    wide s = sqr_wide(p.S);
    fe E = carry(wide_less(h, s));
    wide c = sqr_wide(p.Z);
    return (completed){E, carry(wide_add(g, wide_add(c, c))), G, H};
}

INLINE completed add_points(adding p, cached q) {
    wide a = mul_wide(p.minus, q.minus), b = mul_raised(p.plus, q.plus);
    wide c = mul_wide(p.T, q.T2d), d = mul_raised(p.Z, q.Z2);
    return (completed){carry(wide_less(b, a)), carry(wide_less(d, c)), carry(wide_add(d, c)), carry(wide_add(b, a))};
}

#endif
