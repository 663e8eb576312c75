// Knows names and contents of tiles (C2SP tlog-tiles). Never learns what the entries mean.

/// Names one tile of hashes or one bundle of entries: `tile/<L>/<N>[.p/<W>]`, `tile/entries/<N>[.p/<W>]`.
public struct TileName: Sendable, Hashable {
    public enum Level: Sendable, Hashable {
        /// 0 … 63: one hash stands for 256^level entries.
        case hashes(Int)
        case entries
    }

    /// Rows of a full tile.
    public static let fullWidth = 256

    public let level: Level
    /// Place among the tiles of the level, from 0.
    public let index: Int
    /// Rows, 1 … 256; 256 is a full tile.
    public let width: Int

    public init(_ level: Level, index: Int, width: Int = TileName.fullWidth) {
        self.level = level
        self.index = index
        self.width = width
    }

    public var isFull: Bool { width == Self.fullWidth }

    /// The same tile with another number of rows.
    public func with(width: Int) -> TileName {
        TileName(level, index: index, width: width)
    }

    /// The path from the folder of the log.
    public var path: String {
        var path = "tile/"
        switch level {
        case .hashes(let level): path += String(level)
        case .entries: path += "entries"
        }
        path += "/" + Self.encode(index)
        return isFull ? path : path + ".p/" + String(width)
    }

    /// The folder of this tile's partial versions.
    public var partialFolder: String {
        with(width: Self.fullWidth).path + ".p"
    }

    /// Reads a path from the folder of the log; nil unless `path` is exactly how that tile is written.
    public init?(path: some StringProtocol) {
        var parts = path.split(separator: "/", omittingEmptySubsequences: false)[...]
        guard parts.popFirst() == "tile", let levelText = parts.popFirst() else { return nil }
        if levelText == "entries" {
            level = .entries
        } else {
            guard let number = decimal(levelText), number <= 63 else { return nil }
            level = .hashes(number)
        }
        guard var last = parts.popLast() else { return nil }
        if let folder = parts.last, folder.hasSuffix(".p") {
            guard let width = decimal(last), (1..<Self.fullWidth).contains(width) else { return nil }
            self.width = width
            last = folder.dropLast(2)
            parts.removeLast()
        } else {
            width = Self.fullWidth
        }
        var index = 0
        guard parts.count <= 4 else { return nil }
        for part in parts {
            guard part.first == "x", let digits = Self.threeDigits(part.dropFirst()) else { return nil }
            index = index * 1_000 + digits
        }
        guard let digits = Self.threeDigits(last) else { return nil }
        self.index = index * 1_000 + digits
        guard self.path == path else { return nil }
    }

    private static func threeDigits(_ text: some StringProtocol) -> Int? {
        guard text.utf8.count == 3, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text)
    }

    private static func encode(_ index: Int) -> String {
        var groups: [String] = []
        var rest = index
        repeat {
            let digits = String(rest % 1_000)
            groups.append(String(repeating: "0", count: 3 - digits.count) + digits)
            rest /= 1_000
        } while rest > 0
        return groups.indices.reversed().map { $0 == 0 ? groups[$0] : "x" + groups[$0] }.joined(separator: "/")
    }

    /// The tiles that make up the tree of `size` leaves at one level, the last one perhaps partial.
    ///
    /// - Returns: number of full tiles, and rows of the partial one after them (0: none).
    public static func layout(level: Level, size: Int) -> (full: Int, partial: Int) {
        var rows = size
        if case .hashes(let level) = level { rows = level >= 7 ? 0 : size >> (8 * level) }
        return (rows / fullWidth, rows % fullWidth)
    }

    /// All levels of hashes that a tree of `size` leaves has tiles at.
    public static func hashLevels(size: Int) -> Range<Int> {
        var levels = 0
        while levels < 7, size >> (8 * levels) > 0 { levels += 1 }
        return 0..<levels
    }
}

/// The rows of a tile of hashes.
public enum HashTile {
    /// Hashes, 32 bytes each, one after the other.
    public static func encode(_ rows: some Sequence<TreeHash>) -> [UInt8] {
        rows.flatMap(\.bytes)
    }

    /// The rows; nil unless there are 1 … 256 whole ones.
    public static func decode(_ bytes: [UInt8]) -> [TreeHash]? {
        guard !bytes.isEmpty, bytes.count % TreeHash.byteCount == 0,
            bytes.count <= TileName.fullWidth * TreeHash.byteCount
        else { return nil }
        var rows: [TreeHash] = []
        rows.reserveCapacity(bytes.count / TreeHash.byteCount)
        for start in stride(from: 0, to: bytes.count, by: TreeHash.byteCount) {
            guard let row = TreeHash(bytes[start..<start + TreeHash.byteCount]) else { return nil }
            rows.append(row)
        }
        return rows
    }

    /// The hash over all rows, of which there are a power of two.
    static func root(_ rows: ArraySlice<TreeHash>) -> TreeHash {
        var rows = Array(rows)
        while rows.count > 1 {
            rows = stride(from: 0, to: rows.count, by: 2).map { .node(rows[$0], rows[$0 + 1]) }
        }
        return rows.first ?? .empty
    }

    /// The hash over a full tile: its row in the tile above.
    public static func root(ofFull rows: [TreeHash]) -> TreeHash? {
        rows.count == TileName.fullWidth ? root(rows[...]) : nil
    }

    /// Looks a complete subtree up in tiles.
    ///
    /// - Parameter rows: the rows of the tile at a level and index, as many as there are.
    /// - Returns: nil when those rows do not cover the subtree.
    public static func node<Failure: Error>(
        level: Int,
        index: Int,
        rows: (_ level: Int, _ index: Int) throws(Failure) -> [TreeHash]
    ) throws(Failure) -> TreeHash? {
        let height = level % 8
        let first = index << height
        let tile = try rows(level / 8, first / TileName.fullWidth)
        let start = first % TileName.fullWidth
        guard tile.count >= start + 1 << height else { return nil }
        return root(tile[start..<start + 1 << height])
    }
}

/// A bundle of entries: each with its length in two bytes, big-endian, before it.
public enum EntryBundle {
    /// - Returns: nil when an entry is longer than 65,535 bytes.
    public static func encode(_ entries: some Sequence<[UInt8]>) -> [UInt8]? {
        var bytes: [UInt8] = []
        for entry in entries {
            guard let length = UInt16(exactly: entry.count) else { return nil }
            bytes.append(UInt8(length >> 8))
            bytes.append(UInt8(length & 0xFF))
            bytes.append(contentsOf: entry)
        }
        return bytes
    }

    /// The entries; nil unless there are 1 … 256 whole ones and nothing after them.
    public static func decode(_ bytes: [UInt8]) -> [ArraySlice<UInt8>]? {
        var entries: [ArraySlice<UInt8>] = []
        var at = 0
        while at < bytes.count {
            guard bytes.count - at >= 2, entries.count < TileName.fullWidth else { return nil }
            let length = Int(bytes[at]) << 8 | Int(bytes[at + 1])
            at += 2
            guard bytes.count - at >= length else { return nil }
            entries.append(bytes[at..<at + length])
            at += length
        }
        return entries.isEmpty ? nil : entries
    }
}
