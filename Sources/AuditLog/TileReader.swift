// Knows how to find a tile in a folder, in whatever width it stands there. Judges nothing.
import TransparencyLog

/// Reads tiles and bundles, tolerating those that are ahead of the tree asked for.
struct TileReader {
    /// 256 entries of 8,192 bytes with their lengths.
    static let greatestBundle = TileName.fullWidth * 8_194
    static let greatestTile = TileName.fullWidth * TreeHash.byteCount

    let files: any LogFiles

    struct Found {
        let name: TileName
        let bytes: [UInt8]
    }

    /// The tile with at least `rows` rows: that very width first, then the full tile, then the widest partial one.
    func find(_ level: TileName.Level, _ index: Int, rows: Int) throws(LogFilesError) -> Found? {
        let exact = TileName(level, index: index, width: rows)
        if let found = try read(exact) { return found }
        if exact.isFull { return nil }
        if let found = try read(exact.with(width: TileName.fullWidth)) { return found }
        guard let widest = try widths(exact).last, widest > rows else { return nil }
        return try read(exact.with(width: widest))
    }

    /// The greatest version of a tile.
    func widest(_ level: TileName.Level, _ index: Int) throws(LogFilesError) -> Found? {
        let full = TileName(level, index: index)
        if let found = try read(full) { return found }
        guard let widest = try widths(full).last else { return nil }
        return try read(full.with(width: widest))
    }

    func read(_ name: TileName) throws(LogFilesError) -> Found? {
        let limit = name.level == .entries ? Self.greatestBundle : Self.greatestTile
        return try files.read(name.path, limit: limit).map { Found(name: name, bytes: $0) }
    }

    /// Widths of the partial versions, ascending.
    func widths(_ name: TileName) throws(LogFilesError) -> [Int] {
        try files.list(name.partialFolder)
            .compactMap { TileName(path: "\(name.partialFolder)/\($0)")?.width }
            .sorted()
    }

    /// The rows of a tile of hashes that has as many as its name says.
    static func rows(_ found: Found) -> [TreeHash]? {
        guard let rows = HashTile.decode(found.bytes), rows.count == found.name.width else { return nil }
        return rows
    }
}
