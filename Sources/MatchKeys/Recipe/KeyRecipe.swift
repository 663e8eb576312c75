/// The recipe: which kinds of key are built, in which class, and what agreeing keys are worth.
/// One value with a version and a profile, so that an index can name the recipe it was built by.

/// What the records of an index mostly hold. It decides which kinds of key are built, so it belongs to the recipe.
public enum MatchProfile: String, CaseIterable, Sendable, Codable {
    /// Persons in agencies' files: names, dates, documents, telephones.
    case person
    /// Persons in registers with good addresses and few identifiers.
    case household
    /// Vessels, vehicles, accounts: identifiers only.
    case object
}

public struct KeyRecipe: Sendable {
    /// Raised whenever a key's bytes, a class, a number or a table changes.
    public let version: Int
    public let profile: MatchProfile
    /// One rule for each kind that is built, in the order of `KeyKind`.
    public let kinds: [KeyRule]
    /// SHA-256 of the tables that keys and scores depend on, by name, in hexadecimal.
    public let tables: [String: String]
    /// The recipe as bytes for a digest: equal for equal recipes, other for others.
    public let canonicalDescription: [UInt8]
    let scoring: Scoring
    /// `kinds` by the place of the kind.
    private let rules: [KeyRule?]
    /// `kinds`, in their order.
    let outlines: [RuleOutline]

    enum Scoring: Sendable {
        case points(PointScale)
        case weights(ScoreWeights)
    }

    /// What nodes build unless told otherwise.
    public static let current = newest(.person)

    /// The newest recipe of `profile`.
    public static func newest(_ profile: MatchProfile) -> KeyRecipe {
        all.first { $0.profile == profile } ?? KeyRecipe(RecipeReader(RecipeText.second), profile: profile)
    }

    /// The recipe that a node's settings call so: a profile of the newest version, or an older version by its number.
    public init?(named name: String) {
        let known = MatchProfile(rawValue: name).map(KeyRecipe.newest) ?? Self.all.first { $0.name == name }
        guard let known else { return nil }
        self = known
    }

    /// Every recipe that keys can be made by, newest first.
    public static let all: [KeyRecipe] = [RecipeText.second, RecipeText.first].map(RecipeReader.init).flatMap { text in
        text.profiles.map { KeyRecipe(text, profile: $0) }
    }

    init(_ text: RecipeReader, profile: MatchProfile) {
        version = text.version
        self.profile = profile
        kinds = text.kinds(of: profile)
        rules = Self.byKind(kinds)
        outlines = kinds.map(RuleOutline.init)
        tables = text.tables
        // Recipe 1 had no profiles: its digest is that of its text.
        canonicalDescription = Array((text.version == 1 ? text.text : text.text + "profile \(profile)\n").utf8)
        scoring = text.version == 1 ? .points(text.pointScale) : .weights(text.weights(of: profile))
    }

    private init(_ recipe: KeyRecipe, weights: ScoreWeights) {
        (version, profile, kinds, tables) = (recipe.version, recipe.profile, recipe.kinds, recipe.tables)
        canonicalDescription = recipe.canonicalDescription
        (rules, outlines) = (recipe.rules, recipe.outlines)
        scoring = .weights(weights)
    }

    private static func byKind(_ kinds: [KeyRule]) -> [KeyRule?] {
        var rules = [KeyRule?](repeating: nil, count: KeyKind.allCases.count)
        for rule in kinds { rules[rule.kind.ordinal] = rule }
        return rules
    }

    /// How keys of a kind are built; nil for a kind of other recipes.
    func rule(of kind: KeyKind) -> KeyRule? { rules[kind.ordinal] }

    /// For people: version and, from recipe 2 on, profile.
    public var name: String { version == 1 ? "1" : "\(version) (\(profile))" }

    /// The same keys weighed otherwise, to try weights out: no manifest can name it.
    public func weighed(by weights: ScoreWeights) -> KeyRecipe { KeyRecipe(self, weights: weights) }

    /// The weights; nil for recipe 1, which counts points.
    public var weights: ScoreWeights? {
        if case .weights(let weights) = scoring { return weights }
        return nil
    }

    /// The match keys of `record`, sorted, none twice. Cells without canonical form give none.
    public func keys(of record: Record) -> [MatchKey] {
        KeyDerivation(record, recipe: self).keys()
    }
}

extension KeyRecipe: Equatable {
    public static func == (left: KeyRecipe, right: KeyRecipe) -> Bool {
        left.canonicalDescription == right.canonicalDescription && left.weights == right.weights
    }
}
