/// `comity policy activate` and `comity policy status`: which rules a node decides by, since when, by whom. Decides nothing.

import ArgumentParser
import NodeCore

struct PolicyActivate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate",
        abstract: "Let a node decide by what lies in its policy folder.",
        usage: "comity policy activate DIR [--as NAME] [--json]",
        discussion: """
            Takes DIR/policies if it has no error, names this agency and passes all its cases; else the rules before go
            on deciding. The act, its digests and whoever did it are entries of the log.

            EXAMPLES
              comity policy activate north
              comity policy activate north --as operator --json

            Exit codes: 0 activated or in force already, 1 refused or a case fails, 64 bad usage, 65 the files have
            errors, 70 our fault.
            """
    )
    @OptionGroup var node: NodeOptions
    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let outcome = try await node.access.perform(ActivatePolicies(account: actor.account))
        if output.json { return try Voice.json(outcome) }
        guard let report = outcome.report else {
            Voice.result("in force already: \(outcome.digest)")
            return
        }
        Voice.result("activated \(report.digest) by \(report.by) at \(report.since); \(report.cases) cases pass")
        Voice.result("before   \(report.before)")
        if !report.agreements.isEmpty {
            Voice.result("agreements with another text: \(report.agreements.joined(separator: ", "))")
            Voice.say("tell the other parties: both sides need the same bytes of an agreement's file")
        }
        for index in report.indexes {
            Voice.result(
                "index of \(index.agreement) for \(index.asker): "
                    + (index.decidedAnew
                        ? "every record is decided anew when it is published next (\(report.publishedNext))"
                        : "unchanged")
            )
        }
        if let note = report.note { Voice.say(note) }
    }
}

struct ActivatePolicies: Operation {
    static let intent = Node.Intent.mendingPolicies
    static let name = "policy-activate"
    var account: String?

    struct Output: Codable, Sendable {
        /// Hex SHA-256 of what is in force now.
        var digest: String
        var activated: Bool
        /// Nil where it was in force already.
        var report: ActivationReport?
    }

    func run(_ context: OperationContext) async throws(NodeProblem) -> Output {
        switch try await context.node.activatePolicies(by: account) {
        case .unchanged: return Output(digest: context.node.policyDigest, activated: false, report: nil)
        case .activated(let report): return Output(digest: report.digest, activated: true, report: report)
        case .kept(let fault): throw fault.problem(folder: context.node.folder)
        }
    }
}

struct ShowPolicyStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show which policies a node decides by, and whether its folder says otherwise.",
        usage: "comity policy status DIR [--json]",
        discussion: """
            EXAMPLES
              comity policy status north
              comity policy status north --json

            Exit codes: 0 the folder is in force, or differs and can be activated, 1 it cannot or what is in force is no
            use to this program, 64 bad usage, 70 our fault.
            """
    )
    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let status = try await node.access.perform(ReadPolicyStatus())
        if output.json {
            try Voice.json(status)
        } else {
            tell(status)
        }
        if status.folder.state == .faulty || status.fault != nil { throw ExitCode(Exit.refused) }
    }

    private func tell(_ status: PolicyStatus) {
        let since = status.since.map { "since \($0) " } ?? ""
        let cases = status.cases.map { "; \($0) cases passed" } ?? ""
        Voice.result("in force \(status.digest) \(since)by \(status.by)\(cases)")
        if let fault = status.fault {
            Voice.result("it decides nothing: \(fault)")
            Voice.result(
                "this program reads policy files more strictly than the one that activated them; the node does not serve"
            )
        }
        for problem in status.folder.problems { Voice.result("\(status.folder.path)/\(problem)") }
        switch status.folder.state {
        case .inForce: Voice.result("\(status.folder.path) is what decides")
        case .differs: Voice.result("\(status.folder.path) is not what decides: nobody activated it")
        case .faulty:
            Voice.result("\(status.folder.path) cannot be activated: \(status.folder.fault ?? "")")
        }
        if let compared = status.folder.compared, let changes = status.folder.changes {
            Voice.result("\(compared) requests compared, \(changes) decided otherwise")
        }
        if status.folder.state == .differs { Voice.say("next: comity policy activate \(node.folder)") }
    }
}

struct ReadPolicyStatus: Operation {
    static let intent = Node.Intent.mendingPolicies
    static let name = "policy-status"

    func run(_ context: OperationContext) async throws(NodeProblem) -> PolicyStatus {
        try await context.node.policyStatus()
    }
}
