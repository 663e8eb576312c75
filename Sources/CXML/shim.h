// The part of libxml2 that reads a document element by element. Only RecordFiles imports this module.
#include <libxml/xmlversion.h>
// Debian's libxml2 was built with ICU and shows its headers, which are not those of Foundation's own copy. Nothing that is
// used here has a type of ICU in it.
#undef LIBXML_ICU_ENABLED
#include <libxml/xmlerror.h>
#include <libxml/xmlreader.h>
