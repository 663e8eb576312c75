/// `comity evaluate`: the private match tried on an agency's own data. Knows files and columns; the match is NodeCore's.

import ArgumentParser
import Foundation
import MatchKeys
import NodeCore
import RecordFiles
import Sodium

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Try the private match on your own records and count what it finds.",
        usage:
            "comity evaluate --holder A.csv --asker B.csv [--truth T.csv] [--out PAIRS.csv] [--profile NAME] [--json]",
        discussion: """
            Runs both parties of the protocol in this process: index, blinded questions, evaluation with proofs,
            look-up, scores. No policy and no expiry apply: every row enters. No node is needed and nothing is sent.

            T.csv has the columns a and b: the id of a holder row and of an asker row that are one person or thing.
            PAIRS.csv gets the columns holder_id, asker_id, score (0-100, how sure), kinds (joined by +).

            Examples:
              comity evaluate --holder ours.csv --asker theirs.csv --out pairs.csv
              comity evaluate --holder ours.csv --asker theirs.csv --truth known.csv --json

            Exit codes: 0 done, 64 bad usage, 65 a file or row could not be read, 70 our fault.
            """
    )

    @Option(help: ArgumentHelp("CSV of the holder's records.", valueName: "A.csv"))
    var holder: String

    @Option(help: ArgumentHelp("CSV of the asker's records.", valueName: "B.csv"))
    var asker: String

    @Option(help: ArgumentHelp("CSV of the true pairs, for precision, recall and F1.", valueName: "T.csv"))
    var truth: String?

    @Option(help: ArgumentHelp("Where the found pairs are written; replaced if it is there.", valueName: "PAIRS.csv"))
    var out: String?

    @Option(help: "How agreements are weighed: \(MatchProfile.allCases.map(\.rawValue).joined(separator: ", ")).")
    var profile = MatchProfile.person.rawValue

    @Flag(help: "Print every problem of a file, not only the first 20.")
    var all = false

    @OptionGroup var output: OutputOptions

    func run() throws {
        let profile = try MatchProfile.named(profile)
        let holders = try read(holder)
        let askers = try read(asker)
        let truths = try truth.map { try TruthFile($0, showsAll: all) }
        let report: EvaluationReport
        do throws(EvaluationProblem) {
            report = try EvaluateMatching(profile: profile, random: .system) { Voice.say($0) }
                .run(holder: holders, asker: askers, truth: truths?.pairs)
        } catch {
            throw failure(error, truths: truths)
        }
        if let out { try write(report.pairs, to: out) }
        if output.json {
            try Voice.json(EvaluationDocument(report))
        } else {
            say(report)
        }
    }

    private func read(_ path: String) throws -> [Record] {
        var options = RecordOptions()
        options.fileName = path
        let bytes = try readInput(path)
        let file: RecordFile
        do throws(RecordFileError) {
            file = try RecordReader(csv: bytes, options: options).read()
        } catch {
            throw CommandFailure(error)
        }
        try checkHeader(bytes, of: path)
        // What only a policy would mind does not keep a row out.
        let problems = file.problems.filter { $0.effect == .noRecord }
        if !problems.isEmpty {
            let listed = problems.map { problem in
                let place = "\(problem.file):\(problem.place.line):\(problem.place.column)"
                return (place: place, words: "\(problem.field): \(problem.words)")
            }
            throw CommandFailure.listing(
                listed,
                "\(problems.count) of \(file.rowCount) rows gave no record",
                showsAll: all,
                try: "mend these rows and run it again; nothing was compared"
            )
        }
        return file.records
    }

    /// A file without a column to match by would find nothing and say so as a result.
    private func checkHeader(_ bytes: [UInt8], of path: String) throws {
        var reader = CSVReader(bytes: bytes)
        let header = (try? reader.next())?.cells.map { $0.trimmingCharacters(in: .whitespaces) } ?? []
        guard header.contains(where: Record.matchColumns.contains) else {
            throw CommandFailure(
                Exit.data,
                "the header names no column that records are matched by",
                at: "\(path):1:1",
                try: "name columns as in: id,given_name,family_name,birth_date,document_number"
            )
        }
        if !header.contains("id") { Voice.say("\(path) has no column id: its rows are numbered from 1") }
    }

    private func failure(_ problem: EvaluationProblem, truths: TruthFile?) -> CommandFailure {
        switch problem {
        case .duplicateID(let side, let position):
            let path = side == .holder ? holder : asker
            return CommandFailure(Exit.data, "record \(position + 1) has the id of an earlier one", at: path)
        case .unknownTruth(let strangers):
            let places = strangers.map { stranger in
                let (column, file) = stranger.side == .holder ? ("a", holder) : ("b", asker)
                return (place: truths?.place(of: stranger) ?? "", words: "\(column): \(file) has no row with this id")
            }
            return CommandFailure.listing(
                places,
                "\(strangers.count) of \(2 * (truths?.pairs.count ?? 0)) ids stand in no file of records",
                showsAll: all,
                try: "mend the true pairs, or name the files they belong to"
            )
        case .tooManyKeys(let position):
            return CommandFailure(
                Exit.data,
                "record \(position + 1) gives more match keys than one query carries",
                at: asker,
                try: "part its many values into several rows"
            )
        case .commonTag:
            return CommandFailure(
                Exit.fault,
                "two match keys show a common tag",
                because: "this happens by chance, most rarely",
                try: "run it again"
            )
        case .match(let error):
            return CommandFailure(Exit.fault, "the match did not run", because: "\(error)")
        }
    }

    private func write(_ pairs: [MatchedPair], to path: String) throws {
        var bytes = Data((CSVWriter.line(["holder_id", "asker_id", "score", "kinds"]) + "\n").utf8)
        for pair in pairs {
            let kinds = pair.kinds.map(\.rawValue).joined(separator: "+")
            bytes.append(contentsOf: (CSVWriter.line([pair.holder, pair.asker, "\(pair.score)", kinds]) + "\n").utf8)
        }
        do {
            try bytes.write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw CommandFailure(
                Exit.usage,
                "the pairs could not be written; nothing was changed",
                at: path,
                try: "name a file in a folder that is there and can be written to"
            )
        }
    }

    private func say(_ report: EvaluationReport) {
        let pairs = report.pairs.count == 1 ? "1 pair" : "\(report.pairs.count) pairs"
        var line = "\(report.holderRecords) holder records, \(report.askerRecords) asker records: "
        line += "\(pairs) at \(report.threshold) points or more"
        if let figures = report.figures {
            line += String(
                format: "; precision %.3f, recall %.3f, F1 %.3f",
                figures.precision,
                figures.recall,
                figures.f1
            )
        }
        Voice.result(line)
        Voice.say(
            String(
                format: "%d and %d match keys in %.1f s; index %.1f KiB, %d %@ of %.1f KiB together",
                report.keysHolder,
                report.keysAsker,
                report.times.total,
                Double(report.bytesIndex) / 1_024,
                report.queries,
                report.queries == 1 ? "query" : "queries",
                Double(report.bytesQuery) / 1_024
            )
        )
        if report.keysLeftOut > 0 {
            Voice.say("\(report.keysLeftOut) keys are left out: more than 64 holder records share each")
        }
    }
}

/// The true pairs of a file, with the places of their ids.
private struct TruthFile {
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
    fileprivate static func listing(
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

/// The JSON document of CONTRACTS, and more.
private struct EvaluationDocument: Encodable {
    private let report: EvaluationReport

    init(_ report: EvaluationReport) { self.report = report }

    private enum Member: String, CodingKey {
        case holderRecords = "holder_records"
        case askerRecords = "asker_records"
        case keysHolder = "keys_holder"
        case keysAsker = "keys_asker"
        case pairs, threshold, precision, recall, f1, seconds, steps, queries
        case bytesIndex = "bytes_index"
        case bytesQuery = "bytes_query"
        case bytesAnswer = "bytes_answer"
        case keysLeftOut = "keys_left_out"
    }

    func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Member.self)
        try members.encode(report.holderRecords, forKey: .holderRecords)
        try members.encode(report.askerRecords, forKey: .askerRecords)
        try members.encode(report.keysHolder, forKey: .keysHolder)
        try members.encode(report.keysAsker, forKey: .keysAsker)
        try members.encode(report.pairs.count, forKey: .pairs)
        try members.encode(report.threshold, forKey: .threshold)
        // Null, not absent, without true pairs.
        try members.encode(report.figures?.precision, forKey: .precision)
        try members.encode(report.figures?.recall, forKey: .recall)
        try members.encode(report.figures?.f1, forKey: .f1)
        let times = report.times
        try members.encode(Self.rounded(times.total), forKey: .seconds)
        let steps = [
            "keys": times.keys, "index": times.index, "blind": times.blind, "evaluate": times.evaluate,
            "finalise": times.finalise, "look_up": times.lookUp,
        ]
        try members.encode(steps.mapValues(Self.rounded), forKey: .steps)
        try members.encode(report.queries, forKey: .queries)
        try members.encode(report.bytesIndex, forKey: .bytesIndex)
        try members.encode(report.bytesQuery, forKey: .bytesQuery)
        try members.encode(report.bytesAnswer, forKey: .bytesAnswer)
        try members.encode(report.keysLeftOut, forKey: .keysLeftOut)
    }

    /// To the millisecond.
    private static func rounded(_ seconds: Double) -> Double { (seconds * 1_000).rounded() / 1_000 }
}
