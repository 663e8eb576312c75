/// Conditions and tests, as trees of values. Knows how to weigh them; never learns where the facts come from.

/// A condition (POLICY section 2): all entries of a mapping hold.
public indirect enum Condition: Sendable, Equatable {
    case all([Condition])
    case any([Condition])
    case not(Condition)
    /// Every one of these attributes is present.
    case known([Attribute])
    case test(Attribute, Test)

    /// Every attribute it reads, in order, possibly more than once.
    public var attributes: [Attribute] {
        switch self {
        case .all(let parts), .any(let parts): parts.flatMap(\.attributes)
        case .not(let part): part.attributes
        case .known(let attributes): attributes
        case .test(let attribute, _): [attribute]
        }
    }
}

/// A test of one attribute.
public enum Test: Sendable, Equatable {
    /// The name is one of these.
    case oneOf([String])
    case set(SetTest)
    case number(NumberTest)
    case handling(HandlingTest)
    case boolean(Bool)
    /// Minutes since midnight, `from` included, `until` excluded; wraps midnight if `from` is the later.
    case clock(from: Int, until: Int)
}

/// What a set must be: every part given must hold.
public struct SetTest: Sendable, Equatable {
    public let anyOf: [String]?
    public let allOf: [String]?
    public let noneOf: [String]?
    public let only: [String]?

    public init(anyOf: [String]? = nil, allOf: [String]? = nil, noneOf: [String]? = nil, only: [String]? = nil) {
        self.anyOf = anyOf
        self.allOf = allOf
        self.noneOf = noneOf
        self.only = only
    }

    func holds(_ set: [String]) -> Bool {
        if let anyOf, !anyOf.contains(where: set.contains) { return false }
        if let allOf, !allOf.allSatisfy(set.contains) { return false }
        if let noneOf, noneOf.contains(where: set.contains) { return false }
        if let only, !set.allSatisfy(only.contains) { return false }
        return true
    }
}

/// Bounds of a number, both included. `Int.max` stands for `life`.
public struct NumberTest: Sendable, Equatable {
    public let atLeast: Int?
    public let atMost: Int?
    public let exactly: Int?

    public init(atLeast: Int? = nil, atMost: Int? = nil, exactly: Int? = nil) {
        self.atLeast = atLeast
        self.atMost = atMost
        self.exactly = exactly
    }

    func holds(_ number: Int) -> Bool {
        if let atLeast, number < atLeast { return false }
        if let atMost, number > atMost { return false }
        if let exactly, number != exactly { return false }
        return true
    }
}

/// A handling code: one of some, or between bounds, both included.
public struct HandlingTest: Sendable, Equatable {
    public let oneOf: [Handling]?
    public let atLeast: Handling?
    public let atMost: Handling?

    public init(oneOf: [Handling]? = nil, atLeast: Handling? = nil, atMost: Handling? = nil) {
        self.oneOf = oneOf
        self.atLeast = atLeast
        self.atMost = atMost
    }

    func holds(_ handling: Handling) -> Bool {
        if let oneOf, !oneOf.contains(handling) { return false }
        if let atLeast, handling < atLeast { return false }
        if let atMost, handling > atMost { return false }
        return true
    }
}

/// The value of an attribute in one request.
public enum AttributeValue: Sendable, Equatable {
    case absent
    case name(String)
    case set([String])
    case number(Int)
    case handling(Handling)
    case boolean(Bool)
    /// Minutes since midnight.
    case clock(Int)
    case text(String)
}

extension Test {
    /// Weighs a value; unknown if it is absent, or not of the type the test is for.
    public func holds(_ value: AttributeValue) -> Truth {
        switch (self, value) {
        case (.oneOf(let names), .name(let name)): Truth(names.contains(name))
        case (.set(let test), .set(let set)): Truth(test.holds(set))
        case (.number(let test), .number(let number)): Truth(test.holds(number))
        case (.handling(let test), .handling(let handling)): Truth(test.holds(handling))
        case (.boolean(let wanted), .boolean(let value)): Truth(wanted == value)
        case (.clock(let from, let until), .clock(let minute)):
            Truth(from < until ? minute >= from && minute < until : minute >= from || minute < until)
        default: .unknown
        }
    }
}

extension Condition {
    /// Weighs the condition on facts.
    public func holds(_ value: (Attribute) -> AttributeValue) -> Truth {
        switch self {
        case .all(let parts):
            var result = Truth.yes
            for part in parts {
                let truth = part.holds(value)
                if truth == .no { return .no }
                if truth == .unknown { result = .unknown }
            }
            return result
        case .any(let parts):
            var result = Truth.no
            for part in parts {
                let truth = part.holds(value)
                if truth == .yes { return .yes }
                if truth == .unknown { result = .unknown }
            }
            return result
        case .not(let part): return !part.holds(value)
        case .known(let attributes): return Truth(attributes.allSatisfy { value($0) != .absent })
        case .test(let attribute, let test): return test.holds(value(attribute))
        }
    }
}
