/// Input that nobody writes in good faith: a defined result each time, in bounded space.

import Foundation
import MatchKeys
import Testing

@Suite("Hostile input")
struct HostileInputTests {
    private static func filled(_ text: String, first: String = "") -> String {
        let count = (IdentifierKind.maximumInputBytes - first.utf8.count) / max(1, text.utf8.count)
        return first + String(repeating: text, count: count)
    }

    /// Each as long as input may be.
    static let floods: [(name: String, text: String)] = [
        ("one letter", filled("a")), ("letters and blanks", filled("a ")), ("digits", filled("0")),
        ("combining marks", filled("\u{301}", first: "e")),
        ("marks out of order", filled("\u{315}\u{31B}\u{323}\u{345}", first: "e")),
        ("enclosing marks", filled("1\u{20DD}")),
        ("one scalar for eighteen", filled("\u{FDFA}")), ("squared words", filled("\u{3300}")),
        ("bidi controls", filled("\u{202E}a\u{202C}")), ("joiners", filled("\u{200D}")), ("NUL", filled("\0")),
        ("unassigned", filled("\u{378}")), ("noncharacters", filled("\u{FFFF}")), ("private use", filled("\u{E000}")),
        ("Han", filled("张")), ("Han words", filled("张 ")), ("plane 2", filled("\u{20000}")), ("Hangul", filled("김")),
        ("jamo", filled("\u{1100}\u{1161}")), ("Thai vowels", filled("เ")), ("Thai silence", filled("ก์")),
        ("virama", filled("क्")), ("geresh", filled("צ'")), ("small kana", filled("ァ")), ("doubling kana", filled("ッ")),
        ("three scripts", filled("aж中")), ("look-alikes", filled("aе")), ("servants", filled("abd al ")),
        ("colons", filled(":")), ("at signs", filled("@")), ("quotes", filled("\"")), ("angles", filled("<a@b.c>")),
        ("line feeds", filled("\\n")), ("dots", filled("a.")), ("brackets", filled("(0)")), ("plus", filled("+00")),
    ]

    @Test("a flood of anything has a result that gives itself and is no longer than the input may be")
    func floods() {
        var worst = (time: Duration.zero, what: "")
        for flood in Self.floods {
            #expect(flood.text.utf8.count <= IdentifierKind.maximumInputBytes)
            for kind in IdentifierKind.allCases {
                let start = ContinuousClock.now
                let result = kind.canonicalise(flood.text)
                let time = ContinuousClock.now - start
                if time > worst.time { worst = (time, "\(flood.name) as \(kind.rawValue)") }
                guard case .canonical(let form) = result else { continue }
                #expect(!form.isEmpty && form.utf8.count <= IdentifierKind.maximumInputBytes, "\(kind) \(flood.name)")
                #expect(kind.canonicalise(form) == .canonical(form), "\(kind) \(flood.name)")
            }
        }
        print("slowest flood: \(worst.what), \(worst.time / .milliseconds(1)) ms")
    }

    @Test("what is longer than input may be is refused, before and after compatibility forms are written out")
    func tooLong() {
        let name = String(repeating: "Abdurrahman ", count: 10_000 / 12)
        for kind in IdentifierKind.allCases {
            #expect(kind.canonicalise(name) == .invalid(reason: "too long"))
            #expect(kind.canonicalise(Self.filled("\u{FDFA}")) == .invalid(reason: "too long"))
        }
    }

    @Test("a name is read past bidi controls, marks and NUL; unassigned scalars part words")
    func names() {
        let alice = IdentifierKind.name.canonicalise("Alice Smith")
        for written in [
            "\u{202E}Al\u{202C}ice\u{200B} Sm\u{2066}ith\u{2069}", "A\u{301}\u{315}\u{31B}lice Smith", "Alice\0Smith",
            "Alice\u{378}Smith", "Alice\u{FFFF}Smith", "Alice\u{E000}Smith", "\u{FEFF}Alice\tSmith", "ALICE\u{A0}smith",
        ] {
            #expect(IdentifierKind.name.canonicalise(written) == alice, "\(written.debugDescription)")
        }
        let flood = "Ali" + String(repeating: "\u{301}", count: 900) + "ce Smith"
        #expect(IdentifierKind.name.canonicalise(flood) == alice)
        for empty in ["\0", "\u{202E}", "\u{378}\u{378}", "\u{301}\u{301}", "張".prefix(0) + "ッ", "์", "्", "׳"] {
            #expect(IdentifierKind.name.canonicalise(String(empty)).value == nil, "\(empty.debugDescription)")
        }
    }

    @Test("NUL and unassigned scalars make an identifier invalid, they are never dropped")
    func identifiers() throws {
        for row in try Vectors.rows("identifiers.csv") where !row[2].isEmpty && row[0] != "name" {
            let kind = try #require(IdentifierKind(rawValue: row[0]))
            let place = row[2].index(row[2].startIndex, offsetBy: row[2].count / 2)
            for scalar in ["\0", "\u{378}", "\u{FFFF}", "\u{E000}"] {
                let input = row[2][..<place] + scalar + row[2][place...]
                // A display name before an address may hold anything; a word that parts it is another country.
                #expect(
                    kind.canonicalise(String(input)).value != row[2],
                    "\(row[0]) \(row[2]) \(scalar.debugDescription)"
                )
            }
        }
    }

    @Test("a record of floods has few keys, sorted, none twice")
    func records() {
        var columns: [String: [String]] = ["birth_date": ["1990-05-12"]]
        for column in Record.matchColumns where column != "birth_date" {
            columns[column] = Self.floods.map(\.text)
        }
        // Not refused by its length, as other columns are: only its beginning is read.
        columns["postcode"]?.insert("1" + String(repeating: "\u{345}", count: 100_000), at: 0)
        let record = Record(id: "1", columns: columns)
        let start = ContinuousClock.now
        let keys = KeyRecipe.current.keys(of: record)
        let time = ContinuousClock.now - start
        let bytes = columns.values.joined().reduce(0) { $0 + $1.utf8.count }
        print("a record of floods: \(bytes) bytes, \(keys.count) keys, \(time / .milliseconds(1)) ms")
        #expect(zip(keys, keys.dropFirst()).allSatisfy { $0 < $1 })
        #expect(keys.allSatisfy { $0.value.utf8.count <= IdentifierKind.maximumInputBytes })
    }

    @Test("two kinds never give equal keys")
    func kindsApart() throws {
        var owners: [String: Set<String>] = [:]
        for row in try Vectors.rows("identifiers.csv") + Vectors.rows("identifiers-more.csv") {
            for column in Record.matchColumns {
                var record = Record(id: "1", columns: ["full_name": ["Ali Smith"], "birth_date": ["1990-05-12"]])
                record[column] = [row[1]]
                for key in KeyRecipe.current.keys(of: record) {
                    owners[String(decoding: key.prfInput, as: UTF8.self), default: []].insert(key.kind.rawValue)
                }
            }
        }
        #expect(owners.count > 500)
        for (_, kinds) in owners { #expect(kinds.count == 1, "\(kinds.sorted())") }
    }
}
