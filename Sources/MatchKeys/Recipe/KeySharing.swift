/// How a holder's records share keys, as the answers to one question show it; and what the asker's record says, whether it
/// agrees or not. Knows numbers of records by key; keeps no record.

import Foundation

/// What a record that is asked about says of a person. What it says and does not agree speaks against the same.
public struct AskedParts: Sendable, Hashable {
    /// Different names; more than two count as two.
    let names: Int
    /// Whether it has a full date.
    let hasDate: Bool

    /// - Parameter keys: all keys of the record that were asked, agreeing or not.
    public init(_ keys: [MatchKey], recipe: KeyRecipe) {
        let shown = ShownEvidence(keys, recipe: recipe)
        names = min(shown.names.count, 2)
        hasDate = shown.date == .date
    }

    /// One letter, for files.
    public var letter: Character { Self.letters[names * 2 + (hasDate ? 1 : 0)] }

    public init?(letter: Character) {
        guard let place = Self.letters.firstIndex(of: letter) else { return nil }
        (names, hasDate) = (place / 2, place % 2 == 1)
    }

    private static let letters: [Character] = ["a", "b", "c", "d", "e", "f"]
}

/// How many of the holder's records have each agreeing key, and how many that is as a rule.
///
/// A house where four of the holder's records live says little of who is meant; a register where every house is such a one
/// says little by any house. A question of a few keys shows little of the register: what the recipe expects counts as much as
/// `expectedKeys` keys.
public struct KeySharing: Sendable {
    private let records: [MatchKey: Int]
    /// By place of the kind: records beside the first that have a key, on average.
    private let rates: [Double]
    /// Logarithm of how much commoner the agreeing names are at this holder than the recipe's table says; never under 0.
    let commonness: Double

    private static let expectedKeys = 4.0
    /// No kind of key is nobody else's.
    private static let leastRate = 0.0005
    /// Days of birth that people of a register have, as a rule.
    private static let days = 20_000.0
    /// A register's own people are commoner in it than in a table of the world's names: to begin with, 8 times.
    private static let expectedSharing = (seen: 2.0, expected: 0.25)

    /// - Parameter records: of every key of the question that agrees with a record, with how many it does.
    public init(records: [MatchKey: Int], holderRecords: Int, recipe: KeyRecipe) {
        self.records = records
        var others = [Double](repeating: 0, count: KeyKind.allCases.count)
        var keys = others
        var (seen, expected) = Self.expectedSharing
        let named = recipe.kinds.first { $0.ingredients == [.name, .dob] }?.kind
        for (key, count) in records {
            others[key.kind.ordinal] += Double(count - 1)
            keys[key.kind.ordinal] += 1
            guard key.kind == named else { continue }
            seen += Double(count - 1)
            let name = key.value.prefix { $0 != "|" }
            expected += Double(holderRecords) * SkeletonShares.shared.share(of: String(name)) / Self.days
        }
        var rates = [Double](repeating: Self.leastRate, count: others.count)
        for rule in recipe.kinds {
            let place = rule.kind.ordinal
            let prior = recipe.weights.map { exp($0[rule.expected]) } ?? Self.leastRate
            let rate = (others[place] + prior * Self.expectedKeys) / (keys[place] + Self.expectedKeys)
            rates[place] = max(rate, Self.leastRate)
        }
        self.rates = rates
        commonness = max(0, log(seen / expected))
    }

    /// As if nobody shared a key with anybody. No other sharing gives a higher score.
    public static let none = KeySharing()

    private init() {
        records = [:]
        rates = KeyKind.allCases.map { _ in Self.leastRate }
        commonness = 0
    }

    /// Logarithm of how many others have the key that fewest have, of keys that agree with one record: those seen, and those to
    /// be expected where the one who is meant is not among the holder's.
    func others(_ agreeing: [MatchKey]) -> Double {
        let fewest = agreeing.map { Double((records[$0] ?? 1) - 1) + rates[$0.kind.ordinal] }.min()
        return log(max(fewest ?? 0, Self.leastRate))
    }
}

extension KeyRule {
    /// Made of parts of an address alone.
    var isHome: Bool { ingredients.allSatisfy(\.isAddress) }

    /// The weight that says how many others have such a key, before anything was seen.
    fileprivate var expected: ScoreWeight {
        switch ingredients.first {
        case .phone: .expectedPhone
        case .object: .expectedObject
        default: isHome ? .expectedHome : .expectedOther
        }
    }
}

extension Ingredient {
    var isAddress: Bool {
        switch self {
        case .postcode, .house, .street, .city: true
        default: false
        }
    }
}
