/// From one record to its match keys (KEY_RECIPE, ingredients and kinds). Keeps nothing of the record.

import Foundation

struct KeyDerivation {
    private let record: Record

    init(_ record: Record) { self.record = record }

    private func values(_ column: String) -> ArraySlice<String> { record[column].prefix(Record.maximumValues) }

    func keys() -> [MatchKey] {
        var keys: [MatchKey] = []
        addIdentifiers(to: &keys)
        let skeletons = skeletons()
        let births = births()
        let postcodes = postcodes()
        addNames(skeletons, births, to: &keys)
        let dobs = Set(births.compactMap(\.dob))
        for postcode in postcodes {
            for dob in dobs { keys.append(MatchKey(kind: .dobPostcode, value: "\(dob)|\(postcode)")) }
            for pair in Self.pairs(skeletons) {
                keys.append(MatchKey(kind: .skeletonsPostcode, value: "\(pair)|\(postcode)"))
            }
        }
        keys.sort()
        var result: [MatchKey] = []
        result.reserveCapacity(keys.count)
        for key in keys where result.last != key { result.append(key) }
        return result
    }

    // MARK: Identifiers

    private static let direct: [(KeyKind, IdentifierKind)] = [
        (.iban, .iban), (.wallet, .wallet), (.imo, .imo), (.mmsi, .mmsi), (.vin, .vin), (.phone, .phone),
        (.plate, .plate), (.email, .email), (.imei, .imei),
    ]

    private func addIdentifiers(to keys: inout [MatchKey]) {
        for number in values("document_number") {
            guard let document = IdentifierKind.document.canonicalise(number).value else { continue }
            keys.append(MatchKey(kind: .docfold, value: Self.docfold(document)))
        }
        for (kind, form) in Self.direct {
            for input in values(form.rawValue) {
                if let value = form.canonicalise(input).value { keys.append(MatchKey(kind: kind, value: value)) }
            }
        }
    }

    /// The number without issuer, letters that are read as digits folded.
    static func docfold(_ canonical: String) -> String {
        let bytes = Array(canonical.utf8)
        let number = bytes.firstIndex(of: 0x3A).map { bytes[($0 + 1)...] } ?? bytes[...]
        return String(
            decoding: number.map { byte in
                switch byte {
                case UInt8(ascii: "O"), UInt8(ascii: "Q"): 0x30
                case UInt8(ascii: "I"): 0x31
                case UInt8(ascii: "Z"): 0x32
                case UInt8(ascii: "S"): 0x35
                case UInt8(ascii: "G"): 0x36
                case UInt8(ascii: "B"): 0x38
                default: byte
                }
            },
            as: UTF8.self
        )
    }

    // MARK: Names and birth

    /// What a birth date gives to keys.
    private struct Birth {
        var year: Int
        /// `YYYY-MM-DD`, day and month sorted; nil if either is unknown.
        var dob: String?
        /// A registry's way to say that only the year is known.
        var isFirstOfJanuary: Bool
        /// 1-12, where it is known for certain.
        var month: Int?
    }

    private func births() -> [Birth] {
        values("birth_date").compactMap { input in
            guard input.utf8.count <= IdentifierKind.maximumInputBytes,
                let written = DateForm.written(Preparation.prepare(input))
            else { return nil }
            var birth = Birth(year: written.year, isFirstOfJanuary: false)
            if let (low, high) = written.sortedPair {
                birth.dob = "\(written.year)-\(DateForm.two(low))-\(DateForm.two(high))"
                birth.isFirstOfJanuary = low == 1 && high == 1
            }
            if case .success(let date) = DateForm.settle(written), date.1 > 0 {
                birth.month = date.1
            } else if let (low, high) = written.sortedPair, low <= 12, high > 12 {
                birth.month = low
            }
            return birth
        }
    }

    private func skeletons() -> [String] {
        var fields: [NameField] = []
        for column in ["given_name", "family_name", "full_name"] {
            for text in values(column) where text.utf8.count <= IdentifierKind.maximumInputBytes {
                fields.append(NameField(text: Preparation.prepare(text), isWhole: column == "full_name"))
            }
        }
        return Set(NameTokens.tokens(of: fields).map(Skeleton.of)).filter { !$0.isEmpty }.sorted()
    }

    private func addNames(_ skeletons: [String], _ births: [Birth], to keys: inout [MatchKey]) {
        guard !skeletons.isEmpty, !births.isEmpty else { return }
        let nationalities = Set(values("nationality").compactMap { IdentifierKind.country.canonicalise($0).value })
        let pairs = Self.pairs(skeletons)
        for birth in births {
            if birth.isFirstOfJanuary {
                for skeleton in skeletons {
                    keys.append(MatchKey(kind: .skeletonYear, value: "\(skeleton)|\(birth.year)"))
                }
                continue
            }
            if let month = birth.month {
                let day = "\(birth.year)-\(DateForm.two(month))"
                for pair in pairs { keys.append(MatchKey(kind: .skeletonsMonth, value: "\(pair)|\(day)")) }
            }
            guard let dob = birth.dob else { continue }
            for skeleton in skeletons { keys.append(MatchKey(kind: .skeletonDob, value: "\(skeleton)|\(dob)")) }
            for initials in Self.initials(skeletons) {
                for nationality in nationalities {
                    keys.append(MatchKey(kind: .initialsDobNat, value: "\(initials)|\(dob)|\(nationality)"))
                }
            }
        }
    }

    /// Every two different skeletons, `a|b` with a before b; `skeletons` are sorted.
    private static func pairs(_ skeletons: [String]) -> [String] {
        var result: [String] = []
        for (index, first) in skeletons.enumerated() {
            for second in skeletons[(index + 1)...] { result.append("\(first)|\(second)") }
        }
        return result
    }

    /// The first classes of every two different skeletons, sorted.
    private static func initials(_ skeletons: [String]) -> Set<String> {
        var result: Set<String> = []
        for (index, first) in skeletons.enumerated() {
            for second in skeletons[(index + 1)...] {
                let letters = [first.prefix(1), second.prefix(1)].sorted()
                if letters[0] == letters[1] { continue }
                result.insert("\(letters[0])|\(letters[1])")
            }
        }
        return result
    }

    /// Postcodes: letters and digits, upper case.
    private func postcodes() -> [String] {
        Set(
            values("postcode").map { input in
                // Scalars, not characters: one character may carry any number of marks.
                let start = String(String.UnicodeScalarView(input.unicodeScalars.prefix(64)))
                let scalars = Preparation.prepare(start).uppercased().unicodeScalars
                var kept = String.UnicodeScalarView()
                for scalar in scalars where scalar.properties.isAlphabetic || scalar.properties.numericType == .decimal
                {
                    kept.append(LookAlike.latin(scalar))
                }
                return String(kept)
            }
        ).filter { !$0.isEmpty }.sorted()
    }
}
