/// One rule of a policy file. Knows its words and conditions; never learns which file or layer weighs it.

public struct Rule: Sendable, Equatable {
    /// `FILEID/RULEID`.
    public let name: String
    public let effect: Effect
    public let stages: Set<Stage>
    public let sides: Set<Side>
    /// The UTC days on which it speaks; nil: always.
    public let valid: Period?
    public let when: Condition?
    public let unless: Condition?
    /// Declared instrument, then free words.
    public let source: String
    public let because: Words
    /// What a refused peer learns of a forbid.
    public let tell: Tell
    /// Of a require; empty for others.
    public let obligations: [Obligation]

    public init(
        name: String,
        effect: Effect,
        stages: Set<Stage>,
        sides: Set<Side> = Set(Side.allCases),
        valid: Period? = nil,
        when: Condition? = nil,
        unless: Condition? = nil,
        source: String,
        because: Words,
        tell: Tell = .reason,
        obligations: [Obligation] = []
    ) {
        self.name = name
        self.effect = effect
        self.stages = stages
        self.sides = sides
        self.valid = valid
        self.when = when
        self.unless = unless
        self.source = source
        self.because = because
        self.tell = tell
        self.obligations = obligations
    }

    /// `when` and not `unless`.
    public func holds(_ value: (Attribute) -> AttributeValue) -> Truth {
        var truth = Truth.yes
        if let when {
            truth = when.holds(value)
            if truth == .no { return .no }
        }
        if let unless { truth = truth && !unless.holds(value) }
        return truth
    }

    /// A permit fires only on true; forbid and require on true or unknown: not knowing never helps.
    public func fires(_ value: (Attribute) -> AttributeValue) -> Bool {
        switch holds(value) {
        case .yes: true
        case .unknown: effect != .permit
        case .no: false
        }
    }
}
