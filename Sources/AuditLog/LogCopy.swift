// Knows a copy of a log that is read beside another, or counted over: every entry it hands out stands under the signed
// root. Reads; keeps nothing but hashes of the tile at hand.
import TransparencyLog

/// Why a copy cannot be relied on: which file, and what is wrong with it.
public struct LogCopyError: Error, Sendable, Hashable {
    /// Path from the folder of the log; `#index` after it for an entry.
    public let place: String
    public let text: String

    public init(place: String, text: String) {
        self.place = place
        self.text = text
    }

    /// The entry it is about.
    public var index: Int? { place.split(separator: "#", maxSplits: 1).dropFirst().first.flatMap { Int($0) } }
}

/// A published log whose tiles lead to its signed root. Its key is the folder's own: whose it is, `LogVerifier` tells.
public struct LogCopy {
    public let checkpoint: Checkpoint
    private let tiles: TileReader
    private let tree: TreeCheck

    /// Reads signature and tiles; entries are compared as they are read.
    public init(_ files: any LogFiles) throws(LogCopyError) {
        tiles = TileReader(files: files)
        do {
            guard let bytes = try files.read("checkpoint", limit: SignedNote.greatestLength) else {
                throw LogCopyError(place: "checkpoint", text: "it is missing")
            }
            let word = try files.read("vkey", limit: 4_096).map { String(decoding: $0, as: UTF8.self) }
            guard let word, let key = VerifierKey(word.hasSuffix("\n") ? String(word.dropLast()) : word) else {
                throw LogCopyError(place: "vkey", text: word == nil ? "it is missing" : "it is not a verifier key")
            }
            do { checkpoint = try VerifiedCheckpoint(bytes, logKeys: [key]).checkpoint } catch {
                throw LogCopyError(place: "checkpoint", text: "\(error)")
            }
            tree = TreeCheck(tiles: tiles, size: checkpoint.size)
            if let defect = try tree.defects().first {
                throw LogCopyError(place: defect.tile.path, text: defect.text)
            }
            guard try tree.root() == checkpoint.root else {
                throw LogCopyError(place: "checkpoint", text: "its tiles do not lead to the root that it signs")
            }
        } catch let error as LogFilesError {
            throw LogCopyError(place: error.path, text: "it cannot be read: \(error.reason)")
        } catch let error as LogCopyError {
            throw error
        } catch {
            throw LogCopyError(place: "checkpoint", text: "it cannot be read")
        }
    }

    /// Who keeps the log: what its origin says before `/audit/` (AUDIT section 4).
    public var agency: String { Self.agency(of: checkpoint.origin) }

    static func agency(of origin: String) -> String {
        guard let end = origin.ranges(of: "/audit/").last?.lowerBound else { return origin }
        return String(origin[..<end])
    }

    /// The hash at a place of the tree; nil beyond its end.
    public func hash(_ index: Int) throws(LogCopyError) -> TreeHash? {
        guard index >= 0, index < checkpoint.size else { return nil }
        return try rows(index / TileName.fullWidth)[index % TileName.fullWidth]
    }

    private func rows(_ index: Int) throws(LogCopyError) -> [TreeHash] {
        do {
            switch try tree.rows(0, index) {
            case .success(let tile): return tile.rows
            case .failure(let error):
                throw LogCopyError(place: error.defect.tile.path, text: error.defect.text)
            }
        } catch let error as LogCopyError {
            throw error
        } catch {
            throw LogCopyError(place: TileName(.hashes(0), index: index).path, text: "it cannot be read")
        }
    }

    /// All entries in order. Bundles that are not there are passed over: a peer's copy has none (AUDIT section 5), and
    /// old ones may be pruned.
    ///
    /// - Throws: `LogCopyError` where an entry is not the one of the tree, or breaks the form of entries; or what `body`
    ///   throws.
    public func forEachLeaf(_ body: (_ leaf: Leaf, _ bytes: [UInt8], _ hash: TreeHash) throws -> Void) throws {
        for bundle in 0..<tree.count(.entries) {
            let needed = min(TileName.fullWidth, checkpoint.size - bundle * TileName.fullWidth)
            let found: TileReader.Found?
            do { found = try tiles.find(.entries, bundle, rows: needed) } catch {
                throw LogCopyError(place: error.path, text: "it cannot be read: \(error.reason)")
            }
            guard let found else { continue }
            guard let entries = EntryBundle.decode(found.bytes), entries.count >= needed else {
                throw LogCopyError(
                    place: found.name.path,
                    text: "it does not hold \(needed) entries with their lengths"
                )
            }
            let hashes = try rows(bundle)
            for (row, entry) in entries.prefix(needed).enumerated() {
                let index = bundle * TileName.fullWidth + row
                func broken(_ text: String) -> LogCopyError {
                    LogCopyError(place: "\(found.name.path)#\(index)", text: text)
                }
                let hash = TreeHash.leaf(entry)
                guard hash == hashes[row] else { throw broken("its hash is not the one in the tree") }
                let bytes = Array(entry)
                let leaf: Leaf
                do { leaf = try Leaf(bytes) } catch { throw broken("it breaks the form of entries: \(error)") }
                guard leaf.index == index else { throw broken("it says it is entry \(leaf.index)") }
                try body(leaf, bytes, hash)
            }
        }
    }

    /// Whether the bundle that would hold an entry is in the copy.
    public func holdsEntry(_ index: Int) -> Bool {
        let bundle = index / TileName.fullWidth
        let needed = min(TileName.fullWidth, checkpoint.size - bundle * TileName.fullWidth)
        return index >= 0 && index < checkpoint.size
            && ((try? tiles.find(.entries, bundle, rows: needed)) ?? nil) != nil
    }
}
