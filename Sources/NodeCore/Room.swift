/// Whether the disk has room for what is about to be written. A full disk stops the vault and the log as well, so some of it
/// is left to them. Knows sizes and folders.

import SetIntersection
import Vault

/// What is about to be written does not fit.
struct NoRoom: Error, Sendable {
    let needed: Int
    let free: Int

    /// Bytes that stay free for the vault and the log.
    static let reserve = 64 << 20

    /// In numbers.
    var text: String {
        "it takes about \(Self.mebibytes(needed)) MiB, \(Self.mebibytes(Self.reserve)) stay free for vault and log, "
            + "and \(free >> 20) are free"
    }

    static let remedy = "make room on the disk of the node's folder, then the same again"

    private static func mebibytes(_ bytes: Int) -> Int { (bytes + (1 << 20) - 1) >> 20 }
}

extension Node {
    /// Refuses what would not fit.
    func checkRoom(for bytes: Int) throws {
        let free = try vault.segments.freeBytes()
        guard free - NoRoom.reserve >= bytes else { throw NoRoom(needed: bytes, free: free) }
    }

    /// Bytes that a build of an index takes at most, in round numbers.
    ///
    /// - Parameters:
    ///   - running: what it is added to; merging may write all of that anew.
    ///   - records: how many there are.
    static func room(after running: Manifest?, records: Int) -> Int {
        running.map { $0.entries * SegmentDescription.entryBytes } ?? records * bytesOfRecord
    }

    /// Sealed pairs set aside, entries, and rows of the vault for some dozen keys.
    private static let bytesOfRecord = 1_536
}
