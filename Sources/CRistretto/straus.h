/* Sums of few points times PUBLIC weights (Straus): lanes hold points, all share the doublings. Knows public values.
 * It is built of the constant-time parts of table.h, which are at hand; it needs no memory but its frame. */
#ifndef STRAUS_H
#define STRAUS_H

#include "flat.h"
#include "groups.h"
#include "table.h"

/* Groups of lanes that share doublings: one more table each. */
#define STRAUS_GROUPS 16

typedef struct {
    cached table[STRAUS_GROUPS][ENTRIES];
    digits weight[STRAUS_GROUPS];
    uint8_t points[64 * LANES], weights[32 * LANES];
} straus_room;

/* Up to STRAUS_GROUPS * LANES items; the sum is spread over the lanes. */
OUT_OF_LINE point straus_lanes(straus_room *room, const uint8_t *points, const uint8_t *weights, size_t count) {
    size_t groups = (count + LANES - 1) / LANES;
    for (size_t g = 0; g < groups; g++) {
        size_t start = g * LANES, there = count - start;
        /* Zero bytes as x and y are no point, but their weight is zero and only the neutral element is taken. */
        build_table(room->table[g], load_point(group_bytes(room->points, points + 64 * start, 64, there, LANES)));
        recode(room->weight + g, group_bytes(room->weights, weights + 32 * start, 32, there, LANES), 32);
    }
    completed c = neutral();
    for (int i = DIGITS - 1;; i--) {
        for (size_t g = 0; g < groups; g++) {
            choice chosen = choice_of(room->weight[g].digit[i]);
            c = add_digit(c, room->table[g], &chosen);
        }
        doubling next = doubling_of(c);
        for (int j = 1; j < WINDOW && i; j++) next = doubling_of(double_point(next));
        c = double_point(next);
        if (i == 0) return point_of(c);
    }
}

static point straus(const uint8_t *points, const uint8_t *weights, size_t count) {
    straus_room room;
    point sum = point_of(neutral());
    for (size_t i = 0; i < count; i += STRAUS_GROUPS * LANES) {
        size_t there = count - i < STRAUS_GROUPS * LANES ? count - i : STRAUS_GROUPS * LANES;
        point piece = straus_lanes(&room, points + 64 * i, weights + 32 * i, there);
        sum = point_of(add_points(ready_to_add(sum), cached_of(piece)));
    }
    return sum_of_lanes(sum);
}

#endif
