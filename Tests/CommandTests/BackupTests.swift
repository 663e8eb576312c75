// A node is backed up while it serves and comes back from the copy, as an operator does it. Real processes, real files: killed
// in the middle, altered, of another node. Peers hold what the lost node last signed.
import Foundation
import NodeTesting
import TestSupport
import Testing

@Suite(.serialized) struct BackupTests {
    private static let people = ["--as", "operator", "--and", "ines"]

    private func restore(_ program: Program, _ backup: String, _ target: String, _ more: String...) async throws -> Ran
    {
        let passphrase = ["--passphrase-file", "pass"]
        return try await program.run(["restore", backup, target] + passphrase + Self.people + more)
    }

    /// North that asks and coast that holds, each with the other's card, coast with an officer and an index.
    private func nodes(_ program: Program) async throws -> (north: CommandNode, coast: CommandNode) {
        let north = try await CommandNode.north(program)
        let coast = try await CommandNode.coast(program)
        try await north.trust(coast)
        try await coast.trust(north)
        for (node, name, role) in [("north", "amina", "analyst"), ("coast", "ines", "officer")] {
            #expect(try await program.run("user", "add", node, name, "--role", role).exit == 0)
        }
        try program.write(Texts.records, to: "rows.csv")
        #expect(try await program.run("records", "import", "coast", "rows.csv").exit == 0)
        #expect(try await program.run("index", "build", "coast", "--agreement", "narrow-sea").exit == 0)
        try program.write(try program.text("coast/passphrase"), to: "pass")
        return (north, coast)
    }

    private func outcome(_ program: Program) async throws -> String? {
        let asked = try await program.run(Texts.asked + Texts.youssef + ["--json"])
        return (asked.json?["asked"] as? [[String: Any]])?.first?["outcome"] as? String
    }

    /// The restored node under the name that its peers' addresses lead to.
    private func replace(_ program: Program, _ name: String, by other: String) throws {
        try? FileManager.default.removeItem(atPath: program.path(name))
        try FileManager.default.moveItem(atPath: program.path(other), toPath: program.path(name))
        try program.write(try program.text("pass"), to: "\(name)/passphrase")
    }

    private func rotate(_ program: Program) async throws {
        let rotated = try await program.run(
            "index",
            "rotate",
            "coast",
            "--agreement",
            "narrow-sea",
            "--asker",
            "north-border",
            "--confirm",
            "narrow-sea"
        )
        #expect(rotated.exit == 0, "\(rotated.all)")
    }

    @Test func aNodeThatServesIsBackedUpAndComesBackWithANewLog() async throws {
        try await withTemporaryFolder { folder in
            let program = try Program(in: folder)
            let (north, coast) = try await nodes(program)
            var served = [try await north.serve(), try await coast.serve()]
            #expect(try await outcome(program) == "hits")
            // While it is copied, people work on.
            let import2 = Task { try await program.run("records", "import", "coast", "rows.csv", "--dataset", "more") }
            let made = try await program.run("backup", "coast", "copy", "--month-keys", "keys", "--json")
            #expect(made.exit == 0, "\(made.all)")
            #expect(try await import2.value.exit == 0)
            let size = try #require(made.json?["size"] as? Int)
            let sums = try await program.shell("cd copy && sha256sum -c --quiet SHA256SUMS")
            #expect(sums.exit == 0, "\(sums.all)")
            let names = try FileManager.default.subpathsOfDirectory(atPath: program.path("copy"))
            #expect(Set(names).isSuperset(of: ["keyring", "vault.sqlite", "log/checkpoint", "policies", "card.json"]))
            for secret in ["passphrase", "console.pem", "segments"] { #expect(!names.contains(secret)) }
            let again = try await program.run("backup", "coast", "copy")
            #expect(again.exit == 64 && again.err.contains("nothing was written"), "\(again.all)")
            let untested = try await program.run("doctor", "coast")
            #expect(untested.out.contains("none was tested"), "\(untested.out)")
            let tested = try await program.run("backup", "coast", "--test", "copy")
            #expect(tested.exit == 0 && tested.out.contains("can be restored"), "\(tested.all)")
            #expect(try await program.run("doctor", "coast").out.contains("last tested backup"))
            #expect(!FileManager.default.fileExists(atPath: program.path("coast/.trial.restoring")))

            // What happens after the backup, a witness knows of.
            #expect(try await outcome(program) == "hits")
            #expect(try await program.run("audit", "checkpoint", "coast", "--cosign").exit == 0)
            try await served.removeLast().end(SIGTERM)
            try FileManager.default.moveItem(atPath: program.path("coast"), toPath: program.path("lost"))

            // The same log would contradict what north holds: the node asks it before anything else, and signs nothing.
            let same = try await restore(program, "copy", "old")
            #expect(same.exit == 0, "\(same.all)")
            try replace(program, "coast", by: "old")
            let early = try await program.run("user", "list", "coast")
            #expect(early.exit == 1 && early.err.contains("its witnesses were not asked yet"), "\(early.all)")
            let before = try program.text("coast/log/checkpoint")
            let refused = try await program.run("serve", "coast")
            #expect(refused.exit == 65 && refused.err.contains("older than what left"), "\(refused.all)")
            #expect(refused.err.contains("--new-log"))
            #expect(try program.text("coast/log/checkpoint") == before)
            // With a newer copy of the log at hand that is seen at once.
            let seen = try await restore(program, "copy", "new", "--log", "lost/log")
            #expect(seen.exit == 1 && seen.err.contains("older than what left"), "\(seen.all)")
            #expect(!FileManager.default.fileExists(atPath: program.path("new")))

            let restored = try await restore(
                program,
                "copy",
                "new",
                "--new-log",
                "--log",
                "lost/log",
                "--month-keys",
                "keys",
                "--json"
            )
            #expect(restored.exit == 0, "\(restored.all)")
            #expect(restored.json?["origin"] as? String == "sound-coast/audit/2")
            let earlier = try #require(restored.json?["earlier"] as? [String: Any])
            #expect(earlier["origin"] as? String == "sound-coast/audit/1")
            #expect(try #require(earlier["size"] as? Int) > size)
            try replace(program, "coast", by: "new")
            for log in ["coast/log", "coast/ended/1", "lost/log"] {
                let verified = try await program.run("audit", "verify", log, "--json")
                #expect(verified.exit == 0, "\(log): \(verified.out)")
            }
            served.append(try await coast.serve())
            try await north.trust(coast)
            try await rotate(program)
            #expect(try await outcome(program) == "hits")
            #expect(try await program.run("audit", "checkpoint", "coast", "--cosign").exit == 0)
            let listed = try await program.run(
                "audit",
                "list",
                "coast",
                "--event",
                "backup.restored",
                "--as",
                "ines",
                "--json"
            )
            #expect((listed.json?["entries"] as? [Any])?.count == 2, "one of each of the two: \(listed.all)")
            for node in served { try await node.end(SIGTERM) }
            #expect(try await program.run("audit", "verify", "coast/log").exit == 0)
        }
    }

    @Test func aNodeThatMovesGoesOnWithItsLogOnceItsWitnessesWereHeard() async throws {
        try await withTemporaryFolder { folder in
            let program = try Program(in: folder)
            let (north, coast) = try await nodes(program)
            let made = try await program.run("backup", "coast", "copy", "--month-keys", "keys")
            #expect(made.exit == 0, "\(made.all)")
            // The entry of the backup itself comes after the copy: no peer has heard of it.
            try FileManager.default.removeItem(atPath: program.path("coast"))
            #expect(try await restore(program, "copy", "moved", "--month-keys", "keys").exit == 0)
            try replace(program, "coast", by: "moved")
            let silent = try await program.run("serve", "coast")
            #expect(silent.exit == 69 && silent.err.contains("nothing was heard from north-border"), "\(silent.all)")
            let first = try await north.serve()
            let second = try await coast.serve()
            try await rotate(program)
            #expect(try await outcome(program) == "hits")
            #expect(try await program.run("audit", "checkpoint", "coast", "--cosign").exit == 0)
            for node in [first, second] { try await node.end(SIGTERM) }
            // It was heard once; from then on it is a node like any other.
            #expect(try await program.run("user", "list", "coast").exit == 0)
            #expect(try await program.run("audit", "verify", "coast/log").exit == 0)
        }
    }

    @Test func whatIsNotTheBackupIsRefusedByName() async throws {
        try await withTemporaryFolder { folder in
            let program = try Program(in: folder)
            _ = try await nodes(program)
            #expect(try await program.run("backup", "coast", "good").exit == 0)
            #expect(try await program.run("backup", "north", "other").exit == 0)
            let hostile: [(line: String, place: String, words: String)] = [
                ("truncate -s -1 bad/vault.sqlite", "bad/vault.sqlite", "not the file that was backed up"),
                (
                    "printf x | dd of=bad/vault.sqlite bs=1 seek=5000 conv=notrunc 2>&1", "bad/vault.sqlite",
                    "not the file"
                ),
                ("printf x | dd of=bad/keyring bs=1 seek=40 conv=notrunc 2>&1", "bad/keyring", "not the file"),
                ("printf x >> bad/comity.json", "bad/comity.json", "not the file"),
                ("rm bad/card.json", "bad/card.json", "it is not there"),
                ("rm bad/card.json && ln -s /etc/hostname bad/card.json", "bad/card.json", "a link"),
                ("mv bad/policies p && ln -s ../p bad/policies", "bad/policies", "does not know of it"),
                ("mkfifo bad/pipe", "bad/pipe", "does not know of it"),
                ("echo x > bad/log/extra", "bad/log/extra", "does not know of it"),
                ("sed -i 's|  card.json|  ../card.json|' bad/SHA256SUMS", "bad/SHA256SUMS", "not the file"),
                ("rm bad/MANIFEST", "bad", "no MANIFEST"),
                ("sed -i 's/^comity backup v1/comity backup v9/' bad/MANIFEST", "bad/MANIFEST", "its format v9"),
                ("sed -i 's/^program .*/program 9.9.9/' bad/MANIFEST", "bad/MANIFEST", "another node made it"),
                // All of another node's but the keys: whole by its digests, and signed by nobody who is in it.
                (
                    """
                    cp other/MANIFEST other/vault.sqlite bad/; cd bad; rm SHA256SUMS MANIFEST
                    find . -type f | sed 's|^./||' | LC_ALL=C sort | xargs sha256sum > SHA256SUMS
                    (sed -n 1,5p ../good/MANIFEST; echo files $(wc -l < SHA256SUMS); sed -n 7p ../good/MANIFEST;
                    sha256sum SHA256SUMS; sed -n '9,$p' ../good/MANIFEST) > MANIFEST
                    """, "bad/MANIFEST", "another node made it"
                ),
            ]
            for (line, place, words) in hostile {
                #expect(try await program.shell("rm -rf bad p; cp -r good bad").exit == 0)
                let spoiled = try await program.shell(line)
                #expect(spoiled.exit == 0, "\(line): \(spoiled.all)")
                let ran = try await restore(program, "bad", "back", "--json")
                #expect(ran.exit == 65, "\(line): \(ran.all)")
                let error = try #require(ran.error, "\(line): \(ran.all)")
                #expect((error["where"] as? String)?.hasSuffix(place) == true, "\(line): \(ran.out)")
                #expect(ran.out.contains(words), "\(line): \(ran.out)")
                for left in ["back", ".back.restoring"] {
                    #expect(!FileManager.default.fileExists(atPath: program.path(left)), "\(line)")
                }
                let tested = try await program.run("backup", "coast", "--test", "bad")
                #expect(tested.exit == 65, "\(line): \(tested.all)")
            }
            try program.write("another passphrase", to: "wrong")
            let wrong = try await program.run(
                ["restore", "good", "back", "--passphrase-file", "wrong"] + Self.people
            )
            #expect(wrong.exit == 64 && wrong.err.contains("does not open the keyring of this backup"), "\(wrong.all)")
            let onto = try await restore(program, "good", "north")
            #expect(onto.exit == 64 && onto.err.contains("there is a node already; nothing was changed"), "\(onto.all)")
            let alone = try await program.run(
                "restore",
                "good",
                "back",
                "--passphrase-file",
                "pass",
                "--as",
                "operator"
            )
            #expect(alone.exit == 64 && alone.err.contains("takes two people"), "\(alone.all)")
            #expect(try await restore(program, "good", "back").exit == 0, "and the backup itself can be")
        }
    }

    @Test func whatIsKilledIsThereWhollyOrNotAtAll() async throws {
        try await withTemporaryFolder { folder in
            let program = try Program(in: folder)
            let (_, coast) = try await nodes(program)
            try program.write(rows(1_000), to: "many.csv")
            #expect(try await program.run("records", "import", "coast", "many.csv", "--dataset", "many").exit == 0)
            var generator = SplitMix64.announced("kill -9 of a backup", fallback: 0xBAC0)
            let log = folder.appendingPathComponent("killed.log")
            var (whole, restored) = (0, 0)
            let kills = 5
            for number in 0..<kills {
                // The node itself is killed while it writes.
                let running = try await coast.serve()
                let backup = Task { try await program.run("backup", "coast", "copy\(number)") }
                try await Task.sleep(for: .milliseconds(Int.random(in: 5...2_000, using: &generator)))
                try await running.end(SIGKILL)
                _ = try await backup.value
                let isThere = FileManager.default.fileExists(atPath: program.path("copy\(number)"))
                whole += isThere ? 1 : 0
                if !isThere { #expect(try await program.run("backup", "coast", "copy\(number)").exit == 0) }
                let tested = try await program.run("backup", "coast", "--test", "copy\(number)")
                #expect(tested.exit == 0, "\(number): \(tested.all)")
                #expect(try await program.run("audit", "verify", "coast/log").exit == 0)
            }
            for number in 0..<kills {
                let arguments = ["restore", "copy0", "back", "--new-log", "--passphrase-file", "pass"] + Self.people
                let running = try program.start(arguments, log: log)
                try await Task.sleep(for: .milliseconds(Int.random(in: 5...2_500, using: &generator)))
                try await running.end(SIGKILL)
                if FileManager.default.fileExists(atPath: program.path("back")) {
                    restored += 1
                } else {
                    let ran = try await program.run(arguments)
                    #expect(ran.exit == 0, "\(number): \(ran.all)")
                }
                let list = try await program.run("user", "list", "back", "--passphrase-file", "pass")
                #expect(list.exit == 0 && list.out.contains("ines"), "\(number): \(list.all)")
                #expect(try await program.run("audit", "verify", "back/log").exit == 0)
                #expect(!FileManager.default.fileExists(atPath: program.path(".back.restoring")))
                try FileManager.default.removeItem(atPath: program.path("back"))
            }
            print("kill -9: \(kills) of a backup, \(whole) whole; \(kills) of a restore, \(restored) whole")
        }
    }

    private func rows(_ count: Int) -> String {
        "id,full_name,birth_date,phone,subject_category,handling,originator\n"
            + (0..<count).map {
                "m\($0),Person Number\($0),1970-01-01,+49151\(2_000_000 + $0),suspect,H1,sound-coast\n"
            }
            .joined()
    }
}
