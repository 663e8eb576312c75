import CanonicalJSON
import Foundation
import PeerTrust
import TestSupport
import Testing
import TransparencyLog

@testable import WireProtocol

enum Sample {
    static func points(_ count: Int, _ seed: UInt8 = 1) -> [UInt8] {
        (0..<count).flatMap { index in
            [seed, UInt8(index >> 8), UInt8(index & 255)] + [UInt8](repeating: seed, count: 29)
        }
    }

    static func id() throws -> MessageID { try #require(MessageID("7b1c1f0e-5a43-4c0b-9d0c-2f6c3f0f7a11")) }

    static func sealing() throws -> SealingKeyOffer {
        let key = try #require(ReleaseOpeningKey(seed: [UInt8](repeating: 3, count: 32)))
        return SealingKeyOffer(id: "2026-11-01", key: key.publicKey)
    }

    static func query() throws -> QueryRequest {
        QueryRequest(
            query: try id(),
            agreement: "xa-xb-smuggling",
            agreementDigest: [UInt8](repeating: 0xAB, count: 32),
            epoch: 12,
            purpose: "border_check",
            offence: "human-smuggling",
            legalBasis: "EU-2023/977",
            caseReference: [UInt8](repeating: 0xCD, count: 32),
            analyst: "u-7f3a",
            urgency: .urgent,
            keys: 16,
            keyKinds: ["document", "name_birth_date", "phone"],
            points: try PointsByClass(["identifiers": points(8), "names": points(8, 2)])
        )
    }

    static func answer() throws -> QueryAnswer {
        QueryAnswer(
            query: try id(),
            epoch: 12,
            indexVersion: 3,
            evaluated: try PointsByClass(["identifiers": points(8), "names": points(8, 2)]),
            proofs: ["identifiers": [UInt8](repeating: 1, count: 64), "names": [UInt8](repeating: 2, count: 64)]
        )
    }

    static func envelope() -> ManifestEnvelope {
        ManifestEnvelope(
            manifest: Array("{}".utf8),
            signature: [UInt8](repeating: 3, count: 64),
            leaf: Array("{\"v\":1}".utf8),
            leafIndex: 41,
            inclusion: [[UInt8](repeating: 4, count: 32), [UInt8](repeating: 5, count: 32)],
            checkpoint: "agency-b/audit/1\n42\nAAAA\n\n— agency-b/audit/1 AAAA\n"
        )
    }
}

@Suite("A message between nodes")
struct MessageTests {
    func roundTrip<Message: WireMessage>(_ message: Message) throws {
        let body = try message.body()
        #expect(try Message(body: body) == message)
        #expect(
            try CanonicalJSON.encode(CanonicalJSON.decode(body, limits: Message.limits), limits: Message.limits) == body
        )
    }

    @Test("reads back as it was written")
    func roundTrips() throws {
        try roundTrip(Sample.query())
        var short = try Sample.query()
        short.offence = nil
        short.caseReference = nil
        try roundTrip(short)
        try roundTrip(QueryBatch(query: Sample.id(), batch: 1, points: PointsByClass(["weak": Sample.points(3)])))
        try roundTrip(Sample.answer())
        try roundTrip(QueryHeld(query: Sample.id(), deadline: 1_795_528_800))
        try roundTrip(Sample.envelope())
        try roundTrip(Hello(agency: try #require(AgencyID("agency-b")), cardSerial: 2, versions: [1, 2]))
    }

    @Test("of a long query has 8,192 points, and its batches have numbers")
    func batches() throws {
        func isRead(keys: Int, points: Int) throws -> Bool {
            var query = try Sample.query()
            query.keys = keys
            query.points = try PointsByClass(["identifiers": Sample.points(points)])
            return (try? QueryRequest(body: query.body())) == query
        }
        #expect(try isRead(keys: 8_192, points: 8_192) && isRead(keys: 8_193, points: 8_192))
        #expect(try isRead(keys: WireLimits.keysPerQuery, points: 8_192))
        #expect(try !isRead(keys: 8_192, points: 8_191), "a first batch is full, or the whole query")
        #expect(try !isRead(keys: 16, points: 17) && !isRead(keys: 16_384, points: 16))
        #expect(try !isRead(keys: WireLimits.keysPerQuery + 1, points: 8_192))
        for (number, isFine) in [(0, false), (1, true), (127, true), (128, false), (-1, false)] {
            let batch = QueryBatch(
                query: try Sample.id(),
                batch: number,
                points: try PointsByClass(["weak": Sample.points(3)])
            )
            #expect(((try? QueryBatch(body: batch.body())) != nil) == isFine, "\(number)")
        }
        let text = String(
            decoding: try QueryBatch(
                query: Sample.id(),
                batch: 1,
                points: PointsByClass(["weak": Sample.points(3)])
            ).body(),
            as: UTF8.self
        )
        for changed in [
            text.replacing("\"batch\":1", with: "\"batch\":1,\"keys\":3"),
            text.replacing("\"batch\":1,", with: ""), text.replacing("\"batch\":1", with: "\"batch\":\"1\""),
        ] {
            #expect(changed != text && (try? QueryBatch(body: Array(changed.utf8))) == nil)
        }
    }

    @Test("is refused with an unknown, missing or doubtful member, another version, another spelling")
    func strict() throws {
        let text = String(decoding: try Sample.query().body(), as: UTF8.self)
        func refusal(_ old: String, _ new: String) -> WireError? {
            let changed = text.replacing(old, with: new)
            #expect(changed != text)
            do throws(WireError) {
                _ = try QueryRequest(body: Array(changed.utf8))
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal(",\"v\":1}", ",\"v\":1,\"z\":1}") == .member("z"))
        #expect(refusal(",\"v\":1}", ",\"v\":2}") == .version)
        #expect(refusal(",\"v\":1}", "}") == .member("v"))
        #expect(refusal(",\"v\":1}", ", \"v\":1}") == .notCanonical)
        #expect(refusal("\"urgency\":\"urgent\"", "\"urgency\":\"now\"") == .member("urgency"))
        #expect(refusal("abab", "ABAB") == .member("agreement_digest"))
        #expect(refusal("\"epoch\":12", "\"epoch\":\"12\"") == .member("epoch"))
        #expect(refusal("\"keys\":16", "\"keys\":15") == .points)
        #expect(refusal("\"document\",\"name_birth_date\"", "\"name_birth_date\",\"document\"") == .member("key_kinds"))
        #expect(refusal("7b1c1f0e-5a43", "7B1C1F0E-5A43") == .member("query"))
        #expect(refusal("u-7f3a", "u\\n7f3a") == .member("analyst"))
    }

    @Test("carries points that are whole, distinct and not too many")
    func points() throws {
        #expect(throws: WireError.points) { try PointsByClass([:]) }
        #expect(throws: WireError.points) { try PointsByClass(["names": []]) }
        #expect(throws: WireError.points) { try PointsByClass(["names": Array(Sample.points(2).dropLast())]) }
        #expect(throws: WireError.points) { try PointsByClass(["Names": Sample.points(1)]) }
        #expect(throws: WireError.points) { try PointsByClass(["names": Sample.points(8_193)]) }
        let most = try PointsByClass(["names": Sample.points(8_192)])
        #expect(most.count == 8_192)
        var largest = try Sample.query()
        largest.points = most
        largest.keys = 8_192
        #expect(try QueryRequest(body: largest.body()) == largest)
        #expect(try largest.body().count < WireLimits.pointBody)
    }

    @Test("in answer has one proof for each class")
    func proofs() throws {
        var answer = try Sample.answer()
        answer.proofs["names"] = nil
        let missing = try answer.body()
        #expect(throws: WireError.member("proofs.names")) { try QueryAnswer(body: missing) }
        answer.proofs["names"] = [UInt8](repeating: 2, count: 64)
        answer.proofs["weak"] = [UInt8](repeating: 2, count: 64)
        let more = try answer.body()
        #expect(throws: WireError.member("proofs.weak")) { try QueryAnswer(body: more) }
    }

    @Test("has the point root of the design's vector")
    func pointRoot() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Vectors/wire/point-root.json")
        let document = try CanonicalJSON.canonicalise(
            [UInt8](Data(contentsOf: file)),
            limits: CanonicalJSON.Limits(maxBytes: 65_536, maxDepth: 4)
        )
        let value = try CanonicalJSON.decode(document, limits: CanonicalJSON.Limits(maxBytes: 65_536, maxDepth: 4))
        let classes = try #require(value["classes"]?.object).mapValues { list in
            (list.array ?? []).flatMap { Hex.decode($0.string ?? "") ?? [] }
        }
        let points = try PointsByClass(classes)
        #expect(points.count == 6)
        #expect(points.names == ["identifiers", "names", "weak"])
        #expect(Hex.encode(points.pointRoot.bytes) == value["point_root"]?.string)
    }

    @Test("of hostile bytes is refused or says what was sent, and never crashes")
    func hostile() throws {
        var random = SplitMix64.announced("messages", fallback: 0x5EED)
        let query = try Sample.query().body()
        let answer = try Sample.answer().body()
        let envelope = try Sample.envelope().body()
        let problem = try Problem(.refused, detail: "no", rule: "a/b").body()
        for _ in 0..<1_500 {
            let one = random.mutate(query)
            if let read = try? QueryRequest(body: one) { #expect(try read.body() == one) }
            let two = random.mutate(answer)
            if let read = try? QueryAnswer(body: two) { #expect(try read.body() == two) }
            let three = random.mutate(envelope)
            if let read = try? ManifestEnvelope(body: three) { #expect(try read.body() == three) }
            let four = random.mutate(problem)
            if let read = try? Problem(body: four) { #expect(read.kind == .refused) }
        }
    }

    @Test("of refusal fits its status and names its rule only when told")
    func problems() throws {
        for kind in Problem.Kind.allCases {
            let problem = Problem(kind, detail: "Why.")
            #expect(try Problem(body: problem.body()) == problem)
        }
        let body = try Problem(.quota, detail: "The quota of the hour is used up.", rule: "ab/hour").body()
        let expected =
            #"{"detail":"The quota of the hour is used up.","rule":"ab/hour","status":429,"title":"A quota is used up","#
            + #""type":"urn:comity:problem:quota"}"#
        #expect(String(decoding: body, as: UTF8.self) == expected)
        let wrong = Array(String(decoding: body, as: UTF8.self).replacing("429", with: "403").utf8)
        #expect(throws: WireError.member("status")) { try Problem(body: wrong) }
    }
}
