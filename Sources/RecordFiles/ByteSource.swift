/// Bytes of a file, a piece at a time, and what its first bytes say of its encoding. Never learns what they mean.

import Foundation

/// Where the bytes of a record file come from.
public enum RecordInput: Sendable, Equatable {
    case bytes([UInt8])
    case file(URL)
}

/// Bytes from memory or, piece by piece, from a file.
struct ByteSource: ~Copyable {
    enum Peek {
        case byte(UInt8)
        case end, failed
    }

    private var buffer: [UInt8]
    private var position = 0
    private var handle: FileHandle?
    private var hasFailed = false

    init(bytes: [UInt8]) {
        self.buffer = bytes
        self.handle = nil
    }

    init(handle: FileHandle) {
        self.buffer = []
        self.handle = handle
    }

    /// Nil when the file cannot be read.
    init?(_ input: RecordInput) {
        switch input {
        case .bytes(let bytes): self.init(bytes: bytes)
        case .file(let url):
            guard let handle = try? FileHandle(forReadingFrom: url) else { return nil }
            self.init(handle: handle)
        }
    }

    mutating func peek() -> Peek {
        if position < buffer.count { return .byte(buffer[position]) }
        return refill()
    }

    mutating func advance() { position += 1 }

    /// Appends ordinary bytes of a cell (no control character, no quotation mark, outside of quotes no comma) until `bytes`
    /// has `limit` of them or the piece at hand ends; gives how many characters begin in them, nil when it took none.
    mutating func takeRun(into bytes: inout [UInt8], isQuoted: Bool, limit: Int) -> Int? {
        guard position < buffer.count else { return nil }
        var characters = 0
        let start = position
        let most = min(buffer.count, position + max(limit - bytes.count, 0))
        buffer.withUnsafeBufferPointer { buffer in
            while position < most {
                let byte = buffer[position]
                guard byte >= 0x20, byte != 0x22, byte != 0x7F, isQuoted || byte != 0x2C else { break }
                if byte & 0xC0 != 0x80 { characters += 1 }
                position += 1
            }
            bytes.append(contentsOf: buffer[start..<position])
        }
        return position > start ? characters : nil
    }

    /// The next bytes, at most so many, without taking them; only before anything was taken.
    mutating func first(_ count: Int) -> ArraySlice<UInt8> {
        _ = peek()
        return buffer[position...].prefix(count)
    }

    /// Appends bytes up to the next line feed, which is taken and not appended, or to the end of the piece at hand.
    mutating func take(upToLineFeedInto bytes: inout [UInt8]) -> LineEnd {
        switch peek() {
        case .end: return .end
        case .failed: return .failed
        case .byte: break
        }
        let rest = buffer[position...]
        guard let end = rest.firstIndex(of: 0x0A) else {
            bytes += rest
            position = buffer.count
            return .none
        }
        bytes += buffer[position..<end]
        position = end + 1
        return .lineFeed
    }

    enum Piece {
        case bytes(ArraySlice<UInt8>)
        case end, failed
    }

    /// The next bytes, as many as are at hand.
    mutating func piece() -> Piece {
        switch peek() {
        case .end: return .end
        case .failed: return .failed
        case .byte:
            defer { position = buffer.count }
            return .bytes(buffer[position...])
        }
    }

    enum LineEnd {
        case lineFeed, none, end, failed
    }

    enum Whole {
        case bytes([UInt8])
        case tooLong, failed
    }

    /// Everything, if it is no more than so many bytes.
    consuming func all(limit: Int) -> Whole {
        var all: [UInt8] = []
        while true {
            switch peek() {
            case .failed: return .failed
            case .end: return .bytes(all)
            case .byte:
                all += buffer[position...]
                position = buffer.count
                if all.count > limit { return .tooLong }
            }
        }
    }

    private mutating func refill() -> Peek {
        guard let handle, !hasFailed else { return hasFailed ? .failed : .end }
        do {
            buffer = Array(try handle.read(upToCount: 262_144) ?? Data())
        } catch {
            hasFailed = true
            return .failed
        }
        position = 0
        return buffer.isEmpty ? .end : .byte(buffer[0])
    }
}

/// Encodings that record files do not have, told by their first bytes, and how to turn them into UTF-8.
enum TextEncoding {
    static let wideRemedy = "write it as UTF-8: iconv -f UTF-16 -t UTF-8 FILE > FILE.utf8"
    static let latinRemedy =
        "if it is Latin-1 or Windows-1252, write it as UTF-8: iconv -f WINDOWS-1252 -t UTF-8 FILE > FILE.utf8"

    /// UTF-16 or UTF-32: by its byte order mark, or by every second of the first four bytes being zero.
    static func isWide(_ first: ArraySlice<UInt8>) -> Bool {
        let bytes = Array(first)
        if bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) { return true }
        guard bytes.count >= 4 else { return false }
        if bytes.starts(with: [0, 0, 0xFE, 0xFF]) { return true }
        return (bytes[0] == 0 && bytes[2] == 0) != (bytes[1] == 0 && bytes[3] == 0)
    }
}

/// Lines of a text, each held only up to a limit. A byte order mark at the start is dropped.
struct LineReader: ~Copyable {
    enum Line {
        /// Without its line end.
        case line([UInt8])
        /// Longer than the limit; its bytes are gone.
        case tooLong
        case failed
    }

    private var source: ByteSource
    private let limit: Int
    /// Of the line given last, from 1.
    private(set) var number = 0
    private var isDone = false

    init(_ source: consuming ByteSource, limit: Int) {
        self.source = source
        self.limit = limit
    }

    /// Whether the text is in UTF-16 or UTF-32; asked before the first line.
    mutating func isWide() -> Bool { TextEncoding.isWide(source.first(4)) }

    mutating func next() -> Line? {
        guard !isDone else { return nil }
        var bytes: [UInt8] = []
        var isTooLong = false
        var sawAny = false
        reading: while true {
            switch source.take(upToLineFeedInto: &bytes) {
            case .lineFeed:
                sawAny = true
                break reading
            case .none: sawAny = true
            case .end:
                isDone = true
                break reading
            case .failed:
                isDone = true
                return .failed
            }
            if bytes.count > limit {
                isTooLong = true
                bytes.removeAll(keepingCapacity: true)
            }
        }
        guard sawAny else { return nil }
        number += 1
        if isTooLong || bytes.count > limit { return .tooLong }
        if number == 1, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        if bytes.last == 0x0D { bytes.removeLast() }
        return .line(bytes)
    }
}
