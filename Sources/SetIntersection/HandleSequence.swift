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
    public mutating func take() throws(IntersectionError) -> Handle { try handle(take(1).lowerBound) }

    /// The numbers of the next handles, to be made by `handle` on whatever thread.
    /// - Throws: `.exhausted` after 2^40.
    public mutating func take(_ count: Int) throws(IntersectionError) -> Range<UInt64> {
        guard count >= 0, next + UInt64(count) <= 1 << 40 else { throw .exhausted }
        defer { next += UInt64(count) }
        return next..<next + UInt64(count)
    }

    /// The handle of a number that was taken.
    public func handle(_ number: UInt64) throws(IntersectionError) -> Handle {
        Handle(bits: try permutation.image(of: number))
    }

    /// Which number gives a handle: any 40 bits are the handle of one, taken or not.
    public func number(of handle: Handle) throws(IntersectionError) -> UInt64 {
        try permutation.origin(of: handle.bits)
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

    /// The number whose image this is: the rounds backwards.
    func origin(of image: UInt64) throws(IntersectionError) -> UInt64 {
        let mask: UInt64 = 1 << halfBits - 1
        var (left, right) = (image >> halfBits & mask, image & mask)
        for round in (0..<Self.rounds).reversed() {
            (left, right) = (right ^ (try value(round, left) & mask), left)
        }
        return left << halfBits | right
    }

    /// Done ten times for every record of an index: nothing is allocated.
    private func value(_ round: UInt8, _ half: UInt64) throws(IntersectionError) -> UInt64 {
        let length = Self.label.count
        let result: Result<UInt64, SodiumError> = withUnsafeTemporaryAllocation(
            of: UInt8.self,
            capacity: length + 5 + 16
        ) { scratch in
            let message = UnsafeMutableBufferPointer(rebasing: scratch[..<(length + 5)])
            let digest = UnsafeMutableBufferPointer(rebasing: scratch[(length + 5)...])
            _ = message.initialize(from: Self.label)
            message[length] = round
            for offset in 0..<4 { message[length + 1 + offset] = UInt8(truncatingIfNeeded: half >> (24 - 8 * offset)) }
            let failure = key.withUnsafeBytes { BLAKE2b.hash(UnsafeBufferPointer(message), key: $0, into: digest) }
            if let failure { return .failure(failure) }
            return .success(digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
        }
        return try wrapping { () throws(SodiumError) in try result.get() }
    }
}
