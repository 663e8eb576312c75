/// What a security key says of itself and of the moment, in the bytes that it signs (WebAuthn section 6.1). Read strictly: no
/// byte is left over.

import Crypto

struct AuthenticatorData {
    let relyingPartyDigest: [UInt8]
    let counter: UInt32
    /// Somebody touched the key.
    let isPresent: Bool
    /// The key knows who: by its own PIN, a finger, a face.
    let isVerified: Bool
    let mayBeCopied: Bool
    /// Only where one is being registered.
    let credential: Credential?

    struct Credential {
        let id: [UInt8]
        let algorithm: SecurityKey.Algorithm
        let publicKey: [UInt8]
    }

    private enum Flag {
        static let present: UInt8 = 1 << 0
        static let verified: UInt8 = 1 << 2
        static let mayBeCopied: UInt8 = 1 << 3
        static let isCopiedNow: UInt8 = 1 << 4
        static let credential: UInt8 = 1 << 6
        static let extensions: UInt8 = 1 << 7
    }

    init(_ bytes: [UInt8]) throws(SecurityKeyRefusal) {
        guard bytes.count >= 37 else { throw .malformed }
        relyingPartyDigest = Array(bytes[0..<32])
        let flags = bytes[32]
        counter = bytes[33..<37].reduce(0) { $0 << 8 | UInt32($1) }
        isPresent = flags & Flag.present != 0
        isVerified = flags & Flag.verified != 0
        mayBeCopied = flags & Flag.mayBeCopied != 0
        // What may not be copied is not copied.
        guard mayBeCopied || flags & Flag.isCopiedNow == 0 else { throw .malformed }
        var rest = bytes[37...]
        credential = flags & Flag.credential == 0 ? nil : try Self.credential(&rest)
        if flags & Flag.extensions != 0 {
            guard let (value, behind) = try? CBOR.first(of: rest), value.entryCount != nil else { throw .malformed }
            rest = behind
        }
        guard rest.isEmpty else { throw .malformed }
    }

    /// Model of the key, length, id, public key.
    private static func credential(_ rest: inout ArraySlice<UInt8>) throws(SecurityKeyRefusal) -> Credential {
        guard rest.count > 18 else { throw .malformed }
        rest = rest.dropFirst(16)
        let length = rest.prefix(2).reduce(0) { $0 << 8 | Int($1) }
        rest = rest.dropFirst(2)
        guard (1...SecurityKey.longestID).contains(length), length < rest.count else { throw .malformed }
        let id = Array(rest.prefix(length))
        guard let (key, behind) = try? CBOR.first(of: rest.dropFirst(length)) else { throw .malformed }
        rest = behind
        let (algorithm, publicKey) = try Self.publicKey(key)
        return Credential(id: id, algorithm: algorithm, publicKey: publicKey)
    }

    /// A COSE key (RFC 9053 section 7): of the two kinds that are taken, with their members and no others.
    private static func publicKey(_ key: CBOR) throws(SecurityKeyRefusal) -> (SecurityKey.Algorithm, [UInt8]) {
        guard let number = key[3]?.integer, let algorithm = SecurityKey.Algorithm(rawValue: number) else {
            throw .algorithm
        }
        let (kind, curve, x) = (key[1]?.integer, key[-1]?.integer, key[-2]?.bytes)
        guard let x, x.count == 32 else { throw .malformed }
        switch algorithm {
        case .es256:
            guard let y = key[-3]?.bytes, y.count == 32, key.entryCount == 5, kind == 2, curve == 1 else {
                throw .malformed
            }
            let point = [0x04] + x + y
            // A point that is not of the curve is no key.
            guard (try? P256.Signing.PublicKey(x963Representation: point)) != nil else { throw .malformed }
            return (algorithm, point)
        case .ed25519:
            guard key.entryCount == 4, kind == 1, curve == 6 else { throw .malformed }
            return (algorithm, x)
        }
    }

    /// What every ceremony asks for: the right party, a touch, and that the key knows whose it is.
    func check(for party: RelyingParty) throws(SecurityKeyRefusal) {
        guard relyingPartyDigest == Array(SHA256.hash(data: Array(party.id.utf8))) else { throw .relyingParty }
        guard isPresent else { throw .presence }
        guard isVerified else { throw .verification }
    }
}
