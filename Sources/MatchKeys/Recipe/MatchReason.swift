/// Why two records were brought together, for people. Knows kinds and words; never a value.

/// One agreeing kind and what it would be worth alone.
public struct MatchReason: Sendable, Equatable {
    public let kind: KeyKind
    /// Nil: not enough to be shown.
    public let alone: StrengthBand?

    /// What agrees, for an analyst.
    public var what: String { kind.words }

    /// What it is worth without the others.
    public var worth: String { alone.map { "\($0.rawValue) alone" } ?? "not enough alone" }

    /// The reasons of one hit: its kinds in their order.
    public static func reasons(
        of agreeing: [MatchKey],
        holderRecords: Int,
        recipe: KeyRecipe,
        sharing: KeySharing? = nil
    ) -> [MatchReason] {
        Dictionary(grouping: agreeing, by: \.kind).sorted { $0.key < $1.key }.map { kind, keys in
            let score = MatchScore(agreeing: keys, holderRecords: holderRecords, recipe: recipe, sharing: sharing)
            return MatchReason(kind: kind, alone: score.isShown ? score.band : nil)
        }
    }
}

extension KeyKind {
    /// What agrees when a key of this kind does.
    public var words: String {
        switch self {
        case .docfold: "document number"
        case .iban: "bank account"
        case .wallet: "crypto wallet"
        case .imo: "IMO number of a ship"
        case .mmsi: "radio number of a ship"
        case .vin: "vehicle identification number"
        case .phone: "telephone number"
        case .plate: "licence plate"
        case .email: "e-mail address"
        case .imei: "number of a telephone set"
        case .skeletonDob: "a name and the date of birth"
        case .skeletonYear: "a name and the year of birth, both written as 1 January"
        case .initialsDobNat: "initials of two names, date of birth and nationality"
        case .skeletonsMonth: "two names and the month of birth"
        case .dobPostcode: "date of birth and postcode"
        case .skeletonsPostcode: "two names and the postcode"
        case .skeletonsMonthday: "two names and the birthday, of any year"
        case .prefixesDob: "beginnings of two names and the date of birth"
        case .dobCity: "date of birth and city"
        case .prefixesPostcode: "beginnings of two names and the postcode"
        case .skeletonsHouse: "two names and the house number"
        case .houseStreetPostcode: "house number, street and postcode"
        case .houseStreetCity: "house number, street and city"
        case .skeletonsCity: "two names and the city"
        case .streetCity: "street and city"
        case .streetPostcode: "street and postcode"
        }
    }
}
