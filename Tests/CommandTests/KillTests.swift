// A real node is killed at random moments of its work. Afterwards it starts again, its log verifies, and everything that
// was confirmed is there; what was not is there wholly or not at all.
import Foundation
import NodeTesting
import TestSupport
import Testing

@Suite(.serialized) struct KillTests {
    private static let rowsOfABatch = 15
    private static let importsAtOnce = 3
    private static let kills = 10

    private func batch(_ number: Int) -> String {
        let rows = (0..<Self.rowsOfABatch).map { row in
            "b\(number)-\(row),Person Number\(number)x\(row),19\(50 + row % 50)-01-\(10 + row % 19),+49151\(1_000_000 + number * 1_000 + row),"
                + "suspect,H1,sound-coast"
        }
        return "id,full_name,birth_date,phone,subject_category,handling,originator\n" + rows.joined(separator: "\n")
            + "\n"
    }

    private func records(_ program: Program) async throws -> Int {
        let doctor = try await program.run("doctor", "coast", "--json")
        let checks = try #require(doctor.json?["checks"] as? [[String: Any]], "\(doctor.err)")
        let vault = try #require(checks.first { $0["name"] as? String == "vault" })
        try #require(vault["state"] as? String == "ok")
        return try #require((vault["text"] as? String).flatMap { Int($0.prefix { $0.isNumber }) })
    }

    @Test func aKilledNodeLosesNothingThatWasConfirmed() async throws {
        var generator = SplitMix64.announced("kill -9", fallback: UInt64(Date().timeIntervalSince1970))
        try await withTemporaryFolder { folder in
            let program = try Program(in: folder)
            let north = try await CommandNode.north(program)
            let coast = try await CommandNode.coast(program)
            try await north.trust(coast)
            try await coast.trust(north)
            _ = try await program.run("user", "add", "north", "amina", "--role", "analyst")
            try program.write(Texts.records, to: "rows.csv")
            #expect(try await program.run("records", "import", "coast", "rows.csv").exit == 0)
            #expect(try await program.run("index", "build", "coast", "--agreement", "narrow-sea").exit == 0)
            var kept = try await records(program)
            var (stored, confirmed, overSocket) = (0, 0, 0)
            for number in 0..<Self.kills {
                let running = try await coast.serve()
                let imports = try (0..<Self.importsAtOnce).map { part in
                    let file = "batch\(part).csv"
                    try program.write(batch(number * Self.importsAtOnce + part), to: file)
                    return Task { try await program.run("records", "import", "coast", file) }
                }
                let asked = Task { try await program.run(Texts.asked + Texts.youssef + ["--json"]) }
                // Index work is long in a debug build: every third time is enough to be hit in it.
                let built =
                    number % 3 == 2
                    ? ["index", "build", "coast", "--agreement", "narrow-sea"] : ["index", "list", "coast"]
                let indexed = Task { try await program.run(built) }
                try await Task.sleep(for: .milliseconds(Int.random(in: 20...450, using: &generator)))
                try await running.end(SIGKILL)
                // At no moment is the published log less than whole.
                let atOnce = try await program.run("audit", "verify", "coast/log", "--json")
                #expect(atOnce.exit == 0, "kill \(number): \(atOnce.out)")
                var confirmedNow = 0
                for task in imports {
                    let ran = try await task.value
                    #expect([0, 69].contains(ran.exit), "kill \(number): \(ran.err)")
                    confirmedNow += ran.exit == 0 ? 1 : 0
                    overSocket += ran.err.contains("working on its folder directly") ? 0 : 1
                }
                let (ask, index) = (try await asked.value, try await indexed.value)
                // Commands that find no node work on the folder themselves, one at a time: they end, and say how.
                for ran in [ask, index] { #expect([0, 1, 69].contains(ran.exit), "kill \(number): \(ran.err)") }
                if ask.exit == 0 {
                    let outcome = (ask.json?["asked"] as? [[String: Any]])?.first?["outcome"] as? String
                    #expect(outcome == "hits")
                }
                let now = try await records(program)
                let added = now - kept
                #expect(
                    added % Self.rowsOfABatch == 0,
                    "kill \(number): \(added) rows of batches of \(Self.rowsOfABatch)"
                )
                let batches = added / Self.rowsOfABatch
                #expect(
                    (confirmedNow...Self.importsAtOnce).contains(batches),
                    "kill \(number): a confirmed import is gone"
                )
                confirmed += confirmedNow
                stored += batches
                kept = now
                let verified = try await program.run("audit", "verify", "coast/log", "--json")
                #expect(verified.exit == 0, "kill \(number): \(verified.out)")
            }
            let all = Self.kills * Self.importsAtOnce
            print(
                "kill -9: \(Self.kills) kills, \(all) imports, \(overSocket) of them at the node; \(confirmed) confirmed, \(stored) stored"
            )
            let running = try await coast.serve()
            let list = try await program.run("index", "build", "coast", "--agreement", "narrow-sea", "--json")
            let index = try #require((list.json?["indexes"] as? [[String: Any]])?.first)
            #expect(index["records"] as? Int == 2 + stored * Self.rowsOfABatch)
            let last = try await program.run(Texts.asked + Texts.youssef + ["--json"])
            let outcome = (last.json?["asked"] as? [[String: Any]])?.first?["outcome"] as? String
            #expect(last.exit == 0 && outcome == "hits", "\(last.out)\(last.err)")
            try await running.end(SIGTERM)
            // One entry for each batch that is there, no more and no less.
            let entries = try await program.run("audit", "list", "coast", "--event", "record.imported", "--json")
            #expect(entries.out.components(separatedBy: "\"record.imported\"").count - 1 == stored + 1)
            for name in ["north", "coast"] {
                #expect(try await program.run("audit", "verify", "\(name)/log").exit == 0)
            }
        }
    }

    @Test func aNodeThatIsKilledWhileItIsMadeIsMadeAnew() async throws {
        try await withTemporaryFolder { folder in
            let program = try Program(in: folder)
            var generator = SplitMix64.announced("kill -9 of init", fallback: 0x1417)
            var whole = 0
            for number in 0..<8 {
                let name = "node\(number)"
                let arguments = ["init", name, "--agency", "north-border", "--name", "Border", "--jurisdiction", "XV"]
                let running = try program.start(arguments, log: folder.appendingPathComponent("init.log"))
                try await Task.sleep(for: .milliseconds(Int.random(in: 5...900, using: &generator)))
                try await running.end(SIGKILL)
                // A folder either is a node, whole, or says that it is none: never half of one.
                let list = try await program.run("user", "list", name)
                let isWhole = list.exit == 0 && list.out.contains("operator")
                whole += isWhole ? 1 : 0
                #expect(
                    isWhole || (list.exit == 64 && list.err.contains("there is no node here")),
                    "\(number): \(list.err)"
                )
            }
            print("kill -9 of init: 8 kills, \(whole) whole")
        }
    }
}
