/* Which back ends this processor can run. Knows CPUID (through the compiler, which also asks whether the system saves the
 * wide registers) and nothing of what is computed. */
#include "backends.h"

int cristretto_is_optimised(void) {
#ifdef __OPTIMIZE__
    return 1;
#else
    return 0;
#endif
}

const cristretto_backend *cristretto_scalar(void) { return &backend_scalar; }

#if defined(__x86_64__)

const cristretto_backend *cristretto_avx2(void) {
    __builtin_cpu_init();
    int can = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
    return can ? &backend_avx2 : NULL;
}

const cristretto_backend *cristretto_ifma(void) {
    __builtin_cpu_init();
    int can = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512ifma")
        && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")
        && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
    return can ? &backend_ifma : NULL;
}

#else

const cristretto_backend *cristretto_avx2(void) { return NULL; }
const cristretto_backend *cristretto_ifma(void) { return NULL; }

#endif
