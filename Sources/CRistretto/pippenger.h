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
    size_t count;
    int bits, windows;
    uint32_t buckets;
    flat_affine *points;
    flat_cached *sums;   /* of a bucket: windows * buckets */
    flat_cached *totals; /* of a window, rounded up to LANES */
    int16_t *digits;     /* windows * count */
    uint32_t *entries;   /* of one window, by bucket: position of the point, times two, plus one to subtract it */
    uint32_t *start;     /* where a bucket's entries begin; one more at the end */
    uint32_t *order;     /* buckets of one window, largest first */
    uint32_t *tally;
} pippenger;

/* How far ahead entries are fetched; the list has as many more at its end. */
#define AHEAD 2

/* Measured: more bits are fewer additions for each point but more buckets to add up. */
INLINE int bits_for(size_t count) {
    static const struct { size_t below; int bits; } best[] = {
        {300, 6}, {800, 7}, {2500, 8}, {5000, 9}, {10000, 10}, {25000, 11}, {60000, 12},
    };
    for (size_t i = 0; i < sizeof best / sizeof best[0]; i++)
        if (count < best[i].below) return best[i].bits;
    return 13;
}

/* One piece of memory for all of it; null if there is none. */
static void *pippenger_room(pippenger *p, size_t count) {
    p->count = count;
    p->bits = bits_for(count);
    p->windows = 255 / p->bits + 1;
    p->buckets = (uint32_t)1 << (p->bits - 1);
    size_t windows = (size_t)p->windows, buckets = p->buckets, padded = count + LANES;
    size_t sizes[] = {
        padded * sizeof *p->points, windows * buckets * sizeof *p->sums, (windows + LANES) * sizeof *p->totals,
        windows * count * sizeof *p->digits, (count + AHEAD) * sizeof *p->entries, (buckets + 2) * sizeof *p->start,
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
    p->digits = (int16_t *)(void *)(room + offsets[3]);
    p->entries = (uint32_t *)(void *)(room + offsets[4]);
    p->start = (uint32_t *)(void *)(room + offsets[5]);
    p->order = (uint32_t *)(void *)(room + offsets[6]);
    p->tally = (uint32_t *)(void *)(room + offsets[7]);
    return room;
}

/* Signed digits in -(2^(bits - 1) - 1) to 2^(bits - 1). The windows reach past bit 255, so the last carry finds room. */
static void cut_weights(pippenger *p, const uint8_t *weights) {
    const int half = 1 << (p->bits - 1);
    for (size_t i = 0; i < p->count; i++) {
        uint64_t w[5] = {0};
        memcpy(w, weights + 32 * i, 32);
        w[3] &= ~(uint64_t)0 >> 1;
        int carried = 0;
        for (int j = 0; j < p->windows; j++) {
            int at = j * p->bits, shift = at & 63;
            uint64_t value = w[at >> 6] >> shift | (shift ? w[(at >> 6) + 1] << (64 - shift) : 0);
            int digit = (int)(value & (2 * (uint64_t)half - 1)) + carried;
            carried = digit > half;
            p->digits[(size_t)j * p->count + i] = (int16_t)(digit - (carried << p->bits));
        }
    }
}

INLINE uint32_t magnitude(int16_t digit) { return (uint32_t)(digit < 0 ? -digit : digit); }

/* The entries of a window by bucket, and the buckets by size: two counting sorts. */
static void sort_window(pippenger *p, const int16_t *digits) {
    uint32_t buckets = p->buckets, largest = 0, position = 0;
    memset(p->start, 0, (buckets + 2) * sizeof *p->start);
    for (size_t i = 0; i < p->count; i++) p->start[magnitude(digits[i])]++;
    p->start[0] = 0; /* digit zero: nothing to add */
    for (uint32_t b = 1; b <= buckets; b++) {
        uint32_t size = p->start[b];
        if (size > largest) largest = size;
        p->start[b] = position;
        position += size;
    }
    p->start[buckets + 1] = position;
    for (size_t i = 0; i < p->count; i++)
        if (digits[i]) p->entries[p->start[magnitude(digits[i])]++] = (uint32_t)(2 * i) | (digits[i] < 0);
    memset(p->entries + position, 0, AHEAD * sizeof *p->entries);
    /* Placing has moved every start to its end, which is the next one's start. */
    for (uint32_t b = buckets; b >= 1; b--) p->start[b] = b > 1 ? p->start[b - 1] : 0;

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
    for (uint32_t t = 0; t < largest; t++) {
        const uint64_t *place[LANES];
        unsigned minus = 0;
        for (uint32_t k = 0; k < LANES; k++) {
            int there = t < size[k];
            uint32_t e = there ? entry[k][t] : 0;
            place[k] = there ? p->points[e >> 1].limb : FLAT_AFFINE_NEUTRAL.limb;
            minus |= (e & 1) << k;
            if (there) {
                const uint64_t *next = p->points[entry[k][t + AHEAD] >> 1].limb;
                __builtin_prefetch(next);
                __builtin_prefetch(next + 8);
            }
        }
        fe q[3];
        gather(q, place, 3);
        c = add_affine(c, q, mask_of_bits(minus));
    }
    flat_cached out[LANES];
    flatten_cached(out, point_of(c));
    for (uint32_t k = 0; k < LANES; k++)
        if (bucket[k]) sums[bucket[k] - 1] = out[k];
}

/* Sum of j * bucket j of LANES windows side by side: every bucket is added to a running sum, and that to the total. */
OUT_OF_LINE void total_windows(pippenger *p, int from) {
    point running = point_of(neutral()), total = running;
    for (size_t j = p->buckets; j-- > 0;) {
        const uint64_t *place[LANES];
        for (int k = 0; k < LANES; k++)
            place[k] = from + k < p->windows ? p->sums[(size_t)(from + k) * p->buckets + j].limb
                                             : FLAT_CACHED_NEUTRAL.limb;
        running = point_of(add_points(ready_to_add(running), gather_cached(place)));
        total = point_of(add_points(ready_to_add(total), cached_of(running)));
    }
    flatten_cached(p->totals + from, total);
}

/* `count` points, which need not be a multiple of LANES; the sum is in every lane. */
static point pippenger_sum(pippenger *p, const uint8_t *points, const uint8_t *weights) {
    uint8_t room[64 * LANES];
    for (size_t i = 0; i < p->count; i += LANES)
        flatten_affine(p->points + i, load_point(group_bytes(room, points + 64 * i, 64, p->count - i, LANES)));
    cut_weights(p, weights);
    for (int j = 0; j < p->windows; j++) {
        sort_window(p, p->digits + (size_t)j * p->count);
        for (uint32_t b = 0; b < p->buckets; b += LANES) fill_buckets(p, p->sums + (size_t)j * p->buckets, b);
    }
    for (int j = 0; j < p->windows; j += LANES) total_windows(p, j);
    point sum = point_of(neutral());
    for (int j = p->windows - 1; j >= 0; j--) {
        if (j < p->windows - 1)
            for (int i = 0; i < p->bits; i++) sum = point_of(double_point(ready_to_double(sum)));
        const uint64_t *place[LANES];
        for (size_t k = 0; k < LANES; k++) place[k] = p->totals[j].limb;
        sum = point_of(add_points(ready_to_add(sum), gather_cached(place)));
    }
    return sum;
}

#endif
