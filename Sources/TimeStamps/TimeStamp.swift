// Knows how a time stamp is read and checked (RFC 3161): through OpenSSL, whose every object ends in the function that made
// it. Reads no clock, no file and no network: the certificate is judged at the moment that the stamp names.
import COpenSSL

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// An authority's signed answer: something with this digest existed at this moment.
public struct TimeStamp: Sendable, Hashable {
    /// Longest answer read, in bytes.
    public static let greatestLength = 65_536

    /// The whole answer, DER.
    public let bytes: [UInt8]
    /// What was stamped: its SHA-256.
    public let digest: [UInt8]
    /// The moment it names, in seconds since 1970; nobody's word until `check` passed.
    public let seconds: Int
    /// The nonce of the query, without zeros in front; nil when the answer has none.
    public let nonce: [UInt8]?

    /// Reads an answer; checks no signature.
    public init(_ response: [UInt8]) throws(TimeStampError) {
        guard response.count <= Self.greatestLength else { throw .malformed }
        let answer = try OpenAnswer(response)
        defer { answer.free() }
        guard answer.isGranted else { throw .notGranted }
        guard let info = answer.info, let imprint = TS_TST_INFO_get_msg_imprint(info),
            let stamped = TS_MSG_IMPRINT_get_msg(imprint), let time = TS_TST_INFO_get_time(info)
        else { throw .malformed }
        var parts = tm()
        guard ASN1_TIME_to_tm(time, &parts) == 1 else { throw .malformed }
        guard Self.isSHA256(imprint) else { throw .otherDigest }
        bytes = response
        digest = Self.contents(stamped)
        seconds = timegm(&parts)
        nonce = TS_TST_INFO_get_nonce(info).map { Array(Self.contents($0).drop { $0 == 0 }) }
    }

    /// Whether one of `authorities` stamped `digest`.
    ///
    /// - Parameter digest: SHA-256 of what the stamp is held against.
    public func check(_ digest: [UInt8], authorities: TimeStampAuthorities) throws(TimeStampError) {
        guard digest.count == 32, digest == self.digest else { throw .otherDigest }
        ERR_clear_error()
        defer { ERR_clear_error() }
        let answer = try OpenAnswer(bytes)
        defer { answer.free() }
        guard try holds(answer, store: try authorities.store(at: seconds)) else { throw .notVerified }
    }

    /// Whether it is signed by the certificate that it carries, one for time stamps and valid at that moment. Whose that is
    /// nobody says.
    ///
    /// - Returns: false if it carries none.
    public func checkOwnSignature() throws(TimeStampError) -> Bool {
        ERR_clear_error()
        defer { ERR_clear_error() }
        let answer = try OpenAnswer(bytes)
        defer { answer.free() }
        var signer: OpaquePointer?
        let found = comity_ts_signer(answer.response, &signer)
        guard found != 0 else { return false }
        guard found == 1, let signer else { throw .badSignature }
        defer { X509_free(signer) }
        guard try holds(answer, store: try TimeStampAuthorities.store(of: [signer], at: seconds)) else {
            throw .badSignature
        }
        return true
    }

    /// - Parameter store: given away.
    private func holds(_ answer: OpenAnswer, store: OpaquePointer) throws(TimeStampError) -> Bool {
        guard let context = TS_VERIFY_CTX_new() else {
            X509_STORE_free(store)
            throw .outOfMemory
        }
        // Ends the store and the imprint too: both are given away.
        defer { TS_VERIFY_CTX_free(context) }
        comity_ts_give_store(context, store)
        guard let copy = digest.withUnsafeBufferPointer({ comity_openssl_copy($0.baseAddress, digest.count) }) else {
            throw .outOfMemory
        }
        comity_ts_give_imprint(context, copy, digest.count)
        _ = TS_VERIFY_CTX_set_flags(context, Int32(TS_VFY_VERSION | TS_VFY_SIGNATURE | TS_VFY_IMPRINT))
        return TS_RESP_verify_response(context, answer.response) == 1
    }

    private static func isSHA256(_ imprint: OpaquePointer) -> Bool {
        guard let algorithm = TS_MSG_IMPRINT_get_algo(imprint) else { return false }
        var object: OpaquePointer?
        X509_ALGOR_get0(&object, nil, nil, algorithm)
        return OBJ_obj2nid(object) == NID_sha256
    }

    private static func contents(_ string: UnsafePointer<ASN1_STRING>) -> [UInt8] {
        let count = Int(ASN1_STRING_length(string))
        guard let start = ASN1_STRING_get0_data(string) else { return [] }
        return Array(UnsafeBufferPointer(start: start, count: count))
    }
}

/// Why something is no time stamp, or not one to believe.
public enum TimeStampError: Error, Sendable, Hashable, CustomStringConvertible {
    case malformed
    case notGranted
    case otherDigest
    case notVerified
    case badSignature
    case outOfMemory

    public var description: String {
        switch self {
        case .malformed: "it is not an answer in the form of RFC 3161"
        case .notGranted: "the authority did not grant it"
        case .otherDigest: "it stamps something else"
        case .notVerified: "no authority given signed it, or its certificate was not valid for that at that moment"
        case .badSignature: "the certificate in it did not sign it, or was not valid for that at that moment"
        case .outOfMemory: "there was no memory to check it"
        }
    }
}

/// An answer as OpenSSL has it in memory.
private struct OpenAnswer {
    let response: OpaquePointer

    init(_ bytes: [UInt8]) throws(TimeStampError) {
        ERR_clear_error()
        defer { ERR_clear_error() }
        let read = bytes.withUnsafeBufferPointer { buffer -> (OpaquePointer?, Int) in
            var place = buffer.baseAddress
            let response = d2i_TS_RESP(nil, &place, buffer.count)
            guard let start = buffer.baseAddress, let place else { return (response, 0) }
            return (response, place - start)
        }
        guard let response = read.0 else { throw .malformed }
        guard read.1 == bytes.count else {
            TS_RESP_free(response)
            throw .malformed
        }
        self.response = response
    }

    func free() { TS_RESP_free(response) }

    /// Granted, or granted with changes (RFC 3161 section 2.4.2).
    var isGranted: Bool {
        guard let status = TS_RESP_get_status_info(response), let number = TS_STATUS_INFO_get0_status(status) else {
            return false
        }
        return (0...1).contains(ASN1_INTEGER_get(number))
    }

    var info: OpaquePointer? { TS_RESP_get_tst_info(response) }
}
