/// How the program speaks: streams, exit codes, and the three-line error.
/// Knows nothing of what a command does. Results go to standard output, all talk to standard error.

import ArgumentParser
import Foundation

/// Exit codes of every command.
enum Exit {
    /// Done.
    static let done: Int32 = 0
    /// A refusal, or a check that failed; the reason was printed.
    static let refused: Int32 = 1
    /// The words of the call are wrong.
    static let usage: Int32 = 64
    /// The data are wrong; the place was printed.
    static let data: Int32 = 65
    /// No peer, or no node, could be reached.
    static let unreachable: Int32 = 69
    /// Our fault.
    static let fault: Int32 = 70
}

/// A failure a person can act on: what, where, why, and what to try. Never holds the value of a record, a key or a token.
struct CommandFailure: Error {
    var exit: Int32
    /// What happened, without a full stop.
    var text: String
    /// The file (with line and column), folder or address it happened at.
    var location: String?
    /// Why, if that is known.
    var because: String?
    /// The command or act that mends it.
    var remedy: String?

    init(_ exit: Int32, _ text: String, at location: String? = nil, because: String? = nil, try remedy: String? = nil) {
        self.exit = exit
        self.text = text
        self.location = location
        self.because = because
        self.remedy = remedy
    }
}

struct OutputOptions: ParsableArguments {
    @Flag(help: "Print one JSON document on standard output and nothing else.")
    var json = false
}

enum Voice {
    /// Prints a line of talk to standard error.
    static func say(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }

    /// Prints a line of the result to standard output.
    static func result(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    /// Prints `document` as the one JSON document of this run, names sorted.
    static func json(_ document: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        var data = try encoder.encode(document)
        data.append(0x0A)
        FileHandle.standardOutput.write(data)
    }

    /// Prints a result that ends in failure as one document: its usual names, and `error` beside them.
    static func json(_ document: some Encodable, failing failure: CommandFailure) throws {
        try json(FailedDocument(document: document, error: .init(failure)))
    }

    /// Ends the program on a failure: the three lines on standard error, or the error document with `--json`.
    static func end(_ failure: CommandFailure, json: Bool) -> Never {
        if json {
            try? Voice.json(ErrorDocument(error: .init(failure)))
        } else {
            say("comity: \(failure.text)" + (failure.location.map { " (\($0))" } ?? ""))
            if let because = failure.because { say("because \(because)") }
            if let remedy = failure.remedy { say("try: \(remedy)") }
        }
        exit(failure.exit)
    }

    private struct ErrorDocument: Encodable {
        var error: ErrorBody
    }

    private struct FailedDocument<Document: Encodable>: Encodable {
        var document: Document
        var error: ErrorBody

        private enum Name: CodingKey { case error }

        func encode(to encoder: any Encoder) throws {
            try document.encode(to: encoder)
            var container = encoder.container(keyedBy: Name.self)
            try container.encode(error, forKey: .error)
        }
    }

    private struct ErrorBody: Encodable {
        var code: Int32
        var text: String
        var `where`: String
        var remedy: String

        init(_ failure: CommandFailure) {
            code = failure.exit
            text = failure.text
            `where` = failure.location ?? ""
            remedy = failure.remedy ?? ""
        }
    }
}
