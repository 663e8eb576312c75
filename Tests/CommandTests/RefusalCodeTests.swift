// What the commands of officers, approvers and operators refuse, with which code, and settings that cannot be used: each names
// the place or the remedy, in one document, and loses nothing.
import Foundation
import NodeTesting
import Testing

@Suite struct RefusalCodeTests {
    private static let nobody = "00000000-0000-4000-8000-000000000000"
    private static let calls: [(words: [String], exit: Int32, says: String)] = [
        (["policy", "explain", "--node", "north", "--decision", nobody, "--as", "jonas"], 64, "none of ours"),
        (["policy", "explain", "--node", "north", "--decision", nobody, "--as", "amina"], 1, "role"),
        (
            [
                "disclosure", "transfer", "north", nobody, "--to", "sound-fiu", "--purpose", "investigate",
                "--legal-basis",
                "UN-SOM", "--reason", "x", "--as", "amina",
            ], 64, "no disclosure request"
        ),
        (["disclosure", "approve", "north", nobody, "--authorisation", "court"], 64, "KIND=REFERENCE"),
        (["disclosure", "approve", "north", nobody, "--authorisation", "pope=1"], 64, "prosecutor, court"),
        (
            ["audit", "draw", "north", nobody, "--sample", "3", "--auditor", "A", "--out", "drawn", "--as", "jonas"],
            64,
            "query"
        ),
        (["audit", "open", "nothing.json", "--asker", "north/log", "--holder", "north/log"], 65, "cannot be read"),
        (
            [
                "audit", "hold", "north", "place", "--case", "K", "--ground", "G", "--review", "2020-01-01",
                "--everything",
                "--as", "jonas",
            ], 64, "a day to come"
        ),
        (["audit", "hold", "north", "lift", "99", "--as", "jonas"], 64, "number of a hold"),
        (["audit", "erase", "north", "phone=+491512441001", "--ground", "G", "--as", "amina"], 1, "role"),
        (["audit", "erase", "north", "phone=x", "--ground", "G", "--as", "jonas"], 64, "canonical form"),
        (["audit", "prune", "north", "--as", "amina"], 1, "role"),
        (["audit", "rotate-key", "north", "--as", "amina"], 1, "role"),
        (["audit", "timestamp", "north", "--tsr", "nothing.tsr", "--as", "jonas"], 65, "cannot be read"),
        (["notices", "north", "--sent", "99"], 64, "no notice"),
        (["policy", "activate", "north", "--as", "amina"], 1, "role"),
        (["user", "role", "north", "nobody", "--role", "approver"], 64, "no account"),
    ]

    @Test func whatIsRefusedSaysWhyInOneDocument() async throws {
        try await withTemporaryFolder { folder in
            let program = try Program(in: folder)
            let north = try await CommandNode.north(program)
            _ = try await program.run("user", "add", "north", "amina", "--role", "analyst")
            _ = try await program.run("user", "add", "north", "jonas", "--role", "officer")
            for call in Self.calls {
                let ran = try await program.run(call.words + ["--json"])
                #expect(ran.exit == call.exit, "\(call.words): \(ran.all)")
                let error = try #require(ran.error, "\(call.words): \(ran.out)")
                #expect(
                    error["code"] as? Int32 == call.exit && ran.out.contains(call.says),
                    "\(call.words): \(ran.out)"
                )
            }
            #expect(try await program.run("audit", "verify", "\(north.name)/log").exit == 0)
        }
    }

    @Test(arguments: [
        (#""audit_retention_days": {"question": 3}"#, "audit_retention_days"),
        (#""audit_retention_days": {"elsewhere": 400}"#, "audit_retention_days"),
        (#""opening_retention_days": 0"#, "opening_retention_days"),
        (#""notices": {"nobody": {"mail": ["/bin/true"]}}"#, "notices"),
    ])
    func settingsThatCannotBeUsedAreNamed(setting: String, name: String) async throws {
        try await withTemporaryFolder { folder in
            let program = try Program(in: folder)
            _ = try await CommandNode.north(program)
            let settings = try program.text("north/comity.json")
            try program.write(
                settings.replacing("\"agency\"", with: setting + ", \"agency\"", maxReplacements: 1),
                to: "north/comity.json"
            )
            for words in [["doctor", "north", "--json"], ["serve", "north"]] {
                let ran = try await program.run(words)
                #expect(
                    ran.exit == 65 && ran.all.contains(name) && ran.all.contains("comity.json"),
                    "\(words): \(ran.all)"
                )
            }
            try program.write(settings, to: "north/comity.json")
            #expect(try await program.run("user", "list", "north").exit == 0)
        }
    }

    @Test func aCertificateThatIsNoneIsNamedAndStopsTheStartCleanly() async throws {
        try await withTemporaryFolder { folder in
            let program = try Program(in: folder)
            _ = try await CommandNode.north(program)
            try program.write("hello\n", to: "north/console.pem")
            let ran = try await program.run("serve", "north")
            #expect(ran.exit == 65 && ran.err.contains("console.pem"), "\(ran.all)")
            #expect(try await program.run("audit", "verify", "north/log").exit == 0)
        }
    }
}
