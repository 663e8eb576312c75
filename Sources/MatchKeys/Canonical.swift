/// The kinds of identifier that have a canonical form, and the verdict on one input.
/// Knows the forms; never learns whose identifier it reads, and keeps none.

/// A kind of `comity normalize` (data page IDENTIFIERS). Raw values are the words of files and policies.
public enum IdentifierKind: String, CaseIterable, Sendable, Codable {
    case name, date, country, document, phone, email, plate, vin, imo, mmsi, imei, iban, wallet

    /// The longest input that is looked at, in UTF-8 bytes, as written and as prepared; anything longer has no canonical form.
    public static let maximumInputBytes = 2048

    /// Reads `input` in any form that IDENTIFIERS lists, and gives the one form that all of them share.
    ///
    /// Canonical forms are accepted and give themselves. `phone` and `plate` may end in ` @XX`, a region of
    /// ISO 3166-1 alpha-2. Never traps, whatever the input; the reason of an invalid one never quotes it.
    public func canonicalise(_ input: String) -> Canonical {
        guard input.utf8.count <= Self.maximumInputBytes else { return .invalid(reason: "too long") }
        let text = Preparation.prepare(input)
        // One scalar of compatibility may stand for eighteen letters.
        guard text.utf8.count <= Self.maximumInputBytes else { return .invalid(reason: "too long") }
        guard !text.isEmpty else { return .invalid(reason: self == .phone ? "no digits" : "empty") }
        switch self {
        case .name: return NameForm.canonicalise(text)
        case .date: return DateForm.canonicalise(text)
        case .country: return CountryForm.canonicalise(text)
        case .document: return DocumentForm.canonicalise(text)
        case .phone: return PhoneForm.canonicalise(text)
        case .email: return EmailForm.canonicalise(text)
        case .plate: return PlateForm.canonicalise(text)
        case .vin: return VINForm.canonicalise(text)
        case .imo: return VesselForm.canonicaliseIMO(text)
        case .mmsi: return VesselForm.canonicaliseMMSI(text)
        case .imei: return IMEIForm.canonicalise(text)
        case .iban: return IBANForm.canonicalise(text)
        case .wallet: return WalletForm.canonicalise(text)
        }
    }
}

/// What became of one input.
public enum Canonical: Sendable, Equatable {
    /// The canonical form, never empty.
    case canonical(String)
    /// There is none; `reason` says why in a few words, without the input.
    case invalid(reason: String)

    /// The canonical form, or nil.
    public var value: String? {
        if case .canonical(let value) = self { return value }
        return nil
    }
}

extension IdentifierKind {
    /// The alpha-2 code of a country given by its canonical alpha-3 code.
    public static func alpha2(ofCountry alpha3: String) -> String? { CountryForm.alpha2(of: alpha3) }

    /// The alpha-3 code of the main country of a telephone number's calling code, which others may share.
    public static func mainCountry(ofPhone text: String) -> String? {
        guard let digits = phone.canonicalise(text).value?.utf8.dropFirst() else { return nil }
        return PhonePlans.shared.split(Array(digits)).flatMap { CountryForm.code($0.0.region) }
    }
}
