// The whole job through the pages, without a browser: ask, hit, request, decide, receive, and what the log shows of it.
import AuditLog
import CanonicalJSON
import Foundation
import HTTPTypes
import NodeCore
import NodeTesting
import TestSupport
import Testing

@testable import Console

@Suite struct JobTests {
    static let records = """
        id,full_name,birth_date,phone,subject_category,handling,originator,source_reference
        b1,Youssef Chahine,1988-02-11,+491512441001,suspect,H1,bravo,

        """

    /// `alpha` asks, `bravo` holds; people on both sides, signed in.
    struct Sides {
        let alpha: TestNode
        let bravo: TestNode
        let amina: Browser
        let lena: Browser
        let clock: SettableClock

        /// A code of theirs that was not used yet.
        func code(_ browser: Browser) -> String {
            clock.advance(seconds: 30)
            return browser.code(at: clock.seconds)
        }

        /// Somebody at `alpha` with these roles, signed in.
        func person(_ name: String, _ roles: [String]) async throws -> Browser {
            let browser = Browser(beside: amina)
            let user = try await alpha.node.addUser(name, roles: roles, by: "operator")
            _ = try await browser.setUp(name, firstCode: try #require(user.code), clock: clock)
            return browser
        }

        func officer() async throws -> Browser { try await person("jonas", ["officer"]) }
    }

    static func with(
        records: String = records,
        policies: TestPolicies = .disclosing(),
        _ body: (Sides) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let clock = SettableClock.inForce
            let alpha = try await TestNode.make("alpha", in: folder, clock: clock, policies: policies)
            let bravo = try await TestNode.make("bravo", in: folder, clock: clock, policies: policies)
            try await alpha.trust(bravo)
            try await bravo.trust(alpha)
            try await bravo.publish(records)
            let network = DirectNetwork([alpha, bravo])
            let result: Result<Void, any Error>
            do {
                let amina = try await Stand(node: alpha, clock: clock, peers: network.peers(of: alpha))
                    .person(TestNode.analyst, ["analyst"])
                let lena = try await Stand(node: bravo, clock: clock, peers: network.peers(of: bravo))
                    .person("lena", ["approver"])
                result = .success(
                    try await body(Sides(alpha: alpha, bravo: bravo, amina: amina, lena: lena, clock: clock))
                )
            } catch {
                result = .failure(error)
            }
            await alpha.node.close()
            await bravo.node.close()
            try result.get()
        }
    }

    static let question = [
        ("agreement", "shared"), ("purpose", "investigate"), ("basis", "TREATY"), ("reference", "K-2026-000417"),
        ("full_name", "Yusuf Sahin"), ("birth_date", "1988-02-11"), ("phone", "+49 1512 441001"), ("peers", "bravo"),
    ]

    /// Sends a question and waits for its page to be done; the page.
    static func ask(_ browser: Browser, _ fields: [(String, String)] = question) async throws -> Answer {
        let token = try #require(try await browser.get("/ask").formToken)
        let sent = try await browser.post("/ask", fields + [("form_token", token), ("do", "send")])
        try #require(sent.status == 303, "\(sent.text)")
        let path = try #require(sent.location)
        for _ in 0..<6_000 {
            let page = try await browser.get(path)
            if !page.text.contains("data-events=") { return page }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw NeverDone()
    }

    private struct NeverDone: Error {}

    @Test func askHitRequestReleaseReceive() async throws {
        try await Self.with { it in
            let page = try await Self.ask(it.amina)
            #expect(page.text.contains("■ 1 hit"))
            let hit = try #require(page.between("<td><a href=\"", "\"><code"))
            let review = try await it.amina.get(hit)
            #expect(review.status == 200 && review.text.contains("●●●"))
            #expect(!review.text.contains(" checked"), "fields start unticked")
            let wish = [
                ("form_token", try #require(review.formToken)), ("field", "full_name"), ("field", "birth_date"),
                ("reason", "boarding planned"), ("confirmed", "yes"), ("use", "evidence"), ("by", "2026-12-01"),
            ]
            let undated = wish.map { ($0.0, $0.0 == "by" ? "soon" : $0.1) }
            #expect(try await it.amina.post(hit, undated).status == 422)
            let unticked = try await it.amina.post(hit, wish.filter { $0.0 != "field" })
            #expect(unticked.text.contains("no field is asked for") && unticked.text.contains("boarding planned"))
            let requested = try await it.amina.post(hit, wish)
            #expect(requested.status == 303, "\(requested.text)")

            let queue = try await it.lena.get("/queue")
            #expect(queue.text.contains("<td>7 days left</td>"))
            let waiting = try #require(queue.between("<a href=\"/queue/", "\""))
            let decision = try await it.lena.get("/queue/\(waiting)")
            #expect(decision.text.contains("Youssef Chahine"))
            #expect(decision.text.contains("[intended use: evidence, needed by 2026-12-01] boarding planned"))
            let token = try #require(decision.formToken)
            let wrong = try await it.lena.post(
                "/queue/\(waiting)",
                [("form_token", token), ("act", "approve"), ("code-approve", "000000")]
            )
            #expect(wrong.status == 403 && wrong.text.contains("Nothing was decided"))
            let code = it.code(it.lena)
            let approve = [
                ("form_token", token), ("act", "approve"), ("code-approve", code),
                ("seen", try #require(decision.seen)),
            ]
            #expect(try await it.lena.post("/queue/\(waiting)", approve).location == "/queue?done=decided")
            #expect(try await it.lena.post("/queue/\(waiting)", approve).status == 403, "a code serves once")
            #expect(try await it.lena.get("/queue").text.contains("Nothing waits"))

            it.clock.advance(seconds: 60)
            let work = try #require(try await it.amina.get("/work").formToken)
            _ = try await it.amina.post("/fetch", [("form_token", work)])
            let received = try await it.amina.get(try #require(requested.location))
            #expect(received.text.contains("<bdi>Youssef Chahine</bdi>") && received.text.contains("1988-02-11"))
            #expect(received.text.components(separatedBy: "class=\"handling\"").count == 3, "above and below")
            // Ours and theirs, and what a person makes of it.
            let before = try #require(received.text.components(separatedBy: "\">Ask to keep it longer</a>").first)
            let longer = try #require(before.components(separatedBy: "<a href=\"").last)
            let again = try await it.amina.get(longer.replacing("&amp;", with: "&"))
            #expect(again.text.contains("value=\"To keep what was released until 20"), "who reads it knows why")
            #expect(again.text.contains("value=\"full_name\" checked") && again.text.contains("asked for already"))
            let made = try await it.amina.get("\(hit)?until=%3Cb%3E&field=full_name")
            #expect(made.status == 200 && !made.text.contains("To keep") && !made.text.contains(" checked"), "by hand")
            let compared = try #require(received.between("id=\"review\"", "</section>"))
            for row in [
                "<bdi>Yusuf Sahin</bdi></div></td><td><div><bdi>Youssef Chahine</bdi></div></td><td>similar</td>",
                "<td><div><bdi>1988-02-11</bdi></div></td><td>same</td>", "<td>–</td><td>only asked with</td>",
            ] { #expect(compared.contains(row), "\(row) in \(compared)") }
            let id = String(try #require(requested.location?.split { "/?".contains($0) }.dropFirst().first))
            func judge(_ fields: [(String, String)]) async throws -> Answer {
                let token = [("form_token", try #require(received.formToken)), ("place", id)]
                return try await it.amina.post("\(hit)/judgement", token + fields)
            }
            #expect(try await judge([("verdict", "same"), ("why", " ")]).text.contains("a reason is missing"))
            #expect(try await judge([("verdict", "surely"), ("why", "face")]).text.contains("Choose one of the three"))
            let why = "the scar <b>left</b>"
            let judged = try await judge([("verdict", "same"), ("why", why)])
            #expect(judged.location == "/requests/\(id)?done=judged", "\(judged.text)")
            for path in [hit, "/requests/\(id)"] {
                let page = try await it.amina.get(path)
                #expect(page.text.contains("<bdi>the scar &lt;b&gt;left&lt;/b&gt;</bdi>"), "\(path)")
                #expect(page.text.contains("value=\"same\" required checked"), "\(path)")
            }
            let question = try #require(hit.split(separator: "/").dropFirst().first)
            #expect(try await it.amina.get("/questions/\(question)").text.contains("<div>same</div>"))
            let leaves = try await it.alpha.closedLeaves()
            #expect(leaves.count { $0.event == "disclosure.viewed" } == 2, "opening is an entry, each time")
            let said = leaves.filter { $0.event == "record.changed" }
            #expect(said.map { $0.data["ground"]?.string } == ["same"] && said.first?.data["dataset"] == "hits")
            #expect(!"\(leaves)".contains("scar"), "the reason stays out of the log")
        }
    }

    @Test func anApproverReleasesFewerFieldsButNotNone() async throws {
        try await Self.with { it in
            let page = try await Self.ask(it.amina)
            let hit = try #require(page.between("<td><a href=\"", "\"><code"))
            let wish = [
                ("form_token", try #require(try await it.amina.get(hit).formToken)), ("field", "full_name"),
                ("field", "birth_date"), ("reason", "boarding planned"), ("confirmed", "yes"),
            ]
            let place = try #require(try await it.amina.post(hit, wish).location)
            let waiting = try #require(try await it.lena.get("/queue").between("<a href=\"/queue/", "\""))
            let decision = try await it.lena.get("/queue/\(waiting)")
            let (token, seen) = (try #require(decision.formToken), try #require(decision.seen))
            func approve(without columns: [String]) async throws -> Answer {
                let kept = columns.map { ("withhold", $0) }
                return try await it.lena.post(
                    "/queue/\(waiting)",
                    [
                        ("form_token", token), ("act", "approve"), ("code-approve", it.code(it.lena)), ("seen", seen),
                    ] + kept
                )
            }
            let mistyped = try await it.lena.post(
                "/queue/\(waiting)",
                [
                    ("form_token", token), ("act", "approve"), ("code-approve", "000000"), ("withhold", "birth_date"),
                    ("question", "Which boat?"),
                ]
            )
            #expect(mistyped.status == 403 && mistyped.text.contains("value=\"birth_date\" checked"), "still kept back")
            #expect(!mistyped.text.contains("value=\"full_name\" checked"))
            #expect(mistyped.text.contains("value=\"Which boat?\""))
            let back = [("form_token", token), ("act", "ask-back"), ("code-ask-back", it.code(it.lena))]
            #expect(
                try await it.lena.post("/queue/\(waiting)", back + [("question", "Which boat?")]).status == 303
            )
            #expect(try await it.lena.get("/queue").text.contains("/queue/\(waiting)"), "asked back, not decided")
            let none = try await approve(without: ["full_name", "birth_date"])
            #expect(none.text.contains("nothing would be left to release"))
            #expect(try await approve(without: ["birth_date"]).status == 303)
            it.clock.advance(seconds: 60)
            let work = try #require(try await it.amina.get("/work").formToken)
            _ = try await it.amina.post("/fetch", [("form_token", work)])
            let received = try await it.amina.get(place)
            let data = try #require(received.between("id=\"released\"", "</section>"))
            #expect(data.contains("Youssef Chahine") && !data.contains("1988-02-11"))
            let released = try await it.bravo.closedLeaves().last { $0.event == "disclosure.released" }
            #expect(released?.data["fields"] == .array([.string("full_name")]))
        }
    }

    @Test func whoWasKeptHomeIsNamedAboveTheAnswers() async throws {
        try await Self.with { it in
            let rows = """
                id,full_name,birth_date,phone,subject_category
                r1,Yusuf Sahin,1988-02-11,+491512441001,suspect
                r2,Ivan Petrov,1979-05-03,,protected_person

                """
            let page = try await Self.ask(it.amina, Self.question + [("rows", rows)])
            let note = try #require(page.text.range(of: "r2: not asked of bravo"))
            let answer = try #require(page.text.range(of: "■ 1 hit"))
            #expect(note.lowerBound < answer.lowerBound)
            let token = try #require(try await it.amina.get("/ask").formToken)
            let unknown = Self.question.map { $0.0 == "agreement" ? ("agreement", "elsewhere") : $0 }
            let back = try await it.amina.post("/ask", unknown + [("form_token", token), ("do", "send")])
            #expect(back.status == 422 && back.text.contains("no agreement of that name"), "said beside the form")
        }
    }

    @Test func aFormThatIsSentTwiceAsksOnce() async throws {
        try await Self.with { it in
            let form = try await it.amina.get("/ask")
            let id = try #require(form.between("name=\"question\" value=\"", "\""))
            let fields =
                Self.question + [("form_token", try #require(form.formToken)), ("question", id), ("do", "send")]
            let (one, two) = (it.amina, Browser(beside: it.amina))
            two.cookie = one.cookie
            #expect(try await one.post("/ask", fields).location == "/questions/\(id)")
            #expect(try await two.post("/ask", fields).location == "/questions/\(id)")
            try await Self.wait { try await !one.get("/questions/\(id)").text.contains("data-events=") }
            #expect(try await two.post("/ask", fields).location == "/questions/\(id)", "also when it is answered")
            try await Self.wait { try await !one.get("/ask").text.contains("Yusuf Sahin") }
            // Another question from the same page is another question.
            let other = try await one.post("/ask", fields.map { $0.0 == "phone" ? ("phone", "") : $0 })
            let place = try #require(other.location)
            #expect(place != "/questions/\(id)")
            try await Self.wait { try await !one.get(place).text.contains("data-events=") }
            let asked = try await it.alpha.closedLeaves().filter { $0.event == "query.asked" }
            #expect(asked.count == 2)
        }
    }

    @Test func aLongDraftIsKept() async throws {
        try await Self.with { it in
            let token = try #require(try await it.amina.get("/ask").formToken)
            let rows = "id,full_name\n" + String(repeating: "r,é\n", count: 100_000)
            let long = try await it.amina.post(
                "/ask",
                [("form_token", token)] + Self.question + [("rows", rows), ("do", "check")]
            )
            #expect(long.status == 422, "it was read, and is no list of people")
            #expect(try await it.amina.get("/ask").text.contains("r,é"), "a long draft is kept")
        }
    }

    private static func wait(_ isDone: () async throws -> Bool) async throws {
        guard try await Waiting.until(isDone) else { throw NeverDone() }
    }

    @Test func anApprovalHoldsForWhatWasSeen() async throws {
        try await Self.with { it in
            let page = try await Self.ask(it.amina)
            let hit = try #require(page.between("<td><a href=\"", "\"><code"))
            let wish = [
                ("form_token", try #require(try await it.amina.get(hit).formToken)), ("field", "full_name"),
                ("reason", "boarding planned"), ("confirmed", "yes"),
            ]
            #expect(try await it.amina.post(hit, wish).status == 303)
            let waiting = try #require(try await it.lena.get("/queue").between("<a href=\"/queue/", "\""))
            let decision = try await it.lena.get("/queue/\(waiting)")
            let changed = Self.records.replacing("Youssef Chahine", with: "Youssef C. Chahine")
            _ = try await it.bravo.node.importRecords(
                csv: Array(changed.utf8),
                fileName: "records.csv",
                dataset: "main",
                renames: [:],
                defaults: [:],
                by: "operator"
            )
            func approve(_ page: Answer, seen: String?) async throws -> Answer {
                try await it.lena.post(
                    "/queue/\(waiting)",
                    [
                        ("form_token", try #require(page.formToken)), ("act", "approve"),
                        ("code-approve", it.code(it.lena)), ("seen", seen ?? ""),
                    ]
                )
            }
            let refused = try await approve(decision, seen: decision.seen)
            #expect(refused.status == 403 && refused.text.contains("the record changed; look again"))
            #expect(refused.text.contains("Youssef C. Chahine") && refused.seen != decision.seen)
            #expect(try await approve(refused, seen: nil).status == 403, "a form without it approves nothing")
            #expect(try await it.lena.get("/queue").text.contains("/queue/\(waiting)"), "still held")
            #expect(try await approve(refused, seen: refused.seen).status == 303)
        }
    }

    @Test func checkingAsksNobodyAndKeepsTheDraft() async throws {
        try await Self.with { it in
            let token = try #require(try await it.amina.get("/ask").formToken)
            let page = try await it.amina.post("/ask", Self.question + [("form_token", token), ("do", "check")])
            #expect(page.status == 200 && page.text.contains("would answer"))
            #expect(page.text.contains("does not learn the values"))
            #expect(page.text.contains("our rule: ") && page.text.contains("its rule: "), "whose rules speak")
            #expect(try await it.amina.get("/work").text.contains("No question was asked yet"))
            let out = try #require(try await it.amina.get("/account").formToken)
            _ = try await it.amina.post("/sign-out", [("form_token", out)])
            _ = try await it.amina.signIn(TestNode.analyst, code: it.code(it.amina))
            let again = try await it.amina.get("/ask")
            #expect(again.text.contains("value=\"Yusuf Sahin\"") && again.text.contains("value=\"K-2026-000417\""))
            #expect(!again.text.contains(token))
            let wrong = try await it.amina.post(
                "/ask",
                [("form_token", try #require(again.formToken)), ("agreement", "shared"), ("do", "send")]
            )
            #expect(wrong.status == 422 && wrong.text.contains("role=\"alert\""), "said beside the form")
            let theirs = try await it.bravo.closedLeaves().map(\.event)
            #expect(!theirs.contains("query.received"))
            #expect(leftBehind(["Yusuf", "Sahin", "K-2026-000417"], below: it.alpha.folder.url) == [])
        }
    }

    @Test func textOfAPeerStaysText() async throws {
        let name = "<script>alert(1)</script>\u{202E}enihahC\u{200B}"
        let hostile = Self.records.replacing(",H1,bravo,\n", with: ",H1,bravo,\(name)\n")
        try await Self.with(records: hostile) { it in
            let page = try await Self.ask(it.amina)
            let hit = try #require(page.between("<td><a href=\"", "\"><code"))
            let wish = [
                ("form_token", try #require(try await it.amina.get(hit).formToken)), ("field", "full_name"),
                ("field", "source_reference"), ("reason", "<img src=x onerror=alert(1)>"), ("confirmed", "yes"),
            ]
            let requested = try await it.amina.post(hit, wish)
            let place = try #require(requested.location, "\(requested.text)")
            let waiting = try #require(try await it.lena.get("/queue").between("<a href=\"/queue/", "\""))
            for page in [try await it.lena.get("/queue"), try await it.lena.get("/queue/\(waiting)")] {
                #expect(!page.text.contains("<img src=x") && !page.text.contains("<script>alert"))
            }
            let decision = try await it.lena.get("/queue/\(waiting)")
            #expect(decision.text.contains("&lt;img src=x onerror=alert(1)&gt;"))
            let approve = [
                ("form_token", try #require(decision.formToken)), ("act", "approve"),
                ("seen", try #require(decision.seen)),
            ]
            _ = try await it.lena.post("/queue/\(waiting)", approve + [("code-approve", it.code(it.lena))])
            it.clock.advance(seconds: 60)
            let work = try #require(try await it.amina.get("/work").formToken)
            _ = try await it.amina.post("/fetch", [("form_token", work)])
            let received = try await it.amina.get(place)
            #expect(received.text.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
            #expect(!received.text.contains("<script>alert") && !received.text.unicodeScalars.contains("\u{202E}"))
        }
    }

    @Test func theOfficerSearchesAndEachSearchIsAnEntry() async throws {
        try await Self.with { it in
            _ = try await Self.ask(it.amina)
            let jonas = try await it.officer()
            #expect(try await jonas.get("/audit").text.contains("<form method=\"get\""))
            let found = try await jonas.get("/audit?search=yes&event=query.*&peer=bravo")
            #expect(found.text.contains("query.asked") && found.text.contains("query.outcome"))
            #expect(!found.text.contains("login.succeeded"))
            let index = try #require(found.between("<a href=\"/audit/", "\""))
            let entry = try await jonas.get("/audit/\(index)")
            #expect(entry.text.contains("data-proof=\"checkpoint\"") && entry.text.contains("alpha/audit/1"))
            #expect(entry.text.contains("<strong>It is known what came of a question.</strong>"), "the newest first")
            let explained = try #require(entry.between("href=\"/policies/explain?id=", "\""))
            let explanation = try await jonas.get("/policies/explain?id=\(explained)")
            #expect(explanation.status == 200 && explanation.text.contains("<details><summary>Every rule"))
            #expect(!explanation.text.contains("Markup("))
            for path in ["/audit/999999", "/audit/-1", "/audit/x"] {
                #expect([400, 404].contains(try await jonas.get(path).status), "\(path)")
            }
            for day in ["3.3.2026", "2026-02-29", "2026-13-01", "yesterday"] {
                let unread = try await jonas.get("/audit?search=yes&until=\(day)")
                #expect(unread.status == 422 && unread.text.contains("This is no day"), "\(day)")
                #expect(!unread.text.contains("<table"), "no search that was not asked for")
            }
            let since = try await jonas.get("/audit?search=yes&since=2026-03-03")
            #expect(since.text.contains("No entry fits"))
            let read = try await it.alpha.closedLeaves().filter { $0.event == "audit.read" }
            #expect(read.count == 4, "each search and each opened entry")
        }
    }

    /// The texts that some file below a folder holds.
    private func leftBehind(_ texts: [String], below folder: URL) -> [String] {
        let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        let contents = files.compactMap { FileManager.default.contents(atPath: folder.path + "/" + $0) }
        return texts.filter { text in contents.contains { $0.range(of: Data(text.utf8)) != nil } }
    }
}
