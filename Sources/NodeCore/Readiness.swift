/// Use case: can the node do its work? For health checks and for `comity doctor`.

import AuditLog
import Foundation
import ObliviousPRF
import PeerTrust
import PolicyEngine
import SetIntersection
import Sodium
import Vault
import WireProtocol

public struct DoctorReport: Codable, Sendable, Equatable {
    public struct Check: Codable, Sendable, Equatable {
        public enum State: String, Codable, Sendable { case ok, warning, failed }
        public var name: String
        public var state: State
        public var text: String
        public var remedy: String?
    }
    public var checks: [Check]
}

extension Node {
    /// Hex SHA-256 of the active policies.
    public var policyDigest: String { activePolicies.digest }

    /// Seconds since 1970.
    public var now: Int { clock.seconds }

    /// What stands in the way of work; empty: ready.
    public func readiness() async -> [String] {
        var faults: [String] = []
        do {
            _ = try await vault.latestLeaf()
        } catch {
            faults.append("the vault cannot be read")
        }
        if activePolicies.set.agencies[configuration.agency] == nil {
            faults.append("the active policies do not name this agency")
        }
        return faults
    }

    /// Everything an operator can get wrong.
    public func examine() async -> DoctorReport {
        var checks = [checkHardening(), checkPassphrase(), checkFolder(), checkGroup()]
        checks += checkPolicies()
        checks += await checkVault()
        checks += checkLog()
        checks += await checkWork()
        checks += await checkPeers()
        checks += await checkDisclosures()
        checks += await checkWitnesses()
        checks += await checkNotices()
        checks += await checkBackups()
        checks.append(checkSwap())
        checks.append(checkDisk())
        return DoctorReport(checks: checks)
    }

    func check(
        _ name: String,
        _ state: DoctorReport.Check.State,
        _ text: String,
        try remedy: String? = nil
    ) -> DoctorReport.Check {
        .init(name: name, state: state, text: text, remedy: remedy)
    }

    private func checkHardening() -> DoctorReport.Check {
        ProcessHardening.isApplied
            ? check("process", .ok, "no core dumps; the process cannot be read by others of the same user")
            : check(
                "process",
                .warning,
                "this command runs without the node's hardening",
                try: "run it while the node serves"
            )
    }

    private func checkPassphrase() -> DoctorReport.Check {
        FileManager.default.fileExists(atPath: folder.passphrase.path)
            ? check(
                "passphrase",
                .warning,
                "the passphrase lies beside the keyring it seals: whoever copies the folder opens it",
                try: "move \(folder.passphrase.path) to a credential of the service manager"
            )
            : check("passphrase", .ok, "the passphrase is not in the node's folder")
    }

    private func checkFolder() -> DoctorReport.Check {
        let attributes = try? FileManager.default.attributesOfItem(atPath: folder.path)
        let mode = (attributes?[.posixPermissions] as? Int ?? 0o777) & 0o077
        return mode == 0
            ? check("folder", .ok, "only its owner can enter \(folder.path)")
            : check("folder", .failed, "others can enter \(folder.path)", try: "chmod 700 \(folder.path)")
    }

    private func checkGroup() -> DoctorReport.Check {
        let backend = engine.prf.engine.backend
        let runnable = GroupBackendChoice.runnable.map(\.name)
        return backend.name == GroupBackendChoice.auto.backend?.name
            ? check("group", .ok, "blinded points are computed by \(backend.name)")
            : check(
                "group",
                .warning,
                "blinded points are computed by \(backend.name); this processor runs \(runnable.joined(separator: ", "))",
                try: "unset \(GroupBackendChoice.variable), then restart the node"
            )
    }

    private func checkPolicies() -> [DoctorReport.Check] {
        let active = activePolicies
        var checks: [DoctorReport.Check] = []
        if let problem = active.problem(agency: configuration.agency, jurisdiction: configuration.jurisdiction) {
            checks.append(
                check(
                    "policies",
                    .failed,
                    problem,
                    try: "correct \(folder.policies.path), then comity policy activate \(folder.path)"
                )
            )
        } else {
            let mine = active.set.agreements.values.filter { $0.parties.contains(configuration.agency) }
            checks.append(check("policies", .ok, "this agency is party to \(mine.count) agreements"))
            let today = clock.moment.day
            for terms in mine.sorted(by: { $0.id < $1.id }) where !terms.valid.contains(today) {
                checks.append(check("policies", .warning, "agreement \(terms.id) is not in force today"))
            }
            for terms in mine {
                for party in terms.parties where party != configuration.agency && !isPinned(party) {
                    checks.append(
                        check(
                            "peers",
                            .warning,
                            "no card of \(party), party to \(terms.id), is trusted here",
                            try: "comity peer add \(folder.path) CARD"
                        )
                    )
                }
            }
        }
        switch lookAtPolicies() {
        case .inForce: break
        case .faulty(let fault, _):
            checks.append(
                check(
                    "policies",
                    .failed,
                    "\(folder.policies.path) cannot be activated: \(fault.words); the rules activated before still decide",
                    try: "comity policy status \(folder.path)"
                )
            )
        case .ready:
            checks.append(
                check(
                    "policies",
                    .warning,
                    "\(folder.policies.path) is not what decides: nobody activated it",
                    try: "comity policy status \(folder.path), then comity policy activate \(folder.path)"
                )
            )
        }
        return checks
    }

    private func isPinned(_ agency: String) -> Bool { peers.all.contains { $0.agency.text == agency } }

    private func checkVault() async -> [DoctorReport.Check] {
        do {
            let (problem, records, manifests) = try await vault.read { transaction in
                (try transaction.quickCheck(), try transaction.recordCount(), try transaction.latestManifests())
            }
            var checks = [
                problem.map {
                    check(
                        "vault",
                        .failed,
                        "SQLite finds the vault damaged: \($0)",
                        try: "stop the node; restore a backup"
                    )
                }
                    ?? check("vault", .ok, "\(records) records; SQLite finds the vault whole")
            ]
            for peer in peers.all {
                let kept = try await vault.read { try $0.conflicts(of: peer.agency.text).count }
                guard kept > 0 else { continue }
                checks.append(
                    check(
                        "evidence",
                        .warning,
                        "\(peer.agency) signed manifests that contradict its others: \(kept) kept",
                        try: "ask it why before you rely on its answers"
                    )
                )
            }
            for manifest in manifests where manifest.holder == configuration.agency {
                checks.append(
                    check(
                        "index",
                        .ok,
                        "\(manifest.agreement) for \(manifest.asker): epoch \(manifest.epoch), version "
                            + "\(manifest.version), \(manifest.retrieval.rawValue)"
                    )
                )
            }
            return checks
        } catch {
            return [check("vault", .failed, "the vault cannot be read", try: "stop the node; restore a backup")]
        }
    }

    /// What is still to be done before questions can be asked and answered.
    private func checkWork() async -> [DoctorReport.Check] {
        var checks: [DoctorReport.Check] = []
        if !configuration.console.isPrivate {
            checks.append(
                check(
                    "console",
                    .warning,
                    "the local address \(configuration.console) can be reached from outside, and shows the log",
                    try: "an address of this machine in \(folder.configuration.path)"
                )
            )
        }
        let keyring =
            (try? FileManager.default.attributesOfItem(atPath: folder.keyring.path))?[.posixPermissions] as? Int
        if (keyring ?? 0) & 0o077 != 0 {
            let remedy = "chmod 600 \(folder.keyring.path)"
            checks.append(check("keyring", .failed, "others may read the keyring", try: remedy))
        }
        let accounts = (try? await vault.read { try $0.accounts() }) ?? []
        if !accounts.contains(where: { $0.roles.contains("analyst") }) {
            let remedy = "comity user add \(folder.path) NAME --role analyst"
            checks.append(check("accounts", .warning, "nobody can ask: no account is an analyst", try: remedy))
        }
        let published = Set(
            ((try? await vault.read { try $0.latestManifests() }) ?? []).map { "\($0.agreement) \($0.asker)" }
        )
        for terms in activePolicies.set.agreements.values.sorted(by: { $0.id < $1.id })
        where terms.holders.contains(configuration.agency) {
            for asker in terms.askers where asker != configuration.agency && !published.contains("\(terms.id) \(asker)")
            {
                checks.append(
                    check(
                        "index",
                        .warning,
                        "nothing is published for \(asker) under \(terms.id): its questions are refused",
                        try: "comity index build \(folder.path)"
                    )
                )
            }
        }
        return checks
    }

    private func checkSwap() -> DoctorReport.Check {
        let text = (try? String(contentsOfFile: "/proc/swaps", encoding: .utf8)) ?? ""
        let swaps = text.split(separator: "\n").dropFirst()
        let plain = swaps.filter { !$0.hasPrefix("/dev/dm-") && !$0.hasPrefix("/dev/zram") }
        return plain.isEmpty
            ? check("swap", .ok, "no plain swap")
            : check(
                "swap",
                .warning,
                "memory may be swapped in clear to \(plain.count) areas",
                try: "encrypt swap, or turn it off"
            )
    }

    private func checkDisk() -> DoctorReport.Check {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder.path)
        let free = (attributes?[.systemFreeSize] as? NSNumber)?.intValue ?? 0
        let mebibytes = free >> 20
        return mebibytes >= 1_024
            ? check("disk", .ok, "\(mebibytes) MiB free")
            : check(
                "disk",
                .warning,
                "only \(mebibytes) MiB free; a full disk stops the node from answering",
                try: "make room"
            )
    }
}
