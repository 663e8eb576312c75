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
            """
            comity evaluate --holder A.csv --asker B.csv [--truth T.csv] [--out PAIRS.csv] [--profile NAME] [--json]
            comity evaluate --names FILE.csv [--json]
            """,
        discussion: """
            Runs both parties of the protocol in this process: index, blinded questions, evaluation with proofs,
            look-up, scores. No policy and no expiry apply: every row enters. No node is needed and nothing is sent.

            T.csv has the columns a and b: the id of a holder row and of an asker row that are one person or thing.
            PAIRS.csv gets the columns holder_id, asker_id, score (0-100, how sure), kinds (joined by +). With true pairs
            it also shows how sure the scores were and how sure they should have been, band by band.

            FILE.csv of --names has the columns a, b, same: two names and whether they are one person's (1 or 0). They
            are judged by the names alone, in clear.

            --fit finds weights that suit your own true pairs and writes them to a file; nothing uses them but
            --weights, which tries them here. Two nodes always weigh by the recipe that both know.

            Examples:
              comity evaluate --holder ours.csv --asker theirs.csv --out pairs.csv
              comity evaluate --holder ours.csv --asker theirs.csv --truth known.csv --json
              comity evaluate --holder ours.csv --asker theirs.csv --truth known.csv --clear --fit weights.txt
              comity evaluate --names names.csv --json

            Exit codes: 0 done, 64 bad usage, 65 a file or row could not be read, 70 our fault.
            """
    )

    @Option(help: ArgumentHelp("CSV of the holder's records.", valueName: "A.csv"))
    var holder: String?

    @Option(help: ArgumentHelp("CSV of the asker's records.", valueName: "B.csv"))
    var asker: String?

    @Option(help: ArgumentHelp("CSV of the true pairs, for precision, recall and F1.", valueName: "T.csv"))
    var truth: String?

    @Option(help: ArgumentHelp("CSV of pairs of names, judged by the names alone.", valueName: "FILE.csv"))
    var names: String?

    @Option(
        help: ArgumentHelp(
            "Find weights that fit the true pairs, or an estimate of them, and write them here.",
            valueName: "WEIGHTS"
        )
    )
    var fit: String?

    @Option(help: ArgumentHelp("Weigh by these, as --fit wrote them, in place of the recipe's.", valueName: "WEIGHTS"))
    var weights: String?

    @Option(help: ArgumentHelp("Where the found pairs are written; replaced if it is there.", valueName: "PAIRS.csv"))
    var out: String?

    @Option(help: "How agreements are weighed: \(MatchProfile.allCases.map(\.rawValue).joined(separator: ", ")).")
    var profile = MatchProfile.person.rawValue

    @Flag(help: "Compare the same keys in clear in place of the protocol: slow, and finds the same.")
    var clear = false

    @Flag(help: "Print every problem of a file, not only the first 20.")
    var all = false

    @OptionGroup var output: OutputOptions

    func validate() throws {
        if names != nil {
            guard holder == nil, asker == nil, truth == nil, out == nil, fit == nil, weights == nil, !clear else {
                throw ValidationError("--names stands alone: it compares names, not records")
            }
            return
        }
        guard holder != nil, asker != nil else {
            throw ValidationError("--holder and --asker name the two files of records (or --names one of names)")
        }
    }

    func run() throws {
        if let names { return try NamesTrial(names, showsAll: all).report(json: output.json) }
        let recipe = try recipe(of: MatchProfile.named(profile))
        let holders = try read(holder ?? "")
        let askers = try read(asker ?? "")
        let truths = try truth.map { try TruthFile($0, showsAll: all) }
        var fitting = fit.flatMap { _ in WeightFit(recipe: recipe, holderRecords: holders.count) }
        let report: EvaluationReport
        do throws(EvaluationProblem) {
            let evaluation = EvaluateMatching(recipe: recipe, way: clear ? .clear : .blinded, random: .system) {
                Voice.say($0)
            }
            report = try evaluation.run(holder: holders, asker: askers, truth: truths?.pairs) {
                fitting?.add($0, asked: $1, sharing: $2, isSame: $3)
            }
        } catch {
            throw failure(error, truths: truths)
        }
        if let out { try write(report.pairs, to: out) }
        let fitted = try fitting.map(write)
        if output.json {
            try Voice.json(EvaluationDocument(report, fit: fitted))
        } else {
            report.say()
            if let fitted, let fit { fitted.say(file: fit) }
        }
    }

    private func recipe(of profile: MatchProfile) throws -> KeyRecipe {
        let recipe = KeyRecipe.newest(profile)
        guard let weights, var own = recipe.weights else { return recipe }
        try WeightFile.read(weights, into: &own)
        return recipe.weighed(by: own)
    }

    private func write(_ fitting: WeightFit) throws -> FitDocument {
        let fitted = fitting.fitted()
        if let fit { try WeightFile.write(fitted.weights, to: fit) }
        return FitDocument(fitted)
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
            let path = side == .holder ? holder ?? "" : asker ?? ""
            return CommandFailure(Exit.data, "record \(position + 1) has the id of an earlier one", at: path)
        case .unknownTruth(let strangers):
            let places = strangers.map { stranger in
                let (column, file) = stranger.side == .holder ? ("a", holder ?? "") : ("b", asker ?? "")
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
}
