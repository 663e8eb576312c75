/// Use case: an agency's records enter its vault, sealed, with their audit entry in the same transaction.

import Accounts
import AuditLog
import CanonicalJSON
import Foundation
import MatchKeys
import PolicyEngine
import RecordFiles
import Sodium
import Vault

public struct ImportReport: Codable, Sendable, Equatable {
    public var file: String
    public var dataset: String
    public var rows: Int
    public var created: Int
    public var changed: Int
    public var unchanged: Int
    /// Rows that did not enter.
    public var refused: Int
    /// `file:line:column  field: words`; never a value.
    public var problems: [String]
}

extension Node {
    public func importRecords(
        csv: [UInt8],
        fileName: String,
        dataset: String,
        renames: [String: String],
        defaults: [String: String],
        by account: String?
    ) async throws(NodeProblem) -> ImportReport {
        guard (1...64).contains(dataset.utf8.count), DatasetName.fits(dataset) else {
            throw NodeProblem(
                .usage,
                "that is no name of a data set",
                at: "--dataset",
                because: "it takes 1 to 64 of a-z, 0-9, underscore, hyphen",
                try: "--dataset main"
            )
        }
        let person = try await person(account, for: .importRecords)
        var options = RecordOptions()
        options.fileName = fileName
        options.columnNames = renames
        options.defaults = defaults
        // Numbered rows of two files would replace each other.
        options.requiresID = true
        let file: RecordFile
        do throws(RecordFileError) {
            file = try RecordReader(csv: csv, options: options).read()
        } catch {
            throw NodeProblem(
                .data,
                "nothing was imported: \(error.description)",
                at: error.location ?? fileName,
                try: "correct the file; docs/tutorials/first-query.md shows one"
            )
        }
        let refusedRows = Set(file.problems.map(\.row))
        let today = clock.moment.day.description
        do {
            let (sealer, recipe) = (vault.sealer, recipe)
            let accepted = zip(file.records, file.rows).filter { !refusedRows.contains($0.1) }.map(\.0)
            let sealed = try await BuildEffort.full(engine.prf).map(accepted) { record in
                var dated = record
                if record["recorded"].isEmpty { dated["recorded"] = [today] }
                // The version is that of the file's row: importing it again on another day changes nothing.
                return try sealer.seal(dated, version: record, dataset: dataset, keys: .made(of: dated, by: recipe))
            }
            let digest = SHA2.sha256(csv)
            let account = person.account.name.description
            let now = clock.milliseconds()
            let committed = try await vault.commit { transaction in
                var counts: [RecordChange: Int] = [:]
                for record in sealed {
                    counts[try transaction.store(record, by: account, at: now), default: 0] += 1
                }
                let report = ImportReport(
                    file: fileName,
                    dataset: dataset,
                    rows: file.rowCount,
                    created: counts[.created] ?? 0,
                    changed: counts[.changed] ?? 0,
                    unchanged: counts[.unchanged] ?? 0,
                    refused: refusedRows.count,
                    problems: file.problems.map(\.description)
                )
                let draft = try self.draft(
                    "record.imported",
                    by: .person(person),
                    data: [
                        "dataset": .string(dataset), "source_digest": .string(Hex.encode(digest)),
                        "created": .integer(report.created), "changed": .integer(report.changed),
                        "refused": .integer(report.refused),
                    ],
                    in: transaction
                )
                return (report, [draft])
            }
            return committed.value
        } catch {
            throw NodeProblem(fault: error, doing: "storing the records")
        }
    }
}

/// Words for data sets.
enum DatasetName {
    static func fits(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x5F
        }
    }
}
