/// The true pairs of a file, with the places of their ids. Knows files and columns; judges nothing.

import MatchKeys
import NodeCore
import RecordFiles

/// The true pairs of a file, with the places of their ids.
struct TruthFile {
    private(set) var pairs: [TruePair] = []
    private let name: String
    private var places: [(holder: CSVPlace, asker: CSVPlace)] = []

    init(_ path: String, showsAll: Bool) throws {
        name = path
        try read(CSVReader(bytes: try readInput(path)), showsAll: showsAll)
    }

    private mutating func read(_ reader: consuming CSVReader, showsAll: Bool) throws {
        guard let header = try next(&reader) else { throw CommandFailure(.noHeader(file: name)) }
        guard let left = header.cells.firstIndex(of: "a"), let right = header.cells.firstIndex(of: "b") else {
            throw CommandFailure(
                Exit.data,
                "the header does not name the columns a and b",
                at: "\(name):1:1",
                try: "begin the file with the line: a,b"
            )
        }
        var problems: [(place: String, words: String)] = []
        var rows = 0
        while let row = try next(&reader) {
            rows += 1
            guard row.cells.count == header.cells.count else {
                let words = "row: \(row.cells.count) cells where the header has \(header.cells.count)"
                problems.append((place: "\(name):\(row.line):1", words: words))
                continue
            }
            let (holder, asker) = (Self.id(row.cells[left]), Self.id(row.cells[right]))
            for (id, column, place) in [(holder, "a", row.places[left]), (asker, "b", row.places[right])]
            where id.isEmpty {
                problems.append(
                    (place: "\(name):\(place.line):\(place.column)", words: "\(column): the cell has no id")
                )
            }
            pairs.append(TruePair(holder: holder, asker: asker))
            places.append((holder: row.places[left], asker: row.places[right]))
        }
        if !problems.isEmpty {
            throw CommandFailure.listing(problems, "\(problems.count) problems in \(rows) rows", showsAll: showsAll)
        }
    }

    private func next(_ reader: inout CSVReader) throws -> CSVRow? {
        do throws(CSVError) {
            return try reader.next()
        } catch {
            throw CommandFailure(.csv(file: name, error))
        }
    }

    /// As the id of a record is read.
    private static func id(_ cell: String) -> String { Record.values(of: cell).joined(separator: ";") }

    func place(of stranger: EvaluationProblem.Stranger) -> String {
        guard places.indices.contains(stranger.position) else { return name }
        let found = places[stranger.position]
        let place = stranger.side == .holder ? found.holder : found.asker
        return "\(name):\(place.line):\(place.column)"
    }
}

extension CommandFailure {
    /// Problems of a file of data: listed, at most 20 unless `showsAll`; the first one's place stands in the text.
    static func listing(
        _ problems: [(place: String, words: String)],
        _ text: String,
        showsAll: Bool,
        try remedy: String? = nil
    ) -> CommandFailure {
        let shown = showsAll ? problems : Array(problems.prefix(20))
        for problem in shown { Voice.say("  \(problem.place)  \(problem.words)") }
        if shown.count < problems.count { Voice.say("  and \(problems.count - shown.count) more (--all)") }
        return CommandFailure(Exit.data, text, at: problems.first?.place, try: remedy)
    }
}
