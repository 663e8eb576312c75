/// What to do with a CSV file whose columns have other names: guess, and let the person confirm. Shows names of columns, no
/// cell.

import Foundation
import MatchKeys
import NodeCore
import RecordFiles

struct ColumnGuess {
    let file: String
    /// `--guess`: the guess is taken as it is.
    let isTaken: Bool
    /// Whether standard output is for a person.
    let mayAsk: Bool
    /// The call that is to be repeated.
    let command: [String]

    /// Their names to ours; empty where everything is ours, or the person said no.
    func columnNames(of source: RecordImport.Source) throws(CommandFailure) -> [String: String] {
        let header = try header(of: source)
        let guess = HeaderGuess(header)
        guard !guess.pairs.isEmpty else {
            if isTaken { Voice.say("no other column of \(file) looks like one of ours") }
            return [:]
        }
        let lines = guess.pairs.map { "  \(ShellWord.quoted($0.theirs)) is read as \($0.ours)" }.joined(separator: "\n")
        if isTaken {
            Voice.say("columns of \(file), by their names:\n\(lines)")
            return guess.columnNames
        }
        let again = ShellWord.line(command + ["--guess"])
        if mayAsk, file != "-", isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 {
            Voice.talk("these columns of \(file) look like ours:\n\(lines)\nRead them so? [y/N] ")
            let answer = readLine()?.lowercased() ?? ""
            return answer == "y" || answer == "yes" ? guess.columnNames : [:]
        }
        // Without an id, or with nothing to match by, an import as it is would be of no use.
        guard header.contains("id"), header.contains(where: Record.matchColumns.contains) else {
            throw CommandFailure(
                Exit.data,
                header.contains("id")
                    ? "the header names no column that records are matched by"
                    : "the header has no column \"id\", by which a record is found again",
                at: "\(file):1:1",
                because: "these columns look like ours under another name:\n\(lines)",
                try: "\(again)   (or write them into a file for --map, one `theirs: ours` a line)"
            )
        }
        Voice.say(
            "these columns of \(file) look like ours, and are kept as fields that nothing is matched by:\n\(lines)"
        )
        Voice.say("to read them so: \(again)")
        return [:]
    }

    private func header(of source: RecordImport.Source) throws(CommandFailure) -> [String] {
        var options = RecordOptions()
        options.fileName = file == "-" ? "standard input" : (file as NSString).lastPathComponent
        let input: RecordInput =
            switch source {
            case .bytes(let data): .bytes([UInt8](data))
            case .file(let path): .file(URL(fileURLWithPath: path))
            }
        do throws(RecordFileError) {
            return try RecordReader(input, options: options).header()
        } catch {
            // The import names it, with its place.
            return []
        }
    }
}
