// Exit codes and streams of CONTRACTS, command by command, on folders that no node serves.
import Foundation
import NodeTesting
import Testing
import Vault

@Suite struct ExitCodeTests {
    private func with(_ body: (Program) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in try await body(try Program(in: folder)) }
    }

    @Test func wrongWordsAreUsageAndJSONSaysSoInOneDocument() async throws {
        try await with { program in
            let calls = [
                ["nonsense"], ["init"], ["query", "nowhere", "--agreement"], ["user", "list", "nowhere"],
                ["records", "import", "nowhere", "x.csv", "--default", "handling"], ["peer", "revoke"],
                ["bench", "--only", "nothing", "--records", "100", "--seconds", "0"],
                ["audit", "prove", "nowhere"], ["serve", "nowhere", "--passphrase-file", "absent"],
            ]
            for call in calls {
                let plain = try await program.run(call)
                #expect(plain.exit == 64, "\(call): \(plain.err)")
                #expect(plain.out.isEmpty && !plain.err.isEmpty, "\(call)")
                if call[0] == "serve" { continue }
                let json = try await program.run(call + ["--json"])
                #expect(json.exit == 64, "\(call)")
                let error = try #require(json.error, "\(call): \(json.out)")
                #expect(
                    Set(error.keys).isSuperset(of: ["code", "text", "where", "remedy"]) && error["code"] as? Int == 64
                )
                #expect(json.err.isEmpty, "\(call)")
            }
        }
    }

    @Test func aWordForTheGroupArithmeticThatMeansNothingIsUsageAndDoctorNamesWhatComputes() async throws {
        try await with { program in
            _ = try await CommandNode.north(program)
            let bad = try await program.shell("COMITY_GROUP_BACKEND=abacus comity doctor north")
            #expect(bad.exit == 64 && bad.out.isEmpty)
            #expect(bad.err.contains("COMITY_GROUP_BACKEND names no group arithmetic of this machine"))
            for word in ["auto", "libsodium", "scalar", "avx2", "ifma"] { #expect(bad.err.contains(word), "\(word)") }
            let json = try await program.shell("COMITY_GROUP_BACKEND=abacus comity doctor north --json")
            #expect(json.exit == 64 && json.error?["code"] as? Int == 64)
            let named = try await program.shell("COMITY_GROUP_BACKEND=libsodium comity doctor north")
            #expect(named.out.contains("blinded points are computed by libsodium"))
        }
    }

    @Test func initMakesANodeOnceAndSaysWhatItDid() async throws {
        try await with { program in
            let first = try await program.run(
                "init",
                "north",
                "--agency",
                "north-border",
                "--name",
                "Border",
                "--jurisdiction",
                "XV",
                "--json"
            )
            #expect(first.exit == 0 && first.err.isEmpty)
            #expect(first.json?["agency"] as? String == "north-border")
            let again = try await program.run(
                "init",
                "north",
                "--agency",
                "north-border",
                "--name",
                "Border",
                "--jurisdiction",
                "XV"
            )
            #expect(again.exit == 64 && again.out.isEmpty && again.err.contains("nothing was changed"))
            let mode =
                try FileManager.default.attributesOfItem(atPath: program.path("north"))[.posixPermissions] as? Int
            #expect(mode == 0o700)
            for (flag, value) in [("--agency", "North"), ("--jurisdiction", "Varnia"), ("--listen", "here")] {
                var call = ["init", "other", "--agency", "north-border", "--name", "B", "--jurisdiction", "XV"]
                if let at = call.firstIndex(of: flag) { call[at + 1] = value } else { call += [flag, value] }
                let refused = try await program.run(call)
                #expect(refused.exit == 64 && refused.err.contains(flag), "\(flag): \(refused.err)")
                #expect(!FileManager.default.fileExists(atPath: program.path("other")))
            }
            try FileManager.default.createDirectory(atPath: program.path("bad"), withIntermediateDirectories: false)
            try program.write("format: 1\nbroken", to: "bad/vocabulary.yaml")
            let bad = try await program.run(
                "init",
                "other",
                "--agency",
                "north-border",
                "--name",
                "B",
                "--jurisdiction",
                "XV",
                "--policies",
                "bad"
            )
            #expect(bad.exit == 65 && bad.err.contains("no node was made"))
            #expect(!FileManager.default.fileExists(atPath: program.path("other")))
        }
    }

    @Test func aFolderWithoutANodeIsWorkedOnDirectlyAndSaysSo() async throws {
        try await with { program in
            _ = try await CommandNode.north(program)
            let added = try await program.run("user", "add", "north", "amina", "--role", "analyst")
            #expect(added.exit == 0 && added.out.hasPrefix("amina is analyst\none-time code for the console"))
            #expect(added.err == "no node runs on \(program.path("north")); working on its folder directly\n")
            let list = try await program.run("user", "list", "north", "--json")
            let users = try #require(list.json?["users"] as? [[String: Any]])
            #expect(users.map { $0["name"] as? String } == ["amina", "operator"])
            let wrong = try await program.run("user", "add", "north", "Amina", "--role", "analyst")
            #expect(wrong.exit == 64 && wrong.err.contains("no account name"))
            let role = try await program.run("user", "add", "north", "amina", "--role", "king")
            #expect(role.exit == 64 && role.err.contains("analyst, approver, officer, operator"))
            try program.write("correct horse battery\n", to: "other-passphrase")
            let closed = try await program.run("user", "list", "north", "--passphrase-file", "other-passphrase")
            #expect(closed.exit == 64 && closed.err.contains("does not open the keyring"))
            #expect(!closed.all.contains("correct horse"))
        }
    }

    @Test func twoProcessesNeverOpenOneFolder() async throws {
        try await with { program in
            _ = try await CommandNode.north(program)
            let held = try #require(try FolderLock(folder: program.folder.appendingPathComponent("north")))
            for call in [["user", "list", "north"], ["doctor", "north"], ["serve", "north"]] {
                let refused = try await program.run(call)
                #expect(refused.exit == 69 && refused.err.contains("another process has this node open"), "\(call)")
            }
            held.release()
            #expect(try await program.run("user", "list", "north").exit == 0)
        }
    }

    @Test func aSocketThatAKilledNodeLeftBehindCostsNoTime() async throws {
        try await with { program in
            let north = try await CommandNode.north(program)
            let running = try await north.serve()
            let twice = try await program.run("serve", "north")
            #expect(twice.exit == 69 && twice.err.contains("this node is running already"))
            try await running.end(SIGKILL)
            #expect(FileManager.default.fileExists(atPath: program.path("north/node.sock")))
            func timed() async throws -> Duration {
                let start = ContinuousClock.now
                let list = try await program.run("user", "list", "north")
                #expect(list.exit == 0 && list.err.contains("working on its folder directly"))
                return start.duration(to: .now)
            }
            let behind = try await timed()
            try FileManager.default.removeItem(atPath: program.path("north/node.sock"))
            let free = try await timed()
            // The HTTP client's own patience is ten seconds; how busy the machine is, both tell alike.
            #expect(behind < free * 2 + .seconds(8), "\(behind) \(free)")
            let again = try await north.serve()
            try await again.end(SIGTERM)
        }
    }

    @Test func aFolderTooDeepForASocketsPathIsServedAllTheSame() async throws {
        try await with { program in
            let deep = String(repeating: "deep", count: 24)
            try FileManager.default.createDirectory(atPath: program.path(deep), withIntermediateDirectories: false)
            let node = try await CommandNode.make("\(deep)/n", agency: "north-border", jurisdiction: "XV", by: program)
            let running = try await node.serve()
            let list = try await program.run("user", "list", node.name)
            #expect(list.exit == 0 && !list.err.contains("working on its folder directly"))
            try await running.end(SIGTERM)
        }
    }

    @Test func badRowsAreNamedByPlaceAndTheOthersEnter() async throws {
        try await with { program in
            _ = try await CommandNode.coast(program)
            let bad = """
                id,full_name,birth_date,handling,subject_category
                c1,Youssef Chahine,1988-02-11,H1,suspect
                c2,Ivan Petrov,1979-05-03,Sommer,suspect
                c1,Greta Sommer,1980-01-05,H1,suspect
                c4,Greta Sommer,1980-01-05
                c5,"Kerstin, Almqvist",1999-12-11,H1,suspect

                """
            try program.write(bad, to: "rows.csv")
            let json = try await program.run("records", "import", "coast", "rows.csv", "--json")
            #expect(json.exit == 65)
            let document = try #require(json.json)
            #expect(document["created"] as? Int == 2 && document["refused"] as? Int == 3)
            #expect((document["problems"] as? [String])?.count == 3)
            #expect((document["error"] as? [String: Any])?["code"] as? Int == 65)
            let plain = try await program.run("records", "import", "coast", "rows.csv")
            #expect(plain.exit == 65 && plain.out.contains("0 created, 0 changed, 2 unchanged, 3 not imported"))
            for place in ["rows.csv:3:", "rows.csv:4:1", "rows.csv:5:1"] {
                #expect(plain.err.contains(place), "\(place)")
            }
            #expect(plain.err.contains("handling") && plain.shown == [] && json.shown == [])
            try program.write("id,full_name\nc9,\"Youssef Chahine\n", to: "cut.csv")
            let cut = try await program.run("records", "import", "coast", "cut.csv")
            #expect(cut.exit == 65 && cut.err.contains("cut.csv:2:") && cut.err.contains("nothing was imported"))
            #expect(cut.shown == [])
            let missing = try await program.run("records", "import", "coast", "absent.csv", "--json")
            #expect(missing.exit == 65 && missing.error?["where"] as? String == "absent.csv")
            let doctor = try await program.run("doctor", "coast")
            #expect(doctor.all.contains("2 records"))
        }
    }

    @Test func aCardIsTrustedOnlyWithItsOwnFingerprint() async throws {
        try await with { program in
            let north = try await CommandNode.north(program)
            let coast = try await CommandNode.coast(program)
            let card = try await program.run("peer", "card", "coast")
            #expect(card.exit == 0 && card.err.hasPrefix("fingerprint: "))
            try program.write(card.out, to: "coast.card")
            let shown = try await program.run("peer", "add", "north", "coast.card")
            #expect(shown.exit == 1 && shown.err.contains("not a peer yet") && shown.out.isEmpty)
            let fingerprint = try #require(card.err.split(separator: ": ").last).trimmingCharacters(in: .newlines)
            #expect(shown.err.contains(fingerprint))
            let other = (fingerprint.first == "0" ? "1" : "0") + fingerprint.dropFirst()
            let wrong = try await program.run("peer", "add", "north", "coast.card", "--confirm", other)
            #expect(wrong.exit == 1 && wrong.err.contains("nothing was changed"))
            #expect(try await program.run("peer", "list", "north", "--json").out.contains("sound-coast") == false)
            var bytes = Array(card.out.utf8)
            bytes[bytes.count / 2] ^= 1
            try Data(bytes).write(to: program.folder.appendingPathComponent("changed.card"))
            for (file, code) in [("changed.card", 65), ("rows.csv", 65), ("north", 65)] {
                let bad = try await program.run("peer", "add", "north", file, "--confirm", fingerprint, "--json")
                #expect(bad.exit == Int32(code) && bad.error?["code"] as? Int == code, "\(file): \(bad.out)")
            }
            let own = try await program.run("peer", "card", "north")
            try program.write(own.out, to: "own.card")
            #expect(try await program.run("peer", "add", "north", "own.card").exit == 1)
            try await north.trust(coast)
            #expect(
                try await program.run("peer", "list", "north").out.contains(
                    "sound-coast  https://127.0.0.1:\(coast.peerPort)  trusted"
                )
            )
            #expect(try await program.run("peer", "revoke", "north", "sound-coast").exit == 1)
            let revoked = try await program.run("peer", "revoke", "north", "sound-coast", "--confirm", "sound-coast")
            #expect(revoked.exit == 0 && revoked.out == "sound-coast is revoked\n")
            #expect(try await program.run("peer", "list", "north").out.contains("revoked"))
        }
    }

    @Test func aQuestionNobodyCanBeReachedForIs69AndOneOwnPolicyRefusesIs1() async throws {
        try await with { program in
            let north = try await CommandNode.north(program)
            let coast = try await CommandNode.coast(program)
            let nobody = try await program.run(Texts.asked + Texts.youssef)
            #expect(nobody.exit == 64 && nobody.err.contains("nobody may do this yet"))
            _ = try await program.run("user", "add", "north", "amina", "--role", "analyst")
            try await north.trust(coast)
            let unreachable = try await program.run(Texts.asked + Texts.youssef + ["--json"])
            #expect(unreachable.exit == 69)
            let document = try #require(unreachable.json)
            let asked = try #require((document["asked"] as? [[String: Any]])?.first)
            #expect(asked["outcome"] as? String == "unreachable" && asked["peer"] as? String == "sound-coast")
            #expect((document["error"] as? [String: Any])?["code"] as? Int == 69)
            var purpose = Texts.asked + Texts.youssef + ["--json"]
            if let at = purpose.firstIndex(of: "investigate") { purpose[at] = "asylum" }
            let refused = try await program.run(purpose)
            #expect(refused.exit == 1)
            let word = (refused.json?["asked"] as? [[String: Any]])?.first?["outcome"] as? String
            #expect(word == "refused" && refused.json?["error"] == nil)
            for call in [
                ["query", "north", "--json"], Texts.asked + ["--json"],
                Texts.asked + ["--field", "full_name", "--json"], Texts.asked + ["--field", "colour=red", "--json"],
                Texts.asked + ["--file", "a.csv", "--field", "phone=1", "--json"],
            ] {
                let usage = try await program.run(call)
                #expect(usage.exit == 64 && usage.error != nil, "\(call)")
            }
            try program.write("id,full_name,birth_date\nr1,\"Yusuf Sahin,1988-02-11\n", to: "asked.csv")
            let rows = try await program.run(Texts.asked + ["--file", "asked.csv", "--json"])
            #expect(rows.exit == 65 && (rows.error?["where"] as? String)?.hasPrefix("asked.csv:2:") == true)
            #expect(rows.shown == [])
            let nothing = try await program.run(Texts.asked + ["--field", "full_name=Yusuf Sahin", "--json"])
            #expect(nothing.exit == 65 && nothing.error?["where"] as? String == "--field")
            for ran in [unreachable, refused, nothing] { #expect(ran.shown == []) }
            let dry = try await program.run(Texts.asked + Texts.youssef + ["--dry-run"])
            #expect(dry.exit == 0 && dry.out.contains("would-ask"))
            let unread = try await program.run(
                Texts.asked + Texts.youssef + ["--field", "imo=9074720", "--dry-run"]
            )
            #expect(unread.exit == 0 && unread.err.contains("imo was not read, so not asked: check digit"))
            #expect(!unread.out.contains("9074720") && !unread.err.contains("9074720"))
            let illegible = try await program.run(Texts.asked + ["--field", "phone=015124427727"])
            #expect(illegible.exit == 65 && illegible.err.contains("phone: no region"))
            #expect(!illegible.err.contains("015124427727"))
        }
    }

    @Test func aChangedFolderDecidesOnceItIsActivated() async throws {
        try await with { program in
            let north = try await CommandNode.north(program)
            let file = program.folder.appendingPathComponent("north/policies/agreements/narrow-sea.yaml")
            let good = try Data(contentsOf: file)
            let line = good.count { $0 == 0x0A } + 1
            try Data((String(decoding: good, as: UTF8.self) + "surprise: 1\n").utf8).write(to: file)
            let direct = try await program.run("user", "list", "north")
            #expect(
                direct.exit == 0 && direct.err.contains("is not what decides")
                    && direct.err.contains("narrow-sea.yaml:")
            )
            let running = try await north.serve()
            let log = try program.text("north.log")
            #expect(log.contains("is not what decides, and cannot be activated") && log.contains("narrow-sea.yaml:"))
            let doctor = try await program.run("doctor", "north", "--json")
            #expect(doctor.exit == 1)
            let checks = try #require(doctor.json?["checks"] as? [[String: Any]])
            #expect(checks.contains { $0["name"] as? String == "policies" && $0["state"] as? String == "failed" })
            let refused = try await program.run("policy", "activate", "north", "--json")
            let place = try #require(refused.error?["where"] as? String)
            #expect(refused.exit == 65 && place.hasSuffix("north/policies/agreements/narrow-sea.yaml:\(line):1"))
            #expect(try await program.run("policy", "status", "north").exit == 1)
            // What is sound decides once it is activated, and no sooner.
            try Data((String(decoding: good, as: UTF8.self) + "# another text\n").utf8).write(to: file)
            #expect(try await program.run("doctor", "north").out.contains("nobody activated it"))
            let status = try await program.run("policy", "status", "north", "--json")
            let folder = try #require(status.json?["folder"] as? [String: Any])
            #expect(status.exit == 0 && status.json?["by"] as? String == "system")
            #expect(folder["state"] as? String == "differs" && folder["changes"] as? Int == 0)
            let activated = try await program.run("policy", "activate", "north", "--as", "operator")
            #expect(activated.exit == 0 && activated.out.contains("agreements with another text: narrow-sea"))
            #expect(activated.out.contains("by operator at"), "\(activated.all)")
            #expect(try await program.run("policy", "activate", "north").out.hasPrefix("in force already"))
            try await running.end(SIGTERM)
            let after = try await north.serve()
            #expect(try await program.run("doctor", "north").exit == 0)
            #expect(try await program.run("policy", "status", "north").out.contains(" by operator"))
            try await after.end(SIGTERM)
        }
    }

    @Test func auditCommandsKeepTheirCodes() async throws {
        try await with { program in
            _ = try await CommandNode.north(program)
            let verified = try await program.run("audit", "verify", "north/log", "--json")
            #expect(verified.exit == 0 && verified.json?["ok"] as? Bool == true && verified.err.isEmpty)
            #expect(verified.json?["trusted"] as? Bool == false)
            let nothing = try await program.run("audit", "verify", "nowhere", "--json")
            #expect(nothing.exit == 1 && nothing.json?["ok"] as? Bool == false)
            #expect(
                try await program.run("audit", "verify", "north/log", "--key", "nonsense", "--json").error?["code"]
                    as? Int == 65
            )
            let list = try await program.run("audit", "list", "north", "--json")
            #expect(list.exit == 0 && list.out.contains("policy.activated"))
            let checkpoint = try await program.run("audit", "checkpoint", "north")
            #expect(checkpoint.exit == 0 && checkpoint.out.hasPrefix("north-border/audit/1\n"))
            try program.write(checkpoint.out, to: "kept")
            #expect(try await program.run("audit", "verify", "north/log", "--kept", "kept").exit == 0)
            let proof = try await program.run("audit", "prove", "north", "1")
            #expect(proof.exit == 0)
            try program.write(proof.out, to: "one.tlog-proof")
            #expect(try await program.run("audit", "verify", "one.tlog-proof", "--key", "north/log/vkey").exit == 0)
            #expect(try await program.run("audit", "prove", "north", "99999").exit == 1)
            #expect(try await program.run("audit", "list", "nowhere").exit == 65)
        }
    }

    @Test func commandsWithoutANodeReadAndWriteCSV() async throws {
        try await with { program in
            let normalized = try await program.run(
                "normalize",
                "-",
                input: "kind,input\ndate,2026-02-30\nphone,+49 1512 441001\n"
            )
            #expect(normalized.exit == 0)
            let lines = normalized.out.split(separator: "\n")
            #expect(lines.first == "kind,input,canonical,reason" && lines.count == 3)
            #expect(lines[1].hasPrefix("date,2026-02-30,,") && lines[2] == "phone,+49 1512 441001,+491512441001,")
            #expect(try await program.run("normalize", "--kinds").out.split(separator: "\n").contains("wallet"))
            let header = try await program.run("normalize", "-", "--json", input: "a,b\n1,2\n")
            #expect(header.exit == 65 && header.error?["where"] as? String == "-:1:1")
            try program.write(Texts.records, to: "rows.csv")
            let keys = try await program.run("keys", "rows.csv")
            #expect(keys.exit == 0 && keys.out.hasPrefix("id,kind,key\n") && keys.err.contains("personal data"))
            _ = try await CommandNode.north(program)
            #expect(try await program.run("policy", "check", "north/policies", "--json").exit == 0)
            let tested = try await program.run("policy", "test", "north/policies")
            #expect(tested.exit == 0 && tested.out.hasSuffix(" passed, 0 failed\n"))
            #expect(try await program.run("policy", "check", "nowhere", "--json").error?["code"] as? Int == 65)
            let decided = try await program.run(
                "policy",
                "decide",
                "--policies",
                "north/policies",
                "--request",
                "absent",
                "--json"
            )
            #expect(decided.exit == 65 && decided.error != nil)
        }
    }

    @Test func everyCommandPrintsOneJSONDocument() async throws {
        try await with { program in
            let north = try await CommandNode.north(program)
            let coast = try await CommandNode.coast(program)
            try await north.trust(coast)
            try program.write(Texts.records, to: "rows.csv")
            try program.write("kind,input\nphone,+49 1512 441001\n", to: "inputs.csv")
            let request = """
                {"stage":"index","at":"2026-03-02T09:00:00Z","asker":"north-border","holder":"sound-coast",
                "agreement":"narrow-sea","record":{"subject":["suspect"],"handling":"H1","originator":"sound-coast"}}
                """
            try program.write(request, to: "request.json")
            let calls: [(arguments: [String], exit: Int32)] = [
                (["user", "add", "north", "amina", "--role", "analyst"], 0), (["user", "list", "north"], 0),
                (["peer", "card", "north"], 0), (["peer", "add", "north", "coast.card"], 1),
                (["peer", "list", "north"], 0),
                (["peer", "revoke", "north", "sound-coast"], 1), (["records", "import", "coast", "rows.csv"], 0),
                (["index", "build", "coast"], 0), (["index", "list", "coast"], 0), (["index", "fetch", "north"], 69),
                (["index", "rotate", "coast", "--agreement", "narrow-sea", "--asker", "north-border"], 1),
                (["index", "build", "coast", "--agreement", "elsewhere"], 64),
                (Texts.asked + Texts.youssef + ["--dry-run"], 0), (Texts.asked + Texts.youssef, 69),
                (["query", "north", "--show", "nothing"], 64), (["doctor", "north"], 0),
                (["audit", "verify", "north/log"], 0), (["audit", "list", "north"], 0),
                (["audit", "checkpoint", "north"], 0),
                (["audit", "prove", "north", "0"], 0), (["audit", "prove", "north", "--from", "0"], 0),
                (["audit", "prove", "north", "9999"], 1),
                (["normalize", "inputs.csv"], 0), (["normalize", "--kinds"], 0), (["keys", "rows.csv"], 0),
                (["policy", "check", "north/policies"], 0), (["policy", "test", "north/policies"], 0),
                (["policy", "decide", "--policies", "north/policies", "--request", "request.json"], 0),
                (["policy", "explain", "--policies", "north/policies", "--request", "request.json"], 0),
                (["policy", "diff", "north/policies", "north/policies"], 0),
                (["policy", "status", "north"], 0), (["policy", "activate", "north"], 0),
            ]
            for call in calls {
                let ran = try await program.run(call.arguments + ["--json"])
                #expect(ran.exit == call.exit, "\(call.arguments): \(ran.err)\(ran.out)")
                let document = try #require(ran.json, "\(call.arguments): \(ran.out)")
                if ran.exit >= 64 {
                    let error = try #require(ran.error, "\(call.arguments): \(ran.out)")
                    #expect(Set(error.keys).isSuperset(of: ["code", "text", "where", "remedy"]))
                    #expect(error["code"] as? Int32 == ran.exit)
                } else if ran.exit == 0 {
                    #expect(document["error"] == nil, "\(call.arguments)")
                }
            }
        }
    }

    @Test func everyCommandsHelpHasTwoExamples() async throws {
        try await with { program in
            var waiting: [[String]] = [[]]
            var leaves = 0
            while let command = waiting.popLast() {
                let help = try await program.run(command + ["--help"])
                #expect(help.exit == 0 && help.err.isEmpty, "\(command)")
                let names = Self.subcommands(in: help.out)
                waiting += names.map { command + [$0] }
                guard names.isEmpty else { continue }
                leaves += 1
                let words = command.joined(separator: " ")
                let text = help.out.lowercased()
                let (start, end) = (text.firstRange(of: "examples"), text.firstRange(of: "exit codes"))
                guard let start, let end, start.upperBound < end.lowerBound else {
                    Issue.record("comity \(words) --help has no examples before its exit codes")
                    continue
                }
                let examples = text[start.upperBound..<end.lowerBound].split(separator: "\n")
                    .map { $0.trimmingCharacters(in: .whitespaces) }.filter { $0.contains("comity \(words)") }
                #expect(examples.count >= 2, "comity \(words) --help")
            }
            #expect(leaves >= 20, "the walk found \(leaves) commands")
        }
    }

    /// Names under the headings of subcommands: two blanks, a word, blanks, words.
    private static func subcommands(in help: String) -> [String] {
        var names: [String] = []
        var isInside = false
        for line in help.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasSuffix("SUBCOMMANDS:") {
                isInside = true
            } else if !line.hasPrefix(" ") {
                isInside = line.isEmpty && isInside
            }
            let isEntry = line.hasPrefix("  ") && !line.hasPrefix("   ") && isInside
            guard isEntry, let name = line.split(separator: " ").first, name.allSatisfy({ $0.isLowercase || $0 == "-" })
            else {
                continue
            }
            if name != "help" { names.append(String(name)) }
        }
        return names
    }
}
