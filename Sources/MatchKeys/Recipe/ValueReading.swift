/// How each value of a record is read for match keys: its canonical form, or why it has none. Knows forms; never learns whose
/// values it reads, and keeps them only for whoever asked.

/// One value of a record, and what it becomes.
public struct ValueReading: Sendable, Equatable {
    public enum Outcome: Sendable, Equatable {
        /// The canonical form, or for a postal address the words as they are taken.
        case read(String)
        /// Some keys are made of it and others are not.
        case part(reason: String)
        case unread(reason: String)
        /// No recipe makes keys of the column.
        case unused
    }

    public let column: String
    /// As written: personal data.
    public let value: String
    public let outcome: Outcome

    /// Nil for a value that is read whole, or that nothing is made of; never quotes the value.
    public var reason: String? {
        switch outcome {
        case .part(let reason), .unread(let reason): reason
        case .read, .unused: nil
        }
    }

    public var isPart: Bool {
        if case .part = outcome { return true }
        return false
    }

    /// Of a column with too many values.
    static let tooMany = "more than \(Record.maximumValues) values"
    /// Of a birth date.
    static let yearAlone = "the year alone"
}

extension ValueReading: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The column only: a value is personal data and never reaches a log.
    public var description: String { "value of \(column)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension Record {
    /// Every value of the columns that keys may be made of, column by column.
    public var readings: [ValueReading] {
        Self.matchColumns.flatMap { column in readings(of: column, self[column][...]) }
    }

    /// The values that were not read, or in part only.
    ///
    /// - Parameter keys: every key of the record. As many keys of a kind as there are values say that each was read, which
    ///   is not looked at again: a question may be about a million records.
    public func unread(beside keys: [MatchKey]) -> [ValueReading] {
        guard !columns.isEmpty else { return [] }
        var counts: [KeyKind: Int] = [:]
        for key in keys { counts[key.kind, default: 0] += 1 }
        var unread: [ValueReading] = []
        for column in Self.matchColumns {
            guard let values = columns[column], !isRead(values, of: column, counts) else { continue }
            unread += readings(of: column, values[...]).filter { $0.reason != nil }
        }
        return unread
    }

    private func isRead(_ values: [String], of column: String, _ counts: [KeyKind: Int]) -> Bool {
        switch ColumnForm(column) {
        case .identifier(.document): return counts[.docfold] == values.count
        case .identifier(let kind): return KeyKind(rawValue: kind.rawValue).flatMap { counts[$0] } == values.count
        // What a few plain letters stand in needs no second look; no particle of a name has five.
        case .name: return values.count <= Self.maximumValues && values.allSatisfy { Self.plainRun(in: $0, of: 5) }
        case .address, .place:
            return values.count <= Self.maximumValues && values.allSatisfy { Self.plainRun(in: $0, of: 3) }
        case .unused: return true
        case .date, .country, .postcode: return false
        }
    }

    /// Whether so many letters A-Z follow each other.
    private static func plainRun(in text: String, of length: Int) -> Bool {
        guard text.utf8.count <= IdentifierKind.maximumInputBytes else { return false }
        var run = 0
        for byte in text.utf8 {
            run = ASCII.isLetter(byte) ? run + 1 : 0
            if run == length { return true }
        }
        return false
    }

    private func readings(of column: String, _ values: ArraySlice<String>) -> [ValueReading] {
        let form = ColumnForm(column)
        return values.enumerated().map { place, value in
            let outcome: ValueReading.Outcome =
                if form != .unused, place >= Self.maximumValues {
                    .unread(reason: ValueReading.tooMany)
                } else {
                    form.read(value, of: column, in: self)
                }
            return ValueReading(column: column, value: value, outcome: outcome)
        }
    }
}

/// How the values of a column are read.
private enum ColumnForm: Equatable {
    case identifier(IdentifierKind)
    case name, date, country, postcode, address, place, unused

    init(_ column: String) {
        self =
            switch column {
            case "given_name", "family_name", "full_name": .name
            case "birth_date": .date
            case "nationality", "document_country": .country
            case "document_number": .identifier(.document)
            case "postcode": .postcode
            case "address": .address
            case "city": .place
            case "sex", "birth_place", "document_type", "country": .unused
            default: IdentifierKind(rawValue: column).map { .identifier($0) } ?? .unused
            }
    }

    func read(_ value: String, of column: String, in record: Record) -> ValueReading.Outcome {
        switch self {
        case .identifier(.document):
            let issuer = record["document_country"].first ?? ""
            return Self.outcome(DocumentForm.canonicalise(number: value, issuer: issuer))
        case .identifier(let kind): return Self.outcome(kind.canonicalise(value))
        case .country: return Self.outcome(IdentifierKind.country.canonicalise(value))
        case .date: return Self.date(value)
        case .name: return Self.name(value, isWhole: column == "full_name")
        case .postcode:
            let code = PostalAddress.postcode(value)
            return code.isEmpty ? .unread(reason: Self.noLetters) : .read(code)
        case .address:
            let address = PostalAddress(value)
            guard address.house != nil || address.street != nil else { return Self.textRefusal(value) }
            return .read(Preparation.prepare(value))
        case .place:
            return PostalAddress.city(value).isEmpty ? Self.textRefusal(value) : .read(Preparation.prepare(value))
        case .unused: return .unused
        }
    }

    private static let noLetters = "no letter or digit"

    private static func outcome(_ canonical: Canonical) -> ValueReading.Outcome {
        switch canonical {
        case .canonical(let form): .read(form)
        case .invalid(let reason): .unread(reason: reason)
        }
    }

    private static func textRefusal(_ value: String) -> ValueReading.Outcome {
        .unread(reason: value.utf8.count > IdentifierKind.maximumInputBytes ? "too long" : noLetters)
    }

    private static func name(_ value: String, isWhole: Bool) -> ValueReading.Outcome {
        guard value.utf8.count <= IdentifierKind.maximumInputBytes else { return .unread(reason: "too long") }
        let field = NameField(text: Preparation.prepare(value), isWhole: isWhole)
        let tokens = NameTokens.tokens(of: [field])
        if !tokens.isEmpty { return .read(tokens.joined(separator: " ")) }
        let reason = "no token left"
        return NameTokens.initials(of: [field]).isEmpty ? .unread(reason: reason) : .part(reason: reason)
    }

    /// Some keys need day and month in no order, and some the month alone (KEY_RECIPE, dob).
    private static func date(_ value: String) -> ValueReading.Outcome {
        let canonical = IdentifierKind.date.canonicalise(value)
        switch canonical {
        case .canonical(let date): return date.utf8.count > 4 ? .read(date) : .unread(reason: ValueReading.yearAlone)
        case .invalid(let reason):
            guard value.utf8.count <= IdentifierKind.maximumInputBytes,
                let (low, high) = DateForm.written(Preparation.prepare(value))?.sortedPair, low <= 12, high <= 31
            else { return .unread(reason: reason) }
            return .part(reason: reason)
        }
    }
}
