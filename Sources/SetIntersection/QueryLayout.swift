// Which keys of a query stand in which batch. Knows classes and counts, never keys.

/// A query's positions, class by class in byte order of their names, cut into batches of 8,192 (PROTOCOL section 1).
/// Asker and holder reckon it alike: a batch's number says how many points it has.
public struct QueryLayout: Sendable, Hashable {
    /// The keys of one class: the asker's own, then padding.
    public struct Section: Sendable, Hashable {
        public let keyClass: KeyClass
        /// Position i of the first key in the whole query.
        public let first: Int
        /// Keys of the asker.
        public let own: Int
        /// With padding.
        public let count: Int
    }

    /// What one batch has of one class.
    public struct Part: Sendable, Hashable {
        public let section: Section
        /// Which of the section's keys.
        public let range: Range<Int>

        /// Positions i in the whole query.
        var positions: Range<Int> { section.first + range.lowerBound..<section.first + range.upperBound }
        /// Which of the asker's own keys of the class; the rest of the part is padding.
        public var own: Range<Int> { range.clamped(to: 0..<section.own) }
    }

    public let sections: [Section]
    /// Keys with padding: the number that policy, quotas and log speak of.
    public let keyCount: Int

    /// - Parameter own: how many keys of each class; classes without keys are not asked.
    /// - Throws: `.noKeys`, `.tooManyKeys`.
    public init(own: [KeyClass: Int]) throws(IntersectionError) { try self.init(own: own, padding: true) }

    init(own: [KeyClass: Int], padding: Bool) throws(IntersectionError) {
        var sections: [Section] = []
        var first = 0
        for (keyClass, own) in own.sorted(by: { $0.key < $1.key }) where own > 0 {
            let count = padding ? Padding.paddedCount(own) : own
            sections.append(Section(keyClass: keyClass, first: first, own: own, count: count))
            first += count
        }
        guard first > 0 else { throw .noKeys }
        guard first <= BlindedQuestion.greatestCount else {
            throw .tooManyKeys(limit: BlindedQuestion.greatestCount, actual: first)
        }
        self.sections = sections
        keyCount = first
    }

    public var batchCount: Int { Self.batchCount(keys: keyCount) }

    /// Batches of a query of so many keys.
    public static func batchCount(keys: Int) -> Int { (keys + PointBatch.greatestCount - 1) / PointBatch.greatestCount }

    /// Points in batch `number`, counted from 0; nil where such a query has no such batch.
    public static func points(in number: Int, keys: Int) -> Int? {
        guard (0..<batchCount(keys: keys)).contains(number) else { return nil }
        return min(PointBatch.greatestCount, keys - number * PointBatch.greatestCount)
    }

    /// The parts of batch `number`, in order; none beyond the last.
    public func parts(of number: Int) -> [Part] {
        let start = number * PointBatch.greatestCount
        let batch = min(start, keyCount)..<min(start + PointBatch.greatestCount, keyCount)
        return sections.compactMap { section in
            let range = batch.clamped(to: section.first..<section.first + section.count)
            guard !range.isEmpty else { return nil }
            return Part(section: section, range: range.lowerBound - section.first..<range.upperBound - section.first)
        }
    }
}
