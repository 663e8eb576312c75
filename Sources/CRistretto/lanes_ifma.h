/* Eight 64-bit lanes by AVX-512 with IFMA. Knows words, no numbers of the field.
 * `lanes_emulated.h` has the same interface without AVX-512. + - & | ^ << >> on words are the compiler's own in both. */
#ifndef LANES_IFMA_H
#define LANES_IFMA_H

#include <immintrin.h>
#include "common.h"

#define LANES 8
typedef uint64_t word __attribute__((vector_size(64), aligned(64)));
/* One bit for each lane. */
typedef uint8_t mask;

INLINE word word_of(uint64_t x) { return (word)_mm512_set1_epi64((long long)x); }

INLINE word hide_word(word x) {
    __asm__("" : "+v"(x));
    return x;
}

/* sum + bits 0..51 of a b, of which 52 bits each are read. */
INLINE word add_low52(word sum, word a, word b) {
    return (word)_mm512_madd52lo_epu64((__m512i)sum, (__m512i)a, (__m512i)b);
}

/* sum + bits 52..103 of a b. */
INLINE word add_high52(word sum, word a, word b) {
    return (word)_mm512_madd52hi_epu64((__m512i)sum, (__m512i)a, (__m512i)b);
}

INLINE word times(word a, uint64_t factor) {
    return (word)_mm512_mullo_epi64((__m512i)a, _mm512_set1_epi64((long long)factor));
}

/* m ? b : a */
INLINE word blend(mask m, word a, word b) { return (word)_mm512_mask_blend_epi64(m, (__m512i)a, (__m512i)b); }

/* r | (entry & m) in one instruction that always reads the entry: a masked load might leave memory untouched. */
INLINE word or_and(word r, word entry, word m) {
    return (word)_mm512_ternarylogic_epi64((__m512i)r, (__m512i)entry, (__m512i)m, 0xf8);
}

INLINE mask nonzero(word a) { return _mm512_test_epi64_mask((__m512i)a, (__m512i)a); }

/* Keeps the compiler from interleaving one product with the next: its scheduler would run out of the 32 registers, and a
 * spilled 64-byte store costs more than a multiplication. The processor does the overlapping. */
#define IN_ORDER(v) __asm__ volatile("" : "+v"((v)[0]), "+v"((v)[1]), "+v"((v)[2]), "+v"((v)[3]), "+v"((v)[4]))

#endif
