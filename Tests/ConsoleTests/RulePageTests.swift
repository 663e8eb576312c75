// Asking the rules through the pages: past decisions, decisions nobody asked for, what the folder would change.
import AuditLog
import Foundation
import NodeCore
import NodeTesting
import Testing

@testable import Console

@Suite struct RulePageTests {
    @Test func aPastDecisionIsExplainedUnderTheRulesOfItsDay() async throws {
        try await JobTests.with { it in
            _ = try await JobTests.ask(it.amina)
            let jonas = try await it.officer()
            let question = try #require(try await it.amina.get("/work").between("<a href=\"/questions/", "\""))
            let page = try await jonas.get("/policies/explain?id=\(question)")
            #expect(page.status == 200 && page.text.contains("We asked bravo"), "\(page.text)")
            #expect(page.text.contains("■ permitted") && page.text.contains("Every rule that was asked"))
            #expect(page.text.contains("agreements/shared.yaml:"), "with its place")
            let unknown = try await jonas.get("/policies/explain?id=11111111-1111-4111-8111-111111111111")
            #expect(unknown.status == 404 && unknown.text.contains("no decision of that id"))
            #expect(try await jonas.get("/policies/explain").status == 200)
            let read = try await it.alpha.leaves().filter { $0.event == "audit.read" }
            #expect(read.count == 2, "each look is an entry, a form is none")
        }
    }

    @Test func whoeverDecidesFindsTheWayToTheRules() async throws {
        try await JobTests.with { it in
            let page = try await JobTests.ask(it.amina)
            let hit = try #require(page.between("<td><a href=\"", "\"><code"))
            let token = try #require(try await it.amina.get(hit).formToken)
            let wish = [
                ("form_token", token), ("field", "full_name"), ("reason", "boarding planned"), ("confirmed", "yes"),
            ]
            #expect(
                try await it.lena.get("/queue").text.contains("<a href=\"/policies/explain\">"),
                "an empty queue, too"
            )
            try #require(try await it.amina.post(hit, wish).status == 303)
            let queue = try await it.lena.get("/queue")
            #expect(queue.text.contains("<a href=\"/policies/explain\">"))
            #expect(try await it.lena.get("/policies/explain").status == 200)
            let waiting = try #require(queue.between("<a href=\"/queue/", "\""))
            let decision = try await it.lena.get("/queue/\(waiting)")
            let link = try #require(decision.between("<a href=\"/policies/explain", "\""))
            let explained = try await it.lena.get("/policies/explain\(link)")
            #expect(explained.status == 200 && explained.text.contains("⧗ held"), "\(explained.text)")
            #expect(explained.text.contains("agreements/shared.yaml:"))
        }
    }

    @Test func whatIfDecidesAndKeepsNothing() async throws {
        try await JobTests.with { it in
            let jonas = try await it.officer()
            let before = try await it.alpha.leaves().count
            let asked =
                "/policies/what-if?decide=yes&stage=question&side=asker&agreement=shared&asker=alpha&holder=bravo"
                + "&legal_basis=TREATY&urgency=normal&key_kinds=phone&key_count=64"
            let permitted = try await jonas.get(asked + "&purpose=investigate")
            #expect(permitted.status == 200, "\(permitted.text)")
            #expect(permitted.text.contains("■ permitted") || permitted.text.contains("⧗ held"))
            let refused = try await jonas.get(asked + "&purpose=asylum")
            #expect(refused.text.contains("⊘ refused"))
            #expect(refused.text.contains("<option value=\"asylum\" selected>"), "what was chosen stays")
            let incomplete = try await jonas.get("/policies/what-if?decide=yes&stage=question")
            #expect(incomplete.status == 422 && incomplete.text.contains("no request that can be decided"))
            let number = try await jonas.get(asked + "&purpose=investigate&hit.score=x")
            #expect(number.status == 422)
            #expect(try await it.alpha.leaves().count == before, "nothing was asked, nothing is kept")
        }
    }

    @Test func theFolderIsComparedWithWhatDecides() async throws {
        try await JobTests.with { it in
            _ = try await JobTests.ask(it.amina)
            let jonas = try await it.officer()
            #expect(try await jonas.get("/policies/diff").text.contains("The folder is what decides"))
            let file = it.alpha.folder.policies.appendingPathComponent("agreements/shared.yaml")
            let text = try String(contentsOf: file, encoding: .utf8)
            let narrower = text.replacing("[investigate, prosecute]", with: "[prosecute]")
            try #require(narrower != text)
            try narrower.write(to: file, atomically: true, encoding: .utf8)
            let page = try await jonas.get("/policies/diff")
            #expect(page.status == 200)
            #expect(page.text.contains("nobody activated it") || page.text.contains("cannot be activated"))
            #expect(
                page.text.contains("Of 1 past decisions, made again, 1 would have come out otherwise"),
                "\(page.text)"
            )
            #expect(page.text.contains("Decided otherwise"))
            try "nonsense: [".write(to: file, atomically: true, encoding: .utf8)
            #expect(try await jonas.get("/policies/diff").text.contains("cannot be activated"))
        }
    }
}
