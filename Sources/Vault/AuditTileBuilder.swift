// Knows how tiles fill as a log grows. Keeps at most one unfinished tile for each level.
import TransparencyLog

/// The right edge of the log: what the next tiles are built on.
struct AuditTileBuilder: Sendable {
    private(set) var frontier = TreeFrontier()
    /// Rows of the unfinished tile at each level.
    private(set) var rows: [[TreeHash]] = []

    var size: Int { frontier.size }

    /// Appends a leaf and hands over each tile that becomes full.
    mutating func append(_ leaf: TreeHash, full: (TileName, [UInt8]) throws -> Void) rethrows {
        var rows = rows
        var finished: [(TileName, [UInt8])] = []
        frontier.append(leaf) { level, index, hash in
            guard level % 8 == 0 else { return }
            if rows.count == level / 8 { rows.append([]) }
            rows[level / 8].append(hash)
            guard rows[level / 8].count == TileName.fullWidth else { return }
            let name = TileName(.hashes(level / 8), index: index / TileName.fullWidth)
            finished.append((name, HashTile.encode(rows[level / 8])))
            rows[level / 8] = []
        }
        self.rows = rows
        for (name, bytes) in finished { try full(name, bytes) }
    }

    /// The unfinished tiles of hashes.
    func partial() -> [(TileName, [UInt8])] {
        rows.indices.compactMap { level in
            guard !rows[level].isEmpty else { return nil }
            let index = TileName.layout(level: .hashes(level), size: size).full
            return (TileName(.hashes(level), index: index, width: rows[level].count), HashTile.encode(rows[level]))
        }
    }
}
