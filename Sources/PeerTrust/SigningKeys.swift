// Knows Ed25519 (RFC 8032) as the node's request-signing key. The only file of this module that touches the private
// half; never learns what is signed.

public import Crypto
import Foundation

/// The public half: 32 bytes.
public struct RequestVerificationKey: Hashable, Sendable {
    /// RFC 8032 encoding, 32 bytes.
    public let bytes: [UInt8]

    /// Nil unless `bytes` are a key that the curve accepts.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32, (try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)) != nil else {
            return nil
        }
        self.bytes = bytes
    }

    fileprivate init(_ key: Curve25519.Signing.PublicKey) {
        self.bytes = [UInt8](key.rawRepresentation)
    }

    /// How a signature names this key (`keyid`): the first 16 hex digits of SHA-256 of the 32 bytes.
    public var id: String {
        SHA256.hash(data: bytes).prefix(8).map { byte in
            let hex = String(byte, radix: 16)
            return byte < 16 ? "0" + hex : hex
        }.joined()
    }

    /// Whether `signature` (64 bytes) was made over `message` with the private half.
    public func verifies(_ signature: [UInt8], over message: [UInt8]) -> Bool {
        guard signature.count == 64, let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else {
            return false
        }
        return key.isValidSignature(signature, for: message)
    }
}

/// The private half. Has no description that shows it.
public struct RequestSigningKey: Sendable, CustomStringConvertible {
    private let key: Curve25519.Signing.PrivateKey
    public let publicKey: RequestVerificationKey

    /// - Parameter seed: 32 secret bytes; nil is returned for any other length.
    public init?(seed: [UInt8]) {
        guard seed.count == 32, let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else {
            return nil
        }
        self.init(key)
    }

    public init(_ key: Curve25519.Signing.PrivateKey) {
        self.key = key
        self.publicKey = RequestVerificationKey(key.publicKey)
    }

    /// 64 bytes; nil only when the crypto library fails.
    public func sign(_ message: [UInt8]) -> [UInt8]? {
        (try? key.signature(for: message)).map { [UInt8]($0) }
    }

    public var description: String { "request signing key \(publicKey.id)" }
}
