/// The kinds of match key and their classes (KEY_RECIPE). Knows names and order; points are the recipe's.

/// The class of a key: it has its own evaluation key, scope and quota (PROTOCOL section 2).
public enum KeyClass: String, CaseIterable, Sendable, Codable {
    case identifiers, names, weak
}

/// A kind of match key. Raw values are the ids of files, hits and PRF inputs; the cases stand in KEY_RECIPE's order.
public enum KeyKind: String, CaseIterable, Sendable, Codable {
    case docfold, iban, wallet, imo, mmsi, vin, phone, plate, email, imei
    case skeletonDob = "skeleton-dob"
    case skeletonYear = "skeleton-year"
    case initialsDobNat = "initials-dob-nat"
    case skeletonsMonth = "skeletons-month"
    case dobPostcode = "dob-postcode"
    case skeletonsPostcode = "skeletons-postcode"

    /// The class this kind belongs to.
    public var keyClass: KeyClass { rule.keyClass }

    /// What a policy calls it (`key_kinds`): `docfold` is a document, everything built from names is a name.
    public var policyKind: IdentifierKind {
        switch self {
        case .docfold: .document
        case .iban: .iban
        case .wallet: .wallet
        case .imo: .imo
        case .mmsi: .mmsi
        case .vin: .vin
        case .phone: .phone
        case .plate: .plate
        case .email: .email
        case .imei: .imei
        case .skeletonDob, .skeletonYear, .initialsDobNat, .skeletonsMonth, .dobPostcode, .skeletonsPostcode: .name
        }
    }

    /// Points when one key or more of this kind agrees.
    public var points: Int { rule.points }

    /// Points added once more when two different keys of this kind agree; 0 for most kinds.
    public var secondTokenPoints: Int { rule.secondTokenPoints }

    /// Its place in the recipe's order, from 0. Written out, because keys are sorted by it.
    public var ordinal: Int {
        switch self {
        case .docfold: 0
        case .iban: 1
        case .wallet: 2
        case .imo: 3
        case .mmsi: 4
        case .vin: 5
        case .phone: 6
        case .plate: 7
        case .email: 8
        case .imei: 9
        case .skeletonDob: 10
        case .skeletonYear: 11
        case .initialsDobNat: 12
        case .skeletonsMonth: 13
        case .dobPostcode: 14
        case .skeletonsPostcode: 15
        }
    }

    private var rule: KeyRule { KeyRecipe.current.rules[ordinal] }
}

extension KeyKind: Comparable {
    public static func < (left: KeyKind, right: KeyKind) -> Bool { left.ordinal < right.ordinal }
}
