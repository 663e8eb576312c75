// Knows inclusion and consistency proofs of RFC 9162, both ends. Never learns what the leaves mean.

/// Why a proof does not prove.
public enum ProofError: Error, Sendable, Hashable {
    /// Sizes or index that no tree has.
    case impossible
    /// Another number of hashes than these sizes demand.
    case wrongLength
    /// The hashes lead to another root.
    case wrongRoot
}

public enum MerkleProof {
    /// Looks up the hash of a complete subtree: level (0 = leaves), index at that level.
    public typealias NodeLookup<Failure: Error> = (_ level: Int, _ index: Int) throws(Failure) -> TreeHash

    // MARK: Checking

    /// Checks that `leaf` stands at `index` in the tree of `size` leaves and that root, RFC 9162 section 2.1.3.2.
    public static func verifyInclusion(
        of leaf: TreeHash,
        index: Int,
        size: Int,
        proof: [TreeHash],
        root: TreeHash
    ) throws(ProofError) {
        guard index >= 0, index < size else { throw .impossible }
        var node = index
        var last = size - 1
        var hash = leaf
        for sibling in proof {
            guard last > 0 else { throw .wrongLength }
            if node & 1 == 1 || node == last {
                hash = .node(sibling, hash)
                while node & 1 == 0, node != 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                hash = .node(hash, sibling)
            }
            node >>= 1
            last >>= 1
        }
        guard last == 0 else { throw .wrongLength }
        guard hash == root else { throw .wrongRoot }
    }

    /// Checks that the tree of `newSize` leaves begins with the tree of `oldSize`, RFC 9162 section 2.1.4.2.
    ///
    /// Everything begins with the empty tree, whose proof has no hashes.
    public static func verifyConsistency(
        oldSize: Int,
        oldRoot: TreeHash,
        newSize: Int,
        newRoot: TreeHash,
        proof: [TreeHash]
    ) throws(ProofError) {
        guard oldSize >= 0, oldSize <= newSize else { throw .impossible }
        if oldSize == newSize {
            guard proof.isEmpty else { throw .wrongLength }
            guard oldRoot == newRoot else { throw .wrongRoot }
            return
        }
        if oldSize == 0 {
            guard proof.isEmpty else { throw .wrongLength }
            guard oldRoot == .empty else { throw .wrongRoot }
            return
        }
        var rest = proof[...]
        // A complete old tree is a node of the new one: its root opens the proof unsaid.
        let first: TreeHash
        if oldSize.nonzeroBitCount == 1 {
            first = oldRoot
        } else {
            guard let given = rest.popFirst() else { throw .wrongLength }
            first = given
        }
        var node = oldSize - 1
        var last = newSize - 1
        while node & 1 == 1 {
            node >>= 1
            last >>= 1
        }
        var oldHash = first
        var newHash = first
        for sibling in rest {
            guard last > 0 else { throw .wrongLength }
            if node & 1 == 1 || node == last {
                oldHash = .node(sibling, oldHash)
                newHash = .node(sibling, newHash)
                while node & 1 == 0, node != 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                newHash = .node(newHash, sibling)
            }
            node >>= 1
            last >>= 1
        }
        guard last == 0 else { throw .wrongLength }
        guard oldHash == oldRoot, newHash == newRoot else { throw .wrongRoot }
    }

    // MARK: Making

    /// The proof that the leaf at `index` stands in the tree of `size` leaves, RFC 9162 section 2.1.3.1.
    ///
    /// - Returns: the hashes from the leaf upwards; nil unless 0 <= index < size.
    public static func inclusion<Failure: Error>(
        index: Int,
        size: Int,
        node: NodeLookup<Failure>
    ) throws(Failure) -> [TreeHash]? {
        guard index >= 0, index < size else { return nil }
        var proof: [TreeHash] = []
        var range = 0..<size
        while range.count > 1 {
            let middle = range.lowerBound + split(range.count)
            if index < middle {
                proof.append(try hash(of: middle..<range.upperBound, node: node))
                range = range.lowerBound..<middle
            } else {
                proof.append(try hash(of: range.lowerBound..<middle, node: node))
                range = middle..<range.upperBound
            }
        }
        return proof.reversed()
    }

    /// The proof that the tree of `newSize` leaves begins with that of `oldSize`, RFC 9162 section 2.1.4.1.
    ///
    /// - Returns: the hashes; none for equal sizes and for an empty old tree; nil unless 0 <= oldSize <= newSize.
    public static func consistency<Failure: Error>(
        oldSize: Int,
        newSize: Int,
        node: NodeLookup<Failure>
    ) throws(Failure) -> [TreeHash]? {
        guard oldSize >= 0, oldSize <= newSize else { return nil }
        if oldSize == 0 || oldSize == newSize { return [] }
        var proof: [TreeHash] = []
        var range = 0..<newSize
        // Whether the old tree is this very subtree counted from the left edge: then its root is known already.
        while range.upperBound != oldSize {
            let middle = range.lowerBound + split(range.count)
            if oldSize <= middle {
                proof.append(try hash(of: middle..<range.upperBound, node: node))
                range = range.lowerBound..<middle
            } else {
                proof.append(try hash(of: range.lowerBound..<middle, node: node))
                range = middle..<range.upperBound
            }
        }
        if range.lowerBound != 0 { proof.append(try hash(of: range, node: node)) }
        return proof.reversed()
    }

    /// The root of the first `size` leaves.
    public static func root<Failure: Error>(size: Int, node: NodeLookup<Failure>) throws(Failure) -> TreeHash {
        size == 0 ? .empty : try hash(of: 0..<size, node: node)
    }

    /// The hash over a range whose start is a multiple of the least power of two not below its length.
    private static func hash<Failure: Error>(
        of range: Range<Int>,
        node: NodeLookup<Failure>
    ) throws(Failure) -> TreeHash {
        if range.count.nonzeroBitCount == 1 {
            let level = range.count.trailingZeroBitCount
            return try node(level, range.lowerBound >> level)
        }
        let middle = range.lowerBound + split(range.count)
        let left = try hash(of: range.lowerBound..<middle, node: node)
        return .node(left, try hash(of: middle..<range.upperBound, node: node))
    }

    /// The greatest power of two below `count`, which is at least 2.
    private static func split(_ count: Int) -> Int {
        1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount)
    }
}
