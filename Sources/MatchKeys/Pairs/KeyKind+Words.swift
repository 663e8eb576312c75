/// Kinds of key in the words of an analyst.

extension KeyKind {
    /// What agrees when a key of this kind does; the id for one that has no words yet.
    public var words: String { Self.words[rawValue] ?? rawValue }

    private static let words: [String: String] = [
        "docfold": "document number",
        "iban": "bank account",
        "wallet": "crypto wallet",
        "imo": "IMO number of a ship",
        "mmsi": "MMSI of a ship",
        "vin": "vehicle identification number",
        "phone": "phone number",
        "plate": "number plate",
        "email": "email address",
        "imei": "IMEI of a phone",
        "skeleton-dob": "a name by its sound, and the birth date",
        "skeleton-year": "a name by its sound, and the birth year",
        "initials-dob-nat": "two initials, birth date and nationality",
        "skeletons-month": "two names by their sound, and the birth month",
        "dob-postcode": "birth date and postcode",
        "skeletons-postcode": "two names by their sound, and the postcode",
        "fold3-dob": "the start of a name, and the birth date",
        "skeletons-year-nat": "two names by their sound, birth year and nationality",
        "skeleton-house-postcode": "a name by its sound, house number and postcode",
        "skeleton-house-street": "a name by its sound, house number and street",
        "house-street-postcode": "house number, street and postcode",
    ]
}
