// What can go wrong in the oblivious PRF. Knows positions in a batch, never points, scalars or inputs.
import Sodium

/// Why an operation was refused. Positions count from zero in the batch handed in.
public enum PRFError: Error, Equatable, Sendable {
    /// libsodium could not start, or locked memory could not be had.
    case sodium(SodiumError)
    /// A batch of elements is no multiple of 32 bytes long.
    case partialElement(byteCount: Int)
    /// Two batches that belong together differ in length.
    case wrongCount(expected: Int, actual: Int)
    /// RFC 9497 counts a batch in two bytes: 1 to 65,535 elements for one proof.
    case batchSize(Int)
    /// No canonical encoding of an element (RFC 9496 section 4.3.1).
    case notAnElement(position: Int)
    /// The identity, which RFC 9497 section 2.1 refuses.
    case identityElement(position: Int)
    /// The same element twice in one batch.
    case duplicateElement(position: Int)
    /// A scalar of zero where a key or blind is needed.
    case zeroScalar(position: Int)
    /// A scalar that is not below the group order.
    case notAScalar(position: Int)
    /// An input longer than 65,535 bytes (RFC 9497 section 1.2).
    case inputTooLong(position: Int)
    /// An input that hashes to the identity (RFC 9497, InvalidInputError).
    case invalidInput(position: Int)
    /// Info of more than 65,535 bytes, or no key found in 256 tries (RFC 9497, DeriveKeyPairError).
    case keyDerivationFailed
    /// A proof is 64 bytes: two scalars.
    case malformedProof
    /// The proof does not hold for these elements and this public key (RFC 9497, VerifyError).
    case proofDoesNotHold
}

/// Runs `body`, turning errors of the module below into this module's.
func wrapping<Result>(_ body: () throws(SodiumError) -> Result) throws(PRFError) -> Result {
    do {
        return try body()
    } catch {
        throw .sodium(error)
    }
}
