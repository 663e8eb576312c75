/// What `decide` and `explain` share: their words, and reading requests one by one or one a line. Decides nothing.

import ArgumentParser
import Foundation
import PolicyEngine
import PolicyFiles

struct RequestOptions: ParsableArguments {
    @Option(help: "The policy folder.") var policies: String?
    @Option(help: "The request, a JSON file; - for standard input.") var request: String?
    @Option(help: "The time of the decision, RFC 3339. Default: the request's, else now.") var at: String?
    @Option(help: "Who decides, asker or holder. Default: the request's, else holder.") var side: String?
    @Option(help: "Language of the texts, two letters.") var lang = "en"
    @Flag(help: "Name every problem of a request, not only the first twenty.") var all = false

    func checkLanguage() throws {
        guard Identifiers.isLanguage(lang) else {
            throw CommandFailure(
                Exit.usage,
                "--lang is two small letters",
                because: "the policy files name the languages of their texts so",
                try: "--lang en"
            )
        }
    }

    /// The policies, and how to read requests for them.
    func source() throws -> RequestSource {
        guard let policies, let request else {
            throw CommandFailure(
                Exit.usage,
                "it takes a policy folder and a request",
                because: "a decision needs both",
                try: "--policies FOLDER --request FILE"
            )
        }
        let fixed = try moment(at)
        var fixedSide: Side?
        if let side {
            guard let known = Side(rawValue: side) else {
                throw CommandFailure(
                    Exit.usage,
                    "--side is asker or holder",
                    because: "each of the two decides for itself, by its own rules",
                    try: "--side holder"
                )
            }
            fixedSide = known
        }
        try checkLanguage()
        let (loaded, set) = try soundPolicies(policies)
        return RequestSource(
            path: request,
            loaded: loaded,
            set: set,
            at: fixed,
            now: Moment(seconds: Int(Date().timeIntervalSince1970.rounded(.down))),
            side: fixedSide,
            namesAll: all
        )
    }
}

/// Requests from a file, for one folder of policies.
struct RequestSource {
    let path: String
    let loaded: LoadedPolicies
    let set: PolicySet
    let at: Moment?
    let now: Moment
    let side: Side?
    /// Every problem of a request, not only the first twenty.
    let namesAll: Bool

    /// One request a line.
    var isLines: Bool { path.hasSuffix(".jsonl") }

    private var name: String { path == "-" ? "standard input" : path }

    /// Reads the one request and hands it on.
    func one<Answer>(_ answer: (PolicyRequest) throws(RequestProblem) -> Answer) throws -> Answer {
        // One byte too many is enough to be told that it is too long.
        try self.answer(try bytes(of: path, most: RequestFile.longest + 1), line: 1, answer)
    }

    /// Prints one document a line, an error in the place of a line that could not be decided.
    /// - Returns: false if there was such a line.
    func lines(_ document: (PolicyRequest) throws(RequestProblem) -> OrderedJSON) throws -> Bool {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw InputTrouble.file(path)
        }
        var all = true
        var out = ""
        var reader = LineReader(file: file, longest: RequestFile.longest + 1)
        var number = 0
        while let line = reader.next() {
            number += 1
            do throws(CommandFailure) {
                out += try answer(line, line: number, document).compact + "\n"
            } catch {
                all = false
                out += OrderedJSON(error, path: path).compact + "\n"
            }
            if out.utf8.count > 1 << 16 {
                Voice.output(Array(out.utf8))
                out = ""
            }
        }
        Voice.output(Array(out.utf8))
        return all
    }

    private func answer<Answer>(
        _ bytes: [UInt8],
        line: Int,
        _ answer: (PolicyRequest) throws(RequestProblem) -> Answer
    ) throws(CommandFailure) -> Answer {
        let (request, problems) = RequestFile.read(
            bytes,
            name: name,
            policies: set,
            at: at,
            now: now,
            side: side,
            line: line
        )
        let remedy = "mend \(name) there, and decide again"
        guard let request else {
            throw problemsFailure(
                problems,
                "nothing was decided",
                folder: nil,
                rest: namesAll ? nil : "--all",
                try: remedy
            )
        }
        do throws(RequestProblem) {
            return try answer(request)
        } catch {
            throw CommandFailure(
                Exit.data,
                "nothing was decided",
                at: "\(name):\(line)",
                because: error.text,
                try: remedy
            )
        }
    }
}

extension OrderedJSON {
    /// The error document of one line.
    fileprivate init(_ failure: CommandFailure, path: String) {
        self = .object([
            (
                "error",
                .object([
                    ("code", .number(Int(failure.exit))), ("text", .text(failure.text)),
                    ("because", .text(failure.because ?? "")),
                    ("where", .text(failure.location ?? path)), ("remedy", .text(failure.remedy ?? "")),
                ])
            )
        ])
    }
}

/// Lines of a file, each cut at a length, without the file in memory.
private struct LineReader {
    private let file: FileHandle
    private let longest: Int
    private var buffer: [UInt8] = []
    private var index = 0
    private var isDone = false

    init(file: FileHandle, longest: Int) {
        self.file = file
        self.longest = longest
    }

    /// The next line without its end, at most `longest` bytes of it; nil at the end of the file.
    mutating func next() -> [UInt8]? {
        var line: [UInt8] = []
        while true {
            if index == buffer.count {
                buffer = isDone ? [] : [UInt8]((try? file.read(upToCount: 1 << 16)) ?? Data())
                index = 0
                if buffer.isEmpty {
                    isDone = true
                    return line.isEmpty ? nil : line
                }
            }
            let end = buffer[index...].firstIndex(of: 0x0A)
            let part = buffer[index..<(end ?? buffer.count)]
            line += part.prefix(longest - line.count)
            index = end.map { $0 + 1 } ?? buffer.count
            if end != nil { return line }
        }
    }
}
