// Knows which bytes a time stamp in a log's folder may cover, and judges it (AUDIT sections 4 and 7). Reads no clock.
import Crypto
import TimeStamps
import TransparencyLog

/// A checkpoint with a time stamp that covers it.
public struct StampedCheckpoint: Sendable, Hashable {
    public let size: Int
    /// The moment of the stamp, in seconds since 1970.
    public let seconds: Int
}

/// The time stamps of a folder: `timestamps/<size>.tsr`, each over the whole checkpoint of that size as it stood then.
struct TimeStampCheck {
    static let folder = "timestamps"

    let files: any LogFiles
    /// Whose stamps are believed; nil: then what they cover is compared, and the signature with the certificate that they carry.
    let authorities: TimeStampAuthorities?

    struct Finding {
        let place: String
        let text: String
    }

    /// - Returns: stamps that hold, by size; and what is wrong with the others.
    func judge() throws(LogFilesError) -> (stamped: [StampedCheckpoint], problems: [Finding]) {
        var stamped: [StampedCheckpoint] = []
        var problems: [Finding] = []
        // SIZE.wish: the checkpoint of that size is on its way to an authority.
        for name in try files.list(Self.folder) where !name.hasSuffix(".wish") {
            let place = "\(Self.folder)/\(name)"
            guard let size = Self.size(of: name) else {
                problems.append(Finding(place: place, text: "it is not named SIZE.tsr"))
                continue
            }
            let (bytes, covered): ([UInt8], [UInt8]?)
            do {
                bytes = try files.read(place, limit: TimeStamp.greatestLength) ?? []
                covered = try note(of: size)
            } catch {
                problems.append(Finding(place: error.path, text: "it cannot be read: \(error.reason)"))
                continue
            }
            guard let note = covered else {
                problems.append(
                    Finding(place: place, text: "the checkpoint of \(size) entries that it covers is not here")
                )
                continue
            }
            do throws(TimeStampError) {
                let stamp = try TimeStamp(bytes)
                guard CheckpointStamp.covers(stamp.digest, note: note) else { throw .otherDigest }
                if let authorities {
                    try stamp.check(stamp.digest, authorities: authorities)
                } else {
                    _ = try stamp.checkOwnSignature()
                }
                stamped.append(StampedCheckpoint(size: size, seconds: stamp.seconds))
            } catch {
                problems.append(Finding(place: place, text: "\(error)"))
            }
        }
        return (stamped.sorted { $0.size < $1.size }, problems)
    }

    private static func size(of name: String) -> Int? {
        guard name.hasSuffix(".tsr"), let size = Int(name.dropLast(4)), name == "\(size).tsr", size > 0 else {
            return nil
        }
        return size
    }

    /// The kept checkpoint of that size, or the newest one if it is it.
    private func note(of size: Int) throws(LogFilesError) -> [UInt8]? {
        if let kept = try files.read("checkpoints/\(size)", limit: SignedNote.greatestLength) { return kept }
        guard let newest = try files.read("checkpoint", limit: SignedNote.greatestLength),
            let note = try? SignedNote(newest), Checkpoint(text: note.text)?.size == size
        else { return nil }
        return newest
    }
}

/// What of a checkpoint a time stamp covers.
public enum CheckpointStamp {
    /// SHA-256 of the whole note.
    public static func digest(of note: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: note)) }

    /// Whether a digest is that of the note, or of the note before cosignatures were added under it.
    public static func covers(_ digest: [UInt8], note: [UInt8]) -> Bool {
        guard
            let blank = zip(note.indices, note.indices.dropFirst()).first(where: {
                note[$0] == 0x0A && note[$1] == 0x0A
            })
        else { return false }
        var hash = SHA256()
        hash.update(data: note[...blank.1])
        var start = blank.1 + 1
        while start < note.count, let end = note[start...].firstIndex(of: 0x0A) {
            hash.update(data: note[start...end])
            if Array(hash.finalize()) == digest { return true }
            start = end + 1
        }
        return false
    }
}
