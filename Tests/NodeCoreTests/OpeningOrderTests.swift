// A key that is opened stands in the batch that its number names: which points are which batch's, the order of the asker's
// entries says, which was fixed before anybody drew.
import AuditLog
import CanonicalJSON
import Foundation
import NodeTesting
import SetIntersection
import Sodium
import Testing
import TransparencyLog
import Vault
import WireProtocol

@testable import NodeCore

@Suite struct OpeningOrderTests {
    private static let batch = PointBatch.greatestCount
    private static let query = "0f8fad5b-d9cb-469f-a165-70867728950e"

    /// A batch of which one point is known: that of its first key.
    private struct Points {
        let opening: OpeningFile.Key
        let root: TreeHash

        init(_ value: String, at position: Int) throws {
            let key = Array("phone".utf8) + [0] + Array(value.utf8)
            let blind = [UInt8](repeating: 0, count: 31).reduce(into: [7 as UInt8]) { $0.append($1) }
            let keyClass = try KeyClass("identifiers")
            let point = try #require(Opening(position: position, keyClass: keyClass, key: key, blind: blind).point())
            var levels = [
                [PointsByClass.leaf("identifiers", point: point)]
                    + (1..<OpeningOrderTests.batch).map { TreeHash.leaf(Array("\(value) \($0)".utf8)) }
            ]
            while levels[levels.count - 1].count > 1 {
                let below = levels[levels.count - 1]
                levels.append(stride(from: 0, to: below.count, by: 2).map { .node(below[$0], below[$0 + 1]) })
            }
            let tree = levels
            let path = MerkleProof.inclusion(index: 0, size: OpeningOrderTests.batch) { tree[$0][$1] } ?? []
            root = tree[tree.count - 1][0]
            opening = OpeningFile.Key(
                position: position,
                keyClass: "identifiers",
                key: Base64URL.encode(key),
                blind: Base64URL.encode(blind),
                path: path.map { Base64URL.encode($0.bytes) }
            )
        }

        /// The same key, said to stand elsewhere.
        func moved(to position: Int) -> OpeningFile.Key {
            var opening = opening
            opening.position = position
            return opening
        }
    }

    private func log(_ origin: String, _ drafts: [AuditDraft], in folder: URL) async throws -> LogCopy {
        let place = folder.appendingPathComponent(origin.replacing("/", with: "-"))
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: false)
        let keyring = try Keyring.create(
            at: place.appendingPathComponent("keyring"),
            passphrase: Array("of this test".utf8),
            secrets: ["one": try SecretBytes(copying: [1])],
            parameters: .least,
            random: .system
        )
        let places = Vault.Places(
            database: place.appendingPathComponent("vault.sqlite"),
            log: place.appendingPathComponent("log"),
            segments: place.appendingPathComponent("segments")
        )
        let vault = try await Vault.open(
            places,
            origin: origin,
            secrets: Vault.Secrets(log: try SecretBytes(random: 32), record: try SecretBytes(random: 32)),
            keyring: keyring,
            clock: { 1_800_000_000_000 },
            random: .system
        )
        _ = try await vault.commit { _ in ((), drafts) }
        await vault.close()
        return try LogCopy(AuditFolder(path: places.log.path))
    }

    /// - Parameter inX: `data.x` alone names query and peer, as in logs of programs that write no word twice.
    private func entry(
        _ event: String,
        _ peer: String,
        _ count: String,
        _ keys: Int,
        _ root: TreeHash,
        inX: Bool,
        query: String = query
    ) -> AuditDraft {
        let side: Exchange.Side = peer == "alpha" ? .holder : .asker
        var transcript = Transcript(query: [UInt8](repeating: 1, count: 16))
        transcript.append(.request, body: root.bytes)
        let x = Exchange(query: query, side: side, peer: peer, transcript: transcript, receipt: nil)
        var data: [String: JSONValue] = [
            count: .integer(keys), "point_root": .string(Base64URL.encode(root.bytes)),
        ]
        if inX, event != "query.asked" {
            data["x"] = x.value
        } else {
            data.merge(["query": .string(query), "peer": .string(peer)]) { $1 }
        }
        return AuditDraft(event: event, actor: .system, data: data)
    }

    @Test(arguments: [false, true])
    func aKeyOpensInTheBatchThatItsNumberNamesAndInNoOther(inX: Bool) async throws {
        try await withTemporaryFolder { folder in
            let first = try Points("+491510000000", at: 0)
            let second = try Points("+491510000001", at: Self.batch)
            let third = try Points("+491510000002", at: 2 * Self.batch)
            func continued(_ points: Points, _ peer: String) -> AuditDraft {
                entry("query.continued", peer, "keys", Self.batch, points.root, inX: inX)
            }
            let all = 3 * Self.batch
            let other = "00000000-0000-4000-8000-000000000000"
            // What was sent again is told again; at the holder the two arrived the other way round.
            let asker = try await log(
                "alpha/audit/1",
                [
                    entry("query.asked", "bravo", "keys", all, first.root, inX: inX), continued(second, "bravo"),
                    continued(second, "bravo"), continued(third, "bravo"),
                ],
                in: folder
            )
            let holder = try await log(
                "bravo/audit/1",
                [
                    entry("query.received", "alpha", "keys_declared", all, second.root, inX: inX, query: other),
                    entry("query.received", "alpha", "keys_declared", all, first.root, inX: inX),
                    continued(third, "alpha"), continued(second, "alpha"),
                ],
                in: folder
            )
            func check(_ openings: [OpeningFile.Key]) throws -> OpeningCheck {
                let file = OpeningFile(
                    form: OpeningFile.form,
                    asker: "alpha/audit/1",
                    query: Self.query,
                    openings: openings
                )
                return try OpeningCheck([UInt8](try JSONEncoder().encode(file)), asker: asker, holder: holder)
            }
            let honest = try check([first.opening, second.opening, third.opening])
            #expect(honest.ok && honest.keys.count == 3, "\(honest.problems)")
            // Drawn were two numbers; whose keys are shown in their place is another batch's, consistently.
            let swapped = try check([third.moved(to: Self.batch), second.moved(to: 2 * Self.batch)])
            #expect(swapped.problems.map(\.position) == [Self.batch, 2 * Self.batch] && swapped.keys.isEmpty)
            #expect(try !check([third.moved(to: Self.batch)]).ok)
            #expect(try !check([second.moved(to: 0)]).ok)
            // One key that is shown twice does not count for two.
            let twice = try check([first.opening, first.opening])
            #expect(twice.problems.map(\.text) == ["it is opened twice"] && twice.keys.count == 1)
        }
    }
}
