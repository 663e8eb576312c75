/* The source of the IFMA back end over emulated lanes. */
#define EMULATE_LANES
#include <stdlib.h>
#include "backends.h"
#include "field_ifma.h"
#include "batch.h"
#include "scalars.h"
#include "sha512.h"
#include "sum.h"

const cristretto_backend backend_emulated = {
    .name = "ifma's source over emulated lanes",
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
