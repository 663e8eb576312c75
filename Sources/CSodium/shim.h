// libsodium as Debian ships it. Only Sodium and Measures import this module.
#include <sodium.h>
#ifdef __linux__
#include <sys/prctl.h>
// prctl takes variable arguments, which Swift cannot pass.
static inline int comity_set_undumpable(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
static inline int comity_is_dumpable(void) { return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0); }
#endif
