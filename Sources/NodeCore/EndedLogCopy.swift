/// The published folder of a log of this agency that ended, beside the running one: where it lies, and what its entries say.
/// Reads; knows nothing of the vault, which has what can still be opened of them.

public import AuditLog
public import Foundation
import TransparencyLog
import Vault

extension NodeFolder {
    /// Where the copy of an ended log lies; nil for a name that no log has.
    public func ended(_ origin: String) -> URL? {
        LogOrigin.number(origin, of: LogOrigin.agency(of: origin)).map { ended.appendingPathComponent(String($0)) }
    }

    /// The copies that are there, by number.
    public var endedCopies: [URL] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: ended.path)) ?? []
        return names.compactMap(Int.init).filter { $0 > 0 }.sorted().map { ended.appendingPathComponent(String($0)) }
    }
}

public struct EndedLogCopy {
    /// The folder.
    public let path: String
    public let reader: LogReader

    /// - Throws: `LogReaderError` when there is no copy of that log, or it is not whole.
    public init(of origin: String, in folder: NodeFolder) throws(LogReaderError) {
        guard let url = folder.ended(origin) else { throw .broken(path: "checkpoint") }
        path = url.path
        reader = try LogReader(AuditFolder(path: path))
        guard reader.checkpoint.origin == origin else { throw .broken(path: "checkpoint") }
    }

    public func leaf(_ index: Int) throws(LogReaderError) -> Leaf {
        try reader.leaf(try reader.entry(index), at: index)
    }
}

/// Entries about a person, log by log.
public struct SubjectPlaces: Codable, Sendable, Equatable {
    /// Of a log that ended.
    public struct Ended: Codable, Sendable, Equatable {
        public var origin: String
        /// Ascending.
        public var entries: [Int]
    }

    /// Of the running log, ascending.
    public var entries: [Int]
    /// By origin.
    public var ended: [Ended]

    public var count: Int { entries.count + ended.reduce(0) { $0 + $1.entries.count } }

    /// What those of ended logs say, as far as their copies have them.
    ///
    /// - Returns: and, log by log, the entries that its copy has not.
    public func readEnded(in folder: NodeFolder) -> (entries: [SubjectEntry], missing: [Ended]) {
        var (read, missing): ([SubjectEntry], [Ended]) = ([], [])
        for log in ended {
            let copy = try? EndedLogCopy(of: log.origin, in: folder)
            var lost = Ended(origin: log.origin, entries: [])
            for index in log.entries {
                if let leaf = try? copy?.leaf(index) {
                    read.append(SubjectEntry(leaf, in: log.origin))
                } else {
                    lost.entries.append(index)
                }
            }
            if !lost.entries.isEmpty { missing.append(lost) }
        }
        return (read, missing)
    }
}
