/// `comity policy`: reads policy files, checks them, runs their cases, decides requests, lets a node decide by them. Holds
/// no rule of its own.

import ArgumentParser
import Foundation
import PolicyEngine
import PolicyFiles

struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Check policy files, run their cases, see what they decide, put them in force.",
        discussion: """
            EXAMPLES
              comity policy check policies
              comity policy decide --policies policies --request request.json --lang en

            The files: vocabulary.yaml, offences/, jurisdictions/, agreements/, agencies/, cases/.
            """,
        subcommands: [
            PolicyCheck.self, PolicyTest.self, PolicyDecide.self, PolicyExplain.self, PolicyDiff.self,
            PolicyActivate.self, ShowPolicyStatus.self,
        ]
    )
}

/// Loads a folder, or says why it cannot be.
func loadPolicies(_ path: String) throws -> LoadedPolicies {
    do throws(FolderProblem) {
        return try PolicyFolder.load(path: path)
    } catch {
        throw InputTrouble.folder(error.path, because: error.because)
    }
}

/// The policies of a folder without errors; else a failure that lists the first twenty, and the command that lists all.
func soundPolicies(_ path: String) throws -> (loaded: LoadedPolicies, policies: PolicySet) {
    let loaded = try loadPolicies(path)
    if let policies = loaded.policies { return (loaded, policies) }
    throw problemsFailure(
        loaded.problems,
        "the policies have errors",
        folder: path,
        rest: "comity policy check \(path)",
        try: "comity policy check \(path)"
    )
}

/// A failure for files with problems: the place of the first, and the reason of one or up to twenty of many.
/// - Parameter rest: what shows those that are left out; nil: none is.
func problemsFailure(
    _ problems: [Problem],
    _ text: String,
    folder: String?,
    rest: String?,
    try remedy: String
) -> CommandFailure {
    func path(_ problem: Problem) -> String {
        (folder.map { $0 + "/" } ?? "") + problem.location + (problem.pointer.map { "#" + $0 } ?? "")
    }
    let most = rest == nil ? problems.count : 20
    var lines = problems.prefix(most).map { "\(path($0)): \($0.code.rawValue): \($0.text)" }
    if problems.count > most { lines.append("and \(problems.count - most) more (\(rest ?? ""))") }
    guard problems.count > 1 else {
        return CommandFailure(
            Exit.data,
            text,
            at: problems.first.map(path),
            because: problems.first?.text,
            try: remedy
        )
    }
    let first = problems.first.map { ": \($0.text)" } ?? ""
    return CommandFailure(
        Exit.data,
        text + first + ", and \(problems.count - 1) more",
        at: problems.first.map(path),
        because: "all of these are wrong:\n  " + lines.joined(separator: "\n  "),
        try: remedy
    )
}

func counted(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

/// Reads `--at`.
func moment(_ text: String?) throws -> Moment? {
    guard let text else { return nil }
    guard let moment = Moment(text) else {
        throw CommandFailure(
            Exit.usage,
            "--at is not a time by RFC 3339",
            because: "it takes a day that exists, a time of day, and Z or an offset",
            try: "--at 2026-03-02T09:00:00Z"
        )
    }
    return moment
}

/// The first `most` bytes of a file, `-` for standard input.
func bytes(of path: String, most: Int) throws -> [UInt8] {
    guard let file = path == "-" ? FileHandle.standardInput : FileHandle(forReadingAtPath: path) else {
        throw InputTrouble.file(path)
    }
    var bytes: [UInt8] = []
    do {
        while bytes.count < most, let part = try file.read(upToCount: most - bytes.count), !part.isEmpty {
            bytes += part
        }
    } catch {
        throw InputTrouble.file(path)
    }
    return bytes
}
