// One batch of the asker's query: blind, verify, finalise. Knows the batch's keys; only blinded points leave.
import ObliviousPRF
import Sodium

/// A batch as it is sent and as its answer is read. The same keys, layout, query id and seed give the same bytes, whatever
/// other batches were made before: a query is never whole in memory unless its maker keeps it.
public struct BlindedBatch: Sendable {
    /// What is sent.
    public let points: PointBatch

    private let parts: [(part: QueryLayout.Part, keys: [[UInt8]])]
    private let query: QueryID
    private let seed: BlindSeed
    private let prf: VOPRF

    /// Pads and blinds.
    /// - Parameters:
    ///   - number: from 0 on.
    ///   - keys: the asker's own keys of each of the layout's parts of this batch, in order.
    /// - Throws: `.wrongCount` for another number of keys than the layout has; `.points` for a key longer than 65,535 bytes.
    public init(
        _ number: Int,
        of layout: QueryLayout,
        keys: [KeyClass: [[UInt8]]],
        query: QueryID,
        seed: BlindSeed,
        prf: VOPRF = VOPRF()
    ) throws(IntersectionError) {
        var parts: [(part: QueryLayout.Part, keys: [[UInt8]])] = []
        var classes: [ClassPoints] = []
        for part in layout.parts(of: number) {
            var all = keys[part.section.keyClass] ?? []
            guard all.count == part.own.count else { throw .wrongCount(expected: part.own.count, actual: all.count) }
            for position in part.positions.dropFirst(all.count) {
                all.append(try seed.pad(query: query, position: position))
            }
            let blinds = try seed.blinds(query: query, range: part.positions, runner: prf.engine.runner)
            let points = try wrappingPoints(of: part.section.keyClass) { () throws(PRFError) in
                try prf.blind(all, with: blinds)
            }
            classes.append(ClassPoints(keyClass: part.section.keyClass, points: points))
            parts.append((part, all))
        }
        guard !parts.isEmpty else { throw .noKeys }
        self.parts = parts
        self.query = query
        self.seed = seed
        self.prf = prf
        points = PointBatch(classes: classes)
    }

    /// Verifies the proof of every class against the pinned public keys, then takes the blinds off. Nothing comes out
    /// unless everything holds.
    /// - Parameter publicKeys: of this epoch, from the holder's manifest.
    /// - Throws: `.wrongCount`, `.unknownClass`, `.classOrder`; `.points` with what is wrong in a class.
    public func finalise(
        _ answer: [ClassEvaluation],
        publicKeys: [KeyClass: EvaluationPublicKey]
    ) throws(IntersectionError) -> QuestionOutputs {
        QuestionOutputs(parts: try outputs(answer, publicKeys: publicKeys))
    }

    func outputs(
        _ answer: [ClassEvaluation],
        publicKeys: [KeyClass: EvaluationPublicKey]
    ) throws(IntersectionError) -> [QuestionOutputs.Part] {
        guard answer.count == parts.count else { throw .wrongCount(expected: parts.count, actual: answer.count) }
        var outputs: [QuestionOutputs.Part] = []
        for ((part, keys), (sent, received)) in zip(parts, zip(points.classes, answer)) {
            let keyClass = part.section.keyClass
            guard received.keyClass == keyClass else { throw .classOrder }
            guard let publicKey = publicKeys[keyClass] else { throw .unknownClass(keyClass) }
            let blinds = try seed.blinds(query: query, range: part.positions, runner: prf.engine.runner)
            let finalised = try wrappingPoints(of: keyClass) { () throws(PRFError) in
                try prf.finalise(
                    keys,
                    blinds: blinds,
                    blinded: sent.points,
                    evaluation: received.evaluation,
                    publicKey: publicKey
                )
            }
            outputs.append(
                QuestionOutputs.Part(
                    keyClass: keyClass,
                    first: part.positions.lowerBound,
                    offset: part.range.lowerBound,
                    own: part.own.count,
                    outputs: finalised
                )
            )
        }
        return outputs
    }

    /// What an auditor is shown of the key at position i of the whole query; nil for one of another batch.
    public func opening(at position: Int) throws(IntersectionError) -> Opening? {
        guard let (part, keys) = parts.first(where: { $0.part.positions.contains(position) }) else { return nil }
        let blinds = try seed.blinds(query: query, range: position..<position + 1)
        guard let blind = blinds.reveal(0) else { return nil }
        return Opening(
            position: position,
            keyClass: part.section.keyClass,
            key: keys[position - part.positions.lowerBound],
            blind: blind
        )
    }
}

extension BlindedBatch: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "BlindedBatch(\(query), \(points.count) points, redacted)" }
    public var debugDescription: String { description }
    /// Without children: the keys are personal data.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
