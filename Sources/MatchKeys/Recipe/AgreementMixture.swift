/// Fellegi and Sunter's m and u: how often records of one person agree in something, and how often records of two do, among
/// pairs that share a key. Knows counts of agreements; never a key.

import Foundation

/// How often one agreement is seen.
public struct AgreementRate: Sendable, Equatable {
    /// What is compared, for instance `date`.
    public let field: String
    /// To what degree it agrees, for instance `month`.
    public let degree: String
    /// Of pairs that are the same: m.
    public let same: Double
    /// Of pairs that are not: u.
    public let others: Double
}

/// To what degree the keys of one pair agree in each field.
struct Agreement: Hashable {
    fileprivate var degrees: [UInt8]

    /// Each field and its degrees, least first.
    fileprivate static let fields: [(name: String, degrees: [String])] = [
        (
            "names",
            ["none"]
                + ["one", "two", "three or more"].flatMap { count in
                    ["common", "usual", "rare"].map { "\(count), \($0)" }
                }
        ),
        ("date", ["none", "year", "month and day", "month", "day"]), ("short names", ["none", "initials", "prefixes"]),
        ("postcode", yesOrNo), ("house", yesOrNo), ("street", yesOrNo), ("city", yesOrNo), ("nationality", yesOrNo),
        ("phone", yesOrNo), ("email", yesOrNo), ("document", yesOrNo), ("object", yesOrNo),
    ]

    private static let yesOrNo = ["no", "yes"]
    private static let parts: [ScoreWeight] = [
        .postcode, .house, .street, .city, .nationality, .phone, .email, .document, .object,
    ]

    init(_ evidence: Evidence) {
        let seen = Set(evidence.same)
        func first(_ weights: [ScoreWeight]) -> Int { weights.firstIndex(where: seen.contains) ?? 0 }
        let names = first([.noName, .oneName, .twoNames, .threeNames])
        // One bearer in five hundred, and one in ten thousand, as a mean over the names.
        let mean = names == 0 ? 0 : evidence.rareness / Double(names)
        let rarity = mean > -6.2 ? 0 : mean > -9.2 ? 1 : 2
        let short =
            if seen.contains(where: { $0.rawValue.hasPrefix("prefixes") }) {
                2
            } else if seen.contains(where: { $0.rawValue.hasPrefix("initials") }) { 1 } else { 0 }
        let levels =
            [names == 0 ? 0 : 3 * names - 2 + rarity, first([.noDate, .year, .monthDay, .month, .date]), short]
            + Self.parts.map { seen.contains($0) ? 1 : 0 }
        degrees = levels.map(UInt8.init)
    }
}

/// Two kinds of pairs, the same and others, in each of which fields agree independently of each other; their shares are
/// found by expectation and maximisation, held halfway by what the recipe says of each pair.
///
/// Left alone, the two kinds drift: nearly all pairs that share a key are the same, so they part the same from the same.
struct AgreementMixture {
    private struct Seen {
        var pairs = 0.0
        /// Mean logarithm of the recipe's odds.
        var recipe = 0.0
        var sameness = 0.0
    }

    private var seen: [Agreement: Seen] = [:]
    private var share = 0.0
    /// For each field and degree.
    private var same: [[Double]] = []
    private var others: [[Double]] = []

    private static let rounds = 500
    /// What no pair showed is not impossible.
    private static let doubt = 0.5
    /// Logarithms of odds beyond this say no more.
    private static let greatest = 20.0

    /// - Parameter start: how probable it is of each that it is the same: known, or as the recipe has it.
    init(_ agreements: [Agreement], start: [Double]) {
        for (agreement, sameness) in zip(agreements, start) {
            let odds = min(max(log(sameness) - log(1 - sameness), -Self.greatest), Self.greatest)
            var about = seen[agreement] ?? Seen()
            about.pairs += 1
            about.recipe += (odds - about.recipe) / about.pairs
            about.sameness += (sameness - about.sameness) / about.pairs
            seen[agreement] = about
        }
        maximise()
    }

    mutating func settle() {
        for _ in 0..<Self.rounds {
            var moved = 0.0
            for (agreement, about) in seen {
                let sameness = probability(of: agreement)
                moved += about.pairs * abs(sameness - about.sameness)
                seen[agreement]?.sameness = sameness
            }
            maximise()
            if moved < 1e-4 { return }
        }
    }

    /// By the shares and by the recipe, each for half.
    func probability(of agreement: Agreement) -> Double {
        var odds = log(share) - log(1 - share)
        for (field, degree) in agreement.degrees.enumerated() {
            odds += log(same[field][Int(degree)]) - log(others[field][Int(degree)])
        }
        odds = (odds + (seen[agreement]?.recipe ?? odds)) / 2
        return 1 / (1 + exp(-odds))
    }

    var rates: [AgreementRate] {
        Agreement.fields.enumerated().flatMap { field, about in
            about.degrees.enumerated().map { degree, words in
                AgreementRate(
                    field: about.name,
                    degree: words,
                    same: same[field][degree],
                    others: others[field][degree]
                )
            }
        }
    }

    private mutating func maximise() {
        same = Agreement.fields.map { $0.degrees.map { _ in Self.doubt } }
        others = same
        var (all, sum) = (0.0, 0.0)
        for (agreement, about) in seen {
            let alike = about.pairs * about.sameness
            (all, sum) = (all + about.pairs, sum + alike)
            for (field, degree) in agreement.degrees.enumerated() {
                same[field][Int(degree)] += alike
                others[field][Int(degree)] += about.pairs - alike
            }
        }
        share = (sum + Self.doubt) / (all + 2 * Self.doubt)
        for (field, about) in Agreement.fields.enumerated() {
            let doubts = Self.doubt * Double(about.degrees.count)
            for degree in about.degrees.indices {
                same[field][degree] /= sum + doubts
                others[field][degree] /= all - sum + doubts
            }
        }
    }
}
