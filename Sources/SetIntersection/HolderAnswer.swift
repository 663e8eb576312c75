// The holder's part of a query: evaluate and prove, class by class. Learns how many keys, never which.
import ObliviousPRF
import Sodium

/// Answers batches under the evaluation keys of one agreement, asker and epoch.
public struct HolderAnswer: Sendable {
    private let keys: [KeyClass: EvaluationKey]
    private let prf: VOPRF

    /// - Parameter keys: one for every class that may be asked.
    public init(keys: [KeyClass: EvaluationKey], prf: VOPRF = VOPRF()) {
        self.keys = keys
        self.prf = prf
    }

    /// The evaluation key of a class.
    public func key(of keyClass: KeyClass) -> EvaluationKey? { keys[keyClass] }

    /// Evaluated points in the order of the batch, one proof for every class. The points are the same for the same batch;
    /// the proof's nonce is fresh each time.
    /// - Throws: `.unknownClass` before anything is evaluated.
    public func answer(_ batch: PointBatch, random: RandomBytes) throws(IntersectionError) -> [ClassEvaluation] {
        for part in batch.classes where keys[part.keyClass] == nil { throw .unknownClass(part.keyClass) }
        var answers: [ClassEvaluation] = []
        for part in batch.classes {
            guard let key = keys[part.keyClass] else { throw .unknownClass(part.keyClass) }
            let evaluation = try wrappingPoints(of: part.keyClass) { () throws(PRFError) in
                let (elements, proof) = try prf.evaluate(part.points, key: key, random: random)
                return try UnverifiedEvaluation(elements: elements.bytes, proof: proof)
            }
            answers.append(ClassEvaluation(keyClass: part.keyClass, evaluation: evaluation))
        }
        return answers
    }
}
