// Knows the right edge of a growing tree: enough to append and to tell the root. Never learns what the leaves mean.

/// The roots of the complete subtrees of a tree, left to right; grows by one leaf at a time.
public struct TreeFrontier: Sendable, Hashable {
    /// Leaves so far.
    public private(set) var size: Int
    /// One hash for each bit set in `size`, of the greatest subtree first.
    public private(set) var peaks: [TreeHash]

    /// The empty tree.
    public init() {
        size = 0
        peaks = []
    }

    /// Takes up a tree at `size`.
    ///
    /// - Parameter peaks: as many as `size` has bits set, greatest subtree first; otherwise nil.
    public init?(size: Int, peaks: [TreeHash]) {
        guard size >= 0, peaks.count == size.nonzeroBitCount else { return nil }
        self.size = size
        self.peaks = peaks
    }

    /// Appends a leaf by its hash.
    public mutating func append(_ leaf: TreeHash) {
        append(leaf) { _, _, _ in }
    }

    /// Appends a leaf by its hash and reports each subtree that becomes complete, the leaf itself first.
    ///
    /// - Parameter completed: level (0 = leaf), index at that level, hash.
    public mutating func append(_ leaf: TreeHash, completed: (Int, Int, TreeHash) -> Void) {
        var hash = leaf
        var level = 0
        var index = size
        completed(level, index, hash)
        while index & 1 == 1 {
            hash = .node(peaks.removeLast(), hash)
            level += 1
            index >>= 1
            completed(level, index, hash)
        }
        peaks.append(hash)
        size += 1
    }

    /// The root of the tree so far, RFC 9162 section 2.1.1.
    public var root: TreeHash {
        guard var root = peaks.last else { return .empty }
        for peak in peaks.dropLast().reversed() { root = .node(peak, root) }
        return root
    }
}
