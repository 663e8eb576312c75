/// Use case: what an import would take from a file, before anything enters the vault: which column is read as which, how the
/// first rows are read and by what they could be found. Keeps nothing and logs nothing: the file is still only its owner's.

import Accounts
import MatchKeys
import ObliviousPRF
import RecordFiles

public struct ImportPreview: Sendable, Equatable {
    /// A column of the file under its own name, and the one it is read as.
    public struct Column: Sendable, Equatable {
        public let theirs: String
        /// Nil for one that is kept and never matched.
        public let ours: String?
        /// Whether that is a guess by its name.
        public let isGuess: Bool
    }

    public struct Row: Sendable, Equatable {
        public let number: Int
        /// Nil where the row gives no record.
        public let id: String?
        /// Column to values, as the record has them.
        public let values: [String: [String]]
        /// Values that are kept as they are and of which no keys are made, or not all.
        public let unread: [FieldReading]
        /// Kinds of match keys that are made of it.
        public let kinds: [String]
        /// What is wrong with it; no values.
        public let problems: [String]
    }

    /// In the file's order; empty for a form without a header.
    public let columns: [Column]
    public let rows: [Row]
    /// Rows of the whole file, and those that would stay out.
    public let count: Int
    public let refused: Int
    /// The first hundred problems of the whole file.
    public let problems: [String]
}

extension Node {
    /// Columns that a file's may be read as.
    public static let recordColumns = Record.knownColumns

    /// - Parameter isGuessing: columns that `order` does not rename are read as their names suggest.
    public func previewImport(
        _ order: RecordImport,
        isGuessing: Bool,
        rows most: Int,
        by account: String?
    ) async throws(NodeProblem) -> ImportPreview {
        try DatasetName.check(order.dataset)
        _ = try await person(account, for: .importRecords)
        guard case .bytes(let data) = order.source else {
            throw NodeProblem(.usage, "a preview is made of what was sent, not of a file of the node's")
        }
        let recipe = recipe
        var options = RecordOptions()
        options.format = order.format
        options.fileName = order.fileName
        options.columnNames = order.renames
        options.defaults = order.defaults
        options.requiresID = true
        do {
            return try await runner.offload { [options] in
                try Self.preview([UInt8](data), options, isGuessing: isGuessing, most, recipe)
            }
        } catch {
            throw NodeProblem(fault: error, doing: "reading the file")
        }
    }

    /// Blocks its caller.
    static func preview(
        _ bytes: [UInt8],
        _ options: RecordOptions,
        isGuessing: Bool,
        _ most: Int,
        _ recipe: KeyRecipe
    ) throws(NodeProblem) -> ImportPreview {
        let renames = options.columnNames
        var options = options
        options.columnNames = [:]
        do throws(RecordFileError) {
            let header = options.format == .csv ? try RecordReader(.bytes(bytes), options: options).header() : []
            let guessed = isGuessing ? HeaderGuess(header).columnNames : [:]
            options.columnNames = guessed.merging(renames) { _, said in said }
            let columns = header.map { name in
                let ours = options.columnNames[name] ?? name
                return ImportPreview.Column(
                    theirs: name,
                    ours: Record.knownColumns.contains(ours) ? ours : nil,
                    isGuess: renames[name] == nil && guessed[name] != nil
                )
            }
            var rows: [ImportPreview.Row] = []
            var problems: [String] = []
            var refused = 0
            let summary = try RecordReader(.bytes(bytes), options: options).forEachRow { row in
                if row.record == nil || !row.problems.isEmpty { refused += 1 }
                problems += row.problems.prefix(max(0, 100 - problems.count)).map(\.description)
                if rows.count < most { rows.append(ImportPreview.Row(row, recipe)) }
                return true
            }
            return ImportPreview(
                columns: columns,
                rows: rows,
                count: summary.rows,
                refused: refused,
                problems: problems
            )
        } catch {
            throw NodeProblem(
                .data,
                "the file cannot be read: \(error.description)",
                at: error.location,
                try: error.remedy
            )
        }
    }
}

extension ImportPreview.Row {
    fileprivate init(_ row: RecordRow, _ recipe: KeyRecipe) {
        number = row.row
        id = row.record?.id
        values = row.record?.columns ?? [:]
        let keys = row.record.map { recipe.keys(of: $0) } ?? []
        unread = (row.record?.unread(beside: keys) ?? []).map(FieldReading.init)
        kinds = Set(keys.map(\.kind.rawValue)).sorted()
        problems = row.problems.map { "\($0.field): \($0.words)" }
    }
}
