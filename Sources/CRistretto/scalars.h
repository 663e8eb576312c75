/* Numbers modulo the group order, one at a time. Knows scalars for the length of a call and wipes what held them.
 *
 * Products are Montgomery's, a b / R with R = 2^256: straight lines, one for every scalar. The factors of R need no care where
 * inverses are made of them (batch_invert). */
#ifndef SCALARS_H
#define SCALARS_H

#include "constants.h"

typedef struct { uint64_t word[4]; } number;

/* -1 / order modulo 2^64, and R^2 modulo the order. */
#define MINUS_INVERSE 0xd2b51da312547e1bu
static const number R_SQUARED = {{0xa40611e3449c0f01, 0xd00e1ba768859347, 0xceec73d217f5be65, 0x0399411b7c309a3d}};

/* a b / R modulo the order, below a b / R + order. For a below 2^255 and b below 2^254 that is below 2^254: a product may always
 * be multiplied by a scalar or by another product; of two products it is below 2 * order. */
INLINE number times_over_r(number a, number b) {
    uint64_t t[4] = {0};
    UNROLL for (int i = 0; i < 4; i++) {
        uint64_t over = 0;
        UNROLL for (int j = 0; j < 4; j++) {
            uint128 sum = (uint128)a.word[j] * b.word[i] + t[j] + over;
            t[j] = (uint64_t)sum;
            over = (uint64_t)(sum >> 64);
        }
        uint64_t q = t[0] * MINUS_INVERSE, folded = (uint64_t)(((uint128)q * ORDER[0] + t[0]) >> 64);
        UNROLL for (int j = 1; j < 4; j++) {
            uint128 sum = (uint128)q * ORDER[j] + t[j] + folded;
            t[j - 1] = (uint64_t)sum;
            folded = (uint64_t)(sum >> 64);
        }
        t[3] = over + folded;
    }
    return (number){{t[0], t[1], t[2], t[3]}};
}

/* a - order if that is not negative. */
INLINE number less_order(number a) {
    number r;
    uint64_t borrow = 0;
    UNROLL for (int i = 0; i < 4; i++) {
        uint128 difference = (uint128)a.word[i] - ORDER[i] - borrow;
        r.word[i] = (uint64_t)difference;
        borrow = (uint64_t)(difference >> 64) & 1;
    }
    uint64_t negative = spread(borrow);
    UNROLL for (int i = 0; i < 4; i++) r.word[i] ^= (r.word[i] ^ a.word[i]) & negative;
    return r;
}

INLINE number scalar_load(const uint8_t *bytes) {
    number a;
    memcpy(&a, bytes, 32);
    a.word[3] &= ~(uint64_t)0 >> 1;
    return a;
}

/* 1 / a modulo the order, by Fermat: a^(order - 2), four bits of the exponent at a time. The exponent is public. */
OUT_OF_LINE number inverse_of(number a) {
    number power[16];
    power[1] = times_over_r(a, R_SQUARED);
    for (int i = 2; i < 16; i++) power[i] = times_over_r(power[i - 1], power[1]);
    number r = power[1];
    for (int i = 62; i >= 0; i--) {
        for (int j = 0; j < 4; j++) r = times_over_r(r, r);
        uint64_t exponent = i < 16 ? ORDER[0] - 2 : ORDER[i / 16], digit = exponent >> (4 * (i % 16)) & 15;
        if (digit) r = times_over_r(r, power[digit]);
    }
    return less_order(times_over_r(r, (number){{1, 0, 0, 0}}));
}

/* Montgomery's trick, three products a scalar: with p_i the product of the scalars before i over R^i, and u_i = 1 / p_i,
 * 1 / s_i = u_{i+1} p_i / R and u_i = u_{i+1} s_i / R. `inverses` holds p until it is replaced. */
OUT_OF_LINE int invert_all(uint8_t *inverses, const uint8_t *scalars, size_t count) {
    number running = {{1, 0, 0, 0}};
    for (size_t i = 0; i < count; i++) {
        memcpy(inverses + 32 * i, &running, 32);
        running = times_over_r(scalar_load(scalars + 32 * i), running);
    }
    running = inverse_of(running);
    /* The inverse of zero comes out as zero. */
    uint64_t any = running.word[0] | running.word[1] | running.word[2] | running.word[3];
    for (size_t i = count; i-- > 0;) {
        number before, inverted;
        memcpy(&before, inverses + 32 * i, 32);
        inverted = less_order(times_over_r(before, running));
        memcpy(inverses + 32 * i, &inverted, 32);
        running = times_over_r(scalar_load(scalars + 32 * i), running);
    }
    return (int)((any | -any) >> 63);
}

/* Apart, so that its frame is below this one. */
static int batch_invert(uint8_t *inverses, const uint8_t *scalars, size_t count) {
    int all = invert_all(inverses, scalars, count);
    wipe_below();
    return all;
}

#endif
