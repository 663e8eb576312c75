// A log that a restore ended is still an answer: commands of a compliance officer find, show, hold and erase what it says of a
// person, and say which log they speak of. Real nodes and files.
import AuditLog
import Foundation
import NodeCore
import NodeTesting
import Testing

@Suite struct EndedLogCommandTests {
    private static let phone = "phone=+49 1512 441001"
    private static let first = "north-border/audit/1"

    @Test func anOfficerReachesTheLogThatEnded() async throws {
        try await withTemporaryFolder { folder in
            let (program, _, _) = try await OfficerTests.story(in: folder)
            let asked = try #require(
                try NodeFolder(program.path("north")).publishedLeaves().first { $0.event == "query.asked" }
            )
            func officer(_ words: String...) async throws -> Ran {
                try await program.run(["audit"] + words + ["--passphrase-file", "pass", "--as", "ines"])
            }
            func reveal(_ field: String) async throws -> Ran {
                try await officer(
                    "reveal",
                    "back",
                    "\(asked.index)",
                    field,
                    "--ended",
                    Self.first,
                    "--ground",
                    "complaint 17",
                    "--json"
                )
            }
            try program.write(try program.text("north/passphrase"), to: "pass")
            let hold = try await program.run(
                "audit",
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
                "--as",
                "ines",
                "--json"
            )
            let number = try #require(hold.json?["number"] as? Int, "\(hold.all)")
            let made = try await program.run("backup", "north", "copy", "--month-keys", "keys")
            #expect(made.exit == 0, "\(made.all)")
            let people = ["--as", "operator", "--and", "ines", "--passphrase-file", "pass"]
            let back = try await program.run(
                ["restore", "copy", "back", "--new-log", "--month-keys", "keys"] + people
            )
            #expect(back.exit == 0 && back.err.contains("\(Self.first) ends; the newest checkpoint"), "\(back.all)")

            let listed = try await officer("subject", "back", Self.phone, "--json")
            let entries = try #require(listed.json?["entries"] as? [[String: Any]], "\(listed.all)")
            #expect(entries.map { $0["log"] as? String } == [Self.first])
            #expect(entries.map { $0["index"] as? Int } == [asked.index])
            #expect(try await officer("subject", "back", Self.phone).out.contains("(of \(Self.first), which ended)"))
            let shown = try await reveal("case")
            #expect(shown.exit == 0 && shown.json?["log"] as? String == Self.first, "\(shown.all)")
            let running = try await officer("reveal", "back", "\(asked.index)", "case", "--ground", "complaint 17")
            #expect(running.exit == 65, "an index alone is one of the running log: \(running.all)")
            let nowhere = try await officer(
                "reveal",
                "back",
                "0",
                "case",
                "--ended",
                "north-border/audit/7",
                "--ground",
                "x"
            )
            #expect(nowhere.exit == 65 && nowhere.err.contains("no copy of such a log"), "\(nowhere.all)")

            // The hold went on under its log's name, and is lifted by it.
            let holds = try await officer("hold", "back", "list")
            #expect(holds.out.contains("hold \(number) of \(Self.first): keeps"), "\(holds.all)")
            let erase = ["erase", "back", Self.phone, "--ground", "order 31"]
            let refused = try await program.run(["audit"] + erase + ["--passphrase-file", "pass", "--as", "ines"])
            #expect(refused.exit == 1 && refused.err.contains("legal hold"), "\(refused.all)")
            #expect(try await officer("hold", "back", "lift", "\(number)", "--ground", "over").exit == 1)
            let lifted = try await officer(
                "hold",
                "back",
                "lift",
                "\(number)",
                "--ended",
                Self.first,
                "--ground",
                "over",
                "--json"
            )
            #expect(lifted.exit == 0 && lifted.json?["log"] as? String == Self.first, "\(lifted.all)")

            let done = try await officer("erase", "back", Self.phone, "--ground", "order 31", "--json")
            let by = try #require(done.json?["erased_by"] as? [Int], "\(done.all)")
            let gone = try await reveal("case")
            #expect(gone.exit == 1, "\(gone.all)")
            // One entry for each log that had something.
            #expect(by.contains { gone.out.contains("erased by entry \($0) of north-border/audit/2") }, "\(gone.all)")
            #expect(try await reveal("actor").exit == 0, "who acted stays")
            let nobody = try await officer("subject", "back", Self.phone, "--json")
            #expect((nobody.json?["entries"] as? [Any])?.isEmpty == true)
            for log in ["back/log", "back/ended/1"] {
                let verified = try await program.run("audit", "verify", log, "--json")
                #expect(verified.exit == 0, "\(log): \(verified.out)")
            }
        }
    }
}
