/// Two records side by side: which of their keys agree, which nearly do, and what the agreeing ones are worth. Holds keys in
/// clear, so it is for the eyes of whoever may see both records; its description shows none.

public struct PairExplanation: Sendable {
    /// Two keys of one kind of which one part differs.
    public struct Near: Sendable, Equatable {
        public var kind: KeyKind
        public var holder: String
        public var asker: String
        /// What differs, with both readings.
        public var words: String
        /// Whether the parts that differ do so by a slip: one character, or two that changed places.
        public var isSlip: Bool
    }

    /// Keys that both records have, in the recipe's order.
    public let agreeing: [MatchKey]
    /// At most one for each kind that does not agree: the closest.
    public let near: [Near]
    public let score: MatchScore

    /// - Parameters:
    ///   - holder: the keys of one record, as the recipe gives them.
    ///   - asker: those of the other.
    ///   - holderRecords: among how many records the one was found.
    ///   - recipe: by which both were made.
    public init(holder: [MatchKey], asker: [MatchKey], holderRecords: Int, recipe: KeyRecipe = .current) {
        let common = Set(holder).intersection(asker)
        agreeing = common.sorted()
        let kinds = Set(agreeing.map(\.kind))
        score = MatchScore(
            agreeing: agreeing,
            holderRecords: holderRecords,
            recipe: recipe,
            asked: AskedParts(asker, recipe: recipe)
        )
        let left = Dictionary(grouping: holder.filter { !common.contains($0) }, by: \.kind)
        let right = Dictionary(grouping: asker.filter { !common.contains($0) }, by: \.kind)
        near = KeyKind.allCases.compactMap { kind in
            guard !kinds.contains(kind), let left = left[kind], let right = right[kind] else { return nil }
            return Self.closest(kind, left, right)
        }
    }

    /// Keys of one kind that are compared with each other; a record of many values has more pairs than anybody reads.
    private static let mostKeys = 64

    private static func closest(_ kind: KeyKind, _ left: [MatchKey], _ right: [MatchKey]) -> Near? {
        var best: Near?
        for one in left.prefix(mostKeys) {
            for other in right.prefix(mostKeys) {
                guard let difference = KeyDifference(kind, one.value, other.value) else { continue }
                let near = Near(
                    kind: kind,
                    holder: one.value,
                    asker: other.value,
                    words: difference.words,
                    isSlip: difference.isSlip
                )
                if best == nil || near.isSlip && best?.isSlip == false { best = near }
            }
        }
        return best
    }
}

extension PairExplanation: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "\(agreeing.count) keys agree, \(near.count) nearly" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
