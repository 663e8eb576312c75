// Checks entries and disclosures against AUDIT section 1 and its vector.
import AuditLog
import CanonicalJSON
import Foundation
import TestSupport
import Testing
import TransparencyLog

@Suite("Leaf")
struct LeafTests {
    let canonical: [UInt8]
    let file: [String: Any]

    init() throws {
        file = try need(try VectorFiles.json("audit-leaf.json") as? [String: Any])
        canonical = Array(try need(file["canonical"] as? String).utf8)
    }

    @Test func theVectorLeafIsReadAndWrittenByteForByte() throws {
        let leaf = try Leaf(canonical)
        #expect(leaf.index == 42)
        #expect(leaf.event == "disclosure.released")
        #expect(leaf.actor == AuditActor(role: .approver, pseudonym: "u-7f3a"))
        #expect(leaf.checkpoint == .none)
        #expect(leaf.salt == Array(0x10...0x1F))
        #expect(leaf.time.description == "2026-11-24T12:35:58.123Z")
        let encoded = try leaf.encode()
        #expect(encoded == canonical)
        #expect(encoded.count == 403)
        let hash = TreeHash.leaf(encoded).bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        #expect(hash == file["leaf_hash"] as? String)
    }

    @Test func theVectorDisclosureOpensItsDigest() throws {
        let vector = try need(file["disclosure"] as? [String: Any])
        let text = try need(vector["disclosure"] as? String)
        let disclosure = try need(Disclosure(text))
        #expect(disclosure.salt == Array(0...15))
        #expect(disclosure.name == "subject")
        #expect(disclosure.value == "Zoë Example")
        #expect(try disclosure.encode() == text)
        #expect(Base64URL.encode(Disclosure.digest(of: text)) == vector["digest"] as? String)
        #expect(try Leaf(canonical).personal["subject"] == Disclosure.digest(of: text))
    }

    @Test(arguments: [
        ("\"v\":1", "\"v\":2"), ("\"index\":42", "\"index\":042"), ("\"size\":0", "\"size\":43"),
        ("approver", "director"), ("approver", "system"), ("12:35:58.123Z", "12:35:60.123Z"), ("11-24", "02-30"),
        (".123Z", ".12Z"), ("HB0eHw", "HB0eHx"), ("EBESExQVFhcYGRobHB0eHw", "EBESExQVFhcYGRobHB0e"),
        ("Jdu6I6A", "Jdu6I6"),
        (",\"v\":1", ""), ("\"v\":1", "\"v\":1,\"w\":1"), ("\"salt\"", "\"sale\""), ("{\"subject\"", "{\"Subject\""),
        ("=\"", "\""),
    ])
    func aBrokenRuleIsRefused(old: String, new: String) throws {
        let text = String(decoding: canonical, as: UTF8.self)
        let broken = text.replacingOccurrences(of: old, with: new)
        #expect(broken != text)
        #expect(throws: LeafError.self) { try Leaf(Array(broken.utf8)) }
    }

    @Test func theFrameIsWhatTheGeneralWriterWrites() throws {
        var generator = SplitMix64.announced()
        func text() -> String {
            let letters = Array("ab_\"\\\n\u{1}\u{7F}é😀/ ")
            return String(
                (0..<Int.random(in: 0...9, using: &generator)).map { _ in
                    letters.randomElement(using: &generator) ?? "a"
                }
            )
        }
        func name() -> String { String((0..<3).map { _ in "abz09_".randomElement(using: &generator) ?? "a" }) }
        func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in .random(in: 0...255, using: &generator) } }
        for round in 0..<500 {
            let greatest = JSONValue.greatestInteger
            let index = [0, 9, 10, 4_096, greatest].randomElement(using: &generator) ?? 0
            var data: [String: JSONValue] = [:]
            var personal: [String: [UInt8]] = [:]
            for _ in 0..<Int.random(in: 0...4, using: &generator) {
                data[name()] = [
                    .string(text()), .integer(.random(in: 0...greatest, using: &generator)), .bool(round % 2 == 0),
                ]
                personal[name()] = bytes(32)
            }
            let leaf = Leaf(
                index: index,
                time: LeafTime(milliseconds: .random(in: 0...253_402_300_799_999, using: &generator)),
                event: text(),
                actor: AuditActor(role: .analyst, pseudonym: text()),
                checkpoint: CitedCheckpoint(size: .random(in: 0...index, using: &generator), root: .leaf(bytes(3))),
                data: data,
                personal: personal,
                salt: bytes(16)
            )
            let value: JSONValue = [
                "actor": ["pseudonym": .string(leaf.actor.pseudonym), "role": .string(leaf.actor.role.rawValue)],
                "checkpoint": ["root": .string(leaf.checkpoint.root.base64), "size": .integer(leaf.checkpoint.size)],
                "data": .object(data), "event": .string(leaf.event), "index": .integer(index),
                "personal": .object(personal.mapValues { .string(Base64URL.encode($0)) }),
                "salt": .string(Base64URL.encode(leaf.salt)), "time": .string(leaf.time.description), "v": 1,
            ]
            #expect(try leaf.encode() == CanonicalJSON.encode(value, limits: .leaf))
            #expect(LeafTime(leaf.time.description) == leaf.time)
        }
    }

    @Test(arguments: [(8_192, true), (8_193, false)])
    func anEntryHasAtMost8192Bytes(count: Int, isWritten: Bool) throws {
        var leaf = try Leaf(canonical)
        leaf.data = ["note": ""]
        leaf.data = ["note": .string(String(repeating: "a", count: count - (try leaf.encode().count)))]
        if isWritten {
            #expect(try leaf.encode().count == count)
        } else {
            #expect(throws: LeafError.self) { try leaf.encode() }
        }
    }

    @Test func timesAreReadOnlyAsTheyAreWritten() {
        for (milliseconds, text) in [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_795_523_758_123, "2026-11-24T12:35:58.123Z"), (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] {
            #expect(LeafTime(milliseconds: milliseconds).description == text)
            #expect(LeafTime(text)?.milliseconds == milliseconds)
        }
        for text in [
            "2026-11-24T12:35:58.123", "2026-11-24 12:35:58.123Z", "2026-13-01T00:00:00.000Z",
            "1969-12-31T23:59:59.999Z",
            "2026-11-31T00:00:00.000Z", "2100-02-29T00:00:00.000Z", "2026-11-24T24:00:00.000Z",
            "2026-1124T12:35:58.123ZZ",
        ] {
            #expect(LeafTime(text) == nil, "\(text)")
        }
        #expect(LeafTime(milliseconds: -5).milliseconds == 0)
    }

    @Test func aDraftMayCarryOnlyWhatItsEventPermits() {
        func write(_ draft: AuditDraft) throws -> AuditDraft.Written {
            try draft.write(index: 0, time: LeafTime(milliseconds: 0), checkpoint: .none) {
                [UInt8](repeating: 1, count: $0)
            }
        }
        let actor = AuditActor(role: .analyst, pseudonym: "u-1")
        #expect(throws: LeafError.unknownEvent("record.stolen")) {
            try write(AuditDraft(event: "record.stolen", actor: actor))
        }
        #expect(throws: LeafError.memberNotPermitted(event: "query.asked", member: "data.case")) {
            try write(AuditDraft(event: "query.asked", actor: actor, data: ["case": "17/26"]))
        }
        let twice = PersonalValue(name: "case", value: "17/26", retentionClass: "case")
        #expect(throws: LeafError.memberNotPermitted(event: "query.asked", member: "personal.case")) {
            try write(AuditDraft(event: "query.asked", actor: actor, personal: [twice, twice]))
        }
        #expect(throws: LeafError.self) {
            let long = JSONValue.string(String(repeating: "x", count: 9_000))
            return try write(AuditDraft(event: "query.asked", actor: actor, data: ["purpose": long]))
        }
        #expect(AuditEvent(named: "user.added")?.classes == [.security])
        #expect(AuditEvent(named: "user.") == nil)
        #expect(AuditEvent(named: "user.Added") == nil)
        #expect(AuditEvent.all.count == 64)
    }

    @Test func hostileBytesAreRefusedOrEncodeToThemselves() throws {
        var random = SplitMix64.announced()
        let disclosure = Array("WyJBQUVDQXdRRkJnY0lDUW9MREEwT0R3Iiwic3ViamVjdCIsIlpvw6sgRXhhbXBsZSJd".utf8)
        for _ in 0..<2_000 {
            var bytes = canonical
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            if let leaf = try? Leaf(bytes) { #expect(try leaf.encode() == bytes) }
            var text = disclosure
            text[Int.random(in: 0..<text.count, using: &random)] = disclosure.randomElement(using: &random)!
            let string = String(decoding: text, as: UTF8.self)
            if let disclosure = Disclosure(string) { #expect(try disclosure.encode() == string) }
        }
    }

    @Test func anExchangeIsReadAsItWasWritten() throws {
        var transcript = Transcript(query: [UInt8](repeating: 3, count: 16))
        let start = transcript.digest
        transcript.append(.request, body: [1, 2, 3])
        #expect(transcript.previous == start)
        let receipt = AuditReceipt(origin: "agency-b/audit/1", index: 7, leaf: .leaf([1]))
        for receipt in [receipt, nil] {
            let exchange = Exchange(
                query: "7c4f3c1e-94d2-4b7e-9f0e-0d6b4c8f2a11",
                side: .holder,
                peer: "agency-b",
                transcript: transcript,
                receipt: receipt
            )
            #expect(try Exchange(exchange.value) == exchange)
        }
        #expect(throws: MemberError.self) { try Exchange(["query": "short"]) }
    }
}
