/// What is known of a log outside its backup: checkpoints that somebody kept, a copy of the log. Believes what the log's own key
/// signed, and says whether the backup is older, or one of two histories.

import AuditLog
import CanonicalJSON
import Foundation
import TransparencyLog
import Vault

struct KnownCheckpoints: Sendable {
    /// A signed checkpoint and the whole note that has it.
    struct Known: Sendable, Equatable {
        let checkpoint: Checkpoint
        let note: String
    }

    /// Two notes that the log's key signed and that do not fit, in the order in which they were looked at.
    struct Fork: Sendable, Equatable {
        let earlier: Known
        let later: Known
    }

    /// The backup's own.
    let own: Checkpoint
    /// The greatest of all.
    let last: Checkpoint
    /// What contradicts what: the log has two histories, whatever made the second one.
    let forks: [Fork]

    /// - Parameters:
    ///   - kept: files with a checkpoint each.
    ///   - copy: of the log; one that was verified also says whether it holds the others.
    static func gather(kept: [String], copy: LogCopyAtHand?, of vault: Vault) async throws -> KnownCheckpoints {
        guard let signed = try await vault.signedCheckpoint() else { throw AuditStoreError.checkpointDiffers(size: 0) }
        let own = Known(checkpoint: signed.checkpoint, note: signed.note.encoded)
        let others = try (kept + (copy.map { ["\($0.path)/checkpoint"] } ?? [])).map { place in
            try read(place, of: vault)
        }
        var forks: [Fork] = []
        func note(_ one: Known, against other: Known) {
            let fork = Fork(earlier: one, later: other)
            if !forks.contains(fork) { forks.append(fork) }
        }
        for (number, known) in others.enumerated() {
            if known.checkpoint.size <= own.checkpoint.size {
                if try await !vault.extends(known.checkpoint) { note(own, against: known) }
            }
            for other in others[..<number]
            where other.checkpoint.size == known.checkpoint.size && other.checkpoint.root != known.checkpoint.root {
                note(other, against: known)
            }
        }
        if let copy, copy.isVerified, let head = others.last {
            for known in [own] + others.dropLast()
            where known.checkpoint.size < head.checkpoint.size && !copy.holds(known.checkpoint) {
                note(head, against: known)
            }
        }
        let last = others.map(\.checkpoint).reduce(own.checkpoint) { $1.size > $0.size ? $1 : $0 }
        return KnownCheckpoints(own: own.checkpoint, last: last, forks: forks)
    }

    private static func read(_ place: String, of vault: Vault) throws(NodeProblem) -> Known {
        guard let bytes = FileManager.default.contents(atPath: place),
            bytes.count <= SignedNote.greatestLength, let note = try? SignedNote([UInt8](bytes)),
            let known = try? VerifiedCheckpoint([UInt8](bytes), logKeys: vault.logKeyChain).checkpoint
        else {
            throw NodeProblem(
                .data,
                "that is no checkpoint of this node's log",
                at: place,
                because: "it cannot be read, or no key of the log signed it",
                try: "a file of comity audit checkpoint, or what a peer shows of our log"
            )
        }
        return Known(checkpoint: known, note: note.encoded)
    }

    func refuseIfAhead() throws(NodeProblem) {
        guard last.size > own.size || !forks.isEmpty else { return }
        throw NodeProblem(
            .refused,
            "the backup is older than what left this node; nothing was written",
            because: forks.first.map { fork in
                "its log has two histories: the signed checkpoints of \(fork.earlier.checkpoint.size) and of "
                    + "\(fork.later.checkpoint.size) entries contradict each other"
            } ?? "there is a signed checkpoint of \(last.size) entries, and its log has \(own.size)",
            try: "--new-log: another log begins and cites the newest checkpoint"
        )
    }
}

/// A newer copy of the log that is restored, from wherever.
struct LogCopyAtHand: Sendable {
    let path: String
    /// Whether all of it was read and leads to the checkpoint that the log's key signed.
    private(set) var isVerified = false

    init(path: String) { self.path = path }

    /// What deletes, and what accuses, is believed only of a log that is whole.
    ///
    /// - Parameter key: the log's, as the backup has it.
    mutating func verify(by key: VerifierKey) throws(NodeProblem) {
        let verified = LogVerifier(AuditFolder(path: path), key: key).verify()
        guard verified.ok, verified.origin == key.name else {
            throw NodeProblem(
                .data,
                "this copy of the log does not verify; nothing was written",
                at: path,
                because: verified.problems.first.map { "\($0.place): \($0.text)" } ?? "it is another log",
                try: "comity audit verify \(path); another copy, or without --log"
            )
        }
        isVerified = true
    }

    /// Whether its entries lead to that checkpoint, which is not newer.
    func holds(_ checkpoint: Checkpoint) -> Bool {
        (try? LogReader(AuditFolder(path: path)).root(at: checkpoint.size)) == checkpoint.root
    }

    /// Whether it is of the same history, as far as both go.
    func agrees(with own: Checkpoint) -> Bool {
        guard let reader = try? LogReader(AuditFolder(path: path)) else { return false }
        return reader.checkpoint.size < own.size || holds(own)
    }

    /// What it says was erased: of itself, and of logs that had ended before.
    func erased(of origin: String) throws -> [EndedPlace] {
        var places: [EndedPlace] = []
        func take(_ list: JSONValue?, of origin: String) {
            for item in list?.array ?? [] {
                guard let index = item["index"]?.integer, let field = item["field"]?.string else { continue }
                places.append(EndedPlace(origin: origin, place: SealedPlace(index: index, field: field)))
            }
        }
        try LogReader(AuditFolder(path: path)).forEachEntry { _, bytes in
            guard let leaf = try? Leaf(bytes), leaf.event == "audit.erased" else { return true }
            take(leaf.data["fields"], of: origin)
            if let earlier = leaf.data["earlier_origin"]?.string { take(leaf.data["earlier_fields"], of: earlier) }
            return true
        }
        return places
    }
}

/// The evidence of a log with two histories, kept beside the copy that the node has.
enum ForkEvidence {
    /// Writes each note into `DIR/ended/<n>.notes`, where `comity audit verify --kept` takes it from.
    ///
    /// - Returns: the files' names below `ended`.
    static func keep(_ forks: [KnownCheckpoints.Fork], number: Int, in ended: URL) throws -> [String] {
        guard !forks.isEmpty else { return [] }
        let folder = ended.appendingPathComponent("\(number).notes", isDirectory: true)
        try FileManager.default.createDirectory(
            at: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        var notes: [KnownCheckpoints.Known] = []
        for note in forks.flatMap({ [$0.earlier, $0.later] }) where !notes.contains(note) { notes.append(note) }
        return try notes.enumerated().map { place, known in
            let name = "\(place + 1)-\(known.checkpoint.size)"
            try DurableFile.write(Array(known.note.utf8), to: folder.appendingPathComponent(name), mode: 0o600)
            return "\(folder.lastPathComponent)/\(name)"
        }
    }
}
