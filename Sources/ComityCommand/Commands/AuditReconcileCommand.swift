/// `comity audit reconcile`: what two agencies' logs say of the same exchanges, compared on any machine.
/// Knows how the result is told; how logs are compared, AuditLog knows.

import ArgumentParser
import AuditLog
import Foundation
import Vault

struct AuditReconcileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "Compare what two agencies' logs say of their exchanges; no node is needed.",
        usage: "comity audit reconcile LOGDIR LOGDIR [--json]",
        discussion: """
            Examples:
              comity audit reconcile north/log coast/log
              comity audit reconcile north/log copies/coast --json

            Pairs the entries of both logs by query. The second log may be a peer's copy without entries: then its tree
            is compared with the receipts in the first. Both copies must be whole; comity audit verify says what is wrong.

            Exit codes: 0 both tell the same, 1 one is silent, they differ or a log is not whole, 64 bad usage.
            """
    )

    @Argument(help: "Folder of the first log, with its entries.")
    var first: String

    @Argument(help: "Folder of the other agency's log; hash tiles suffice.")
    var second: String

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let (a, b) = (try copy(first), try copy(second))
        guard a.agency != b.agency else {
            throw CommandFailure(
                Exit.usage,
                "both are logs of \(a.agency)",
                at: second,
                because: "an exchange has two sides",
                try: "comity audit reconcile \(first) and the log of a peer"
            )
        }
        let result: Reconciliation
        do { result = try Reconciliation(a, b) } catch {
            throw CommandFailure(error.defect, ofLog: error.inB ? second : first)
        }
        if output.json {
            try Voice.json(Document(result))
        } else {
            tell(result, a.agency, b.agency)
        }
        if !result.ok { throw ExitCode(Exit.refused) }
    }

    private func copy(_ path: String) throws -> LogCopy {
        do { return try LogCopy(AuditFolder(path: logFolder(path))) } catch {
            throw CommandFailure(error, ofLog: path)
        }
    }

    private func tell(_ result: Reconciliation, _ a: String, _ b: String) {
        let verdict = result.ok ? "ok" : "failed"
        Voice.result(
            "\(verdict): \(result.matched.grouped) matched, \(result.pending.count.grouped) pending, "
                + "\(result.differs.count.grouped) differ, \(result.onlyA.count.grouped) only at \(a), "
                + "\(result.onlyB.count.grouped) only at \(b)"
        )
        for (word, findings) in [
            ("differs", result.differs), ("only at \(a)", result.onlyA), ("only at \(b)", result.onlyB),
            ("pending", result.pending),
        ] {
            for finding in findings.prefix(20) { Voice.result("  \(word)  \(finding.query): \(finding.text)") }
            if findings.count > 20 { Voice.result("  and \((findings.count - 20).grouped) more (--json shows them)") }
        }
    }

    private struct Document: Encodable {
        struct Finding: Encodable {
            let query: String
            let text: String
        }

        let matched: Int
        let onlyA: [Finding]
        let onlyB: [Finding]
        let differs: [Finding]
        let pending: [Finding]
        let ok: Bool

        init(_ result: Reconciliation) {
            func list(_ findings: [Reconciliation.Finding]) -> [Finding] {
                findings.map { Finding(query: $0.query, text: $0.text) }
            }
            matched = result.matched
            onlyA = list(result.onlyA)
            onlyB = list(result.onlyB)
            differs = list(result.differs)
            pending = list(result.pending)
            ok = result.ok
        }

        private enum CodingKeys: String, CodingKey {
            case matched, differs, pending, ok
            case onlyA = "only_a"
            case onlyB = "only_b"
        }
    }
}
