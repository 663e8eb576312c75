// A case through the pages: its questions, hits and requests, in time and as a chart, as a file; and what the log says of those
// who look.
import AuditLog
import CanonicalJSON
import Foundation
import HTTPTypes
import NodeCore
import NodeTesting
import Testing

@testable import Console

@Suite struct CasePageTests {
    private static let path = "/case?reference=K-2026-000417"

    /// Requests what lies behind the first hit of a question's page; the request's address.
    static func request(
        _ it: JobTests.Sides,
        _ page: Answer,
        fields: [String] = ["full_name"]
    ) async throws -> String {
        let hit = try #require(page.between("<td><a href=\"", "\"><code"))
        let wish =
            [
                ("form_token", try #require(try await it.amina.get(hit).formToken)), ("reason", "boarding planned"),
                ("confirmed", "yes"),
            ] + fields.map { ("field", $0) }
        return try #require(try await it.amina.post(hit, wish).location)
    }

    /// Lets the one request that waits be released, and fetches what came.
    static func release(_ it: JobTests.Sides) async throws {
        let waiting = try #require(try await it.lena.get("/queue").between("<a href=\"/queue/", "\""))
        let decision = try await it.lena.get("/queue/\(waiting)")
        let approve = [
            ("form_token", try #require(decision.formToken)), ("act", "approve"), ("code-approve", it.code(it.lena)),
            ("seen", try #require(decision.seen)),
        ]
        #expect(try await it.lena.post("/queue/\(waiting)", approve).status == 303)
        it.clock.advance(seconds: 60)
        let work = try #require(try await it.amina.get("/work").formToken)
        _ = try await it.amina.post("/fetch", [("form_token", work)])
    }

    @Test func aCaseIsClosedAndSaysSo() async throws {
        try await JobTests.with { it in
            _ = try await JobTests.ask(it.amina)
            #expect(try await it.amina.get("/cases").text.contains("<td>open</td>"))
            let page = try await it.amina.get(Self.path)
            let form = [("form_token", try #require(page.formToken)), ("reference", "K-2026-000417")]
            let place = try #require(try await it.amina.post("/case/close", form).location)
            let closed = try await it.amina.get(place)
            #expect(closed.text.contains("The case is closed.") && closed.text.contains("by amina. A new question"))
            #expect(!closed.text.contains("action=\"/case/close\""))
            #expect(try await it.amina.get("/cases").text.contains("<td>closed</td>"))
            // A colleague closed it first, or nobody ever asked under this number.
            let late = try await it.amina.post("/case/close", form)
            #expect(late.status == 409 && late.text.contains("by amina. A new question"))
            let unknown = [form[0], ("reference", "K-0")]
            #expect(try await it.amina.post("/case/close", unknown).status == 404)
            #expect(try await it.lena.post("/case/close", form).status == 403)
        }
    }

    /// The answer to the form at the end of a case's page.
    private static func export(
        _ it: JobTests.Sides,
        as format: String,
        code: String? = nil,
        peer: String = ""
    ) async throws -> Answer {
        let form = [
            ("form_token", try #require(try await it.amina.get(path).formToken)), ("reference", "K-2026-000417"),
            ("format", format), ("peer", peer), ("code-case", code ?? it.code(it.amina)),
        ]
        return try await it.amina.post("/case", form)
    }

    @Test func aCaseShowsWhatBelongsToItInThreeViews() async throws {
        try await JobTests.with { it in
            #expect(try await it.amina.get("/cases").text.contains("No question was asked under a case number"))
            #expect(try await it.amina.get(Self.path).status == 404)
            let page = try await JobTests.ask(it.amina)
            _ = try await JobTests.ask(
                it.amina,
                JobTests.question.map { $0.0 == "reference" ? ("reference", "K-2") : $0 }
            )
            let list = try await it.amina.get("/cases")
            #expect(list.text.contains("href=\"\(Self.path)\"><bdi>K-2026-000417</bdi>"))

            let hits = try await it.amina.get(Self.path)
            #expect(hits.text.contains("hit only") && hits.text.contains("stroke-dasharray"), "a dashed box")
            #expect(hits.text.components(separatedBy: "<svg role=\"img\"").count == 3, "timeline and chart")
            #expect(hits.text.contains("question asked · bravo"))
            #expect(!hits.text.contains("Yusuf"), "no value of a record")

            let place = try await Self.request(it, page)
            try await Self.release(it)
            let released = try await it.amina.get(Self.path)
            #expect(released.text.contains("<td>released</td>") && released.text.contains("received"))
            #expect(!released.text.contains("stroke-dasharray"), "a solid box")
            #expect(released.text.contains("href=\"\(place.prefix { $0 != "?" })\">data requested"))
            #expect(released.text.contains("<rect") && released.text.contains("Keep until"), "a day as a span")
            #expect(!released.text.contains("Youssef Chahine"), "what was released is on the request's page")
            let viewed = try await it.alpha.leaves().filter { $0.event == "disclosure.viewed" }
            #expect(viewed.isEmpty, "a case opens no release")

            let nobody = try await it.amina.get(Self.path + "&peer=charlie")
            #expect(nobody.status == 200 && nobody.text.contains("There is no hit"))
        }
    }

    @Test func aCaseLeavesAsCSVByACodeAndIsLogged() async throws {
        try await JobTests.with { it in
            let hostile = "=HYPERLINK(\"http://evil.example\")"
            let asked = JobTests.question.map { $0.0 == "reference" ? ("reference", "-2+3 \u{202E}<b>") : $0 }
            let rows = "id,full_name,birth_date,phone\n\"=1+1\",Yusuf Sahin,1988-02-11,+491512441001\n"
            _ = try await JobTests.ask(it.amina, asked + [("rows", rows)])
            let list = try await it.amina.get("/cases")
            let link = try #require(list.between("<td><a href=\"/case?reference=", "\""))
            let page = try await it.amina.get("/case?reference=\(link)")
            #expect(page.status == 200 && !page.text.contains("<b>"))
            // What a form sends back is as it was; what is read is not turned round by it.
            let read = page.text.replacing(/value="[^"]*"/, with: "")
            #expect(read.contains("⟨U+202E⟩") && !read.unicodeScalars.contains("\u{202E}"))
            let reference = "-2+3 \u{202E}<b>"
            func export(_ code: String, _ reference: String) async throws -> Answer {
                let form = [
                    ("form_token", try #require(page.formToken)), ("reference", reference), ("code-case", code),
                    ("format", "csv"),
                ]
                return try await it.amina.post("/case", form)
            }
            #expect(try await export("000000", reference).status == 403)
            #expect(try await export(it.code(it.amina), hostile).status == 404)
            let file = try await export(it.code(it.amina), reference)
            #expect(file.headers[.contentDisposition] == "attachment; filename=\"case.csv\"")
            let lines = file.text.split(separator: "\n")
            #expect(lines.count == 3 && lines[0].hasPrefix("what,time,by,peer"))
            #expect(lines[1].hasPrefix("question,") && lines[2].hasPrefix("hit,") && lines[2].contains(",'=1+1,"))
            let exported = try await it.alpha.leaves().filter { $0.event == "record.exported" }
            #expect(exported.map { $0.data["count"]?.integer } == [2])
            #expect(exported.first?.data["purpose"]?.string == "case")
        }
    }

    @Test func whatWasReleasedLeavesWithItsTermsUntilItsTimeIsOver() async throws {
        let hostile = "=Chahine</Person>]]>\u{202E}<script>alert(1)</script>"
        try await JobTests.with(records: JobTests.records.replacing("Youssef Chahine", with: hostile)) { it in
            let page = try await JobTests.ask(it.amina)
            let form = try await it.amina.get(Self.path)
            for name in ["FollowTheMoney", "UMF", "STIX 2.1", "CSV"] { #expect(form.text.contains("<dt>\(name)</dt>")) }
            let early = try await Self.export(it, as: "ftm")
            #expect(early.status == 422 && early.text.contains("nothing was released"))
            let place = try await Self.request(it, page)
            try await Self.release(it)
            let request = String(try #require(place.split(separator: "/").last).prefix { $0 != "?" })
            func events(_ name: String) async throws -> [Leaf] {
                try await it.alpha.leaves().filter { $0.event == name }
            }
            #expect(try await Self.export(it, as: "ftm", code: "000000").status == 403)
            #expect(try await Self.export(it, as: "pdf").status == 422)
            #expect(try await Self.export(it, as: "stix", peer: "charlie").status == 422)
            let none = try await Self.export(it, as: "csv")
            #expect(none.status == 200 && !none.text.contains("Chahine"), "CSV holds no released value")
            #expect(try await events("disclosure.viewed").isEmpty)

            for (number, format) in ["ftm", "umf", "stix"].enumerated() {
                let file = try await Self.export(it, as: format)
                #expect(file.status == 200, "\(format)")
                let name = file.headers[.contentDisposition]
                #expect(name == "attachment; filename=\"case.\(["ftm.json", "xml", "json"][number])\"")
                for word in [request, "Chahine", "bravo", "H1", "Case K-2026-000417", "questions (1)"] {
                    #expect(file.text.contains(word), "\(format): \(word)")
                }
                if format == "umf" {
                    #expect(!file.text.contains("<script>") && file.text.contains("&lt;/Person&gt;"))
                }
                let looks = try await events("disclosure.viewed")
                #expect(looks.count == number + 1 && looks.last?.data["request"]?.string == request)
            }
            let exported = try await events("record.exported")
            #expect(exported.compactMap { $0.data["count"]?.integer } == [3, 1, 1, 1])
            #expect(exported.allSatisfy { $0.data["purpose"]?.string == "case" && $0.personal["terms"] != nil })

            // Nobody erased it yet, and it does not leave any more.
            it.clock.advance(seconds: 400 * 86_400)
            _ = try await it.amina.signIn(TestNode.analyst, code: it.code(it.amina))
            let late = try await Self.export(it, as: "ftm")
            #expect(late.status != 200 && !late.text.contains("Chahine"))
            #expect(try await events("disclosure.viewed").count == 3)
        }
    }

    @Test func whoReadsAColleaguesQuestionLeavesAnEntry() async throws {
        try await JobTests.with { it in
            _ = try await JobTests.ask(it.amina)
            let place = try #require(try await it.amina.get("/work").between("<a href=\"/questions/", "\""))
            func viewed() async throws -> [Leaf] { try await it.alpha.leaves().filter { $0.event == "record.viewed" } }
            _ = try await it.amina.get(Self.path)
            #expect(try await viewed().isEmpty, "one's own question is no look")
            let karim = try await it.person("karim", ["analyst"])
            _ = try await karim.get("/work")
            #expect(try await viewed().isEmpty, "a list says only that there are questions")
            _ = try await karim.get("/questions/\(place)")
            _ = try await karim.get("/questions/\(place)")
            let once = try await viewed()
            #expect(once.count == 1, "a page that looks again is one look")
            #expect(once.first?.data == ["purpose": "investigate", "count": 1])
            #expect(once.first?.personal.keys.sorted() == ["actor", "terms"])
            _ = try await karim.get(Self.path)
            #expect(try await viewed().count == 1, "still the same look")
            it.clock.advance(seconds: 901)
            _ = try await karim.signIn("karim", code: it.code(karim))
            _ = try await karim.get(Self.path)
            #expect(try await viewed().count == 2)
            #expect(try it.alpha.folder.publishedLeaves().isEmpty == false && it.alpha.logProblems() == [])
        }
    }
}
