// Text of others never becomes HTML, and what cannot be seen in it is made visible.
import Foundation
import Testing

@testable import Console

@Suite struct MarkupTests {
    @Test(
        "text stays text",
        arguments: [
            "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "&lt;b&gt;",
            "</textarea><script>", "<!--", "]]>", "\u{0}\u{1}\u{8}\u{7F}\u{85}",
        ]
    )
    func escaped(_ text: String) {
        let page: Markup = "<p title=\"\(text)\">\(text) \(foreign: text) \(id: text)</p>"
        let inner = page.html.replacing("<p title=\"", with: "").replacing("<bdi>", with: "").replacing(
            "</bdi>",
            with: ""
        )
        .replacing("<code dir=\"ltr\">", with: "").replacing("</code>", with: "").replacing("</p>", with: "")
        .replacing("<span class=\"control\">", with: "").replacing("</span>", with: "")
        .replacing("\">", with: "", maxReplacements: 1)
        #expect(!inner.contains { "<>\"'".contains($0) }, "\(page.html)")
        #expect(!page.html.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) })
    }

    @Test func aChoiceRunsAsItsWordsDo() {
        let choice = Parts.choice("ground", "سبب", [("necessity", "Not necessary (Art. 7)")], chosen: "")
        // Right to left the beginning of Latin words is what is cut off.
        #expect(choice.html.contains("<select id=\"ground\" name=\"ground\" dir=\"auto\">"))
    }

    @Test func whatTurnsOrHidesTextIsShown() {
        for (scalar, mark) in [
            ("\u{202E}", "⟨U+202E⟩"), ("\u{200B}", "⟨U+200B⟩"), ("\u{2066}", "⟨U+2066⟩"), ("\u{FEFF}", "⟨U+FEFF⟩"),
            ("\u{E0041}", "⟨U+E0041⟩"), ("\u{00AD}", "⟨U+00AD⟩"), ("\u{3164}", "⟨U+3164⟩"), ("\u{0007}", "⟨U+0007⟩"),
            ("\u{2028}", "⟨U+2028⟩"),
        ] {
            let shown: Markup = "\(foreign: "nam\(scalar)e")"
            #expect(shown.html == "<bdi>nam<span class=\"control\">\(mark)</span>e</bdi>")
        }
        let arabic: Markup = "\(foreign: "محمد O'Neill")"
        #expect(arabic.html == "<bdi>محمد O&#39;Neill</bdi>")
        let long = String(repeating: "x", count: 5_000)
        let shown: Markup = "\(foreign: long)"
        #expect(shown.html == "<bdi>\(long)</bdi>")
    }

    @Test func aWordOfSeveralScriptsIsMarked() {
        for (text, scripts) in [
            ("Раypal", "CYRILLIC+LATIN"), ("Οlga", "GREEK+LATIN"), ("Ivan Реtrov", "CYRILLIC+LATIN"),
            ("pа\u{301}y", "CYRILLIC+LATIN"),
        ] {
            let shown: Markup = "\(foreign: text)"
            #expect(shown.html == "<bdi>\(text)<span class=\"control\">⟨\(scripts)⟩</span></bdi>", "\(text)")
        }
        let first: Markup = "\(foreign: "Раypal Ltd")"
        #expect(first.html == "<bdi>Раypal<span class=\"control\">⟨CYRILLIC+LATIN⟩</span> Ltd</bdi>", "where it stands")
        for text in ["Иван Petrov", "МТС-bank", "José Núñez", "محمد Ali", "東京 Tokyo", "Zoë", "A1-Б2", "Ελλάδα"] {
            let shown: Markup = "\(foreign: text)"
            #expect(shown.html == "<bdi>\(text)</bdi>", "each of its words is of one script")
        }
    }

    @Test func onlyLiteralsAreMarkup() throws {
        // Words in a literal are HTML; nothing else may become so.
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources/Console")
        for name in try FileManager.default.contentsOfDirectory(atPath: sources.path) where name != "Markup.swift" {
            let text = try String(contentsOf: sources.appendingPathComponent(name), encoding: .utf8)
            #expect(!text.contains("stringLiteral"), "\(name)")
        }
    }

    @Test func formsAreReadAndWrittenAlike() throws {
        let form = try #require(Form("a=1+2&b=%C3%A9%0A&b=x&c&d=%3D%26%2B"))
        #expect(form["a"] == "1 2" && form.all("b") == ["é\n", "x"] && form["b"] == "é" && form.isTicked("c"))
        #expect(form["d"] == "=&+" && form["e"] == "" && form.optional("c") == nil)
        #expect(Form(form.encoded) == form)
        #expect(Form("") == Form())
    }

    @Test func momentsReadAsTheDesignWritesThem() {
        #expect(Moments.text(1_795_525_500) == "\u{2066}24 Nov 2026, 13:05 UTC\u{2069}")
        #expect(Moments.text("2026-11-24T13:05:58.123Z") == "\u{2066}24 Nov 2026, 13:05 UTC\u{2069}")
        #expect(Moments.text(0) == "\u{2066}1 Jan 1970, 00:00 UTC\u{2069}")
        #expect(Moments.text(951_782_400) == "\u{2066}29 Feb 2000, 00:00 UTC\u{2069}")
        #expect(Moments.text(4_107_542_399) == "\u{2066}28 Feb 2100, 23:59 UTC\u{2069}")
        #expect(Moments.day(951_782_400) == "\u{2066}29 Feb 2000\u{2069}")
        #expect(Moments.dayStart("1970-01-02") == 86_400_000 && Moments.dayStart("2026-11-24") == 1_795_478_400_000)
        for text in ["", "24.11.2026", "2026-13-01", "2026-11-2", "x026-11-24"] {
            #expect(Moments.dayStart(text) == nil)
        }
    }
}
