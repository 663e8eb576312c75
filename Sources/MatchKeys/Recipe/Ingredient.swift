/// What match keys are made of, and what an agreeing key therefore shows. Knows meanings; never a value.

/// One ingredient of a kind of key. Raw values are the words of the recipe.
enum Ingredient: String, CaseIterable, Sendable {
    // Identifiers, by what they are worth.
    case document, object, phone, email
    /// One skeleton.
    case name
    /// Two different skeletons, sorted.
    case names
    /// The first two classes of two different skeletons, sorted.
    case prefixes
    /// The first classes of two names, sorted; one-letter words of the name count.
    case initials
    /// Full birth date with day and month sorted, but not 1 January, a registry's way to say that only the year is known.
    case dob
    /// The same, 1 January allowed.
    case anyDob = "any-dob"
    /// Year and month of a date that is not 1 January.
    case month
    /// Month and day, sorted, of a date that is not 1 January: the year may be wrong.
    case monthDay = "month-day"
    /// The year of a date that is 1 January.
    case firstOfYear = "first-of-year"
    case nationality, postcode, house, street, city

    /// How many parts of the key's value it takes.
    var parts: Int {
        switch self {
        case .names, .prefixes, .initials: 2
        default: 1
        }
    }

    /// A number of its own, from 0. Written out, because every key asks for it.
    var place: Int {
        switch self {
        case .document: 0
        case .object: 1
        case .phone: 2
        case .email: 3
        case .name: 4
        case .names: 5
        case .prefixes: 6
        case .initials: 7
        case .dob: 8
        case .anyDob: 9
        case .month: 10
        case .monthDay: 11
        case .firstOfYear: 12
        case .nationality: 13
        case .postcode: 14
        case .house: 15
        case .street: 16
        case .city: 17
        }
    }

    static let count = 18

    var isIdentifier: Bool {
        switch self {
        case .document, .object, .phone, .email: true
        default: false
        }
    }
}

/// Some of the ingredients, as bits: every key of every record asks.
struct IngredientSet: Equatable, Sendable {
    private var bits: UInt32 = 0

    mutating func insert(_ ingredient: Ingredient) { bits |= 1 << UInt32(ingredient.place) }
    func contains(_ ingredient: Ingredient) -> Bool { bits & 1 << UInt32(ingredient.place) != 0 }
    func isDisjoint(with other: IngredientSet) -> Bool { bits & other.bits == 0 }
}

/// What the recipe says of one kind.
public struct KeyRule: Sendable, Equatable {
    public let kind: KeyKind
    public let keyClass: KeyClass
    /// In the order of the value's parts.
    let ingredients: [Ingredient]
}

/// As much of a rule as most records need of it. It holds no reference: threads that count one together wait for each other.
struct RuleOutline: Sendable {
    let kind: KeyKind
    let isIdentifier: Bool
    let ingredients: IngredientSet

    init(_ rule: KeyRule) {
        kind = rule.kind
        isIdentifier = rule.ingredients.first?.isIdentifier == true
        ingredients = rule.ingredients.reduce(into: IngredientSet()) { $0.insert($1) }
    }
}
