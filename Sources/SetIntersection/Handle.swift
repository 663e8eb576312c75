// The opaque name of a record in one index. Knows forty random bits.
import Sodium

/// 40 bits, fresh for every agreement, asker and epoch; ten lower-case hexadecimal digits in text.
public struct Handle: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Below 2^40.
    let bits: UInt64

    /// - Throws: `.malformedHandle` unless 5 bytes.
    public init(bytes: [UInt8]) throws(IntersectionError) {
        guard bytes.count == 5 else { throw .malformedHandle }
        bits = bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// - Throws: `.malformedHandle` unless ten lower-case hexadecimal digits.
    public init(text: String) throws(IntersectionError) {
        guard text.utf8.count == 10, let bytes = Hex.decode(text) else { throw .malformedHandle }
        try self.init(bytes: bytes)
    }

    /// Handles in a row, for measurements and nothing else.
    package init(number: UInt64) { self.init(bits: number) }

    init(bits: UInt64) { self.bits = bits & 0xff_ffff_ffff }

    /// A random handle that `taken` does not have.
    /// - Throws: `.exhausted` when a hundred tries gave none: the source is not random.
    public init(random: RandomBytes, avoiding taken: Set<Handle>) throws(IntersectionError) {
        for _ in 0..<100 {
            let handle = try Handle(bytes: random.bytes(5))
            if !taken.contains(handle) {
                self = handle
                return
            }
        }
        throw .exhausted
    }

    /// 5 bytes.
    public var bytes: [UInt8] { (0..<5).map { UInt8(truncatingIfNeeded: bits >> (32 - 8 * UInt64($0))) } }
    public var description: String { Hex.encode(bytes) }

    public static func < (left: Handle, right: Handle) -> Bool { left.bits < right.bits }
}
