/// How recipe 1 weighs: points per kind, straight lines from points to a score, thresholds that follow the holder's size.
/// Knows kinds and counts; kept for peers whose index is still built by it.

struct PointScale: Sendable {
    /// What a kind is worth, and what is added when two different keys of it agree.
    var points: [(kind: KeyKind, first: Int, second: Int)] = []
    /// Up to so many records of the holder, so many points.
    var thresholds: [(records: Int, points: Int)] = []
    /// Points and the score they are worth; straight lines between.
    var lines: [(points: Int, score: Int)] = []
    /// The least points of each band.
    var bands: [(band: StrengthBand, points: Int)] = []

    func points(of agreeing: [MatchKey]) -> Int {
        points.reduce(0) { sum, rule in
            let count = agreeing.count { $0.kind == rule.kind }
            return sum + (count > 0 ? rule.first : 0) + (count > 1 ? rule.second : 0)
        }
    }

    func score(of points: Int) -> Int {
        for (low, high) in zip(lines, lines.dropFirst()) where points < high.points {
            return low.score + (points - low.points) * (high.score - low.score) / (high.points - low.points)
        }
        return lines.last?.score ?? 0
    }

    func band(of points: Int) -> StrengthBand? { bands.last { $0.points <= points }?.band }

    /// The least points shown.
    func threshold(holderRecords: Int) -> Int { thresholds.first { holderRecords <= $0.records }?.points ?? 0 }
}
