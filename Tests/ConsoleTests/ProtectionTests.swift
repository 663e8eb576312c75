// What every answer carries, and what is refused before a page is asked: foreign forms, other sessions' forms, what is too
// large or no form at all.
import AuditLog
import CanonicalJSON
import Foundation
import HTTPTypes
import NodeCore
import NodeTesting
import Testing

@testable import Console

@Suite struct ProtectionTests {
    @Test func aFloodOfRefusalsFillsNoLog() async throws {
        try await Stand.with { it in
            let amina = try await it.person("amina", ["analyst"])
            for _ in 0..<20 { #expect(try await amina.get("/users").status == 403) }
            #expect(try await amina.get("/status").status == 403, "another page is another entry")
            it.clock.advance(seconds: 61)
            #expect(try await amina.get("/users").status == 403)
            let entries = try await it.node.closedLeaves().filter { $0.event == "access.refused" }
            #expect(entries.map { $0.data["route"]?.string } == ["/users", "/status", "/users"])
            #expect(entries.map { $0.data["count"]?.integer } == [1, 1, 20], "none is lost")
        }
    }

    @Test func theLogIsServedToThisMachineAlone() {
        for address in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            #expect(LocalContext.isLoopback(address), "\(address)")
        }
        for address in ["192.0.2.7", "10.127.0.1", "::", "::ffff:192.0.2.7", "fe80::1", "2001:db8::1", "unknown", ""] {
            #expect(!LocalContext.isLoopback(address), "\(address)")
        }
    }

    @Test func everyAnswerCarriesTheHeadersOfTheDesign() async throws {
        try await Stand.with { it in
            let browser = try await it.person("una", ["analyst", "operator"])
            let asset = try #require(Asset.named("style.css")).path
            for path in ["/sign-in", "/work", "/status", "/queue", "/nothing", "/", asset] {
                let answer = try await browser.get(path)
                #expect(
                    answer.headers[HTTPField.Name("Content-Security-Policy")!]
                        == "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                        + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
                    "\(path)"
                )
                for (name, value) in [
                    ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Opener-Policy", "same-origin"),
                    ("Cross-Origin-Resource-Policy", "same-origin"), ("X-Content-Type-Options", "nosniff"),
                    ("X-Frame-Options", "DENY"), ("Strict-Transport-Security", "max-age=31536000"),
                ] {
                    #expect(answer.headers[HTTPField.Name(name)!] == value, "\(path): \(name)")
                }
                guard path != asset else {
                    #expect(answer.headers[.cacheControl] == "public, max-age=31536000, immutable")
                    #expect(answer.headers[.contentType] == "text/css; charset=utf-8")
                    continue
                }
                #expect(answer.headers[.cacheControl] == "no-store", "\(path)")
                if answer.status != 303 {
                    #expect(answer.headers[.contentType] == "text/html; charset=utf-8", "\(path)")
                }
                for inline in ["<script>", "style=", " onclick", " onload", "javascript:"] {
                    #expect(!answer.text.contains(inline), "\(path): \(inline)")
                }
            }
        }
    }

    @Test func aFormOfAnotherSiteDoesNothing() async throws {
        try await Stand.with { it in
            let browser = try await it.person("omar", ["operator"])
            let token = try #require(try await browser.get("/users").formToken)
            let fields = [("form_token", token), ("all", "yes")]
            let type = ["Content-Type": "application/x-www-form-urlencoded"]
            for headers in [
                [:], ["Origin": "https://evil.example"], ["Origin": "null"], ["Sec-Fetch-Site": "cross-site"],
                ["Sec-Fetch-Site": "same-site", "Origin": "https://\(Browser.host)"],
                ["Sec-Fetch-Site": "none"], ["Origin": "http://\(Browser.host)"], ["Origin": "https://127.0.0.1:7081"],
            ] {
                let answer = try await browser.post("/sign-out", fields, headers: headers.merging(type) { $1 })
                #expect(answer.status == 403, "\(headers)")
            }
            #expect(try await browser.get("/users").status == 200, "still signed in")
            // What browsers send from a page without referrer; and one that does not know the other header.
            let usual = ["Origin": "null", "Sec-Fetch-Site": "same-origin"].merging(type) { $1 }
            #expect(try await browser.post("/sign-out", [], headers: usual).text.contains("earlier session"))
            let own = ["Origin": "https://\(Browser.host)"].merging(type) { $1 }
            #expect(try await browser.post("/sign-out", fields, headers: own).status == 303)
        }
    }

    @Test func aFormOfAnotherSessionDoesNothing() async throws {
        try await Stand.with { it in
            let mine = try await it.person("omar", ["operator"])
            let other = try await it.person("ines", ["operator"], beside: nil)
            let token = try #require(try await other.get("/account").formToken)
            for fields in [[("form_token", token)], [("form_token", "")], []] {
                let answer = try await mine.post("/sign-out", fields)
                #expect(answer.status == 403 && answer.text.contains("earlier session"))
            }
            #expect(try await mine.get("/users").status == 200)
        }
    }

    @Test func whatIsNoFormIsRefused() async throws {
        try await Stand.with { it in
            let browser = try await it.person("amir", ["analyst"])
            let token = try #require(try await browser.get("/ask").formToken)
            var headers = Browser.ownForm
            let large = "form_token=\(token)&rows=" + String(repeating: "a", count: Form.greatestBody)
            #expect(try await browser.send("POST", "/ask", headers, body: large).status == 413)
            let stranger = Browser(beside: browser)
            let long = "name=" + String(repeating: "a", count: Form.greatestOfStrangers)
            #expect(try await stranger.send("POST", "/sign-in", headers, body: long).status == 413)
            let many = (0...Form.mostFields).map { "f\($0)=1" }.joined(separator: "&")
            #expect(try await browser.send("POST", "/ask", headers, body: many).status == 400)
            for body in ["a=%", "a=%4", "a=%zz", "a=%ff", "%c3=1"] {
                #expect(try await browser.send("POST", "/ask", headers, body: body).status == 400, "\(body)")
            }
            headers["Content-Type"] = "text/plain"
            #expect(try await browser.send("POST", "/ask", headers, body: "form_token=\(token)").status == 415)
            headers["Content-Type"] = nil
            #expect(try await browser.send("POST", "/ask", headers, body: "form_token=\(token)").status == 415)
            for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD"] {
                #expect(try await browser.send(method, "/ask", Browser.ownForm, body: "").status == 405, "\(method)")
            }
        }
    }

    @Test func aProblemPageNamesNoCommandAndNoPath() {
        func page(_ place: String?, _ remedy: String?) -> String {
            let problem = NodeProblem(.usage, "no", at: place, because: "of a rule", try: remedy)
            return ProblemPage.body(problem, .english).html
        }
        for text in [
            "--as", "comity user list /srv/north", "ask anew, or comity doctor", "/srv/north/first-code", "see /srv",
        ] {
            #expect(!page(text, nil).contains(text) && !page(nil, text).contains(text), "\(text)")
        }
        #expect(page("XA/not-asked", "ask less").contains("(XA/not-asked)"))
        #expect(page(nil, "ask less").contains("ask less") && page(nil, nil).contains("of a rule"))
    }

    @Test func aSecondCookieOfTheNameIsNoSession() async throws {
        try await Stand.with { it in
            let browser = try await it.person("amir", ["analyst"])
            let good = try #require(browser.cookie)
            for cookie in [
                good + "; " + good, "__Host-comity-bravo=" + good.suffix(43), "comity-alpha=" + good.suffix(43),
                String(good.dropLast()), good + "A",
            ] {
                browser.cookie = cookie
                #expect(try await browser.get("/work").status == 303, "\(cookie.count)")
            }
            browser.cookie = "theme=dark; " + good
            #expect(try await browser.get("/work").status == 200)
        }
    }

    @Test func aNameThatIsNoneOfOursIsNotAnswered() {
        let named = LocalHosts(own: "console.north.example")
        for host in [
            "localhost", "localhost:7080", "127.0.0.1:7080", "[::1]:7080", "10.1.2.3", "console.north.example:7080",
            "CONSOLE.north.example",
        ] { #expect(named.contains(host), "\(host)") }
        for host in [
            "", "rebind.evil.example:7080", "127.0.0.1.evil.example", "localhost.evil.example", "evil.example:7080:80",
            "127.0.0.1@evil.example", "a b", "[", "console.north.example.", String(repeating: "a", count: 300),
        ] { #expect(!named.contains(host), "\(host)") }
        #expect(!LocalHosts(own: "127.0.0.1").contains("evil.example"))
        #expect(LocalHosts(own: "0.0.0.0").contains("node7.north.example"), "it has no name to compare with")
    }
}
