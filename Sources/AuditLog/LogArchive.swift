// Knows the files of a log that came as one: a tar archive (POSIX ustar) of its folder, in memory. Trusts nothing of it: what
// the files say is checked by whoever reads them.

/// A log's folder as `tar` writes it, uncompressed.
public struct LogArchive: LogFiles, Sendable {
    private let bytes: [UInt8]
    /// Path from the folder of the log, and where the content stands.
    private var files: [String: Range<Int>] = [:]

    private static let block = 512
    /// A log of ten million entries has no more.
    private static let mostFiles = 200_000

    /// Nil when it is no such archive, or holds no `checkpoint`.
    public init?(_ bytes: [UInt8]) {
        self.bytes = bytes
        guard let found = Self.members(bytes) else { return nil }
        // Archived with or without the folders above it: the log begins where its checkpoint stands.
        let roots = found.keys.filter { $0 == "checkpoint" || $0.hasSuffix("/checkpoint") }
        guard let shallowest = roots.min(by: { ($0.utf8.count, $0) < ($1.utf8.count, $1) }) else { return nil }
        let root = shallowest.dropLast("checkpoint".count)
        for (path, range) in found where path.hasPrefix(root) { files[String(path.dropFirst(root.count))] = range }
    }

    public func read(_ path: String, offset: Int, count: Int) throws(LogFilesError) -> [UInt8]? {
        guard let range = files[path] else { return nil }
        let start = min(range.lowerBound + max(0, offset), range.upperBound)
        return Array(bytes[start..<(start + min(max(0, count), range.upperBound - start))])
    }

    public func list(_ folder: String) throws(LogFilesError) -> [String] {
        let prefix = folder.isEmpty ? "" : folder + "/"
        var names: Set<String> = []
        for path in files.keys where path.hasPrefix(prefix) {
            let rest = path.dropFirst(prefix.count)
            names.insert(rest.firstIndex(of: "/").map { String(rest[...$0]) } ?? String(rest))
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    // MARK: Tar

    /// Path to content of every plain file.
    private static func members(_ bytes: [UInt8]) -> [String: Range<Int>]? {
        var members: [String: Range<Int>] = [:]
        var position = 0
        while position + block <= bytes.count {
            let header = bytes[position..<position + block]
            // The end is a block of zeros.
            if header.allSatisfy({ $0 == 0 }) { return members }
            guard isWhole(header), let size = octal(header, 124, 12) else { return nil }
            position += block
            guard size <= bytes.count - position else { return nil }
            if let path = path(header), header[header.startIndex + 156] == UInt8(ascii: "0") || isOldPlain(header) {
                guard members.count < mostFiles else { return nil }
                members[path] = position..<position + size
            }
            position += (size + block - 1) / block * block
        }
        // Cut off before its end.
        return nil
    }

    private static func isOldPlain(_ header: ArraySlice<UInt8>) -> Bool { header[header.startIndex + 156] == 0 }

    /// Whether the header's sum holds: of all its bytes, those of the sum counted as spaces.
    private static func isWhole(_ header: ArraySlice<UInt8>) -> Bool {
        guard let sum = octal(header, 148, 8) else { return false }
        var counted = 0
        for (place, byte) in header.enumerated() { counted += (148..<156).contains(place) ? 0x20 : Int(byte) }
        return counted == sum
    }

    private static func octal(_ header: ArraySlice<UInt8>, _ place: Int, _ length: Int) -> Int? {
        let field = header[(header.startIndex + place)..<(header.startIndex + place + length)]
        var number = 0
        var isAny = false
        for byte in field {
            switch byte {
            case 0x30...0x37:
                number = number << 3 | Int(byte - 0x30)
                isAny = true
            case 0, 0x20: if isAny { return number }
            default: return nil
            }
        }
        return isAny ? number : nil
    }

    /// Nil for what leads out of the archive, or is written in no UTF-8.
    private static func path(_ header: ArraySlice<UInt8>) -> String? {
        func text(_ place: Int, _ length: Int) -> String? {
            let field = header[(header.startIndex + place)..<(header.startIndex + place + length)]
            return String(validating: field.prefix { $0 != 0 }, as: UTF8.self)
        }
        guard let name = text(0, 100), let isPOSIX = text(257, 5).map({ $0 == "ustar" }),
            let prefix = isPOSIX ? text(345, 155) : ""
        else { return nil }
        let parts = (prefix.isEmpty ? name : "\(prefix)/\(name)").split(separator: "/").filter { $0 != "." }
        guard !parts.isEmpty, !parts.contains("..") else { return nil }
        return parts.joined(separator: "/")
    }
}
