/// The kinds of match key and their classes (docs/matching.md). Knows names and order; what they are made of and worth is
/// the recipe's.

/// The class of a key: it has its own evaluation key, scope and quota (PROTOCOL section 2).
public enum KeyClass: String, CaseIterable, Sendable, Codable {
    case identifiers, names, weak
}

/// A kind of match key. Raw values are the ids of files, hits and PRF inputs. New kinds stand last: stored keys are sorted
/// and numbered by this order.
public enum KeyKind: String, CaseIterable, Sendable, Codable {
    case docfold, iban, wallet, imo, mmsi, vin, phone, plate, email, imei
    case skeletonDob = "skeleton-dob"
    case skeletonYear = "skeleton-year"
    case initialsDobNat = "initials-dob-nat"
    case skeletonsMonth = "skeletons-month"
    case dobPostcode = "dob-postcode"
    /// Of recipe 1 only.
    case skeletonsPostcode = "skeletons-postcode"
    case skeletonsMonthday = "skeletons-monthday"
    case prefixesDob = "prefixes-dob"
    case dobCity = "dob-city"
    case prefixesPostcode = "prefixes-postcode"
    case skeletonsHouse = "skeletons-house"
    case houseStreetPostcode = "house-street-postcode"
    case houseStreetCity = "house-street-city"
    case skeletonsCity = "skeletons-city"
    case streetCity = "street-city"
    case streetPostcode = "street-postcode"

    /// The class this kind belongs to, in every recipe: another class would be another kind.
    public var keyClass: KeyClass { Self.classes[ordinal] }

    /// What a policy calls it (`key_kinds`): `docfold` is a document, everything built from names, dates or addresses a name.
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
        case .skeletonDob, .skeletonYear, .initialsDobNat, .skeletonsMonth, .dobPostcode, .skeletonsPostcode,
            .skeletonsMonthday, .prefixesDob, .dobCity, .prefixesPostcode, .skeletonsHouse, .houseStreetPostcode,
            .houseStreetCity, .skeletonsCity, .streetCity, .streetPostcode:
            .name
        }
    }

    /// Its place in the order, from 0. Written out, because keys are sorted by it.
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
        case .skeletonsMonthday: 16
        case .prefixesDob: 17
        case .dobCity: 18
        case .prefixesPostcode: 19
        case .skeletonsHouse: 20
        case .houseStreetPostcode: 21
        case .houseStreetCity: 22
        case .skeletonsCity: 23
        case .streetCity: 24
        case .streetPostcode: 25
        }
    }

    /// Not by its word, as the compiler would have it: every key that is looked up hashes its kind.
    public func hash(into hasher: inout Hasher) { hasher.combine(ordinal) }

    private static let classes: [KeyClass] = {
        let known = Dictionary(
            KeyRecipe.all.flatMap { $0.kinds.map { ($0.kind, $0.keyClass) } },
            uniquingKeysWith: { newest, _ in newest }
        )
        return allCases.map { known[$0] ?? .weak }
    }()
}

extension KeyKind: Comparable {
    public static func < (left: KeyKind, right: KeyKind) -> Bool { left.ordinal < right.ordinal }
}
