/// Two records side by side, column by column, as far as the forms of values tell. In clear, so for the eyes of whoever may see
/// both; its description shows no value. Decides nothing: a person does.

/// One column of two records.
public struct FieldComparison: Sendable, Equatable {
    public enum Agreement: String, Codable, Sendable {
        /// One value of each has the same canonical form, or the same letters where a column has none.
        case same
        /// Names that can be one (`NameComparison`), a date of which one part differs or is missing, identifiers
        /// and places one slip apart.
        case similar
        case differs
        case oursOnly = "ours-only"
        case theirsOnly = "theirs-only"
    }

    public let column: String
    /// As written: personal data, like `theirs`.
    public let ours: [String]
    public let theirs: [String]
    public let agreement: Agreement
}

extension Record {
    /// Every column that one of the two has, in CONTRACTS' order; what policy reads of a record is left out. A name written
    /// whole on one side and in parts on the other is compared whole.
    public func compared(with theirs: Record) -> [FieldComparison] {
        let (ours, theirs) = Self.namedAlike(self, theirs)
        return Self.matchColumns.compactMap { column in
            let (one, other) = (ours[column], theirs[column])
            guard !one.isEmpty || !other.isEmpty else { return nil }
            let agreement: FieldComparison.Agreement =
                if one.isEmpty {
                    .theirsOnly
                } else if other.isEmpty {
                    .oursOnly
                } else {
                    Self.agreement(column, ours.comparable(column), theirs.comparable(column))
                }
            return FieldComparison(column: column, ours: one, theirs: other, agreement: agreement)
        }
    }

    /// Both with their names whole where one of them has no parts.
    private static func namedAlike(_ one: Record, _ other: Record) -> (Record, Record) {
        let parts = ["given_name", "family_name"]
        func hasParts(_ record: Record) -> Bool { parts.contains { !record[$0].isEmpty } }
        func whole(_ record: Record) -> Record {
            guard record["full_name"].isEmpty else { return record }
            var record = record
            record["full_name"] = [parts.flatMap { record[$0] }.joined(separator: " ")]
            for part in parts { record[part] = [] }
            return record
        }
        switch (hasParts(one), hasParts(other)) {
        case (true, false) where !other["full_name"].isEmpty: return (whole(one), other)
        case (false, true) where !one["full_name"].isEmpty: return (one, whole(other))
        default: return (one, other)
        }
    }

    /// A value with the form by which it is compared.
    private struct Comparable {
        let written: String
        let form: String
    }

    private func comparable(_ column: String) -> [Comparable] {
        readings.filter { $0.column == column }.map { reading in
            guard case .read(let form) = reading.outcome else {
                return Comparable(written: reading.value, form: Preparation.prepare(reading.value).lowercased())
            }
            return Comparable(written: reading.value, form: form)
        }
    }

    private static func agreement(
        _ column: String,
        _ ours: [Comparable],
        _ theirs: [Comparable]
    ) -> FieldComparison.Agreement {
        if !Set(ours.map(\.form)).isDisjoint(with: theirs.map(\.form)) { return .same }
        let isSimilar = ours.contains { one in
            theirs.contains { other in
                switch column {
                case "given_name", "family_name", "full_name": NameComparison.isSame(one.written, other.written)
                case "birth_date": isSimilarDate(one.form, other.form)
                // Words of a few letters, of which each is another thing.
                case "sex", "nationality", "country", "document_country", "document_type": false
                default: Slip(one.form, other.form) != nil
                }
            }
        }
        return isSimilar ? .similar : .differs
    }

    /// Whether the dates have two of three parts in common, or one is the year of the other.
    private static func isSimilarDate(_ one: String, _ other: String) -> Bool {
        let (left, right) = (one.split(separator: "-"), other.split(separator: "-"))
        guard left.count == 3, right.count == 3 else { return left.first == right.first }
        let common = zip(left, right).count { $0 == $1 }
        return common == 2 || (left[0] == right[0] && left[1] == right[2] && left[2] == right[1])
    }
}

extension FieldComparison: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "\(column): \(agreement.rawValue)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
