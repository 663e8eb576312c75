// Accountable queries: drawn keys open to the points that both logs hold, and nothing else does. Real nodes, real logs.
import AuditLog
import CanonicalJSON
import Foundation
import NodeCore
import NodeTesting
import Sodium
import Testing
import Vault

@Suite struct OpeningTests {
    @Test func drawnKeysOpenToWhatBothLogsHold() async throws {
        try await withTemporaryFolder { folder in
            let (program, _, _) = try await OfficerTests.story(in: folder)
            let asked = try #require(
                try NodeFolder(program.path("north")).publishedLeaves().first { $0.event == "query.asked" }
            )
            let query = try #require(asked.data["query"]?.string)
            let count = try #require(asked.data["keys"]?.integer)
            func draw(_ sample: String, out: String, as name: String = "ines") async throws -> Ran {
                try await program.run(
                    "audit",
                    "draw",
                    "north",
                    query,
                    "--sample",
                    sample,
                    "--auditor",
                    "Court of Audit",
                    "--out",
                    out,
                    "--as",
                    name
                )
            }
            func check(_ file: String, asker: String = "north/log", holder: String = "coast/log") async throws -> Ran {
                try await program.run("audit", "open", file, "--asker", asker, "--holder", holder, "--json")
            }
            // All of them, and a few by name.
            #expect(try await draw("\(count)", out: "all.json", as: "amina").exit == 1)
            #expect(!FileManager.default.fileExists(atPath: program.path("all.json")))
            let all = try await draw("\(count)", out: "all.json")
            #expect(all.exit == 0 && all.shown == [], "\(all.all)")
            let modes = try await program.shell("stat -c %a all.json")
            #expect(modes.out == "600\n")
            let whole = try await check("all.json")
            #expect(whole.exit == 0, "\(whole.all)")
            let keys = try #require(whole.json?["keys"] as? [[String: Any]])
            #expect(keys.compactMap { $0["position"] as? Int } == Array(0..<count))
            #expect(keys.contains { $0["kind"] as? String == "phone" && $0["value"] as? String == "+491512441001" })
            #expect(keys.contains { $0["kind"] as? String == "pad" && $0["value"] as? String == "" })
            try program.write("3\n0\n", to: "drawn.txt")
            #expect(try await draw("drawn.txt", out: "two.json").exit == 0)
            let two = try await check("two.json")
            #expect((two.json?["keys"] as? [[String: Any]])?.compactMap { $0["position"] as? Int } == [0, 3])
            #expect(try await draw("drawn.txt", out: "two.json").exit == 65, "nothing is written over")
            try program.write("0\n\(count)\n", to: "beyond.txt")
            #expect(try await draw("beyond.txt", out: "beyond.json").exit == 64)
            try program.write("x\n", to: "words.txt")
            #expect(try await draw("words.txt", out: "words.json").exit == 65)

            // The log says who drew what, before it was shown.
            let listed = try await program.run(
                "audit",
                "list",
                "north",
                "--event",
                "query.opened",
                "--as",
                "ines",
                "--json"
            )
            let opened = try #require(listed.json?["entries"] as? [[String: Any]])
            #expect(opened.map { $0["query"] as? String } == [query, query], "\(listed.all)")
            let leaves = try NodeFolder(program.path("north")).publishedLeaves()
            let drawn = leaves.filter { $0.event == "query.opened" }
            #expect(drawn.map { $0.data["sample"]?.array?.count ?? 0 } == [count, 2], "\(drawn.count)")
            #expect(drawn.map { $0.personal["auditor"]?.count ?? 0 } == [32, 32], "\(drawn.count)")

            // Each part of an opening is bound: another key, blind, place, class or path does not open.
            let text = try program.text("two.json")
            let file = try #require(
                try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            )
            let openings = try #require(file["openings"] as? [[String: Any]])
            func changed(_ name: String, _ change: (inout [[String: Any]]) -> Void) async throws {
                var other = file
                var changed = openings
                change(&changed)
                other["openings"] = changed
                let data = try JSONSerialization.data(withJSONObject: other)
                try program.write(String(decoding: data, as: UTF8.self), to: "changed.json")
                let ran = try await check("changed.json")
                #expect(ran.exit == 1, "\(name): \(ran.all)")
                #expect((ran.json?["problems"] as? [Any])?.isEmpty == false, "\(name)")
            }
            try await changed("key") { $0[0]["key"] = $0[1]["key"] }
            try await changed("blind") { $0[0]["blind"] = $0[1]["blind"] }
            try await changed("place") { $0[0]["position"] = 1 }
            try await changed("beyond") { $0[0]["position"] = count }
            try await changed("class") { $0[0]["class"] = "weak" }
            try await changed("path") { $0[0]["path"] = $0[1]["path"] }
            try await changed("blind that is none") { $0[0]["blind"] = String(repeating: "A", count: 43) }
            try await changed("nothing") { $0 = [] }
            try await changed("the same twice") { $0.append($0[0]) }
            // The holder's log decides too: with its own entry a copy of it will do, with another point it will not.
            let received = try #require(
                try NodeFolder(program.path("coast")).publishedLeaves().first { $0.event == "query.received" }
            )
            let same = try await Self.holdersLog("same", saying: received.data, in: folder)
            #expect(try await check("two.json", holder: same).exit == 0)
            let point = Base64URL.encode([UInt8](repeating: 7, count: 32))
            let bent = received.data.merging(["point_root": .string(point)]) { $1 }
            let other = try await check(
                "two.json",
                holder: try await Self.holdersLog("other", saying: bent, in: folder)
            )
            #expect(other.exit == 1 && other.out.contains("the points in the holder's log"), "\(other.all)")
            // Of another log, or beside a log that knows nothing of it.
            #expect(try await check("two.json", asker: "coast/log", holder: "north/log").exit == 1)
            #expect(try await check("two.json", holder: "north/log").exit == 64)
            #expect(try await check("absent.json").exit == 65)
            #expect(try await program.run("audit", "verify", "north/log").exit == 0)
        }
    }

    /// A log of the holder's origin that holds one entry on a query.
    ///
    /// - Returns: its path from `folder`.
    private static func holdersLog(_ name: String, saying data: [String: JSONValue], in folder: URL) async throws
        -> String
    {
        let place = folder.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: false)
        let keyring = try Keyring.create(
            at: place.appendingPathComponent("keyring"),
            passphrase: Array("of this test".utf8),
            secrets: ["one": try SecretBytes(copying: [1])],
            parameters: .least,
            random: .system
        )
        let vault = try await Vault.open(
            Vault.Places(
                database: place.appendingPathComponent("vault.sqlite"),
                log: place.appendingPathComponent("log"),
                segments: place.appendingPathComponent("segments")
            ),
            origin: "sound-coast/audit/1",
            secrets: Vault.Secrets(log: try SecretBytes(random: 32), record: try SecretBytes(random: 32)),
            keyring: keyring,
            clock: { 1_800_000_000_000 },
            random: .system
        )
        let draft = AuditDraft(event: "query.received", actor: .peer("north-border"), data: data)
        _ = try await vault.commit { _ in ((), [draft]) }
        await vault.close()
        return "\(name)/log"
    }
}
