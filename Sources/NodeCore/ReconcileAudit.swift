/// Use case: an officer compares what our log and a peer's say of the same exchanges. The peer's comes as an archive of its
/// folder; it counts only under the key that stands in the peer's card. The look is an entry before its result is shown.

import Accounts
public import AuditLog
import Foundation
import ObliviousPRF
import PeerTrust
import TransparencyLog
import Vault
import WireProtocol

/// Two logs, compared.
public struct ReconciledLogs: Sendable {
    public let peer: String
    /// Entries of either log, as the copies stand.
    public let size: Int
    public let peerSize: Int
    /// `onlyA`: what our log tells alone; `onlyB`: what the peer's does.
    public let result: Reconciliation
}

extension Node {
    /// - Parameter archive: a tar archive of the folder of the peer's log; hash tiles suffice.
    public func reconcileAudit(with archive: [UInt8], by account: String?) async throws(NodeProblem) -> ReconciledLogs {
        _ = try await person(account, for: .readAudit)
        let peers = peers
        let own = configuration.agency
        let compared: ReconciledLogs
        do {
            try await vault.publish()
            let path = folder.log.path
            compared = try await runner.offload {
                let theirs = try Self.copy(archive, of: peers, own: own)
                let ours: LogCopy
                do throws(LogCopyError) { ours = try LogCopy(AuditFolder(path: path)) } catch {
                    throw Self.unreliable("our own log", error)
                }
                let result: Reconciliation
                do throws(ReconciliationError) { result = try Reconciliation(ours, theirs) } catch {
                    throw Self.unreliable(error.inB ? "the peer's log" : "our own log", error.defect)
                }
                return ReconciledLogs(
                    peer: theirs.agency,
                    size: ours.checkpoint.size,
                    peerSize: theirs.checkpoint.size,
                    result: result
                )
            }
        } catch {
            throw NodeProblem(fault: error, doing: "comparing the logs")
        }
        try await recordAuditRead(count: compared.size, filter: "reconcile \(compared.peer)", by: account)
        return compared
    }

    /// The log in an archive, if it is a trusted peer's.
    private static func copy(
        _ archive: [UInt8],
        of peers: PinnedPeers,
        own: String
    ) throws(NodeProblem) -> LogCopy {
        guard let files = LogArchive(archive) else {
            throw NodeProblem(
                .data,
                "this is no archive of a log",
                because: "it is to be an uncompressed tar archive of the log's folder, with its checkpoint",
                try: "tar -C DIR -cf log.tar log, at the peer"
            )
        }
        let copy: LogCopy
        do throws(LogCopyError) { copy = try LogCopy(files) } catch { throw unreliable("the peer's log", error) }
        guard copy.agency != own else {
            throw NodeProblem(.usage, "this is our own log", because: "an exchange has two sides")
        }
        guard let id = AgencyID(copy.agency), let peer = peers.peer(agency: id) else {
            throw NodeProblem(.refused, "this is the log of \(copy.agency), which is no peer of ours")
        }
        let given = (try? files.read("vkey", limit: 4_096)).flatMap { $0 }.map { String(decoding: $0, as: UTF8.self) }
        guard let given, (given.hasSuffix("\n") ? String(given.dropLast()) : given) == peer.card.card.logKeys.log else {
            throw NodeProblem(
                .refused,
                "this log is not signed by the key of \(copy.agency)",
                because: "the key in it is not the one in the peer's card",
                try: "ask the peer for its log again, or for its newest card"
            )
        }
        return copy
    }

    private static func unreliable(_ whose: String, _ defect: LogCopyError) -> NodeProblem {
        NodeProblem(
            .data,
            "\(whose) cannot be relied on",
            at: defect.place,
            because: defect.text,
            try: "comity audit verify on that folder says what is wrong"
        )
    }
}
