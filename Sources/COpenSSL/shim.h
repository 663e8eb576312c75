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
// The certificate of the signer, if the answer carries it: 1, and the caller frees it. 0 if it carries none; -1 if those it
// carries are not the signer's.
static inline int comity_ts_signer(TS_RESP *response, X509 **signer) {
    PKCS7 *token = TS_RESP_get_token(response);
    if (token == NULL || !PKCS7_type_is_signed(token) || token->d.sign == NULL) return -1;
    STACK_OF(X509) *signers = PKCS7_get0_signers(token, NULL, 0);
    int found = sk_X509_num(signers) == 1 && X509_up_ref(sk_X509_value(signers, 0)) == 1;
    if (found) *signer = sk_X509_value(signers, 0);
    sk_X509_free(signers);
    if (found) return 1;
    return sk_X509_num(token->d.sign->cert) > 0 ? -1 : 0;
}
