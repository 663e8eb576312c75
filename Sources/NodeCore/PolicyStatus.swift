/// Use case: what is in force, since when and by whom, and whether the folder says otherwise. Shows policies, which are no
/// secret inside the agency; logs nothing.

import Foundation
import PolicyEngine
import PolicyFiles
import Vault

public struct PolicyStatus: Codable, Sendable, Equatable {
    /// `DIR/policies` as it lies there.
    public struct Folder: Codable, Sendable, Equatable {
        public enum State: String, Codable, Sendable {
            case inForce = "in-force"
            /// Sound, its cases pass: it can be activated.
            case differs
            /// It cannot be activated.
            case faulty
        }

        public var path: String
        public var state: State
        public var digest: String?
        /// Why it cannot be activated.
        public var fault: String?
        /// `FILE:LINE:COLUMN: error|warning: CODE: words`.
        public var problems: [String]
        /// Requests that both were asked, and how many they decide differently; nil where one cannot decide.
        public var compared: Int?
        public var changes: Int?
    }

    /// Hex SHA-256 of what is in force.
    public var digest: String
    /// Nil where an older version activated it and did not keep when.
    public var since: String?
    /// The account; `system` for the node itself.
    public var by: String
    public var cases: Int?
    /// Why what is in force decides nothing: this program does not take what another version activated.
    public var fault: String?
    public var folder: Folder
}

extension Node {
    public func policyStatus() async throws(NodeProblem) -> PolicyStatus {
        let active = activePolicies
        let stored: StoredActivation?
        do {
            stored = try await vault.read { try $0.activation() }
        } catch {
            throw NodeProblem(fault: error, doing: "reading which policies are in force")
        }
        return PolicyStatus(
            digest: active.digest,
            since: stored.flatMap { $0.at == 0 ? nil : Moment(seconds: $0.at / 1_000).description },
            by: stored?.account ?? ActivePolicies.byNode,
            cases: stored?.cases,
            fault: active.fault,
            folder: statusOfFolder(against: active)
        )
    }

    private func statusOfFolder(against active: ActivePolicies) -> PolicyStatus.Folder {
        var status = PolicyStatus.Folder(path: folder.policies.path, state: .inForce, problems: [])
        let loaded: LoadedPolicies?
        switch lookAtPolicies() {
        case .inForce: loaded = active.loaded
        case .ready(let next): (status.state, loaded) = (.differs, next.loaded)
        case .faulty(let fault, let read): (status.state, status.fault, loaded) = (.faulty, fault.words, read)
        }
        guard let loaded else { return status }
        status.digest = loaded.digest
        status.problems = loaded.findings(at: clock.moment).prefix(Self.shownProblems).map(\.description)
        guard status.state != .inForce, active.fault == nil, let next = loaded.policies else { return status }
        let comparison = LoadedComparison(old: (active.loaded, active.set), new: (loaded, next))
        let requests = comparison.requests()
        (status.compared, status.changes) = (requests.count, comparison.changes(in: requests).count)
        return status
    }

    /// A hostile folder has ten thousand.
    private static let shownProblems = 100
}
