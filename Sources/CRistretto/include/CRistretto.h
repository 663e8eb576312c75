/* Group operations of ristretto255 (RFC 9496) on batches, with one back end for each kind of processor. Knows points and
 * scalars for the length of a call, nothing of any protocol.
 *
 * Every back end gives the same bytes as libsodium. An element or scalar is 32 bytes, a uniform string 64, a decoded point
 * POINT_BYTES; items stand one after another. A scalar is any number below 2^255: bit 255 is ignored, as libsodium does.
 *
 * A result of type size_t is the position of the first item that was refused, or `count` if none was. What was then written
 * is worthless. Refused are encodings that are not canonical, negative, not on the group, or the identity, and products that
 * are the identity.
 *
 * No operation branches on a scalar, a uniform string or what is made of them, or addresses memory by it, except where it
 * says that its arguments are public. What held them is wiped. */
#ifndef CRISTRETTO_H
#define CRISTRETTO_H

#include <stddef.h>
#include <stdint.h>

/* Affine x and y, canonical. */
#define CRISTRETTO_POINT_BYTES 64

typedef struct cristretto_backend {
    const char *_Nonnull name;
    /* Items that are worked on at once: a batch costs as much as the next multiple. */
    size_t lanes;

    /* Public elements to points. `points` may be null: then they are only checked. */
    size_t (*_Nonnull decode)(uint8_t *_Nullable points, const uint8_t *_Nonnull elements, size_t count);

    /* Uniform strings to elements (RFC 9496 section 4.3.4). */
    void (*_Nonnull map)(uint8_t *_Nonnull elements, const uint8_t *_Nonnull uniform, size_t count);

    /* Elements, points or mapped uniform strings times scalars that stand `stride` bytes apart: 32 for each its own, 0 for one
     * that all share. Elements and points are public. The products are given as points too, unless `points` is null. */
    size_t (*_Nonnull multiply)(
        uint8_t *_Nonnull products, uint8_t *_Nullable points, const uint8_t *_Nonnull elements,
        const uint8_t *_Nonnull scalars, size_t stride, size_t count
    );
    size_t (*_Nonnull multiply_points)(
        uint8_t *_Nonnull products, uint8_t *_Nullable points, const uint8_t *_Nonnull factors,
        const uint8_t *_Nonnull scalars, size_t stride, size_t count
    );
    size_t (*_Nonnull map_and_multiply)(
        uint8_t *_Nonnull products, uint8_t *_Nullable points, const uint8_t *_Nonnull uniform,
        const uint8_t *_Nonnull scalars, size_t stride, size_t count
    );

    /* The sum of points times their PUBLIC weights, as one element; the identity for none. Weights that are a multiple of the
     * group order are refused. */
    size_t (*_Nonnull weighted_sum)(
        uint8_t *_Nonnull sum, const uint8_t *_Nonnull points, const uint8_t *_Nonnull weights, size_t count
    );

    /* The inverses of scalars modulo the group order, reduced. 0 if a scalar is a multiple of the order, which has none: then
     * what was written is worthless. `inverses` and `scalars` are apart. */
    int (*_Nonnull invert)(uint8_t *_Nonnull inverses, const uint8_t *_Nonnull scalars, size_t count);

    /* SHA-512 of `count` messages, of which message i ends at byte ends[i] and the next begins there; of 128 zero bytes and
     * each message if `after_zero_block` is not 0. Digests are 64 bytes. Lengths are public. */
    void (*_Nonnull sha512)(
        uint8_t *_Nonnull digests, const uint8_t *_Nonnull messages, const size_t *_Nonnull ends, size_t count,
        int after_zero_block
    );
} cristretto_backend;

/* The back ends of this target; null where the processor, or the system, cannot run it. */
const cristretto_backend *_Nullable cristretto_ifma(void);
const cristretto_backend *_Nullable cristretto_avx2(void);
const cristretto_backend *_Nullable cristretto_scalar(void);

/* Whether this target was compiled with optimisation. Without it a back end is right, but slower than libsodium. */
int cristretto_is_optimised(void);

#endif
