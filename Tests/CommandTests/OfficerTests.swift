// A compliance officer's commands on real nodes: what they show, what they log first, and who may.
import AuditLog
import CanonicalJSON
import Crypto
import Foundation
import NodeCore
import NodeTesting
import Testing
import TransparencyLog

@Suite struct OfficerTests {
    /// A question of north to coast that found somebody; north has an officer.
    static func story(in folder: URL) async throws -> (Program, CommandNode, CommandNode) {
        let program = try Program(in: folder)
        let north = try await CommandNode.north(program)
        let coast = try await CommandNode.coast(program)
        try await north.trust(coast)
        try await coast.trust(north)
        for (node, name, role) in [
            ("north", "amina", "analyst"), ("north", "ines", "officer"), ("coast", "olga", "officer"),
        ] {
            #expect(try await program.run("user", "add", node, name, "--role", role).exit == 0)
        }
        try program.write(Texts.records, to: "rows.csv")
        #expect(try await program.run("records", "import", "coast", "rows.csv").exit == 0)
        #expect(try await program.run("index", "build", "coast", "--agreement", "narrow-sea").exit == 0)
        let running = try await coast.serve()
        let asked = try await program.run(Texts.asked + Texts.youssef + ["--as", "amina", "--json"])
        #expect(asked.exit == 0, "\(asked.err)")
        try await running.end(SIGTERM)
        return (program, north, coast)
    }

    @Test func anOfficerRevealsExportsAndAnswersASubject() async throws {
        try await withTemporaryFolder { folder in
            let (program, _, _) = try await Self.story(in: folder)
            let log = NodeFolder(program.path("north"))
            let asked = try #require(try log.publishedLeaves().first { $0.event == "query.asked" })

            // Only the officer, and only with a ground.
            let refused = try await program.run(
                "audit",
                "reveal",
                "north",
                "\(asked.index)",
                "case",
                "--ground",
                "x",
                "--as",
                "amina"
            )
            #expect(refused.exit == 1 && refused.shown == [])
            #expect(
                try await program.run("audit", "reveal", "north", "\(asked.index)", "case", "--as", "ines").exit == 64
            )
            let long = String(repeating: "g", count: 201)
            let spoken = try await program.run(
                "audit",
                "reveal",
                "north",
                "\(asked.index)",
                "case",
                "--ground",
                long,
                "--as",
                "ines"
            )
            #expect(spoken.exit == 64)
            let absent = try await program.run("audit", "reveal", "north", "0", "case", "--ground", "x", "--as", "ines")
            #expect(absent.exit == 65)
            let revealed = try await program.run(
                "audit",
                "reveal",
                "north",
                "\(asked.index)",
                "case",
                "--ground",
                "complaint 17",
                "--as",
                "ines",
                "--json"
            )
            #expect(revealed.exit == 0, "\(revealed.err)")
            #expect(revealed.json?["value"] as? String == "K-2026-000417")
            let disclosure = try #require(revealed.json?["disclosure"] as? String)
            #expect(Disclosure.digest(of: disclosure) == asked.personal["case"])
            let entry = try #require(try log.publishedLeaves().last { $0.event == "audit.revealed" })
            #expect(entry.actor.role == .officer && entry.data["ground"]?.string == "complaint 17")
            #expect(entry.data["fields"]?.array?.first?["index"]?.integer == asked.index)

            try await Self.checkSubject(program, asked: asked.index)
            try await Self.checkExport(program, log)

            let report = try await program.run("audit", "report", "north", "--json", "--as", "ines")
            #expect(report.exit == 0, "\(report.err)")
            let rows = try #require(report.json?["queries"] as? [[String: Any]])
            #expect(rows.count == 1 && rows[0]["queries"] as? Int == 1 && rows[0]["hit_rate"] as? Int == 100)
            #expect(try await program.run("audit", "verify", "north/log").exit == 0)
            // The log itself shows none of it.
            let bytes = try log.publishedLeaves().map { String(decoding: try $0.encode(), as: UTF8.self) }.joined()
            #expect(Texts.secrets.filter { bytes.contains($0) } == [])
        }
    }

    private static func checkSubject(_ program: Program, asked: Int) async throws {
        let phone = try await program.run(
            "audit",
            "subject",
            "north",
            "phone=+49 1512 441001",
            "--as",
            "ines",
            "--json"
        )
        #expect(phone.exit == 0, "\(phone.err)")
        let found = try #require(phone.json?["entries"] as? [[String: Any]])
        #expect(found.map { $0["index"] as? Int } == [asked])
        #expect(found.first?["recipient"] as? String == "sound-coast")
        #expect(found.first?["purpose"] as? String == "investigate")
        #expect(!phone.out.contains("actor") && !phone.out.contains("amina"))
        let named = try await program.run(
            "audit",
            "subject",
            "north",
            "name=Chahine, Youssef",
            "date=1988-02-11",
            "--as",
            "ines",
            "--json"
        )
        #expect((named.json?["entries"] as? [Any])?.count == 1)
        let other = try await program.run(
            "audit",
            "subject",
            "north",
            "phone=+49 1512 441009",
            "--as",
            "ines",
            "--json"
        )
        #expect((other.json?["entries"] as? [Any])?.count == 0 && other.exit == 0)
        let weak = try await program.run("audit", "subject", "north", "name=Youssef Chahine", "--as", "ines")
        #expect(weak.exit == 64)
        #expect(try await program.run("audit", "subject", "north", "phone=12", "--as", "ines").exit == 64)
    }

    private static func checkExport(_ program: Program, _ log: NodeFolder) async throws {
        let whole = try await program.run(
            "audit",
            "export",
            "north",
            "--out",
            "evidence",
            "--event",
            "query.*",
            "--reveal",
            "--ground",
            "court 9",
            "--as",
            "ines"
        )
        #expect(whole.exit == 0, "\(whole.err)")
        // Whoever has only the folder checks it with tools of the system.
        let sums = try await program.shell(
            "cd evidence && grep -E '^[0-9a-f]{64}  ' MANIFEST | sha256sum -c --strict --quiet"
        )
        #expect(sums.exit == 0, "\(sums.all)")
        let listed = try await program.shell("cd evidence && find . -type f | sed 's|^./||' | sort | grep -v MANIFEST")
        let named = try await program.shell("cd evidence && grep -E '^[0-9a-f]{64}  ' MANIFEST | cut -c67- | sort")
        #expect(listed.out == named.out && !named.out.isEmpty)
        let modes = try await program.shell("find evidence -perm /077 | wc -l")
        #expect(modes.out.trimmingCharacters(in: .whitespacesAndNewlines) == "0")

        let card = try await program.run("peer", "card", "north")
        let vkeys = try #require(card.json?["vkeys"] as? [String: String])
        let note = try SignedNote([UInt8](Data(contentsOf: URL(fileURLWithPath: program.path("evidence/MANIFEST")))))
        let vkey = try #require(vkeys["export"])
        let key = try #require(VerifierKey(vkey))
        #expect(try note.verified(by: [key]).signers.map(\.key.name) == ["north-border/export"])
        let entries = try String(contentsOfFile: program.path("evidence/entries.jsonl"), encoding: .utf8)
            .split(separator: "\n").map { try Leaf(Array($0.utf8)) }
        #expect(!entries.isEmpty && entries.allSatisfy { $0.event.hasPrefix("query.") })
        for leaf in entries {
            let proof = try await program.run(
                "audit",
                "verify",
                "evidence/proofs/\(leaf.index).tlog-proof",
                "--key",
                "evidence/vkey"
            )
            #expect(proof.exit == 0, "\(proof.all)")
        }
        let disclosures = try String(contentsOfFile: program.path("evidence/disclosures.jsonl"), encoding: .utf8)
        #expect(disclosures.contains("\"field\":\"case\""))
        #expect(
            try log.publishedLeaves().contains {
                $0.event == "audit.exported" && $0.data["ground"]?.string == "court 9"
            }
        )

        // Nothing is written over, and a refusal leaves nothing behind.
        #expect(try await program.run("audit", "export", "north", "--out", "evidence", "--as", "ines").exit == 65)
        let denied = try await program.run(
            "audit",
            "export",
            "north",
            "--out",
            "more",
            "--reveal",
            "--ground",
            "x",
            "--as",
            "amina"
        )
        #expect(denied.exit == 1)
        #expect(!FileManager.default.fileExists(atPath: program.path("more")))
        let table = try await program.run(
            "audit",
            "export",
            "north",
            "--out",
            "table",
            "--format",
            "csv",
            "--as",
            "ines"
        )
        #expect(table.exit == 0, "\(table.err)")
        #expect(try await program.shell("head -1 table/entries.csv").out.hasPrefix("index,time,event,role,actor,"))
    }

    @Test func logsOfTwoNodesAreReconciledWithoutThem() async throws {
        try await withTemporaryFolder { folder in
            let (program, _, _) = try await Self.story(in: folder)
            let both = try await program.run("audit", "reconcile", "north/log", "coast/log", "--json")
            #expect(both.exit == 0, "\(both.all)")
            #expect(both.json?["matched"] as? Int == 1 && both.json?["ok"] as? Bool == true)
            #expect(
                Set(both.json?.keys.map { $0 } ?? []) == ["matched", "only_a", "only_b", "differs", "pending", "ok"]
            )
            // A copy of the holder's without its entries: what a peer is given.
            #expect(try await program.shell("cp -r coast/log bare && rm -r bare/tile/entries*").exit == 0)
            let bare = try await program.run("audit", "reconcile", "north", "bare", "--json")
            #expect(bare.exit == 0 && bare.json?["matched"] as? Int == 1, "\(bare.all)")
            #expect(try await program.run("audit", "reconcile", "north", "north/log").exit == 64)
            // A log that is not whole is no witness.
            let spoil = try await program.shell(
                "cp -r coast/log bad && f=$(find bad/tile/0 -type f | sort -V | tail -1) && printf x | dd of=$f bs=1 seek=5 conv=notrunc"
            )
            #expect(spoil.exit == 0)
            let bad = try await program.run("audit", "reconcile", "north", "bad")
            #expect(bad.exit == 1 && bad.err.contains("bad/"), "\(bad.all)")
            let told = try await program.run("audit", "reconcile", "north", "bad", "--json")
            let problems = told.json?["problems"] as? [[String: Any]] ?? []
            #expect(told.exit == 1 && told.json?["ok"] as? Bool == false && problems.count == 1, "\(told.all)")
            // Tiles and root do not fit: which of them was changed, entries would show, and a copy may have none.
            #expect(
                ["checkpoint", "tile/0/000"].contains { (problems.first?["place"] as? String ?? "").hasPrefix($0) }
            )
            #expect(Set(problems.first?.keys.map { $0 } ?? []) == ["place", "index", "text"])
        }
    }
}
