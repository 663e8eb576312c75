/// The weights of the three explanations of one agreeing set: natural logarithms, by name. Knows numbers; never a key.

/// What a weight is for. Raw values are the words of the recipe and of weight files.
public enum ScoreWeight: String, CaseIterable, Sendable {
    // The two are the same: how often what agrees does so.
    case same
    case noName = "no-name"
    case oneName = "one-name"
    case twoNames = "two-names"
    case threeNames = "three-names"
    case date, month, year
    case monthDay = "month-day"
    case noDate = "no-date"
    case prefixesNoName = "prefixes-no-name"
    case prefixesOneName = "prefixes-one-name"
    case prefixesAddress = "prefixes-address"
    case initialsNoName = "initials-no-name"
    case initialsOneName = "initials-one-name"
    case initialsAddress = "initials-address"
    case postcode, house, street, city
    case twoAddressParts = "two-address-parts"
    case threeAddressParts = "three-address-parts"
    case fourAddressParts = "four-address-parts"
    case nationality
    case phone, email, document, object
    case identifiersOnly = "identifiers-only"
    case identifierAlone = "identifier-alone"
    case twoIdentifiers = "two-identifiers"
    // What the asker's record says and does not agree.
    case missedNames = "missed-names"
    case missedName = "missed-name"
    case missedDate = "missed-date"
    case missedBoth = "missed-both"
    // They agree by chance.
    case rarity
    case chanceOneName = "chance-one-name"
    case chanceTwoNames = "chance-two-names"
    case chanceThreeNames = "chance-three-names"
    case commonOne = "common-one"
    case commonMore = "common-more"
    // Chance brings no more together than share the rarest agreeing key.
    case sharedName = "shared-name"
    case sharedPlace = "shared-place"
    case sharedThing = "shared-thing"
    // They are relatives, live together or share a thing.
    case relative
    case relativeNoName = "relative-no-name"
    case relativeOneName = "relative-one-name"
    case relativeTwoNames = "relative-two-names"
    case relativeDate = "relative-date"
    case relativeMonth = "relative-month"
    case relativeYear = "relative-year"
    case relativeAddress = "relative-address"
    case relativeHome = "relative-home"
    case relativePhone = "relative-phone"
    case relativeObject = "relative-object"
    case relativeNothing = "relative-nothing"
    case commonRelative = "common-relative"
    // How many others have a key, before any answer shows it.
    case expectedHome = "expected-home"
    case expectedPhone = "expected-phone"
    case expectedObject = "expected-object"
    case expectedOther = "expected-other"
}

/// A number for each weight, and where bands begin.
public struct ScoreWeights: Sendable, Equatable {
    private var numbers: [Double]
    /// The least score of each band, weakest first.
    let bands: [(band: StrengthBand, score: Int)]
    /// The least score that is shown.
    let shown: Int

    init(numbers: [ScoreWeight: Double], bands: [(band: StrengthBand, score: Int)], shown: Int) {
        self.numbers = ScoreWeight.allCases.map { numbers[$0] ?? 0 }
        self.bands = bands
        self.shown = shown
    }

    public subscript(weight: ScoreWeight) -> Double {
        get { numbers[Self.places[weight] ?? 0] }
        set { numbers[Self.places[weight] ?? 0] = newValue }
    }

    private static let places = Dictionary(
        zip(ScoreWeight.allCases, ScoreWeight.allCases.indices),
        uniquingKeysWith: { first, _ in first }
    )

    public static func == (left: ScoreWeights, right: ScoreWeights) -> Bool {
        left.numbers == right.numbers && left.shown == right.shown
            && left.bands.elementsEqual(right.bands) { $0 == $1 }
    }
}
