// An asker is killed in the middle of a long question; the question is taken up again under its id, and the holder is asked
// nothing twice.
import AuditLog
import CanonicalJSON
import Foundation
import NodeCore
import NodeTesting
import TestSupport
import Testing

@Suite(.serialized) struct LongQueryKillTests {
    /// Three batches.
    private static let subjects = 17_000
    private static let known = 25

    private func phone(_ number: Int) -> String { "+49151" + String(10_000_000 + number) }

    /// Quotas that let a long question through, in the agreement that both hold.
    private func allow(_ node: CommandNode) throws {
        let path = "\(node.name)/policies/agreements/narrow-sea.yaml"
        let url = URL(fileURLWithPath: node.program.path(path))
        var text = try String(contentsOf: url, encoding: .utf8)
        for (old, new) in [
            ("    sides: [holder]\n    source: EU-2016-680 Art. 4(1)(c)", "    source: EU-2016-680 Art. 4(1)(c)"),
            ("period: hour, keys: 2000}", "period: hour, keys: 900000}"),
            (
                "period: day, keys: 20000}",
                "period: day, keys: 900000}\n        - {per: peer, period: month, keys: 900000}"
            ),
            ("period: hour, keys: 1000}", "period: hour, keys: 900000}"),
        ] {
            try #require(text.contains(old), "\(old)")
            text = text.replacing(old, with: new)
        }
        try node.program.write(text, to: path)
        // The shipped cases expect the shipped quotas.
        try FileManager.default.removeItem(atPath: node.program.path("\(node.name)/policies/cases"))
    }

    @Test func aKilledAskerGoesOnAndAsksNothingTwice() async throws {
        var generator = SplitMix64.announced("long query", fallback: UInt64(Date().timeIntervalSince1970))
        try await withTemporaryFolder { folder in
            let program = try Program(in: folder)
            let north = try await CommandNode.north(program)
            let coast = try await CommandNode.coast(program)
            for node in [north, coast] {
                try allow(node)
                try await node.activatePolicies()
            }
            try await north.trust(coast)
            try await coast.trust(north)
            _ = try await program.run("user", "add", "north", "amina", "--role", "analyst")
            let records = (0..<Self.known).map { "c\($0),\(phone($0 * 600)),suspect,H1,sound-coast\n" }
            let header = "id,phone,subject_category,handling,originator\n"
            try program.write(header + records.joined(), to: "rows.csv")
            let imported = try await program.run("records", "import", "coast", "rows.csv")
            try #require(imported.exit == 0, "\(imported.err)")
            let built = try await program.run("index", "build", "coast", "--agreement", "narrow-sea")
            try #require(built.exit == 0, "\(built.err)")
            try program.write(
                "id,phone\n" + (0..<Self.subjects).map { "s\($0),\(phone($0))\n" }.joined(),
                to: "many.csv"
            )
            let holder = try await coast.serve()

            let log = program.folder.appendingPathComponent("ask.log")
            let asking = try program.start(Texts.asked + ["--file", "many.csv", "--json"], log: log)
            var (id, said): (Substring?, String) = (nil, "")
            while id == nil, asking.isRunning {
                try await Task.sleep(for: .milliseconds(20))
                said = try String(contentsOf: log, encoding: .utf8)
                id = said.firstMatch(of: /--show ([0-9a-f-]{36}) goes on/)?.output.1
            }
            let question = String(try #require(id, "the question did not begin: \(said.prefix(2_000))"))
            try await Task.sleep(for: .milliseconds(Int.random(in: 50...2_500, using: &generator)))
            try await asking.end(SIGKILL)

            let shown = try await program.run("query", "north", "--show", question, "--json")
            #expect(shown.exit == 0, "\(shown.err)")
            let answer = try #require((shown.json?["asked"] as? [[String: Any]])?.first, "\(shown.out)")
            let hits = try #require(answer["hits"] as? [[String: Any]])
            let expected = Set((0..<Self.known).map { "s\($0 * 600)" })
            #expect(answer["outcome"] as? String == "hits", "\(answer["reason"] ?? "")")
            #expect(Set(hits.compactMap { $0["subject"] as? String }) == expected && hits.count == Self.known)

            try await holder.end(SIGTERM)
            let leaves = try NodeFolder(program.path("coast")).publishedLeaves()
            let received = leaves.filter { $0.event == "query.received" }
            #expect(received.map { $0.data["keys_declared"]?.integer } == [17_408], "charged once")
            let roots = leaves.filter { $0.event == "query.continued" }.compactMap { $0.data["point_root"]?.string }
            // What was on its way when the asker died comes again with the same bytes; what was answered does not.
            #expect(Set(roots).count == 2 && roots.count <= 4)
            for name in ["north", "coast"] {
                let verified = try await program.run("audit", "verify", "\(name)/log", "--json")
                #expect(verified.exit == 0, "\(name): \(verified.out)")
            }
        }
    }
}
