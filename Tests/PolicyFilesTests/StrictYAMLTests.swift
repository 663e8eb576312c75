/// YAML that policy files may not use, scalars read from their text, and hostile bytes.

import Foundation
import PolicyEngine
import PolicyFiles
import Testing

@Suite struct StrictYAMLTests {
    private func problems(_ text: String) throws -> [String] { try problems(Array(text.utf8)) }

    private func problems(_ bytes: [UInt8]) throws -> [String] {
        var files = try Folders.exampleFiles()
        files["agencies/xb-coast.yaml"] = bytes
        return PolicyFolder.load(files: files).problems.filter { $0.file == "agencies/xb-coast.yaml" }
            .map { "\($0.place.line):\($0.place.column) \($0.code.rawValue)" }
    }

    private static let sound = "format: 1\nid: xb-coast\nname: {en: B}\njurisdiction: XB\nkind: coast_guard\n"

    @Test(arguments: [
        (sound + "x: &a b\n", ["6:1 unknown-key", "6:4 syntax"]), (sound + "x: *a\n", ["6:4 syntax"]),
        (sound.replacing("XB", with: "&j XB"), ["4:15 syntax"]),
        (sound + "x: &a b\ny: *a\n", ["7:4 syntax"]),
        // The key is there, and what it says is read.
        (sound.replacing("id: xb-coast", with: "&a id: xb-coast"), ["2:1 syntax"]),
        (sound.replacing("kind: coast_guard", with: "!!str kind: navy"), ["5:1 syntax", "5:13 bad-value"]),
        (sound.replacing("coast_guard", with: "!!str coast_guard"), ["5:7 syntax"]),
        (sound.replacing("coast_guard", with: "!!str \"coast_guard\""), ["5:7 syntax"]),
        (sound.replacing("coast_guard", with: "! coast_guard"), ["5:7 syntax"]),
        (sound.replacing("{en: B}", with: "!!map {en: B}"), ["3:7 syntax"]),
        ("---\n" + sound + "---\n" + sound, ["7:1 syntax"]), (sound + "\tx: 1\n", ["6:1 syntax"]),
        (sound + "x: [1\n", ["7:1 syntax"]), (sound + "x: \"a\n", ["7:1 syntax"]), ("", ["1:1 wrong-type"]),
        ("# only words\n", ["1:1 wrong-type"]), ("- a\n", ["1:1 wrong-type"]), ("just text\n", ["1:1 wrong-type"]),
        (sound + "x: \u{7}\n", ["6:4 syntax"]), (sound + "<<: {kind: fiu}\n", ["6:1 unknown-key"]),
    ])
    func `what is not allowed is placed`(text: String, expected: [String]) throws {
        #expect(try problems(text) == expected)
    }

    @Test(arguments: [
        sound, "---\n" + sound + "...\n", "%YAML 1.1\n---\n" + sound, "\u{FEFF}" + sound,
        sound.replacing("\n", with: "\r\n"), sound.replacing("{en: B}", with: "\n  en: >-\n    B & *co*\n    !x"),
        sound.replacing("format: 1", with: "format: '01'"),
        sound.replacing("kind: coast_guard", with: "\"kind\": \"coast_guard\""),
    ])
    func `what is allowed is read`(text: String) throws {
        #expect(try problems(text) == [])
    }

    @Test func `scalars are read from their text as their place demands`() throws {
        var files = try Folders.exampleFiles()
        files["jurisdictions/NO.yaml"] = Array(
            """
            format: "1"
            id: NO
            name: {en: Norway, no: "true"}
            rules:
              - id: "012"
                effect: require
                stages: [disclosure]
                when:
                  time.clock: {from: 08:30, until: '17:00'}
                  record.age_days: {at_least: 012}
                  hit.confirmed: "false"
                source: UN-SOM 1
                because: {en: null}
                obligations: {approvals: "02"}
            """.utf8
        )
        let loaded = PolicyFolder.load(files: files)
        #expect(loaded.problems.map(\.description) == [])
        let norway = try #require(loaded.policies?.jurisdictions["NO"])
        #expect(norway.name.text(in: "no") == "true")
        let rule = try #require(norway.rules.first)
        #expect(rule.name == "NO/012")
        #expect(rule.because.english == "null")
        #expect(rule.obligations == [.approvals(2)])
        #expect(
            rule.when
                == .all([
                    .test(.clock, .clock(from: 510, until: 1020)),
                    .test(.recordAgeDays, .number(NumberTest(atLeast: 12))), .test(.hitConfirmed, .boolean(false)),
                ])
        )
    }

    @Test(
        arguments: [
            ([0x61, 0x3A, 0x20, 0xFF], "1:4"), ([0x61, 0x0A, 0xC3, 0xA9, 0xC3], "2:2"), ([0xC0, 0xAF], "1:1"),
            ([0xED, 0xA0, 0x80], "1:1"), ([0x61, 0x0D, 0x0A, 0x62, 0x80], "2:2"),
            ([0xEF, 0xBB, 0xBF, 0x61, 0xF5], "1:2"),
        ] as [([UInt8], String)]
    )
    func `bytes that are no UTF-8 are placed`(bytes: [UInt8], place: String) throws {
        #expect(try problems(bytes) == ["\(place) syntax"])
    }

    @Test func `columns count characters, not bytes`() throws {
        let text = Self.sound.replacing("{en: B}", with: "{en: \"🚢é\", §EN: x}")
        let column = try #require(text.split(separator: "\n")[2].unicodeScalars.firstIndex(of: "§"))
        let line = text.split(separator: "\n")[2].unicodeScalars
        let number = line.distance(from: line.startIndex, to: column) + 1
        #expect(try problems(text.replacing("§", with: "")) == ["3:\(number) bad-value"])
    }

    @Test(arguments: [("[", "]"), ("{a: ", "}")])
    func `deep nesting is told, not followed`(open: String, close: String) throws {
        for depth in [100, 5_000, 100_000] {
            let text =
                Self.sound + "x: " + String(repeating: open, count: depth) + String(repeating: close, count: depth)
            #expect(try problems(text).contains { $0.hasSuffix("syntax") })
        }
    }

    @Test func `deep block nesting is told too`() throws {
        let lists = Self.sound + "x:\n  " + String(repeating: "- ", count: 20_000) + "a\n"
        #expect(try problems(lists).contains { $0.hasSuffix("syntax") })
        var text = Self.sound
        for depth in 0..<400 { text += String(repeating: " ", count: depth) + "x:\n" }
        #expect(try problems(text).contains { $0.hasSuffix("syntax") })
    }

    @Test func `nested aliases do not grow`() throws {
        var text = "a0: &a0 [x, x]\n"
        for level in 1..<40 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        text += "? [*a39]\n: b\n"
        let found = try problems(text)
        #expect(found.first == "2:10 syntax")
        #expect(found.count == 79)
    }

    @Test func `a file that is too long is told`() throws {
        let text = Self.sound + String(repeating: "# x\n", count: 1 << 19)
        #expect(try problems(text) == ["1:1 syntax"])
    }
}
