/// Use case: an agency's records enter its vault, sealed, batch by batch, each with its audit entry in the same transaction.
/// Memory is that of a few batches, however long the file.

import Accounts
import AuditLog
import CanonicalJSON
import Foundation
import MatchKeys
import PolicyEngine
public import RecordFiles
import Sodium
import Vault

/// What to import, and how to read it.
public struct RecordImport: Codable, Sendable {
    public enum Source: Codable, Sendable {
        case bytes(Data)
        /// A path on the node's machine.
        case file(String)
    }

    public var source: Source
    public var format: RecordFormat
    /// How problems call the file.
    public var fileName: String
    public var dataset: String
    public var renames: [String: String]
    public var defaults: [String: String]
    /// A path beside which rows that stay out are written; nil: nowhere.
    public var rejectedBeside: String?

    public init(
        _ source: Source,
        format: RecordFormat = .csv,
        fileName: String,
        dataset: String,
        renames: [String: String] = [:],
        defaults: [String: String] = [:],
        rejectedBeside: String? = nil
    ) {
        self.source = source
        self.format = format
        self.fileName = fileName
        self.dataset = dataset
        self.renames = renames
        self.defaults = defaults
        self.rejectedBeside = rejectedBeside
    }
}

public struct ImportReport: Codable, Sendable, Equatable {
    public var file: String
    public var dataset: String
    public var rows = 0
    public var created = 0
    public var changed = 0
    public var unchanged = 0
    /// Rows that did not enter.
    public var refused = 0
    /// `file:line:column  field: words`, the first ten thousand; never a value.
    public var problems: [String] = []
    /// Where rows that did not enter were written.
    public var rejected: [String] = []
    /// What the file holds beside records, by name, and how often.
    public var skipped: [String: Int] = [:]
    /// Why the rows could not be written.
    public var notes: [String] = []

    /// Problems that a report lists; the file of rejected rows has them all.
    static let mostProblems = 10_000
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
        try await importRecords(
            RecordImport(
                .bytes(Data(csv)),
                fileName: fileName,
                dataset: dataset,
                renames: renames,
                defaults: defaults
            ),
            by: account
        )
    }

    /// - Parameter say: is told now and then how far the import is.
    public func importRecords(
        _ order: RecordImport,
        by account: String?,
        say: (String) -> Void = { _ in }
    ) async throws(NodeProblem) -> ImportReport {
        try DatasetName.check(order.dataset)
        let person = try await person(account, for: .importRecords)
        let input: RecordInput
        let digest: [UInt8]
        switch order.source {
        case .bytes(let data):
            input = .bytes([UInt8](data))
            digest = SHA2.sha256([UInt8](data))
        case .file(let path):
            input = .file(URL(fileURLWithPath: path))
            digest = try Self.digest(ofFile: path, named: order.fileName)
        }
        var options = RecordOptions()
        options.format = order.format
        options.fileName = order.fileName
        options.columnNames = order.renames
        options.defaults = order.defaults
        // Numbered rows of two files would replace each other.
        options.requiresID = true
        // The vault knows which records this import has met.
        options.comparesIDs = false
        let batches = RowBatches(RecordReader(input, options: options), rows: 8_192, bytes: 16 << 20)
        defer { batches.stop() }
        var run = ImportRun(order, digest: digest, person: person)
        do throws(NodeProblem) {
            for await event in batches.events {
                switch event {
                case .batch(let rows):
                    try await store(rows, in: &run)
                    batches.next()
                    if run.batches.isMultiple(of: 16) { say("  \(run.seen) rows") }
                case .end(let summary):
                    // An import that changes nothing is an import: it has its entry.
                    if run.batches == 0 { try await store([], in: &run) }
                    run.finish(summary)
                case .failed(let error): throw run.problem(error)
                }
            }
        } catch {
            run.finish(RecordFileSummary())
            throw error
        }
        return run.report
    }

    private static func digest(ofFile path: String, named name: String) throws(NodeProblem) -> [UInt8] {
        guard let digest = FileDigest.sha256(path) else {
            throw NodeProblem(
                .data,
                "nothing was imported: the node cannot read the file",
                at: name,
                because: "it is not there, or not for the account that the node runs as",
                try: "comity records import DIR - < \(name)"
            )
        }
        return digest
    }

    /// One batch: sealed on all cores, stored with its entry in one transaction.
    private func store(_ rows: [RecordRow], in run: inout ImportRun) async throws(NodeProblem) {
        let accepted = run.take(rows)
        let today = clock.moment.day.description
        let (order, digest, person, met) = (run.order, run.digest, run.person, run.met)
        let refusedBefore = run.refusedInBatch
        let outcome: [RecordChange?]
        do {
            let (sealer, recipe) = (vault.sealer, recipe)
            let sealed = try await BuildEffort.full(engine.prf).map(accepted.compactMap(\.record)) { record in
                var dated = record
                if record["recorded"].isEmpty { dated["recorded"] = [today] }
                // The version is that of the file's row: importing it again on another day changes nothing.
                return try sealer.seal(
                    dated,
                    version: record,
                    dataset: order.dataset,
                    keys: .made(of: dated, by: recipe)
                )
            }
            let account = person.account.name.description
            let now = clock.milliseconds()
            outcome = try await vault.commit { transaction in
                let changes = try sealed.map { try transaction.store($0, by: account, at: now, met: met) }
                let repeated = changes.count { $0 == nil }
                let draft = try self.draft(
                    "record.imported",
                    by: .person(person),
                    data: [
                        "dataset": .string(order.dataset), "source_digest": .string(Hex.encode(digest)),
                        "created": .integer(changes.count { $0 == .created }),
                        "changed": .integer(changes.count { $0 == .changed }),
                        "refused": .integer(refusedBefore + repeated),
                    ],
                    in: transaction
                )
                return (changes, [draft])
            }.value
        } catch {
            throw NodeProblem(fault: error, doing: "storing the records")
        }
        run.settle(accepted, outcome)
    }
}

/// An import while it goes on.
private struct ImportRun {
    let order: RecordImport
    let digest: [UInt8]
    let person: Person
    let met = RecordsMet()
    private(set) var report: ImportReport
    private(set) var batches = 0
    /// Rows of the batch in work that cannot be read.
    private(set) var refusedInBatch = 0
    private var rejected: RejectedFile

    init(_ order: RecordImport, digest: [UInt8], person: Person) {
        self.order = order
        self.digest = digest
        self.person = person
        report = ImportReport(file: order.fileName, dataset: order.dataset)
        rejected = RejectedFile(beside: order.rejectedBeside)
    }

    /// Rows until now.
    var seen: Int { report.created + report.changed + report.unchanged + report.refused }

    /// Sets aside what cannot be read and gives the rest.
    mutating func take(_ rows: [RecordRow]) -> [RecordRow] {
        refusedInBatch = 0
        return rows.filter { row in
            guard row.record == nil || !row.problems.isEmpty else { return true }
            refuse(row, because: row.problems)
            refusedInBatch += 1
            return false
        }
    }

    mutating func settle(_ rows: [RecordRow], _ changes: [RecordChange?]) {
        batches += 1
        for (row, change) in zip(rows, changes) {
            switch change {
            case .created: report.created += 1
            case .changed: report.changed += 1
            case .unchanged: report.unchanged += 1
            case nil:
                refuse(row, because: [row.problem("id", "an earlier row has the same id", file: order.fileName)])
            }
        }
    }

    private mutating func refuse(_ row: RecordRow, because problems: [RowProblem]) {
        report.refused += 1
        for problem in problems where report.problems.count < ImportReport.mostProblems {
            report.problems.append(problem.description)
        }
        rejected.add(row, because: problems)
    }

    mutating func finish(_ summary: RecordFileSummary) {
        rejected.finish()
        report.rows = summary.rows
        report.skipped = summary.skipped
        report.rejected = rejected.paths
        if let problem = rejected.problem {
            report.notes.append("the rows that stayed out could not be written down: \(problem.words)")
        }
    }

    /// The file broke off: what of it is in.
    func problem(_ error: RecordFileError) -> NodeProblem {
        let entered = report.created + report.changed + report.unchanged
        let isAnythingIn = batches > 0 && entered > 0
        return NodeProblem(
            .data,
            isAnythingIn
                ? "the file breaks off: \(error.description); \(entered) records before that place are in"
                : "nothing was imported: \(error.description)",
            at: error.location ?? order.fileName,
            try: error.remedy
                ?? (isAnythingIn
                    ? "correct the file and import it again; what is in already stays as it is"
                    : "correct the file; docs/records.md says what each form holds")
        )
    }
}

/// Digests of files that may be larger than memory.
enum FileDigest {
    /// Nil when the file cannot be read.
    static func sha256(_ path: String) -> [UInt8]? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        var stream = SHA256Stream()
        do {
            while let part = try file.read(upToCount: 1 << 20), !part.isEmpty {
                Array(part).withUnsafeBufferPointer { stream.update($0) }
            }
        } catch {
            return nil
        }
        return stream.finish()
    }
}

/// Words for data sets.
enum DatasetName {
    static func fits(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x5F
        }
    }

    static func check(_ text: String) throws(NodeProblem) {
        guard (1...64).contains(text.utf8.count), fits(text) else {
            throw NodeProblem(
                .usage,
                "that is no name of a data set",
                at: "--dataset",
                because: "it takes 1 to 64 of a-z, 0-9, underscore, hyphen",
                try: "--dataset main"
            )
        }
    }
}
