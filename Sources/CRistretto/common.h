/* What every file of this target shares: inlining, masks that the compiler must not understand, wiping. Knows no numbers. */
#ifndef COMMON_H
#define COMMON_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))
#define OUT_OF_LINE static __attribute__((noinline, unused))
#define UNROLL _Pragma("clang loop unroll(full)")

typedef unsigned __int128 uint128;

/* The same value, of which the compiler knows nothing. A mask of zeros or ones that it sees through becomes a branch or a
 * secret address: clang did both to the selections below before this stood there. */
INLINE uint64_t hide(uint64_t value) {
    __asm__("" : "+r"(value));
    return value;
}

/* Ones if the bit is 1, zeros if it is 0. */
INLINE uint64_t spread(uint64_t bit) { return hide(-bit); }

/* The lesser, without a branch: which item was refused depends on secrets until it is given out. */
INLINE size_t least(size_t a, size_t b) { return b ^ ((a ^ b) & (size_t)spread(a < b)); }

/* Zeros that the compiler may not leave out. */
INLINE void wipe(void *memory, size_t bytes) {
    memset(memory, 0, bytes);
    __asm__ volatile("" : : "r"(memory) : "memory");
}

/* Overwrites what functions called before this one have left below the caller's frame: spilled registers and locals.
 * The deepest of them, build_table, has 11 kB; scripts/check-constant-time looks for what is left. */
OUT_OF_LINE void wipe_below(void) {
    uint8_t frame[32768];
    wipe(frame, sizeof frame);
}

/* Four little-endian words to five limbs of 51 bits; bit 255 is dropped. */
INLINE void limbs_of_words(uint64_t limb[5], const uint64_t word[4]) {
    const uint64_t low51 = ((uint64_t)1 << 51) - 1;
    limb[0] = word[0] & low51;
    limb[1] = (word[0] >> 51 | word[1] << 13) & low51;
    limb[2] = (word[1] >> 38 | word[2] << 26) & low51;
    limb[3] = (word[2] >> 25 | word[3] << 39) & low51;
    limb[4] = (word[3] >> 12) & low51;
}

/* The reverse, for limbs below 2^51. */
INLINE void words_of_limbs(uint64_t word[4], const uint64_t limb[5]) {
    word[0] = limb[0] | limb[1] << 51;
    word[1] = limb[1] >> 13 | limb[2] << 38;
    word[2] = limb[2] >> 26 | limb[3] << 25;
    word[3] = limb[3] >> 39 | limb[4] << 12;
}

#endif
