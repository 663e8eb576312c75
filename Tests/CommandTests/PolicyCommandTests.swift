// The policy commands as a person calls them: streams, exit codes, places, pointers, and hostile input.
import Foundation
import NodeTesting
import Testing

@Suite struct PolicyCommandTests {
    private static let request: [String: String] = [
        "stage": "\"question\"", "side": "\"asker\"", "at": "\"2026-03-02T09:00:00Z\"", "asker": "\"north-border\"",
        "holder": "\"sound-coast\"", "agreement": "\"narrow-sea\"", "purpose": "\"investigate\"",
        "legal_basis": "\"UN-SOM\"", "offence": "\"migrant-smuggling\"", "urgency": "\"normal\"",
        "key_kinds": "[\"phone\"]", "key_count": "4",
    ]

    private static func text(_ changes: [String: String?] = [:]) -> String {
        let members = request.merging(changes.mapValues { $0 ?? "" }) { $1 }.filter { !$0.value.isEmpty }
        return "{" + members.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", ")
            + "}"
    }

    /// The shipped policies in `policies`.
    private func with(_ body: (Program) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let program = try Program(in: folder)
            _ = try await CommandNode.north(program)
            try FileManager.default.copyItem(atPath: program.path("north/policies"), toPath: program.path("policies"))
            try await body(program)
        }
    }

    private func change(_ file: String, _ old: String, _ new: String, _ program: Program) throws {
        let text = try String(contentsOfFile: program.path(file), encoding: .utf8)
        try #require(text.contains(old))
        try program.write(text.replacing(old, with: new), to: file)
    }

    @Test func helpShowsTwoExamplesAndTheExitCodes() async throws {
        try await withTemporaryFolder { folder in
            let program = try Program(in: folder)
            for command in ["check", "test", "decide", "explain", "diff"] {
                let help = try await program.run("policy", command, "--help")
                #expect(help.exit == 0)
                #expect(help.out.components(separatedBy: "  comity policy \(command) ").count >= 3, "\(command)")
                #expect(help.out.contains("EXIT CODES"), "\(command)")
            }
        }
    }

    @Test func checkWarnsAndStillEndsWell() async throws {
        try await with { program in
            let clean = try await program.run("policy", "check", "policies", "--at", "2026-03-02T09:00:00Z")
            #expect(clean.exit == 0 && clean.out.isEmpty && clean.err.contains("policies: ok"))
            let late = try await program.run("policy", "check", "policies", "--at", "2035-06-01T00:00:00Z")
            #expect(late.exit == 0 && late.err.contains("1 warning"))
            #expect(late.out.hasPrefix("agreements/narrow-sea.yaml:6:8: warning: expired: "))
            let json = try await program.run("policy", "check", "policies", "--at", "2035-06-01T00:00:00Z", "--json")
            let problems = try #require(json.json?["problems"] as? [[String: Any]])
            #expect(problems.map { $0["code"] as? String } == ["expired"])
            #expect(problems.first?["severity"] as? String == "warning" && problems.first?["line"] as? Int == 6)
        }
    }

    @Test func explainSaysWhyNot() async throws {
        try await with { program in
            try program.write(Self.text(["purpose": "\"asylum\""]), to: "gate.json")
            let gate = try await program.run("policy", "explain", "--policies", "policies", "--request", "gate.json")
            #expect(gate.exit == 1 && gate.out.contains("builtin/purpose-out-of-scope"))
            #expect(
                gate.out.contains("permit XV/may-ask did not fire: the purpose: asylum, where the rule asks for one of")
            )
            #expect(gate.out.contains("(jurisdictions/XV.yaml:8:9)"))

            try change("policies/jurisdictions/XV.yaml", "purpose: [detect, investigate,", "purpose: [detect,", program)
            try program.write(Self.text(), to: "request.json")
            let plain = try await program.run(
                "policy",
                "explain",
                "--policies",
                "policies",
                "--request",
                "request.json"
            )
            #expect(plain.exit == 1 && plain.err.isEmpty)
            #expect(plain.out.contains("no permit of the deciding country's law, because\n  XV/may-ask lacks\n"))
            #expect(plain.out.contains("the purpose: investigate, where one of detect, prosecute"))
            let decide = try await program.run(
                "policy",
                "decide",
                "--policies",
                "policies",
                "--request",
                "request.json"
            )
            #expect(decide.exit == 1 && plain.out.hasPrefix(decide.out))
            let json = try await program.run(
                "policy",
                "explain",
                "--policies",
                "policies",
                "--request",
                "request.json",
                "--json"
            )
            let missing = try #require(json.json?["missing_permits"] as? [[String: Any]])
            #expect(json.exit == 1 && missing.first?["rule"] as? String == "XV/may-ask")
            try program.write(Self.text() + "\n" + Self.text(["purpose": nil]) + "\n", to: "all.jsonl")
            let lines = try await program.run("policy", "explain", "--policies", "policies", "--request", "all.jsonl")
            #expect(lines.exit == 65 && lines.out.split(separator: "\n").count == 2)
            #expect(lines.out.contains("all.jsonl:2:2#/purpose"))
        }
    }

    @Test func diffListsWhatIsDecidedDifferently() async throws {
        try await with { program in
            try FileManager.default.copyItem(atPath: program.path("policies"), toPath: program.path("next"))
            let same = try await program.run("policy", "diff", "policies", "next", "--exit-code", "--json")
            #expect(same.exit == 0 && (same.json?["changes"] as? [Any])?.isEmpty == true)
            #expect((same.json?["compared"] as? Int ?? 0) > 1_000)
            try change("next/agreements/narrow-sea.yaml", "{at_least: H3}", "{at_least: H2}", program)
            let plain = try await program.run("policy", "diff", "policies", "next")
            #expect(plain.exit == 0 && plain.out.contains("new: refuse by narrow-sea/no-h3"))
            let json = try await program.run("policy", "diff", "policies", "next", "--json", "--exit-code")
            let changes = try #require(json.json?["changes"] as? [[String: Any]])
            #expect(json.exit == 1 && !changes.isEmpty)
            #expect(changes.allSatisfy { Set($0.keys) == ["request", "old", "new"] })
            try program.write("format: 1\n", to: "next/vocabulary.yaml")
            #expect(try await program.run("policy", "diff", "policies", "next").exit == 65)
        }
    }

    @Test func aFaultOfARequestIsNamedByItsPointer() async throws {
        try await with { program in
            for (key, value, pointer) in [
                ("purpose", "\"curiosity\"", "/purpose"), ("key_kinds", "[\"phone\", \"shoe\"]", "/key_kinds/1"),
                ("colour", "1", "/colour"), ("key_count", "\"4\"", "/key_count"),
                ("question", "{\"origin\": [\"XS\", \"xs\"]}", "/question/origin/1"),
            ] {
                try program.write(Self.text([key: value]), to: "bad.json")
                let json = try await program.run(
                    "policy",
                    "decide",
                    "--policies",
                    "policies",
                    "--request",
                    "bad.json",
                    "--json"
                )
                let place = try #require(json.error?["where"] as? String, "\(key)")
                #expect(json.exit == 65 && place.hasPrefix("bad.json:1:") && place.hasSuffix("#" + pointer), "\(place)")
            }
            try program.write(Self.text(["agreement": nil]), to: "bad.json")
            let plain = try await program.run("policy", "decide", "--policies", "policies", "--request", "bad.json")
            #expect(plain.exit == 65 && plain.out.isEmpty && plain.err.contains("#/agreement)"))
        }
    }

    @Test func hugeAndEndlessInputEndsWithANamedError() async throws {
        try await with { program in
            try program.write("", to: "large.json")
            #expect(truncate(program.path("large.json"), 300 << 20) == 0)
            for request in ["large.json", "/dev/zero"] {
                // Four gigabytes of addresses are all that the program may have.
                let ran = try await program.shell(
                    "ulimit -v 4000000; comity policy decide --policies policies --request \(request)"
                )
                #expect(ran.exit == 65 && ran.err.contains("longer than"), "\(request): \(ran.err)")
            }
            try FileManager.default.createSymbolicLink(
                atPath: program.path("policies/agencies/zero.yaml"),
                withDestinationPath: "/dev/zero"
            )
            let checked = try await program.run("policy", "check", "policies")
            #expect(checked.exit == 1 && checked.out.contains("agencies/zero.yaml:1:1: error: syntax: "))
        }
    }

    /// Each error has its place, its reason and an act, for people and in the document, with one fault as with many.
    @Test func everyErrorSaysWhyAndWhatToDo() async throws {
        try await with { program in
            try program.write(Self.text(), to: "request.json")
            try program.write(Self.text(["agreement": nil]), to: "one.json")
            try program.write("{\"stage\": \"question\"}", to: "many.json")
            try program.write("format: 1\ncases: 1\n", to: "cases.yaml")
            let decide = ["policy", "decide", "--policies", "policies", "--request"]
            let calls: [(words: [String], exit: Int32, because: String, remedy: String)] = [
                (decide + ["absent/no.json"], 65, "it does not exist", "ls ."),
                (decide + ["policies"], 65, "it is a folder", "ls policies, and name a file in it"),
                (decide + ["absent.jsonl"], 65, "it does not exist", "ls ."),
                (decide + ["one.json"], 65, "agreement is required at stage question", "mend one.json"),
                (decide + ["many.json"], 65, "all of these are wrong:", "mend many.json"),
                (["policy", "check", "absent"], 65, "it does not exist", "ls ."),
                (["policy", "check", "one.json"], 65, "it is not a folder", "ls -l one.json"),
                (
                    ["policy", "test", "policies", "--cases", "cases.yaml"], 65, "cases must be a list",
                    "mend cases.yaml"
                ),
                (decide + ["request.json", "--at", "noon"], 64, "it takes a day", "--at 2026-03-02T09:00:00Z"),
                (decide + ["request.json", "--lang", "english"], 64, "name the languages", "--lang en"),
                (decide + ["request.json", "--side", "both"], 64, "decides for itself", "--side holder"),
                (["policy", "decide", "--policies", "policies"], 64, "needs both", "--policies FOLDER"),
            ]
            for call in calls {
                let plain = try await program.run(call.words)
                #expect(plain.exit == call.exit && plain.out.isEmpty, "\(call.words): \(plain.all)")
                let lines = plain.err.split(separator: "\n")
                #expect(lines.contains { $0.hasPrefix("because ") && $0.contains(call.because) }, "\(plain.err)")
                #expect(lines.last?.hasPrefix("try: " + call.remedy) == true, "\(plain.err)")
                let json = try await program.run(call.words + ["--json"])
                #expect((json.error?["because"] as? String)?.contains(call.because) == true, "\(json.out)")
                #expect((json.error?["remedy"] as? String)?.hasPrefix(call.remedy) == true, "\(json.out)")
            }
            // A line of many says why, too.
            try program.write(Self.text(["agreement": nil]) + "\n", to: "all.jsonl")
            let line = try await program.run(decide + ["all.jsonl"])
            #expect(line.out.contains(#""because":"agreement is required at stage question""#), "\(line.out)")
        }
    }

    @Test func whatIsCutCanBeSeenWhole() async throws {
        try await with { program in
            let kinds = (0..<30).map { "\"kind-\($0)\"" }.joined(separator: ", ")
            try program.write(Self.text(["key_kinds": "[\(kinds)]"]), to: "many.json")
            let decide = ["policy", "decide", "--policies", "policies", "--request", "many.json"]
            let cut = try await program.run(decide)
            #expect(cut.err.contains("  and 10 more (--all)\n") && !cut.err.contains("#/key_kinds/29"), "\(cut.err)")
            let all = try await program.run(decide + ["--all"])
            #expect(!all.err.contains("(--all)") && all.err.contains("#/key_kinds/29"), "\(all.err)")
        }
    }

    @Test func peopleReadTimesWithoutLettersAndProgramsByRFC3339() async throws {
        try await with { program in
            try program.write(Self.text(), to: "request.json")
            for command in ["decide", "explain"] {
                let call = ["policy", command, "--policies", "policies", "--request", "request.json"]
                let plain = try await program.run(call)
                #expect(plain.out.contains("(asker's side, question, 2026-03-02 09:00 UTC)"), "\(plain.out)")
                let json = try await program.run(call + ["--json"])
                #expect(json.out.contains("\"2026-03-02T09:00:00Z\""))
            }
        }
    }

    @Test(
        arguments: [
            (["polcy"], "policy", "comity policy --help"),
            (["policy", "decid"], "decide", "comity policy decide --help"),
            (["policy", "chekc", "policies"], "check", "comity policy check --help"),
            (["--json", "audit", "verfy", "north"], "verify", "comity audit verify --help"),
            (["rec", "import"], "records", "comity records --help"),
            (["peer", "Lovelace"], nil, "comity peer --help"),
        ] as [([String], String?, String)]
    )
    func aWrongCommandSuggestsTheNearOne(call: [String], near: String?, remedy: String) async throws {
        try await withTemporaryFolder { folder in
            let program = try Program(in: folder)
            let plain = try await program.run(call.filter { $0 != "--json" })
            #expect(plain.exit == 64 && plain.out.isEmpty)
            if let near {
                #expect(plain.err.contains("did you mean \"\(near)\"?"), "\(plain.err)")
            } else {
                #expect(!plain.err.contains("did you mean"), "\(plain.err)")
            }
            #expect(plain.err.contains("because its commands are ") && plain.err.hasSuffix("try: \(remedy)\n"))
            // The word may be a name that somebody forgot to quote.
            #expect(!plain.err.contains("Lovelace"))
            let json = try await program.run(call + ["--json"])
            #expect(json.exit == 64 && json.error?["remedy"] as? String == remedy, "\(json.out)")
        }
    }
}
