// From a passphrase to a key. Knows the passphrase for the length of a call.
import CSodium

/// Argon2id version 1.3 (RFC 9106) with one lane, as libsodium has it.
public enum Argon2id {
    public static let saltLength = 16

    /// What one derivation costs.
    public struct Parameters: Equatable, Sendable {
        /// Passes over the memory, 1 to 2^32 - 1.
        public let passes: UInt64
        /// Memory in bytes, 8 KiB to 4 TiB.
        public let memory: Int

        public init(passes: UInt64, memory: Int) {
            self.passes = passes
            self.memory = memory
        }

        /// RFC 9106 section 4, second choice, rounded to one lane: 3 passes over 64 MiB; for logins.
        public static let interactive = Parameters(passes: 3, memory: 64 << 20)
        /// 4 passes over 1 GiB; for a keyring or backup that outlives the machine.
        public static let durable = Parameters(passes: 4, memory: 1 << 30)
        /// The least libsodium takes: for tests.
        public static let least = Parameters(passes: 1, memory: 8 << 10)
    }

    /// 32 bytes from a passphrase.
    /// - Parameters:
    ///   - passphrase: bytes of the normalised text; the caller wipes them.
    ///   - salt: 16 bytes.
    /// - Throws: `.passphraseHashingFailed` for an empty passphrase, parameters out of range, or too little memory.
    public static func derive(
        passphrase: [UInt8],
        salt: [UInt8],
        parameters: Parameters
    ) throws(SodiumError) -> SecretBytes {
        guard salt.count == saltLength else {
            throw .wrongLength(what: .salt, expected: saltLength...saltLength, actual: salt.count)
        }
        guard !passphrase.isEmpty else { throw .passphraseHashingFailed }
        var status: Int32 = -1
        let key = try SecretBytes(count: 32) { key in
            passphrase.withUnsafeBytes { passphrase in
                guard let target = key.baseAddress, let text = passphrase.baseAddress else { return }
                status = crypto_pwhash(
                    target,
                    UInt64(key.count),
                    text.assumingMemoryBound(to: CChar.self),
                    UInt64(passphrase.count),
                    salt,
                    parameters.passes,
                    parameters.memory,
                    crypto_pwhash_ALG_ARGON2ID13
                )
            }
        }
        guard status == 0 else { throw .passphraseHashingFailed }
        return key
    }
}
