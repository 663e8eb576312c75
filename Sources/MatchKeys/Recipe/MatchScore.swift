/// How much agreeing keys are worth. Knows kinds and counts; never sees a key.

/// How sure an agreement is, in words (KEY_RECIPE, bands).
public enum StrengthBand: String, CaseIterable, Sendable, Codable, Comparable {
    case possible, probable, strong

    public static func < (left: StrengthBand, right: StrengthBand) -> Bool {
        (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
}

/// The score of one pair of records.
public struct MatchScore: Sendable, Equatable {
    /// Sum of the points of the agreeing kinds, once each, with second-token points where two keys or more agree.
    public let points: Int
    /// 0-100, meant as expected precision in per cent.
    public let score: Int
    /// Nil under the first band.
    public let band: StrengthBand?
    /// The agreeing kinds, in the recipe's order.
    public let kinds: [KeyKind]

    /// - Parameter agreeing: kind -> how many different keys of it agree; kinds with 0 or less are ignored.
    public init(agreeing: [KeyKind: Int], recipe: KeyRecipe = .current) {
        var points = 0
        var kinds: [KeyKind] = []
        for rule in recipe.rules {
            guard let count = agreeing[rule.kind], count > 0 else { continue }
            points += rule.points + (count > 1 ? rule.secondTokenPoints : 0)
            kinds.append(rule.kind)
        }
        self.init(points: points, kinds: kinds, recipe: recipe)
    }

    private init(points: Int, kinds: [KeyKind], recipe: KeyRecipe) {
        self.points = points
        self.kinds = kinds
        self.score = Self.score(points, scale: recipe.scale)
        self.band = recipe.bands.last { $0.points <= points }?.band
    }

    private static func score(_ points: Int, scale: [(points: Int, score: Int)]) -> Int {
        for (low, high) in zip(scale, scale.dropFirst()) where points < high.points {
            return low.score + (points - low.points) * (high.score - low.score) / (high.points - low.points)
        }
        return scale.last?.score ?? 0
    }
}
