/// Which records share keys: hashes of keys, sorted, and pairs counted kind by kind. Holds numbers of records and hashes,
/// never a key.

import MatchKeys
import Vault

/// A share of the keys of all records: those whose hash falls into it.
struct SharedKeys {
    private struct Entry {
        let hash: UInt64
        /// Number of the record below, place of the kind in the top byte.
        let packed: UInt64

        var record: Int { Int(packed & (1 << 56 - 1)) }
        var kind: Int { Int(packed >> 56) }
    }

    private let limit: Int
    private let share: UInt64
    private let shares: UInt64
    private var entries: [Entry] = []

    init(limit: Int, share: Int, of shares: Int) {
        self.limit = limit
        self.share = UInt64(share)
        self.shares = UInt64(shares)
    }

    mutating func add(_ keys: RecordKeys, of number: Int) throws(DuplicatePairs.Overflow) {
        keys.forEachKey { kind, bytes in
            var hasher = Hasher()
            hasher.combine(bytes: UnsafeRawBufferPointer(bytes))
            let hash = UInt64(bitPattern: Int64(hasher.finalize()))
            guard hash % shares == share else { return }
            entries.append(Entry(hash: hash, packed: UInt64(number) | UInt64(kind.ordinal) << 56))
        }
        if entries.count > limit { throw .keys }
    }

    /// Counts each two records that share a key; gives the keys that too many share, by kind.
    consuming func pairs(
        block: Int,
        into pairs: inout DuplicatePairs
    ) throws(DuplicatePairs.Overflow) -> [KeyKind: Int] {
        entries.sort { $0.hash != $1.hash ? $0.hash < $1.hash : $0.packed < $1.packed }
        var leftOut: [KeyKind: Int] = [:]
        var start = 0
        while start < entries.count {
            var end = start + 1
            while end < entries.count, entries[end].hash == entries[start].hash { end += 1 }
            if end - start > block {
                leftOut[KeyKind.allCases[entries[start].kind], default: 0] += 1
            } else {
                for one in start..<end {
                    for other in (one + 1)..<max(end, one + 1) where entries[one].kind == entries[other].kind {
                        try pairs.count(entries[one].record, entries[other].record, kind: entries[one].kind)
                    }
                }
            }
            start = end
        }
        return leftOut
    }
}

/// How many keys of which kind two records share.
struct DuplicatePairs {
    /// More than the bound holds: fewer at a time.
    enum Overflow: Error { case keys, pairs }

    private struct Name: Hashable {
        let first: Int
        let second: Int
    }

    /// Counts of 0 to 3 in two bits for each kind.
    private struct Counts {
        var low: UInt64 = 0
        var high: UInt64 = 0

        subscript(kind: Int) -> Int {
            get { Int((kind < 32 ? low >> UInt64(2 * kind) : high >> UInt64(2 * (kind - 32))) & 3) }
            set {
                let value = UInt64(min(newValue, 3))
                if kind < 32 {
                    low = low & ~(3 << UInt64(2 * kind)) | value << UInt64(2 * kind)
                } else {
                    high = high & ~(3 << UInt64(2 * (kind - 32))) | value << UInt64(2 * (kind - 32))
                }
            }
        }
    }

    private let limit: Int
    private let round: Int
    private let rounds: Int
    private var pairs: [Name: Counts] = [:]

    init(limits: DuplicateSearch.Limits, round: Int, of rounds: Int) {
        limit = limits.pairs
        self.round = round
        self.rounds = rounds
    }

    mutating func count(_ one: Int, _ other: Int, kind: Int) throws(Overflow) {
        let name = Name(first: min(one, other), second: max(one, other))
        guard name.first != name.second, name.first % rounds == round else { return }
        pairs[name, default: Counts()][kind] += 1
        if pairs.count > limit { throw .pairs }
    }

    func eachPair(_ body: (_ first: Int, _ second: Int, _ counts: [KeyKind: Int]) -> Void) {
        for (name, counts) in pairs {
            var agreeing: [KeyKind: Int] = [:]
            for kind in KeyKind.allCases {
                let count = counts[kind.ordinal]
                if count > 0 { agreeing[kind] = count }
            }
            body(name.first, name.second, agreeing)
        }
    }
}

/// The best pairs seen, and how many there were.
struct BestPairs {
    struct Pair {
        let first: Int
        let second: Int
        let score: Int
    }

    private let most: Int
    private var kept: [Pair] = []
    private(set) var found = 0

    init(most: Int) { self.most = most }

    mutating func add(_ pair: Pair) {
        found += 1
        kept.append(pair)
        // Now and then, so that each pair costs little.
        if kept.count >= 2 * most { kept = Array(sorted) }
    }

    /// The best first; the order of equals is that of their records.
    var sorted: ArraySlice<Pair> {
        kept.sorted { ($1.score, $0.first, $0.second) < ($0.score, $1.first, $1.second) }.prefix(most)
    }
}
