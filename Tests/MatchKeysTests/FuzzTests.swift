/// Every parser of MatchKeys under random input: mutants of what it is meant for. `COMITY_LONG_TESTS=1` gives each 60 seconds.

import TestSupport
import Testing

@testable import MatchKeys

@Suite("Fuzzing of forms and keys")
struct FuzzTests {
    // MARK: Input

    /// What mutants are made of.
    private struct Material {
        let samples: [String]
        let alphabet: [Unicode.Scalar]

        init(_ samples: [String]) {
            self.samples = samples
            alphabet = Array(Set(samples.joined().unicodeScalars)).sorted()
        }

        /// Every input of the vectors.
        static func everything() throws -> Material {
            let rows = try Vectors.rows("identifiers.csv") + Vectors.rows("identifiers-more.csv")
            return try Material(rows.map { $0[1] } + Vectors.rows("transliteration.csv").map { $0[1] })
        }

        /// Valid input, cut, doubled and spliced with floods and scalars from anywhere in Unicode.
        func mutant(_ generator: inout SplitMix64) -> String {
            var scalars = Array((samples.randomElement(using: &generator) ?? "").unicodeScalars)
            for _ in 0..<Int.random(in: 0...4, using: &generator) {
                let place = Int.random(in: 0...scalars.count, using: &generator)
                switch Int.random(in: 0..<6, using: &generator) {
                case 0:
                    scalars.removeSubrange(
                        place..<min(scalars.count, place + Int.random(in: 0...4, using: &generator))
                    )
                case 1: scalars.insert(contentsOf: scalars.prefix(Int.random(in: 0...40, using: &generator)), at: place)
                case 2:
                    let other = samples.randomElement(using: &generator) ?? ""
                    scalars.replaceSubrange(
                        place...,
                        with: other.unicodeScalars.suffix(Int.random(in: 0...20, using: &generator))
                    )
                case 3:
                    let flood = HostileInputTests.floods.randomElement(using: &generator)?.text ?? ""
                    scalars.insert(
                        contentsOf: flood.unicodeScalars.prefix(Int.random(in: 0...60, using: &generator)),
                        at: place
                    )
                default: scalars.insert(contentsOf: generator.text(of: alphabet, upTo: 3).unicodeScalars, at: place)
                }
            }
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars)
            return String(view)
        }
    }

    // MARK: Identifiers

    @Test(
        "no mutant of good input makes a form trap, and what is accepted gives itself",
        arguments: IdentifierKind.allCases
    )
    func forms(kind: IdentifierKind) throws {
        let rows = try Vectors.rows("identifiers.csv") + Vectors.rows("identifiers-more.csv")
        var samples = rows.filter { $0[0] == kind.rawValue }.map { $0[1] }
        if kind == .name { samples = try Vectors.rows("transliteration.csv").map { $0[1] } }
        let material = Material(samples)
        Fuzzing.run(kind.rawValue, inputs: 2_000) { generator in
            let input = material.mutant(&generator)
            if case .canonical(let form) = kind.canonicalise(input) {
                #expect(!form.isEmpty)
                #expect(kind.canonicalise(form) == .canonical(form), "\(input.debugDescription)")
            }
        }
    }

    /// Zones of the three forms, and where each has its check digits: the place of the digit and what it covers.
    private static let zones: [(text: String, width: Int, checks: [(place: Int, covers: [Range<Int>])])] = [
        (
            "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<", 30,
            [(14, [5..<14]), (36, [30..<36]), (44, [38..<44]), (59, [5..<30, 30..<37, 38..<45, 48..<59])]
        ),
        (
            "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO7408122F1204159<<<<<<<6", 36,
            [(45, [36..<45]), (55, [49..<55]), (63, [57..<63]), (71, [36..<46, 49..<56, 57..<71])]
        ),
        (
            "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10", 44,
            [
                (53, [44..<53]), (63, [57..<63]), (71, [65..<71]), (86, [72..<86]),
                (87, [44..<54, 57..<64, 65..<87]),
            ]
        ),
    ]

    private static func checkDigit(_ bytes: some Sequence<UInt8>) -> UInt8 {
        var sum = 0
        for (byte, weight) in zip(bytes, repeatElement([7, 3, 1], count: 40).joined()) {
            switch byte {
            case 0x30...0x39: sum += Int(byte - 0x30) * weight
            case 0x41...0x5A: sum += Int(byte - 0x41 + 10) * weight
            default: break
            }
        }
        return 0x30 + UInt8(sum % 10)
    }

    @Test("no machine-readable zone makes its reader trap; one whose check digits are right mostly has a form")
    func zones() {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<<<<<<<<".utf8)
        var accepted = 0
        Fuzzing.run("machine-readable zone", inputs: 4_000) { generator in
            let zone = Self.zones[Int.random(in: 0..<3, using: &generator)]
            var bytes = Array(zone.text.utf8)
            for _ in 0..<Int.random(in: 0...6, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] =
                    alphabet.randomElement(using: &generator) ?? 0x3C
            }
            // Without this nothing past the first check digit would be reached.
            if Int.random(in: 0..<4, using: &generator) > 0 {
                for check in zone.checks {
                    bytes[check.place] = Self.checkDigit(check.covers.map { bytes[$0] }.joined())
                }
            }
            var lines = stride(from: 0, to: bytes.count, by: zone.width).map {
                String(decoding: bytes[$0..<$0 + zone.width], as: UTF8.self)
            }
            switch Int.random(in: 0..<12, using: &generator) {
            case 0: lines[0].removeLast()
            case 1: lines.append(lines[0])
            case 2: lines[1] += generator.text(of: ["<", "A", " "], upTo: 3)
            default: break
            }
            let text = lines.joined(separator: Bool.random(using: &generator) ? "\n" : "\\n")
            if case .canonical(let form) = IdentifierKind.document.canonicalise(text) {
                accepted += 1
                #expect(IdentifierKind.document.canonicalise(form) == .canonical(form), "\(text.debugDescription)")
            }
        }
        #expect(accepted > 100)
    }

    // MARK: Names and records

    @Test("no two mutants of names make their comparison trap, and it does not matter which comes first")
    func comparison() throws {
        let material = Material(try Vectors.rows("names.csv").flatMap { [$0[0], $0[1]] })
        Fuzzing.run("comparison of names", inputs: 2_000) { generator in
            let (one, other) = (material.mutant(&generator), material.mutant(&generator))
            #expect(NameComparison.isSame(one, other) == NameComparison.isSame(other, one), "\([one, other])")
        }
    }

    @Test("no record of mutants makes a recipe trap; its keys are sorted, none twice, and explain themselves")
    func records() throws {
        let material = try Material.everything()
        Fuzzing.run("records", inputs: 200) { generator in
            var columns: [String: [String]] = [:]
            for column in Record.matchColumns {
                columns[column] = (0..<Int.random(in: 0...2, using: &generator)).map { _ in material.mutant(&generator)
                }
            }
            let recipe = KeyRecipe.all.randomElement(using: &generator) ?? .current
            let keys = recipe.keys(of: Record(id: "1", columns: columns))
            #expect(zip(keys, keys.dropFirst()).allSatisfy { $0 < $1 })
            columns[Record.matchColumns.randomElement(using: &generator) ?? "address"] = [material.mutant(&generator)]
            let others = recipe.keys(of: Record(id: "2", columns: columns))
            let pair = PairExplanation(holder: keys, asker: others, holderRecords: 1_000, recipe: recipe)
            #expect(pair.score.kinds.count <= recipe.kinds.count)
        }
    }

    @Test("no mutant of a recipe's text makes its reader trap, nor the derivation and scores that follow it")
    func recipeText() throws {
        let texts = [RecipeText.first, RecipeText.second].map { $0.split(separator: "\n").map(String.init) }
        let words = Set(texts.joined().flatMap { $0.split(separator: " ").map(String.init) }).sorted()
        let record = Record(
            id: "1",
            columns: [
                "full_name": ["Ali Smith Jones"], "birth_date": ["1990-05-12"], "nationality": ["SYR"],
                "postcode": ["10115"], "city": ["Berlin"], "address": ["Hauptstr. 12"], "phone": ["+491701234567"],
                "document_number": ["SYR:N123456"],
            ]
        )
        Fuzzing.run("recipe text", inputs: 1_000) { generator in
            var lines = texts[Int.random(in: 0...1, using: &generator)]
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let place = Int.random(in: 0..<lines.count, using: &generator)
                var line = lines[place].split(separator: " ", omittingEmptySubsequences: false).map(String.init)
                let at = Int.random(in: 0..<line.count, using: &generator)
                switch Int.random(in: 0..<6, using: &generator) {
                case 0: line.remove(at: at)
                case 1: line.insert(words.randomElement(using: &generator) ?? "", at: at)
                case 2: line[at] = words.randomElement(using: &generator) ?? ""
                case 3: line[at] = generator.text(of: ["0", "9", "-", "."], upTo: 6)
                case 4: line = ["", ""]
                default: line.swapAt(at, 0)
                }
                lines[place] = line.joined(separator: " ")
                if lines.count > 10, Int.random(in: 0..<8, using: &generator) == 0 { lines.remove(at: place) }
            }
            let reader = RecipeReader(lines.joined(separator: "\n"))
            for profile in reader.profiles.prefix(3) {
                let recipe = KeyRecipe(reader, profile: profile)
                // Recipe 1 has no ingredients in its text, and its numbers are frozen.
                guard recipe.version > 1 else { continue }
                let keys = recipe.keys(of: record)
                let score = MatchScore(agreeing: keys, holderRecords: 1_000, recipe: recipe)
                #expect((0...1).contains(score.probability))
            }
        }
    }
}
