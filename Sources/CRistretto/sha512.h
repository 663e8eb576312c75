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
    uint8_t bytes[LANES][BLOCK] __attribute__((aligned(64)));
} hashing;

/* A block of each lane as 16 big-endian words of all lanes. */
INLINE void words_of_blocks(word out[16], const uint8_t bytes[LANES][BLOCK]) {
#ifdef TRANSPOSES
    UNROLL for (int half = 0; half < 2; half++) {
        UNROLL for (int k = 0; k < 8; k++) memcpy(out + 8 * half + k, bytes[k] + 64 * half, 64);
        transpose(out + 8 * half);
    }
    UNROLL for (int j = 0; j < 16; j++) out[j] = big_endian(out[j]);
#else
    uint64_t rows[16][LANES];
    for (size_t k = 0; k < LANES; k++) {
        UNROLL for (int j = 0; j < 16; j++) {
            uint64_t value;
            memcpy(&value, bytes[k] + 8 * j, 8);
            rows[j][k] = __builtin_bswap64(value);
        }
    }
    memcpy(out, rows, sizeof rows);
    wipe(rows, sizeof rows);
#endif
}

/* Ones in the lanes whose bit is set. */
INLINE word lanes_of(unsigned bits) {
    uint64_t ones[LANES];
    word r;
    for (size_t k = 0; k < LANES; k++) ones[k] = (uint64_t)0 - (bits >> k & 1);
    memcpy(&r, ones, sizeof r);
    return r;
}

/* Up to LANES messages that follow `before` zero bytes, none or a block. */
static void hash_lanes(
    hashing *h, uint8_t *digests, const uint8_t *const *messages, const size_t *lengths, size_t lanes, size_t before
) {
    size_t blocks = 0;
    for (size_t k = 0; k < lanes; k++)
        if (blocks_of(lengths[k]) > blocks) blocks = blocks_of(lengths[k]);
    UNROLL for (int j = 0; j < 8; j++) h->state[j] = word_of((before ? AFTER_ZERO_BLOCK : BEGINNING)[j]);
    for (size_t b = 0; b < blocks; b++) {
        unsigned going = 0;
        for (size_t k = 0; k < lanes; k++) {
            if (b >= blocks_of(lengths[k])) continue;
            going |= 1u << k;
            fill_block(h->bytes[k], messages[k], lengths[k], b, before);
        }
        words_of_blocks(h->block, h->bytes);
        memcpy(h->next, h->state, sizeof h->next);
        compress(h->next, h->block);
        /* A lane whose message has ended keeps its digest. */
        word go = lanes_of(going);
        UNROLL for (int j = 0; j < 8; j++) h->state[j] = (h->next[j] & go) | (h->state[j] & ~go);
    }
    uint64_t rows[8][LANES];
    memcpy(rows, h->state, sizeof rows);
    for (size_t k = 0; k < lanes; k++) {
        UNROLL for (int j = 0; j < 8; j++) {
            uint64_t value = __builtin_bswap64(rows[j][k]);
            memcpy(digests + 64 * k + 8 * j, &value, 8);
        }
    }
    wipe(rows, sizeof rows);
}

/* Message i ends at byte ends[i], where message i + 1 begins. */
static void batch_sha512(
    uint8_t *digests, const uint8_t *messages, const size_t *ends, size_t count, int after_zero_block
) {
    hashing h;
    memset(h.bytes, 0, sizeof h.bytes);
    for (size_t i = 0; i < count; i += LANES) {
        const uint8_t *from[LANES];
        size_t lengths[LANES], lanes = count - i < LANES ? count - i : LANES;
        for (size_t k = 0; k < lanes; k++) {
            size_t start = i + k ? ends[i + k - 1] : 0;
            from[k] = messages + start;
            lengths[k] = ends[i + k] - start;
        }
        hash_lanes(&h, digests + 64 * i, from, lengths, lanes, after_zero_block ? BLOCK : 0);
    }
    wipe(&h, sizeof h);
    wipe_below();
}

#endif
