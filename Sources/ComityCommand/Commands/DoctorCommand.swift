/// `comity doctor`: everything an operator can get wrong, checked.

import ArgumentParser
import Foundation
import NodeCore

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check everything an operator can get wrong.",
        usage: "comity doctor DIR [--json]",
        discussion: """
            Examples:
              comity doctor north
              comity doctor north --json

            Exit codes: 0 nothing failed, 1 a check failed, 64 bad usage, 70 our fault.
            """
    )
    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let report = try await node.access.perform(Doctor())
        if output.json {
            try Voice.json(report)
        } else {
            for check in report.checks {
                Voice.result("\(check.state.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0))\(check.text)")
                if let remedy = check.remedy { Voice.result("        try: \(remedy)") }
            }
        }
        if report.checks.contains(where: { $0.state == .failed }) { throw ExitCode(Exit.refused) }
    }
}

struct Doctor: Operation {
    static let name = "doctor"

    func run(_ context: OperationContext) async throws(NodeProblem) -> DoctorReport {
        // On a full disk the log takes no entry of it: the report says that, and all the rest.
        try? await context.node.verifyLog()
        return await context.node.examine()
    }
}
