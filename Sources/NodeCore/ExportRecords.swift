/// Use case: a data set leaves the vault as a file, in clear, for its owner alone; the entry is durable before the file has
/// its name.

import Accounts
import AuditLog
import CanonicalJSON
import Foundation
import MatchKeys
public import RecordFiles
import Sodium
import Vault

public struct ExportReport: Codable, Sendable, Equatable {
    /// A field that the form had no place for.
    public struct Loss: Codable, Sendable, Equatable {
        public var field: String
        /// Records of which a value was left behind.
        public var records: Int
    }

    public var file: String
    public var dataset: String
    public var format: RecordFormat
    /// Records in the file.
    public var records: Int
    /// Records that the form has no entity for.
    public var left: Int
    public var notCarried: [Loss]

    private enum CodingKeys: String, CodingKey {
        case file, dataset, format, records, left
        case notCarried = "not_carried"
    }
}

extension Node {
    /// - Parameters:
    ///   - path: a file that is not there yet, on the node's machine.
    ///   - purpose: a word for the log.
    public func exportRecords(
        to path: String,
        format: RecordFormat,
        dataset: String,
        purpose: String,
        by account: String?
    ) async throws(NodeProblem) -> ExportReport {
        try DatasetName.check(dataset)
        try Self.check(purpose: purpose)
        let person = try await person(account, for: .exportRecords)
        var file: WholeFile
        do throws(NewFileProblem) {
            file = try WholeFile(path)
        } catch {
            throw Self.problem(error, path)
        }
        do {
            let report = try await write(dataset, format: format, name: file.path) { try file.write($0) }
            try file.complete()
            try await logExported(report, purpose: purpose, by: person)
            try file.appear()
            return report
        } catch let problem as NodeProblem {
            file.discard()
            throw problem
        } catch let problem as NewFileProblem {
            file.discard()
            throw Self.problem(problem, path)
        } catch {
            file.discard()
            throw NodeProblem(fault: error, doing: "writing the records out")
        }
    }

    /// The data sets of the vault, and how many records each has.
    public func datasets(by account: String?) async throws(NodeProblem) -> [(name: String, records: Int)] {
        _ = try await person(account, for: .exportRecords)
        do {
            return try await vault.read { try $0.datasets() }
        } catch {
            throw NodeProblem(fault: error, doing: "reading the data sets")
        }
    }

    /// Most bytes of an export that is handed out instead of written: it is made in memory.
    static let greatestExport = 32 << 20

    /// A data set in clear, for whoever asked; the entry is durable before it is handed out.
    public func exportRecords(
        format: RecordFormat,
        dataset: String,
        purpose: String,
        by account: String?
    ) async throws(NodeProblem) -> (report: ExportReport, bytes: [UInt8]) {
        try DatasetName.check(dataset)
        try Self.check(purpose: purpose)
        let person = try await person(account, for: .exportRecords)
        do {
            var bytes: [UInt8] = []
            let report = try await write(dataset, format: format, name: "") { part in
                bytes += part
                guard bytes.count <= Self.greatestExport else {
                    throw NodeProblem(
                        .refused,
                        "this data set is too large for one answer",
                        because: "it would have more than \(Self.greatestExport >> 20) MiB, and is made in memory",
                        try: "comity records export at the command line, which has no such limit"
                    )
                }
            }
            try await logExported(report, purpose: purpose, by: person)
            return (report, bytes)
        } catch {
            throw NodeProblem(fault: error, doing: "writing the records out")
        }
    }

    private func logExported(_ report: ExportReport, purpose: String, by person: Person) async throws {
        _ = try await vault.commit { transaction in
            let draft = try self.draft(
                "record.exported",
                by: .person(person),
                data: ["purpose": .string(purpose), "count": .integer(report.records)],
                in: transaction
            )
            return ((), [draft])
        }
    }

    private static func problem(_ problem: NewFileProblem, _ path: String) -> NodeProblem {
        NodeProblem(
            problem == .exists ? .usage : .data,
            "nothing was exported: the file could not be written",
            at: path,
            because: problem.words,
            try: problem == .exists
                ? "another name: an export never replaces a file" : "a folder that can be written to"
        )
    }

    /// A word that may stand in clear in a log.
    static func check(purpose: String) throws(NodeProblem) {
        guard (1...64).contains(purpose.utf8.count), DatasetName.fits(purpose) else {
            throw NodeProblem(
                .usage,
                "a purpose is one word of 1 to 64 of a-z, 0-9, underscore, hyphen",
                at: "--purpose",
                try: "--purpose hand-over"
            )
        }
    }

    private func write(
        _ dataset: String,
        format: RecordFormat,
        name: String,
        to put: ([UInt8]) throws -> Void
    ) async throws -> ExportReport {
        // Only CSV names its columns before the first record.
        var columns: Set<String> = []
        var total = 0
        try await forEachRecord(of: dataset) { record in
            total += 1
            if format == .csv { columns.formUnion(record.columns.keys) }
        }
        guard total > 0 else {
            let names = try await vault.read { try $0.datasets() }.map(\.name).joined(separator: ", ")
            throw NodeProblem(
                .data,
                "nothing was exported: the data set \(dataset) has no records",
                at: "--dataset",
                try: names.isEmpty ? "comity records import \(folder.path) FILE" : "--dataset with one of: \(names)"
            )
        }
        var writer = try recordWriter(format, columns: columns, scope: dataset)
        try put(try writer.begin())
        var count = 0
        try await forEachRecord(of: dataset) { record in
            try put(try writer.bytes(of: record))
            count += 1
        }
        try put(try writer.end())
        let lost = writer.notCarried
        return ExportReport(
            file: name,
            dataset: dataset,
            format: format,
            records: count - lost.records,
            left: lost.records,
            notCarried: lost.columns.sorted { $0.key < $1.key }.map { .init(field: $0.key, records: $0.value) }
        )
    }

    /// - Parameter scope: a record of the same id in another scope has another UUID.
    func recordWriter(
        _ format: RecordFormat,
        columns: Set<String> = [],
        scope: String
    ) throws -> RecordWriter {
        let key = try keyring.secret(SecretName.record)
        return RecordWriter(
            format,
            columns: columns,
            time: Self.time(clock.milliseconds()),
            uuid: { try Self.uuid(of: scope + "\u{0}" + $0, key: key) }
        )
    }

    /// Each record of a data set, a page at a time.
    func forEachRecord(of dataset: String, _ body: (Record) throws -> Void) async throws {
        let effort = BuildEffort.full(engine.prf)
        let sealer = vault.sealer
        var last = 0
        while true {
            let after = last
            let page = try await vault.read { try $0.records(of: dataset, after: after, limit: effort.page) }
            guard let end = page.last else { return }
            last = end.number
            for record in try await effort.map(page, { try sealer.open($0) }) { try body(record) }
        }
    }

    /// As STIX writes times.
    private static func time(_ milliseconds: Int) -> String {
        Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
            .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    /// A UUID that only this node can tell from chance, and that the same record has in every export.
    private static func uuid(of text: String, key: SecretBytes) throws -> String {
        var bytes = try BLAKE2b.hash(Array("comity/export-uuid/v1".utf8) + [0] + Array(text.utf8), key: key, length: 16)
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let hex = Array(Hex.encode(bytes))
        let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(hex[$0]) }
        return parts.joined(separator: "-")
    }
}
