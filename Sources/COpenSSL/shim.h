// The part of OpenSSL's libcrypto that reads and checks time stamps (RFC 3161). Only TimeStamps imports this module.
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ts.h>
#include <openssl/x509.h>
// Later versions name these functions anew and mark the older ones.
static inline void comity_ts_give_store(TS_VERIFY_CTX *context, X509_STORE *store) {
#if OPENSSL_VERSION_NUMBER >= 0x30400000L
    TS_VERIFY_CTX_set0_store(context, store);
#else
    TS_VERIFY_CTX_set_store(context, store);
#endif
}
static inline void comity_ts_give_imprint(TS_VERIFY_CTX *context, unsigned char *digest, long count) {
#if OPENSSL_VERSION_NUMBER >= 0x30400000L
    TS_VERIFY_CTX_set0_imprint(context, digest, count);
#else
    TS_VERIFY_CTX_set_imprint(context, digest, count);
#endif
}
// A macro, which Swift cannot call.
static inline unsigned char *comity_openssl_copy(const unsigned char *bytes, size_t count) {
    return (unsigned char *)OPENSSL_memdup(bytes, count);
}
