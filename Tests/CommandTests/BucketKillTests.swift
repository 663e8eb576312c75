// Two processes and an index that stays with its holder. The asker is killed after it wrote down what it will tell and
// before it hears anything: the ledger keeps it.
import AuditLog
import CanonicalJSON
import Foundation
import NodeCore
import NodeTesting
import Testing

@Suite(.serialized) struct BucketKillTests {
    private static let records = 64

    private static func phone(_ number: Int) -> String { "+4915120000\(number + 10)" }

    /// The agreement that both hold demands buckets.
    private func demandBuckets(_ node: CommandNode) throws {
        let path = "\(node.name)/policies/agreements/narrow-sea.yaml"
        let text = try String(contentsOf: URL(fileURLWithPath: node.program.path(path)), encoding: .utf8)
        try #require(text.contains("{retrieval: [synced]}"))
        try node.program.write(
            text.replacing("{retrieval: [synced]}", with: "{retrieval: [bucketed], bucket_minimum: 2}"),
            to: path
        )
        // The shipped cases expect copies.
        try FileManager.default.removeItem(atPath: node.program.path("\(node.name)/policies/cases"))
    }

    private func told(_ program: Program, _ field: String) async throws -> Int {
        let dry = try await program.run(Texts.asked + ["--field", field, "--dry-run"])
        let words = try #require(dry.out.firstMatch(of: /; (\d+) of 8 were told before/), "\(dry.all)")
        return try #require(Int(words.output.1))
    }

    @Test func whatWasChargedSurvivesAKillAndCountsOnce() async throws {
        try await withTemporaryFolder { folder in
            let program = try Program(in: folder)
            let north = try await CommandNode.north(program)
            let coast = try await CommandNode.coast(program)
            for node in [north, coast] {
                try demandBuckets(node)
                try await node.activatePolicies()
            }
            try await north.trust(coast)
            try await coast.trust(north)
            _ = try await program.run("user", "add", "north", "amina", "--role", "analyst")
            let rows = (0..<Self.records).map { "c\($0),\(Self.phone($0)),suspect,H1,sound-coast\n" }
            try program.write("id,phone,subject_category,handling,originator\n" + rows.joined(), to: "rows.csv")
            let imported = try await program.run("records", "import", "coast", "rows.csv")
            try #require(imported.exit == 0, "\(imported.err)")
            let built = try await program.run("index", "build", "coast", "--agreement", "narrow-sea")
            #expect(built.exit == 0 && built.out.contains("bucketed"), "\(built.all)")
            let holder = try await coast.serve()
            let fetched = try await program.run("index", "fetch", "north", "--peer", "sound-coast")
            #expect(fetched.out.contains("bucketed (16 of identifiers"), "\(fetched.all)")

            // The holder stands still: the question is charged, written and on its way, and nothing comes back.
            let field = "phone=\(Self.phone(5))"
            #expect(try await told(program, field) == 0)
            kill(holder.id, SIGSTOP)
            let asking = try program.start(
                Texts.asked + ["--field", field],
                log: program.folder.appendingPathComponent("ask.log")
            )
            // Waits without giving up its thread: on a busy machine the asker would lose patience before this looks again.
            while try !CommandNode.isConnected(to: coast.peerPort), asking.isRunning { usleep(10_000) }
            let words = try String(contentsOf: program.folder.appendingPathComponent("ask.log"), encoding: .utf8)
            try #require(asking.isRunning as Bool, "\(words)")
            try await asking.end(SIGKILL)
            kill(holder.id, SIGCONT)

            #expect(try await told(program, field) == 4)
            let asked = try await program.run(Texts.asked + ["--field", field])
            #expect(asked.exit == 0 && asked.out.contains("1 hit"), "\(asked.all)")
            let refused = try await program.run(Texts.asked + ["--field", field])
            #expect(refused.exit == 1 && refused.out.contains("8 were told before"), "\(refused.all)")
            let covered = try await program.run(Texts.asked + ["--field", field, "--cover"])
            #expect(covered.exit == 0 && covered.out.contains("1 hit"), "\(covered.all)")

            let doctor = try await program.run("doctor", "coast")
            #expect(doctor.out.contains("bucketed"), "\(doctor.all)")
            try await holder.end(SIGTERM)
            let given = try NodeFolder(program.path("coast")).publishedLeaves().filter { $0.event == "index.fetched" }
            #expect(given.count == 1 + 8, "one bucket, then half of sixteen")
            for name in ["north", "coast"] {
                let verified = try await program.run("audit", "verify", "\(name)/log", "--json")
                #expect(verified.exit == 0, "\(name): \(verified.out)")
            }
        }
    }
}
