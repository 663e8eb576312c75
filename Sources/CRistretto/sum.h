/* The sum of points times PUBLIC weights: Straus for few, Pippenger for many. Knows public values. */
#ifndef SUM_H
#define SUM_H

#include "pippenger.h"
#include "straus.h"

/* From here on Pippenger is faster. */
#define MANY (LANES == 1 ? 60 : 120)

/* Whether a weight is a multiple of the group order, q * order = q * 2^252 + q * (order - 2^252) for its upper bits q. */
static int is_multiple_of_order(const uint8_t weight[32]) {
    uint64_t w[4], over = 0;
    memcpy(w, weight, 32);
    w[3] &= ~(uint64_t)0 >> 1;
    uint64_t q = w[3] >> 60;
    for (int i = 0; i < 4; i++) {
        uint128 product = (uint128)ORDER[i] * q + over;
        if (w[i] != (uint64_t)product) return 0;
        over = (uint64_t)(product >> 64);
    }
    return 1;
}

/* Points as batch_decode makes them: elements other than the identity. */
static size_t batch_weighted_sum(uint8_t *sum, const uint8_t *points, const uint8_t *weights, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (is_multiple_of_order(weights + 32 * i)) return i;
    uint8_t out[32 * LANES];
    pippenger p;
    void *room = count < MANY ? NULL : pippenger_room(&p, count);
    encode(out, room ? pippenger_sum(&p, points, weights) : straus(points, weights, count));
    free(room);
    memcpy(sum, out, 32);
    return count;
}

#endif
