/// How sure it is that two records are the same, from the keys that agree. Keeps kinds and numbers; never a key.

/// How sure an agreement is, in words; the recipe says where each begins.
public enum StrengthBand: String, CaseIterable, Sendable, Codable, Comparable {
    case possible, probable, strong

    public static func < (left: StrengthBand, right: StrengthBand) -> Bool {
        (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
}

/// The score of one pair of records.
public struct MatchScore: Sendable, Equatable {
    /// 0-100: expected precision in per cent, rounded down.
    public let score: Int
    /// The same unrounded, 0-1; of recipe 1 the score itself.
    public let probability: Double
    /// Nil under the first band.
    public let band: StrengthBand?
    /// Whether it is at or above the recipe's threshold.
    public let isShown: Bool
    /// The agreeing kinds, in their order.
    public let kinds: [KeyKind]

    /// - Parameters:
    ///   - agreeing: the keys that agree, each once; kinds that the recipe does not build are ignored.
    ///   - holderRecords: among how many records of the holder they were found: by chance more agree among more.
    ///   - asked: what the asker's record says; nil where only what agrees is known.
    ///   - sharing: how the holder's records share keys; nil: as the recipe expects.
    public init(
        agreeing: [MatchKey],
        holderRecords: Int,
        recipe: KeyRecipe = .current,
        asked: AskedParts? = nil,
        sharing: KeySharing? = nil
    ) {
        let built = agreeing.filter { recipe.rule(of: $0.kind) != nil }
        let keys = built.count > 1 ? Array(Set(built)) : built
        kinds = Set(keys.map(\.kind)).sorted()
        switch recipe.scoring {
        case .points(let scale):
            let points = scale.points(of: keys)
            score = scale.score(of: points)
            probability = Double(score) / 100
            band = scale.band(of: points)
            isShown = points >= scale.threshold(holderRecords: holderRecords)
        case .weights(let weights):
            let sharing = sharing ?? KeySharing(records: [:], holderRecords: holderRecords, recipe: recipe)
            probability =
                keys.isEmpty
                ? 0
                : Evidence(agreeing: keys, recipe: recipe, asked: asked, sharing: sharing)
                    .probability(weights, holderRecords: holderRecords)
            // Two machines may differ in the last digit of a logarithm; a whole number of per cent is not lost by it.
            let score = Int(100 * probability + 1e-9)
            self.score = score
            band = weights.bands.last { $0.score <= score }?.band
            isShown = score >= weights.shown
        }
    }

    /// Of no keys at all.
    public static let none = MatchScore(agreeing: [], holderRecords: 0)
}
