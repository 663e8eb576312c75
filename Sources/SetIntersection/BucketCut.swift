// How an index is cut into buckets, by the first bits of its tags. Knows counts, no keys and no entries.

/// 2^bits buckets of one class. An index that an asker holds a copy of is not cut: one bucket, no bits.
///
/// In a cut index all slots of a key begin with the same `bits` bits, so that one bucket answers for the key: a fetch tells
/// `bits` bits of it and no more, whatever stands in its slots. The cut is made when an epoch begins and stays until its end.
public struct BucketCut: Hashable, Sendable {
    /// Above 8 one key alone would tell more than the asker may tell of a person.
    public static let greatestBits = 8
    /// Entries a bucket may be asked to have at least: a bucket that no key fills is filled with chaff.
    public static let minimums = 2...1 << 20
    /// Where no rule says how many.
    public static let standardMinimum = 1_024

    public static let whole = BucketCut(known: 0)

    /// 0 to 8.
    public let bits: Int

    /// Nil out of range.
    public init?(bits: Int) {
        guard (0...Self.greatestBits).contains(bits) else { return nil }
        self.bits = bits
    }

    private init(known bits: Int) { self.bits = bits }

    /// The finest cut that leaves buckets twice the minimum on the average: where tags fall evenly none is short then,
    /// and chaff fills those that are.
    /// - Parameter pairs: of key and record, as they wait for the build.
    public init(pairs: Int, minimum: Int) {
        var bits = 0
        while bits < Self.greatestBits, pairs / (2 * minimum) >= 2 << bits { bits += 1 }
        self.bits = bits
    }

    public var count: Int { 1 << bits }

    /// How many buckets are half of them: who fetches so many tells at most one bit of each key.
    public var half: Int { (count + 1) / 2 }

    /// The bucket of a tag, 0 to count - 1.
    func bucket(of tag: UInt64) -> Int { bits == 0 ? 0 : Int(tag >> (64 - UInt64(bits))) }

    /// The least tag of a bucket; nil beyond the last one.
    func start(of bucket: Int) -> UInt64? {
        guard bucket < count else { return nil }
        return bits == 0 ? 0 : UInt64(bucket) << (64 - UInt64(bits))
    }

    /// `tag` with the first bits of `home`.
    func tag(_ tag: UInt64, beside home: UInt64) -> UInt64 {
        guard bits > 0 else { return tag }
        let rest = UInt64.max >> UInt64(bits)
        return home & ~rest | tag & rest
    }
}
