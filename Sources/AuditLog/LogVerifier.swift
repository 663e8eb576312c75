// Knows how a copy of a log is verified on a machine that never saw the node (AUDIT section 7). Touches no disk or clock.
import CanonicalJSON
public import TimeStamps
import TransparencyLog

/// Verifies a folder, streaming: memory does not grow with the log.
public struct LogVerifier {
    /// A checkpoint that someone kept, by the name it was given.
    public struct Kept: Sendable {
        public let place: String
        /// The file's bytes; nil when it could not be read.
        public let bytes: [UInt8]?

        public init(place: String, bytes: [UInt8]?) {
            self.place = place
            self.bytes = bytes
        }
    }

    private let files: any LogFiles
    private let tiles: TileReader
    private let key: VerifierKey?
    private let kept: [Kept]
    private let policy: WitnessPolicy?
    private let authorities: TimeStampAuthorities?
    private var result = LogVerification()
    /// The key that the folder names, if it is another one of the log than the key known.
    private var newer: VerifierKey?
    /// Whether the newest checkpoint bears the newer key's signature alone.
    private var isByNewer = false

    /// - Parameters:
    ///   - key: the log's key as the verifier knows it; nil: the one in the folder, and the result is not trusted.
    ///   - kept: older checkpoints this log must extend.
    ///   - policy: which logs and witnesses are believed: their cosignatures are checked and named, and their quorum asked
    ///     for.
    ///   - authorities: whose time stamps are believed; without them a stamp's own certificate is taken.
    public init(
        _ files: any LogFiles,
        key: VerifierKey?,
        kept: [Kept] = [],
        policy: WitnessPolicy? = nil,
        authorities: TimeStampAuthorities? = nil
    ) {
        self.files = files
        tiles = TileReader(files: files)
        self.key = key
        self.kept = kept
        self.policy = policy
        self.authorities = authorities
    }

    /// Reads and judges everything.
    public consuming func verify() -> LogVerification {
        do { try check() } catch {
            result.problem(error.path, "it cannot be read: \(error.reason)")
        }
        result.close()
        return result
    }

    private mutating func check() throws(LogFilesError) {
        guard let key = try logKey() else { return }
        let head = try checkpoint(key)
        if let head {
            result.origin = head.origin
            result.size = head.size
            result.root = head.root.base64
        }
        let older = try olderCheckpoints(key, head: head)
        try judgeTimeStamps()
        guard let head else { return }
        guard let truth = try judgeTree(head) else {
            judgeKeys([], isPruned: false, known: key, older: older)
            return QuorumCheck(policy).close(&result)
        }
        let (rotations, isPruned) = try judgeEntries(head, truth: truth, older: older)
        judgeKeys(rotations, isPruned: isPruned && truth != .neither, known: key, older: older)
        try judgeLeftOvers()
    }

    // MARK: Signatures

    private mutating func logKey() throws(LogFilesError) -> VerifierKey? {
        let file = try files.read("vkey", limit: 4_096)
        var named: VerifierKey?
        if let file {
            var text = String(decoding: file, as: UTF8.self)[...]
            if text.last == "\n" { text.removeLast() }
            named = VerifierKey(text)
            if named == nil { result.problem("vkey", "it is not a verifier key") }
        }
        let known = if let key { key } else { try policyKey() }
        if let key = known {
            result.trusted = true
            if let named, named != key { result.warn("vkey", "it names another key than the one given") }
            if let named, named != key, named.name == key.name { newer = named }
            return key
        }
        if let policy, !policy.logs.isEmpty {
            result.problem("checkpoint", "it names no log of the policy")
            return nil
        }
        if file == nil { result.problem("vkey", "there is no verifier key here, and none was given") }
        return named
    }

    /// The key of the policy that goes by the name in the checkpoint's first line.
    private func policyKey() throws(LogFilesError) -> VerifierKey? {
        guard let policy, !policy.logs.isEmpty,
            let bytes = try files.read("checkpoint", limit: SignedNote.greatestLength)
        else { return nil }
        return policy.key(ofLog: bytes)
    }

    private mutating func checkpoint(_ key: VerifierKey) throws(LogFilesError) -> Checkpoint? {
        guard let bytes = try files.read("checkpoint", limit: SignedNote.greatestLength) else {
            result.problem("checkpoint", "it is missing")
            return nil
        }
        do {
            let witnesses = policy?.witnesses ?? []
            let verified: VerifiedCheckpoint
            do throws(CheckpointError) {
                verified = try VerifiedCheckpoint(bytes, logKeys: [key], witnesses: witnesses)
            } catch {
                guard error == .note(.noKnownSignature), let newer else { throw error }
                verified = try VerifiedCheckpoint(bytes, logKeys: [newer], witnesses: witnesses)
                isByNewer = true
            }
            result.note(verified, by: policy)
            return verified.checkpoint
        } catch {
            result.problem("checkpoint", "\(error)")
            return nil
        }
    }

    private struct Older {
        let place: String
        let checkpoint: Checkpoint
        let note: SignedNote
        /// Nil where no known key of the log signed it: to be asked for once the log's entries are read.
        let verified: VerifiedCheckpoint?

        /// Who else has seen it.
        var witnesses: String {
            let names = verified?.cosigners.map(\.key.name) ?? []
            return names.isEmpty ? "" : "; cosigned by \(names.joined(separator: ", "))"
        }
    }

    /// `checkpoints/*` and the kept ones, as far as their signatures hold, by size.
    private mutating func olderCheckpoints(_ key: VerifierKey, head: Checkpoint?) throws(LogFilesError) -> [Int:
        [Older]]
    {
        var found: [Older] = []
        for name in try files.list("checkpoints") {
            let place = "checkpoints/\(name)"
            let read: [UInt8]?
            do { read = try files.read(place, limit: SignedNote.greatestLength) } catch {
                result.problem(error.path, "it cannot be read: \(error.reason)")
                continue
            }
            guard let bytes = read, let older = open(bytes, place, key) else { continue }
            guard name == String(older.checkpoint.size) else {
                result.problem(place, "it is the checkpoint of \(older.checkpoint.size) entries")
                continue
            }
            found.append(older)
        }
        for kept in kept {
            guard let bytes = kept.bytes else {
                result.problem(kept.place, "it cannot be read")
                continue
            }
            guard let older = open(bytes, kept.place, key) else { continue }
            found.append(older)
        }
        guard let head else { return [:] }
        for older in found where older.checkpoint.size > head.size {
            result.problem(
                older.place,
                "it is ahead: it has \(older.checkpoint.size) entries, this log only \(head.size). Entries were taken away"
                    + older.witnesses
            )
        }
        return Dictionary(grouping: found.filter { $0.checkpoint.size <= head.size }, by: \.checkpoint.size)
    }

    private mutating func open(_ bytes: [UInt8], _ place: String, _ key: VerifierKey) -> Older? {
        do {
            let note = try SignedNote(bytes)
            let keys = [key] + (newer.map { [$0] } ?? [])
            do throws(CheckpointError) {
                let verified = try VerifiedCheckpoint(note, logKeys: keys, witnesses: policy?.witnesses ?? [])
                return Older(place: place, checkpoint: verified.checkpoint, note: note, verified: verified)
            } catch {
                // A key from before may have signed it: the entries say which keys there were.
                guard error == .note(.noKnownSignature), let checkpoint = Checkpoint(text: note.text) else {
                    throw error
                }
                return Older(place: place, checkpoint: checkpoint, note: note, verified: nil)
            }
        } catch let error as CheckpointError {
            result.problem(place, "\(error)")
        } catch {
            result.problem(place, "\(CheckpointError.note(.malformed))")
        }
        return nil
    }

    /// Whether the log's keys follow one another as its entries say.
    ///
    /// - Parameter isPruned: entries that may have told of a change are gone; what older checkpoints say of the tree was
    ///   compared.
    private mutating func judgeKeys(
        _ rotations: [KeyRotation],
        isPruned: Bool,
        known key: VerifierKey,
        older: [Int: [Older]]
    ) {
        let older = older.values.joined().sorted { $0.place < $1.place }
        for unsigned in older where unsigned.verified == nil {
            let keys = Set(rotations.flatMap { [$0.earlier, $0.later] }).filter { $0.name == key.name }
            do { _ = try VerifiedCheckpoint(unsigned.note, logKeys: Array(keys)) } catch {
                guard isPruned, error == .note(.noKnownSignature) else {
                    result.problem(unsigned.place, "\(error)")
                    continue
                }
                result.warn(
                    unsigned.place,
                    "no key known signed it; the entry that named its key may be pruned. The log extends it"
                )
            }
        }
        guard isByNewer, let newer else { return }
        let believed = KeyRotation.believed(from: key, rotations) { signer, entry in
            older.contains { older in
                older.checkpoint.size > entry && (try? VerifiedCheckpoint(older.note, logKeys: [signer])) != nil
            }
        }
        guard !believed.contains(newer) else { return }
        result.problem("checkpoint", "its key is another than the one given, and nothing that one signed leads to it")
        result.trusted = false
    }

    private mutating func judgeTimeStamps() throws(LogFilesError) {
        let (stamped, problems) = try TimeStampCheck(files: files, authorities: authorities).judge()
        for problem in problems { result.problem(problem.place, problem.text) }
        result.stamped = stamped
        if authorities == nil, !stamped.isEmpty {
            result.warn(TimeStampCheck.folder, "whose time stamps these are was not checked: no authority was given")
        }
    }

    // MARK: The tree

    /// What leads to the signed root.
    private enum Truth {
        case tiles, entries, neither
    }

    /// - Returns: nil when there is too little of a log to go on.
    private mutating func judgeTree(_ head: Checkpoint) throws(LogFilesError) -> Truth? {
        let check = TreeCheck(tiles: tiles, size: head.size)
        let defects = try check.defects()
        if defects.isEmpty, try check.root() == head.root { return .tiles }
        guard defects.count < LogVerification.mostFindings else {
            for defect in defects { result.problem(defect.tile.path, defect.text) }
            result.problem("checkpoint", "too much of its tree is missing or wrong; the entries were not read")
            return nil
        }

        // Some tile is wrong: which, the entries can tell, if they lead to the root.
        var comparison = TreeCheck.Comparison(check)
        var whole = true
        try forEachBundle(head.size) { (_, needed, found) throws(LogFilesError) in
            guard let found, let entries = EntryBundle.decode(found.bytes), entries.count >= needed else {
                whole = false
                return
            }
            for entry in entries.prefix(needed) where whole { try comparison.append(.leaf(entry)) }
        }
        if whole, comparison.root == head.root {
            for defect in comparison.defects { result.problem(defect.tile.path, defect.text) }
            return .entries
        }
        for defect in defects { result.problem(defect.tile.path, defect.text) }
        result.problem("checkpoint", "neither tiles nor entries lead to the root that it signs")
        return .neither
    }

    private func forEachBundle(
        _ size: Int,
        _ body: (_ index: Int, _ needed: Int, _ found: TileReader.Found?) throws(LogFilesError) -> Void
    ) throws(LogFilesError) {
        let layout = TileName.layout(level: .entries, size: size)
        for index in 0..<layout.full {
            try body(index, TileName.fullWidth, try tiles.find(.entries, index, rows: TileName.fullWidth))
        }
        if layout.partial > 0 {
            try body(layout.full, layout.partial, try tiles.find(.entries, layout.full, rows: layout.partial))
        }
    }

    // MARK: The entries

    /// - Returns: changes of the log's key, as the entries say, and whether some entries were pruned.
    private mutating func judgeEntries(
        _ head: Checkpoint,
        truth: Truth,
        older: [Int: [Older]]
    ) throws(LogFilesError) -> (rotations: [KeyRotation], isPruned: Bool) {
        var result = result
        var leaves = LeafCheck()
        var quorum = QuorumCheck(policy)
        var sealed = try SealedCheck(files, size: head.size) { result.problem(SealedCheck.path, index: $0, $1) }
        var frontier = TreeFrontier()
        var absent: [TileName] = []
        let check = TreeCheck(tiles: tiles, size: head.size)

        func compareOlder() {
            guard let here = older[frontier.size], truth != .neither else { return }
            for older in here {
                guard older.checkpoint.root == frontier.root, older.checkpoint.origin == head.origin else {
                    result.problem(
                        older.place,
                        "this log does not extend it: entries below \(older.checkpoint.size) are not those it was "
                            + "signed for" + older.witnesses
                    )
                    continue
                }
                if let verified = older.verified { quorum.extends(verified) }
            }
        }

        compareOlder()
        try forEachBundle(head.size) { (index, needed, found) throws(LogFilesError) in
            let name = found?.name ?? TileName(.entries, index: index, width: needed)
            var rows: [TreeHash]?
            if case .success(let tile) = try check.rows(0, index) { rows = tile.rows }
            let entries = found.flatMap { EntryBundle.decode($0.bytes) }
            if found == nil {
                absent.append(name)
            } else if entries?.count != name.width {
                result.problem(name.path, "it does not hold \(name.width) entries with their lengths")
            }
            for row in 0..<needed {
                let place = index * TileName.fullWidth + row
                let entry = entries.flatMap { $0.indices.contains(row) ? $0[row] : nil }
                let computed = entry.map { TreeHash.leaf($0) }
                let hash = truth == .tiles ? rows?[row] : computed ?? rows?[row]
                if let entry, let computed {
                    result.entriesChecked += 1
                    if truth != .entries, let row = rows?[row], row != computed {
                        let tile = TileName(.hashes(0), index: index).path
                        result.problem(
                            name.path,
                            index: place,
                            "its hash is not the one in \(tile): the entry, or the tile, was changed"
                        )
                    } else if let judged = leaves.judge(
                        entry,
                        index: place,
                        citations: truth != .neither,
                        whole: sealed.waits(for: place),
                        problem: { result.problem(name.path, index: place, $0) }
                    ) {
                        quorum.pass(judged)
                        switch judged {
                        case .plain(let leaf): sealed.pass(digests: leaf.digests)
                        case .whole(let leaf):
                            sealed.compare(leaf, index: place) { result.problem(SealedCheck.path, index: $0, $1) }
                        }
                    }
                }
                leaves.pass(hash)
                if let hash { frontier.append(hash) }
                compareOlder()
            }
            // Rows beyond the checkpoint are not signed yet, but tile and bundle must agree on them.
            for row in needed..<max(needed, min(entries?.count ?? 0, rows?.count ?? 0)) {
                if let entry = entries?[row], let hash = rows?[row], TreeHash.leaf(entry) != hash {
                    result.problem(
                        name.path,
                        index: index * TileName.fullWidth + row,
                        "its hash is not the one in the tile of hashes; no checkpoint covers it yet"
                    )
                }
            }
        }
        for name in absent {
            if name.isFull, (name.index + 1) * TileName.fullWidth <= leaves.prunedBelow {
                result.warn(name.path, "pruned, as entry \(leaves.prunedBy) says")
            } else {
                result.problem(name.path, "it is missing")
            }
        }
        quorum.close(&result)
        result.values = sealed.close(erased: leaves.erased) { result.problem(SealedCheck.path, index: $0, $1) }
        for warning in leaves.warnings() {
            let width = warning.index / TileName.fullWidth
            result.warn(TileName(.entries, index: width).path, index: warning.index, warning.text)
        }
        self.result = result
        return (leaves.rotations, leaves.prunedBelow > 0)
    }

    // MARK: What else lies in the folder

    /// Partial tiles must be prefixes of the present widest one; anything else in `tile/` is no part of a log.
    private mutating func judgeLeftOvers() throws(LogFilesError) {
        var folders = ["tile"]
        while let folder = folders.popLast() {
            for name in try files.list(folder) {
                let path = "\(folder)/\(name)"
                if name.hasSuffix(".p/") {
                    try judgePartials(String(path.dropLast(3)))
                } else if name.hasSuffix("/") {
                    folders.append(String(path.dropLast()))
                } else if TileName(path: path) == nil {
                    result.warn(path, "it is no part of a log")
                }
            }
        }
    }

    private mutating func judgePartials(_ path: String) throws(LogFilesError) {
        guard let full = TileName(path: path) else { return result.warn(path + ".p", "it is no part of a log") }
        guard let widest = try tiles.widest(full.level, full.index) else { return }
        // What was found wrong in the widest one is not held against its beginnings.
        let spoiled = result.problems.contains {
            $0.place == widest.name.path || $0.place.hasPrefix(widest.name.path + "#")
        }
        for name in try files.list(full.partialFolder) where TileName(path: "\(full.partialFolder)/\(name)") == nil {
            result.warn("\(full.partialFolder)/\(name)", "it is no part of a log")
        }
        for width in try tiles.widths(full) where width < widest.name.width {
            guard let found = try tiles.read(full.with(width: width)) else { continue }
            let whole: Bool
            switch full.level {
            case .hashes: whole = found.bytes.count == width * TreeHash.byteCount
            case .entries: whole = EntryBundle.decode(found.bytes)?.count == width
            }
            if !whole || !spoiled && !widest.bytes.starts(with: found.bytes) {
                result.problem(found.name.path, "it is not the beginning of \(widest.name.path)")
            }
        }
    }
}
