// Knows whose time stamps are believed: certificates in PEM, handed in. Trusts none of the system's.
import COpenSSL

/// Certificates of time-stamping authorities, or of those that vouch for them.
public struct TimeStampAuthorities: Sendable, Hashable {
    public let pem: [UInt8]

    /// - Parameter pem: one or more certificates; nil unless each can be read.
    public init?(pem: [UInt8]) {
        self.pem = pem
        guard (1...1 << 20).contains(pem.count), let certificates = try? read() else { return nil }
        for certificate in certificates { X509_free(certificate) }
        guard !certificates.isEmpty else { return nil }
    }

    /// A store of the certificates, whose validity is judged at that moment; the caller's to free.
    func store(at seconds: Int) throws(TimeStampError) -> OpaquePointer {
        let certificates = try read()
        defer { for certificate in certificates { X509_free(certificate) } }
        return try Self.store(of: certificates, at: seconds)
    }

    static func store(of certificates: [OpaquePointer], at seconds: Int) throws(TimeStampError) -> OpaquePointer {
        guard let store = X509_STORE_new() else { throw .outOfMemory }
        for certificate in certificates where X509_STORE_add_cert(store, certificate) != 1 {
            X509_STORE_free(store)
            throw .outOfMemory
        }
        // A certificate that has run out since does not take back what was signed before.
        X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), seconds)
        // Whoever names the authority's own certificate, or one that vouches for it, need not name the root as well.
        X509_VERIFY_PARAM_set_flags(X509_STORE_get0_param(store), UInt(X509_V_FLAG_PARTIAL_CHAIN))
        return store
    }

    private func read() throws(TimeStampError) -> [OpaquePointer] {
        ERR_clear_error()
        defer { ERR_clear_error() }
        let found = pem.withUnsafeBufferPointer { buffer -> [OpaquePointer]? in
            guard let source = BIO_new_mem_buf(buffer.baseAddress, Int32(buffer.count)) else { return nil }
            defer { BIO_free(source) }
            var certificates: [OpaquePointer] = []
            while let certificate = PEM_read_bio_X509(source, nil, nil, nil) { certificates.append(certificate) }
            return certificates
        }
        guard let found else { throw .outOfMemory }
        let beginnings = String(decoding: pem, as: UTF8.self).split(separator: "\n").count {
            $0.hasPrefix("-----BEGIN CERTIFICATE-----")
        }
        guard found.count == beginnings else {
            for certificate in found { X509_free(certificate) }
            throw .malformed
        }
        return found
    }
}
