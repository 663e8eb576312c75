/* SHA-512 (FIPS 180-4), a message in each lane. Knows messages for the length of a call and wipes what held them.
 * Constant time in the messages; their lengths are public. */
#ifndef SHA512_H
#define SHA512_H

#include "sha512_constants.h"

#define BLOCK 128

INLINE word rotated(word x, int bits) { return (x >> bits) | (x << (64 - bits)); }

/* `block` is overwritten: the message schedule rolls through it. */
OUT_OF_LINE void compress(word state[8], word block[16]) {
    word s[8];
    UNROLL for (int i = 0; i < 8; i++) s[i] = state[i];
    for (int round = 0; round < 80; round += 16) {
        UNROLL for (int i = 0; i < 16; i++) {
            /* Names turn instead of values: s[(0 - i) & 7] is a, then b one round later. */
            word a = s[-i & 7], b = s[(1 - i) & 7], c = s[(2 - i) & 7];
            word e = s[(4 - i) & 7], f = s[(5 - i) & 7], g = s[(6 - i) & 7];
            word sum1 = rotated(e, 14) ^ rotated(e, 18) ^ rotated(e, 41), chosen = (e & f) ^ (~e & g);
            word sum0 = rotated(a, 28) ^ rotated(a, 34) ^ rotated(a, 39), most = (a & b) ^ (a & c) ^ (b & c);
            word t = s[(7 - i) & 7] + sum1 + chosen + word_of(ROUND[round + i]) + block[i];
            s[(3 - i) & 7] += t;
            s[(7 - i) & 7] = t + sum0 + most;
            word early = block[(i + 1) & 15], late = block[(i + 14) & 15];
            block[i] += (rotated(early, 1) ^ rotated(early, 8) ^ (early >> 7)) + block[(i + 9) & 15]
                + (rotated(late, 19) ^ rotated(late, 61) ^ (late >> 6));
        }
    }
    UNROLL for (int i = 0; i < 8; i++) state[i] += s[i];
}

/* Blocks that a message takes with its padding. */
INLINE size_t blocks_of(size_t length) { return (length + 17 + BLOCK - 1) / BLOCK; }

/* Block `index` of a padded message that follows `before` bytes. */
INLINE void fill_block(uint8_t block[BLOCK], const uint8_t *message, size_t length, size_t index, size_t before) {
    size_t start = index * BLOCK, there = length > start ? length - start : 0;
    memset(block, 0, BLOCK);
    memcpy(block, message + (there ? start : 0), there < BLOCK ? there : BLOCK);
    if (length >= start && length - start < BLOCK) block[length - start] = 0x80;
    if (index + 1 == blocks_of(length)) {
        uint64_t bits = __builtin_bswap64(8 * (uint64_t)(before + length));
        memcpy(block + BLOCK - 8, &bits, 8);
    }
}

typedef struct {
    word state[8], block[16], next[8];
    uint64_t rows[16][LANES] __attribute__((aligned(64)));
    uint8_t bytes[BLOCK];
} hashing;

/* Message i ends at byte ends[i], where message i + 1 begins. */
static void batch_sha512(
    uint8_t *digests, const uint8_t *messages, const size_t *ends, size_t count, int after_zero_block
) {
    hashing h;
    for (size_t i = 0; i < count; i += LANES) {
        size_t lanes = count - i < LANES ? count - i : LANES, blocks = 0;
        for (size_t k = 0; k < lanes; k++) {
            size_t taken = blocks_of(ends[i + k] - (i + k ? ends[i + k - 1] : 0));
            if (taken > blocks) blocks = taken;
        }
        UNROLL for (int j = 0; j < 8; j++) h.state[j] = word_of((after_zero_block ? AFTER_ZERO_BLOCK : BEGINNING)[j]);
        for (size_t b = 0; b < blocks; b++) {
            unsigned going = 0;
            for (size_t k = 0; k < LANES; k++) {
                size_t start = k < lanes && i + k ? ends[i + k - 1] : 0, end = k < lanes ? ends[i + k] : 0;
                if (k < lanes && b < blocks_of(end - start)) going |= 1u << k;
                fill_block(h.bytes, messages + start, end - start, b, after_zero_block ? BLOCK : 0);
                UNROLL for (int j = 0; j < 16; j++) {
                    uint64_t value;
                    memcpy(&value, h.bytes + 8 * j, 8);
                    h.rows[j][k] = __builtin_bswap64(value);
                }
            }
            memcpy(h.block, h.rows, sizeof h.block);
            memcpy(h.next, h.state, sizeof h.next);
            compress(h.next, h.block);
            /* A lane whose message has ended keeps its digest. */
            uint64_t ones[LANES] __attribute__((aligned(64)));
            word go;
            for (size_t k = 0; k < LANES; k++) ones[k] = (uint64_t)0 - (going >> k & 1);
            memcpy(&go, ones, sizeof go);
            UNROLL for (int j = 0; j < 8; j++) h.state[j] = (h.next[j] & go) | (h.state[j] & ~go);
        }
        memcpy(h.rows, h.state, sizeof h.state);
        for (size_t k = 0; k < lanes; k++) {
            UNROLL for (int j = 0; j < 8; j++) {
                uint64_t value = __builtin_bswap64(h.rows[j][k]);
                memcpy(digests + 64 * (i + k) + 8 * j, &value, 8);
            }
        }
    }
    wipe(&h, sizeof h);
    wipe_below();
}

#endif
