/// Use case: policy files become the rules that decide, as an act of a person in the audit log. A folder that does not check
/// clean, or fails a case of its own, never replaces a working one; a folder that nobody activated decides nothing.

import Accounts
import AuditLog
import CanonicalJSON
import Foundation
import PolicyEngine
import PolicyFiles
import Sodium
import Vault

/// What became of a policy folder.
public enum Activation: Sendable, Equatable {
    /// These rules decide already.
    case unchanged
    case activated(ActivationReport)
    /// The old rules go on deciding.
    case kept(PolicyFault)
}

public struct ActivationReport: Codable, Sendable, Equatable {
    /// What an activation means for one of our indexes.
    public struct Index: Codable, Sendable, Equatable {
        public var agreement: String
        public var asker: String
        /// Whether rules changed by which its records are decided.
        public var decidedAnew: Bool
    }

    /// Hex SHA-256 of the folder.
    public var digest: String
    public var before: String
    public var since: String
    /// The account; `system` for the node itself.
    public var by: String
    public var cases: Int
    /// Agreements whose text came, changed or went.
    public var agreements: [String]
    public var indexes: [Index]
    /// When indexes are published next, if the node serves.
    public var publishedNext: String
    /// What could not be done yet; nil where all was.
    public var note: String?
}

/// Why a folder may not decide.
public struct PolicyFault: Sendable, Equatable {
    /// `FILE:LINE:COLUMN` in the folder, or a path.
    public var place: String?
    public var text: String
    /// Whether the files are wrong; else they do not say what they are to say.
    public var isUnsound: Bool

    public var words: String { place.map { "\($0): \(text)" } ?? text }

    public func problem(folder: NodeFolder) -> NodeProblem {
        let path = folder.policies.path
        return NodeProblem(
            isUnsound ? .data : .refused,
            "nothing was activated; the rules before go on deciding",
            at: place.map { "\(path)/\($0)" } ?? path,
            because: text,
            try: "comity policy \(isUnsound ? "check" : "test") \(path)"
        )
    }
}

/// `DIR/policies` as it lies there.
enum PolicyFolderLook {
    /// What decides already.
    case inForce
    case ready(ActivePolicies)
    /// With what could be read of it.
    case faulty(PolicyFault, LoadedPolicies?)
}

extension Node {
    /// Activates `DIR/policies`, if it is sound, names this agency and passes all its cases.
    public func activatePolicies(by account: String?) async throws(NodeProblem) -> Activation {
        let person = try await person(account, for: .activatePolicies)
        do {
            let activation = try await turns.run("activate") { try await self.activate(by: person) }
            if case .kept = activation { await logRefusedAccess(person.account, act: .activatePolicies) }
            return activation
        } catch {
            throw NodeProblem(fault: error, doing: "activating the policies")
        }
    }

    /// Only within the turn "activate".
    private func activate(by person: Person) async throws -> Activation {
        let next: ActivePolicies
        switch lookAtPolicies() {
        case .inForce: return .unchanged
        case .faulty(let fault, _): return .kept(fault)
        case .ready(let ready): next = ready
        }
        let before = activePolicies
        let activation = StoredActivation(
            digest: next.digest,
            at: clock.milliseconds(),
            account: person.account.name.description,
            cases: next.loaded.cases.count
        )
        let changes = AgreementChange.between(
            before.agreementDigests,
            next.agreementDigests,
            casesPassed: next.loaded.cases.count
        )
        let newest = try await vault.commit { transaction in
            try transaction.activate(activation, files: next.loaded.files)
            let entry = try self.draft(
                "policy.activated",
                by: .person(person),
                data: [
                    "old_digest": .string(before.digest), "new_digest": .string(next.digest),
                    "cases_passed": .integer(next.loaded.cases.count),
                ],
                in: transaction
            )
            let agreements = try changes.map {
                try self.draft($0.event, by: .person(person), data: $0.data, in: transaction)
            }
            return (try transaction.latestManifests(), [entry] + agreements)
        }.value
        activePolicies = next
        // An epoch that is being built ahead was decided by the rules before.
        preparations.stop()
        // The rules decide already, and what is left here is tried again each minute.
        var note: String?
        do {
            try await endIndexes()
        } catch {
            note = "what ended agreements left behind is not erased yet: a node that serves tries again each minute"
        }
        let indexes = newest.filter { $0.holder == configuration.agency }.map { stored in
            ActivationReport.Index(
                agreement: stored.agreement,
                asker: stored.asker,
                decidedAnew: before.indexRules(agreement: stored.agreement, asker: stored.asker, holder: stored.holder)
                    != next.indexRules(agreement: stored.agreement, asker: stored.asker, holder: stored.holder)
            )
        }
        return .activated(
            ActivationReport(
                digest: next.digest,
                before: before.digest,
                since: Moment(seconds: activation.at / 1_000).description,
                by: activation.account ?? ActivePolicies.byNode,
                cases: next.loaded.cases.count,
                agreements: changes.map(\.agreement),
                indexes: indexes,
                publishedNext: Moment(seconds: PublishSchedule.next(after: clock.seconds)).description,
                note: note
            )
        )
    }

    /// Reads `DIR/policies`, checks it and runs its cases. Changes nothing.
    func lookAtPolicies() -> PolicyFolderLook {
        let loaded: LoadedPolicies
        do throws(FolderProblem) {
            loaded = try PolicyFolder.load(path: folder.policies.path)
        } catch {
            return .faulty(PolicyFault(place: nil, text: "\(error.path): \(error.because)", isUnsound: true), nil)
        }
        guard let next = ActivePolicies(loaded) else {
            let first = loaded.problems.first { $0.severity == .error }
            let text = first.map { "\($0.code.rawValue): \($0.text)" } ?? "the folder has errors"
            return .faulty(PolicyFault(place: first?.location, text: text, isUnsound: true), loaded)
        }
        if let twin = loaded.twin {
            let text = "its name differs from another file's only in how its letters are composed; rename it"
            return .faulty(PolicyFault(place: twin, text: text, isUnsound: true), loaded)
        }
        if loaded.digest == activePolicies.digest { return .inForce }
        if let problem = next.problem(agency: configuration.agency, jurisdiction: configuration.jurisdiction) {
            return .faulty(PolicyFault(place: nil, text: problem, isUnsound: false), loaded)
        }
        for example in loaded.cases {
            if let failure = example.failures(in: next.set).first {
                let place = "\(example.file):\(example.place.line):\(example.place.column)"
                let text = "case \"\(example.name)\" fails: \(failure)"
                return .faulty(PolicyFault(place: place, text: text, isUnsound: false), loaded)
            }
        }
        return .ready(next)
    }

    /// What a person who starts the node should know of its policy folder; nil if it is what decides.
    public func policyNotice() -> String? {
        switch lookAtPolicies() {
        case .inForce: nil
        case .ready:
            "\(folder.policies.path) is not what decides: nobody activated it. "
                + "See comity policy status \(folder.path), then comity policy activate \(folder.path)"
        case .faulty(let fault, _):
            "\(folder.policies.path) is not what decides, and cannot be activated: \(fault.words)"
        }
    }
}

extension ActivePolicies {
    /// Why these policies cannot be this agency's: it must stand in them, under its own law.
    func problem(agency: String, jurisdiction: String) -> String? {
        guard let known = set.agencies[agency] else {
            return "no file agencies/\(agency).yaml: this node's own agency is not in the policies"
        }
        guard known.jurisdiction == jurisdiction else {
            return
                "agencies/\(agency).yaml names jurisdiction \(known.jurisdiction), the node's settings \(jurisdiction)"
        }
        return nil
    }
}

/// An agreement whose text came, changed or went with an activation.
struct AgreementChange: Sendable {
    let agreement: String
    let event: String
    let data: [String: JSONValue?]

    /// - Parameter casesPassed: of the folder that brings the change.
    static func between(
        _ before: [String: [UInt8]],
        _ after: [String: [UInt8]],
        casesPassed: Int
    ) -> [AgreementChange] {
        Set(before.keys).union(after.keys).sorted().compactMap { id in
            let (old, new) = (before[id], after[id])
            guard old != new else { return nil as AgreementChange? }
            return AgreementChange(
                agreement: id,
                event: new == nil ? "agreement.ended" : "agreement.activated",
                data: [
                    "agreement": .string(id), "old_digest": .string(old.map { Hex.encode($0) } ?? ""),
                    "new_digest": .string(new.map { Hex.encode($0) } ?? ""),
                    "cases_passed": .integer(casesPassed),
                ]
            )
        }
    }
}
