/* Items of a batch as groups of lanes. Knows bytes and affine points. */
#ifndef GROUPS_H
#define GROUPS_H

#include "point.h"

/* Where a group's bytes are: in place if all lanes have an item, else copied with zeros behind. */
INLINE const uint8_t *group_bytes(uint8_t *room, const uint8_t *items, size_t width, size_t there, size_t wanted) {
    if (there >= wanted) return items;
    memset(room, 0, width * wanted);
    memcpy(room, items, width * there);
    return room;
}

/* Affine x and y, canonical. */
INLINE point load_point(const uint8_t *bytes) {
    fe x = fe_load(bytes, 64), y = fe_load(bytes + 32, 64);
    return (point){x, y, fe_one(), mul(x, y)};
}

#endif
