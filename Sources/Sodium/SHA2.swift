// SHA-256, SHA-512 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104). Knows messages for the length of a call.
import CSodium

/// The hash functions that standards around this project ask for.
public enum SHA2 {
    /// SHA-256: 32 bytes.
    public static func sha256(_ message: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        crypto_hash_sha256(&digest, message, UInt64(message.count))
        return digest
    }

    /// SHA-256 of bytes that are not in an array, such as a mapped file: 32 bytes.
    public static func sha256(_ message: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        crypto_hash_sha256(&digest, message.baseAddress, UInt64(message.count))
        return digest
    }

    /// SHA-512: 64 bytes.
    public static func sha512(_ message: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 64)
        crypto_hash_sha512(&digest, message, UInt64(message.count))
        return digest
    }

    /// HMAC-SHA-256: 32 bytes. The key may have any length.
    public static func hmacSHA256(_ message: [UInt8], key: SecretBytes) -> [UInt8] {
        var state = crypto_auth_hmacsha256_state()
        var tag = [UInt8](repeating: 0, count: 32)
        let length = key.count
        key.withUnsafePointer { key in
            _ = crypto_auth_hmacsha256_init(&state, key, length)
        }
        crypto_auth_hmacsha256_update(&state, message, UInt64(message.count))
        crypto_auth_hmacsha256_final(&state, &tag)
        withUnsafeMutableBytes(of: &state) { Memory.wipe($0) }
        return tag
    }

    /// HMAC-SHA-256 under the first 32 bytes of HKDF-SHA-256 (RFC 5869, no salt): 32 bytes. What is derived stands on the
    /// stack for the length of the call.
    public static func hmacSHA256(_ message: [UInt8], info: [UInt8], key: SecretBytes) -> [UInt8] {
        var tag = [UInt8](repeating: 0, count: 32)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { derived in
            guard let bytes = derived.baseAddress else { return }
            defer { Memory.wipe(UnsafeMutableRawBufferPointer(derived)) }
            derive(info: info, key: key, into: bytes)
            var state = crypto_auth_hmacsha256_state()
            defer { withUnsafeMutableBytes(of: &state) { Memory.wipe($0) } }
            crypto_auth_hmacsha256_init(&state, bytes, 32)
            crypto_auth_hmacsha256_update(&state, message, UInt64(message.count))
            crypto_auth_hmacsha256_final(&state, &tag)
        }
        return tag
    }

    /// Writes the 32 bytes of HKDF-SHA-256.
    private static func derive(info: [UInt8], key: SecretBytes, into bytes: UnsafeMutablePointer<UInt8>) {
        let salt = [UInt8](repeating: 0, count: 32)
        var state = crypto_auth_hmacsha256_state()
        defer { withUnsafeMutableBytes(of: &state) { Memory.wipe($0) } }
        crypto_auth_hmacsha256_init(&state, salt, salt.count)
        key.withUnsafeBytes { _ = crypto_auth_hmacsha256_update(&state, $0.baseAddress, UInt64($0.count)) }
        crypto_auth_hmacsha256_final(&state, bytes)
        crypto_auth_hmacsha256_init(&state, bytes, 32)
        crypto_auth_hmacsha256_update(&state, info + [1], UInt64(info.count + 1))
        crypto_auth_hmacsha256_final(&state, bytes)
    }
}

/// SHA-512 in parts. A copy continues on its own, so that a common beginning is hashed once.
public struct SHA512Stream: Sendable {
    private var state = crypto_hash_sha512_state()

    public init() {
        crypto_hash_sha512_init(&state)
    }

    /// Takes the next part.
    public mutating func update(_ part: UnsafeBufferPointer<UInt8>) {
        crypto_hash_sha512_update(&state, part.baseAddress, UInt64(part.count))
    }

    /// Takes the next part.
    public mutating func update(_ part: [UInt8]) {
        crypto_hash_sha512_update(&state, part, UInt64(part.count))
    }

    /// Writes the 64 bytes and wipes the state: use a value once.
    public mutating func finish(into digest: UnsafeMutablePointer<UInt8>) {
        crypto_hash_sha512_final(&state, digest)
        withUnsafeMutableBytes(of: &state) { Memory.wipe($0) }
    }
}

/// SHA-256 in parts, for bytes that are never in memory at once.
public struct SHA256Stream: Sendable {
    private var state = crypto_hash_sha256_state()

    public init() {
        crypto_hash_sha256_init(&state)
    }

    /// Takes the next part.
    public mutating func update(_ part: UnsafeBufferPointer<UInt8>) {
        crypto_hash_sha256_update(&state, part.baseAddress, UInt64(part.count))
    }

    /// The 32 bytes. Wipes the state: use a value once.
    public mutating func finish() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        crypto_hash_sha256_final(&state, &digest)
        withUnsafeMutableBytes(of: &state) { Memory.wipe($0) }
        return digest
    }
}
