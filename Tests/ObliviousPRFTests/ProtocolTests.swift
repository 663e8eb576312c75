// The protocol between an asker and a holder, and what each refuses.
import Sodium
import TestSupport
import Testing

@testable import ObliviousPRF

@Suite("Oblivious PRF")
struct ProtocolTests {
    let prf = VOPRF(engine: GroupEngine(runner: BatchRunner(threads: 4, chunk: 3)))
    let random = RandomBytes.system

    private func key() throws -> EvaluationKey {
        try EvaluationKey(derivedFrom: SecretBytes(random: 32), info: [1])
    }

    private func inputs(_ count: Int) -> [[UInt8]] {
        (0..<count).map { Array("input \($0)".utf8) }
    }

    @Test("an asker gets the holder's outputs without the holder seeing an input")
    func run() throws {
        let inputs = inputs(20)
        // asker
        let blinds = try Blinds(count: inputs.count, random: random)
        let blinded = try prf.blind(inputs, with: blinds)
        // holder
        let key = try key()
        let received = try BlindedElements(decoding: blinded.bytes, engine: prf.engine)
        let answer = try prf.evaluate(received, key: key, random: random)
        // asker
        let outputs = try prf.finalise(
            inputs,
            blinds: blinds,
            blinded: blinded,
            evaluation: UnverifiedEvaluation(elements: answer.elements.bytes, proof: answer.proof),
            publicKey: key.publicKey
        )
        // holder, on its own inputs
        let own = try prf.outputs(inputs, key: key)
        for position in inputs.indices {
            #expect(outputs.withOutput(position) { Array($0) } == own.withOutput(position) { Array($0) })
        }
        #expect(outputs.withOutput(0) { Array($0) } != outputs.withOutput(1) { Array($0) })
    }

    @Test("the number of threads and the chunks change no byte")
    func threads() throws {
        let inputs = inputs(50)
        let blinds = try Blinds(count: 50, random: random)
        let key = try key()
        let nonce = DLEQ.Nonce.fixed(try SecretBytes(copying: [9] + [UInt8](repeating: 0, count: 31)))
        var seen: Set<[UInt8]> = []
        for (threads, chunk) in [(1, 1), (1, 64), (2, 7), (8, 1), (3, 1_000)] {
            let prf = VOPRF(engine: GroupEngine(runner: BatchRunner(threads: threads, chunk: chunk)))
            let blinded = try prf.blind(inputs, with: blinds)
            let answer = try prf.evaluate(blinded, key: key, nonce: nonce)
            seen.insert(blinded.bytes + answer.elements.bytes + answer.proof)
        }
        #expect(seen.count == 1)
    }

    @Test("a proof under another key, for other elements, or altered does not hold")
    func proofs() throws {
        let inputs = inputs(3)
        let blinds = try Blinds(count: 3, random: random)
        let blinded = try prf.blind(inputs, with: blinds)
        let (mine, other) = (try key(), try key())
        let answer = try prf.evaluate(blinded, key: mine, random: random)
        func finalise(_ elements: [UInt8], _ proof: [UInt8], _ key: EvaluationKey) throws -> PRFOutputs {
            try prf.finalise(
                inputs,
                blinds: blinds,
                blinded: blinded,
                evaluation: UnverifiedEvaluation(elements: elements, proof: proof),
                publicKey: key.publicKey
            )
        }
        _ = try finalise(answer.elements.bytes, answer.proof, mine)
        #expect(throws: PRFError.proofDoesNotHold) { try finalise(answer.elements.bytes, answer.proof, other) }
        // One element under another key.
        let wrong = try prf.multiply(blinded, key: other)
        let mixed = Array(answer.elements.bytes[..<64]) + Array(wrong.bytes[64...])
        #expect(throws: PRFError.proofDoesNotHold) { try finalise(mixed, answer.proof, mine) }
        // Elements in another order.
        let swapped = Array(
            answer.elements.bytes[32..<64] + answer.elements.bytes[..<32] + answer.elements.bytes[64...]
        )
        #expect(throws: PRFError.proofDoesNotHold) { try finalise(swapped, answer.proof, mine) }
        #expect(throws: PRFError.wrongCount(expected: 3, actual: 2)) {
            try finalise(Array(answer.elements.bytes[..<64]), answer.proof, mine)
        }
        #expect(throws: PRFError.malformedProof) {
            try finalise(answer.elements.bytes, [UInt8](repeating: 0xff, count: 64), mine)
        }
        #expect(throws: PRFError.malformedProof) { try finalise(answer.elements.bytes, [1], mine) }
        #expect(throws: PRFError.identityElement(position: 1)) {
            var elements = answer.elements.bytes
            elements.replaceSubrange(32..<64, with: [UInt8](repeating: 0, count: 32))
            return try finalise(elements, answer.proof, mine)
        }
        var generator = SplitMix64.announced("dleq", fallback: 0x5EED)
        for _ in 0..<60 {
            var proof = answer.proof
            proof[Int.random(in: 0..<64, using: &generator)] ^= UInt8.random(in: 1...255, using: &generator)
            #expect(throws: PRFError.self) { try finalise(answer.elements.bytes, proof, mine) }
        }
    }

    @Test("the nonce differs with fresh randomness, and with the transcript when randomness repeats")
    func nonce() throws {
        let stuck = RandomBytes { buffer in
            for index in buffer.indices { buffer[index] = 0 }
        }
        let key = try key()
        let first = try prf.blind(inputs(2), with: Blinds(count: 2, random: random))
        let second = try prf.blind(inputs(2), with: Blinds(count: 2, random: random))
        func commitment(_ blinded: BlindedElements, _ source: RandomBytes) throws -> [UInt8] {
            // s + c·k is the nonce; s·G + c·K is its image, which must not repeat.
            let proof = try prf.evaluate(blinded, key: key, random: source).proof
            let c = try Ristretto255.Scalar(decoding: Array(proof[..<32]))
            let s = try Ristretto255.Scalar(decoding: Array(proof[32...]))
            let image =
                try Ristretto255.Element(generatorTimes: s)
                + Ristretto255.Element(decoding: key.publicKey.bytes).multiplied(by: c)
            return image.bytes
        }
        #expect(try commitment(first, stuck) == commitment(first, stuck))
        #expect(try commitment(first, stuck) != commitment(second, stuck))
        #expect(try commitment(first, random) != commitment(first, random))
    }

    @Test("blinded elements are decoded strictly")
    func decoding() throws {
        let good = try prf.blind(inputs(4), with: Blinds(count: 4, random: random)).bytes
        func decode(_ change: (inout [UInt8]) -> Void) throws -> BlindedElements {
            var bytes = good
            change(&bytes)
            return try BlindedElements(decoding: bytes, engine: prf.engine)
        }
        #expect(try decode { _ in }.count == 4)
        #expect(throws: PRFError.partialElement(byteCount: 127)) { try decode { $0.removeLast() } }
        #expect(throws: PRFError.batchSize(0)) { try decode { $0 = [] } }
        #expect(throws: PRFError.notAnElement(position: 2)) { try decode { $0[95] |= 0x80 } }
        #expect(throws: PRFError.notAnElement(position: 1)) { try decode { $0[32] |= 1 } }
        #expect(throws: PRFError.identityElement(position: 3)) {
            try decode { $0.replaceSubrange(96..<128, with: [UInt8](repeating: 0, count: 32)) }
        }
        #expect(throws: PRFError.duplicateElement(position: 2)) {
            try decode { $0.replaceSubrange(64..<96, with: $0[0..<32]) }
        }
        #expect(throws: PRFError.batchSize(65_536)) { try decode { $0 = [UInt8](repeating: 0, count: 32 * 65_536) } }
        var generator = SplitMix64.announced("blinded elements", fallback: 0x5EED)
        for _ in 0..<300 {
            let bytes = generator.bytes(32 * Int.random(in: 1...3, using: &generator))
            guard let batch = try? BlindedElements(decoding: bytes, engine: prf.engine) else { continue }
            #expect(batch.bytes == bytes)
        }
        var seen = ElementSet()
        let batch = try decode { _ in }
        try seen.admit(batch)
        #expect(throws: PRFError.duplicateElement(position: 0)) { try seen.admit(batch) }
        #expect(seen.count == 4)
    }

    @Test("blinds: zero is refused, inverses undo, an opening shows one scalar")
    func blinds() throws {
        #expect(throws: PRFError.zeroScalar(position: 1)) {
            try Blinds(count: 2) { position, wide in
                for index in wide.indices { wide[index] = position == 1 ? 0 : 5 }
            }
        }
        #expect(throws: PRFError.batchSize(0)) { try Blinds(count: 0, random: random) }
        #expect(throws: PRFError.zeroScalar(position: 0)) { try Blinds(scalars: SecretBytes(count: 32) { _ in }) }
        #expect(throws: PRFError.notAScalar(position: 0)) {
            try Blinds(scalars: SecretBytes(copying: [UInt8](repeating: 0xff, count: 32)))
        }
        let blinds = try Blinds(count: 9, random: random)
        let inverses = try blinds.inverses(engine: GroupEngine(runner: BatchRunner(threads: 2, chunk: 4)))
        for position in 0..<9 {
            let scalar = try #require(blinds.reveal(position))
            var product = [UInt8](repeating: 0, count: 32)
            inverses.withUnsafePointer { Ristretto255.multiplyScalars(scalar, $0 + 32 * position, into: &product) }
            #expect(product == [1] + [UInt8](repeating: 0, count: 31))
        }
        #expect(blinds.reveal(9) == nil)
    }

    @Test("keys: zero, scalars out of range and lengths out of range are refused; a description shows no scalar")
    func keys() throws {
        #expect(throws: PRFError.zeroScalar(position: 0)) { try EvaluationKey(scalar: SecretBytes(count: 32) { _ in }) }
        #expect(throws: PRFError.notAScalar(position: 0)) {
            try EvaluationKey(scalar: SecretBytes(copying: [UInt8](repeating: 0xff, count: 32)))
        }
        #expect(throws: PRFError.keyDerivationFailed) {
            try EvaluationKey(derivedFrom: SecretBytes(random: 31), info: [])
        }
        #expect(throws: PRFError.keyDerivationFailed) {
            try EvaluationKey(derivedFrom: SecretBytes(random: 32), info: [UInt8](repeating: 0, count: 65_536))
        }
        let key = try EvaluationKey(scalar: SecretBytes(copying: [77] + [UInt8](repeating: 0, count: 31)))
        var dumped = ""
        dump(key.scalar, to: &dumped)
        #expect(dumped.contains("redacted") && !dumped.contains("77"))
        #expect(throws: PRFError.identityElement(position: 0)) {
            try EvaluationPublicKey(bytes: [UInt8](repeating: 0, count: 32))
        }
        #expect(throws: PRFError.self) { try EvaluationPublicKey(bytes: [UInt8](repeating: 0xff, count: 32)) }
    }

    @Test("inputs too long, too many or none are refused")
    func limits() throws {
        let blinds = try Blinds(count: 1, random: random)
        #expect(throws: PRFError.inputTooLong(position: 0)) {
            try prf.blind([[UInt8](repeating: 0, count: 65_536)], with: blinds)
        }
        #expect(throws: PRFError.wrongCount(expected: 2, actual: 1)) { try prf.blind(inputs(2), with: blinds) }
        #expect(throws: PRFError.batchSize(0)) { try prf.blind([], with: blinds) }
        #expect(throws: PRFError.batchSize(0)) { try prf.outputs([], key: key()) }
    }

    @Test("heavy work can be awaited off the cooperative pool, errors included")
    func offload() async throws {
        let prf = prf
        let inputs = inputs(5)
        let key = try key()
        let count = try await prf.engine.runner.offload { try prf.outputs(inputs, key: key).count }
        #expect(count == 5)
        await #expect(throws: PRFError.batchSize(0)) {
            try await prf.engine.runner.offload { try prf.outputs([], key: key).count }
        }
    }

    @Test("every chunk is run once, whatever the threads")
    func runner() {
        for (threads, chunk, count) in [(1, 1, 0), (4, 3, 10), (8, 64, 1_000), (0, 0, 5)] {
            let into = UnsafeMutablePointer<UInt8>.allocate(capacity: max(count, 1))
            defer { into.deallocate() }
            into.initialize(repeating: 0, count: max(count, 1))
            let shared = SharedMutable(into)
            BatchRunner(threads: threads, chunk: chunk).run(count: count) { range in
                for index in range { shared.pointer?[index] += 1 }
            }
            #expect((0..<count).allSatisfy { into[$0] == 1 })
        }
    }
}
