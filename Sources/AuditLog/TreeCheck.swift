// Knows whether the tiles of a folder make the tree of its checkpoint, and which tile does not. Never reads a leaf's meaning.
import TransparencyLog

/// The tiles of hashes of one log, checked from the bottom to the root.
struct TreeCheck {
    /// A tile that does not fit.
    struct Defect: Hashable {
        let tile: TileName
        let text: String
    }

    let tiles: TileReader
    let size: Int

    private func missing(_ level: TileName.Level, _ index: Int, rows: Int) -> Defect {
        Defect(tile: TileName(level, index: index, width: rows), text: "it is missing")
    }

    /// The rows that the tree needs of a tile; the tile may have more.
    func rows(_ level: Int, _ index: Int) throws(LogFilesError) -> Result<
        (name: TileName, rows: [TreeHash]), DefectError
    > {
        let layout = TileName.layout(level: .hashes(level), size: size)
        let needed = index < layout.full ? TileName.fullWidth : layout.partial
        guard let found = try tiles.find(.hashes(level), index, rows: needed) else {
            return .failure(DefectError(defect: missing(.hashes(level), index, rows: needed)))
        }
        guard let rows = TileReader.rows(found) else {
            return .failure(
                DefectError(
                    defect: Defect(tile: found.name, text: "it does not hold \(found.name.width) hashes of 32 bytes")
                )
            )
        }
        return .success((found.name, rows))
    }

    struct DefectError: Error {
        let defect: Defect
    }

    /// Number of tiles the tree needs at a level.
    func count(_ level: TileName.Level) -> Int {
        let layout = TileName.layout(level: level, size: size)
        return layout.full + (layout.partial > 0 ? 1 : 0)
    }

    /// What does not fit among the tiles themselves: missing ones, and rows that are not the hash of the tile below.
    func defects() throws(LogFilesError) -> [Defect] {
        var defects: [Defect] = []
        for level in TileName.hashLevels(size: size) {
            for index in 0..<count(.hashes(level)) {
                // A checkpoint may claim more entries than any disk holds: nobody waits for all that is missing.
                guard defects.count < LogVerification.mostFindings else { return defects }
                switch try rows(level, index) {
                case .failure(let error): defects.append(error.defect)
                case .success(let tile):
                    guard level > 0 else { continue }
                    let first = index * TileName.fullWidth
                    let needed = min(
                        TileName.fullWidth,
                        TileName.layout(level: .hashes(level - 1), size: size).full - first
                    )
                    for row in 0..<needed {
                        guard case .success(let below) = try rows(level - 1, first + row),
                            HashTile.root(ofFull: Array(below.rows.prefix(TileName.fullWidth))) != tile.rows[row]
                        else { continue }
                        defects.append(
                            Defect(
                                tile: tile.name,
                                text: "row \(row) is not the hash of the tile below it, \(below.name.path)"
                            )
                        )
                    }
                }
            }
        }
        return defects
    }

    /// The root over the right-most tiles; nil when one of them is missing or malformed.
    func root() throws(LogFilesError) -> TreeHash? {
        struct Gap: Error {}
        var failure: LogFilesError?
        let root = try? MerkleProof.root(size: size) { (level: Int, index: Int) throws(Gap) -> TreeHash in
            do {
                let node = try HashTile.node(level: level, index: index) { level, index throws(LogFilesError) in
                    guard case .success(let tile) = try rows(level, index) else { return [] }
                    return tile.rows
                }
                guard let node else { throw Gap() }
                return node
            } catch let error as LogFilesError {
                failure = error
                throw Gap()
            } catch {
                throw Gap()
            }
        }
        if let failure { throw failure }
        return root
    }

    /// Compares every tile with the tree over `leaves`.
    ///
    /// - Parameter leaves: the hashes of all entries in order; given in pieces.
    struct Comparison {
        private let check: TreeCheck
        private var frontier = TreeFrontier()
        private var current: [Int: (index: Int, tile: Result<(name: TileName, rows: [TreeHash]), DefectError>)] = [:]
        private(set) var defects: [Defect] = []

        init(_ check: TreeCheck) { self.check = check }

        var root: TreeHash { frontier.root }

        mutating func append(_ leaf: TreeHash) throws(LogFilesError) {
            var completed: [(Int, Int, TreeHash)] = []
            frontier.append(leaf) { level, index, hash in
                if level % 8 == 0 { completed.append((level / 8, index, hash)) }
            }
            for (level, index, hash) in completed { try compare(level, index, hash) }
        }

        private mutating func compare(_ level: Int, _ index: Int, _ hash: TreeHash) throws(LogFilesError) {
            let (tileIndex, row) = index.quotientAndRemainder(dividingBy: TileName.fullWidth)
            if current[level]?.index != tileIndex {
                let tile = try check.rows(level, tileIndex)
                current[level] = (tileIndex, tile)
                if case .failure(let error) = tile { defects.append(error.defect) }
            }
            if case .success(let tile)? = current[level]?.tile, row < tile.rows.count, tile.rows[row] != hash {
                let below = level == 0 ? "the entry" : "the entries below it"
                defects.append(Defect(tile: tile.name, text: "row \(row) is not the hash of \(below)"))
            }
        }
    }
}
