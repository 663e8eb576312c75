/* The operations of CRistretto.h over whole batches. Knows scalars for the length of a call and wipes what held them. */
#ifndef BATCH_H
#define BATCH_H

#include "groups.h"
#include "ristretto.h"
#include "table.h"

/* Items that share one inversion, a multiple of LANES. */
#define SHARE 256
#define GROUPS (SHARE / LANES)

enum source { ENCODINGS, POINTS, UNIFORM };

/* Everything that holds a secret, in one place, so that it can be wiped. The arrays at the end may be used in part. */
typedef struct {
    cached table[ENTRIES];
    digits scalar;
    completed multiplied;
    point from[CHAINS];
    uint8_t bytes[64 * LANES];
    uint8_t scalars[32 * LANES];
    pending product[GROUPS];
    uint8_t out[32 * SHARE];
} workspace;

static void wipe_workspace(workspace *w, size_t items) {
    size_t groups = (items + LANES - 1) / LANES;
    wipe(w, offsetof(workspace, product));
    wipe(w->product, groups * sizeof w->product[0]);
    wipe(w->out, groups * 32 * LANES);
    wipe_below();
}

/* The lowest position at or after `start` of a lane that is set in `bad`; `none` if there is none. */
INLINE size_t first_of(unsigned bad, size_t start, size_t there, size_t none) {
    bad &= there >= LANES ? (1u << LANES) - 1 : (1u << there) - 1;
    size_t any = (size_t)spread(((uint64_t)0 - (uint64_t)bad) >> 63);
    size_t position = start + (size_t)__builtin_ctz(bad | 1u << LANES);
    return none ^ ((none ^ position) & any);
}

/* Up to SHARE items times their scalars. The result is the first item that is no element, is the identity, or becomes it. */
static size_t multiply_share(
    workspace *w,
    uint8_t *products,
    const uint8_t *items,
    enum source source,
    const uint8_t *scalars,
    size_t stride,
    size_t count,
    size_t none
) {
    size_t width = source == ENCODINGS ? 32 : 64, groups = (count + LANES - 1) / LANES, first = none;
    mask ok[GROUPS + 1];
    for (size_t i = 0; i < groups; i++) {
        size_t start = i * LANES, there = count - start;
        point *p = w->from + (source == ENCODINGS ? i % CHAINS : 0);
        if (source == ENCODINGS) {
            int chains = i + 1 < groups ? 2 : 1;
            size_t wanted = (size_t)chains * LANES;
            if (i % CHAINS == 0)
                decode(w->from, ok + i, group_bytes(w->bytes, items + width * start, width, there, wanted), chains);
        } else {
            const uint8_t *bytes = group_bytes(w->bytes, items + width * start, width, there, LANES);
            *p = source == POINTS ? load_point(bytes) : map_to_group(bytes);
            ok[i] = mask_of_bits((1u << LANES) - 1);
        }
        if (stride)
            recode(&w->scalar, group_bytes(w->scalars, scalars + stride * start, stride, there, LANES), stride);
        build_table(w->table, *p);
        multiply_twice(&w->multiplied, w->table, &w->scalar);
        prepare(w->product + i, &w->multiplied);
    }
    encode_doubles(w->out, w->product, groups);
    memcpy(products, w->out, 32 * count);
    for (size_t i = groups; i-- > 0;) {
        size_t start = i * LANES;
        first = first_of(bits_of_mask((mask)~ok[i] | w->product[i].identity), start, count - start, first);
    }
    return first;
}

static size_t multiply_all(
    uint8_t *products,
    const uint8_t *items,
    enum source source,
    const uint8_t *scalars,
    size_t stride,
    size_t count
) {
    workspace w;
    size_t width = source == ENCODINGS ? 32 : 64, first = count;
    if (!stride) recode(&w.scalar, scalars, 0);
    for (size_t i = 0; i < count; i += SHARE) {
        size_t there = count - i < SHARE ? count - i : SHARE, none = count - i;
        size_t refused = multiply_share(
            &w, products + 32 * i, items + width * i, source, scalars + stride * i, stride, there, none
        );
        first = least(first, i + refused);
    }
    wipe_workspace(&w, count < SHARE ? count : SHARE);
    return first;
}

static size_t batch_multiply(
    uint8_t *products, const uint8_t *elements, const uint8_t *scalars, size_t stride, size_t count
) {
    return multiply_all(products, elements, ENCODINGS, scalars, stride, count);
}

static size_t batch_multiply_points(
    uint8_t *products, const uint8_t *points, const uint8_t *scalars, size_t stride, size_t count
) {
    return multiply_all(products, points, POINTS, scalars, stride, count);
}

static size_t batch_map_and_multiply(
    uint8_t *products, const uint8_t *uniform, const uint8_t *scalars, size_t stride, size_t count
) {
    return multiply_all(products, uniform, UNIFORM, scalars, stride, count);
}

/* What is mapped may be a record: its element is enough to test guesses of it. */
static void batch_map(uint8_t *elements, const uint8_t *uniform, size_t count) {
    uint8_t bytes[64 * LANES], out[32 * LANES];
    for (size_t i = 0; i < count; i += LANES) {
        size_t there = count - i < LANES ? count - i : LANES;
        encode(out, map_to_group(group_bytes(bytes, uniform + 64 * i, 64, there, LANES)));
        memcpy(elements + 32 * i, out, 32 * there);
    }
    wipe(bytes, sizeof bytes);
    wipe(out, sizeof out);
    wipe_below();
}

/* Public encodings to affine points; null to check them only. */
static size_t batch_decode(uint8_t *points, const uint8_t *elements, size_t count) {
    uint8_t bytes[32 * LANES * CHAINS], out[64 * LANES];
    for (size_t i = 0; i < count; i += LANES * CHAINS) {
        point p[CHAINS];
        mask ok[CHAINS];
        decode(p, ok, group_bytes(bytes, elements + 32 * i, 32, count - i, LANES * CHAINS), CHAINS);
        for (size_t k = 0; k < CHAINS && i + k * LANES < count; k++) {
            size_t start = i + k * LANES, there = count - start < LANES ? count - start : LANES;
            size_t refused = first_of(bits_of_mask((mask)~ok[k]), start, there, count);
            if (refused < count) return refused;
            if (!points) continue;
            fe_store(out, 64, p[k].X);
            fe_store(out + 32, 64, p[k].Y);
            memcpy(points + 64 * start, out, 64 * there);
        }
    }
    return count;
}

#endif
