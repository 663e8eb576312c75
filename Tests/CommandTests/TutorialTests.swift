// The tutorials' commands, run as they stand on the page in a clean folder; what they print is compared where it is
// the same each time. Knows the pages' form, not their matter.
import FederationServer
import Foundation
import NodeTesting
import Testing

/// `$ ` lines of a fenced `console` block with what the page says they print.
struct ConsoleStep {
    var command: String
    var printed: [String] = []

    static func steps(of page: String) -> [ConsoleStep] {
        var steps: [ConsoleStep] = []
        var isInside = false
        for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                isInside = line == "```console"
            } else if isInside, line.hasPrefix("$ ") {
                steps.append(ConsoleStep(command: String(line.dropFirst(2))))
            } else if isInside, !steps.isEmpty, line.hasPrefix("> ") {
                steps[steps.count - 1].command += "\n" + line.dropFirst(2)
            } else if isInside, !steps.isEmpty {
                steps[steps.count - 1].printed.append(String(line))
            }
        }
        return steps
    }
}

/// Values that are other each time: what the page shows, and what this run has in its place.
struct Stand {
    private var actual: [String: String] = [:]
    /// Fingerprints, UUIDs, handles.
    private static let forms = [
        "[0-9a-f]{4}( [0-9a-f]{4}){15}", "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "\\b[0-9a-f]{10}\\b",
    ]

    mutating func set(_ shown: String, to real: String) { actual[shown] = real }

    func replaced(in text: String) -> String {
        actual.reduce(text) { $0.replacingOccurrences(of: $1.key, with: $1.value) }
    }

    /// Whether `line` is what `shown` says; learns the values that `shown` has for the first time.
    mutating func agrees(_ line: String, with shown: String) -> Bool {
        var pattern = NSRegularExpression.escapedPattern(for: replaced(in: shown)).replacingOccurrences(
            of: "…",
            with: ".*"
        )
        var learned: [String] = []
        for form in Self.forms {
            for value in Self.values(form, in: shown) where actual[value] == nil && !learned.contains(value) {
                guard let range = pattern.range(of: NSRegularExpression.escapedPattern(for: value)) else { continue }
                pattern.replaceSubrange(range, with: "(?<v\(learned.count)>\(form))")
                // The same value again on one line is the same value.
                pattern = pattern.replacingOccurrences(
                    of: NSRegularExpression.escapedPattern(for: value),
                    with: "\\k<v\(learned.count)>"
                )
                learned.append(value)
            }
        }
        guard let expression = try? NSRegularExpression(pattern: "^\(pattern)$") else { return false }
        let whole = NSRange(line.startIndex..., in: line)
        guard let match = expression.firstMatch(in: line, range: whole) else { return false }
        for (number, value) in learned.enumerated() {
            if let range = Range(match.range(withName: "v\(number)"), in: line) { actual[value] = String(line[range]) }
        }
        return true
    }

    private static func values(_ form: String, in text: String) -> [String] {
        guard let expression = try? NSRegularExpression(pattern: form) else { return [] }
        return expression.matches(in: text, range: NSRange(text.startIndex..., in: text)).compactMap { match in
            Range(match.range, in: text).map { String(text[$0]) }
        }
    }
}

@Suite(.serialized) struct TutorialTests {
    private static let pages = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../docs/tutorials", isDirectory: true).standardizedFileURL

    @Test(
        "every command of a tutorial does what its page says",
        arguments: ["first-query.md", "disclosure.md", "review-a-query.md"]
    )
    func everyCommandDoesWhatThePageSays(_ name: String) async throws {
        let page = try Data(contentsOf: Self.pages.appendingPathComponent(name))
        let steps = ConsoleStep.steps(of: String(decoding: page, as: UTF8.self))
        #expect(steps.count >= 20, "the page has its commands")
        try await withTemporaryFolder { folder in
            let program = try Program(in: folder)
            var stand = Stand()
            // The page's ports may be taken on this machine.
            for port in ["7443", "7444", "7080", "7081"] {
                stand.set(":\(port)", to: ":\(try #require(FreePort.find()))")
            }
            var served: [ChildProcess] = []
            for step in steps {
                let command = stand.replaced(in: step.command)
                let output: String
                if command.hasPrefix("comity serve ") {
                    let log = folder.appendingPathComponent("serve\(served.count).log")
                    let words = command.split(separator: " ").dropFirst().map(String.init)
                    served.append(try program.start(words, log: log))
                    output = try await Self.ready(served[served.count - 1])
                } else if command.hasPrefix("comity disclosure receive ") {
                    output = try await Self.received(command, of: program)
                } else {
                    let ran = try await program.shell(command)
                    #expect([0, 1].contains(ran.exit), "\(step.command): \(ran.err)")
                    output = ran.err + ran.out
                }
                Self.compare(step, output, &stand)
            }
            #expect(served.count == 2)
            for process in served { try await process.end(SIGTERM) }
        }
    }

    /// Each line of the page is among those printed.
    private static func compare(_ step: ConsoleStep, _ output: String, _ stand: inout Stand) {
        var lines = output.split(separator: "\n").map(String.init)
        for shown in step.printed where !shown.isEmpty {
            guard let at = lines.firstIndex(where: { stand.agrees($0, with: shown) }) else {
                Issue.record("\(step.command)\nshould print: \(shown)\nprinted:\n\(output)")
                continue
            }
            lines.remove(at: at)
        }
    }

    /// What `command` printed until nothing is open any more: as the page says, it is repeated up to the full minute.
    private static func received(_ command: String, of program: Program) async throws -> String {
        var printed = ""
        for _ in 0..<400 {
            let ran = try await program.shell(command)
            try #require(ran.exit == 0, "\(command): \(ran.err)")
            printed += ran.err + ran.out
            if !ran.out.contains("  deciding  ") { return printed }
            try await Task.sleep(for: .seconds(1))
        }
        return printed
    }

    /// What `serve` printed by the time its health address says ready.
    private static func ready(_ running: ChildProcess) async throws -> String {
        for _ in 0..<15_000 {
            try #require(running.isRunning, "serve ended early")
            let text = String(decoding: try Data(contentsOf: running.output), as: UTF8.self)
            let health = text.split(separator: "\n").first { $0.contains("/health/ready") }
            if let port = health?.split(separator: ":").last?.prefix(while: \.isNumber), let number = Int(port),
                text.contains("next:"), httpStatus(port: number, path: "/health/ready") == "HTTP/1.1 200 OK"
            {
                return text
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw CommandNode.NotReady()
    }
}
