// Languages: which one a reader gets, plural forms as CLDR samples them, and that no page mixes two.
import AuditLog
import Foundation
import NodeTesting
import Testing

@testable import Console

@Suite struct LanguageTests {
    @Test func aReaderGetsTheFirstLanguageThatIsThere() {
        for (header, language) in [
            (nil, "en"), ("", "en"), ("fr", "fr"), ("ar-EG,ar;q=0.9,en;q=0.8", "ar"), ("de,fr;q=0.7,en;q=0.3", "fr"),
            ("de", "en"), ("en;q=0.2, fr;q=0.9", "fr"), ("fr;q=0, en", "en"), ("FR-ca", "fr"), ("*", "en"),
            ("fr;q=x", "en"), (";;,,q=", "en"), (String(repeating: "xx,", count: 10_000) + "fr", "en"),
        ] {
            #expect(Wording.preferred(header).language == language, "\(header?.prefix(40) ?? "nil")")
        }
    }

    /// CLDR's integer samples of cardinals.
    @Test func pluralsAreThoseOfCLDR() {
        let arabic: [(Plural, [Int])] = [
            (.zero, [0]), (.one, [1]), (.two, [2]), (.few, [3, 4, 10, 103, 110, 1_003]),
            (.many, [11, 12, 26, 99, 111, 1_011]),
            (.other, [100, 101, 102, 200, 202, 300, 302, 1_000, 10_000, 1_000_000]),
        ]
        for (form, samples) in arabic { for count in samples { #expect(Plural.arabic(count) == form, "\(count)") } }
        for count in [0, 1] { #expect(Plural.french(count) == .one) }
        for count in [1_000_000, 2_000_000] { #expect(Plural.french(count) == .many) }
        for count in [2, 17, 100, 1_000, 10_000, 100_000] { #expect(Plural.french(count) == .other) }
        #expect(Plural.english(1) == .one && [0, 2, 11, 101].allSatisfy { Plural.english($0) == .other })
    }

    @Test func whatIsLeftIsToldInDaysAndInTheEndInHours() {
        func left(_ seconds: Int, _ words: Wording = .english) -> String? {
            RequestPages.left(until: 1_000_000 + seconds, at: 1_000_000, words.request)
        }
        #expect(left(7 * 86_400) == "7 days left" && left(3 * 86_400 + 1) == "3 days left")
        #expect(left(48 * 3_600) == "48 hours left" && left(48 * 3_600 + 1) == "2 days left")
        #expect(left(3_601) == "2 hours left" && left(1) == "1 hour left" && left(0) == nil && left(-1) == nil)
        let (french, arabic) = (Wording.all[1], Wording.all[2])
        #expect(left(1, french) == "reste 1 heure" && left(7 * 86_400, french) == "reste 7 jours")
        #expect(left(7_200, arabic) == "بقيت ساعتان" && left(7 * 86_400, arabic) == "بقيت 7 أيام")
    }

    @Test func everyEventOfTheLogHasItsSentence() {
        for words in Wording.all {
            let names = AuditEvent.all.map(\.name) + ["user.added", "role.changed"]
            let meanings = names.map { words.meaning(of: $0) }
            for (name, meaning) in zip(names, meanings) {
                #expect(meaning?.isEmpty == false, "\(words.language): \(name)")
            }
            #expect(Set(meanings).count == names.count, "\(words.language): two say the same")
            #expect(words.meaning(of: "nothing.known") == nil && words.meaning(of: "") == nil)
        }
    }

    @Test func everyLanguageHasTheSameKeysWhereWordsAreLookedUp() {
        for words in Wording.all {
            #expect(Set(words.notices.keys) == Set(Wording.english.notices.keys), "\(words.language)")
            #expect(Set(words.request.states.keys) == Set(Wording.english.request.states.keys), "\(words.language)")
            #expect(words.ask.columns.map(\.name) == Wording.english.ask.columns.map(\.name), "\(words.language)")
        }
    }

    @Test func aPageIsInOneLanguageAndSaysWhich() async throws {
        try await Stand.with { it in
            let browser = Browser(it.node.node, peers: it.peers)
            for (language, direction, title) in [
                ("en", "ltr", "Sign in"), ("fr", "ltr", "Connexion"), ("ar", "rtl", "تسجيل الدخول"),
            ] {
                let page = try await browser.send("GET", "/sign-in", ["Accept-Language": language], body: "")
                #expect(page.text.contains("<html lang=\"\(language)\" dir=\"\(direction)\">"))
                #expect(page.text.contains("<h1>\(title)</h1>"))
            }
        }
    }
}
