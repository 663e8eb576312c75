// Checks that what is taken for a plain entry is one: valid by every rule of `Leaf`, and with nothing to tell.
import CanonicalJSON
import Foundation
import TestSupport
import Testing
import TransparencyLog

@testable import AuditLog

@Suite("Plain entries") struct PlainLeafTests {
    private static let digest = [UInt8](repeating: 0xA7, count: 32)

    private func leaf(
        _ event: String = "query.asked",
        data: [String: JSONValue] = [:],
        personal: [String: [UInt8]] = [:],
        role: AuditActor.Role = .analyst
    ) throws -> [UInt8] {
        try Leaf(
            index: 42,
            time: LeafTime(milliseconds: 1_800_000_123_456),
            event: event,
            actor: AuditActor(role: role, pseudonym: "u-1"),
            checkpoint: CitedCheckpoint(size: 7, root: .leaf([1])),
            data: data,
            personal: personal,
            salt: Array(16..<32)
        ).encode()
    }

    private var ordinary: [String: JSONValue] {
        get throws {
            let event = try #require(AuditEvent(named: "query.asked"))
            var data: [String: JSONValue] = Dictionary(uniqueKeysWithValues: event.expected.map { ($0, "word") })
            data["offence"] = [1, 20, ["hits": true, "nested": [["deep": 0]]]]
            return data
        }
    }

    @Test func ordinaryEntriesArePlainAndReadTheSame() throws {
        var reader = PlainLeafReader()
        for role in AuditActor.Role.allCases {
            let bytes = try leaf(data: ordinary, personal: ["actor": Self.digest], role: role)
            let read = reader.read(bytes[...])
            let plain = try #require(read, "\(role)")
            let whole = try Leaf(bytes)
            #expect(plain.index == whole.index && plain.time == whole.time && plain.checkpoint == whole.checkpoint)
            #expect(plain.digests == 1)
        }
        // As part of a bundle it stands somewhere in a longer array.
        let bytes = try leaf(data: ordinary)
        let alone = reader.read(bytes[...])
        let amid = reader.read(([0, 0] + bytes + [0])[2..<bytes.count + 2])
        #expect(alone != nil && alone == amid)
    }

    @Test func whatHasSomethingToTellIsNotPlain() throws {
        var reader = PlainLeafReader()
        var lacking = try ordinary
        lacking[try #require(AuditEvent(named: "query.asked")?.expected.first)] = nil
        for bytes in [
            try leaf("query.unheard_of", data: ordinary), try leaf(data: lacking), try leaf(data: [:]),
            try leaf(data: ordinary.merging(["unheard_of": 1]) { $1 }),
            try leaf(data: ordinary, personal: ["unheard_of": Self.digest]),
            try leaf("log.pruned", data: ["below": 1]), try leaf("audit.erased", data: ["fields": [], "ground": "g"]),
            try leaf("checkpoint.witnessed", data: ["size": 1, "root": "r", "cosigners": []]),
        ] {
            #expect(throws: Never.self) { try Leaf(bytes) }
            // Twice: the second time its shape is known.
            let (first, second) = (reader.read(bytes[...]), reader.read(bytes[...]))
            #expect(first == nil && second == nil)
        }
    }

    /// Whatever is plain is an entry by the careful reader, and the same one.
    @Test func mutantsAreNeverPlainUnlessTheyAreValid() throws {
        var random = SplitMix64.announced(fallback: 0x91A1)
        var reader = PlainLeafReader()
        let seeds = [
            try leaf(data: ordinary, personal: ["actor": Self.digest]),
            try leaf("clock.stepped", data: ["seconds": 5], role: .system),
            try leaf("access.refused", data: ["method": "peer", "route": "r", "count": 12], role: .peer),
        ]
        for seed in seeds {
            let read = reader.read(seed[...])
            #expect(read != nil)
        }
        let bytes = Array("{}[]\",:\\019eE-.+/_=zZaQ tfn\u{7F}".utf8) + [0, 0x1F, 0x80, 0xC3, 0xFF]
        var (plain, refused, careful) = (0, 0, 0)
        for round in 0..<60_000 {
            var mutant = seeds[round % seeds.count]
            for _ in 0...Int.random(in: 0...1, using: &random) {
                let at = Int.random(in: 0..<mutant.count, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: mutant[at] ^= 1 << UInt8.random(in: 0...7, using: &random)
                case 1: mutant[at] = bytes[Int.random(in: 0..<bytes.count, using: &random)]
                case 2: mutant.remove(at: at)
                case 3: mutant.insert(bytes[Int.random(in: 0..<bytes.count, using: &random)], at: at)
                default:
                    let end = min(mutant.count, at + Int.random(in: 1...12, using: &random))
                    mutant.insert(contentsOf: mutant[at..<end], at: at)
                }
            }
            let whole = try? Leaf(mutant)
            guard let read = reader.read(mutant[...]) else {
                if whole == nil { refused += 1 } else { careful += 1 }
                continue
            }
            plain += 1
            guard let whole else {
                Issue.record("plain and no entry: \(String(decoding: mutant, as: UTF8.self))")
                return
            }
            let same =
                read.index == whole.index && read.time == whole.time && read.checkpoint == whole.checkpoint
                && read.digests == whole.personal.count
            guard same else {
                Issue.record("read differently: \(String(decoding: mutant, as: UTF8.self))")
                return
            }
        }
        #expect(plain > 1_000 && refused > 10_000)
        print(
            "plain entries: 60,000 mutants, \(plain) plain and valid, \(refused) refused, \(careful) valid but read whole"
        )
    }
}
