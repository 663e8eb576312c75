/* The tables of functions that dispatch.c chooses from. */
#ifndef BACKENDS_H
#define BACKENDS_H

#include "CRistretto.h"

extern const cristretto_backend backend_scalar;
size_t scalar_weighted_sum(uint8_t *sum, const uint8_t *points, const uint8_t *weights, size_t count);
#if defined(__x86_64__)
extern const cristretto_backend backend_avx2, backend_ifma;
#endif

#endif
