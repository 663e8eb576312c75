// A security key in software, for tests: registers and signs as a browser and a key do together, with every part of it in the
// test's hand. Written after WebAuthn and CTAP2, from no code of ours.
import Crypto
import Foundation

/// Where a key is held up to: the page's origin, and the name it is registered for.
public struct SoftPage: Sendable {
    public var origin: String
    public var party: String
    public var crossOrigin: String? = "false"

    public init(origin: String, party: String) {
        self.origin = origin
        self.party = party
    }
}

public struct SoftKey: Sendable {
    public enum Kind: Sendable {
        case es256(P256.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
    }

    public enum Flag {
        public static let present: UInt8 = 0x01
        public static let verified: UInt8 = 0x04
        public static let mayBeCopied: UInt8 = 0x08
        public static let copied: UInt8 = 0x10
        public static let credential: UInt8 = 0x40
        public static let extensions: UInt8 = 0x80
    }

    public var kind: Kind
    public var id: [UInt8]
    public var owner: [UInt8] = []
    /// What the next signature says; 0 stays 0.
    public var counter: UInt32 = 1
    public var flags: UInt8 = Flag.present | Flag.verified

    public init(_ kind: Kind, id: [UInt8]) {
        self.kind = kind
        self.id = id
    }

    public static func es256(id: [UInt8] = Array("a key of P-256".utf8)) -> SoftKey {
        SoftKey(.es256(P256.Signing.PrivateKey()), id: id)
    }

    public static func ed25519(id: [UInt8] = Array("a key of Ed25519".utf8)) -> SoftKey {
        SoftKey(.ed25519(Curve25519.Signing.PrivateKey()), id: id)
    }

    // MARK: What the browser writes

    public func clientData(_ type: String, challenge: String, at page: SoftPage) -> [UInt8] {
        let cross = page.crossOrigin.map { ",\"crossOrigin\":\($0)" } ?? ""
        return Array(
            "{\"type\":\"\(type)\",\"challenge\":\"\(challenge)\",\"origin\":\"\(page.origin)\"\(cross)}".utf8
        )
    }

    // MARK: What the key writes

    /// The public key as COSE has it.
    public var publicKey: [UInt8] {
        switch kind {
        case .es256(let key):
            let point = [UInt8](key.publicKey.x963Representation)
            return [0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20] + point[1..<33]
                + [0x22, 0x58, 0x20] + point[33..<65]
        case .ed25519(let key):
            let bytes = [UInt8](key.publicKey.rawRepresentation)
            return [0xA4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20] + bytes
        }
    }

    public func data(for party: String, flags: UInt8, behind: [UInt8] = []) -> [UInt8] {
        let count = (0..<4).map { UInt8(truncatingIfNeeded: counter >> (24 - 8 * $0)) }
        return Array(SHA256.hash(data: Data(party.utf8))) + [flags] + count + behind
    }

    /// Model, length of the id, id, public key.
    public var credential: [UInt8] {
        [UInt8](repeating: 0, count: 16) + [UInt8(id.count >> 8), UInt8(id.count & 255)] + id + publicKey
    }

    public func sign(_ message: [UInt8]) throws -> [UInt8] {
        switch kind {
        case .es256(let key): [UInt8](try key.signature(for: message).derRepresentation)
        case .ed25519(let key): [UInt8](try key.signature(for: message))
        }
    }

    // MARK: The two ceremonies

    public struct Registered: Sendable {
        public var id: [UInt8]
        public var clientData: [UInt8]
        public var attestation: [UInt8]
    }

    /// - Parameter signsItself: whether it sends a statement of its own instead of none.
    public func register(challenge: String, at page: SoftPage, signsItself: Bool = false) throws -> Registered {
        let clientData = clientData("webauthn.create", challenge: challenge, at: page)
        let data = data(for: page.party, flags: flags | Flag.credential, behind: credential)
        var statement: [UInt8] = [0xA0]
        if signsItself {
            let signature = try sign(data + Array(SHA256.hash(data: Data(clientData))))
            let algorithm: UInt8 = if case .es256 = kind { 0x26 } else { 0x27 }
            statement =
                [0xA2] + Self.text("alg") + [algorithm] + Self.text("sig") + Self.bytes(signature)
        }
        return Registered(
            id: id,
            clientData: clientData,
            attestation: Self.object(format: signsItself ? "packed" : "none", statement: statement, data: data)
        )
    }

    public static func object(format: String, statement: [UInt8], data: [UInt8]) -> [UInt8] {
        [0xA3] + text("fmt") + text(format) + text("attStmt") + statement + text("authData") + bytes(data)
    }

    public struct Asserted: Sendable {
        public var id: [UInt8]
        public var clientData: [UInt8]
        public var authenticatorData: [UInt8]
        public var signature: [UInt8]
        public var owner: [UInt8]
    }

    /// Signs, and counts on.
    public mutating func assert(challenge: String, at page: SoftPage) throws -> Asserted {
        let clientData = clientData("webauthn.get", challenge: challenge, at: page)
        let data = data(for: page.party, flags: flags)
        if counter > 0 { counter += 1 }
        return Asserted(
            id: id,
            clientData: clientData,
            authenticatorData: data,
            signature: try sign(data + Array(SHA256.hash(data: Data(clientData)))),
            owner: owner
        )
    }

    // MARK: CBOR

    public static func text(_ text: String) -> [UInt8] { [0x60 | UInt8(text.utf8.count)] + Array(text.utf8) }

    public static func bytes(_ bytes: [UInt8]) -> [UInt8] {
        bytes.count < 256
            ? [0x58, UInt8(bytes.count)] + bytes : [0x59, UInt8(bytes.count >> 8), UInt8(bytes.count & 255)] + bytes
    }
}
