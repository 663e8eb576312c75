/// Persons from XML, one held at a time. Document types are refused before the parser starts, so that no entity is ever
/// expanded or fetched.

import Foundation
import MatchKeys

struct UMFReader {
    let input: RecordInput
    let options: RecordOptions
    let checks: RecordChecks

    func forEachRow(_ body: (RecordRow) -> Bool) throws(RecordFileError) -> RecordFileSummary {
        try checkProlog()
        guard let source = ByteSource(input), var document = XMLPull(source) else {
            throw broken("the file cannot be read", at: nil)
        }
        let limits = options.recordLimits
        var summary = RecordFileSummary()
        var ids: Set<String>? = options.comparesIDs ? [] : nil
        var person: UMFPerson?
        var depth = 0
        reading: while true {
            switch document.next() {
            case .start(let name, let id):
                depth += 1
                guard depth <= limits.depth else {
                    throw broken("elements inside elements, more than \(limits.depth) deep", at: document.line)
                }
                if person != nil {
                    person?.start(name, depth: depth)
                } else if name == UMFElements.person {
                    person = UMFPerson(id: id, depth: depth, line: document.line, limit: limits.personBytes)
                }
            case .text(let text): person?.add(text)
            case .end(let name):
                let isPerson = person?.depth == depth
                if !isPerson { person?.end(name, depth: depth) }
                depth -= 1
                guard isPerson, let whole = person else { continue }
                person = nil
                summary.rows += 1
                guard summary.rows <= options.maximumRecords else {
                    throw .tooManyRecords(file: checks.file, limit: options.maximumRecords)
                }
                guard body(row(of: whole, number: summary.rows, ids: &ids)) else { return summary }
            case .finished: break reading
            case .unreadable: throw broken("the file cannot be read", at: document.line)
            case .malformed: throw broken("not well-formed XML", at: document.line)
            case .notUTF8:
                throw broken(
                    CSVError.Reason.notUTF8.rawValue,
                    at: document.line,
                    remedy: TextEncoding.latinRemedy
                )
            }
        }
        guard summary.rows > 0 else { throw broken("no element \(UMFElements.person) in the file", at: nil) }
        return summary
    }

    private func row(of person: UMFPerson, number: Int, ids: inout Set<String>?) -> RecordRow {
        let place = CSVPlace(line: person.line, column: 1)
        var row = checks.row(of: person.whole, number: number, place: place, ids: &ids)
        if person.isOverLimit {
            row.record = nil
            row.problems = [checks.problem("row", "a person over the limit", .noRecord, row: number, at: place)]
        }
        return row
    }

    private func checkProlog() throws(RecordFileError) {
        guard var source = ByteSource(input) else { throw broken("the file cannot be read", at: nil) }
        let limit = options.recordLimits.prologBytes
        let start = source.first(limit + 1)
        var prolog = XMLProlog(start.prefix(limit), isWhole: start.count <= limit)
        switch prolog.refusal() {
        case nil: return
        case .documentType:
            throw broken(
                "a document type (<!DOCTYPE): it could name entities, and nothing of UMF needs one",
                at: 1,
                remedy: "take the <!DOCTYPE …> out of the file"
            )
        case .foreignEncoding:
            throw broken(CSVError.Reason.foreignEncoding.rawValue, at: 1, remedy: TextEncoding.wideRemedy)
        case .declaredEncoding:
            throw broken(
                "an encoding other than UTF-8",
                at: 1,
                remedy: "\(TextEncoding.latinRemedy) and name encoding=\"UTF-8\" in its first line"
            )
        case .tooLong: throw broken("no element in the first \(limit >> 10) KiB", at: 1)
        }
    }

    private func broken(_ words: String, at line: Int?, remedy: String? = nil) -> RecordFileError {
        .broken(file: checks.file, place: line.map { CSVPlace(line: $0, column: 1) }, words: words, remedy: remedy)
    }
}

/// A person while its elements come.
private struct UMFPerson {
    let depth: Int
    let line: Int
    private let limit: Int
    private var record: Record
    private var documents: [ReadDocument] = []
    /// Where the document in work begins.
    private var documentDepth: Int?
    private var text = ""
    private var bytes = 0
    /// Whether no element has begun inside the one in work.
    private var isLeaf = false

    init(id: String?, depth: Int, line: Int, limit: Int) {
        record = Record(id: Record.values(of: id ?? "").joined(separator: ";"))
        self.depth = depth
        self.line = line
        self.limit = limit
    }

    var isOverLimit: Bool { bytes > limit }

    var whole: Record {
        var whole = record
        whole.add(documents)
        return whole
    }

    mutating func start(_ name: String, depth: Int) {
        text = ""
        isLeaf = true
        if documentDepth == nil, UMFElements.isDocument(name) {
            documentDepth = depth
            documents.append(ReadDocument(number: ""))
        }
    }

    mutating func add(_ text: String) {
        bytes += text.utf8.count
        if !isOverLimit { self.text += text }
    }

    mutating func end(_ name: String, depth: Int) {
        let value = isLeaf ? FTMValues.plain(text.trimmingCharacters(in: .whitespacesAndNewlines)) : ""
        text = ""
        isLeaf = false
        if depth == documentDepth {
            documentDepth = nil
            // A document that is told by its number alone.
            if let last = documents.popLast() {
                let number = value.isEmpty ? last.number : value
                if !number.isEmpty {
                    documents.append(ReadDocument(number: number, country: last.country, type: last.type))
                }
            }
            return
        }
        guard !value.isEmpty else { return }
        if documentDepth != nil, let part = UMFElements.documentPart(name), let last = documents.indices.last {
            switch part {
            case .number: documents[last].number = value
            case .country: documents[last].country = value
            case .type: documents[last].type = value
            }
        } else if UMFElements.isIdentifier(name), record.id.isEmpty {
            record.id = value
        } else {
            record[UMFElements.column(name) ?? UMFElements.ownPrefix + name] += [value]
        }
    }
}
