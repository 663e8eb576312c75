// The program is killed at random moments while it builds an index. The next start finds a whole index or none, and
// nothing of the build: no file without a segment in it, no entry of an epoch that never came to be.
import Foundation
import NodeTesting
import TestSupport
import Testing

@Suite(.serialized) struct KillIndexTests {
    private static let isLong = ProcessInfo.processInfo.environment["COMITY_LONG_TESTS"] == "1"
    private static let kills = isLong ? 40 : 8
    private static let records = isLong ? 20_000 : 500

    private static var rows: String {
        "id,full_name,birth_date,document_number,phone,subject_category,handling,originator\n"
            + (0..<records).map { row in
                "r\(row),Person \(name(row)) Somebody,19\(50 + row % 50)-01-\(10 + row % 19),DNK:\(1_000_000 + row),"
                    + "+4915110\(10_000 + row),suspect,H1,sound-coast"
            }.joined(separator: "\n") + "\n"
    }

    /// Letters only: digits are no name.
    private static func name(_ number: Int) -> String {
        String(String(number).unicodeScalars.map { Character(UnicodeScalar(UInt8($0.value) + 0x31)) })
    }

    private func segments(_ program: Program) -> [String] {
        let path = program.path("coast/segments")
        return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }

    @Test func aKilledBuildLeavesNothingBehind() async throws {
        var generator = SplitMix64.announced("kill -9 of a build", fallback: UInt64(Date().timeIntervalSince1970))
        try await withTemporaryFolder { folder in
            let program = try Program(in: folder)
            _ = try await CommandNode.coast(program)
            try program.write(Self.rows, to: "rows.csv")
            #expect(try await program.run("records", "import", "coast", "rows.csv").exit == 0)
            var version = 0
            var hit = 0
            for number in 0..<Self.kills {
                let words =
                    version == 0
                    ? ["index", "build", "coast", "--agreement", "narrow-sea"]
                    : [
                        "index", "rotate", "coast", "--agreement", "narrow-sea", "--asker", "north-border",
                        "--confirm", "narrow-sea",
                    ]
                let running = try program.start(words, log: folder.appendingPathComponent("build.log"))
                try await Task.sleep(for: .milliseconds(Int.random(in: 100...2_500, using: &generator)))
                try await running.end(SIGKILL)
                hit += segments(program).contains { $0.hasPrefix(".unfinished") } ? 1 : 0
                // Any command that opens the folder tidies it.
                let list = try await program.run("index", "list", "coast", "--json")
                #expect(list.exit == 0, "kill \(number): \(list.err)")
                let indexes = try #require(list.json?["indexes"] as? [[String: Any]])
                let index = indexes.first { $0["asker"] as? String == "north-border" }
                let now = index?["version"] as? Int ?? 0
                #expect(now >= version && now <= version + 1)
                if now > 0 { #expect(index?["records"] as? Int == Self.records) }
                version = now
                let names = segments(program)
                #expect(names.allSatisfy { $0.count == 64 }, "kill \(number): \(names)")
                #expect(names.isEmpty == indexes.isEmpty)
            }
            print("kill -9 of a build: \(Self.kills) kills, \(hit) with a segment half written, \(version) versions")
            let built = try await program.run(
                ["index", "build", "coast", "--agreement", "narrow-sea", "--asker", "north-border", "--json"]
            )
            let last = try #require((built.json?["indexes"] as? [[String: Any]])?.first, "\(built.err)")
            #expect(last["records"] as? Int == Self.records)
            #expect(try await program.run("audit", "verify", "coast/log").exit == 0)
        }
    }
}
