// Knows how durable entries become a signed, public log (AUDIT section 5). Never changes an entry.
import AuditLog
import Foundation
import TransparencyLog

/// Publishes the log into a folder: tiles first, then the checkpoint in the database, then the file `checkpoint`.
public actor AuditPublisher {
    /// As many new entries are published at once, without waiting for the second to end.
    static let greatestBacklog = 4_096

    private let database: AuditedDatabase
    private let folder: String
    var files: AuditFileWriter
    /// nil: to be read back from the database.
    private var builder: AuditTileBuilder?
    /// Hour (since 1970) of the last checkpoint kept under `checkpoints/`.
    private var keptHour: Int?
    /// Unfinished tiles of the last two publications: readers may still follow an older checkpoint to them.
    private var recent: [[String]] = []
    private var last: Task<Void, any Error>?
    /// Why nothing is signed any more.
    private var stopped: AuditStoreError?

    /// - Parameter folder: `DIR/log`; made when it is absent.
    public init(_ database: AuditedDatabase, folder: String) throws(AuditStoreError) {
        self.database = database
        self.folder = folder
        files = try AuditFileWriter(folder: folder)
    }

    /// Entries under the newest checkpoint.
    public var publishedSize: Int { builder?.size ?? 0 }

    /// Brings folder and database together; refuses to start on a contradiction.
    public func recover() async throws {
        try await inTurn { try await $0.reload() }
    }

    /// Publishes all entries that are durable now.
    public func publish() async throws {
        try await inTurn { try await $0.publishOnce() }
    }

    /// Publishes each second with news, or earlier for 4,096 entries, until cancelled; then once more.
    ///
    /// - Throws: what no repetition mends: damaged entries, contradictions between folder and database.
    public func run() async throws {
        var waited = Duration.zero
        let tick = Duration.milliseconds(100)
        while !Task.isCancelled {
            try? await Task.sleep(for: tick)
            waited += tick
            let news = database.size - publishedSize
            guard news >= Self.greatestBacklog || news > 0 && waited >= .seconds(1) else { continue }
            waited = .zero
            do { try await publish() } catch let error as AuditStoreError where !error.passes { throw error } catch {
                // A full disk or a busy database: the state was dropped and is read back with the next attempt.
                continue
            }
        }
        try await publish()
    }

    /// Writes files beside the tree, in turn with publication. To a checkpoint that is stamped, lines may be added.
    func keep(_ kept: [String: [UInt8]], removing gone: [String]) async throws {
        try await inTurn { try await $0.keepNow(kept, removing: gone) }
    }

    private func keepNow(_ kept: [String: [UInt8]], removing gone: [String]) throws {
        for (path, bytes) in kept {
            let present = try files.read(path)
            if present == bytes { continue }
            if let present, try isStamped(path), !bytes.starts(with: present) { continue }
            try files.write(path, bytes)
        }
        try files.syncFolders()
        for path in gone where try kept[path] == nil && !isStamped(path) { files.remove(path) }
    }

    /// Signs nothing from now on.
    func stop(_ reason: AuditStoreError) { stopped = reason }

    /// What was only waited for came: it signs again.
    func resume(after reason: AuditStoreError) { if stopped == reason { stopped = nil } }

    /// Copies the published folder as it lies there, between two publications.
    func copy(to url: URL) async throws {
        try await inTurn { publisher in
            try FileManager.default.copyItem(at: URL(fileURLWithPath: publisher.folder, isDirectory: true), to: url)
        }
    }

    /// One after the other, and not cancelled halfway.
    func inTurn<Value: Sendable>(
        _ work: @escaping @Sendable (AuditPublisher) async throws -> Value
    ) async throws -> Value {
        let previous = last
        let task = Task {
            _ = await previous?.result
            return try await work(self)
        }
        last = Task { _ = try await task.value }
        return try await task.value
    }

    private func reload() async throws {
        builder = nil
        var recovery = AuditRecovery(database: database, files: try AuditFileWriter(folder: folder))
        let recovered = try await recovery.recover()
        files = recovery.files
        keptHour = recovered.checkpoint.map { $0.time / 3_600_000 }
        recent = [recovered.builder.partial().map(\.0.path)]
        builder = recovered.builder
    }

    func publishOnce() async throws {
        if let stopped { throw stopped }
        if builder == nil { try await reload() }
        guard var next = builder else { return }
        let size = database.size
        guard size > next.size else { return }
        // Whatever fails from here on: the next attempt starts from what is stored.
        builder = nil
        var partial = try await writeBundles(&next, to: size)
        for (name, bytes) in next.partial() {
            try files.write(name.path, bytes)
            partial.append(name.path)
        }
        try files.syncFolders()

        let checkpoint = Checkpoint(origin: database.dependencies.key.name, size: size, root: next.frontier.root)
        let note = try await sign(checkpoint)
        let time = database.dependencies.clock()
        try await database.store(checkpoint, note: note, time: time)
        try files.write("checkpoint", Array(note.utf8))
        if keptHour != time / 3_600_000 {
            // A loss of power must not leave the kept one without the newest, which would look like entries taken away.
            try files.syncFolders()
            try files.write("checkpoints/\(size)", Array(note.utf8))
            keptHour = time / 3_600_000
        }
        try files.syncFolders()
        forgetPartial(keeping: partial)
        builder = next
    }

    /// Reads entries back, hashes them again, and writes their bundles and full tiles.
    ///
    /// - Returns: paths of unfinished bundles.
    private func writeBundles(_ next: inout AuditTileBuilder, to size: Int) async throws -> [String] {
        let published = next.size
        let signed = next.rows.first ?? []
        var partial: [String] = []
        for start in stride(from: published / TileName.fullWidth * TileName.fullWidth, to: size, by: AuditRow.page) {
            let rows = try await database.read { [page = start..<min(size, start + AuditRow.page)] in
                try AuditRow.read(page, from: $0)
            }
            for row in rows {
                try row.check()
                if row.index < published {
                    guard signed[row.index % TileName.fullWidth] == row.hash else {
                        throw AuditStoreError.entryDamaged(index: row.index)
                    }
                } else {
                    try next.append(row.hash) { name, bytes in try files.writeOnce(name.path, bytes) }
                }
            }
            for first in stride(from: 0, to: rows.count, by: TileName.fullWidth) {
                let entries = rows[first..<min(rows.count, first + TileName.fullWidth)]
                let name = TileName(.entries, index: (start + first) / TileName.fullWidth, width: entries.count)
                guard let bytes = EntryBundle.encode(entries.lazy.map(\.bytes)) else { continue }
                if name.isFull {
                    try files.writeOnce(name.path, bytes)
                } else {
                    try files.write(name.path, bytes)
                    partial.append(name.path)
                }
            }
        }
        return partial
    }

    private func sign(_ checkpoint: Checkpoint) async throws -> String {
        let signed = try await database.signatures(of: checkpoint.text)
        let note = SignedNote(
            text: checkpoint.text,
            signatures: signed.map { SignedNote.Signature(by: $0.key, bytes: $0.bytes) }
        )
        // A signature that does not verify must not leave, nor block the size it was made for.
        for (key, _) in signed { _ = try VerifiedCheckpoint(note, logKeys: [key]) }
        return note.encoded
    }

    private func forgetPartial(keeping partial: [String]) {
        recent.append(partial)
        guard recent.count > 2 else { return }
        let kept = Set(recent.dropFirst().joined())
        for path in recent.removeFirst() where !kept.contains(path) { files.remove(path) }
    }
}

extension AuditStoreError {
    /// Whether another attempt may succeed.
    fileprivate var passes: Bool {
        switch self {
        case .file, .rolledBack: true
        case .notDurable, .entryDamaged, .checkpointDiffers, .checkpointAhead, .signedElsewhere, .fileDiffers,
            .otherLog, .notConfirmed:
            false
        }
    }
}
