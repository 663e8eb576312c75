// RFC 9497 VOPRF, ristretto255-SHA512: the four steps on whole batches. Inputs are opaque bytes.
import Sodium
import Synchronization

/// The verifiable oblivious PRF. The asker blinds and finalises, the holder evaluates and proves.
public struct VOPRF: Sendable {
    let suite: Suite
    public let engine: GroupEngine

    public init(engine: GroupEngine = GroupEngine()) {
        self.init(suite: .verifiable, engine: engine)
    }

    init(suite: Suite, engine: GroupEngine) {
        self.suite = suite
        self.engine = engine
    }

    /// The greatest number of elements that one proof covers (RFC 9497 counts in two bytes).
    public static let greatestBatch = 65_535

    // MARK: Asker

    /// Blind (RFC 9497 section 3.3.1): every input hashed to the group, times its own blind.
    /// - Throws: `.batchSize`, `.wrongCount`, `.inputTooLong`, `.invalidInput`.
    public func blind(_ inputs: [[UInt8]], with blinds: Blinds) throws(PRFError) -> BlindedElements {
        try check(inputs)
        guard blinds.count == inputs.count else { throw .wrongCount(expected: inputs.count, actual: blinds.count) }
        var elements: [UInt8] = []
        // Verifying the answer's proof will want them.
        var points = [UInt8](repeating: 0, count: engine.backend.pointLength * inputs.count)
        let refused = engine.hashAndMultiply(
            count: inputs.count,
            by: .each(blinds.scalars),
            into: &elements,
            points: &points
        ) {
            suite.uniformBytes(inputs[$0], with: $1, into: $2)
        }
        if let refused { throw .invalidInput(position: refused) }
        return BlindedElements(
            made: elements,
            decoded: DecodedElements(backend: engine.backend.name, points: points)
        )
    }

    /// Finalize (RFC 9497 section 3.3.2): verifies the proof, takes the blinds off, hashes. Nothing is given out of a
    /// batch whose proof does not hold.
    /// - Throws: `.wrongCount`, `.notAnElement`, `.identityElement`, `.malformedProof`, `.proofDoesNotHold`.
    public func finalise(
        _ inputs: [[UInt8]],
        blinds: Blinds,
        blinded: BlindedElements,
        evaluation: UnverifiedEvaluation,
        publicKey: EvaluationPublicKey
    ) throws(PRFError) -> PRFOutputs {
        if inputs.count <= Self.handful, engine.runner.threads > 1 {
            return try finaliseAtOnce(
                inputs,
                blinds: blinds,
                blinded: blinded,
                evaluation: evaluation,
                publicKey: publicKey
            )
        }
        let evaluated = try verify(evaluation, of: blinded, publicKey: publicKey)
        return try unblind(inputs, blinds: blinds, evaluated: evaluated)
    }

    /// Of few elements each step takes less time than to share it: one thread verifies the proof while another takes the
    /// blinds off what is not believed yet. If the proof does not hold, that is wiped unseen.
    private func finaliseAtOnce(
        _ inputs: [[UInt8]],
        blinds: Blinds,
        blinded: BlindedElements,
        evaluation: UnverifiedEvaluation,
        publicKey: EvaluationPublicKey
    ) throws(PRFError) -> PRFOutputs {
        let alone = VOPRF(
            suite: suite,
            engine: GroupEngine(backend: engine.backend, runner: BatchRunner(threads: 1))
        )
        let proof = Mutex<Result<EvaluatedElements, PRFError>?>(nil)
        let outputs = Mutex<Result<PRFOutputs, PRFError>?>(nil)
        BatchRunner(threads: 2, chunk: 1).run(count: 2) { job in
            if job.lowerBound == 0 {
                let result = Result { () throws(PRFError) in
                    try alone.verify(evaluation, of: blinded, publicKey: publicKey)
                }
                proof.withLock { $0 = result }
            } else {
                let result = Result { () throws(PRFError) in
                    try alone.unblind(
                        inputs,
                        blinds: blinds,
                        evaluated: EvaluatedElements(checked: evaluation.elements)
                    )
                }
                outputs.withLock { $0 = result }
            }
        }
        // The proof's refusal is the one that is told.
        guard let verified = proof.withLock({ $0 }), let finished = outputs.withLock({ $0 }) else {
            throw .proofDoesNotHold
        }
        _ = try verified.get()
        return try finished.get()
    }

    private static let handful = 64

    /// Only the proof.
    public func verify(
        _ evaluation: UnverifiedEvaluation,
        of blinded: BlindedElements,
        publicKey: EvaluationPublicKey
    ) throws(PRFError) -> EvaluatedElements {
        guard evaluation.count == blinded.count else {
            throw .wrongCount(expected: blinded.count, actual: evaluation.count)
        }
        guard (1...Self.greatestBatch).contains(blinded.count) else { throw .batchSize(blinded.count) }
        let decoded = try decodeElements(evaluation.elements, engine: engine)
        let evaluated = EvaluatedElements(checked: evaluation.elements, decoded: decoded)
        try DLEQ(suite: suite, engine: engine).verify(
            proof: evaluation.proof,
            publicKey: publicKey,
            blinded: blinded,
            evaluated: evaluated
        )
        return evaluated
    }

    /// Takes blinds off elements whose proof was verified. For measurements: askers use `finalise`.
    package func unblind(
        _ inputs: [[UInt8]],
        blinds: Blinds,
        evaluated: EvaluatedElements
    ) throws(PRFError) -> PRFOutputs {
        try check(inputs)
        guard blinds.count == inputs.count else { throw .wrongCount(expected: inputs.count, actual: blinds.count) }
        guard evaluated.count == inputs.count else {
            throw .wrongCount(expected: inputs.count, actual: evaluated.count)
        }
        var elements: [UInt8] = []
        defer { Memory.wipe(&elements) }
        let inverses = try blinds.inverses(engine: engine)
        let refused = engine.multiply(
            evaluated.bytes,
            decoded: evaluated.decoded,
            by: .each(inverses),
            into: &elements
        )
        if let refused {
            throw refusal(of: evaluated.bytes, at: refused)
        }
        return try outputs(inputs, elements: elements)
    }

    // MARK: Holder

    /// BlindEvaluate (RFC 9497 section 3.3.2): every element times the key, and one proof for all.
    /// - Parameter random: hedges the proof's nonce.
    public func evaluate(
        _ blinded: BlindedElements,
        key: EvaluationKey,
        random: RandomBytes
    ) throws(PRFError) -> (elements: EvaluatedElements, proof: [UInt8]) {
        try evaluate(blinded, key: key, nonce: .hedged(random))
    }

    func evaluate(
        _ blinded: BlindedElements,
        key: EvaluationKey,
        nonce: DLEQ.Nonce
    ) throws(PRFError) -> (elements: EvaluatedElements, proof: [UInt8]) {
        let evaluated = try multiply(blinded, key: key)
        let proof = try DLEQ(suite: suite, engine: engine)
            .prove(key: key, blinded: blinded, evaluated: evaluated, nonce: nonce)
        return (evaluated, proof)
    }

    /// Evaluation without proof. For measurements: holders use `evaluate`.
    package func multiply(_ blinded: BlindedElements, key: EvaluationKey) throws(PRFError) -> EvaluatedElements {
        var elements: [UInt8] = []
        let refused = engine.multiply(
            blinded.bytes,
            decoded: blinded.decoded,
            by: .one(key.scalar),
            into: &elements
        )
        if let refused {
            throw refusal(of: blinded.bytes, at: refused)
        }
        return EvaluatedElements(checked: elements)
    }

    /// The proof alone, of elements that were evaluated here. For measurements: holders use `evaluate`.
    package func prove(
        _ evaluated: EvaluatedElements,
        of blinded: BlindedElements,
        key: EvaluationKey,
        random: RandomBytes
    ) throws(PRFError) -> [UInt8] {
        try DLEQ(suite: suite, engine: engine)
            .prove(key: key, blinded: blinded, evaluated: evaluated, nonce: .hedged(random))
    }

    /// Evaluate (RFC 9497 section 3.3.1): the outputs that an asker would get, for the holder's own inputs.
    public func outputs(_ inputs: [[UInt8]], key: EvaluationKey) throws(PRFError) -> PRFOutputs {
        try check(inputs)
        var elements: [UInt8] = []
        defer { Memory.wipe(&elements) }
        var none: [UInt8] = []
        let refused = engine.hashAndMultiply(
            count: inputs.count,
            by: .one(key.scalar),
            into: &elements,
            points: &none
        ) {
            suite.uniformBytes(inputs[$0], with: $1, into: $2)
        }
        if let refused { throw .invalidInput(position: refused) }
        return try outputs(inputs, elements: elements)
    }

    // MARK: Both

    private func outputs(_ inputs: [[UInt8]], elements: [UInt8]) throws(PRFError) -> PRFOutputs {
        let bytes = try wrapping { () throws(SodiumError) in
            try SecretBytes(count: 64 * inputs.count) { target in
                elements.withUnsafeBufferPointer { elements in
                    let (from, into) = (Shared(elements.baseAddress), SharedMutable(target.baseAddress))
                    engine.run(count: inputs.count) { range, backend in
                        guard let from = from.pointer, let into = into.pointer else { return }
                        suite.outputs(
                            inputs[range],
                            elements: from + 32 * range.lowerBound,
                            with: backend,
                            into: into + 64 * range.lowerBound
                        )
                    }
                }
            }
        }
        return PRFOutputs(bytes: bytes)
    }

    private func check(_ inputs: [[UInt8]]) throws(PRFError) {
        guard (1...Self.greatestBatch).contains(inputs.count) else { throw .batchSize(inputs.count) }
        if let position = inputs.firstIndex(where: { $0.count > 65_535 }) { throw .inputTooLong(position: position) }
    }
}
