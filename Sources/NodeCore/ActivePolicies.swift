/// The rules that decide: those that were activated last, read from the vault, never from the folder. Those of any other day
/// can be had too.

import Foundation
import PolicyEngine
import PolicyFiles
import Sodium
import Vault

/// The rules that decide at this moment.
struct ActivePolicies: Sendable {
    let set: PolicySet
    /// With the place of each rule.
    let loaded: LoadedPolicies
    /// Hex SHA-256 of the folder (POLICY section 6).
    let digest: String
    /// Agreement id to the SHA-256 of its file: what the other party must hold too.
    let agreementDigests: [String: [UInt8]]

    init?(_ loaded: LoadedPolicies) {
        guard let set = loaded.policies else { return nil }
        self.set = set
        self.loaded = loaded
        digest = loaded.digest
        agreementDigests = Dictionary(
            uniqueKeysWithValues: set.agreements.keys.compactMap { id in loaded.agreementDigest(id).map { (id, $0) } }
        )
    }

    /// Who activated what the node activated itself: what it was made with.
    static let byNode = "system"

    /// What stands in place of rules that this program does not take: nothing is permitted by them, nothing known.
    private init(unsound loaded: LoadedPolicies) {
        set = PolicySet(agencies: [], jurisdictions: [], agreements: [], offences: [], instruments: [:])
        self.loaded = loaded
        digest = loaded.digest
        let ids = loaded.files.keys.compactMap { path -> String? in
            guard path.hasPrefix("agreements/"), path.hasSuffix(".yaml") else { return nil }
            return String(path.dropFirst("agreements/".count).dropLast(".yaml".count))
        }
        agreementDigests = Dictionary(
            uniqueKeysWithValues: ids.compactMap { id in loaded.agreementDigest(id).map { (id, $0) } }
        )
    }

    /// Why nothing can be decided by them, in words; nil where all is well.
    var fault: String? {
        guard loaded.policies == nil else { return nil }
        return loaded.problems.first { $0.severity == .error }.map { "\($0.location): \($0.code.rawValue): \($0.text)" }
            ?? "the folder has errors"
    }

    /// What was activated last.
    ///
    /// - Parameter evenUnsound: for who activates others: what this program does not take is there, and permits nothing.
    static func stored(in vault: Vault, folder: NodeFolder, evenUnsound: Bool) async throws -> ActivePolicies {
        let files = try await vault.read { transaction -> [String: [UInt8]] in
            guard let activation = try transaction.activation() else { return [:] }
            return try transaction.policies(digest: activation.digest)
        }
        let loaded = PolicyFolder.load(files: files)
        if let active = ActivePolicies(loaded) { return active }
        if evenUnsound { return ActivePolicies(unsound: loaded) }
        let first = loaded.problems.first { $0.severity == .error }
        throw NodeProblem(
            .data,
            "the active policies do not check clean: nothing is asked or answered under them",
            at: first.map { "\(folder.policies.path)/\($0.location)" },
            because: "this program reads policy files more strictly than the one that activated them"
                + (first.map { " (\($0.code.rawValue): \($0.text))" } ?? ""),
            try: "correct \(folder.policies.path), then comity policy activate \(folder.path)"
        )
    }

    /// A digest of all by which records are decided into one index: the three layers, the words they lean on, and who the
    /// two agencies are. As long as it is the same, so are the decisions of a day.
    func indexRules(agreement: String, asker: String, holder: String) -> [UInt8] {
        let agencies = [asker, holder]
        let laws = agencies.compactMap { set.agencies[$0]?.jurisdiction }
        let named =
            ["vocabulary.yaml", "agreements/\(agreement).yaml"] + agencies.map { "agencies/\($0).yaml" }
            + laws.map { "jurisdictions/\($0).yaml" }
        let paths = Set(named).union(loaded.files.keys.filter { $0.hasPrefix("offences/") }).sorted()
        var bytes: [UInt8] = []
        for path in paths {
            guard let content = loaded.files[path] else { continue }
            bytes += Array(path.utf8) + [0] + SHA2.sha256(content)
        }
        return SHA2.sha256(bytes)
    }
}
