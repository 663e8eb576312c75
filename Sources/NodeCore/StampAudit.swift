/// Use case: a checkpoint gets a time stamp of an authority (RFC 3161, AUDIT section 4). The node hands out a digest and
/// takes back an answer; how the two travel is not its matter, so that a node without a network can be stamped too.

import Accounts
import AuditLog
import CanonicalJSON
import TimeStamps
import TransparencyLog
import Vault

/// What an authority is to stamp.
public struct StampWish: Codable, Sendable {
    public var size: Int
    /// SHA-256 of the checkpoint's file, 32 bytes.
    public var digest: [UInt8]
}

/// What was stamped, and when.
public struct StampReport: Codable, Sendable {
    public var size: Int
    /// Seconds since 1970, as the authority says.
    public var seconds: Int
}

extension Node {
    /// Publishes, keeps the newest checkpoint, and gives what is to be stamped of it.
    public func checkpointToStamp(by account: String?) async throws(NodeProblem) -> StampWish {
        _ = try await person(account, for: .stampAudit)
        do {
            if let kept = try await vault.checkpointToStamp() {
                return StampWish(size: kept.checkpoint.size, digest: CheckpointStamp.digest(of: kept.note))
            }
        } catch {
            throw NodeProblem(fault: error, doing: "keeping a checkpoint")
        }
        throw NodeProblem(.fault, "the log has no checkpoint yet")
    }

    /// Keeps an authority's answer beside the log, and logs `checkpoint.timestamped`.
    ///
    /// - Parameters:
    ///   - response: DER.
    ///   - authorities: whose time stamps are believed, in PEM: theirs takes the place of one that is not theirs. Without
    ///     any, the first that came stays.
    public func takeTimeStamp(
        _ response: [UInt8],
        authorities: [UInt8]? = nil,
        by account: String?
    ) async throws(NodeProblem) -> StampReport {
        let who = try await person(account, for: .stampAudit)
        let believed = authorities.flatMap { TimeStampAuthorities(pem: $0) }
        guard authorities == nil || believed != nil else {
            throw NodeProblem(.data, "the authorities of time stamps cannot be read", try: "certificates in PEM")
        }
        let stamp: TimeStamp
        do { stamp = try TimeStamp(response) } catch {
            throw NodeProblem(.data, "this is no time stamp", because: "\(error)", try: "the authority's answer, DER")
        }
        if let believed {
            do { try stamp.check(stamp.digest, authorities: believed) } catch {
                throw NodeProblem(.refused, "the time stamp is not believed", because: "\(error)")
            }
        }
        do {
            guard let checkpoint = try vault.checkpoint(stampedBy: stamp.digest) else {
                throw NodeProblem(
                    .refused,
                    "the time stamp covers no checkpoint of this log",
                    try: "comity audit timestamp \(folder.path) --query FILE, and the answer to that"
                )
            }
            try await vault.store(timeStamp: response, of: checkpoint.size) { present in
                guard let believed else { return false }
                do throws(TimeStampError) {
                    let present = try TimeStamp(present)
                    try present.check(present.digest, authorities: believed)
                    return false
                } catch {
                    return true
                }
            }
            _ = try await vault.commit { transaction in
                let draft = try self.draft(
                    "checkpoint.timestamped",
                    by: .person(who),
                    data: ["size": .integer(checkpoint.size), "root": .string(checkpoint.root.base64)],
                    in: transaction
                )
                return ((), [draft])
            }
            return StampReport(size: checkpoint.size, seconds: stamp.seconds)
        } catch AuditStoreError.fileDiffers {
            throw NodeProblem(
                .refused,
                "this checkpoint has another time stamp already",
                because: "the first one stays"
            )
        } catch {
            throw NodeProblem(fault: error, doing: "keeping a time stamp")
        }
    }
}
