/// What a decision says, and why. A value: it was made, nothing more.

public enum Outcome: String, Sendable, CaseIterable {
    case permit
    /// Permitted once people approve.
    case hold
    /// At `retention`: erase.
    case refuse
}

/// One rule that made a decision what it is.
public struct Reason: Sendable, Equatable {
    /// `FILEID/RULEID`, or `builtin/…`.
    public let rule: String
    public let effect: Effect
    /// The instrument cited; `POLICY` for a builtin.
    public let source: String
    public let words: Words
    public let tell: Tell

    public init(rule: String, effect: Effect, source: String, words: Words, tell: Tell) {
        self.rule = rule
        self.effect = effect
        self.source = source
        self.words = words
        self.tell = tell
    }

    /// For the caseworker of the deciding agency.
    public func text(in lang: String = "en") -> String { words.text(in: lang) }

    /// What a peer may learn; nil for nothing.
    public func peerText(in lang: String = "en") -> String? {
        switch tell {
        case .reason: words.text(in: lang)
        case .source: source
        case .nothing: nil
        }
    }
}

public struct Decision: Sendable, Equatable {
    public let outcome: Outcome
    /// Of a refusal: what refused. Else: the fired permits and requires, in rule order.
    public let reasons: [Reason]
    /// None of a refusal.
    public let obligations: Obligations
    public let side: Side
    public let stage: Stage
    public let at: Moment
}
