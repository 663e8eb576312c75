// Knows how one key of a log follows another (AUDIT section 4): what an entry says of it, and which keys are believed for it.
import CanonicalJSON
import TransparencyLog

/// A `key.rotated` of the log's own key.
struct KeyRotation: Sendable, Hashable {
    /// The entry.
    let index: Int
    let earlier: VerifierKey
    let later: VerifierKey

    /// Nil for another entry, and for one that does not name two keys of one log.
    init?(_ leaf: Leaf) {
        guard leaf.event == "key.rotated", leaf.data["peer"] == nil,
            let earlier = leaf.data["earlier_vkey"]?.string.flatMap({ VerifierKey($0) }),
            let later = leaf.data["vkey"]?.string.flatMap({ VerifierKey($0) }), earlier.name == later.name,
            earlier != later
        else { return nil }
        index = leaf.index
        self.earlier = earlier
        self.later = later
    }

    /// The keys that lead from one that is believed: each named in an entry under a checkpoint that the key before it signed.
    ///
    /// - Parameter covers: whether a key signed a checkpoint that covers an entry.
    static func believed(
        from known: VerifierKey,
        _ rotations: [KeyRotation],
        covers: (VerifierKey, Int) -> Bool
    ) -> Set<VerifierKey> {
        var believed: Set<VerifierKey> = [known]
        for rotation in rotations where believed.contains(rotation.earlier) && covers(rotation.earlier, rotation.index)
        {
            believed.insert(rotation.later)
        }
        return believed
    }
}
