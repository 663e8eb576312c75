/// What an operator should know of witnesses: who cosigns our log, what stands without a quorum, and whose log contradicts
/// itself.

import PeerTrust
import TransparencyLog
import Vault
import WireProtocol

extension Node {
    /// What is wrong with a log, ours or a peer's, and cannot wait; empty: nothing.
    public func alarms() async -> [String] {
        do {
            let (conflicts, receipts) = try await vault.read { (try $0.witnessConflicts(), try $0.foundReceipts()) }
            let pinned = Set(peers.all.map(\.agency.text))
            var alarms = conflicts.filter { $0.origin == vault.origin }.map { own in
                "\(own.peer) holds a checkpoint of \(own.size) entries under our log's key that our log does not extend"
            }
            let theirs = conflicts.filter { $0.origin != vault.origin }
            for (peer, found) in Dictionary(grouping: theirs, by: \.peer).sorted(by: { $0.key < $1.key }) {
                // Who is revoked has lost our trust already; what it did stays in the log.
                guard pinned.contains(peer) else { continue }
                let (roots, proofs) = (found.filter { $0.kind == .roots }, found.filter { $0.kind == .proof })
                if let first = roots.first {
                    alarms.append(
                        "\(peer) signed checkpoints of its log that contradict each other, the first of \(first.size) "
                            + "entries: \(roots.count) kept"
                    )
                }
                if let first = proofs.first {
                    alarms.append(
                        "\(peer) signed checkpoints of its log and does not show that they extend what we cosigned, the "
                            + "first of \(first.size) entries: \(proofs.count) kept. Its log was rewritten, or it cannot "
                            + "read its own"
                    )
                }
            }
            let broken = Dictionary(grouping: receipts, by: \.peer).sorted { $0.key < $1.key }
            for (peer, found) in broken where pinned.contains(peer) {
                let (other, late) = (found.filter { $0.state == .differs }, found.filter { $0.state == .late })
                if let first = other.first {
                    alarms.append(
                        "\(peer)'s log does not hold what it vouched for: \(other.count) entries, the first \(first.index)"
                    )
                }
                if let first = late.first {
                    alarms.append(
                        "\(peer) shows no checkpoint over entries that it vouched for: \(late.count), the first "
                            + "\(first.index)"
                    )
                }
            }
            return alarms
        } catch {
            return ["the evidence about logs cannot be read"]
        }
    }

    func checkWitnesses() async -> [DoctorReport.Check] {
        var checks = await alarms().map { alarm in
            check(
                "witness",
                .failed,
                alarm,
                try:
                    "ask it why; until you know, comity peer revoke. The notes are in the vault, their digests in the log"
            )
        }
        do {
            checks += try await coverChecks()
        } catch let problem as NodeProblem {
            let text = problem.because.map { "\(problem.text): \($0)" } ?? problem.text
            checks.append(check("witness", .failed, "\(text) (\(problem.place ?? ""))", try: problem.remedy))
        } catch {
            checks.append(check("witness", .failed, "the cosignatures of our log cannot be read"))
        }
        return checks
    }

    private func coverChecks() async throws -> [DoctorReport.Check] {
        let policy = try witnessQuorum().policy
        let now = clock.seconds
        let (quorum, contacts, isLate) = try await vault.read { transaction in
            let quorum = try transaction.quorumCheckpoint()
            let before = (now - WitnessSchedule.day) * 1_000
            return (
                quorum, try transaction.witnessContacts(),
                try transaction.hasEntries(from: quorum?.size ?? 0, until: before)
            )
        }
        var checks: [DoctorReport.Check] = []
        let pinned = peers.all
        for key in policy.witnesses where !pinned.contains(where: { Self.witnessKey(of: $0) == key }) {
            checks.append(
                check(
                    "witness",
                    .warning,
                    "the policy of witnesses names \(key.name), whose card is not trusted here: it is never asked",
                    try: "comity peer add \(folder.path) CARD"
                )
            )
        }
        guard !policy.isMet(by: []) else {
            return checks + [
                check("witness", .ok, "no cosignature is asked for: nothing outside this node confirms its log")
            ]
        }
        let failing = contacts.filter { contact in pinned.contains { $0.agency.text == contact.peer } }
            .compactMap { contact in contact.failure.map { "\(contact.peer): \($0)" } }
        let why = failing.isEmpty ? "" : " (\(failing.joined(separator: "; ")))"
        if isLate {
            checks.append(
                check(
                    "witness",
                    .warning,
                    "entries older than a day are not under a quorum of cosignatures\(why)",
                    try: "comity audit checkpoint \(folder.path) --cosign"
                )
            )
        } else if let quorum {
            checks.append(check("witness", .ok, "peers cosigned the log's first \(quorum.size) entries\(why)"))
        } else {
            checks.append(check("witness", .ok, "no quorum of peers has cosigned the log yet\(why)"))
        }
        return checks
    }
}
