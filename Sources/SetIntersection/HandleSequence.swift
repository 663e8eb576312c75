// Handles that never come twice, for as long as an agreement lasts. Knows a secret key and a number, no records.
import Sodium

/// The numbers 0, 1, 2 … under a secret permutation of the 40-bit numbers: in a row they look like random ones, and no
/// two are equal, whichever epoch they stand in. What is kept is the key and the next number.
///
/// The permutation is a Feistel network over two halves of 20 bits, ten rounds as NIST SP 800-38G has for such small
/// domains, with BLAKE2b under the key as its round function.
public struct HandleSequence: Sendable {
    /// The number of the next handle; stored with the handles that were taken.
    public private(set) var next: UInt64
    private let permutation: SmallPermutation

    /// - Parameters:
    ///   - key: 32 bytes, of this agreement and asker alone.
    ///   - next: how many were taken before.
    /// - Throws: `.wrongLength` unless the key has 32 bytes.
    public init(key: SecretBytes, next: UInt64) throws(IntersectionError) {
        guard key.count == 32 else { throw .wrongLength(expected: 32, actual: key.count) }
        self.next = next
        permutation = SmallPermutation(key: key, halfBits: 20)
    }

    /// The next handle.
    /// - Throws: `.exhausted` after 2^40.
    public mutating func take() throws(IntersectionError) -> Handle {
        guard next < 1 << 40 else { throw .exhausted }
        defer { next += 1 }
        return Handle(bits: try permutation.image(of: next))
    }
}

/// A keyed permutation of the numbers of `2 * halfBits` bits.
struct SmallPermutation: Sendable {
    static let rounds: UInt8 = 10
    private static let label = Array("comity/handle/v1".utf8)

    let key: SecretBytes
    /// 1 to 32.
    let halfBits: UInt64

    func image(of number: UInt64) throws(IntersectionError) -> UInt64 {
        let mask: UInt64 = 1 << halfBits - 1
        var (left, right) = (number >> halfBits & mask, number & mask)
        for round in 0..<Self.rounds {
            (left, right) = (right, left ^ (try value(round, right) & mask))
        }
        return left << halfBits | right
    }

    private func value(_ round: UInt8, _ half: UInt64) throws(IntersectionError) -> UInt64 {
        let message = Self.label + [round] + (0..<4).map { UInt8(truncatingIfNeeded: half >> (24 - 8 * $0)) }
        let digest = try wrapping { () throws(SodiumError) in try BLAKE2b.hash(message, key: key, length: 16) }
        return digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
