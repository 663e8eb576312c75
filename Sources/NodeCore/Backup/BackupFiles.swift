/// The files of a backup as they lie in a folder that anybody may have had in hand: read through no link, in bounded memory,
/// and believed only by the digests that the manifest signs. Knows names and bytes; never learns what they mean.

import Foundation
import Sodium
import TransparencyLog
import Vault

/// A file of a backup.
struct BackupFile: Sendable, Equatable {
    let name: String
    /// Hex SHA-256.
    let digest: String

    /// Whether a name stays within the folder and means the same everywhere: printable ASCII without `\`, no empty, hidden or
    /// dotted step.
    static func isPlain(_ name: String) -> Bool {
        name.utf8.count <= 512 && name.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }
            && name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
                !$0.isEmpty && !$0.hasPrefix(".")
            }
    }

    /// Lines of `sha256sum`, by name.
    static func sums(of files: [BackupFile]) -> String {
        files.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }.map { "\($0.digest)  \($0.name)\n" }
            .joined()
    }
}

struct BackupFiles: Sendable {
    let folder: URL
    let note: SignedNote
    let manifest: BackupManifest
    let files: [BackupFile]

    /// A manifest is a note; the sums of a log of ten million entries have 16 MiB.
    private static let greatestSums = 64 << 20
    private static let piece = 1 << 20

    /// Reads what the backup says of itself. Nothing of it is believed before its note was verified.
    init(_ path: String) throws(BackupFault) {
        folder = URL(fileURLWithPath: path, isDirectory: true)
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            throw .notABackup
        }
        let bytes: [UInt8]
        do {
            bytes = try Self.read(BackupManifest.name, in: folder, most: SignedNote.greatestLength)
        } catch {
            guard case .missing = error else { throw error }
            throw .notABackup
        }
        guard let note = try? SignedNote(bytes) else { throw .damaged(BackupManifest.name) }
        self.note = note
        manifest = try BackupManifest(text: note.text)
        let sums = try Self.read(BackupManifest.sumsName, in: folder, most: Self.greatestSums)
        guard Hex.encode(SHA2.sha256(sums)) == manifest.sums else { throw .damaged(BackupManifest.sumsName) }
        files = try Self.parse(sums)
        guard files.count == manifest.files else { throw .damaged(BackupManifest.sumsName) }
        try checkNames()
    }

    private static func parse(_ sums: [UInt8]) throws(BackupFault) -> [BackupFile] {
        guard let text = String(validating: sums, as: UTF8.self) else { throw .damaged(BackupManifest.sumsName) }
        var files: [BackupFile] = []
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].utf8.count == 64, parts[1].hasPrefix(" ") else {
                throw .damaged(BackupManifest.sumsName)
            }
            let name = String(parts[1].dropFirst())
            guard BackupFile.isPlain(name) else { throw .notAFile(name) }
            files.append(BackupFile(name: name, digest: String(parts[0])))
        }
        guard BackupFile.sums(of: files) == text, Set(files.map(\.name)).count == files.count else {
            throw .damaged(BackupManifest.sumsName)
        }
        return files
    }

    /// Everything in the folder is one of its files: what somebody laid beside them was meant for something.
    private func checkNames() throws(BackupFault) {
        let known = Set(files.map(\.name) + [BackupManifest.name, BackupManifest.sumsName])
        let paths = FileManager.default.enumerator(atPath: folder.path)
        while let name = paths?.nextObject() as? String {
            var status = stat()
            guard lstat(folder.appendingPathComponent(name).path, &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: continue
            case S_IFREG: guard known.contains(name) else { throw .stray(name) }
            default: throw known.contains(name) ? .notAFile(name) : .stray(name)
            }
        }
    }

    /// Takes a file, if it is the one that was backed up: piece by piece, into another folder or only through the hash.
    ///
    /// - Parameter limit: bytes that may still come; what is read is taken off.
    func take(_ file: BackupFile, into target: URL?, limit: inout Int) throws {
        let source = try Self.open(file.name, in: folder)
        defer { close(source) }
        var target = try target.map { folder in
            let url = folder.appendingPathComponent(file.name)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            return try NewFile(url.path)
        }
        do {
            var hash = SHA256Stream()
            while true {
                let piece = try Self.next(source, file.name)
                if piece.isEmpty { break }
                limit -= piece.count
                guard limit >= 0 else { throw BackupFault.damaged(file.name) }
                piece.withUnsafeBufferPointer { hash.update($0) }
                try target?.write(piece)
            }
            guard Hex.encode(hash.finish()) == file.digest else { throw BackupFault.damaged(file.name) }
            try target?.finish()
        } catch {
            target?.abandon()
            throw error
        }
    }

    // MARK: Reading

    /// Opens a regular file below a folder; no step of its name may be a link.
    private static func open(_ name: String, in folder: URL) throws(BackupFault) -> Int32 {
        var place = Foundation.open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard place >= 0 else { throw .unreadable(name, errno) }
        let steps = name.split(separator: "/").map(String.init)
        for (number, step) in steps.enumerated() {
            let isLast = number == steps.count - 1
            let next = openat(place, step, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | (isLast ? 0 : O_DIRECTORY))
            let code = errno
            close(place)
            guard next >= 0 else {
                switch code {
                case ENOENT: throw .missing(name)
                case ELOOP, ENOTDIR, ENXIO: throw .notAFile(name)
                default: throw .unreadable(name, code)
                }
            }
            place = next
        }
        var status = stat()
        guard fstat(place, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(place)
            throw .notAFile(name)
        }
        return place
    }

    private static func next(_ file: Int32, _ name: String) throws(BackupFault) -> [UInt8] {
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: piece) { buffer, length in
            repeat { count = Foundation.read(file, buffer.baseAddress, buffer.count) } while count < 0 && errno == EINTR
            length = max(0, count)
        }
        guard count >= 0 else { throw .unreadable(name, errno) }
        return bytes
    }

    private static func read(_ name: String, in folder: URL, most: Int) throws(BackupFault) -> [UInt8] {
        let file = try open(name, in: folder)
        defer { close(file) }
        var bytes: [UInt8] = []
        while true {
            let piece = try next(file, name)
            if piece.isEmpty { return bytes }
            bytes += piece
            guard bytes.count <= most else { throw .damaged(name) }
        }
    }
}
