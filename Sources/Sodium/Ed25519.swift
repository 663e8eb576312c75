// Ed25519 (RFC 8032). Knows seeds in locked memory, signs what it is given.
import CSodium

/// Signatures.
public enum Ed25519 {
    public static let seedLength = 32
    public static let publicKeyLength = 32
    public static let signatureLength = 64

    /// A signing key, in locked memory.
    public struct PrivateKey: Sendable {
        /// seed ‖ public key, 64 bytes, as libsodium wants it.
        private let secret: SecretBytes
        /// The key that verifies.
        public let publicKey: PublicKey

        /// The key of a seed of 32 bytes.
        public init(seed: SecretBytes) throws(SodiumError) {
            try seed.require(seedLength, .seed)
            var publicBytes = [UInt8](repeating: 0, count: publicKeyLength)
            secret = try SecretBytes(count: 64) { secret in
                guard let secret = secret.baseAddress else { return }
                seed.withUnsafePointer { seed in
                    _ = crypto_sign_seed_keypair(&publicBytes, secret, seed)
                }
            }
            publicKey = try PublicKey(bytes: publicBytes)
        }

        /// The 64 bytes of a signature; the same for the same message.
        public func sign(_ message: [UInt8]) -> [UInt8] {
            var signature = [UInt8](repeating: 0, count: signatureLength)
            secret.withUnsafePointer { secret in
                _ = crypto_sign_detached(&signature, nil, message, UInt64(message.count), secret)
            }
            return signature
        }
    }

    /// A verification key: 32 bytes.
    public struct PublicKey: Hashable, Sendable {
        public let bytes: [UInt8]

        public init(bytes: [UInt8]) throws(SodiumError) {
            guard bytes.count == publicKeyLength else {
                throw .wrongLength(what: .publicKey, expected: 32...32, actual: bytes.count)
            }
            self.bytes = bytes
        }

        /// Whether `signature` (64 bytes) is this key's over `message`. Small-order keys and non-canonical signatures
        /// are refused by libsodium; a signature of another length is false.
        public func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
            signature.count == signatureLength
                && crypto_sign_verify_detached(signature, message, UInt64(message.count), bytes) == 0
        }
    }
}
