// The asker's part of a query: pad, blind, verify, finalise. Knows the asker's keys; only blinded points leave.
import ObliviousPRF
import Sodium

/// One question to one peer: keys by class, padded and blinded. The same keys, query id and seed give the same bytes.
public struct BlindedQuestion: Sendable {
    /// The most keys of one query, padding included.
    public static let greatestCount = 1 << 20

    public let query: QueryID
    /// What is sent, in order; the first goes with the query itself.
    public let batches: [PointBatch]
    /// Keys with padding: the number that policy, quotas and log speak of.
    public let keyCount: Int

    private let sections: [Section]
    private let seed: BlindSeed
    private let prf: VOPRF

    /// The keys of one class; `first` is the position i of the first in the whole query.
    private struct Section: Sendable {
        let keyClass: KeyClass
        let first: Int
        let keys: [[UInt8]]
        /// Keys of the asker; the rest is padding.
        let own: Int
    }

    /// Pads every class and blinds.
    /// - Parameters:
    ///   - query: never used for other keys.
    ///   - keys: kind id ‖ 00 ‖ canonical UTF-8, each once in its class. Classes without keys are not asked.
    /// - Throws: `.noKeys`, `.tooManyKeys`, `.duplicateKey`, `.points` for a key longer than 65,535 bytes.
    public init(
        query: QueryID,
        keys: [KeyClass: [[UInt8]]],
        seed: BlindSeed,
        prf: VOPRF = VOPRF()
    ) throws(IntersectionError) {
        try self.init(query: query, keys: keys, padding: true, seed: seed, prf: prf)
    }

    init(
        query: QueryID,
        keys: [KeyClass: [[UInt8]]],
        padding: Bool,
        seed: BlindSeed,
        prf: VOPRF
    ) throws(IntersectionError) {
        var total = 0
        for keys in keys.values { total += padding ? Padding.paddedCount(keys.count) : keys.count }
        guard total > 0 else { throw .noKeys }
        guard total <= Self.greatestCount else { throw .tooManyKeys(limit: Self.greatestCount, actual: total) }
        var sections: [Section] = []
        var first = 0
        for (keyClass, own) in keys.sorted(by: { $0.key < $1.key }) where !own.isEmpty {
            var all = own
            var seen = Set<[UInt8]>(minimumCapacity: own.count)
            for (position, key) in own.enumerated() where !seen.insert(key).inserted {
                throw .duplicateKey(keyClass, position: position)
            }
            if padding {
                for offset in own.count..<Padding.paddedCount(own.count) {
                    all.append(try seed.pad(query: query, position: first + offset))
                }
            }
            sections.append(Section(keyClass: keyClass, first: first, keys: all, own: own.count))
            first += all.count
        }
        self.query = query
        self.sections = sections
        self.seed = seed
        self.prf = prf
        keyCount = total
        batches = try Self.blind(sections, query: query, seed: seed, prf: prf)
    }

    /// Sections cut into batches of 8,192 positions: (section, range within it) for every class of every batch.
    private static func parts(_ sections: [Section]) -> [[(section: Section, range: Range<Int>)]] {
        let total = sections.reduce(0) { $0 + $1.keys.count }
        return stride(from: 0, to: total, by: PointBatch.greatestCount).map { start in
            let batch = start..<min(start + PointBatch.greatestCount, total)
            return sections.compactMap { section in
                let range = batch.clamped(to: section.first..<section.first + section.keys.count)
                guard !range.isEmpty else { return nil }
                return (section, range.lowerBound - section.first..<range.upperBound - section.first)
            }
        }
    }

    private static func blind(
        _ sections: [Section],
        query: QueryID,
        seed: BlindSeed,
        prf: VOPRF
    ) throws(IntersectionError) -> [PointBatch] {
        var batches: [PointBatch] = []
        for parts in parts(sections) {
            var classes: [ClassPoints] = []
            for (section, range) in parts {
                let blinds = try seed.blinds(
                    query: query,
                    range: section.first + range.lowerBound..<section.first + range.upperBound
                )
                let points = try wrappingPoints(of: section.keyClass) { () throws(PRFError) in
                    try prf.blind(Array(section.keys[range]), with: blinds)
                }
                classes.append(ClassPoints(keyClass: section.keyClass, points: points))
            }
            batches.append(PointBatch(classes: classes))
        }
        return batches
    }

    /// Verifies every proof against the pinned public keys, then takes the blinds off. Nothing comes out unless
    /// everything holds.
    /// - Parameters:
    ///   - answers: one list of classes for every batch, in order.
    ///   - publicKeys: of this epoch, from the holder's manifest.
    /// - Throws: `.wrongCount`, `.unknownClass`, `.classOrder`; `.points` with what is wrong in a class.
    public func finalise(
        _ answers: [[ClassEvaluation]],
        publicKeys: [KeyClass: EvaluationPublicKey]
    ) throws(IntersectionError) -> QuestionOutputs {
        guard answers.count == batches.count else {
            throw .wrongCount(expected: batches.count, actual: answers.count)
        }
        var outputs: [QuestionOutputs.Part] = []
        for (parts, (batch, answer)) in zip(Self.parts(sections), zip(batches, answers)) {
            guard answer.count == parts.count else { throw .wrongCount(expected: parts.count, actual: answer.count) }
            for ((section, range), (sent, received)) in zip(parts, zip(batch.classes, answer)) {
                guard received.keyClass == section.keyClass else { throw .classOrder }
                guard let publicKey = publicKeys[section.keyClass] else { throw .unknownClass(section.keyClass) }
                let blinds = try seed.blinds(
                    query: query,
                    range: section.first + range.lowerBound..<section.first + range.upperBound
                )
                let finalised = try wrappingPoints(of: section.keyClass) { () throws(PRFError) in
                    try prf.finalise(
                        Array(section.keys[range]),
                        blinds: blinds,
                        blinded: sent.points,
                        evaluation: received.evaluation,
                        publicKey: publicKey
                    )
                }
                outputs.append(
                    QuestionOutputs.Part(
                        keyClass: section.keyClass,
                        first: section.first + range.lowerBound,
                        offset: range.lowerBound,
                        own: max(0, min(section.own - range.lowerBound, range.count)),
                        outputs: finalised
                    )
                )
            }
        }
        return QuestionOutputs(parts: outputs)
    }

    /// What an auditor is shown of the key at position i (PROTOCOL section 5); nil beyond the query.
    public func opening(at position: Int) throws(IntersectionError) -> Opening? {
        guard let section = sections.last(where: { $0.first <= position }), position >= 0,
            position < section.first + section.keys.count
        else { return nil }
        let blinds = try seed.blinds(query: query, range: position..<position + 1)
        guard let blind = blinds.reveal(0) else { return nil }
        return Opening(
            position: position,
            keyClass: section.keyClass,
            key: section.keys[position - section.first],
            blind: blind
        )
    }
}

extension BlindedQuestion: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "BlindedQuestion(\(query), \(keyCount) keys, redacted)" }
    public var debugDescription: String { description }
    /// Without children: the keys are personal data.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
