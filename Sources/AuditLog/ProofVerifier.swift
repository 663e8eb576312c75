// Knows how a single entry's proof is verified without its log (AUDIT section 7). Touches no disk or clock.
import TransparencyLog

extension LogVerifier {
    /// Verifies a `.tlog-proof` whose `extra` is the entry.
    ///
    /// - Parameters:
    ///   - place: the proof's name as it was given.
    ///   - key: the log's key; nil: the signature cannot be checked, which is a problem.
    ///   - kept: older checkpoints; without the log only one of the same size can be compared. One that is smaller is a
    ///     warning; one that is ahead is a problem, as beside a log.
    public static func verify(
        proof bytes: [UInt8],
        place: String,
        key: VerifierKey?,
        kept: [Kept] = [],
        policy: WitnessPolicy? = nil
    ) -> LogVerification {
        var result = LogVerification()
        let proof: LogProof
        do { proof = try LogProof(bytes) } catch {
            result.trusted = key != nil
            result.problem(place, text(error))
            return result
        }
        let key = key ?? policy?.key(ofLog: Array(proof.checkpoint.text.utf8))
        result.trusted = key != nil
        guard let entry = proof.extra else {
            result.problem(place, "it does not carry its entry")
            return result
        }
        guard let key else {
            result.problem(place, "its signature cannot be checked without the log's key (--key)")
            return result
        }
        do {
            let verified = try proof.verify(leaf: .leaf(entry), logKeys: [key], witnesses: policy?.witnesses ?? [])
            result.judge(verified, by: policy, place: place)
            result.origin = verified.checkpoint.origin
            result.size = verified.checkpoint.size
            result.root = verified.checkpoint.root.base64
            compare(kept, with: verified.checkpoint, key: key, result: &result)
        } catch {
            result.problem(place, text(error))
        }
        result.entriesChecked = 1
        do {
            let leaf = try Leaf(entry)
            if leaf.index != proof.index {
                result.problem(place, index: proof.index, "it says it is entry \(leaf.index)")
            }
            if let event = AuditEvent(named: leaf.event) {
                for name in event.lacking({ leaf.data[$0] != nil }) {
                    result.warn(place, index: proof.index, "\(leaf.event) without data.\(name)")
                }
            } else {
                result.warn(place, index: proof.index, "unknown event \(leaf.event)")
            }
        } catch {
            result.problem(place, index: proof.index, "it breaks the form of entries: \(error)")
        }
        return result
    }

    private static func compare(
        _ kept: [Kept],
        with checkpoint: Checkpoint,
        key: VerifierKey,
        result: inout LogVerification
    ) {
        for kept in kept {
            do {
                let older = try VerifiedCheckpoint(kept.bytes ?? [], logKeys: [key]).checkpoint
                if older.size == checkpoint.size, older.root != checkpoint.root {
                    result.problem(kept.place, "it is of the same size as the proof's checkpoint, with another root")
                } else if older.size > checkpoint.size {
                    result.problem(
                        kept.place,
                        "it is ahead of the proof's checkpoint, \(older.size) entries to \(checkpoint.size): that the one "
                            + "extends the other, a proof alone does not show"
                    )
                } else if older.size < checkpoint.size {
                    result.warn(kept.place, "a proof alone cannot be compared with a checkpoint of another size")
                }
            } catch {
                result.problem(kept.place, "\(error)")
            }
        }
    }

    private static func text(_ error: LogProofError) -> String {
        switch error {
        case .malformed: "it is not a tlog-proof"
        case .checkpoint(let error): "its checkpoint: \(error)"
        case .proof(.impossible): "its entry would lie beyond its checkpoint"
        case .proof(.wrongLength): "its path has another number of hashes than its place demands"
        case .proof(.wrongRoot): "its path does not lead from the entry to the signed root"
        }
    }
}
