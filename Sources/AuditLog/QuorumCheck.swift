// Knows which checkpoint of a copy stands under the quorum of its witnesses, and how long what came after may wait for
// theirs. Reads no clock: the log's own times decide.
import TransparencyLog

/// Follows verification through the log: checkpoints it extends and entries, by size.
struct QuorumCheck {
    /// Milliseconds that an entry may stand without a quorum of cosignatures above it (AUDIT section 6).
    static let patience = 24 * 3_600_000

    private let policy: WitnessPolicy?
    /// The greatest checkpoint so far that the log extends and whose cosignatures suffice.
    private var met: (size: Int, cosigners: [String])?
    /// The first entry after it, and the last one of all.
    private var waiting: LeafTime?
    private var last: LeafTime?
    /// Milliseconds of work since: a pause of more than a day is the standing still of a node, and does not count.
    private var worked = 0

    init(_ policy: WitnessPolicy?) { self.policy = policy }

    /// The log extends this checkpoint of as many entries as were passed.
    mutating func extends(_ checkpoint: VerifiedCheckpoint) {
        guard let policy, policy.isMet(by: checkpoint.cosigners.map(\.key)) else { return }
        met = (checkpoint.checkpoint.size, checkpoint.cosigners.map(\.key.name))
        waiting = nil
        worked = 0
    }

    /// The next entry. What says of a checkpoint that it was cosigned or stamped waits for nobody.
    mutating func pass(_ judged: LeafCheck.Judged) {
        switch judged {
        case .plain(let leaf): pass(leaf.time, isOfCheckpoints: false)
        case .whole(let leaf):
            pass(leaf.time, isOfCheckpoints: ["checkpoint.witnessed", "checkpoint.timestamped"].contains(leaf.event))
        }
    }

    private mutating func pass(_ time: LeafTime, isOfCheckpoints: Bool) {
        if waiting != nil, let last {
            let pause = time.milliseconds - last.milliseconds
            if pause <= Self.patience { worked += max(0, pause) }
        } else if !isOfCheckpoints {
            waiting = time
        }
        last = time
    }

    /// Says of a log whose newest checkpoint has not the quorum itself whether an earlier one stands in for it.
    func close(_ result: inout LogVerification) {
        guard policy != nil, result.quorum == false else { return }
        guard let met else {
            return result.problem("checkpoint", "its cosignatures do not meet the quorum of the policy")
        }
        result.cosignedBy = met.cosigners
        guard worked <= Self.patience else {
            return result.problem(
                "checkpoint",
                "no quorum of witnesses has cosigned entries from \(met.size) on, although the log went on for more than a day"
            )
        }
        // A node that stood still had nobody to cosign for it, and its log cannot say so: no fault of the copy.
        if let waiting, let last, last.milliseconds - waiting.milliseconds > Self.patience {
            return result.warn(
                "checkpoint",
                "no quorum of witnesses has cosigned entries from \(met.size) on, and the first of them is more than a "
                    + "day older than the newest: witnesses could not be reached, or the node stood still"
            )
        }
        result.quorum = true
        if met.size < result.size {
            result.warn("checkpoint", "entries from \(met.size) on are not cosigned yet")
        }
    }
}
