// Knows the bytes of a node card: canonical JSON, signatures inside. Never learns whether a card is pinned.

import CanonicalJSON

/// A card as it came: its form is checked and nothing else.
///
/// The document is canonical JSON (AUDIT 1) with byte strings in base64url: `agency`, `endpoints`, `jurisdiction`,
/// `name`, `previous` (empty for serial 1), `sealing_key`, `serial`, `signature`, `signing_key`, `tls_certificate`,
/// `tls_pin`, `v` (1), `vkeys` {`export`, `log`, `witness`} and, on a changed card, `previous_signature`. Both
/// signatures are Ed25519 over `comity/card/v1` ‖ 00 ‖ the document without the two.
public struct UnverifiedNodeCard: Sendable {
    /// The whole document, signatures included: what the fingerprint covers.
    public let bytes: [UInt8]
    /// What it says of itself.
    public let card: NodeCard
    let signature: [UInt8]
    let previousSignature: [UInt8]?

    /// - Parameters:
    ///   - bytes: the document, at most 16 KiB; one line feed after it is ignored, as a pipe or an editor adds it.
    ///   - rule: which endpoint addresses the operator allows.
    public init(bytes: [UInt8], rule: AddressRule = .publicOnly) throws(NodeCardRefusal) {
        let bytes = bytes.last == UInt8(ascii: "\n") ? Array(bytes.dropLast()) : bytes
        guard let value = try? CanonicalJSON.decode(bytes, limits: NodeCard.limits) else { throw .notCanonical }
        self.bytes = bytes
        do {
            var reader = try ObjectReader(value)
            _ = try reader.integer("v", in: 1...1)
            signature = try reader.bytes("signature", count: 64...64)
            previousSignature = try reader.optionalBytes("previous_signature", count: 64...64)
            card = try NodeCard(&reader, rule: rule)
            try reader.finish()
        } catch let refusal as NodeCardRefusal {
            throw refusal
        } catch let error as MemberError {
            throw .malformed(error.member)
        } catch {
            throw .notCanonical
        }
    }

    public var fingerprint: Fingerprint { Fingerprint(of: bytes) }
}

extension NodeCard {
    static let limits = CanonicalJSON.Limits(maxBytes: 16_384, maxDepth: 3)

    fileprivate init(_ reader: inout ObjectReader, rule: AddressRule) throws {
        guard let agency = AgencyID(try reader.string("agency", bytes: 1...64)) else {
            throw NodeCardRefusal.malformed("agency")
        }
        var endpoints: [Endpoint] = []
        for text in try reader.strings("endpoints", count: 1...4, bytes: 9...270) {
            do throws(Endpoint.Problem) {
                endpoints.append(try Endpoint(text, rule: rule))
            } catch {
                throw NodeCardRefusal.endpoint(error)
            }
        }
        let certificate = try reader.bytes("tls_certificate", count: 64...4_096)
        let pin = try reader.bytes("tls_pin", count: 32...32)
        guard CertificatePin(certificate: certificate).bytes == pin else { throw NodeCardRefusal.pinDoesNotFit }
        guard let signingKey = RequestVerificationKey(bytes: try reader.bytes("signing_key", count: 32...32)) else {
            throw NodeCardRefusal.malformed("signing_key")
        }
        let sealingBytes = try reader.bytes("sealing_key", count: 1_216...1_216)
        guard let sealingKey = ReleaseSealingKey(bytes: sealingBytes) else {
            throw NodeCardRefusal.malformed("sealing_key")
        }
        var vkeys = try reader.object("vkeys")
        let logKeys = LogKeys(
            log: try vkeys.string("log", bytes: 1...256),
            witness: try vkeys.string("witness", bytes: 1...256),
            export: try vkeys.string("export", bytes: 1...256)
        )
        try vkeys.finish()
        let previousBytes = try reader.bytes("previous", count: 0...32)
        let previous = Fingerprint(bytes: previousBytes)
        guard previous != nil || previousBytes.isEmpty else { throw NodeCardRefusal.malformed("previous") }
        try self.init(
            agency: agency,
            name: try reader.string("name", bytes: 1...200),
            jurisdiction: try reader.string("jurisdiction", bytes: 2...2),
            endpoints: endpoints,
            tlsCertificate: certificate,
            signingKey: signingKey,
            sealingKey: sealingKey,
            logKeys: logKeys,
            serial: try reader.integer("serial", in: 1...1_000_000),
            previous: previous
        )
    }

    /// The members that the signatures cover.
    private var members: [String: JSONValue] {
        [
            "v": 1,
            "agency": .string(agency.text),
            "name": .string(name),
            "jurisdiction": .string(jurisdiction),
            "endpoints": .array(endpoints.map { .string($0.description) }),
            "tls_certificate": .string(Base64URL.encode(tlsCertificate)),
            "tls_pin": .string(Base64URL.encode(tlsPin.bytes)),
            "signing_key": .string(Base64URL.encode(signingKey.bytes)),
            "sealing_key": .string(Base64URL.encode(sealingKey.bytes)),
            "vkeys": [
                "log": .string(logKeys.log), "witness": .string(logKeys.witness), "export": .string(logKeys.export),
            ],
            "serial": .integer(serial),
            "previous": .string(Base64URL.encode(previous?.bytes ?? [])),
        ]
    }

    /// What both signatures are made over.
    var signedBytes: [UInt8]? {
        guard let document = try? CanonicalJSON.encode(.object(members), limits: Self.limits) else { return nil }
        return Array("comity/card/v1".utf8) + [0] + document
    }

    /// The whole document.
    ///
    /// - Parameters:
    ///   - key: the private half of `signingKey`.
    ///   - previousKey: the key of the card before; needed for every serial but 1.
    public func signed(
        with key: RequestSigningKey,
        previousKey: RequestSigningKey? = nil
    ) throws(NodeCardRefusal) -> [UInt8] {
        guard key.publicKey == signingKey else { throw .badSignature }
        guard (previousKey == nil) == (previous == nil) else { throw .badPreviousSignature }
        guard let message = signedBytes, let signature = key.sign(message) else { throw .cryptoFailed }
        var members = members
        members["signature"] = .string(Base64URL.encode(signature))
        if let previousKey {
            guard let signature = previousKey.sign(message) else { throw .cryptoFailed }
            members["previous_signature"] = .string(Base64URL.encode(signature))
        }
        guard let bytes = try? CanonicalJSON.encode(.object(members), limits: Self.limits) else { throw .notCanonical }
        return bytes
    }
}
