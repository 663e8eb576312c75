// Knows how a checkpoint is kept for a time stamp, and the stamp beside it (AUDIT section 4). Judges no stamp.
import AuditLog
import Foundation
import TransparencyLog

/// A checkpoint that stands in the folder for good.
public struct KeptCheckpoint: Sendable, Hashable {
    public let checkpoint: Checkpoint
    /// The note's bytes, signature lines included.
    public let note: [UInt8]
}

extension AuditPublisher {
    /// Publishes, and keeps the newest checkpoint under `checkpoints/`; nil for a log that has none.
    func keepCheckpoint() async throws -> KeptCheckpoint? {
        try await inTurn { publisher in
            try await publisher.publishOnce()
            return try await publisher.keepNewest()
        }
    }

    private func keepNewest() throws(AuditStoreError) -> KeptCheckpoint? {
        guard let newest = try files.read("checkpoint"), let checkpoint = Self.checkpoint(newest) else { return nil }
        let path = "checkpoints/\(checkpoint.size)"
        let note = try files.read(path) ?? newest
        if try files.read(path) == nil { try files.write(path, newest) }
        // From here on it stays as it is, though the answer may take days to come.
        try files.write("timestamps/\(checkpoint.size).wish", Array((path + "\n").utf8))
        try files.syncFolders()
        return KeptCheckpoint(checkpoint: checkpoint, note: note)
    }

    /// Whether a file is a checkpoint that has a time stamp, or waits for one: what it says now it must always begin with.
    func isStamped(_ path: String) throws(AuditStoreError) -> Bool {
        guard path.hasPrefix("checkpoints/") else { return false }
        let size = path.dropFirst("checkpoints/".count)
        for name in ["\(size).tsr", "\(size).wish"] {
            if try files.read("timestamps/\(name)") != nil { return true }
        }
        return false
    }

    /// Puts a time stamp beside the log; one that is there already must be the same, or give way.
    func store(timeStamp: [UInt8], of size: Int, insteadOf: @escaping @Sendable ([UInt8]) -> Bool) async throws {
        try await inTurn { try await $0.write(timeStamp, of: size, insteadOf: insteadOf) }
    }

    private func write(
        _ timeStamp: [UInt8],
        of size: Int,
        insteadOf: @Sendable ([UInt8]) -> Bool
    ) throws(AuditStoreError) {
        let path = "timestamps/\(size).tsr"
        if let present = try files.read(path), present != timeStamp, insteadOf(present) {
            try files.write(path, timeStamp)
        } else {
            try files.writeOnce(path, timeStamp)
        }
        try files.syncFolders()
        files.remove("timestamps/\(size).wish")
    }

    fileprivate static func checkpoint(_ bytes: [UInt8]) -> Checkpoint? {
        (try? SignedNote(bytes)).flatMap { Checkpoint(text: $0.text) }
    }
}

extension Vault {
    /// The newest checkpoint, to be stamped as it stands in `checkpoints/`; nil for a log that has none.
    public func checkpointToStamp() async throws -> KeptCheckpoint? {
        try await publisher.keepCheckpoint()
    }

    /// The kept checkpoint that a digest covers; nil when there is none.
    public func checkpoint(stampedBy digest: [UInt8]) throws -> Checkpoint? {
        let folder = AuditFolder(path: log.path)
        for name in try folder.list("checkpoints") {
            guard let note = try folder.read("checkpoints/\(name)", limit: SignedNote.greatestLength),
                CheckpointStamp.covers(digest, note: note)
            else { continue }
            return AuditPublisher.checkpoint(note)
        }
        return nil
    }

    /// Puts a time stamp beside the log.
    ///
    /// - Parameter insteadOf: whether another one, which stands there already, gives way.
    /// - Throws: `fileDiffers` when it does not.
    public func store(
        timeStamp: [UInt8],
        of size: Int,
        insteadOf: @escaping @Sendable ([UInt8]) -> Bool
    ) async throws {
        try await publisher.store(timeStamp: timeStamp, of: size, insteadOf: insteadOf)
    }
}
