/* Sums of many points times PUBLIC weights (Pippenger). Knows public values: it branches on weights and reads by them.
 *
 * A weight is cut into signed digits of a few bits, a window each. In a window every point goes into the bucket of its digit;
 * the window's sum is then sum of j * bucket j. Buckets are filled LANES at a time, a bucket in each lane, in order of their
 * sizes, so that the lanes of a lot end together. */
#ifndef PIPPENGER_H
#define PIPPENGER_H

#include <stdlib.h>
#include "flat.h"
#include "groups.h"

typedef struct {
    size_t count, padded;
    int bits, windows;
    uint32_t buckets;
    flat_affine *points; /* padded, and the neutral element behind them */
    flat_cached *sums;   /* of a bucket: LANES windows * buckets */
    flat_cached *totals; /* of a window, rounded up to LANES */
    uint16_t *keys;      /* of digits: magnitude times two, plus one if negative; windows * padded */
    uint32_t *entries;   /* of one window, by bucket: position of the point, times two, plus one to subtract it */
    uint32_t *start;     /* where a bucket's entries begin; one more at the end */
    uint32_t *order;     /* buckets of one window, largest first */
    uint32_t *tally;
} pippenger;

/* How far ahead entries are fetched; the list has as many more at its end. */
#define AHEAD 2

typedef struct { size_t below; int bits; } choice_of_bits;

/* Measured: more bits are fewer additions for each point but more buckets to add up. In eight lanes those go best that make
 * a multiple of eight windows: 32 of 8 bits, 24 of 11. */
INLINE int bits_for(size_t count) {
    static const choice_of_bits one_lane[] = {
        {300, 6}, {800, 7}, {2500, 8}, {5000, 9}, {10000, 10}, {25000, 11}, {60000, 12}, {SIZE_MAX, 13},
    };
    static const choice_of_bits many_lanes[] = {
        {300, 6}, {500, 7}, {6000, 8}, {9000, 10}, {60000, 11}, {SIZE_MAX, 12},
    };
    const choice_of_bits *best = LANES == 1 ? one_lane : many_lanes;
    while (count >= best->below) best++;
    return best->bits;
}

/* One piece of memory for all of it; null if there is none. */
static void *pippenger_room(pippenger *p, size_t count) {
    p->count = count;
    p->bits = bits_for(count);
    p->windows = 255 / p->bits + 1;
    p->buckets = (uint32_t)1 << (p->bits - 1);
    p->padded = (count + LANES - 1) / LANES * LANES;
    size_t windows = (size_t)p->windows, buckets = p->buckets;
    size_t sizes[] = {
        (p->padded + 1) * sizeof *p->points, LANES * buckets * sizeof *p->sums, (windows + LANES) * sizeof *p->totals,
        windows * p->padded * sizeof *p->keys, (2 * count + AHEAD) * sizeof *p->entries, (buckets + 2) * sizeof *p->start,
        buckets * sizeof *p->order, (count + 2) * sizeof *p->tally,
    };
    size_t offsets[8], bytes = 0;
    for (int i = 0; i < 8; i++) {
        offsets[i] = bytes;
        bytes += (sizes[i] + 63) / 64 * 64;
    }
    uint8_t *room = aligned_alloc(64, bytes);
    if (!room) return NULL;
    p->points = (flat_affine *)(void *)(room + offsets[0]);
    p->sums = (flat_cached *)(void *)(room + offsets[1]);
    p->totals = (flat_cached *)(void *)(room + offsets[2]);
    p->keys = (uint16_t *)(void *)(room + offsets[3]);
    p->entries = (uint32_t *)(void *)(room + offsets[4]);
    p->start = (uint32_t *)(void *)(room + offsets[5]);
    p->order = (uint32_t *)(void *)(room + offsets[6]);
    p->tally = (uint32_t *)(void *)(room + offsets[7]);
    return room;
}

/* Signed digits in -(2^(bits - 1) - 1) to 2^(bits - 1). The windows reach past bit 255, so the last carry finds room. */
static void cut_weights(pippenger *p, const uint8_t *weights) {
    const word half = word_of((uint64_t)1 << (p->bits - 1)), low = half + half - word_of(1);
    uint8_t room[32 * LANES];
    for (size_t i = 0; i < p->count; i += LANES) {
        const uint8_t *bytes = group_bytes(room, weights + 32 * i, 32, p->count - i, LANES);
        uint64_t rows[5][LANES], keys[LANES];
        word w[5], carried = word_of(0);
        for (size_t k = 0; k < LANES; k++) {
            UNROLL for (int n = 0; n < 4; n++) memcpy(&rows[n][k], bytes + 32 * k + 8 * n, 8);
            rows[3][k] &= ~(uint64_t)0 >> 1;
            rows[4][k] = 0;
        }
        memcpy(w, rows, sizeof w);
        for (int j = 0; j < p->windows; j++) {
            int at = j * p->bits, n = at / 64, shift = at % 64;
            word value = w[n] >> shift;
            if (shift) value |= w[n + 1] << (64 - shift);
            value = (value & low) + carried;
            carried = (half - value) >> 63;
            word negative = word_of(0) - carried;
            word key = (((value - (carried << p->bits)) ^ negative) + carried) << 1 | carried;
            memcpy(keys, &key, sizeof key);
            for (size_t k = 0; k < LANES; k++) p->keys[(size_t)j * p->padded + i + k] = (uint16_t)keys[k];
        }
    }
}

/* The entries of a window by bucket, and the buckets by size: two counting sorts. */
static void sort_window(pippenger *p, const uint16_t *keys) {
    uint32_t buckets = p->buckets, largest = 0, position = 0;
    memset(p->start, 0, (buckets + 2) * sizeof *p->start);
    for (size_t i = 0; i < p->count; i++) p->start[keys[i] / 2]++;
    for (uint32_t b = 0; b <= buckets; b++) {
        uint32_t size = p->start[b];
        /* Digit zero: nothing to add. Its entries stand first and are not read. */
        if (size > largest && b) largest = size;
        p->start[b] = position;
        position += size;
    }
    for (size_t i = 0; i < p->count; i++) p->entries[p->start[keys[i] / 2]++] = (uint32_t)(2 * i) | (keys[i] & 1);
    memset(p->entries + p->count, 0, (largest + AHEAD) * sizeof *p->entries);
    /* Placing has moved every start to its end, which is the next one's start. */
    for (uint32_t b = buckets + 1; b >= 1; b--) p->start[b] = p->start[b - 1];

    memset(p->tally, 0, (largest + 2) * sizeof *p->tally);
    for (uint32_t b = 1; b <= buckets; b++) p->tally[p->start[b + 1] - p->start[b]]++;
    position = 0;
    for (uint32_t size = largest + 1; size-- > 0;) {
        uint32_t number = p->tally[size];
        p->tally[size] = position;
        position += number;
    }
    for (uint32_t b = 1; b <= buckets; b++) p->order[p->tally[p->start[b + 1] - p->start[b]]++] = b;
}

/* LANES buckets of a window, from place `from` in their order. */
OUT_OF_LINE void fill_buckets(const pippenger *p, flat_cached *sums, uint32_t from) {
    uint32_t bucket[LANES], size[LANES], largest = 0;
    const uint32_t *entry[LANES];
    for (uint32_t k = 0; k < LANES; k++) {
        bucket[k] = from + k < p->buckets ? p->order[from + k] : 0;
        uint32_t start = bucket[k] ? p->start[bucket[k]] : 0;
        size[k] = bucket[k] ? p->start[bucket[k] + 1] - start : 0;
        entry[k] = p->entries + start;
        if (size[k] > largest) largest = size[k];
    }
    completed c = neutral();
    const uint32_t none = (uint32_t)(2 * p->padded);
    for (uint32_t t = 0; t < largest; t++) {
        const uint64_t *place[LANES];
        unsigned minus = 0;
        for (uint32_t k = 0; k < LANES; k++) {
            uint32_t e = t < size[k] ? entry[k][t] : none;
            const uint64_t *next = p->points[entry[k][t + AHEAD] >> 1].limb;
            place[k] = p->points[e >> 1].limb;
            minus |= (e & 1) << k;
            __builtin_prefetch(next);
            __builtin_prefetch(next + 8);
        }
        fe q[3];
        gather(q, place, 3);
        c = t ? add_affine(c, q, mask_of_bits(minus)) : completed_of_affine(q, mask_of_bits(minus));
    }
    flat_cached nowhere;
    uint64_t *to[LANES];
    for (uint32_t k = 0; k < LANES; k++) to[k] = bucket[k] ? sums[bucket[k] - 1].limb : nowhere.limb;
    scatter_cached(to, cached_of_adding(adding_of(c)));
}

/* Sum of j * bucket j of LANES windows side by side: every bucket is added to a running sum, and that to the total. */
OUT_OF_LINE void total_windows(pippenger *p, int from) {
    adding running = adding_of(neutral()), total = running;
    for (size_t j = p->buckets; j-- > 0;) {
        const uint64_t *place[LANES];
        for (int k = 0; k < LANES; k++)
            place[k] = from + k < p->windows ? p->sums[(size_t)k * p->buckets + j].limb
                                             : FLAT_CACHED_NEUTRAL.limb;
        running = adding_of(add_points(running, gather_cached(place)));
        total = adding_of(add_points(total, cached_of_adding(running)));
    }
    flatten_cached(p->totals + from, cached_of_adding(total));
}

/* `count` points, which need not be a multiple of LANES; the sum is in every lane. */
static point pippenger_sum(pippenger *p, const uint8_t *points, const uint8_t *weights) {
    uint8_t room[64 * LANES];
    for (size_t i = 0; i < p->count; i += LANES)
        flatten_affine(p->points + i, load_point(group_bytes(room, points + 64 * i, 64, p->count - i, LANES)));
    p->points[p->padded] = FLAT_AFFINE_NEUTRAL;
    cut_weights(p, weights);
    /* A few windows at a time, whose buckets stay in the cache. */
    for (int j = 0; j < p->windows; j++) {
        sort_window(p, p->keys + (size_t)j * p->padded);
        for (uint32_t b = 0; b < p->buckets; b += LANES) fill_buckets(p, p->sums + (size_t)(j % LANES) * p->buckets, b);
        if ((j + 1) % LANES == 0 || j + 1 == p->windows) total_windows(p, j / LANES * LANES);
    }
    completed sum = neutral();
    for (int j = p->windows - 1; j >= 0; j--) {
        if (j < p->windows - 1)
            for (int i = 0; i < p->bits; i++) sum = double_point(doubling_of(sum));
        const uint64_t *place[LANES];
        for (size_t k = 0; k < LANES; k++) place[k] = p->totals[j].limb;
        sum = add_points(adding_of(sum), gather_cached(place));
    }
    return point_of(sum);
}

#endif
