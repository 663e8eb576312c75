/// Scores: the number both sides of a question come to, and what it depends on.

import MatchKeys
import Testing

@Suite("Scores")
struct ScoreTests {
    private func keys(_ text: String) -> [MatchKey] {
        text.split(separator: ";").compactMap { one in
            let parts = one.split(separator: " ", maxSplits: 1)
            return KeyKind(rawValue: String(parts[0])).map { MatchKey(kind: $0, value: String(parts[1])) }
        }
    }

    private func score(_ text: String, of records: Int = 5_000, _ profile: MatchProfile = .person) -> MatchScore {
        MatchScore(agreeing: keys(text), holderRecords: records, recipe: .newest(profile))
    }

    @Test("are what an independent reading of the page computes")
    func vectors() throws {
        let rows = try Vectors.rows("scores.csv")
        #expect(rows.count > 200)
        for row in rows {
            let profile = try #require(MatchProfile(rawValue: row[0]))
            let agreeing = keys(row[2])
            #expect(agreeing.count == row[2].split(separator: ";").count)
            let recipe = KeyRecipe.newest(profile)
            let records = Int(row[1]) ?? 0
            let held = zip(agreeing, row[3].split(separator: ";").compactMap { Int($0) })
            let score = MatchScore(
                agreeing: agreeing.shuffled(),
                holderRecords: records,
                recipe: recipe,
                asked: row[4].first.flatMap(AskedParts.init(letter:)),
                sharing: KeySharing(
                    records: Dictionary(held, uniquingKeysWith: max),
                    holderRecords: records,
                    recipe: recipe
                )
            )
            #expect(abs(score.probability - (Double(row[5]) ?? -1)) < 1e-5, "\(row)")
            #expect(score.score == Int(row[6]), "\(row)")
            // What only the asker knows speaks against, so the holder can tell what nobody could have been shown.
            let most = MatchScore(agreeing: agreeing, holderRecords: records, recipe: recipe, sharing: KeySharing.none)
            #expect(most.probability >= score.probability - 1e-12, "\(row)")
        }
    }

    @Test("nothing agreeing is nothing")
    func nothing() {
        #expect(MatchScore.none.score == 0)
        #expect(MatchScore.none.band == nil)
        #expect(!MatchScore.none.isShown)
        #expect(MatchScore.none.kinds.isEmpty)
        // A kind that the recipe does not build says nothing.
        #expect(score("skeletons-postcode a|b|1").score == 0)
    }

    @Test("a document is strong, and never certain")
    func documents() {
        let alone = score("docfold 00125867", of: 1_000_000)
        #expect(alone.band == .strong)
        #expect(alone.score == 99)
        #expect(alone.kinds == [.docfold])
        #expect(score("docfold 1;phone +49;docfold 1").kinds == [.docfold, .phone])
    }

    @Test("the same agreement says less among more records")
    func haystack() {
        let agreeing = "skeleton-dob mhmt|1987-03-12"
        let scores = [100, 5_000, 120_000, 10_000_000].map { score(agreeing, of: $0) }
        #expect(zip(scores, scores.dropFirst()).allSatisfy { $0.probability > $1.probability })
        #expect(scores[0].isShown && !scores[3].isShown)
    }

    @Test("a rare name says more than a common one")
    func rarity() {
        let common = score("skeleton-dob jn|1987-03-12")
        let rare = score("skeleton-dob sftt|1987-03-12")
        #expect(rare.probability > common.probability + 0.1)
    }

    @Test("a second name says more than the first, and names agreeing twice count once")
    func names() {
        let one = score("skeleton-dob mhmt|1987-03-12", of: 100_000)
        let two = score("skeleton-dob mhmt|1987-03-12;skeleton-dob hml|1987-03-12", of: 100_000)
        #expect(two.probability > one.probability)
        let again = score(
            "skeleton-dob mhmt|1987-03-12;skeleton-dob hml|1987-03-12;prefixes-dob hm|mh|1987-03-12",
            of: 100_000
        )
        #expect(again.probability == two.probability)
        #expect(again.kinds == [.skeletonDob, .prefixesDob])
    }

    @Test("month and day that agree with year and month are a date")
    func dates() {
        let parts = score("skeletons-month a|b|1987-03;skeletons-monthday a|b|03-12")
        let whole = score("skeleton-dob a|1987-03-12;skeleton-dob b|1987-03-12")
        #expect(parts.probability == whole.probability)
    }

    @Test("bands begin at 50, 90 and 99")
    func bands() throws {
        for row in try Vectors.rows("scores.csv") {
            let profile = try #require(MatchProfile(rawValue: row[0]))
            let score = score(row[2], of: Int(row[1]) ?? 0, profile)
            let expected: StrengthBand? =
                score.score >= 99 ? .strong : score.score >= 90 ? .probable : score.score >= 50 ? .possible : nil
            #expect(score.band == expected)
            #expect(score.isShown == (score.score >= 50))
        }
    }

    @Test("what the asker's record says and does not agree speaks against, a home that many share too")
    func missed() throws {
        let recipe = KeyRecipe.current
        let home = keys("house-street-postcode 7|mn|1010")
        let full = keys("skeleton-dob a|1987-03-12;skeleton-dob b|1987-03-12") + home
        func probability(_ agreeing: [MatchKey], _ asked: [MatchKey]?, living: Int) -> Double {
            MatchScore(
                agreeing: agreeing,
                holderRecords: 5_000,
                asked: asked.map { AskedParts($0, recipe: recipe) },
                sharing: KeySharing(records: [home[0]: living], holderRecords: 5_000, recipe: recipe)
            ).probability
        }
        #expect(probability(home, full, living: 1) < probability(home, home, living: 1))
        #expect(probability(home, home, living: 4) < probability(home, home, living: 1))
        #expect(probability(home, full, living: 4) < 0.05)
        #expect(probability(full, full, living: 4) > 0.99)
        for names in 0...2 {
            for text in ["a|1987-03-12", "b|1987-03-12"].prefix(names).map({ "skeleton-dob " + $0 }) + [""] {
                let parts = AskedParts(keys(text), recipe: recipe)
                #expect(AskedParts(letter: parts.letter) == parts)
            }
        }
        #expect(AskedParts(letter: "g") == nil)
    }

    @Test("recipe 1 scores on straight lines between 0, 50, 90, 99 and 100, its threshold follows the holder's size")
    func first() throws {
        let first = try #require(KeyRecipe.all.last)
        func score(_ text: String, of records: Int = 100) -> MatchScore {
            MatchScore(agreeing: keys(text), holderRecords: records, recipe: first)
        }
        #expect(score("skeleton-dob a|1987-03-12").score == 50)
        #expect(score("skeleton-dob a|1987-03-12").band == .possible)
        #expect(score("skeleton-dob a|1987-03-12;skeleton-dob b|1987-03-12").score == 94)
        #expect(score("skeleton-year a|1987").score == 14)
        #expect(score("imo 1").score == 99)
        #expect(score("docfold 1").score == 100)
        #expect(score("skeleton-dob a|1987-03-12", of: 50_000).isShown)
        #expect(!score("skeleton-dob a|1987-03-12", of: 50_001).isShown)
        #expect(score("dob-postcode 1987-03-12|1", of: 500_000).isShown)
        #expect(!score("dob-postcode 1987-03-12|1", of: 500_001).isShown)
    }
}
