/// Use case: what would be decided otherwise if the folder were activated, and how many questions of the past that would have
/// touched. Changes nothing; of past questions it tells numbers alone.

import Accounts
import Foundation
import ObliviousPRF
import PolicyEngine
import PolicyFiles
import Vault

/// What is in force against `DIR/policies`.
public struct PolicyDifferences: Sendable {
    public enum Folder: Sendable, Equatable {
        case inForce
        case differs
        /// It cannot be activated, and why.
        case faulty(String)
    }

    /// One request that both decide, differently.
    public struct Change: Sendable, Equatable {
        /// A request's document, on one line.
        public let request: String
        /// Outcome, rules and duties.
        public let before: String
        public let after: String
    }

    /// Past decisions under both.
    public struct Past: Sendable, Equatable {
        /// Those that could be made again.
        public let compared: Int
        public let changed: Int
        /// Those whose facts were erased, or cannot be read.
        public let unknown: Int
    }

    public let digest: String
    public let folder: Folder
    public let folderDigest: String?
    public let compared: Int
    public let changes: [Change]
    public let past: Past?
}

extension Node {
    /// Most past decisions that are made again.
    static let mostCompared = 20_000

    public func policyDifferences(by account: String?) async throws(NodeProblem) -> PolicyDifferences {
        _ = try await person(account, for: .readPolicies)
        let active = activePolicies
        let loaded: LoadedPolicies?
        let state: PolicyDifferences.Folder
        switch lookAtPolicies() {
        case .inForce: (state, loaded) = (.inForce, nil)
        case .ready(let next): (state, loaded) = (.differs, next.loaded)
        case .faulty(let fault, let read): (state, loaded) = (.faulty(fault.words), read)
        }
        guard let loaded, let next = loaded.policies, loaded.digest != active.digest else {
            return PolicyDifferences(
                digest: active.digest,
                folder: state,
                folderDigest: state == .inForce ? active.digest : loaded?.digest,
                compared: 0,
                changes: [],
                past: nil
            )
        }
        do {
            let stored = try await vault.read { try $0.newestDecisions(Self.mostCompared) }
            let sealer = questionSealer
            return try await runner.offload {
                let comparison = LoadedComparison(old: (active.loaded, active.set), new: (loaded, next))
                let requests = comparison.requests()
                return PolicyDifferences(
                    digest: active.digest,
                    folder: state,
                    folderDigest: loaded.digest,
                    compared: requests.count,
                    changes: comparison.changes(in: requests).map(PolicyDifferences.Change.init),
                    past: Self.past(stored, sealer, old: active.set, new: next)
                )
            }
        } catch {
            throw NodeProblem(fault: error, doing: "comparing the policies")
        }
    }

    /// Makes past decisions again, by what is in force and by what may be, each at its moment.
    private static func past(
        _ stored: [StoredDecision],
        _ sealer: QuestionSealer,
        old: PolicySet,
        new: PolicySet
    ) -> PolicyDifferences.Past {
        let comparison = PolicyComparison(old: old, new: new)
        var (compared, changed) = (0, 0)
        for decision in stored {
            guard let requests = requests(of: decision, sealer, by: old) else { continue }
            compared += 1
            if !comparison.changes(in: requests).isEmpty { changed += 1 }
        }
        return PolicyDifferences.Past(compared: compared, changed: changed, unknown: stored.count - compared)
    }

    /// What policy was asked; nil where it was erased or does not read under these policies.
    private static func requests(
        of decision: StoredDecision,
        _ sealer: QuestionSealer,
        by policies: PolicySet
    ) -> [PolicyRequest]? {
        guard let box = decision.box, let text = try? sealer.open(bytes: box, id: decisionName(decision)) else {
            return nil
        }
        var requests: [PolicyRequest] = []
        for line in text.split(separator: 0x0A) {
            let now = Moment(seconds: decision.at / 1_000)
            let read = RequestFile.read(Array(line), name: decision.id, policies: policies, now: now)
            guard let request = read.request else { return nil }
            requests.append(request)
        }
        return requests
    }
}

extension PolicyDifferences.Change {
    fileprivate init(_ change: DecisionChange) {
        request = OrderedJSON(change.request).compact
        before = Self.words(change.old)
        after = Self.words(change.new)
    }

    private static func words(_ result: Result<Decision, RequestProblem>) -> String {
        switch result {
        case .failure(let problem): return "no decision: \(problem.text)"
        case .success(let decision):
            let duties = decision.obligations.items.map { item in
                let value = OrderedJSON(item.obligation).compact.replacing("\"", with: "")
                return "\(item.obligation.kind.rawValue) \(value)"
            }
            let rules = decision.reasons.map(\.rule).joined(separator: ", ")
            return "\(decision.outcome.rawValue) by \(rules)"
                + (duties.isEmpty ? "" : "; " + duties.joined(separator: ", "))
        }
    }
}
