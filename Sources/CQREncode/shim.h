// libqrencode as Debian ships it. Only Console imports this module.
#include <qrencode.h>
