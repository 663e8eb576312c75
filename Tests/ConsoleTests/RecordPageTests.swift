// Records in and out through the pages: first how a file would be read, then the import; an export by a code and a purpose.
import AuditLog
import CanonicalJSON
import Foundation
import HTTPTypes
import NodeCore
import NodeTesting
import Testing

@testable import Console

@Suite struct RecordPageTests {
    private static let german = """
        Kennung,Nachname,Vorname,Geburtsdatum,Telefon,Bemerkung
        p1,Şahin,Yusuf,1988-02-11,+491512441001,"=cmd|' /C calc'!A1"
        p2,Petrov,Ivan,1979-05-03,,<script>alert(1)</script>
        ,Nobody,No,1990-01-01,,

        """

    @Test func aFileIsLookedAtMappedAndImported() async throws {
        try await Stand.with { it in
            let amina = try await it.person(TestNode.analyst, ["analyst"])
            let token = try #require(try await amina.get("/records/import").formToken)
            func send(_ bytes: [UInt8], _ name: String) async throws -> Answer {
                try await amina.upload("/records/import", [("form_token", token)], file: ("file", name, bytes))
            }
            #expect(try await amina.post("/records/import", [("form_token", token)]).status == 422)
            #expect(try await send([0xFF, 0xFE], "a.csv").text.contains("no text in UTF-8"))
            let large = try await send([UInt8](repeating: 0x61, count: Form.greatestBody + 1), "a.csv")
            #expect(large.status == 422 && large.text.contains("too large for this page"))
            #expect(try await send(Array("<x/>".utf8), "a.xml").status == 422, "no persons in it")

            #expect(try await send(Array(Self.german.utf8), "personen.csv").location == "/records/import")
            let page = try await amina.get("/records/import")
            #expect(page.text.contains("guessed by its name") && page.text.contains("<bdi>personen.csv</bdi>"))
            #expect(
                page.text.contains("<dd>3</dd>") && page.text.contains("<dd>1</dd>"),
                "rows, and those that stay out"
            )
            #expect(page.text.contains("<bdi>Şahin</bdi>") && !page.text.contains("<script>alert"))
            #expect(page.text.contains("<option value=\"birth_date\" selected>"))
            #expect(try await it.node.leaves().allSatisfy { $0.event != "record.imported" }, "nothing is in yet")

            let columns = ["id", "family_name", "given_name", "birth_date", "", ""].enumerated().map {
                ("column-\($0)", $1)
            }
            func act(_ act: String, _ more: [(String, String)] = []) async throws -> Answer {
                let form = columns + [("form_token", token), ("do", act), ("default-handling", "H1")] + more
                return try await amina.post("/records/import/columns", form)
            }
            let again = try await act("look")
            #expect(again.status == 200 && again.text.contains("<code dir=\"ltr\">Telefon</code>"), "kept as it is")
            let twice = try await amina.post(
                "/records/import/columns",
                [
                    ("form_token", token), ("do", "import"), ("column-0", "id"), ("column-1", "phone"),
                    ("column-4", "phone"),
                ]
            )
            #expect(twice.status == 422 && twice.text.contains("role=\"alert\""), "one column twice")
            let done = try await act("import")
            #expect(done.status == 200 && done.text.contains("Imported"), "\(done.text)")
            #expect(done.text.contains("<dt>New</dt><dd>2</dd>") && done.text.contains("<dt>Stayed out</dt><dd>1</dd>"))
            let imported = try await it.node.leaves().filter { $0.event == "record.imported" }
            #expect(imported.map { $0.data["created"]?.integer } == [2])
            #expect(try await amina.get("/records/import").text.contains("First you see how"), "the draft is gone")

            _ = try await send(Array(Self.german.utf8), "personen.csv")
            let karim = try await it.person("karim", ["analyst"], beside: amina)
            #expect(!(try await karim.get("/records/import").text.contains("personen.csv")), "nobody else's page")
            _ = try await act("drop")
            #expect(!(try await amina.get("/records/import").text.contains("personen.csv")))
        }
    }

    @Test func aDataSetLeavesByACodeAndAPurpose() async throws {
        try await Stand.with { it in
            let jonas = try await it.person("jonas", ["officer"])
            #expect(try await jonas.get("/records/export").text.contains("The vault holds no records"))
            _ = try await it.node.node.importRecords(
                csv: Array(JobTests.records.utf8),
                fileName: "records.csv",
                dataset: "main",
                renames: [:],
                defaults: [:],
                by: "operator"
            )
            let page = try await jonas.get("/records/export")
            #expect(page.text.contains("main (1)"))
            let token = try #require(page.formToken)
            func export(_ code: String, purpose: String = "hand-over", format: String = "csv") async throws -> Answer {
                try await jonas.post(
                    "/records/export",
                    [
                        ("form_token", token), ("dataset", "main"), ("format", format), ("purpose", purpose),
                        ("code-records", code),
                    ]
                )
            }
            func code() -> String {
                it.clock.advance(seconds: 30)
                return jonas.code(at: it.clock.seconds)
            }
            #expect(try await export("000000").status == 403)
            #expect(try await export(code(), purpose: "Yusuf Sahin").status == 422, "a word, no name")
            #expect(try await export(code(), format: "exe").status == 422)
            #expect(try await it.node.leaves().allSatisfy { $0.event != "record.exported" })
            let file = try await export(code())
            #expect(file.headers[.contentDisposition] == "attachment; filename=\"main.csv\"")
            #expect(file.text.contains("Youssef Chahine") && file.text.split(separator: "\n").count == 2)
            let entity = try await export(code(), format: "ftm")
            #expect(entity.text.contains("\"schema\":\"Person\""))
            let exported = try await it.node.leaves().filter { $0.event == "record.exported" }
            #expect(exported.map { $0.data["purpose"]?.string } == ["hand-over", "hand-over"])
        }
    }
}
