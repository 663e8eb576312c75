/// Use case: policy files become the rules that decide, as an act in the audit log. A folder that does not check clean,
/// or fails a case of its own, never replaces a working one.

import AuditLog
import CanonicalJSON
import Foundation
import PolicyEngine
import PolicyFiles
import Sodium
import Vault

/// The rules that decide at this moment.
struct ActivePolicies: Sendable {
    let set: PolicySet
    /// Hex SHA-256 of the folder (POLICY section 6).
    let digest: String
    /// Agreement id to the SHA-256 of its file: what the other party must hold too.
    let agreementDigests: [String: [UInt8]]

    init?(_ loaded: LoadedPolicies) {
        guard let set = loaded.policies else { return nil }
        self.set = set
        digest = loaded.digest
        agreementDigests = Dictionary(
            uniqueKeysWithValues: set.agreements.keys.compactMap { id in loaded.agreementDigest(id).map { (id, $0) } }
        )
    }

    /// The setting that names the active digest.
    static let setting = "policy-digest"

    /// What was activated last.
    static func stored(in vault: Vault) async throws -> ActivePolicies {
        let files = try await vault.read { transaction -> [String: [UInt8]] in
            guard let digest = try transaction.setting(setting) else { return [:] }
            return try transaction.policies(digest: String(decoding: digest, as: UTF8.self))
        }
        guard let active = ActivePolicies(PolicyFolder.load(files: files)) else {
            throw NodeProblem(
                .data,
                "the active policies in the vault do not check clean",
                because: "this program reads policy files more strictly than the one that activated them",
                try: "comity policy check on the node's policies folder"
            )
        }
        return active
    }
}

/// What became of a policy folder.
public enum Activation: Sendable, Equatable {
    case unchanged
    case activated(digest: String, cases: Int)
    /// The old rules go on deciding; why, and where.
    case kept(String)
}

extension Node {
    /// Activates `DIR/policies` as the node itself, at start.
    public func activateChangedPolicies() async throws(NodeProblem) -> Activation {
        do {
            return try await activatePolicies(by: .system)
        } catch {
            throw NodeProblem(fault: error, doing: "activating the policies")
        }
    }

    /// Activates `DIR/policies` if it changed and checks clean with all its cases.
    func activatePolicies(by actor: Actor) async throws -> Activation {
        let loaded: LoadedPolicies
        do throws(FolderProblem) {
            loaded = try PolicyFolder.load(path: folder.policies.path)
        } catch {
            return .kept("\(error.path): \(error.because)")
        }
        if loaded.digest == activePolicies.digest { return .unchanged }
        guard let next = ActivePolicies(loaded) else {
            let first = loaded.problems.first { $0.severity == .error }
            return .kept(first.map { "\(folder.policies.path)/\($0.description)" } ?? "the folder has errors")
        }
        if let problem = next.problem(agency: configuration.agency, jurisdiction: configuration.jurisdiction) {
            return .kept(problem)
        }
        for example in loaded.cases {
            if let failure = example.failures(in: next.set).first {
                return .kept("\(example.file):\(example.place.line): case \"\(example.name)\" fails: \(failure)")
            }
        }
        let before = activePolicies
        _ = try await vault.commit { transaction in
            try transaction.storePolicies(loaded.files, digest: loaded.digest)
            try transaction.set(ActivePolicies.setting, to: Array(loaded.digest.utf8))
            return (
                (), try self.activationDrafts(from: before, to: next, cases: loaded.cases.count, by: actor, transaction)
            )
        }
        activePolicies = next
        // An epoch that is being built ahead was decided by the rules before.
        preparations.stop()
        try await endIndexes()
        return .activated(digest: next.digest, cases: loaded.cases.count)
    }

    private func activationDrafts(
        from before: ActivePolicies,
        to next: ActivePolicies,
        cases: Int,
        by actor: Actor,
        _ transaction: VaultTransaction
    ) throws -> [AuditDraft] {
        var drafts = [
            try draft(
                "policy.activated",
                by: actor,
                data: [
                    "old_digest": .string(before.digest), "new_digest": .string(next.digest),
                    "cases_passed": .integer(cases),
                ],
                in: transaction
            )
        ]
        drafts += try AgreementChange.between(before.agreementDigests, next.agreementDigests).map { change in
            try draft(change.event, by: actor, data: change.data, in: transaction)
        }
        return drafts
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
struct AgreementChange {
    let event: String
    let data: [String: JSONValue?]

    static func between(_ before: [String: [UInt8]], _ after: [String: [UInt8]]) -> [AgreementChange] {
        Set(before.keys).union(after.keys).sorted().compactMap { id in
            let (old, new) = (before[id], after[id])
            guard old != new else { return nil as AgreementChange? }
            return AgreementChange(
                event: new == nil ? "agreement.ended" : "agreement.activated",
                data: [
                    "agreement": .string(id), "old_digest": old.map { .string(Hex.encode($0)) },
                    "new_digest": new.map { .string(Hex.encode($0)) },
                ]
            )
        }
    }
}
