// Asking through the page: what of the values is read is shown before anything leaves, and stays with the question.
import AuditLog
import Foundation
import HTTPTypes
import NodeTesting
import Testing

@testable import Console
@testable import NodeCore

@Suite struct AskPageTests {
    private static let flawed =
        JobTests.question.filter { !["phone", "birth_date"].contains($0.0) } + [
            ("phone", "015124427727"), ("birth_date", "1988-02-31"), ("imo", "9074720"),
        ]

    private static func check(_ browser: Browser, _ fields: [(String, String)]) async throws -> Answer {
        let token = try #require(try await browser.get("/ask").formToken)
        return try await browser.post("/ask", fields + [("form_token", token), ("do", "check")])
    }

    @Test func eachValueShowsItsCanonicalFormOrWhyNot() async throws {
        try await JobTests.with { it in
            let page = try await Self.check(it.amina, Self.flawed)
            #expect(page.status == 200, "\(page.text)")
            for part in [
                "<code dir=\"ltr\">sahin yusuf</code>", "⊘ not read, so not asked: <bdi>no region</bdi>",
                "⊘ not read, so not asked: <bdi>check digit</bdi>", "⊘ read in part: <bdi>not in the calendar</bdi>",
                "<bdi>phone was not read, so not asked: no region</bdi>", "<td><bdi>015124427727</bdi></td>",
            ] { #expect(page.text.contains(part), "\(part)") }
            let asked = try await JobTests.ask(it.amina, Self.flawed)
            #expect(asked.text.contains("birth_date was read in part: not in the calendar"))
            #expect(!asked.text.contains("015124427727") && !asked.text.contains("1988-02-31"))
        }
    }

    @Test func whatCannotBeReadAtAllIsRefusedFieldByField() async throws {
        try await JobTests.with { it in
            let nothing = Self.flawed.map { ($0.0, $0.0 == "full_name" || $0.0 == "birth_date" ? "" : $0.1) }
            let page = try await Self.check(it.amina, nothing)
            #expect(page.status == 422 && page.text.contains("phone: no region; imo: check digit"), "\(page.text)")
            #expect(page.text.contains("⊘ not read, so not asked: <bdi>no region</bdi>"))
        }
    }

    @Test func anImportMarksTheValuesThatWillNotBeRead() async throws {
        try await Stand.with { it in
            let amina = try await it.person(TestNode.analyst, ["analyst"])
            let token = try #require(try await amina.get("/records/import").formToken)
            let rows = "id,full_name,birth_date,phone\np1,Yusuf Sahin,1990-13-45,123\np2,Ivan Petrov,1979-05-03,\n"
            let file = ("file", "a.csv", Array(rows.utf8))
            #expect(try await amina.upload("/records/import", [("form_token", token)], file: file).status == 303)
            let page = try await amina.get("/records/import")
            for (column, reason) in [("birth_date", "not in the calendar"), ("phone", "no region")] {
                let mark = "⊘ <code dir=\"ltr\">\(column)</code>: will not be read: <bdi>\(reason)</bdi>"
                #expect(page.text.components(separatedBy: mark).count == 2, "\(column): \(page.text)")
            }
        }
    }

    @Test func thePreviewShowsWhatLeavesTheQuotaLeftAndWhereARuleStands() async throws {
        try await JobTests.with { it in
            let page = try await Self.check(it.amina, JobTests.question)
            #expect(page.text.contains(" about 1 subject</bdi>"), "\(page.text)")
            #expect(
                page.text.contains("keys (padded) and their kinds") && page.text.contains("agreements/shared.yaml:")
            )
            #expect(page.text.contains("<bdi>our quota: ") && page.text.contains("<bdi>its quota: "))
            #expect(!page.text.contains("nobody learns anything"))
            let basis = Self.flawed.map { ($0.0, $0.0 == "basis" ? "NONE" : $0.1) }
            let refused = try await Self.check(it.amina, basis)
            #expect(refused.text.contains("Nobody is asked, so nobody learns anything."), "\(refused.text)")
            #expect(!refused.text.contains("keys (padded)"))
            #expect(refused.text.contains("<option value=\"\">–</option>"))
        }
    }

    @Test func whileSomebodyTypesThePanelSaysWhatIsMissingAndTheDraftIsKept() async throws {
        try await JobTests.with { it in
            func look(_ fields: [(String, String)]) async throws -> Answer {
                let token = try #require(try await it.amina.get("/ask").formToken)
                return try await it.amina.post("/ask", fields + [("form_token", token), ("do", "look")])
            }
            func said(_ page: Answer) -> String? { page.between("<p id=\"outlook-said\" role=\"status\">", "</p>") }
            #expect(said(try await it.amina.get("/ask")) == "", "nothing was looked at")
            let nameless = try await look(JobTests.question.filter { $0.0 == "agreement" || $0.0 == "full_name" })
            #expect(nameless.status == 200 && !nameless.text.contains("notice danger"), "no mistake yet")
            #expect(said(nameless)?.hasPrefix("Cannot be sent yet: ") == true, "\(nameless.text)")
            let whole = try await look(JobTests.question)
            #expect(said(whole)?.contains("<bdi>bravo</bdi>: → would answer") == true, "\(whole.text)")
            let again = try await it.amina.get("/ask")
            #expect(again.text.contains("value=\"Yusuf Sahin\"") && again.text.contains("data-outlook=\"draft\""))
            let sent = try await it.alpha.closedLeaves().filter { $0.event.hasPrefix("query.") }
            #expect(sent.isEmpty, "a look asks nobody")
        }
    }

    @Test func theLinesOfADocumentFillInWhatIsNotTyped() async throws {
        try await JobTests.with { it in
            let lines = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\r\nD231458907UTO7408122F1204159<<<<<<<6"
            let bare = JobTests.question.filter { !["full_name", "birth_date", "phone"].contains($0.0) }
            let page = try await Self.check(it.amina, bare + [("zone", lines)])
            for part in [
                "<bdi>ERIKSSON</bdi>", "<bdi>ANNA MARIA</bdi>", "<bdi>1974-08-12</bdi>", "<bdi>D23145890</bdi>",
            ] {
                #expect(page.text.contains(part), "\(part) in \(page.text)")
            }
            let typed = try await Self.check(it.amina, bare + [("zone", lines), ("full_name", "Anna Eriksen")])
            #expect(typed.text.contains("<bdi>Anna Eriksen</bdi>") && !typed.text.contains("<bdi>ERIKSSON</bdi>"))
            let wrong = try await Self.check(it.amina, bare + [("zone", lines.replacing("740812", with: "740813"))])
            #expect(wrong.text.contains("birth date check digit"), "\(wrong.text)")
        }
    }

    @Test func aFileWithOtherColumnsIsAskedOnlyAsSomebodySawItRead() async throws {
        try await JobTests.with { it in
            let terms = JobTests.question.filter { !["full_name", "birth_date", "phone"].contains($0.0) }
            let rows = "Nom complet;Né le;Téléphone;Note\nYusuf Sahin;11.02.1988;+49 1512 441001;scar\n"
            func post(_ act: String, _ more: [(String, String)]) async throws -> Answer {
                let token = try #require(try await it.amina.get("/ask").formToken)
                let fields = [("form_token", token), ("do", act)] + terms + more
                guard more.isEmpty else { return try await it.amina.post("/ask", fields) }
                let file = ("file", "people.csv", Array(rows.replacing(";", with: ",").utf8))
                return try await it.amina.upload("/ask", fields, file: file)
            }
            let unseen = try await post("send", [])
            #expect(unseen.status == 422 && unseen.text.contains("See below how each is read"), "\(unseen.text)")
            #expect(unseen.text.contains("name=\"column-0\""))
            #expect(unseen.text.contains("Nom complet,Né le"), "the text of the file stands in the lines")
            let text = ("rows", rows.replacing(";", with: ","))
            let header = try #require(unseen.between("name=\"columns-of\" value=\"", "\""))
            func choices(_ columns: [String], of header: String) -> [(String, String)] {
                [("columns-of", header)] + columns.enumerated().map { ("column-\($0)", $1) }
            }
            let chosen = choices(["full_name", "birth_date", "", ""], of: header)
            let checked = try await post("check", [text] + chosen)
            #expect(checked.text.contains("<bdi>11.02.1988</bdi>"), "\(checked.text)")
            let kinds = try #require(checked.between(" keys (", ")"))
            #expect(kinds == "name", "as it was chosen")
            // Choices for another file are none.
            let other = try await post("send", [text] + choices(["birth_date", "full_name", "", ""], of: "another"))
            #expect(other.status == 422 && other.text.contains("See below how each is read"), "\(other.text)")
            let sent = try await post("send", [text] + choices(["full_name", "birth_date", "phone", ""], of: header))
            #expect(sent.status == 303, "\(sent.text)")
        }
    }

    @Test func aFileThatIsNoTextIsRefusedAndAskedWithByNobody() async throws {
        try await JobTests.with { it in
            let terms = JobTests.question.filter { !["full_name", "birth_date", "phone"].contains($0.0) }
            let token = [("form_token", try #require(try await it.amina.get("/ask").formToken)), ("do", "send")]
            let bytes = Array("id,full_name,birth_date\nr1,M".utf8) + [0xFC] + Array("ller,1988-02-11\n".utf8)
            let page = try await it.amina.upload("/ask", token + terms, file: ("file", "latin.csv", bytes))
            #expect(page.status == 422 && page.text.contains("notice danger"), "\(page.text)")
            #expect(try await it.alpha.closedLeaves().allSatisfy { !$0.event.hasPrefix("query.") })
        }
    }

    @Test func whatNobodySendsIsForgottenAfterThirtyDays() async throws {
        try await JobTests.with { it in
            let token = try #require(try await it.amina.get("/ask").formToken)
            _ = try await it.amina.post("/ask", JobTests.question + [("form_token", token), ("do", "look")])
            let cookie = try #require(it.amina.cookie?.split(separator: "=").last.map(String.init))
            let session = try #require(try await it.alpha.node.session(token: cookie))
            for (days, isKept) in [(29, true), (2, false)] {
                it.clock.advance(seconds: days * 86_400)
                try await it.alpha.node.eraseExpired()
                #expect((try await it.alpha.node.draft("ask", of: session) != nil) == isKept, "\(days)")
            }
        }
    }

    @Test func aFileOfEntitiesIsReadAsOne() async throws {
        try await JobTests.with { it in
            let terms = JobTests.question.filter { !["full_name", "birth_date", "phone"].contains($0.0) }
            let entity =
                #"{"id":"p1","schema":"Person","properties":{"name":["Yusuf Sahin"],"birthDate":["1988-02-11"]}}"#
            let page = try await Self.check(it.amina, terms + [("rows", entity)])
            #expect(page.status == 200 && page.text.contains("→ would answer"), "\(page.text)")
            #expect(page.text.contains("<bdi>Yusuf Sahin</bdi>"))
            let broken = try await Self.check(it.amina, terms + [("rows", "{\"id\":")])
            #expect(broken.status == 422 && broken.text.contains("notice danger"), "\(broken.text)")
        }
    }

    @Test func offencesAreOfferedWithoutAScript() async throws {
        try await JobTests.with { it in
            let page = try await it.amina.get("/ask")
            #expect(page.text.contains("list=\"offences\"") && page.text.contains("<datalist id=\"offences\">"))
            for offence in it.alpha.node.offenceChoices() {
                #expect(page.text.contains("<option value=\"\(offence)\"></option>"))
            }
        }
    }

    @Test func everyReasonAndNoteHasWordsInEveryLanguage() async throws {
        try await JobTests.with { it in
            let notes = try await it.alpha.node.ask(
                Question(
                    agreement: "shared",
                    purpose: "investigate",
                    legalBasis: "TREATY",
                    offence: nil,
                    caseReference: nil,
                    urgent: false,
                    subjects: .fields(["phone": "+491512441001", "imo": "9074720", "email": "a@b.example"]),
                    peers: ["bravo"]
                ),
                dryRun: true,
                by: TestNode.analyst,
                through: DirectNetwork([it.alpha, it.bravo]).peers(of: it.alpha)
            ) { _ in }.noteCodes
            #expect(notes.count == 2)
            for words in Wording.all {
                #expect(Set(words.asking.reasons.keys) == Set(Wording.readReasons), "\(words.language)")
                #expect(words.asking.reasons.values.allSatisfy { !$0.isEmpty }, "\(words.language)")
                let said = notes.map(words.asking.note)
                #expect(said.contains { $0.contains(words.reason("check digit")) && $0.contains("imo") }, "\(said)")
                #expect(words.language == "en" || Set(said).isDisjoint(with: notes.map(\.text)), "\(said)")
            }
        }
    }
}
