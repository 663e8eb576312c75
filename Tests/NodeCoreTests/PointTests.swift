// Points that are none: refused whole, charged like any other, and on record.
import AuditLog
import CanonicalJSON
import Foundation
import NodeTesting
import PeerTrust
import Testing
import WireProtocol

@testable import NodeCore

@Suite struct PointTests {
    /// RFC 9496 appendix A.2, and what the decoder refuses beside it.
    private static func bad() throws -> [[UInt8]] {
        struct Vectors: Decodable {
            struct Invalid: Decodable { let encodings: [String] }
            let invalid: [Invalid]
        }
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let data = try Data(contentsOf: folder.appending(path: "Vectors/rfc9496-ristretto255.json"))
        let texts = try JSONDecoder().decode(Vectors.self, from: data).invalid.flatMap(\.encodings)
        try #require(texts.count == 29)
        return texts.map { text in
            stride(from: 0, to: text.utf8.count, by: 2).compactMap { at in
                UInt8(text.dropFirst(at).prefix(2), radix: 16)
            }
        }
    }

    @Test func eachIsRefusedChargedAndLogged() async throws {
        let identity = [UInt8](repeating: 0, count: 32)
        let bad = try Self.bad() + [identity]
        try await Pair.with { pair in
            let request = try await pair.capturedQuery()
            let query = try QueryRequest(body: request.body)
            var changes: [(inout [UInt8]) -> Void] = bad.map { point in { $0.replaceSubrange(0..<32, with: point) } }
            // Twice the same, and a point with bit 255 set, which libsodium alone would let pass.
            changes.append { $0.replaceSubrange(32..<64, with: $0[0..<32]) }
            changes.append { $0[31] |= 0x80 }
            for (number, change) in changes.enumerated() {
                var changed = query
                changed.query = try #require(MessageID(random: [UInt8](repeating: UInt8(number + 1), count: 16)))
                var classes = query.points.classes
                let name = try #require(classes.keys.sorted().last)
                change(&classes[name, default: []])
                changed.points = try PointsByClass(classes)
                let response = try await pair.peers.send(try pair.renewed(request, changed), to: pair.bravo)
                #expect(
                    response.status == 400 && response.problem?.detail.contains("stands twice") == true,
                    "\(number)"
                )
            }
            let leaves = try await pair.holder.closedLeaves()
            let refused = leaves.named("query.refused")
            #expect(refused.count == changes.count && Set(refused.map { $0.text("ground") }) == ["points"])
            // The honest query and each bad one took its keys from the hour.
            let left = leaves.named("query.received").compactMap { $0.data["quota_left"]?.integer }
            #expect(left == (1...(changes.count + 1)).map { 2_000 - $0 * query.keys })
        }
    }

    @Test func badPointsUseUpAQuota() async throws {
        try await Pair.with { pair in
            let keys = try await pair.keyCount(People.youssef)
            let policies = TestPolicies().requiring(
                "quota: [{per: peer, period: hour, keys: \(2 * keys)}]",
                sides: "holder",
                in: .jurisdiction("XB")
            )
            _ = try await pair.holder.activate(policies)
            let request = try await pair.capturedQuery()
            var changed = try QueryRequest(body: request.body)
            changed.query = try #require(MessageID(random: [UInt8](repeating: 9, count: 16)))
            var classes = changed.points.classes
            let name = try #require(classes.keys.sorted().first)
            classes[name]?.replaceSubrange(0..<32, with: [UInt8](repeating: 0xFF, count: 32))
            changed.points = try PointsByClass(classes)
            #expect(try await pair.peers.send(try pair.renewed(request, changed), to: pair.bravo).status == 400)
            let answer = try await pair.ask(People.youssef)
            #expect(answer.outcome == "refused" && answer.reason.contains("0 left until"))
        }
    }
}
