// No answer leaves a person without words: every route, with parameters that cannot be read or name nothing, in every language.
import Foundation
import HTTPTypes
import NodeTesting
import Testing

@testable import Console

@Suite struct RefusalWordTests {
    /// Whether a page says what was wrong: an alert, words at a field, or nothing but a sentence.
    private static func isInWords(_ answer: Answer) -> Bool {
        guard let main = answer.between("<main", "</main>") else { return false }
        if let alert = answer.between("role=\"alert\">", "</div>") { return alert.contains { $0.isLetter } }
        if main.contains("aria-invalid=\"true\"") { return true }
        guard !main.contains("<form"), let sentence = answer.between("<p>", "</p>") else { return false }
        return sentence.contains { $0.isLetter }
    }

    private static let junk = ["", "-1", "x", "9999999999999999999999", "2026-13-45", "%00", "%22%3E%3Cb%3E"]

    private static let names = [
        "event", "peer", "agreement", "purpose", "outcome", "actor", "query", "since", "until", "before", "search",
        "look", "below", "count", "id", "decide", "stage", "reference", "done", "again", "now", "at",
    ]

    private static let fields = [
        "do", "act", "dataset", "format", "purpose", "ground", "query", "sample", "auditor", "since", "until", "before",
        "agency", "again", "index", "card", "fingerprint", "account", "name", "role", "code", "reference", "peer",
        "agreement", "basis", "subject", "column-0", "field", "reason", "first_code", "password", "question",
    ]

    private static func paths(_ route: Route) -> [String] {
        guard route.path.contains(":") else { return [route.path] }
        return ["0", "x", "99999999999999999999", "11111111-1111-4111-8111-111111111111"].map { value in
            route.path.split(separator: "/").map { $0.hasPrefix(":") ? value : String($0) }
                .reduce(into: "") { $0 += "/\($1)" }
        }
    }

    @Test(arguments: ["en", "fr", "ar"]) func everyRefusalSaysWhy(_ language: String) async throws {
        try await Stand.with { it in
            let una = try await it.person("una", ["analyst", "approver", "officer", "operator"])
            let token = try #require(try await una.get("/account").formToken)
            var (looks, refusals): (Int, [Int: Int]) = (0, [:])
            func check(_ answer: Answer, _ what: String) {
                looks += 1
                guard answer.status >= 400 else { return }
                refusals[answer.status, default: 0] += 1
                #expect(answer.status < 500, "\(what)")
                #expect(Self.isInWords(answer), "\(answer.status) \(what)\n\(answer.text)")
            }
            let accept = ["Accept-Language": language]
            for route in RouteTable.all where route.method == .get {
                for path in Self.paths(route) {
                    var queries = ["a=%zz"]
                    queries += Self.junk.map { text in Self.names.map { "\($0)=\(text)" }.joined(separator: "&") }
                    // One at a time, among what makes a page do something.
                    queries += Self.names.map { "search=yes&count=yes&decide=yes&\($0)=x%FFy" }
                    queries += Self.names.map { "search=yes&count=yes&decide=yes&\($0)=-1x" }
                    for query in queries {
                        let answer = try await una.send("GET", "\(path)?\(query)", accept, body: "")
                        check(answer, "\(path)?\(query)")
                    }
                }
            }
            let form = Browser.ownForm.merging(accept) { $1 }
            for route in RouteTable.all where route.method == .post && route.path != "/sign-out" {
                for path in Self.paths(route) {
                    for text in Self.junk {
                        let body = Self.fields.map { "\($0)=\(text)" }.joined(separator: "&")
                        for start in ["form_token=\(token)&", ""] {
                            check(try await una.send("POST", path, form, body: start + body), "\(path) \(body)")
                        }
                    }
                    check(try await una.send("POST", path, form, body: "a=%"), path)
                    check(try await una.send("POST", path, accept, body: ""), path)
                }
                check(try await una.send("PUT", route.path, form, body: ""), route.path)
            }
            print("refusals in \(language): \(looks) answers, \(refusals.sorted { $0.key < $1.key })")
            #expect([400, 403, 404, 405, 422].allSatisfy { refusals[$0, default: 0] > 0 })
        }
    }

    @Test func whatCannotBeReadIsNamed() async throws {
        try await Stand.with { it in
            let jonas = try await it.person("jonas", ["officer"])
            let place = try await jonas.get("/audit?search=yes&before=x")
            #expect(place.status == 422 && place.text.contains("no number of an entry"))
            let token = try #require(try await jonas.get("/audit/export").formToken)
            let form = [("form_token", token), ("format", "exe"), ("ground", "review")]
            for path in ["/audit/export", "/records/export"] {
                let answer = try await jonas.post(path, form)
                #expect(answer.status == 422 && answer.text.contains("role=\"alert\""), "\(path)")
            }
        }
    }
}
