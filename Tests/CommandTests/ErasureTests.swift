// A person's data leave the log and the log still verifies: commands of a compliance officer on real nodes.
import AuditLog
import CanonicalJSON
import Foundation
import NodeCore
import NodeTesting
import Testing

@Suite struct ErasureTests {
    private static let phone = "phone=+49 1512 441001"

    @Test func aPersonIsErasedAndTheLogStillVerifies() async throws {
        try await withTemporaryFolder { folder in
            let (program, _, _) = try await OfficerTests.story(in: folder)
            let log = NodeFolder(program.path("north"))
            func officer(_ words: String...) async throws -> Ran {
                try await program.run(["audit"] + words + ["--as", "ines"])
            }
            // One command lists what was done about them.
            let listed = try await officer("subject", "north", Self.phone, "--json")
            let entries = try #require(listed.json?["entries"] as? [[String: Any]])
            #expect(entries.map { $0["event"] as? String } == ["query.asked"])
            let asked = try #require(entries.first?["index"] as? Int)
            let query = try #require(try log.publishedLeaves().first { $0.index == asked }?.data["query"]?.string)
            let drawn = try await officer(
                "draw",
                "north",
                query,
                "--sample",
                "1",
                "--auditor",
                "Court of Audit",
                "--out",
                "drawn.json"
            )
            #expect(drawn.exit == 0, "\(drawn.all)")
            // A copy that discloses, made before.
            let disclosed = try await officer(
                "export",
                "north",
                "--out",
                "before",
                "--event",
                "query.*",
                "--reveal",
                "--ground",
                "audit"
            )
            #expect(disclosed.exit == 0, "\(disclosed.err)")

            // Only the officer, only with a ground; a hold stands against it.
            let erase = ["audit", "erase", "north", Self.phone, "--ground", "order 31"]
            #expect(try await program.run(erase + ["--as", "amina"]).exit == 1)
            #expect(try await officer("erase", "north", Self.phone).exit == 64)
            let hold = try await officer(
                "hold",
                "north",
                "place",
                Self.phone,
                "--case",
                "12-O-7",
                "--ground",
                "suit",
                "--review",
                "2099-01-01",
                "--json"
            )
            let number = try #require(hold.json?["number"] as? Int, "\(hold.all)")
            let refused = try await program.run(erase + ["--as", "ines"])
            #expect(refused.exit == 1 && refused.err.contains("legal hold"), "\(refused.all)")
            let stands = try await officer("reveal", "north", "\(asked)", "case", "--ground", "audit")
            #expect(stands.exit == 0)
            let lifted = try await officer("hold", "north", "lift", "\(number)", "--ground", "suit ended")
            #expect(lifted.exit == 0, "\(lifted.all)")
            #expect(try await officer("hold", "north", "lift", "\(number)", "--ground", "x").exit == 1)
            #expect(try await officer("hold", "north", "list").out.contains("lifted by entry"))

            let counted = try await program.run(erase + ["--as", "ines", "--dry-run", "--json"])
            let count = try #require(counted.json?["values"] as? Int, "\(counted.all)")
            #expect(count >= 3 && (counted.json?["erased_by"] as? [Int]) == [])
            let done = try await program.run(erase + ["--as", "ines", "--json"])
            #expect(done.exit == 0 && done.json?["values"] as? Int == count, "\(done.all)")
            let by = try #require((done.json?["erased_by"] as? [Int])?.first)

            #expect(done.json?["overwritten"] as? Bool == true)
            // Nor can an auditor still draw the keys of the question.
            let undrawn = try await officer(
                "draw",
                "north",
                query,
                "--sample",
                "1",
                "--auditor",
                "Court of Audit",
                "--out",
                "undrawn.json"
            )
            #expect(undrawn.exit == 1 && undrawn.err.contains("cannot be opened"), "\(undrawn.all)")

            // Nothing opens, nothing finds, and the log says which entry erased it.
            let gone = try await officer("reveal", "north", "\(asked)", "case", "--ground", "audit")
            #expect(gone.exit == 1 && gone.err.contains("erased by entry \(by)"), "\(gone.all)")
            #expect(try await officer("reveal", "north", "\(asked)", "actor", "--ground", "audit").out == "amina\n")
            let nobody = try await officer("subject", "north", Self.phone, "--json")
            #expect(nobody.exit == 0 && (nobody.json?["entries"] as? [Any])?.isEmpty == true)
            let leaf = try #require(try log.publishedLeaves().first { $0.event == "audit.erased" })
            #expect(leaf.index == by && leaf.actor.role == .officer && leaf.data["ground"]?.string == "order 31")
            #expect(leaf.data["fields"]?.array?.count == count)
            #expect(try await program.run("audit", "verify", "north/log").exit == 0)

            // A copy that still shows what the log says was erased convicts itself; what is left is counted.
            let spoil = try await program.shell("cp -r north/log copy && cp before/disclosures.jsonl copy/sealed.jsonl")
            #expect(spoil.exit == 0)
            let shown = try await program.run("audit", "verify", "copy", "--json")
            #expect(shown.exit == 1, "\(shown.all)")
            #expect(shown.out.contains("is disclosed although entry \(by) erased it"))
            let after = try await officer(
                "export",
                "north",
                "--out",
                "after",
                "--event",
                "query.*",
                "--reveal",
                "--ground",
                "audit"
            )
            #expect(after.exit == 0, "\(after.err)")
            #expect(try await program.shell("cp after/disclosures.jsonl copy/sealed.jsonl").exit == 0)
            let honest = try await program.run("audit", "verify", "copy", "--json")
            #expect(honest.exit == 0, "\(honest.all)")
            let values = try #require(honest.json?["values"] as? [String: Int])
            #expect(values["erased"] == count && values["shown"] ?? 0 > 0 && values["undisclosed"] ?? 0 > 0)
        }
    }
}
