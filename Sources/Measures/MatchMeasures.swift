// What the private match costs, beside libsodium alone in the same run. Knows keys made up for the purpose.
import ObliviousPRF
import SetIntersection
import Sodium

/// The part of `comity bench` that needs no node: group operations, proofs, index build and look-up.
public struct MatchMeasures: Sendable {
    public let threads: Int
    /// For one measurement.
    public let seconds: Double
    /// Keys in a batch, 1 to 65,535.
    public let batch: Int
    /// Entries of the index that is looked into, chaff and all.
    public let entries: Int

    public init(
        threads: Int = BatchRunner.activeCores,
        seconds: Double = 2,
        batch: Int = 4_096,
        entries: Int = 1_000_000
    ) {
        self.threads = max(threads, 1)
        self.seconds = seconds
        self.batch = min(max(batch, 1), VOPRF.greatestBatch)
        self.entries = max(entries, 1)
    }

    /// Which group operations are measured.
    public var backend: String { GroupEngine().backend.name }

    /// Every measurement of this part, in the order of the contract.
    /// - Parameter only: what the names of those begin with that are wanted; group operations go together.
    public func run(only: String = "") throws -> [Measurement] {
        let scene = try Scene(count: batch, threads: threads)
        let rounds = Rounds(seconds: seconds)
        var results: [Measurement] = []
        if "group".hasPrefix(only) || only.hasPrefix("group") { results += try group(scene, rounds) }
        if "dleq".hasPrefix(only) || only.hasPrefix("dleq") { results += try proofs(scene, rounds) }
        results += try backends(scene, rounds, only: only)
        if "index".hasPrefix(only) || only.hasPrefix("index") { results += try index(scene, rounds) }
        return results.filter { $0.name.hasPrefix(only) }
    }

    /// One batch that has gone through the whole protocol, and the raw loops beside it.
    private struct Scene {
        let prf: VOPRF
        let raw: RawLibsodium
        let inputs: [[UInt8]]
        let key: EvaluationKey
        let blinds: Blinds
        let blinded: BlindedElements
        /// The same as the holder has them, who decoded them when they came.
        let received: BlindedElements
        let evaluation: UnverifiedEvaluation
        let evaluated: EvaluatedElements

        init(count: Int, threads: Int) throws {
            let runner = BatchRunner(threads: threads)
            prf = VOPRF(engine: GroupEngine(runner: runner))
            inputs = (0..<count).map { Array("bench".utf8) + [0] + Array("key \($0)".utf8) }
            key = try EvaluationKey(derivedFrom: SecretBytes(random: 32), info: [])
            blinds = try Blinds(count: count, random: .system)
            blinded = try prf.blind(inputs, with: blinds)
            received = try BlindedElements(decoding: blinded.bytes, engine: prf.engine)
            let answer = try prf.evaluate(blinded, key: key, random: .system)
            evaluated = answer.elements
            evaluation = try UnverifiedEvaluation(elements: answer.elements.bytes, proof: answer.proof)
            let blinds = blinds
            raw = RawLibsodium(
                runner: runner,
                uniform: RandomBytes.system.bytes(64 * count),
                points: blinded.bytes,
                scalars: (0..<count).flatMap { blinds.reveal($0) ?? [] },
                count: count
            )
        }
    }

    private func group(_ scene: Scene, _ rounds: Rounds) throws -> [Measurement] {
        let (prf, raw, count) = (scene.prf, scene.raw, batch)
        return [
            try rounds.measure(
                "group.evaluate",
                unit: "keys/s",
                items: count,
                reference: ("libsodium scalarmult", raw.multiply),
                work: { _ = try prf.multiply(scene.blinded, key: scene.key) }
            ),
            try rounds.measure(
                "group.index_key",
                unit: "keys/s",
                items: count,
                reference: ("libsodium from_hash, scalarmult", raw.mapAndMultiply),
                work: { _ = try prf.outputs(scene.inputs, key: scene.key) }
            ),
            try rounds.measure(
                "group.blind",
                unit: "keys/s",
                items: count,
                reference: ("libsodium from_hash, scalarmult", raw.mapAndMultiply),
                work: { _ = try prf.blind(scene.inputs, with: scene.blinds) }
            ),
            try rounds.measure(
                "group.unblind",
                unit: "keys/s",
                items: count,
                reference: ("libsodium scalarmult", raw.multiply),
                work: { _ = try prf.unblind(scene.inputs, blinds: scene.blinds, evaluated: scene.evaluated) }
            ),
        ]
    }

    private func proofs(_ scene: Scene, _ rounds: Rounds) throws -> [Measurement] {
        let (prf, raw) = (scene.prf, scene.raw)
        return [
            try rounds.measure(
                "dleq.prove",
                unit: "keys/s",
                items: batch,
                reference: ("libsodium scalarmult, add", { raw.composites(sums: 1) }),
                work: { _ = try prf.prove(scene.evaluated, of: scene.received, key: scene.key, random: .system) }
            ),
            try rounds.measure(
                "dleq.verify",
                unit: "keys/s",
                items: batch,
                reference: ("libsodium scalarmult, add, twice", { raw.composites(sums: 2) }),
                work: {
                    _ = try prf.verify(scene.evaluation, of: scene.blinded, publicKey: scene.key.publicKey)
                }
            ),
        ]
    }

    /// Evaluation and index keys by every back end of ours that this processor can run, whichever is chosen.
    private func backends(_ scene: Scene, _ rounds: Rounds, only: String) throws -> [Measurement] {
        let wanted = GroupBackendChoice.runnable.filter { backend in
            backend.name != LibsodiumBackend().name && (backend.name.hasPrefix(only) || only.hasPrefix(backend.name))
        }
        return try wanted.flatMap { backend in
            let prf = VOPRF(engine: GroupEngine(backend: backend, runner: scene.prf.engine.runner))
            return [
                try rounds.measure(
                    "\(backend.name).evaluate",
                    unit: "keys/s",
                    items: batch,
                    reference: ("libsodium scalarmult", scene.raw.multiply),
                    work: { _ = try prf.multiply(scene.blinded, key: scene.key) }
                ),
                try rounds.measure(
                    "\(backend.name).index_key",
                    unit: "keys/s",
                    items: batch,
                    reference: ("libsodium from_hash, scalarmult", scene.raw.mapAndMultiply),
                    work: { _ = try prf.outputs(scene.inputs, key: scene.key) }
                ),
            ]
        }
    }

    private func index(_ scene: Scene, _ rounds: Rounds) throws -> [Measurement] {
        let scope = try IndexScope(agreement: "bench", asker: "asker", holder: "holder", epoch: 0)
        let empty = MatchIndex(id: try scope.indexID(of: .names), segments: [])
        let records = scene.inputs.enumerated().map { (key: $1, handle: Self.handle($0)) }
        let build = try rounds.measure(
            "index.build.memory",
            unit: "keys/s",
            items: batch,
            reference: ("libsodium from_hash, scalarmult", scene.raw.mapAndMultiply),
            work: {
                var builder = IndexBuilder(adding: empty, key: scene.key, prf: scene.prf)
                builder.add(records)
                _ = try builder.finish(random: .system)
            }
        )
        let index = MatchIndex(id: empty.id, segments: [try Self.noise(entries)])
        let question = try BlindedQuestion(
            query: QueryID(bytes: RandomBytes.system.bytes(16)),
            keys: [.names: scene.inputs],
            seed: BlindSeed(SecretBytes(random: 32)),
            prf: scene.prf
        )
        let holder = HolderAnswer(keys: [.names: scene.key], prf: scene.prf)
        let answers = try question.batches.map { try holder.answer($0, random: .system) }
        let outputs = try question.finalise(answers, publicKeys: [.names: scene.key.publicKey])
        let lookUp = try rounds.measure("index.lookup", unit: "keys/s", items: batch) {
            _ = try outputs.lookUp(in: [.names: index])
        }
        return [build, lookUp]
    }

    private static func handle(_ number: Int) -> Handle {
        Handle(number: UInt64(number))
    }

    /// A segment of random entries.
    private static func noise(_ entries: Int) throws -> IndexSegment {
        var generator = SystemRandomNumberGenerator()
        let tags = (0..<entries).map { _ in generator.next() }.sorted()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(13 * entries)
        for tag in tags {
            withUnsafeBytes(of: tag.bigEndian) { bytes.append(contentsOf: $0) }
            withUnsafeBytes(of: tag) { bytes.append(contentsOf: $0[..<5]) }
        }
        return try IndexSegment(bytes: bytes)
    }
}
