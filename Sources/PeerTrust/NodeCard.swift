// Knows what stands on a node card (PROTOCOL 1, Keys). Says nothing about whether anybody believes it.

import TransparencyLog

/// How a node presents itself to its peers.
public struct NodeCard: Sendable, Hashable {
    public let agency: AgencyID
    /// 1 to 200 bytes, no control characters.
    public let name: String
    /// Two capital letters (POLICY, IDs).
    public let jurisdiction: String
    /// One to four, tried in order.
    public let endpoints: [Endpoint]
    /// DER of the node's self-signed certificate, 64 to 4,096 bytes.
    public let tlsCertificate: [UInt8]
    public let signingKey: RequestVerificationKey
    public let sealingKey: ReleaseSealingKey
    public let logKeys: LogKeys
    /// 1, 2, 3 …
    public let serial: Int
    /// Fingerprint of the card before; nil for serial 1 and only there.
    public let previous: Fingerprint?

    /// vkeys (C2SP signed-note) of the node's log, witness and export keys (AUDIT 4).
    public struct LogKeys: Sendable, Hashable {
        /// Named `<agency id>/audit/<n>`.
        public let log: String
        /// Named `<agency id>/witness`.
        public let witness: String
        /// Named `<agency id>/export`.
        public let export: String

        public init(log: String, witness: String, export: String) {
            self.log = log
            self.witness = witness
            self.export = export
        }
    }

    /// - Throws: what is out of its range.
    public init(
        agency: AgencyID,
        name: String,
        jurisdiction: String,
        endpoints: [Endpoint],
        tlsCertificate: [UInt8],
        signingKey: RequestVerificationKey,
        sealingKey: ReleaseSealingKey,
        logKeys: LogKeys,
        serial: Int,
        previous: Fingerprint?
    ) throws(NodeCardRefusal) {
        guard (1...200).contains(name.utf8.count),
            name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0 != "\u{7F}" })
        else { throw .malformed("name") }
        guard jurisdiction.utf8.count == 2, jurisdiction.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else {
            throw .malformed("jurisdiction")
        }
        guard (1...4).contains(endpoints.count), Set(endpoints).count == endpoints.count else {
            throw .malformed("endpoints")
        }
        guard (64...4_096).contains(tlsCertificate.count), TLSIdentity.isCertificate(tlsCertificate) else {
            throw .malformed("tls_certificate")
        }
        guard Self.isKey(logKeys.log, .ed25519, named: { Self.isLogOrigin($0, of: agency) }) else {
            throw .malformed("vkeys.log")
        }
        guard Self.isKey(logKeys.witness, .cosignatureV1, named: { $0 == "\(agency)/witness" }) else {
            throw .malformed("vkeys.witness")
        }
        guard Self.isKey(logKeys.export, .ed25519, named: { $0 == "\(agency)/export" }) else {
            throw .malformed("vkeys.export")
        }
        guard (1...1_000_000).contains(serial) else { throw .malformed("serial") }
        guard (serial == 1) == (previous == nil) else { throw .malformed("previous") }
        self.agency = agency
        self.name = name
        self.jurisdiction = jurisdiction
        self.endpoints = endpoints
        self.tlsCertificate = tlsCertificate
        self.signingKey = signingKey
        self.sealingKey = sealingKey
        self.logKeys = logKeys
        self.serial = serial
        self.previous = previous
    }

    public var tlsPin: CertificatePin { CertificatePin(certificate: tlsCertificate) }

    private static func isKey(_ vkey: String, _ algorithm: VerifierKey.Algorithm, named fits: (String) -> Bool) -> Bool
    {
        guard vkey.utf8.count <= 256, let key = VerifierKey(vkey) else { return false }
        return key.text == vkey && key.algorithm == algorithm && fits(key.name)
    }

    private static func isLogOrigin(_ name: String, of agency: AgencyID) -> Bool {
        let start = "\(agency)/audit/"
        guard name.hasPrefix(start) else { return false }
        let number = name.dropFirst(start.count)
        return (1...6).contains(number.utf8.count) && number.utf8.allSatisfy { (0x30...0x39).contains($0) }
            && number.first != "0"
    }
}

/// Why a node card is refused. Names members, never their values.
public enum NodeCardRefusal: Error, Sendable, Hashable {
    /// Not canonical JSON of at most 16 KiB.
    case notCanonical
    /// That member is missing, unknown or out of its range.
    case malformed(String)
    case endpoint(Endpoint.Problem)
    /// The pin is not the certificate's.
    case pinDoesNotFit
    /// Not signed by the key that it names.
    case badSignature
    /// A changed card of another agency.
    case otherAgency
    /// A changed card whose serial is not the next one, or that names another predecessor.
    case brokenChain
    /// A changed card that the old key has not signed.
    case badPreviousSignature
    /// The crypto library failed.
    case cryptoFailed

    /// The reason in a few words.
    public var text: String {
        switch self {
        case .notCanonical: "the card is not canonical JSON"
        case .malformed(let member): "the card's member \(member) is missing, unknown or out of range"
        case .endpoint: "the card names an endpoint that is not https or not allowed here"
        case .pinDoesNotFit: "the card's TLS pin is not that of its certificate"
        case .badSignature: "the card is not signed by the key that it names"
        case .otherAgency: "the card belongs to another agency"
        case .brokenChain: "the card does not follow the one that is pinned: compare fingerprints again"
        case .badPreviousSignature: "the pinned key has not signed the changed card"
        case .cryptoFailed: "the crypto library failed"
        }
    }
}
