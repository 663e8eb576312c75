/// A folder of the node that people put things into, copied into a backup: plain files under plain names and nothing else, so
/// that the backup can be restored. Knows names and bytes; never learns what they mean.

import Foundation

enum PlainCopy {
    /// No policy file and no file of a log is as long.
    private static let mostBytes = 64 << 20

    /// Copies a folder under its name, without the links and other things in it.
    ///
    /// - Returns: what was left out, in words.
    static func warnings(of source: URL, into parent: URL) throws -> [String] {
        let left = try copy(source, to: parent.appendingPathComponent(source.lastPathComponent))
        guard left > 0 else { return [] }
        return ["\(left) things in \(source.path) were left out: links, or names with other than plain characters"]
    }

    private static func copy(_ source: URL, to target: URL) throws -> Int {
        var left = 0
        let files = FileManager.default
        try files.createDirectory(at: target, withIntermediateDirectories: false)
        let paths = files.enumerator(atPath: source.path)
        while let name = paths?.nextObject() as? String {
            let from = source.appendingPathComponent(name)
            var status = stat()
            guard lstat(from.path, &status) == 0 else { continue }
            let copy = target.appendingPathComponent(name)
            switch status.st_mode & S_IFMT {
            case S_IFDIR where BackupFile.isPlain(name):
                try files.createDirectory(at: copy, withIntermediateDirectories: true)
            case S_IFREG where BackupFile.isPlain(name) && status.st_size <= mostBytes:
                try Data(contentsOf: from).write(to: copy, options: .withoutOverwriting)
            default: left += 1
            }
        }
        return left
    }
}
