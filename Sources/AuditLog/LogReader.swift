// Knows how to read entries and make proofs from a published folder. Verifies only what it returns.
import TransparencyLog

/// Why a folder does not give what was asked for.
public enum LogReaderError: Error, Sendable, Hashable {
    case files(LogFilesError)
    /// A file the log needs is missing or malformed; with an index, that entry in it.
    case broken(path: String, index: Int? = nil)
    /// The bundle of an entry is not there: it was pruned, or is missing.
    case absent(index: Int)
    /// No signed checkpoint of that size is in the folder.
    case noCheckpoint(size: Int)
    /// The log has no such entry, or the sizes are not in order.
    case outOfRange

    /// Path in the folder of the log, `#index` after it for an entry, as a verifier names it (AUDIT section 7); nil where no
    /// place is wrong.
    public var place: String? {
        switch self {
        case .files(let error): error.path
        case .broken(let path, let index): path + (index.map { "#\($0)" } ?? "")
        case .absent(let index): "\(TileName(.entries, index: index / TileName.fullWidth).path)#\(index)"
        case .noCheckpoint(let size): "checkpoints/\(size)"
        case .outOfRange: nil
        }
    }
}

/// A published log as it stands at its `checkpoint`.
public struct LogReader {
    private let tiles: TileReader
    private let files: any LogFiles
    /// The signed note, not verified here: whoever reads an own folder signed it.
    public let note: SignedNote
    public let checkpoint: Checkpoint

    public init(_ files: any LogFiles) throws(LogReaderError) {
        self.files = files
        tiles = TileReader(files: files)
        (note, checkpoint) = try Self.checkpoint(files, "checkpoint")
    }

    private static func checkpoint(
        _ files: any LogFiles,
        _ path: String
    ) throws(LogReaderError) -> (SignedNote, Checkpoint) {
        do {
            guard let bytes = try files.read(path, limit: SignedNote.greatestLength), let note = try? SignedNote(bytes),
                let checkpoint = Checkpoint(text: note.text)
            else { throw LogReaderError.broken(path: path) }
            return (note, checkpoint)
        } catch let error as LogFilesError {
            throw .files(error)
        } catch {
            throw .broken(path: path)
        }
    }

    /// All entries in order, as far as their bundles are there; a pruned bundle is passed over.
    ///
    /// - Parameter body: returns false to stop.
    public func forEachEntry(_ body: (_ index: Int, _ bytes: [UInt8]) throws -> Bool) throws {
        for bundle in 0..<TreeCheck(tiles: tiles, size: checkpoint.size).count(.entries) {
            for (row, entry) in try entries(bundle).enumerated() {
                guard try body(bundle * TileName.fullWidth + row, Array(entry)) else { return }
            }
        }
    }

    /// The leaf in the bytes of an entry that was handed out; what breaks the form is told by its place.
    public func leaf(_ bytes: [UInt8], at index: Int) throws(LogReaderError) -> Leaf {
        guard let leaf = try? Leaf(bytes), leaf.index == index else {
            let bundle = index / TileName.fullWidth
            let found = (try? tiles.find(.entries, bundle, rows: rows(of: bundle))) ?? nil
            throw .broken(path: found?.name.path ?? TileName(.entries, index: bundle).path, index: index)
        }
        return leaf
    }

    /// Number of entries that the log has of a bundle.
    private func rows(of bundle: Int) -> Int {
        min(TileName.fullWidth, checkpoint.size - bundle * TileName.fullWidth)
    }

    /// The entries of a bundle; none where there is no bundle.
    ///
    /// - Parameter only: that one alone is checked against the tree; nil: each.
    private func entries(_ bundle: Int, checking only: Int? = nil) throws(LogReaderError) -> [ArraySlice<UInt8>] {
        guard let (path, entries) = try written(bundle) else { return [] }
        let hashes = try rows(0, bundle)
        for row in only.map({ $0..<$0 + 1 }) ?? entries.indices where TreeHash.leaf(entries[row]) != hashes[row] {
            throw damage(.broken(path: path, index: bundle * TileName.fullWidth + row))
        }
        return entries
    }

    /// The entries of a bundle as they are written there.
    private func written(_ bundle: Int) throws(LogReaderError) -> (path: String, entries: [ArraySlice<UInt8>])? {
        let needed = rows(of: bundle)
        let found: TileReader.Found?
        do { found = try tiles.find(.entries, bundle, rows: needed) } catch { throw .files(error) }
        guard let found else { return nil }
        guard let entries = EntryBundle.decode(found.bytes), entries.count >= needed else {
            throw .broken(path: found.name.path)
        }
        return (found.name.path, Array(entries.prefix(needed)))
    }

    /// What is damaged, once entries and tiles do not fit: a tile, if the entries alone lead to the root that was signed;
    /// otherwise what is suspected.
    private func damage(_ suspected: LogReaderError) -> LogReaderError {
        let check = TreeCheck(tiles: tiles, size: checkpoint.size)
        var comparison = TreeCheck.Comparison(check)
        do {
            for bundle in 0..<check.count(.entries) {
                guard let entries = try written(bundle)?.entries else { return suspected }
                for entry in entries { try comparison.append(.leaf(entry)) }
            }
        } catch { return suspected }
        guard comparison.root == checkpoint.root, let defect = comparison.defects.first else { return suspected }
        return .broken(path: defect.tile.path)
    }

    /// The bytes of one entry.
    public func entry(_ index: Int) throws(LogReaderError) -> [UInt8] {
        guard index >= 0, index < checkpoint.size else { throw .outOfRange }
        let entries = try entries(index / TileName.fullWidth, checking: index % TileName.fullWidth)
        guard entries.indices.contains(index % TileName.fullWidth) else { throw .absent(index: index) }
        return Array(entries[index % TileName.fullWidth])
    }

    /// The proof that an entry stands in the log of `size` entries, the entry itself in `extra`.
    ///
    /// - Parameter size: nil: that of `checkpoint`; otherwise a signed checkpoint of that size must be in the folder.
    public func prove(_ index: Int, at size: Int? = nil) throws(LogReaderError) -> LogProof {
        guard let size, size != checkpoint.size else { return try prove(index, under: note) }
        let kept: (note: SignedNote, head: Checkpoint)
        do { kept = try Self.checkpoint(files, "checkpoints/\(size)") } catch { throw .noCheckpoint(size: size) }
        guard kept.head.size == size, size < checkpoint.size else { throw .noCheckpoint(size: size) }
        return try prove(index, under: kept.note)
    }

    /// The proof that an entry stands in the log of a signed checkpoint, the entry itself in `extra`.
    ///
    /// - Parameter note: this log's, not newer than `checkpoint`.
    /// - Throws: `broken` where the folder's tiles do not lead from the entry to that checkpoint: nothing is handed out that
    ///   would not verify.
    public func prove(_ index: Int, under note: SignedNote) throws(LogReaderError) -> LogProof {
        guard let head = Checkpoint(text: note.text) else { throw .broken(path: "checkpoint") }
        guard index < head.size, head.size <= checkpoint.size else { throw .outOfRange }
        let bytes = try entry(index)
        guard let hashes = try MerkleProof.inclusion(index: index, size: head.size, node: node) else {
            throw .outOfRange
        }
        do throws(ProofError) {
            try MerkleProof.verifyInclusion(
                of: .leaf(bytes),
                index: index,
                size: head.size,
                proof: hashes,
                root: head.root
            )
        } catch { throw damage(.broken(path: "checkpoint")) }
        return LogProof(extra: bytes, index: index, hashes: hashes, checkpoint: note)
    }

    /// An entry with what the tiles say of it, changed or not: for who checks it elsewhere and shall see what was changed.
    public func asItLies(_ index: Int) throws(LogReaderError) -> LogProof {
        guard index >= 0, index < checkpoint.size,
            let hashes = try MerkleProof.inclusion(index: index, size: checkpoint.size, node: node)
        else { throw .outOfRange }
        guard let bundle = try written(index / TileName.fullWidth) else { throw .absent(index: index) }
        let bytes = Array(bundle.entries[index % TileName.fullWidth])
        return LogProof(extra: bytes, index: index, hashes: hashes, checkpoint: note)
    }

    /// The proof that this log extends its first `size` entries.
    public func prove(from size: Int) throws(LogReaderError) -> CheckpointAddition {
        guard let hashes = try MerkleProof.consistency(oldSize: size, newSize: checkpoint.size, node: node) else {
            throw .outOfRange
        }
        let old = try root(at: size)
        do throws(ProofError) {
            try MerkleProof.verifyConsistency(
                oldSize: size,
                oldRoot: old,
                newSize: checkpoint.size,
                newRoot: checkpoint.root,
                proof: hashes
            )
        } catch { throw damage(.broken(path: "checkpoint")) }
        return CheckpointAddition(oldSize: size, hashes: hashes, checkpoint: note)
    }

    /// The hashes that lead from the first `old` entries to the first `new`; both are published.
    public func consistency(from old: Int, to new: Int) throws(LogReaderError) -> [TreeHash] {
        guard new <= checkpoint.size,
            let hashes = try MerkleProof.consistency(oldSize: old, newSize: new, node: node)
        else { throw .outOfRange }
        return hashes
    }

    /// The root over the first `size` entries, as the tiles have it.
    public func root(at size: Int) throws(LogReaderError) -> TreeHash {
        guard size >= 0, size <= checkpoint.size else { throw .outOfRange }
        return try MerkleProof.root(size: size, node: node)
    }

    /// A tile of hashes as a reader of the checkpoint of `size` entries finds it; nil for one that such a log has not.
    public func tile(_ name: TileName, at size: Int) throws(LogReaderError) -> [UInt8]? {
        guard case .hashes(let level) = name.level, size <= checkpoint.size else { return nil }
        let layout = TileName.layout(level: name.level, size: size)
        let isThere = name.isFull ? name.index < layout.full : name.index == layout.full && name.width == layout.partial
        guard isThere else { return nil }
        return HashTile.encode(try rows(level, name.index).prefix(name.width))
    }

    private func node(_ level: Int, _ index: Int) throws(LogReaderError) -> TreeHash {
        let hash = try HashTile.node(level: level, index: index, rows: rows)
        guard let hash else { throw .outOfRange }
        return hash
    }

    /// The rows of a tile of hashes, as many as the newest tree has.
    private func rows(_ level: Int, _ index: Int) throws(LogReaderError) -> [TreeHash] {
        do {
            switch try TreeCheck(tiles: tiles, size: checkpoint.size).rows(level, index) {
            case .success(let tile): return tile.rows
            case .failure(let error): throw LogReaderError.broken(path: error.defect.tile.path)
            }
        } catch let error as LogFilesError {
            throw .files(error)
        } catch let error as LogReaderError {
            throw error
        } catch {
            throw .outOfRange
        }
    }
}
