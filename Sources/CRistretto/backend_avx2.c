/* The back end for AVX2: any x86-64 server of the last ten years. Knows what its headers know.
 * The target is set for each function, so that the package needs no unsafe flag and all else stays at the baseline. */
#if defined(__x86_64__)

/* System headers stand above the pragma: their functions are not ours to retarget. */
#include <immintrin.h>
#include <string.h>
#include "backends.h"

#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2"))), apply_to = function)
#include "field_avx2.h"
#include "batch.h"
#include "scalars.h"
#include "sha512.h"
#pragma clang attribute pop

const cristretto_backend backend_avx2 = {
    .name = "avx2",
    .lanes = LANES,
    .decode = batch_decode,
    .map = batch_map,
    .multiply = batch_multiply,
    .multiply_points = batch_multiply_points,
    .map_and_multiply = batch_map_and_multiply,
    /* Sums want five limbs (flat.h); one lane of them is fast enough beside this back end's multiplications. */
    .weighted_sum = scalar_weighted_sum,
    .invert = batch_invert,
    .sha512 = batch_sha512,
};

#endif
