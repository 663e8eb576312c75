/// One record of an agency as columns and values (CONTRACTS, record columns).
/// Knows column names; canonical forms and keys are made elsewhere. Its description shows no value.

/// A record: an id and, column by column, the values of its cells.
///
/// A column without a value is absent (unknown). Values keep the agency's own writing.
public struct Record: Sendable, Equatable, Codable {
    /// What the agency calls the record; not empty in a record that was read from a file.
    public var id: String
    /// Column name -> values, in the order written; never an empty list, never an empty value.
    public private(set) var columns: [String: [String]]

    /// Columns that match keys may be built from.
    public static let matchColumns = [
        "given_name", "family_name", "full_name", "birth_date", "sex", "nationality", "birth_place", "document_number",
        "document_country", "document_type", "phone", "email", "plate", "vin", "imo", "mmsi", "imei", "iban", "wallet",
        "address", "postcode", "city", "country",
    ]

    /// Columns that hold POLICY's `record.` attributes (`subject_category` holds `record.subject`).
    public static let policyColumns = [
        "subject_category", "offence", "handling", "source_reference", "expires", "origin", "source", "information",
        "basis", "consent", "sensitive", "originator", "recorded",
    ]

    /// Every column of CONTRACTS, in its order.
    public static let knownColumns = ["id"] + matchColumns + policyColumns

    /// The most values of one column that keys are built from; readers refuse rows with more.
    public static let maximumValues = 32

    /// Values of `subject_category` that are no person: POLICY's subject is then the empty set.
    public static let thingCategories: Set<String> = ["vessel", "vehicle", "object", "account"]

    public init(id: String, columns: [String: [String]] = [:]) {
        self.id = id
        self.columns = [:]
        for (column, values) in columns { self[column] = values }
    }

    /// A record that will have about so many columns.
    public init(id: String, capacity: Int) {
        self.id = id
        columns = Dictionary(minimumCapacity: capacity)
    }

    /// A record from cells in which several values are parted by `;`. Empty cells are absent.
    public init(id: String, cells: some Sequence<(column: String, cell: String)>) {
        self.id = id
        self.columns = [:]
        for (column, cell) in cells where !cell.isEmpty { self[column] = Self.values(of: cell) }
    }

    /// The values of `column`; none when it is unknown.
    public subscript(column: String) -> [String] {
        get { columns[column] ?? [] }
        set {
            let values = newValue.contains(where: \.isEmpty) ? newValue.filter { !$0.isEmpty } : newValue
            columns[column] = values.isEmpty ? nil : values
        }
    }

    /// The cell of `column` as a file holds it: values joined by `;`, empty when unknown.
    public func cell(_ column: String) -> String { column == "id" ? id : self[column].joined(separator: ";") }

    /// The values of one cell, without blanks at their ends.
    public static func values(of cell: String) -> [String] {
        guard cell.utf8.contains(0x3B) else {
            if let first = cell.utf8.first, first != 0x20, cell.utf8.last != 0x20 { return [cell] }
            let value = Preparation.trim(cell)
            return value.isEmpty ? [] : [value]
        }
        return cell.split(separator: ";").map { Preparation.trim($0) }.filter { !$0.isEmpty }
    }

    /// The canonical forms of the record's documents, `ISSUER:NUMBER`; `document_country` is the issuer where the cell has none.
    public var documents: [String] {
        let issuer = self["document_country"].first ?? ""
        return self["document_number"].compactMap { DocumentForm.canonicalise(number: $0, issuer: issuer).value }
    }

    private enum CodingKeys: String, CodingKey { case id, columns }
}

/// POLICY's `record.` attributes as written, unread; nil = unknown.
extension Record {
    /// `record.subject`: nil when unknown, empty for a vessel, vehicle or object.
    public var subject: [String]? {
        columns["subject_category"].map { $0.filter { !Self.thingCategories.contains($0) } }
    }
    public var offence: String? { self["offence"].first }
    public var handling: String? { self["handling"].first }
    public var sourceReference: String? { self["source_reference"].first }
    /// Last day kept, `YYYY-MM-DD`.
    public var expires: String? { self["expires"].first }
    /// Countries of nationality, residence, feared persecution.
    public var origin: [String]? { columns["origin"] }
    public var source: String? { self["source"].first }
    public var information: String? { self["information"].first }
    public var basis: String? { self["basis"].first }
    public var consent: String? { self["consent"].first }
    public var sensitive: [String]? { columns["sensitive"] }
    public var originator: String? { self["originator"].first }
    /// Day it was recorded, `YYYY-MM-DD`.
    public var recorded: String? { self["recorded"].first }
}

extension Record: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The number of columns only: values are personal data and never reach a log.
    public var description: String { "record with \(columns.count) columns" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
