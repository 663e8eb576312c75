// Every value of match.json that belongs to this module; its point_root belongs to the transparency log.
import CanonicalJSON
import Sodium
import TestSupport
import Testing

@testable import ObliviousPRF
@testable import SetIntersection

struct MatchVectors: Decodable {
    struct SlotValue: Decodable {
        let slot: Int
        let tag: String
        let mask: String
        let entry: String
    }
    struct Key: Decodable {
        let kind: String
        let canonical: String
        let input: String
        let i: Int
        let blind: String
        let blinded: String
        let evaluated: String
        let y: String
        let slots: [SlotValue]
        let hitKey: String
        let proofSlot0: String
    }
    struct Class: Decodable {
        let klass: String
        let indexId: String
        let evalKey: String
        let publicKey: String
        let keys: [Key]
    }
    struct Request: Decodable {
        let handle: String
    }
    let seed: String
    let agreement: String
    let holder: String
    let asker: String
    let epoch: Int
    let query: String
    let blindSeed: String
    let classes: [Class]
    let request: Request
    let requestJcs: String
}

@Suite("Match vectors")
struct MatchVectorTests {
    let vectors: MatchVectors
    let scope: IndexScope
    let seed: EpochSeed
    let query: QueryID
    let blindSeed: BlindSeed

    init() throws {
        vectors = try VectorFiles.decode("match.json", as: MatchVectors.self, snakeCase: true)
        scope = try IndexScope(
            agreement: vectors.agreement,
            asker: vectors.asker,
            holder: vectors.holder,
            epoch: vectors.epoch
        )
        seed = try EpochSeed(SecretBytes(copying: hex(vectors.seed)))
        query = try QueryID(text: vectors.query)
        blindSeed = try BlindSeed(SecretBytes(copying: hex(vectors.blindSeed)))
    }

    @Test("index ids, evaluation keys and public keys")
    func keys() throws {
        #expect(vectors.classes.map(\.klass) == ["identifiers", "names", "weak"])
        for part in vectors.classes {
            let index = try scope.indexID(of: KeyClass(part.klass))
            #expect(index.text == part.indexId)
            let key = try seed.evaluationKey(of: index)
            #expect(key.scalar.withUnsafeBytes { Array($0) } == (try hex(part.evalKey)))
            #expect(Hex.encode(key.publicKey.bytes) == part.publicKey)
        }
    }

    @Test("the whole question: blinds, blinded and evaluated points, outputs")
    func question() throws {
        var inputs: [KeyClass: [[UInt8]]] = [:]
        var keys: [KeyClass: EvaluationKey] = [:]
        for part in vectors.classes {
            let keyClass = try KeyClass(part.klass)
            inputs[keyClass] = try part.keys.map { try hex($0.input) }
            keys[keyClass] = try seed.evaluationKey(of: scope.indexID(of: keyClass))
            for key in part.keys {
                // A pad's 32 bytes are no text: the file gives them as digits.
                let canonical = key.kind == "pad" ? try hex(key.canonical) : Array(key.canonical.utf8)
                #expect(try hex(key.input) == Array(key.kind.utf8) + [0] + canonical)
            }
        }
        let prf = VOPRF()
        let question = try BlindedQuestion(query: query, keys: inputs, padding: false, seed: blindSeed, prf: prf)
        let flat = vectors.classes.flatMap(\.keys)
        #expect(question.keyCount == flat.count && question.batches.count == 1)
        #expect(question.batches[0].classes.flatMap(\.points.bytes) == (try flat.flatMap { try hex($0.blinded) }))
        for key in flat {
            let opening = try #require(try question.opening(at: key.i))
            #expect(Hex.encode(opening.blind) == key.blind)
            #expect(try opening.key == hex(key.input) && opening.opens(hex(key.blinded)))
        }
        let answer = try HolderAnswer(keys: keys).answer(question.batches[0], random: .system)
        #expect(answer.flatMap(\.evaluation.elements) == (try flat.flatMap { try hex($0.evaluated) }))
        let outputs = try question.finalise([answer], publicKeys: keys.mapValues(\.publicKey))
        for key in flat {
            #expect(outputs.withOutput(at: key.i) { Array($0) } == (try hex(key.y)))
        }
        #expect(outputs.withOutput(at: flat.count) { $0.count } == nil)
    }

    @Test("slots, masks, entries, hit keys and proofs")
    func slots() throws {
        let handle = try Handle(text: vectors.request.handle)
        let request = Array(vectors.requestJcs.utf8)
        #expect(try CanonicalJSON.canonicalise(request, limits: .leaf) == request)
        for part in vectors.classes {
            let index = try IndexID(bytes: hex(part.indexId))
            let slots = Slots(index: index)
            for key in part.keys {
                let y = try hex(key.y)
                try y.withUnsafeBufferPointer { y in
                    #expect(key.slots.map(\.slot) == [0, 1, 3, 4, 63])
                    for value in key.slots {
                        let slot = try slots.block(value.slot / 4, of: y)[value.slot % 4]
                        #expect(slot.tag == UInt64(value.tag, radix: 16))
                        #expect(slot.mask == UInt64(value.mask, radix: 16))
                        var entry: [UInt8] = []
                        slot.entry(of: handle).append(to: &entry)
                        #expect(Hex.encode(entry) == value.entry)
                        let read = entry.withUnsafeBufferPointer { Entry(reading: $0, at: 0) }
                        #expect(slot.handle(of: read) == handle)
                    }
                    let hitKey = try HitKey(output: y, index: index)
                    #expect(hitKey.secret.withUnsafeBytes { Hex.encode($0) } == key.hitKey)
                    #expect(try Hex.encode(hitKey.proof(request: request, slot: 0)) == key.proofSlot0)
                }
            }
        }
    }
}
