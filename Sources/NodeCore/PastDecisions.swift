/// Use case: explain a decision of the past under the rules of its day. What policy was asked is kept, sealed, beside the
/// question or the disclosure, and goes with it; the log holds none of it.

import Accounts
import AuditLog
import CanonicalJSON
import Foundation
import PolicyEngine
import PolicyFiles
import Vault

/// A decision that was made.
public struct PastDecision: Sendable {
    public enum Facts: Sendable {
        /// Each request that was decided, made again.
        case known([Explanation], by: LoadedPolicies)
        /// What was asked went with the question or the disclosure.
        case erased
        /// This program does not read what was kept, and why.
        case unreadable(String)
    }

    public let id: String
    /// Whether we asked or were asked.
    public let side: Side
    public let peer: String
    public let at: Moment
    /// Hex SHA-256 of the policies that decided.
    public let digest: String
    public let facts: Facts
}

extension Node {
    /// Decides again, by what was kept, under the policies of then.
    ///
    /// - Parameter id: as commands print it: of a question, of one peer's part of it, of a disclosure request.
    public func pastDecisions(_ id: String, by account: String?) async throws(NodeProblem) -> [PastDecision] {
        let person = try await person(account, for: .explainDecision)
        do {
            // A look at what somebody asked about is an entry, before it is shown.
            let (stored, files) = try await vault.commit { transaction in
                let stored = try transaction.decisions(of: id)
                let digests = Set(stored.map(\.digest))
                let files = try digests.map { ($0, try transaction.policies(digest: $0)) }
                let what = PersonalValue(name: "filter", value: id, retentionClass: RetentionClass.access)
                let entry = try self.draft(
                    "audit.read",
                    by: .person(person),
                    data: ["count": .integer(stored.count)],
                    personal: [what],
                    in: transaction
                )
                return ((stored, Dictionary(uniqueKeysWithValues: files)), [entry])
            }.value
            guard !stored.isEmpty else {
                throw NodeProblem(
                    .usage,
                    "no decision of that id is known",
                    at: "--decision",
                    because: "it is none of ours, or it was made before decisions were kept",
                    try: "an id as comity query, comity disclosure or comity audit list prints it"
                )
            }
            let policies = files.mapValues { PolicyFolder.load(files: $0) }
            return stored.map { past($0, policies: policies[$0.digest]) }
        } catch {
            throw NodeProblem(fault: error, doing: "reading the decision")
        }
    }

    private func past(_ stored: StoredDecision, policies: LoadedPolicies?) -> PastDecision {
        PastDecision(
            id: stored.id,
            side: stored.side == .asker ? .asker : .holder,
            peer: stored.peer,
            at: Moment(seconds: stored.at / 1_000),
            digest: stored.digest,
            facts: facts(of: stored, policies: policies)
        )
    }

    private func facts(of stored: StoredDecision, policies: LoadedPolicies?) -> PastDecision.Facts {
        guard let box = stored.box else { return .erased }
        guard let policies, let set = policies.policies else {
            return .unreadable("this program reads policy files more strictly than the one that decided")
        }
        guard let text = try? questionSealer.open(bytes: box, id: Self.decisionName(stored)) else {
            return .unreadable("the box that holds what was asked does not open")
        }
        var explanations: [Explanation] = []
        for line in text.split(separator: 0x0A) {
            let read = RequestFile.read(
                Array(line),
                name: stored.id,
                policies: set,
                now: Moment(seconds: stored.at / 1_000)
            )
            guard let request = read.request, let explanation = try? set.explain(request) else {
                return .unreadable("what was asked is no request of this version")
            }
            explanations.append(explanation)
        }
        return .known(explanations, by: policies)
    }

    // MARK: Keeping

    /// Most requests that are kept of one question: of a million subjects few differ to policy.
    private static let keptRequests = 32

    /// Keeps what was decided, in the transaction that acts on it.
    func keep(
        _ requests: [PolicyRequest],
        id: String,
        question: String? = nil,
        side: StoredDecision.Side,
        peer: String,
        digest: String,
        in transaction: VaultTransaction
    ) throws {
        guard !requests.isEmpty else { return }
        var decision = StoredDecision(
            id: id,
            question: question,
            side: side,
            peer: peer,
            at: clock.milliseconds(),
            digest: digest,
            box: nil
        )
        let lines = requests.prefix(Self.keptRequests).map { OrderedJSON($0).compact }.joined(separator: "\n")
        decision.box = try questionSealer.seal(bytes: Array(lines.utf8), id: Self.decisionName(decision))
        try transaction.store(decision)
    }

    static func decisionName(_ decision: StoredDecision) -> String {
        "decision/\(decision.side.rawValue)/\(decision.peer)/\(decision.id)"
    }
}
