/// Part of a use case: whom a question is about, read from its file or fields. Of a row stay its id, its match keys and what
/// policy reads; the rest of it is read again where a person has to see it, because a file may name a million.

import Dispatch
import MatchKeys
import ObliviousPRF
import PolicyEngine
import RecordFiles
import Synchronization

extension Node {
    /// Whom is asked about, with their keys by that recipe.
    func subjects(of question: Question, by recipe: KeyRecipe) async throws(NodeProblem) -> [QuestionSubject] {
        switch question.subjects {
        case .fields(let fields):
            let record = Self.record(of: fields)
            var subject = QuestionSubject(record, by: recipe)
            subject.row = record.comparable
            let unknown = fields.keys.filter { !Record.knownColumns.contains($0) }.sorted()
            guard unknown.isEmpty else {
                throw NodeProblem(
                    .usage,
                    "\(unknown.joined(separator: ", ")) is no column of a record",
                    at: "--field",
                    try: "one of \(Record.matchColumns.joined(separator: ", "))"
                )
            }
            guard !subject.keys.isEmpty else {
                throw NodeProblem(
                    .data,
                    "no match key can be made of these fields",
                    at: "--field",
                    because: Self.whyKeyless(record),
                    try: "comity normalize shows what each value becomes"
                )
            }
            return [subject]
        case .file(let bytes, let name):
            let read: SubjectFile
            do {
                let file = SubjectFile(bytes, question.reading.options(name), recipe: recipe)
                read = try await runner.offload { [runner] in try file.read(threads: runner.threads) }
            } catch let error as RecordFileError {
                throw NodeProblem(.data, error.description, at: error.location ?? name, try: "correct the file")
            } catch {
                throw NodeProblem(fault: error, doing: "reading the file")
            }
            if let problem = read.problems.first {
                let count = read.problems.count
                let shown = read.problems.prefix(20).map(\.description) + (count > 20 ? ["and \(count - 20) more"] : [])
                throw NodeProblem(
                    .data,
                    "nobody was asked: \(count) \(count == 1 ? "row" : "rows") cannot be read",
                    at: "\(problem.file):\(problem.place.line):\(problem.place.column)",
                    because: shown.joined(separator: "\n  "),
                    try: "correct the rows, or take them out"
                )
            }
            guard !read.subjects.isEmpty else {
                throw NodeProblem(.data, "the file names nobody", at: name, try: "a header and a row for each subject")
            }
            return read.subjects
        }
    }

    /// The records of some subjects as the question has them, for people who have to decide on it.
    func records(of question: Question, about ids: Set<String>) throws(NodeProblem) -> [Record] {
        switch question.subjects {
        case .fields(let fields): return [Self.record(of: fields)].filter { ids.contains($0.id) }
        case .file(let bytes, let name):
            var records: [Record] = []
            do throws(RecordFileError) {
                try RecordReader(.bytes(bytes), options: question.reading.options(name)).forEach { record, _ in
                    if ids.contains(record.id) { records.append(record) }
                } problem: { _ in
                }
            } catch {
                throw NodeProblem(.data, error.description, at: error.location ?? name, try: "correct the file")
            }
            return records
        }
    }

    /// The one record that a question is about; nil where it is about several.
    static func onlyRecord(of question: Question) -> Record? {
        switch question.subjects {
        case .fields(let fields): return record(of: fields)
        case .file(let bytes, let name):
            // A file of one row is short.
            guard bytes.count <= 16 << 10 else { return nil }
            var records: [Record] = []
            _ = try? RecordReader(.bytes(bytes), options: question.reading.options(name)).forEach { record, _ in
                records.append(record)
            } problem: { _ in
            }
            return records.count == 1 ? records[0] : nil
        }
    }

    private static func record(of fields: [String: String]) -> Record {
        Record(id: "field", cells: fields.map { (column: $0.key, cell: $0.value) })
    }
}

/// The subjects of a file. Rows are read on one thread; keys, which take longer, are made on the others meanwhile.
private struct SubjectFile: Sendable {
    private let reader: RecordReader
    private let recipe: KeyRecipe
    private(set) var subjects: [QuestionSubject] = []
    private(set) var problems: [RowProblem] = []

    /// Rows that are handed over together: few at first, so that a file of a thousand keeps two threads busy.
    private static func rows(ofPart part: Int) -> Int { part < 3 ? 256 << part : 2_048 }
    private static let queue = DispatchQueue(
        label: "comity.subjects",
        qos: .userInitiated,
        attributes: .concurrent
    )

    init(_ bytes: [UInt8], _ options: RecordOptions, recipe: KeyRecipe) {
        reader = RecordReader(.bytes(bytes), options: options)
        self.recipe = recipe
    }

    /// Blocks its caller: not for threads of others.
    func read(threads: Int) throws(RecordFileError) -> SubjectFile {
        let made = Mutex<[Int: [QuestionSubject]]>([:])
        let work = DispatchGroup()
        // No more rows wait than the threads have before them.
        let room = DispatchSemaphore(value: max(threads, 1))
        var (rows, parts): ([Record], Int) = ([], 0)
        func handOver() {
            let (part, records) = (parts, rows)
            (rows, parts) = ([], parts + 1)
            room.wait()
            Self.queue.async(group: work) { [recipe] in
                let subjects = Self.subjects(records, by: recipe)
                made.withLock { $0[part] = subjects }
                room.signal()
            }
        }
        defer { work.wait() }
        var result = self
        try reader.forEach { record, _ in
            rows.append(record)
            if rows.count == Self.rows(ofPart: parts) { handOver() }
        } problem: {
            result.problems.append($0)
        }
        if parts == 0 {
            // A hand-over takes as long as a few rows do.
            result.subjects = Self.subjects(rows, by: recipe)
            if rows.count <= QuestionSubject.mostWithRows {
                for place in rows.indices { result.subjects[place].row = rows[place].comparable }
            }
            return result
        }
        handOver()
        work.wait()
        let all = made.withLock { $0 }
        result.subjects = (0..<parts).flatMap { all[$0] ?? [] }
        return result
    }

    private static func subjects(_ records: [Record], by recipe: KeyRecipe) -> [QuestionSubject] {
        var last: Record?
        return records.map { record in
            var subject = QuestionSubject(record, by: recipe)
            // Rows that look alike to policy share what it reads.
            if let last, last.columns == subject.record.columns { subject.record = Record(last, renamed: record.id) }
            last = subject.record
            return subject
        }
    }
}

extension QuestionSubject {
    /// Of a record only what policy reads.
    fileprivate init(_ record: Record, by recipe: KeyRecipe) {
        let columns = record.columns.filter { RecordColumns.questionColumns.contains($0.key) }
        let keys = recipe.keys(of: record)
        self.init(
            id: record.id,
            record: Record(id: record.id, columns: columns),
            keys: keys,
            unread: Self.unread(in: record, beside: keys)
        )
    }

    /// A column that has several values with the same flaw is named once.
    private static func unread(in record: Record, beside keys: [MatchKey]) -> [UnreadValue] {
        let readings = record.unread(beside: keys)
        guard !readings.isEmpty else { return [] }
        var once: [UnreadValue] = []
        for value in readings.compactMap({ UnreadValue($0, of: record.id) }) where !once.contains(value) {
            once.append(value)
        }
        return once
    }
}

extension Record {
    /// The same cells under another id.
    fileprivate init(_ other: Record, renamed id: String) {
        self = other
        self.id = id
    }
}

extension Record {
    /// What two records can be compared by.
    var comparable: Record { Record(id: id, columns: columns.filter { Self.matchColumns.contains($0.key) }) }
}
