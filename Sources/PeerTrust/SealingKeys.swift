// Knows the X-Wing keys to which releases are sealed (PROTOCOL 4, Sealing). Sealing itself: ReleaseSealing.

import Crypto
import Foundation

/// The public half, as on the node card.
public struct ReleaseSealingKey: Hashable, Sendable {
    /// ML-KEM-768 encapsulation key ‖ X25519 public key, 1,216 bytes.
    public let bytes: [UInt8]

    public static let byteCount = 1_216

    /// Nil unless the crypto library takes the bytes as an X-Wing public key.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount, (try? XWingMLKEM768X25519.PublicKey(rawRepresentation: bytes)) != nil
        else {
            return nil
        }
        self.bytes = bytes
    }
}

/// The private half.
public struct ReleaseOpeningKey: Sendable, CustomStringConvertible {
    let key: XWingMLKEM768X25519.PrivateKey
    public let publicKey: ReleaseSealingKey

    /// A fresh key from the crypto library's randomness; nil only when that fails.
    public init?() {
        guard let key = try? XWingMLKEM768X25519.PrivateKey() else { return nil }
        self.init(key)
    }

    /// Restores a key.
    ///
    /// - Parameter seed: 32 secret bytes; nil for anything else.
    public init?(seed: [UInt8]) {
        guard seed.count == 32,
            let key = try? XWingMLKEM768X25519.PrivateKey(seedRepresentation: seed, publicKey: nil)
        else { return nil }
        self.init(key)
    }

    private init?(_ key: XWingMLKEM768X25519.PrivateKey) {
        guard let publicKey = ReleaseSealingKey(bytes: [UInt8](key.publicKey.rawRepresentation)) else { return nil }
        self.key = key
        self.publicKey = publicKey
    }

    /// 32 secret bytes for the keyring.
    public var seed: [UInt8] { [UInt8](key.seedRepresentation) }

    public var description: String { "release opening key" }
}
