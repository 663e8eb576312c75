// A question that waits at the asker, between two real nodes: approved by somebody else, killed with its entry written and
// its answer not come, and after the restart sent again as it was.
import Foundation
import NodeTesting
import Testing

@Suite(.serialized) struct OwnQuestionTests {
    private static let rule = """
          - id: look-first
            effect: require
            stages: [question]
            sides: [asker]
            when: {urgency: urgent}
            source: EU-2016-680 Art. 4(1)
            because: {en: Somebody looks at what is asked in a hurry.}
            obligations: {approvals: 1}

        """

    @Test func aKillAtItsDepartureLosesNeitherTheApprovalNorTheQuestion() async throws {
        try await withTemporaryFolder { folder in
            let program = try Program(in: folder)
            let north = try await CommandNode.north(program)
            let coast = try await CommandNode.coast(program)
            let file = "north/policies/agencies/north-border.yaml"
            try program.write(try program.text(file) + Self.rule, to: file)
            try await north.activatePolicies()
            try await north.trust(coast)
            try await coast.trust(north)
            try program.write(Texts.records, to: "rows.csv")
            var asker = try await north.serve()
            let holder = try await coast.serve()
            for words in [
                ["user", "add", "north", "amina", "--role", "analyst"],
                ["user", "add", "north", "ines", "--role", "approver"],
                ["records", "import", "coast", "rows.csv"], ["index", "build", "coast", "--agreement", "narrow-sea"],
                ["index", "fetch", "north", "--as", "amina"],
            ] {
                let ran = try await program.run(words)
                try #require(ran.exit == 0, "\(words): \(ran.err)")
            }
            let dry = try await program.run(Texts.asked + Texts.youssef + ["--urgent", "--dry-run"])
            #expect(dry.exit == 0 && dry.out.contains("would be held here, 1 to approve it"))
            let held = try await program.run(Texts.asked + Texts.youssef + ["--urgent", "--json"])
            #expect(held.exit == 1, "nobody answered yet")
            let question = try #require(held.json?["query"] as? String)
            let part = try #require((held.json?["asked"] as? [[String: Any]])?.first)
            let id = try #require(part["id"] as? String)
            #expect(part["outcome"] as? String == "held" && part["heldHere"] as? Bool == true)

            let list = try await program.run("disclosure", "list", "north", "--open", "--as", "ines")
            #expect(list.out.contains("\(id)  held-here  question to sound-coast  due "))
            let approved = try await program.run("disclosure", "approve", "north", id, "--as", "ines")
            #expect(approved.exit == 0 && approved.err.contains("comity query north --show \(question)"))
            try await asker.end(SIGKILL)
            asker = try await north.serve()
            let waiting = try await program.run("disclosure", "show", "north", id, "--as", "ines")
            #expect(waiting.out.contains("\(id)  approved  question to sound-coast"))
            #expect(waiting.out.contains("full_name  Yusuf Sahin"))

            // The holder stands still: the asker waits for its index, which it fetches anew before the question leaves.
            kill(holder.id, SIGSTOP)
            let show = ["query", "north", "--show", question, "--as", "amina", "--json"]
            let cut = Task { try await program.run(show) }
            let end = ContinuousClock.now.advanced(by: .seconds(120))
            while try !CommandNode.isConnected(to: coast.peerPort), ContinuousClock.now < end {
                try await Task.sleep(for: .milliseconds(50))
            }
            try await asker.end(SIGKILL)
            // 0 where the machine is so slow that its own patience ran out first: no answer either.
            #expect([0, 69].contains(try await cut.value.exit))
            kill(holder.id, SIGCONT)
            asker = try await north.serve()
            let shown = try await program.run(show)
            let answer = try #require((shown.json?["asked"] as? [[String: Any]])?.first, "\(shown.all)")
            #expect(answer["outcome"] as? String == "hits" && answer["id"] as? String == id)
            #expect(try await entries("query.asked", id, "north", program) == 1)
            #expect(try await entries("query.received", id, "coast", program) == 1)
            try await asker.end(SIGTERM)
            try await holder.end(SIGTERM)
            for name in ["north", "coast"] {
                #expect(try await program.run("audit", "verify", "\(name)/log").exit == 0)
            }
            #expect(leaks(of: Texts.secrets, below: folder.appendingPathComponent("north")) == [])
        }
    }

    private func entries(_ event: String, _ id: String, _ name: String, _ program: Program) async throws -> Int {
        let ran = try await program.run("audit", "list", name, "--event", event, "--query", id, "--json")
        return (ran.json?["entries"] as? [[String: Any]])?.count ?? 0
    }
}
