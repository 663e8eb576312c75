// The story of three agencies by command line: three processes, mutual TLS, hits, no hit, a refusal, and logs that an
// offline machine verifies or finds changed.
import AuditLog
import Foundation
import NodeTesting
import TestSupport
import Testing

@Suite(.serialized) struct StoryTests {
    @Test func threeNodesAskAndAnswerAndTheirLogsVerify() async throws {
        try await withTemporaryFolder { folder in
            let program = try Program(in: folder)
            let north = try await CommandNode.north(program)
            let coast = try await CommandNode.coast(program)
            let fiu = try await CommandNode.fiu(program)
            var served: [ChildProcess] = []
            for node in [north, coast, fiu] { served.append(try await node.serve()) }
            for other in [coast, fiu] {
                try await north.trust(other)
                try await other.trust(north)
            }
            let user = try await program.run("user", "add", "north", "amina", "--role", "analyst")
            #expect(user.exit == 0 && user.err.isEmpty, "over the socket nothing is said: \(user.err)")
            try program.write(Texts.records, to: "rows.csv")
            #expect(try await program.run("records", "import", "coast", "rows.csv").exit == 0)
            let built = try await program.run("index", "build", "coast", "--json")
            let index = try #require(
                (built.json?["indexes"] as? [[String: Any]])?.first {
                    $0["agreement"] as? String == "narrow-sea"
                }
            )
            #expect(index["records"] as? Int == 2 && "\(index["notes"] ?? "")".contains("narrow-sea/no-h3"))
            #expect(try await program.run("index", "build", "fiu").exit == 0)

            let hit = try await program.run(Texts.asked + Texts.youssef + ["--json"])
            #expect(hit.exit == 0 && hit.err.isEmpty)
            let answer = try #require((hit.json?["asked"] as? [[String: Any]])?.first)
            #expect(answer["peer"] as? String == "sound-coast" && answer["outcome"] as? String == "hits")
            let found = try #require((answer["hits"] as? [[String: Any]])?.first)
            #expect(Set(found.keys).isSuperset(of: ["subject", "handle", "score", "band", "kinds"]))
            #expect(found["subject"] as? String == "field" && (found["handle"] as? String)?.count == 10)
            let none = try await program.run(Texts.asked + Texts.nobody)
            #expect(none.exit == 0 && none.out == "sound-coast: no hit\n")
            let id = try #require(hit.json?["query"] as? String)
            let shown = try await program.run("query", "north", "--show", id, "--json")
            #expect(shown.exit == 0 && (shown.json?["asked"] as? [[String: Any]])?.count == 1)
            var refusedCall = Texts.asked + Texts.nobody
            for (old, new) in [
                ("narrow-sea", "clean-money"), ("investigate", "border_control"), ("UN-SOM", "UN-CTOC"),
                ("migrant-smuggling", "money-laundering"),
            ] {
                refusedCall = refusedCall.map { $0 == old ? new : $0 }
            }
            let refused = try await program.run(refusedCall)
            #expect(refused.exit == 1 && refused.out.contains("refused") && refused.shown == [])

            let log = "http://127.0.0.1:\(coast.localPort)/log"
            let fetched = try await program.run("audit", "verify", log, "--key", "coast/log/vkey", "--json")
            #expect(fetched.exit == 0 && fetched.json?["ok"] as? Bool == true, "a log behind an address verifies")
            for path in ["keyring", "../keyring", "%2e%2e/keyring", "checkpoints/../../keyring", "vault.sqlite"] {
                #expect(httpStatus(port: coast.localPort, path: "/log/\(path)")?.contains("404") == true, "\(path)")
            }

            try await served[2].end(SIGTERM)
            #expect(try program.text("fiu.log").hasSuffix("stopped; nothing is left half done\n"))
            for node in served.prefix(2) { try await node.end(SIGTERM) }
            for node in [north, coast, fiu] {
                let log = try program.text("\(node.name).log")
                #expect(Texts.secrets.filter { log.contains($0) } == [], "\(node.name).log")
                #expect(leaks(of: Texts.secrets, below: folder.appendingPathComponent(node.name)) == [])
                let copy = "copy-\(node.name)"
                try FileManager.default.copyItem(atPath: program.path("\(node.name)/log"), toPath: program.path(copy))
                let verified = try await program.run(
                    "audit",
                    "verify",
                    copy,
                    "--key",
                    "\(node.name)/log/vkey",
                    "--json"
                )
                #expect(verified.exit == 0 && verified.json?["trusted"] as? Bool == true, "\(verified.out)")
            }
            try await everyFlippedByteIsFound(in: "copy-north", program)
            let events = try await program.run("audit", "list", "north", "--event", "query.*")
            for word in ["query.asked", "query.outcome", "hits", "no-hit", "refused"] {
                #expect(events.out.contains(word), "\(word)")
            }
            let answers = try await program.run("audit", "list", "coast", "--event", "query.*")
            #expect(answers.out.contains("query.received") && answers.out.contains("query.answered"))
            #expect(
                try await program.run("audit", "list", "fiu", "--event", "query.refused").out.contains("query.refused")
            )
        }
    }

    /// One byte changed in each file of a copied log: found, and the file named.
    private func everyFlippedByteIsFound(in copy: String, _ program: Program) async throws {
        var generator = SplitMix64.announced("flipped bytes", fallback: 0xF11B)
        let files = filesBelow(program.folder.appendingPathComponent(copy)).filter { !$0.bytes.isEmpty }
        #expect(files.count >= 4)
        for file in files where file.path != "vkey" {
            let url = program.folder.appendingPathComponent(copy).appendingPathComponent(file.path)
            var bytes = file.bytes
            let at = Int.random(in: 0..<bytes.count, using: &generator)
            bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            try Data(bytes).write(to: url)
            let verified = try await program.run("audit", "verify", copy, "--key", "north/log/vkey", "--json")
            let problems = verified.json?["problems"] as? [[String: Any]] ?? []
            #expect(verified.exit == 1 && verified.json?["ok"] as? Bool == false, "\(file.path) byte \(at)")
            let named = problems.contains { ($0["place"] as? String)?.hasPrefix(file.path) == true }
            #expect(named, "\(file.path) byte \(at): \(verified.out)")
            try Data(file.bytes).write(to: url)
        }
        #expect(try await program.run("audit", "verify", copy, "--key", "north/log/vkey").exit == 0)
    }
}
