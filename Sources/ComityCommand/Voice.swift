/// How the program speaks: streams, exit codes, and the three-line error.
/// Knows nothing of what a command does. Results go to standard output, all talk to standard error.

import ArgumentParser
import AuditLog
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
    /// What of an audit log is broken, by its place in it.
    var defect: LogCopyError?

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

    @Option(
        help: ArgumentHelp("auto or never; this program colours nothing yet.", valueName: "WHEN", visibility: .hidden)
    )
    var color = "auto"
}

enum Voice {
    /// Writes words to standard error. Whoever reads them may be gone: that stops nothing.
    static func talk(_ words: String) {
        _ = write(Array(words.utf8), to: STDERR_FILENO)
    }

    /// Writes bytes of the result to standard output. A reader that left ends the command quietly, a full disk does not.
    static func output(_ bytes: [UInt8]) {
        let failure = write(bytes, to: STDOUT_FILENO)
        guard failure != 0 else { return }
        if failure != EPIPE {
            talk("comity: the result could not be written\nbecause \(String(cString: strerror(failure)))\n")
        }
        exit(Exit.fault)
    }

    /// 0, or the error number of the write that failed.
    private static func write(_ bytes: [UInt8], to file: Int32) -> Int32 {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
            if written < 0 {
                if errno == EINTR || errno == EAGAIN { continue }
                return errno
            }
            rest = rest.dropFirst(written)
        }
        return 0
    }

    /// Prints a line of talk to standard error.
    static func say(_ line: String) {
        talk(line + "\n")
    }

    /// Prints a line of the result to standard output.
    static func result(_ line: String) {
        output(Array((line + "\n").utf8))
    }

    /// Prints `document` as the one JSON document of this run, names sorted.
    static func json(_ document: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        var data = try encoder.encode(document)
        data.append(0x0A)
        output([UInt8](data))
    }

    /// Prints a result that ends in failure as one document: its usual names, and `error` beside them.
    static func json(_ document: some Encodable, failing failure: CommandFailure) throws {
        try json(FailedDocument(document: document, error: .init(failure)))
    }

    /// Ends the program on a failure: the three lines on standard error, or the error document with `--json`.
    static func end(_ failure: CommandFailure, json: Bool) -> Never {
        if json {
            try? Voice.json(ErrorDocument(failure))
        } else {
            say("comity: \(failure.text)" + (failure.location.map { " (\($0))" } ?? ""))
            if let because = failure.because { say("because \(because)") }
            if let remedy = failure.remedy { say("try: \(remedy)") }
        }
        exit(failure.exit)
    }

    private struct ErrorDocument: Encodable {
        var error: ErrorBody
        /// As `audit verify` tells of a log, where a broken log is the failure.
        var ok: Bool?
        var problems: [FindingDocument]?

        init(_ failure: CommandFailure) {
            error = .init(failure)
            guard let defect = failure.defect else { return }
            (ok, problems) = (false, [FindingDocument(defect)])
        }
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
        var because: String?
        var `where`: String
        var remedy: String

        init(_ failure: CommandFailure) {
            code = failure.exit
            text = failure.text
            because = failure.because
            `where` = failure.location ?? ""
            remedy = failure.remedy ?? ""
        }
    }
}
