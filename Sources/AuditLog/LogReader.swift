// Knows how to read entries and make proofs from a published folder. Verifies only what it returns.
import TransparencyLog

/// Why a folder does not give what was asked for.
public enum LogReaderError: Error, Sendable, Hashable {
    case files(LogFilesError)
    /// A file the log needs is missing or malformed.
    case broken(path: String)
    /// The bundle of an entry is not there: it was pruned, or is missing.
    case absent(index: Int)
    /// No signed checkpoint of that size is in the folder.
    case noCheckpoint(size: Int)
    /// The log has no such entry, or the sizes are not in order.
    case outOfRange
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

    private func entries(_ bundle: Int) throws(LogReaderError) -> [ArraySlice<UInt8>] {
        let needed = min(TileName.fullWidth, checkpoint.size - bundle * TileName.fullWidth)
        let found: TileReader.Found?
        do { found = try tiles.find(.entries, bundle, rows: needed) } catch { throw .files(error) }
        guard let found else { return [] }
        guard let entries = EntryBundle.decode(found.bytes), entries.count >= needed else {
            throw .broken(path: found.name.path)
        }
        return Array(entries.prefix(needed))
    }

    /// The bytes of one entry.
    public func entry(_ index: Int) throws(LogReaderError) -> [UInt8] {
        guard index >= 0, index < checkpoint.size else { throw .outOfRange }
        let entries = try entries(index / TileName.fullWidth)
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
        } catch { throw .broken(path: damagedPath) }
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
        } catch { throw .broken(path: damagedPath) }
        return CheckpointAddition(oldSize: size, hashes: hashes, checkpoint: note)
    }

    /// Which file does not fit, once something does not.
    private var damagedPath: String {
        let check = TreeCheck(tiles: tiles, size: checkpoint.size)
        if let defect = try? check.defects().first { return defect.tile.path }
        var comparison = TreeCheck.Comparison(check)
        var count = 0
        try? forEachEntry { index, bytes in
            // From the first pruned entry on, there is nothing to compare with.
            guard index == count else { return false }
            count += 1
            try comparison.append(.leaf(bytes))
            return comparison.defects.isEmpty
        }
        return comparison.defects.first?.tile.path ?? "checkpoint"
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
