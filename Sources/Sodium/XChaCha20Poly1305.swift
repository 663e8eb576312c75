// Sealing bytes under a key held by this node. Knows key and plaintext for the length of a call.
import CSodium

/// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha, as in libsodium). The random 24-byte nonce stands before the ciphertext.
public enum XChaCha20Poly1305 {
    public static let keyLength = 32
    public static let nonceLength = 24
    public static let tagLength = 16
    /// How much longer the sealed bytes are.
    public static let overhead = nonceLength + tagLength

    /// nonce (24) ‖ ciphertext ‖ tag (16).
    /// - Parameter key: 32 bytes.
    public static func seal(
        _ plaintext: [UInt8],
        key: SecretBytes,
        associatedData: [UInt8] = [],
        random: RandomBytes = .system
    ) throws(SodiumError) -> [UInt8] {
        try key.require(keyLength, .key)
        let nonce = random.bytes(nonceLength)
        var ciphertext = [UInt8](repeating: 0, count: plaintext.count + tagLength)
        key.withUnsafePointer { key in
            _ = crypto_aead_xchacha20poly1305_ietf_encrypt(
                &ciphertext,
                nil,
                plaintext,
                UInt64(plaintext.count),
                associatedData,
                UInt64(associatedData.count),
                nil,
                nonce,
                key
            )
        }
        return nonce + ciphertext
    }

    /// The plaintext of what `seal` made. Wipe it, or use `openSecret` for keys.
    /// - Throws: `.notAuthentic` for a wrong key, other associated data, or altered bytes.
    public static func open(
        _ sealed: [UInt8],
        key: SecretBytes,
        associatedData: [UInt8] = []
    ) throws(SodiumError) -> [UInt8] {
        try key.require(keyLength, .key)
        guard sealed.count >= overhead else {
            throw .wrongLength(what: .sealed, expected: overhead...Int.max, actual: sealed.count)
        }
        var plaintext = [UInt8](repeating: 0, count: sealed.count - overhead)
        let status = key.withUnsafePointer { key in
            sealed.withUnsafeBufferPointer { sealed in
                plaintext.withUnsafeMutableBufferPointer { plaintext in
                    decrypt(sealed, key: key, associatedData: associatedData, into: plaintext)
                }
            }
        }
        guard status == 0 else { throw .notAuthentic }
        return plaintext
    }

    /// The plaintext in locked memory.
    /// - Throws: `.notAuthentic`, or `.wrongLength` if nothing but nonce and tag is there.
    public static func openSecret(
        _ sealed: [UInt8],
        key: SecretBytes,
        associatedData: [UInt8] = []
    ) throws(SodiumError) -> SecretBytes {
        try key.require(keyLength, .key)
        guard sealed.count > overhead else {
            throw .wrongLength(what: .sealed, expected: overhead + 1...Int.max, actual: sealed.count)
        }
        var status: Int32 = -1
        let secret = try SecretBytes(count: sealed.count - overhead) { plaintext in
            key.withUnsafePointer { key in
                sealed.withUnsafeBufferPointer { sealed in
                    status = decrypt(sealed, key: key, associatedData: associatedData, into: plaintext)
                }
            }
        }
        guard status == 0 else { throw .notAuthentic }
        return secret
    }

    /// Seals the bytes of a secret.
    public static func seal(
        _ secret: SecretBytes,
        key: SecretBytes,
        associatedData: [UInt8] = [],
        random: RandomBytes = .system
    ) throws(SodiumError) -> [UInt8] {
        var plaintext = secret.withUnsafeBytes { Array($0) }
        defer { Memory.wipe(&plaintext) }
        return try seal(plaintext, key: key, associatedData: associatedData, random: random)
    }

    private static func decrypt(
        _ sealed: UnsafeBufferPointer<UInt8>,
        key: UnsafePointer<UInt8>,
        associatedData: [UInt8],
        into plaintext: UnsafeMutableBufferPointer<UInt8>
    ) -> Int32 {
        guard let start = sealed.baseAddress else { return -1 }
        return crypto_aead_xchacha20poly1305_ietf_decrypt(
            plaintext.baseAddress,
            nil,
            nil,
            start + nonceLength,
            UInt64(sealed.count - nonceLength),
            associatedData,
            UInt64(associatedData.count),
            start,
            key
        )
    }
}

extension SecretBytes {
    func require(_ length: Int, _ what: SodiumError.StaticName) throws(SodiumError) {
        guard count == length else { throw .wrongLength(what: what, expected: length...length, actual: count) }
    }
}
