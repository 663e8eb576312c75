/// Reads the files of a policy folder: only what lies in it, only regular files, only so much of each.
/// Knows paths and sizes; reads no meaning.

import Foundation

struct FolderContent {
    /// Most files and bytes read from one folder.
    static let mostFiles = 10_000
    static let mostBytes = 64 << 20
    /// Deepest nesting of folders.
    static let deepest = 8

    /// Path relative to the folder, and content. Of a file that is too long only its beginning, enough to be told so.
    /// Lists: two names may differ in nothing but how their letters are composed, and a dictionary would hold one.
    private(set) var files: [(path: String, bytes: [UInt8])] = []
    /// Path, and why it was not read.
    private(set) var unread: [(path: String, because: String)] = []
    private var bytes = 0
    private let root: String
    /// The folder itself without links.
    private let real: String

    init(path: String) throws(FolderProblem) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw FolderProblem(path: path, because: "it does not exist")
        }
        guard isFolder.boolValue else { throw FolderProblem(path: path, because: "it is not a folder") }
        root = path
        real = FolderContent.resolved(path) ?? path
        try collect("", depth: 0)
    }

    private mutating func collect(_ under: String, depth: Int) throws(FolderProblem) {
        let folder = under.isEmpty ? root : root + "/" + under
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        } catch {
            throw FolderProblem(path: folder, because: "it cannot be listed")
        }
        for name in names where !PolicyPath.isHidden(name) {
            let relative = under.isEmpty ? name : under + "/" + name
            let full = root + "/" + relative
            let type = (try? FileManager.default.attributesOfItem(atPath: full))?[.type] as? FileAttributeType
            if type == .typeDirectory {
                guard depth < FolderContent.deepest else {
                    throw FolderProblem(path: full, because: "folders are nested too deeply")
                }
                try collect(relative, depth: depth + 1)
                continue
            }
            if name.hasSuffix(".md") { continue }
            guard files.count + unread.count < FolderContent.mostFiles else {
                throw FolderProblem(path: root, because: "it holds more than \(FolderContent.mostFiles) files")
            }
            try take(relative, full)
        }
    }

    private mutating func take(_ relative: String, _ full: String) throws(FolderProblem) {
        // A file that has no place here is reported without being read.
        guard PolicyPath(relative) != nil else {
            files.append((relative, []))
            return
        }
        guard let target = FolderContent.resolved(full) else {
            unread.append((relative, "the link leads nowhere"))
            return
        }
        guard target.hasPrefix(real == "/" ? "/" : real + "/") else {
            unread.append((relative, "the link leads out of the folder"))
            return
        }
        switch FolderContent.read(target) {
        case .success(let content):
            bytes += content.count
            guard bytes <= FolderContent.mostBytes else {
                throw FolderProblem(path: root, because: "it holds more than \(FolderContent.mostBytes >> 20) MB")
            }
            files.append((relative, content))
        case .failure(let problem): unread.append((relative, problem.because))
        }
    }

    private struct ReadProblem: Error { let because: String }

    /// At most one byte more than a policy file may have. Nothing but a regular file is opened for longer than a look.
    private static func read(_ path: String) -> Result<[UInt8], ReadProblem> {
        // A pipe that nobody writes to must not hold us.
        let file = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC)
        guard file >= 0 else { return .failure(ReadProblem(because: "it cannot be read")) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return .failure(ReadProblem(because: "it is no regular file"))
        }
        let most = StrictYAML.longest + 1
        var content = [UInt8](repeating: 0, count: min(Int(status.st_size) + 1, most))
        var length = 0
        while length < content.count {
            let count = content.withUnsafeMutableBytes { buffer in
                Foundation.read(file, buffer.baseAddress.map { $0 + length }, buffer.count - length)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return .failure(ReadProblem(because: "it cannot be read")) }
            if count == 0 { break }
            length += count
        }
        content.removeLast(content.count - length)
        return .success(content)
    }

    /// The path without links; nil if it leads nowhere.
    private static func resolved(_ path: String) -> String? {
        guard let buffer = realpath(path, nil) else { return nil }
        defer { free(buffer) }
        return String(cString: buffer)
    }
}
