/// From a record to a person in XML. What XML cannot hold, or a person of UMF has no element for, is counted.

import MatchKeys

struct UMFWriter {
    private(set) var lost = NotCarried()

    func begin() -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <\(UMFElements.root) xmlns="\(UMFElements.namespace)">

        """
    }

    func end(saying note: FileNote?) -> String {
        let lines = note.map { [$0.title] + $0.lines } ?? []
        // What XML has no character for stays out of a remark.
        let remarks = lines.compactMap(Self.escaped).map { "  <\(UMFElements.remark)>\($0)</\(UMFElements.remark)>\n" }
        return remarks.joined() + "</\(UMFElements.root)>\n"
    }

    private static let columns = Set((UMFElements.fields + UMFElements.addressFields).map(\.column)).union([
        "document_number", "document_country", "document_type",
    ])

    mutating func person(of record: Record, under terms: RecordTerms?) -> String {
        guard record["subject_category"].allSatisfy({ !Record.thingCategories.contains($0) }),
            let id = Self.escaped(record.id)
        else {
            lost.lose(record)
            return ""
        }
        var lines = ["  <\(UMFElements.person) id=\"\(id)\">"]
        for (element, column) in UMFElements.fields {
            for value in record[column] { add(element, value, column: column, indent: 4, to: &lines) }
        }
        addDocuments(of: record, to: &lines)
        addAddresses(of: record, to: &lines)
        for (column, values) in record.columns.sorted(by: { $0.key < $1.key }) where !Self.columns.contains(column) {
            guard let element = Self.ownElement(column) else {
                lost.lose(column)
                continue
            }
            for value in values { add(element, value, column: column, indent: 4, to: &lines) }
        }
        for part in terms?.parts ?? [] { add(part.element, part.value, column: part.element, indent: 4, to: &lines) }
        lines.append("  </\(UMFElements.person)>\n")
        return lines.joined(separator: "\n")
    }

    private mutating func addDocuments(of record: Record, to lines: inout [String]) {
        let (documents, missing) = record.writtenDocuments
        for column in missing { lost.lose(column) }
        for document in documents {
            lines.append("    <\(UMFElements.document)>")
            add("DocumentNumber", document.number, column: "document_number", indent: 6, to: &lines)
            for (element, value, column) in [
                ("IssuingCountry", document.country, "document_country"),
                ("DocumentType", document.type, "document_type"),
            ] {
                if let value { add(element, value, column: column, indent: 6, to: &lines) }
            }
            lines.append("    </\(UMFElements.document)>")
        }
    }

    private mutating func addAddresses(of record: Record, to lines: inout [String]) {
        let count = UMFElements.addressFields.map { record[$0.column].count }.max() ?? 0
        for place in 0..<count {
            lines.append("    <\(UMFElements.address)>")
            for (element, column) in UMFElements.addressFields where place < record[column].count {
                add(element, record[column][place], column: column, indent: 6, to: &lines)
            }
            lines.append("    </\(UMFElements.address)>")
        }
    }

    private mutating func add(_ element: String, _ value: String, column: String, indent: Int, to lines: inout [String])
    {
        guard let text = Self.escaped(value) else { return lost.lose(column) }
        lines.append(String(repeating: " ", count: indent) + "<\(element)>\(text)</\(element)>")
    }

    /// The element of a field that was read from one without a column; nil for any other field.
    private static func ownElement(_ column: String) -> String? {
        guard column.hasPrefix(UMFElements.ownPrefix) else { return nil }
        let name = column.dropFirst(UMFElements.ownPrefix.count)
        guard let first = name.utf8.first, !(0x30...0x39).contains(first),
            name.utf8.allSatisfy({ ASCIIWord.isLetterOrDigit($0) }), UMFElements.column(String(name)) == nil
        else { return nil }
        return String(name)
    }

    /// As text or a quoted attribute; nil for a character that XML 1.0 does not have.
    static func escaped(_ text: String) -> String? {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            // A parser would turn these into other blanks.
            case "\r": result += "&#13;"
            case "\t": result += "&#9;"
            case "\n": result += "&#10;"
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: return nil
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
