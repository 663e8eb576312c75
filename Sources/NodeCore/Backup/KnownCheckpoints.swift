/// What is known of a log outside its backup: checkpoints that somebody kept, a copy of the log. Believes what the log's own key
/// signed, and says whether the backup is older, or of another history.

import AuditLog
import CanonicalJSON
import Foundation
import TransparencyLog
import Vault

struct KnownCheckpoints: Sendable {
    /// The backup's own.
    let own: Checkpoint
    /// The greatest of all.
    let last: Checkpoint
    /// Whether the backup's log does not lead to one of them, and that is not for its being older.
    let differs: Checkpoint?

    /// - Parameters:
    ///   - kept: files with a checkpoint each.
    ///   - logCopy: a folder.
    static func gather(kept: [String], logCopy: String?, of vault: Vault) async throws -> KnownCheckpoints {
        guard let own = try await vault.signedCheckpoint()?.checkpoint else {
            throw AuditStoreError.checkpointDiffers(size: 0)
        }
        var (last, differs): (Checkpoint, Checkpoint?) = (own, nil)
        let places = kept + (logCopy.map { ["\($0)/checkpoint"] } ?? [])
        for place in places {
            guard let bytes = FileManager.default.contents(atPath: place),
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
            if known.size <= own.size, try await !vault.extends(known) { differs = known }
            if known.size > last.size { last = known }
        }
        return KnownCheckpoints(own: own, last: last, differs: differs)
    }

    func refuseIfAhead() throws(NodeProblem) {
        guard last.size > own.size || differs != nil else { return }
        throw NodeProblem(
            .refused,
            "the backup is older than what left this node; nothing was written",
            because: differs.map { "its log does not lead to a signed checkpoint of \($0.size) entries" }
                ?? "there is a signed checkpoint of \(last.size) entries, and its log has \(own.size)",
            try: "--new-log: another log begins and cites that checkpoint"
        )
    }
}

extension Node {
    /// Erases what was erased of an ended log after the backup was made, as its newest copy says.
    ///
    /// - Returns: how many values.
    func replayErasures(in path: String, of origin: String) async throws -> Int {
        let files = AuditFolder(path: path)
        let key = try await vault.read { try $0.endedKey(of: origin) }.flatMap { VerifierKey($0) }
        // What deletes is believed only of a log that is whole.
        let verified = LogVerifier(files, key: key).verify()
        guard verified.ok, verified.origin == origin else {
            throw NodeProblem(
                .data,
                "this copy of the log does not verify; nothing was written",
                at: path,
                because: verified.problems.first.map { "\($0.place): \($0.text)" } ?? "it is another log",
                try: "comity audit verify \(path); another copy, or without --log"
            )
        }
        var places: [SealedPlace] = []
        try LogReader(files).forEachEntry { _, bytes in
            guard let leaf = try? Leaf(bytes), leaf.event == "audit.erased" else { return true }
            for field in leaf.data["fields"]?.array ?? [] {
                guard let index = field.object?["index"]?.integer, let name = field.object?["field"]?.string else {
                    continue
                }
                places.append(SealedPlace(index: index, field: name))
            }
            return true
        }
        let erased = places
        return try await vault.eraseEnded(erased, of: origin, because: "erased before, as \(origin) says")
    }
}
