// libsodium as Debian ships it. Only Sodium and Measures import this module.
#include <sodium.h>
#include <sys/prctl.h>
