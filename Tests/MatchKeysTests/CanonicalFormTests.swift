/// Canonical forms against the carried vectors, and what must hold for any input.

import Foundation
import MatchKeys
import TestSupport
import Testing

@Suite("Canonical forms")
struct CanonicalFormTests {
    @Test("agree with every row of the identifier vectors")
    func vectors() throws {
        let rows = try Vectors.rows("identifiers.csv")
        #expect(rows.count == 788)
        for row in rows {
            let kind = try #require(IdentifierKind(rawValue: row[0]))
            #expect((kind.canonicalise(row[1]).value ?? "") == row[2], "\(row[0]) \(row[1])")
        }
    }

    @Test("agree with every row that names the rule it is about")
    func rules() throws {
        let rows = try Vectors.rows("identifiers-more.csv")
        #expect(rows.count == 415)
        for row in rows {
            let kind = try #require(IdentifierKind(rawValue: row[0]))
            #expect((kind.canonicalise(row[1]).value ?? "") == row[2], "\(row[0]) \(row[1]): \(row[3])")
        }
    }

    @Test("give themselves, for every canonical form of the vectors")
    func vectorsAreStable() throws {
        let rows = try Vectors.rows("identifiers.csv") + Vectors.rows("identifiers-more.csv")
        for row in rows where !row[2].isEmpty {
            let kind = try #require(IdentifierKind(rawValue: row[0]))
            #expect(kind.canonicalise(row[2]) == .canonical(row[2]), "\(row[0]) \(row[2])")
        }
        for row in try Vectors.rows("names.csv") {
            for name in row[0...1] {
                let form = try #require(IdentifierKind.name.canonicalise(name).value)
                #expect(IdentifierKind.name.canonicalise(form) == .canonical(form))
            }
        }
    }

    @Test("never trap on random text, and whatever they accept gives itself", arguments: IdentifierKind.allCases)
    func randomText(kind: IdentifierKind) throws {
        var generator = SplitMix64.announced("random text, \(kind.rawValue)")
        let samples = try Vectors.rows("identifiers.csv").filter { $0[0] == kind.rawValue }.map { $0[1] }
        let names = kind == .name ? try Vectors.rows("names.csv").flatMap { $0[0...1] } : samples
        let alphabet = Array(Set((names.joined() + "abd al-el ur 09:/@.+xX").unicodeScalars)).sorted()
        for round in 0..<1500 {
            var input = generator.text(of: alphabet, upTo: 24)
            if round % 2 == 0, let sample = names.randomElement(using: &generator) {
                var scalars = Array(sample.unicodeScalars)
                let place = Int.random(in: 0...scalars.count, using: &generator)
                scalars.insert(contentsOf: generator.text(of: alphabet, upTo: 2).unicodeScalars, at: place)
                var view = String.UnicodeScalarView()
                view.append(contentsOf: scalars)
                input = String(view)
            }
            if case .canonical(let form) = kind.canonicalise(input) {
                #expect(!form.isEmpty)
                #expect(kind.canonicalise(form) == .canonical(form), "\(input.debugDescription)")
            }
        }
    }

    @Test("refuse long input without reading it", arguments: IdentifierKind.allCases)
    func longInput(kind: IdentifierKind) {
        let long = String(repeating: "1", count: IdentifierKind.maximumInputBytes + 1)
        #expect(kind.canonicalise(long) == .invalid(reason: "too long"))
        let marks = String(repeating: "e\u{301}\u{200F}", count: 300)
        _ = kind.canonicalise(marks)
    }

    @Test(
        "never put the input into a reason",
        arguments: ["zzz-secret-77", "+49 secret", "secret@", "P<secret\\nsecret", "0xsecretsecretsecret"]
    )
    func reasonsAreSilent(input: String) {
        for kind in IdentifierKind.allCases {
            if case .invalid(let reason) = kind.canonicalise(input) { #expect(!reason.contains("secret")) }
        }
    }

    @Test("read hidden marks and foreign digits like plain text")
    func preparation() {
        #expect(IdentifierKind.imo.canonicalise("\u{200F}IMO\u{00A0}9074729\u{200B}") == .canonical("9074729"))
        #expect(IdentifierKind.phone.canonicalise("+٤٩ ۱۵۱۲ ۴۴۲۷۷۲۷") == .canonical("+4915124427727"))
        #expect(IdentifierKind.date.canonicalise("1990\u{2013}12\u{2212}31") == .canonical("1990-12-31"))
    }

    @Test("read letters of every script alike, by the short way and by the long")
    func shortWay() throws {
        var generator = SplitMix64.announced("short way")
        let blocks: [ClosedRange<UInt32>] = [
            0x20...0x7E, 0xA0...0x24F, 0x370...0x52F, 0x531...0x586, 0x5D0...0x5EA, 0x620...0x64A, 0x10D0...0x10FF,
            0x3041...0x30FF, 0x4E00...0x9FFF, 0xAC00...0xD7A3,
        ]
        // A mark of no width sends a text the long way round and is then dropped.
        func isAlike(_ text: String) -> Bool {
            let plate = IdentifierKind.plate.canonicalise("\u{200B}" + text)
            return IdentifierKind.plate.canonicalise(text) == plate
                && IdentifierKind.name.canonicalise(text) == IdentifierKind.name.canonicalise(text + "\u{200B}")
        }
        for value in blocks.joined() {
            let scalar = try #require(Unicode.Scalar(value))
            #expect(isAlike(String(scalar) + "a1"), "\(String(value, radix: 16))")
        }
        for _ in 0..<3000 {
            var view = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                let block = blocks[Int.random(in: 0..<blocks.count, using: &generator)]
                if let scalar = Unicode.Scalar(UInt32.random(in: block, using: &generator)) { view.append(scalar) }
            }
            #expect(isAlike(String(view)), "\(String(view).debugDescription)")
        }
    }

    @Test("check Ethereum's mixed case as EIP-55 prints it")
    func ethereum() {
        let right = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
        #expect(IdentifierKind.wallet.canonicalise(right) == .canonical("eth:" + right.lowercased()))
        #expect(IdentifierKind.wallet.canonicalise("0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed").value == nil)
    }

    @Test("read official names of countries in nine languages")
    func countries() {
        let names = [
            "Islamic Republic of Iran": "IRN", "République française": "FRA", "Bundesrepublik Deutschland": "DEU",
            "Reino Unido": "GBR", "سوريا": "SYR", "افغانستان": "AFG", "Российская Федерация": "RUS", "Україна": "UKR",
            "Türkiye": "TUR", "TURKEY": "TUR", "Czech Republic": "CZE",
        ]
        for (name, code) in names { #expect(IdentifierKind.country.canonicalise(name) == .canonical(code), "\(name)") }
    }
}
