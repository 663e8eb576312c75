// RFC 9496 appendix A on every back end, and how a back end is chosen.
import Sodium
import TestSupport
import Testing

@testable import ObliviousPRF

struct GroupVectors: Decodable {
    struct Invalid: Decodable {
        let why: String
        let encodings: [String]
    }
    struct Uniform: Decodable {
        let bytes: String
        let element: String
    }
    let multiples: [String]
    let invalid: [Invalid]
    let uniform: [Uniform]
}

@Suite("Back ends and RFC 9496")
struct GroupVectorTests {
    let vectors: GroupVectors

    init() throws {
        vectors = try VectorFiles.decode("rfc9496-ristretto255.json", as: GroupVectors.self)
    }

    @Test("multiples of the generator are those of appendix A.1", arguments: GroupBackendChoice.runnable)
    func multiples(_ backend: any GroupBackend) throws {
        let generator = try hex(vectors.multiples[1])
        let scalars = (1..<16).flatMap { Edges.small($0) }
        let elements = (1..<16).flatMap { _ in generator }
        var products = [UInt8](repeating: 0, count: 32 * 15)
        let refused = elements.withUnsafeBufferPointer { elements in
            scalars.withUnsafeBufferPointer { scalars -> Int? in
                guard let elements = elements.baseAddress, let scalars = scalars.baseAddress else { return 0 }
                return backend.multiply(.elements(elements), by: .each(scalars), count: 15, into: &products)
            }
        }
        #expect(refused == nil)
        #expect(products == (try vectors.multiples.dropFirst().flatMap { try hex($0) }))
    }

    @Test("invalid encodings of appendix A.2 are refused", arguments: GroupBackendChoice.runnable)
    func invalid(_ backend: any GroupBackend) throws {
        let encodings = vectors.invalid.flatMap(\.encodings)
        #expect(encodings.count == 29)
        for text in encodings {
            #expect(try backend.decode(hex(text), count: 1, into: nil) == 0, "\(backend.name): \(text)")
        }
        #expect(try backend.decode(hex(vectors.multiples[0]), count: 1, into: nil) == 0, "the identity")
        #expect(try backend.decode(hex(vectors.multiples[1]), count: 1, into: nil) == nil)
    }

    @Test("uniform bytes of appendix A.3 map to its elements", arguments: GroupBackendChoice.runnable)
    func uniform(_ backend: any GroupBackend) throws {
        let strings = try vectors.uniform.flatMap { try hex($0.bytes) }
        var elements = [UInt8](repeating: 0, count: 32 * vectors.uniform.count)
        backend.map(strings, count: vectors.uniform.count, into: &elements)
        #expect(elements == (try vectors.uniform.flatMap { try hex($0.element) }))
    }

    @Test("an asker and a holder need not compute alike")
    func mixed() throws {
        let inputs = (0..<11).map { Array("input \($0)".utf8) }
        let key = try EvaluationKey(derivedFrom: SecretBytes(random: 32), info: [1])
        let blinds = try Blinds(count: inputs.count, random: .system)
        var seen: Set<[UInt8]> = []
        let engines = GroupBackendChoice.runnable.map { GroupEngine(backend: $0) }
        for asker in engines {
            for holder in engines {
                let (asking, answering) = (VOPRF(engine: asker), VOPRF(engine: holder))
                let blinded = try asking.blind(inputs, with: blinds)
                let received = try BlindedElements(decoding: blinded.bytes, engine: holder)
                let answer = try answering.evaluate(received, key: key, random: .system)
                // What one back end has decoded is of no use to another, and is not used.
                let again = try asking.evaluate(received, key: key, random: .system)
                #expect(again.elements == answer.elements)
                let outputs = try asking.finalise(
                    inputs,
                    blinds: blinds,
                    blinded: blinded,
                    evaluation: UnverifiedEvaluation(elements: answer.elements.bytes, proof: answer.proof),
                    publicKey: key.publicKey
                )
                seen.insert(outputs.withOutput(10) { Array($0) })
            }
        }
        #expect(seen.count == 1)
    }

    @Test("a word chooses the back end; another word, or one that the processor cannot run, is refused")
    func choice() throws {
        for backend in GroupBackendChoice.runnable {
            #expect(try GroupBackendChoice.backend(named: backend.name).get().name == backend.name)
        }
        for word in [nil, "", "auto"] as [String?] {
            let expected = GroupBackendChoice.auto.backend?.name
            #expect(try GroupBackendChoice.backend(named: word).get().name == expected)
        }
        for word in ["AUTO", "avx512", "libsodium "] {
            #expect(throws: GroupBackendChoice.Refusal.unknownWord) {
                try GroupBackendChoice.backend(named: word).get()
            }
        }
        for choice in GroupBackendChoice.allCases where choice.backend == nil {
            #expect(throws: GroupBackendChoice.Refusal.notOnThisProcessor(choice)) {
                try GroupBackendChoice.backend(named: choice.rawValue).get()
            }
        }
        #expect(GroupBackendChoice.runnable.last?.name == "libsodium")
        #expect(GroupBackendChoice.scalar.backend != nil)
    }
}
