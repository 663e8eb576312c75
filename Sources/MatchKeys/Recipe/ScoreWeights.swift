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

    /// Its place in the order, from 0. Written out: a score adds up some twenty weights, and would hash the word of each.
    var place: Int {
        switch self {
        case .same: 0
        case .noName: 1
        case .oneName: 2
        case .twoNames: 3
        case .threeNames: 4
        case .date: 5
        case .month: 6
        case .year: 7
        case .monthDay: 8
        case .noDate: 9
        case .prefixesNoName: 10
        case .prefixesOneName: 11
        case .prefixesAddress: 12
        case .initialsNoName: 13
        case .initialsOneName: 14
        case .initialsAddress: 15
        case .postcode: 16
        case .house: 17
        case .street: 18
        case .city: 19
        case .twoAddressParts: 20
        case .threeAddressParts: 21
        case .fourAddressParts: 22
        case .nationality: 23
        case .phone: 24
        case .email: 25
        case .document: 26
        case .object: 27
        case .identifiersOnly: 28
        case .identifierAlone: 29
        case .twoIdentifiers: 30
        case .missedNames: 31
        case .missedName: 32
        case .missedDate: 33
        case .missedBoth: 34
        case .rarity: 35
        case .chanceOneName: 36
        case .chanceTwoNames: 37
        case .chanceThreeNames: 38
        case .commonOne: 39
        case .commonMore: 40
        case .sharedName: 41
        case .sharedPlace: 42
        case .sharedThing: 43
        case .relative: 44
        case .relativeNoName: 45
        case .relativeOneName: 46
        case .relativeTwoNames: 47
        case .relativeDate: 48
        case .relativeMonth: 49
        case .relativeYear: 50
        case .relativeAddress: 51
        case .relativeHome: 52
        case .relativePhone: 53
        case .relativeObject: 54
        case .relativeNothing: 55
        case .commonRelative: 56
        case .expectedHome: 57
        case .expectedPhone: 58
        case .expectedObject: 59
        case .expectedOther: 60
        }
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(place) }
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
        get { numbers[weight.place] }
        set { numbers[weight.place] = newValue }
    }

    public static func == (left: ScoreWeights, right: ScoreWeights) -> Bool {
        left.numbers == right.numbers && left.shown == right.shown
            && left.bands.elementsEqual(right.bands) { $0 == $1 }
    }
}
