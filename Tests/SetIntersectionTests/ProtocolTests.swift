// The private match as the protocol page tells it, each step under the party that runs it.
import ObliviousPRF
import Sodium
import Testing

@testable import SetIntersection

/// Small things the suites share.
enum Scene {
    static let random = RandomBytes.system

    static func scope(epoch: Int = 1) throws -> IndexScope {
        try IndexScope(agreement: "xa-xb-smuggling", asker: "xa-border", holder: "xb-coast", epoch: epoch)
    }

    static func key(_ text: String) -> [UInt8] { Array("phone".utf8) + [0] + Array(text.utf8) }

    static func handle(_ number: UInt8) throws -> Handle { try Handle(bytes: [0, 0, 0, 0, number]) }

    static func queryID() throws -> QueryID { try QueryID(bytes: random.bytes(16)) }

    static func blindSeed() throws -> BlindSeed { try BlindSeed(SecretBytes(random: 32)) }

    /// An index of one class and its key.
    struct Published {
        let key: EvaluationKey
        var index: MatchIndex

        init(_ keyClass: KeyClass, seed: EpochSeed, scope: IndexScope) throws {
            let id = try scope.indexID(of: keyClass)
            key = try seed.evaluationKey(of: id)
            index = MatchIndex(id: id, segments: [])
        }

        @discardableResult
        mutating func publish(_ records: [(key: [UInt8], handle: Handle)]) throws -> IndexBuilder.Built {
            var builder = IndexBuilder(adding: index, key: key)
            builder.add(records)
            let built = try builder.finish(random: random)
            index = MatchIndex(id: index.id, segments: index.segments + [built.segment])
            return built
        }
    }
}

@Suite("Private match")
struct ProtocolTests {
    @Test("an asker learns which of its keys share a record; the holder learns a padded number")
    func match() throws {
        // holder: an epoch begins, with a key for every class
        let scope = try Scene.scope()
        let seed = try EpochSeed(SecretBytes(random: 32))
        var identifiers = try Scene.Published(.identifiers, seed: seed, scope: scope)
        var names = try Scene.Published(.names, seed: seed, scope: scope)

        // holder: two records, one handle each across classes
        let (first, second) = (try Scene.handle(1), try Scene.handle(2))
        try identifiers.publish([(Scene.key("+49151"), first), (Scene.key("+49152"), second)])
        try names.publish([
            (Array("name one".utf8), first), (Array("name both".utf8), first), (Array("name both".utf8), second),
        ])

        // holder: signs a manifest; asker: checks it and pins the public keys
        let manifest = try Manifest(
            scope: scope,
            version: 1,
            predecessor: nil,
            recipe: Manifest.Recipe(version: 1, digest: SHA2.sha256([1])),
            records: 2,
            classes: [(KeyClass.identifiers, identifiers), (KeyClass.names, names)].map {
                try Manifest.ClassIndex(
                    scope: scope,
                    keyClass: $0.0,
                    publicKey: $0.1.key.publicKey,
                    segments: $0.1.index.segments.map(\.description),
                    leftOut: 0
                )
            }
        )
        let pinned = try Manifest(decoding: manifest.bytes)
        #expect(ManifestChain.check(pinned, after: nil) == .accepted)

        // asker: pads, blinds
        let question = try BlindedQuestion(
            query: Scene.queryID(),
            keys: [
                .identifiers: [Scene.key("+1"), Scene.key("+49151")],
                .names: [Array("name both".utf8), Array("name one".utf8), Array("nobody".utf8)],
            ],
            seed: Scene.blindSeed()
        )
        #expect(question.keyCount == 16)

        // holder: decodes strictly, evaluates, proves
        let sent = question.batches[0].classes.map { (keyClass: $0.keyClass, points: $0.points.bytes) }
        let received = try PointBatch(decoding: sent, announced: 16, engine: GroupEngine())
        let answer = try HolderAnswer(keys: [.identifiers: identifiers.key, .names: names.key])
            .answer(received, random: Scene.random)

        // asker: verifies, finalises, looks up in its own copy
        let outputs = try question.finalise([answer], publicKeys: pinned.publicKeys)
        let copies: [KeyClass: MatchIndex] = [.identifiers: identifiers.index, .names: names.index]
        let hits = try outputs.lookUp(in: copies)
        #expect(hits.map(\.handle) == [first, second])
        #expect(hits[0].keys.map(\.keyClass) == [.identifiers, .names, .names])
        #expect(hits[0].keys.map(\.offset) == [1, 0, 1])
        #expect(hits[0].keys.map(\.position) == [1, 8, 9])
        #expect(hits[1].keys.map(\.offset) == [0])
        #expect(Set([hits[0].keys[1].slot, hits[1].keys[0].slot]) == [0, 1])

        // asker: asks for a disclosure and proves the hit
        let request = Array(#"{"handle":"0000000001"}"#.utf8)
        let proofs = try hits[0].keys.map {
            try outputs.hitKey(of: $0, in: copies).proof(request: request, slot: $0.slot)
        }

        // holder: recomputes from the record's keys, counts what holds
        let proven = try HitProofs().proven(
            proofs,
            request: request,
            handle: first,
            keys: [Array("name one".utf8), Array("name three".utf8), Array("name both".utf8)],
            key: names.key,
            index: names.index
        )
        #expect(proven == [0, 2])

        // holder: another request, another handle, or no proof proves nothing
        for (proofs, request, handle) in [
            (proofs, request + [0], first), (proofs, request, second), ([], request, first),
            ([[1], [UInt8](repeating: 0, count: 32)], request, first),
        ] {
            let proven = try HitProofs().proven(
                proofs,
                request: request,
                handle: handle,
                keys: [Array("name one".utf8), Array("name both".utf8)],
                key: names.key,
                index: names.index
            )
            #expect(proven.isEmpty)
        }
    }

    @Test("a resend repeats every byte and finds the same")
    func resend() throws {
        let scope = try Scene.scope()
        var published = try Scene.Published(
            .identifiers,
            seed: EpochSeed(SecretBytes(random: 32)),
            scope: scope
        )
        try published.publish([(Scene.key("+1"), Scene.handle(9))])
        let (query, seed) = (try Scene.queryID(), try Scene.blindSeed())
        func ask(_ query: QueryID) throws -> (BlindedQuestion, [Handle]) {
            let question = try BlindedQuestion(query: query, keys: [.identifiers: [Scene.key("+1")]], seed: seed)
            let answer = try HolderAnswer(keys: [.identifiers: published.key])
                .answer(question.batches[0], random: Scene.random)
            let outputs = try question.finalise([answer], publicKeys: [.identifiers: published.key.publicKey])
            return (question, try outputs.lookUp(in: [.identifiers: published.index]).map(\.handle))
        }
        let (first, again) = (try ask(query), try ask(query))
        #expect(first.0.batches == again.0.batches)
        let expected = [try Scene.handle(9)]
        #expect(first.1 == expected && again.1 == expected)
        // Another query under the same seed shows no point twice.
        let other = try ask(Scene.queryID())
        #expect(other.0.batches != first.0.batches && other.1 == first.1)
    }

    @Test("a large question goes out in batches, and i counts through all of them")
    func batches() throws {
        let keys = (0..<8_190).map { Scene.key("+\($0)") }
        // Two threads and the real size once: the cut between batches falls inside a class.
        let question = try BlindedQuestion(
            query: Scene.queryID(),
            keys: [.identifiers: [Scene.key("+x")], .names: keys],
            seed: Scene.blindSeed()
        )
        #expect(question.keyCount == 8 + 8_192)
        #expect(question.batches.map(\.count) == [8_192, 8])
        #expect(question.batches[0].classes.map(\.keyClass) == [.identifiers, .names])
        #expect(question.batches[1].classes.map(\.keyClass) == [.names])
        let last = try #require(try question.opening(at: 8_199))
        #expect(last.keyClass == .names && last.key.starts(with: Padding.prefix))
        #expect(last.opens(Array(question.batches[1].classes[0].points[7])))
        #expect(!last.opens(Array(question.batches[1].classes[0].points[6])))
        #expect(try question.opening(at: 8_200) == nil && question.opening(at: -1) == nil)
        let own = try #require(try question.opening(at: 8 + 8_189))
        #expect(own.key == keys[8_189])
    }

    @Test("no way of printing a question, an opening or a builder shows a key")
    func redacted() throws {
        let keys = [Scene.key("+4915177777")]
        let question = try BlindedQuestion(query: Scene.queryID(), keys: [.names: keys], seed: Scene.blindSeed())
        let published = try Scene.Published(.names, seed: EpochSeed(SecretBytes(random: 32)), scope: Scene.scope())
        var builder = IndexBuilder(adding: published.index, key: published.key)
        builder.add([(keys[0], try Scene.handle(1))])
        for value in [question, try #require(try question.opening(at: 0)), builder] as [Any] {
            var dumped = ""
            dump(value, to: &dumped)
            for text in ["\(value)", String(reflecting: value), dumped] {
                // As text, as an array of bytes.
                #expect(text.contains("redacted") && !text.contains("77777") && !text.contains("55, 55"))
            }
            #expect(Mirror(reflecting: value).children.isEmpty)
        }
    }

    @Test("padding that meets an entry is no hit")
    func padding() throws {
        let scope = try Scene.scope()
        var published = try Scene.Published(.weak, seed: EpochSeed(SecretBytes(random: 32)), scope: scope)
        let question = try BlindedQuestion(query: Scene.queryID(), keys: [.weak: [[1]]], seed: Scene.blindSeed())
        let pad = try #require(try question.opening(at: 3)).key
        try published.publish([(pad, Scene.handle(1)), ([1], Scene.handle(2))])
        let answer = try HolderAnswer(keys: [.weak: published.key])
            .answer(question.batches[0], random: Scene.random)
        let outputs = try question.finalise([answer], publicKeys: [.weak: published.key.publicKey])
        #expect(try outputs.lookUp(in: [.weak: published.index]).map(\.handle) == [Scene.handle(2)])
    }

    @Test("as many agreeing keys as a large question has find room: 25,600 at once")
    func manyAgreeingKeys() throws {
        // Each locked value takes memory maps of its own, and the system gives a process about 65,000.
        let scope = try Scene.scope()
        var published = try Scene.Published(.weak, seed: EpochSeed(SecretBytes(random: 32)), scope: scope)
        let keys = (0..<400).map { Scene.key("+\($0)") }
        try published.publish(
            try keys.enumerated().flatMap { number, key in
                try (0..<64).map {
                    (key, try Handle(bytes: [1, 0, UInt8(number >> 8), UInt8(number & 255), UInt8($0)]))
                }
            }
        )
        let question = try BlindedQuestion(query: Scene.queryID(), keys: [.weak: keys], seed: Scene.blindSeed())
        let answer = try HolderAnswer(keys: [.weak: published.key])
            .answer(question.batches[0], random: Scene.random)
        let outputs = try question.finalise([answer], publicKeys: [.weak: published.key.publicKey])
        #expect(try outputs.lookUp(in: [.weak: published.index]).count == 25_600)
    }

    @Test("a key that was evaluated proves nothing where the record has no place under it")
    func proofWithoutPlace() throws {
        let scope = try Scene.scope()
        var published = try Scene.Published(.weak, seed: EpochSeed(SecretBytes(random: 32)), scope: scope)
        try published.publish([([1], Scene.handle(1))])
        // asker: has key 2 evaluated, which the index left out, and tries every slot with the record's handle
        let outputs = try VOPRF().outputs([[2]], key: published.key)
        let hitKey = try outputs.withOutput(0) { try HitKey(output: $0, index: published.index.id) }
        let forged = try (0...65).map { try hitKey.proof(request: [7], slot: $0) }
        // holder: the record does have key 2
        let proven = try HitProofs().proven(
            forged,
            request: [7],
            handle: Scene.handle(1),
            keys: [[1], [2]],
            key: published.key,
            index: published.index
        )
        #expect(proven.isEmpty)
    }

    @Test("an answer that is wrong, incomplete or under another key gives nothing")
    func answers() throws {
        let scope = try Scene.scope()
        let seed = try EpochSeed(SecretBytes(random: 32))
        let names = try Scene.Published(.names, seed: seed, scope: scope)
        let weak = try Scene.Published(.weak, seed: seed, scope: scope)
        let question = try BlindedQuestion(
            query: Scene.queryID(),
            keys: [.names: [[1]], .weak: [[2]]],
            seed: Scene.blindSeed()
        )
        let holder = HolderAnswer(keys: [.names: names.key, .weak: weak.key])
        let answer = try holder.answer(question.batches[0], random: Scene.random)
        let keys = [KeyClass.names: names.key.publicKey, .weak: weak.key.publicKey]
        #expect(throws: IntersectionError.wrongCount(expected: 1, actual: 0)) {
            try question.finalise([], publicKeys: keys)
        }
        #expect(throws: IntersectionError.wrongCount(expected: 2, actual: 1)) {
            try question.finalise([Array(answer.prefix(1))], publicKeys: keys)
        }
        #expect(throws: IntersectionError.classOrder) {
            try question.finalise([answer.reversed()], publicKeys: keys)
        }
        #expect(throws: IntersectionError.unknownClass(.weak)) {
            try question.finalise([answer], publicKeys: [.names: names.key.publicKey])
        }
        #expect(throws: IntersectionError.points(.names, .proofDoesNotHold)) {
            try question.finalise([answer], publicKeys: [.names: weak.key.publicKey, .weak: weak.key.publicKey])
        }
        #expect(throws: IntersectionError.unknownClass(.weak)) {
            try HolderAnswer(keys: [.names: names.key]).answer(question.batches[0], random: Scene.random)
        }
        let outputs = try question.finalise([answer], publicKeys: keys)
        #expect(throws: IntersectionError.unknownClass(.weak)) { try outputs.lookUp(in: [.names: names.index]) }
    }

    @Test("keys are refused twice in a class, too many, or none; pads fill to the sizes of the protocol")
    func questions() throws {
        func ask(_ keys: [KeyClass: [[UInt8]]]) throws -> BlindedQuestion {
            try BlindedQuestion(query: Scene.queryID(), keys: keys, seed: Scene.blindSeed())
        }
        #expect(throws: IntersectionError.noKeys) { try ask([:]) }
        #expect(throws: IntersectionError.noKeys) { try ask([.names: []]) }
        #expect(throws: IntersectionError.duplicateKey(.names, position: 2)) { try ask([.names: [[1], [2], [1]]]) }
        #expect(throws: IntersectionError.points(.names, .inputTooLong(position: 0))) {
            try ask([.names: [[UInt8](repeating: 0, count: 65_536)]])
        }
        #expect(try ask([.names: [[1]], .weak: [[1]], .identifiers: []]).keyCount == 16)
        for (count, padded) in [
            (0, 0), (1, 8), (8, 8), (9, 16), (17, 64), (65, 256), (257, 1_024), (1_024, 1_024), (1_025, 2_048),
            (2_048, 2_048), (2_049, 3_072),
        ] {
            #expect(Padding.paddedCount(count) == padded)
        }
        let pads = try ask([.names: [[1]]])
        let seen = try Set((1..<8).map { try #require(try pads.opening(at: $0)).key })
        #expect(seen.count == 7 && seen.allSatisfy { $0.count == 36 && $0.starts(with: Padding.prefix) })
    }
}
