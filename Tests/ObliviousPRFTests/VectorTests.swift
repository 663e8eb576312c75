// RFC 9497 appendix A.1: every value of both modes.
import Sodium
import TestSupport
import Testing

@testable import ObliviousPRF

struct PRFVectors: Decodable {
    struct Proof: Decodable {
        let proof: String
        let r: String
    }
    struct Vector: Decodable {
        let batch: Int
        let blind: String
        let blinded: String
        let evaluated: String
        let input: String
        let output: String
        let proof: Proof?

        enum CodingKeys: String, CodingKey {
            case batch = "Batch"
            case blind = "Blind"
            case blinded = "BlindedElement"
            case evaluated = "EvaluationElement"
            case input = "Input"
            case output = "Output"
            case proof = "Proof"
        }
    }
    struct Suite: Decodable {
        let mode: String
        let groupDST: String
        let keyInfo: String
        let seed: String
        let skSm: String
        let pkSm: String?
        let vectors: [Vector]
    }
    let suites: [Suite]
}

@Suite("RFC 9497 appendix A.1")
struct VectorTests {
    let suites: [PRFVectors.Suite]

    init() throws {
        suites = try VectorFiles.decode("rfc9497-ristretto255-sha512.json", as: PRFVectors.self).suites
    }

    private func parts(_ text: String) throws -> [[UInt8]] {
        try text.split(separator: ",").map { try hex(String($0)) }
    }

    private func context(
        _ suite: PRFVectors.Suite,
        backend: any GroupBackend = GroupBackendChoice.chosen
    ) throws -> (VOPRF, EvaluationKey) {
        let protocolSuite = Suite(mode: suite.mode == "OPRF" ? .base : .verifiable)
        let key = try EvaluationKey(
            derivedFrom: SecretBytes(copying: hex(suite.seed)),
            info: hex(suite.keyInfo),
            suite: protocolSuite
        )
        return (VOPRF(suite: protocolSuite, engine: GroupEngine(backend: backend)), key)
    }

    @Test("keys are derived as the RFC derives them")
    func keys() throws {
        #expect(suites.map(\.mode) == ["OPRF", "VOPRF"])
        for suite in suites {
            let (prf, key) = try context(suite)
            #expect(key.scalar.withUnsafeBytes { Array($0) } == (try hex(suite.skSm)))
            #expect(Array("HashToGroup-".utf8) + prf.suite.context == (try hex(suite.groupDST)))
            if let expected = suite.pkSm { #expect(key.publicKey.bytes == (try hex(expected))) }
        }
    }

    @Test(
        "blinding, evaluation, proof and output are the RFC's, batches included",
        arguments: GroupBackendChoice.runnable
    )
    func values(_ backend: any GroupBackend) throws {
        var proofs: [Int] = []
        for suite in suites {
            let (prf, key) = try context(suite, backend: backend)
            for vector in suite.vectors {
                let inputs = try parts(vector.input)
                #expect(inputs.count == vector.batch)
                let blinds = try Blinds(scalars: SecretBytes(copying: parts(vector.blind).flatMap(\.self)))
                let blinded = try prf.blind(inputs, with: blinds)
                #expect(blinded.bytes == (try parts(vector.blinded).flatMap(\.self)))
                let evaluated = try prf.multiply(blinded, key: key)
                #expect(evaluated.bytes == (try parts(vector.evaluated).flatMap(\.self)))
                let outputs = try prf.unblind(inputs, blinds: blinds, evaluated: evaluated)
                let direct = try prf.outputs(inputs, key: key)
                for (position, expected) in try parts(vector.output).enumerated() {
                    #expect(outputs.withOutput(position) { Array($0) } == expected)
                    #expect(direct.withOutput(position) { Array($0) } == expected)
                }
                guard let proof = vector.proof else { continue }
                let made = try prf.evaluate(
                    blinded,
                    key: key,
                    nonce: .fixed(SecretBytes(copying: hex(proof.r)))
                )
                #expect(made.proof == (try hex(proof.proof)))
                let finalised = try prf.finalise(
                    inputs,
                    blinds: blinds,
                    blinded: blinded,
                    evaluation: UnverifiedEvaluation(elements: evaluated.bytes, proof: hex(proof.proof)),
                    publicKey: key.publicKey
                )
                #expect(finalised.count == vector.batch)
                proofs.append(vector.batch)
            }
        }
        #expect(proofs == [1, 1, 2])
    }

    @Test("expand_message_xmd is that of RFC 9380 appendix K.3 with 64 bytes")
    func expand() throws {
        // The RFC's vectors have 32 and 128 bytes; the length enters b_0, so this value is checked by the definition
        // written out, with no block shared.
        let tag = Array("QUUX-V01-CS02-with-expander-SHA512-256".utf8)
        for message in [[UInt8](), Array("abc".utf8), [UInt8](repeating: 0x61, count: 512)] {
            let primed = tag + [UInt8(tag.count)]
            let first = SHA2.sha512([UInt8](repeating: 0, count: 128) + message + [0, 64, 0] + primed)
            var expanded = [UInt8](repeating: 0, count: 64)
            ExpandMessage(tag: tag).expand(message, into: &expanded)
            #expect(expanded == SHA2.sha512(first + [1] + primed))
        }
    }
}
