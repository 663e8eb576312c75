/// Travel documents: a number, `ISSUER:NUMBER`, or the lines of a machine-readable zone (IDENTIFIERS, `document`).
/// Knows the form of numbers; the zone itself is read by `MachineReadableZone`.

enum DocumentForm {
    static func canonicalise(_ text: String) -> Canonical {
        if text.utf8.contains(0x0A) || text.contains("\\n") {
            switch MachineReadableZone.read(text) {
            case .failure(let refusal): return .invalid(reason: refusal.reason)
            case .success(let zone): return join(issuer: zone.issuer, number: zone.number)
            }
        }
        guard let colon = text.firstIndex(of: ":") else { return join(issuer: "", number: text) }
        let issuer = Preparation.trim(text[..<colon])
        let rest = String(text[text.index(after: colon)...])
        if issuer.isEmpty { return join(issuer: "", number: rest) }
        guard let code = CountryForm.canonicalise(issuer).value else { return .invalid(reason: "unknown issuer") }
        return join(issuer: code, number: rest)
    }

    /// The canonical form of a record's document: its number (or zone) with the issuer from another column.
    ///
    /// An issuer inside `number` wins; an issuer that is no country leaves the number without one.
    static func canonicalise(number: String, issuer: String) -> Canonical {
        let form = IdentifierKind.document.canonicalise(number)
        guard case .canonical(let value) = form, value.hasPrefix(":"),
            let code = IdentifierKind.country.canonicalise(issuer).value
        else { return form }
        return .canonical(code + value)
    }

    private static func join(issuer: String, number: String) -> Canonical {
        var kept: [UInt8] = []
        for scalar in number.unicodeScalars {
            switch scalar {
            case " ", "-", ".", "/", "<": continue
            default:
                guard let byte = LookAlike.capital(scalar) else { return .invalid(reason: "unexpected character") }
                kept.append(byte)
            }
        }
        if kept.count < 5 { return .invalid(reason: "too short") }
        if kept.count > 20 { return .invalid(reason: "too long") }
        if !kept.contains(where: ASCII.isDigit) { return .invalid(reason: "no digit") }
        if kept.allSatisfy({ $0 == kept.first }) { return .invalid(reason: "all characters equal") }
        return .canonical(issuer + ":" + String(decoding: kept, as: UTF8.self))
    }
}
