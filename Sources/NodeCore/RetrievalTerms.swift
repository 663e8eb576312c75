/// What a decision says of how an index may be fetched. Knows modes and counts; why, the rules say.

import PolicyEngine
import SetIntersection
import Vault

/// POLICY's `retrieval` and `bucket_minimum`, of one decision or of several together.
struct RetrievalTerms: Sendable, Hashable {
    /// Modes left.
    private(set) var modes: Set<Retrieval> = Set(Retrieval.allCases)
    /// Entries a bucket must have at least; nil if no rule says.
    private(set) var minimum: Int?
    /// The rules that leave these modes, and that ask for the minimum; empty if none does.
    private var modeRule = ""
    private var minimumRule = ""

    /// No rule says anything.
    static let free = RetrievalTerms()

    private init() {}

    init(_ decision: Decision) {
        for item in decision.obligations.items {
            switch item.obligation {
            case .retrieval(let left): (modes, modeRule) = (Set(left), item.rules.first ?? "")
            case .bucketMinimum(let entries): (minimum, minimumRule) = (entries, item.rules.first ?? "")
            default: continue
            }
        }
    }

    /// What holds if all of them hold.
    init(_ all: some Sequence<RetrievalTerms>) {
        for terms in all {
            let left = modes.intersection(terms.modes)
            if left != modes { (modes, modeRule) = (left, terms.modeRule) }
            if let entries = terms.minimum, entries > minimum ?? 0 {
                (minimum, minimumRule) = (entries, terms.minimumRule)
            }
        }
    }

    /// Only buckets are left.
    var demandsBuckets: Bool { !modes.contains(.synced) }

    /// Why nothing may be asked of an index that is fetched so; nil if it may.
    /// - Parameter minimum: entries its buckets have at least; nil for one that askers hold a copy of.
    func refusal(of minimum: Int?) -> (rule: String, text: String)? {
        let mode: Retrieval = minimum == nil ? .synced : .bucketed
        guard modes.contains(mode) else {
            let other: Retrieval = mode == .synced ? .bucketed : .synced
            return (
                modeRule,
                "the index is \(mode.rawValue), and rule \(modeRule) lets it be asked only if it is \(other.rawValue): "
                    + "have the parties agree on one way at the stage index"
            )
        }
        if let minimum, let wanted = self.minimum, minimum < wanted {
            return (
                minimumRule,
                "the index has buckets of \(minimum) entries, and rule \(minimumRule) wants \(wanted): "
                    + "its holder's rules must say so at the stage index"
            )
        }
        return nil
    }
}

extension StoredManifest {
    /// As policy names it.
    var retrieval: Retrieval { bucketMinimum == nil ? .synced : .bucketed }
}

extension Manifest {
    /// In words: how askers come by entries.
    var retrievalWords: String {
        guard let minimum = retrieval.minimum else { return "synced" }
        return "bucketed (\(classes.map { "\($0.cut.count) of \($0.keyClass.name)" }.joined(separator: ", ")); "
            + "at least \(minimum) entries each)"
    }
}
