// The asker's part of a query: pad, blind, verify, finalise. Knows the asker's keys; only blinded points leave.
import ObliviousPRF
import Sodium

/// One question to one peer, whole in memory: keys by class, padded and blinded. The same keys, query id and seed give the
/// same bytes. Long questions are made batch by batch (`BlindedBatch`).
public struct BlindedQuestion: Sendable {
    /// The most keys of one query, padding included.
    public static let greatestCount = 1 << 20

    public let query: QueryID
    /// What is sent, in order; the first goes with the query itself.
    public var batches: [PointBatch] { blinded.map(\.points) }
    /// Keys with padding: the number that policy, quotas and log speak of.
    public let keyCount: Int

    private let blinded: [BlindedBatch]

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
        let layout = try QueryLayout(own: keys.mapValues(\.count), padding: padding)
        for (keyClass, own) in keys.sorted(by: { $0.key < $1.key }) {
            var seen = Set<[UInt8]>(minimumCapacity: own.count)
            for (position, key) in own.enumerated() where !seen.insert(key).inserted {
                throw .duplicateKey(keyClass, position: position)
            }
        }
        var blinded: [BlindedBatch] = []
        for number in 0..<layout.batchCount {
            var own: [KeyClass: [[UInt8]]] = [:]
            for part in layout.parts(of: number) {
                own[part.section.keyClass] = keys[part.section.keyClass].map { Array($0[part.own]) }
            }
            blinded.append(try BlindedBatch(number, of: layout, keys: own, query: query, seed: seed, prf: prf))
        }
        self.query = query
        self.blinded = blinded
        keyCount = layout.keyCount
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
        guard answers.count == blinded.count else {
            throw .wrongCount(expected: blinded.count, actual: answers.count)
        }
        var outputs: [QuestionOutputs.Part] = []
        for (batch, answer) in zip(blinded, answers) {
            outputs += try batch.outputs(answer, publicKeys: publicKeys)
        }
        return QuestionOutputs(parts: outputs)
    }

    /// What an auditor is shown of the key at position i (PROTOCOL section 5); nil beyond the query.
    public func opening(at position: Int) throws(IntersectionError) -> Opening? {
        for batch in blinded {
            if let opening = try batch.opening(at: position) { return opening }
        }
        return nil
    }
}

extension BlindedQuestion: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "BlindedQuestion(\(query), \(keyCount) keys, redacted)" }
    public var debugDescription: String { description }
    /// Without children: the keys are personal data.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
