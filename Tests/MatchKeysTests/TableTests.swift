/// Tables and texts that keys depend on are what the recipe says they are, so that no key moves without a new recipe.

import Crypto
import Testing

@testable import MatchKeys

@Suite("Tables of the recipe")
struct TableTests {
    private static let tables = [
        "country-names": CountryTable.text, "iban-structures": IBANTable.text, "phone-plans": PhoneTable.text,
        "skeleton-exceptions": SkeletonExceptionTable.text, "skeleton-frequency": SkeletonFrequencyTable.text,
    ]

    private func digest(_ text: String) -> String {
        SHA256.hash(data: Array(text.utf8)).map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }.joined()
    }

    @Test("have the digests that the recipe names")
    func digests() {
        #expect(KeyRecipe.current.tables == Self.tables.mapValues(digest))
    }

    @Test("the texts of the recipes are understood to the last line")
    func texts() {
        #expect(ScoreWeight.allCases.map(\.place) == Array(ScoreWeight.allCases.indices))
        for text in [RecipeText.first, RecipeText.second] {
            let reader = RecipeReader(text)
            #expect(reader.unread.isEmpty)
            #expect(reader.version > 0)
        }
        for recipe in KeyRecipe.all where recipe.version > 1 {
            let reader = RecipeReader(RecipeText.second)
            let weights = reader.weights(of: recipe.profile)
            #expect(weights == recipe.weights)
            #expect(ScoreWeight.allCases.allSatisfy { RecipeText.second.contains("\nweight \($0.rawValue) ") })
            #expect(weights.bands.map(\.band) == StrengthBand.allCases)
        }
    }

    /// These were published. Whoever changes one changes what two nodes must agree on: raise the version instead.
    @Test("published recipes are never edited")
    func published() {
        #expect(
            digest(RecipeText.first) == "a681dafc41ad41cf587cb29b72e14529a25b93198c69fc59d45ab4986c693231"
        )
    }

    @Test("unfold to as many names as they hold")
    func sizes() {
        #expect(SkeletonExceptions.shared.count > 10_000)
        #expect(SkeletonShares.shared.count > 15_000)
        #expect(SkeletonShares.shared.share(of: "no such skeleton") == SkeletonShares.floor)
        let sum = SkeletonFrequencyTable.text.split(separator: "\n").reduce(0.0) { sum, line in
            let words = line.split(separator: " ")
            return sum + (Double(words[0]) ?? 0) * Double(words.count - 1)
        }
        #expect((0.9...1.0).contains(sum), "shares of \(sum)")
    }

    @Test("no exception says what the rule says anyway")
    func exceptions() {
        for token in SkeletonExceptions.shared.tokens {
            #expect(SkeletonExceptions.shared[token] != SkeletonRule.second.skeleton(of: token))
        }
    }

    @Test("skeletons are what they were frozen as")
    func skeletons() throws {
        let rows = try Vectors.rows("skeletons.csv")
        #expect(rows.count > 1_000)
        for row in rows {
            #expect(SkeletonRule.second.skeleton(of: row[0]) == row[1], "\(row[0])")
            #expect(Skeleton.of(row[0]) == row[2], "\(row[0])")
        }
    }
}
