/// A file that was not there before, for its owner alone, written piece by piece. Never replaces another.

import Foundation
import Vault

/// Why a file could not be made or written.
enum NewFileProblem: Error, Equatable {
    case exists
    case failed(Int32)

    var words: String {
        switch self {
        case .exists: "a file of that name is there already"
        case .failed(let code): String(cString: strerror(code))
        }
    }
}

struct NewFile: Sendable {
    let path: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var isOpen = true

    private static let bufferLength = 1 << 18

    init(_ path: String) throws(NewFileProblem) {
        descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw errno == EEXIST ? .exists : .failed(errno) }
        self.path = path
    }

    mutating func write(_ bytes: [UInt8]) throws(NewFileProblem) {
        buffer += bytes
        if buffer.count >= Self.bufferLength { try flush() }
    }

    private mutating func flush() throws(NewFileProblem) {
        var rest = buffer[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 {
                if errno == EINTR { continue }
                throw .failed(errno)
            }
            rest = rest.dropFirst(written)
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// What was written is durable; the file is closed.
    mutating func finish() throws(NewFileProblem) {
        try flush()
        guard fsync(descriptor) == 0 else { throw .failed(errno) }
        isOpen = false
        guard close(descriptor) == 0 else { throw .failed(errno) }
    }

    /// Closes it as it is, without what was not written yet.
    mutating func abandon() {
        if isOpen { close(descriptor) }
        isOpen = false
    }

    /// Closes and removes it.
    mutating func discard() {
        abandon()
        unlink(path)
    }
}

/// A file that appears under its name when it is whole. The name is taken first by an empty file, so that no other is
/// replaced.
struct WholeFile: Sendable {
    let path: String
    private var place: NewFile
    private var part: NewFile

    init(_ path: String) throws(NewFileProblem) {
        self.path = path
        place = try NewFile(path)
        do throws(NewFileProblem) {
            part = try NewFile(path + ".part")
        } catch {
            place.discard()
            throw error
        }
    }

    mutating func write(_ bytes: [UInt8]) throws(NewFileProblem) { try part.write(bytes) }

    /// Everything is on the disk, under another name.
    mutating func complete() throws(NewFileProblem) { try part.finish() }

    /// Takes its name.
    mutating func appear() throws(NewFileProblem) {
        guard rename(part.path, path) == 0 else { throw .failed(errno) }
        place.abandon()
        try? DurableFile.syncFolder(URL(fileURLWithPath: path).deletingLastPathComponent())
    }

    /// Takes both files back.
    mutating func discard() {
        place.discard()
        part.discard()
    }
}
