/* The portable back end: one lane, but the same shared work and one inversion for many points. Knows what its headers know. */
#include <stdlib.h>
#include "backends.h"

#include "field_scalar.h"
#include "batch.h"
#include "scalars.h"
#include "sha512.h"
#include "sum.h"

size_t scalar_weighted_sum(uint8_t *sum, const uint8_t *points, const uint8_t *weights, size_t count) {
    return batch_weighted_sum(sum, points, weights, count);
}

const cristretto_backend backend_scalar = {
    .name = "scalar",
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
