// Requests as people go on with them: what was taken out, who may not decide, what was asked back, what was asked for already.
import NodeTesting
import Testing

@testable import Console

@Suite struct FollowRequestPageTests {
    private static let cutting = TestPolicies.disclosing(approvals: 2)
        .adding(
            """
              - id: core
                effect: require
                stages: [disclosure]
                sides: [asker]
                source: TREATY Art. 8
                because: {en: Core data only.}
                obligations: {fields: [full_name, birth_date]}

            """,
            to: .jurisdiction("XA")
        )

    @Test func aRequestIsFollowedFromTheHitToTheQuestionBack() async throws {
        try await JobTests.with(policies: Self.cutting) { it in
            let page = try await JobTests.ask(it.amina)
            let hit = try #require(page.between("<td><a href=\"", "\"><code"))
            let form = try await it.amina.get(hit)
            let closed = try #require(form.between("<fieldset disabled>", "</fieldset>"))
            #expect(closed.contains("Core data only.") && closed.contains("value=\"phone\""))
            #expect(!closed.contains("value=\"full_name\""))
            #expect(form.text.contains("7 days to decide, or 8 hours") && !form.text.contains("asked for already"))

            // A form that was made by hand asks for more: it is cut, and that is said.
            let wish = [
                ("form_token", try #require(form.formToken)), ("field", "full_name"), ("field", "phone"),
                ("reason", "boarding planned"), ("confirmed", "yes"),
            ]
            let place = try #require(try await it.amina.post(hit, wish).location)
            let request = try await it.amina.get(place)
            let taken = try #require(request.between("<dt>Taken out by our own rules</dt>", "</dd>"))
            #expect(taken.contains("phone") && taken.contains("Core data only.") && taken.contains("TREATY Art. 8"))
            let again = try await it.amina.get(hit)
            let id = try #require(place.split(separator: "?").first)
            #expect(
                again.text.contains("asked for already") && again.text.contains("<a href=\"\(id)\">the request</a>")
            )

            let token = try #require(try await it.amina.get("/work").formToken)
            let nothing = try #require(try await it.amina.post("/fetch", [("form_token", token)]).location)
            #expect(try await it.amina.get(nothing).text.contains("nothing changed"))

            let waiting = try #require(try await it.lena.get("/queue").between("<a href=\"/queue/", "\""))
            let decision = try await it.lena.get("/queue/\(waiting)")
            for words in ["●●●", "Compared with a file by who asks", "in the usual time", "would leave today"] {
                #expect(decision.text.contains(words), "\(words)")
            }
            #expect(decision.text.contains("data-handling=\"Handling: H1\""), "on its print too")
            #expect(decision.text.contains("Parties tell each other what they know."), "rules as sentences")
            let approve = [
                ("form_token", try #require(decision.formToken)), ("act", "approve"),
                ("code-approve", it.code(it.lena)), ("seen", try #require(decision.seen)),
            ]
            #expect(try await it.lena.post("/queue/\(waiting)", approve).status == 303)
            let approved = try await it.lena.get("/queue/\(waiting)")
            #expect(approved.text.contains("1 of 2: lena") && approved.text.contains("You approved this already"))
            #expect(!approved.text.contains("value=\"approve\"") && approved.text.contains("value=\"refuse\""))

            let back = [
                ("form_token", try #require(approved.formToken)), ("act", "ask-back"),
                ("code-ask-back", it.code(it.lena)), ("question", "Which boat?"),
            ]
            #expect(try await it.lena.post("/queue/\(waiting)", back).status == 303)
            #expect(try await it.lena.get("/queue").text.contains("waits for the agency that asks"))
            it.clock.advance(seconds: 60)
            let one = try #require(try await it.amina.post("/fetch", [("form_token", token)]).location)
            #expect(try await it.amina.get(one).text.contains("1 request changed"))
            let asked = try await it.amina.get(String(id))
            #expect(asked.text.contains("Which boat?") && asked.text.contains("No message carries an answer"))
            #expect(asked.text.contains("<a href=\"\(hit)\">The hit this is about</a>"))
        }
    }

    @Test func whoAskedIsOfferedNoFormToDecideOnIt() async throws {
        let policies = TestPolicies.disclosing()
            .requiring("approvals: 1", at: "disclosure", sides: "asker", in: .jurisdiction("XA"))
        try await JobTests.with(policies: policies) { it in
            let ines = try await it.person("ines", ["analyst", "approver"])
            let hit = try #require(try await JobTests.ask(ines).between("<td><a href=\"", "\"><code"))
            let wish = [
                ("form_token", try #require(try await ines.get(hit).formToken)), ("field", "full_name"),
                ("reason", "boarding planned"), ("confirmed", "yes"),
            ]
            #expect(try await ines.post(hit, wish).status == 303)
            let waiting = try #require(try await ines.get("/queue").between("<a href=\"/queue/", "\""))
            let own = try await ines.get("/queue/\(waiting)")
            #expect(own.text.contains("somebody else has to decide") && !own.text.contains("name=\"act\""))
            let otto = try await it.person("otto", ["approver"])
            #expect(try await otto.get("/queue/\(waiting)").text.contains("value=\"approve\""))
        }
    }
}
