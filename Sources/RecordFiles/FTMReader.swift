/// Records from FollowTheMoney entities, one a line. What links to a person becomes part of it: passports become documents,
/// a wallet, account or vehicle its identifiers. Two passes, so that a link may stand before or after what it links to.

import Foundation
import MatchKeys

struct FTMReader {
    let input: RecordInput
    let options: RecordOptions
    let checks: RecordChecks

    func forEachRow(_ body: (RecordRow) -> Bool) throws(RecordFileError) -> RecordFileSummary {
        var links = try gatherLinks()
        var summary = RecordFileSummary()
        var ids: Set<String>? = options.comparesIDs ? [] : nil
        var goesOn = true
        try forEachLine { (line, bytes) throws(RecordFileError) -> Bool in
            summary.rows += 1
            guard summary.rows <= options.maximumRecords else {
                throw RecordFileError.tooManyRecords(file: checks.file, limit: options.maximumRecords)
            }
            switch Self.entity(of: bytes) {
            case .failure(let words): goesOn = body(unreadable(bytes, words.rawValue, line: line))
            case .success(let entity):
                guard let schema = FTMEntity.Schema(rawValue: entity.schema) else {
                    summary.skipped[Self.skippable(entity.schema), default: 0] += 1
                    summary.rows -= 1
                    return true
                }
                guard !links.holds(entity, schema) else {
                    if let bytes, !links.mayConcern(bytes, schema) {
                        goesOn = body(unreadable(bytes, Refusal.escapedNames.rawValue, line: line))
                    } else {
                        summary.rows -= 1
                    }
                    return goesOn
                }
                var record = FTMColumns.record(of: entity, schema)
                if schema == .person { links.give(to: &record) }
                goesOn = body(row(of: record, line: line, number: summary.rows, ids: &ids))
            }
            return goesOn
        }
        guard goesOn else { return summary }
        for left in links.left() {
            summary.rows += 1
            let one: RecordRow
            switch left {
            case .thing(let record, let line):
                one = row(of: record, line: line, number: summary.rows, ids: &ids)
            case .document(let entity, let line):
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
                let bytes = (try? encoder.encode(entity)) ?? Data()
                one = unreadable(Array(bytes), "the person it belongs to is not in the file", line: line)
            }
            guard body(one) else { break }
        }
        return summary
    }

    // MARK: Lines

    private enum Refusal: String, Error {
        case tooLong = "a line over the limit"
        case notUTF8 = "bytes that are not UTF-8"
        case escapedNames = "a link whose property name is written with escapes"
        case notEntity = "no entity with an id, a schema and properties that are lists of texts"
    }

    /// Calls `body` with each line that is neither empty nor a remark; a line over the limit is nil.
    private func forEachLine(
        _ body: (_ line: Int, _ bytes: [UInt8]?) throws(RecordFileError) -> Bool
    ) throws(RecordFileError) {
        guard let source = ByteSource(input) else { throw broken("the file cannot be read", at: nil) }
        var reader = LineReader(source, limit: options.recordLimits.lineBytes)
        guard !reader.isWide() else {
            throw broken(CSVError.Reason.foreignEncoding.rawValue, at: 1, remedy: TextEncoding.wideRemedy)
        }
        while let line = reader.next() {
            switch line {
            case .failed: throw broken("the file cannot be read", at: reader.number)
            case .tooLong: guard try body(reader.number, nil) else { return }
            case .line(let bytes):
                let first = bytes.first { $0 != 0x20 && $0 != 0x09 }
                guard let first, first != RejectedRows.remark else { continue }
                guard try body(reader.number, bytes) else { return }
            }
        }
    }

    private static func entity(of bytes: [UInt8]?) -> Result<FTMEntity, Refusal> {
        guard let bytes else { return .failure(.tooLong) }
        guard String(validating: bytes, as: UTF8.self) != nil else { return .failure(.notUTF8) }
        guard let entity = try? JSONDecoder().decode(FTMEntity.self, from: Data(bytes)) else {
            return .failure(.notEntity)
        }
        return .success(entity)
    }

    /// The name of a schema, if it could be one: it goes into a report.
    private static func skippable(_ schema: String) -> String {
        schema.utf8.count <= 64 && schema.utf8.allSatisfy { ASCIIWord.isLetterOrDigit($0) } ? schema : "other"
    }

    private func broken(_ words: String, at line: Int?, remedy: String? = nil) -> RecordFileError {
        let place = line.map { CSVPlace(line: $0, column: 1) }
        return .broken(file: checks.file, place: place, words: words, remedy: remedy)
    }

    private func unreadable(_ bytes: [UInt8]?, _ words: String, line: Int) -> RecordRow {
        let place = CSVPlace(line: line, column: 1)
        let problem = checks.problem("row", words, .noRecord, row: line, at: place)
        return RecordRow(row: line, place: place, record: nil, problems: [problem], written: .line(bytes ?? []))
    }

    private func row(of record: Record, line: Int, number: Int, ids: inout Set<String>?) -> RecordRow {
        let place = CSVPlace(line: line, column: 1)
        return checks.row(of: record, number: number, place: place, ids: &ids)
    }

    // MARK: Links

    private func gatherLinks() throws(RecordFileError) -> FTMLinks {
        var links = FTMLinks(limit: options.recordLimits.linkBytes)
        // First who owns what, told by the schema's name; then the things themselves.
        try forEachLine { (_, bytes) throws(RecordFileError) -> Bool in
            guard let bytes, FTMLinks.mentions("Ownership", bytes), let entity = try? Self.entity(of: bytes).get()
            else {
                return true
            }
            if entity.schema == FTMEntity.Schema.ownership.rawValue { links.add(ownership: entity) }
            return try within(links)
        }
        try forEachLine { (line, bytes) throws(RecordFileError) -> Bool in
            guard let bytes, links.mayConcern(bytes), let entity = try? Self.entity(of: bytes).get(),
                let schema = FTMEntity.Schema(rawValue: entity.schema)
            else { return true }
            links.add(entity, schema, line: line)
            return try within(links)
        }
        return links
    }

    private func within(_ links: FTMLinks) throws(RecordFileError) -> Bool {
        guard !links.isOverLimit else {
            throw broken(
                "the passports, accounts and other links of the file take more than \(options.recordLimits.linkBytes >> 20) MiB",
                at: nil,
                remedy: "part the file, each person together with what links to it"
            )
        }
        return true
    }
}

extension RecordChecks {
    /// The row of a record that no cells were written for.
    func row(of record: Record, number: Int, place: CSVPlace, ids: inout Set<String>?) -> RecordRow {
        func refused(_ field: String, _ words: String) -> RecordRow {
            let problem = problem(field, words, .noRecord, row: number, at: place)
            return RecordRow(row: number, place: place, record: nil, problems: [problem], written: .record(record))
        }
        if let words = problem(ofID: record.id, seen: &ids) { return refused("id", words) }
        for (column, values) in record.columns.sorted(by: { $0.key < $1.key }) + [("id", [record.id])] {
            // A file of such columns could be written and never read.
            guard !RecordHeader.trimmed(column).isEmpty, !column.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F })
            else {
                return refused("row", "a field without a name, or with a control character in its name")
            }
            for value in values {
                guard value.utf8.count <= limits.valueBytes else { return refused(column, "a value over the limit") }
                guard !value.utf8.contains(where: { ($0 < 0x20 && $0 != 0x09 && $0 != 0x0A) || $0 == 0x7F }) else {
                    return refused(column, CSVError.Reason.controlCharacter.rawValue)
                }
            }
        }
        var settled = record
        let problems = settle(&settled, columns: record.columns.keys.sorted(), row: number, start: place) { _ in place }
        let isNone = problems.contains { $0.effect == .noRecord }
        return RecordRow(
            row: number,
            place: place,
            record: isNone ? nil : settled,
            problems: problems,
            written: .record(settled)
        )
    }
}

/// Small tests on bytes of names.
enum ASCIIWord {
    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
