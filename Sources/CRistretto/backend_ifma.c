/* The back end for AVX-512 with IFMA: Intel since Ice Lake, AMD since Zen 4. Knows what its headers know.
 * The target is set for each function, so that the package needs no unsafe flag and all else stays at the baseline. */
#if defined(__x86_64__)

/* System headers stand above the pragma: their functions are not ours to retarget. */
#include <immintrin.h>
#include <stdlib.h>
#include <string.h>
#include "backends.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512ifma,avx512dq,avx512vl,avx512bw,bmi,bmi2"))), \
                             apply_to = function)
#include "field_ifma.h"
#include "batch.h"
#include "scalars.h"
#include "sha512.h"
#include "sum.h"
#pragma clang attribute pop

const cristretto_backend backend_ifma = {
    .name = "ifma",
    .lanes = LANES,
    .decode = batch_decode,
    .map = batch_map,
    .multiply = batch_multiply,
    .multiply_points = batch_multiply_points,
    .map_and_multiply = batch_map_and_multiply,
    .weighted_sum = batch_weighted_sum,
    .invert = batch_invert,
    .sha512 = batch_sha512,
};

#endif
