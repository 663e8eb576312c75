// What can go wrong in libsodium's face. Knows lengths and the names of parameters, never the bytes themselves.

/// Why an operation of this module was refused. Holds no input, key or text.
public enum SodiumError: Error, Equatable, Sendable {
    /// `sodium_init` failed: no source of randomness, or no supported processor.
    case startFailed
    /// Locked memory could not be had.
    case outOfMemory
    /// `what` must be `expected` bytes long.
    case wrongLength(what: StaticName, expected: ClosedRange<Int>, actual: Int)
    /// The 32 bytes are no canonical encoding of a ristretto255 element (RFC 9496 section 4.3.1).
    case notAnElement
    /// The identity where RFC 9497 section 2.1 refuses it.
    case identityElement
    /// The 32 bytes are no scalar below the group order (RFC 9496 section 4.4).
    case notAScalar
    /// A scalar of zero where none may be used.
    case zeroScalar
    /// Wrong key, wrong associated data, or altered bytes.
    case notAuthentic
    /// Parameters that libsodium refuses, or not enough memory for them.
    case passphraseHashingFailed
    /// The process could not be hardened.
    case hardeningFailed(ProcessHardening.Step)

    /// The parameter an error speaks of: a closed list, so that no input can slip into an error text.
    public enum StaticName: String, Sendable {
        case key, digest, seed, nonce, salt, signature, publicKey, sealed, element, scalar, uniformBytes, secret
    }
}
