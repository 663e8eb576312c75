// Theme, language and keys as somebody chose them, before and after they sign in; the words of the field; and forms that come back
// as they were sent.
import Foundation
import HTTPTypes
import NodeTesting
import Testing

@testable import Console

@Suite struct LookTests {
    @Test func pagesLookAsSomebodyChose() async throws {
        try await Stand.with { it in
            let browser = try await it.person("ines", ["approver"])
            let before = try await browser.get("/account")
            #expect(before.text.contains("<html lang=\"en\" dir=\"ltr\">") && before.text.contains("/shortcuts-"))
            let token = try #require(before.formToken)
            let kept = try await browser.post(
                "/account/look",
                [("form_token", token), ("theme", "dark"), ("language", "ar"), ("keys", "off")]
            )
            #expect(kept.status == 303 && kept.location == "/account?done=look")
            let cookie = try #require(kept.headers[.setCookie])
            for part in ["=dark.ar.off;", "Secure", "HttpOnly", "SameSite=Strict", "Path=/"] {
                #expect(cookie.contains(part), "\(cookie)")
            }
            let after = try await browser.get("/queue")
            #expect(after.text.contains("<html lang=\"ar\" dir=\"rtl\" data-theme=\"dark\">"))
            #expect(!after.text.contains("/shortcuts-") && after.text.contains("/session-"))
            let stranger = Browser(beside: browser)
            stranger.look = browser.look
            let door = try await stranger.get("/sign-in")
            #expect(door.text.contains("data-theme=\"dark\"") && door.text.contains("تسجيل الدخول"))
            #expect(!door.text.contains("/session-") && !door.text.contains("/shortcuts-"))
        }
    }

    @Test func whatACookieSaysIsReadOrLeft() throws {
        let wanted = Look(theme: "light", language: "fr", keys: "on")
        var fields = HTTPFields()
        fields[.cookie] = String(try #require(wanted.cookie.split(separator: ";").first))
        #expect(Look(fields) == wanted && Look(fields).words("ar").language == "fr")
        for text in ["", ".", "a.b", "a.b.c.d", "\"><script>.x.y", "light.fr", String(repeating: "x.", count: 4_000)] {
            fields[.cookie] = "\(Look.cookieName)=\(text)"
            let look = Look(fields)
            #expect(look.theme == .auto && look.language == nil, "\(text.prefix(20))")
            #expect(look.words("ar").language == "ar")
        }
    }

    @Test func theGlossaryIsWholeInEveryLanguage() async throws {
        let counts = Wording.all.map { [$0.glossary.terms.count, $0.glossary.keys.count] }
        #expect(Set(counts).count == 1)
        for words in Wording.all {
            let terms = words.glossary.terms
            #expect(terms.allSatisfy { !$0.term.isEmpty && !$0.meaning.isEmpty })
            #expect(Set(terms.map(\.term)).count == terms.count, "\(words.language)")
            #expect(words.glossary.keys.map(\.key) == Wording.english.glossary.keys.map(\.key))
        }
        try await Stand.with { it in
            let page = try await it.person("ines", ["approver"]).get("/glossary")
            #expect(page.status == 200 && page.text.contains("It names a handle, never a person"))
        }
    }

    @Test func anAccountThatWasNotAddedComesBackAsItWasSent() async throws {
        try await Stand.with { it in
            let browser = try await it.person("omar", ["operator"])
            let token = try #require(try await browser.get("/users").formToken)
            let sent = [
                ("form_token", token), ("name", "nadia"), ("role", "analyst"), ("role", "officer"), ("code", "000000"),
            ]
            let refused = try await browser.post("/users", sent)
            #expect(refused.status == 403 && refused.text.contains("value=\"nadia\""))
            for role in ["analyst", "officer"] {
                #expect(refused.text.contains("value=\"\(role)\" checked"), "\(role)")
            }
            let ticks = refused.text.components(separatedBy: " checked").count - 1
            #expect(ticks == 2, "the other form stays empty")
            #expect(try await browser.get("/users").text.contains(" checked") == false)
        }
    }
}
