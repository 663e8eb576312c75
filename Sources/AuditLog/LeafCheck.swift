// Knows the rules that entries break together: place, time, cited checkpoints, erasures (AUDIT sections 1 to 3).
// Keeps no entry and no personal value.
import CanonicalJSON
import TransparencyLog

/// Entries of one log in their order, judged one after the other.
struct LeafCheck {
    struct Erasure: Hashable {
        let index: Int
        let field: String
    }

    private var latest = LeafTime(milliseconds: 0)
    private var cited = CitedCheckpoint.none
    /// The tree at the last cited size, and the leaves after it that a later entry may cite.
    private var lagging = TreeFrontier()
    private var waiting: [TreeHash] = []
    private var waitingFrom = 0
    /// Entries before this index may have been pruned, as the entry after says.
    private(set) var prunedBelow = 0
    private(set) var prunedBy = 0
    /// Which entry erased what.
    private(set) var erased: [Erasure: Int] = [:]
    /// Changes of the log's own key, in order.
    private(set) var rotations: [KeyRotation] = []
    private var plain = PlainLeafReader()
    private var unknown: [String: (first: Int, count: Int)] = [:]
    private var lacking: [String: (first: Int, count: Int)] = [:]

    /// Takes up the hash of the next entry, whether or not the entry can be read.
    ///
    /// - Parameter hash: nil when it is not known: then no later citation can be checked.
    mutating func pass(_ hash: TreeHash?) {
        if let hash { waiting.append(hash) }
    }

    /// What is left to know of an entry that was judged.
    enum Judged {
        /// Nothing: it says nothing of the log itself.
        case plain(PlainLeaf)
        case whole(Leaf)
    }

    /// Judges the entry at `index`.
    ///
    /// - Parameters:
    ///   - citations: whether the hashes passed are those of the tree.
    ///   - whole: its personal digests are asked for.
    mutating func judge(
        _ bytes: ArraySlice<UInt8>,
        index: Int,
        citations: Bool,
        whole: Bool,
        problem: (String) -> Void
    ) -> Judged? {
        if !whole, let leaf = plain.read(bytes) {
            judge(leaf.index, leaf.time, leaf.checkpoint, at: index, citations: citations, problem: problem)
            return .plain(leaf)
        }
        let leaf: Leaf
        do { leaf = try Leaf(Array(bytes)) } catch {
            problem("it breaks the form of entries: \(error)")
            return nil
        }
        judge(leaf.index, leaf.time, leaf.checkpoint, at: index, citations: citations, problem: problem)
        note(leaf)
        return .whole(leaf)
    }

    private mutating func judge(
        _ said: Int,
        _ time: LeafTime,
        _ checkpoint: CitedCheckpoint,
        at index: Int,
        citations: Bool,
        problem: (String) -> Void
    ) {
        if said != index { problem("it says it is entry \(said)") }
        if time < latest { problem("its time, \(time), is before that of an entry before it") }
        latest = max(latest, time)
        judgeCitation(checkpoint, citations: citations, problem: problem)
    }

    private mutating func judgeCitation(_ checkpoint: CitedCheckpoint, citations: Bool, problem: (String) -> Void) {
        guard checkpoint.size >= cited.size else {
            return problem("it cites a checkpoint of \(checkpoint.size) entries after one of \(cited.size) was cited")
        }
        guard citations, lagging.size + waiting.count - waitingFrom >= checkpoint.size else { return }
        while lagging.size < checkpoint.size {
            lagging.append(waiting[waitingFrom])
            waitingFrom += 1
        }
        if waitingFrom > 65_536 {
            waiting.removeFirst(waitingFrom)
            waitingFrom = 0
        }
        if checkpoint.size > cited.size || checkpoint.size == 0 {
            cited = CitedCheckpoint(size: checkpoint.size, root: lagging.root)
        }
        if checkpoint.root != cited.root {
            problem("the checkpoint of \(checkpoint.size) entries it cites has another root than this log had: a fork")
        }
    }

    private mutating func note(_ leaf: Leaf) {
        guard let event = AuditEvent(named: leaf.event) else {
            count(&unknown, "event \(leaf.event)", leaf.index)
            return
        }
        for name in event.lacking({ leaf.data[$0] != nil }) {
            count(&lacking, "\(leaf.event) without data.\(name)", leaf.index)
        }
        for name in leaf.data.keys.sorted() where !event.data.contains(name) {
            count(&unknown, "member data.\(name) of \(leaf.event)", leaf.index)
        }
        for name in leaf.personal.keys.sorted() where !event.personal.contains(name) {
            count(&unknown, "member personal.\(name) of \(leaf.event)", leaf.index)
        }
        if leaf.event == "log.pruned", let below = leaf.data["below"]?.integer, below > prunedBelow, below <= leaf.index
        {
            prunedBelow = below
            prunedBy = leaf.index
        }
        if let rotation = KeyRotation(leaf), rotations.count < LogVerification.mostFindings {
            rotations.append(rotation)
        }
        if leaf.event == "audit.erased" {
            for item in leaf.data["fields"]?.array ?? [] {
                guard let field = item["field"]?.string, let index = item["index"]?.integer else { continue }
                erased[Erasure(index: index, field: field), default: leaf.index] = leaf.index
            }
        }
    }

    private func count(_ table: inout [String: (first: Int, count: Int)], _ what: String, _ index: Int) {
        // A hostile log may invent a name in each entry; what is told of them stays bounded.
        if table[what] == nil, table.count >= LogVerification.mostFindings { return }
        table[what, default: (index, 0)].count += 1
    }

    /// Warnings, each told once with the entry it first was seen at.
    func warnings() -> [(index: Int, text: String)] {
        let texts =
            unknown.map { ($0.value.first, "unknown \($0.key)" + Self.times($0.value.count)) }
            + lacking.map { ($0.value.first, $0.key + Self.times($0.value.count)) }
        return texts.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map { (index: $0.0, text: $0.1) }
    }

    private static func times(_ count: Int) -> String {
        count == 1 ? "" : ", \(count) times"
    }
}
