// What a node's published log and files say, for assertions.
import AuditLog
import Foundation
import NodeCore
import Vault

extension TestNode {
    /// The events of the published log from entry `start` on, in order. Publishes by closing: the node is spent.
    public func closedEvents(from start: Int = 0) async throws -> [String] {
        try await closedLeaves().map(\.event).dropFirst(start).map { $0 }
    }

    /// The entries of the published log. Publishes by closing: the node is spent.
    public func closedLeaves() async throws -> [Leaf] {
        await node.close()
        return try folder.publishedLeaves()
    }

    /// Whether the published log verifies; its problems in words.
    public func logProblems() -> [String] {
        LogVerifier(AuditFolder(path: folder.log.path), key: nil).verify().problems.map { "\($0.place): \($0.text)" }
    }
}

extension NodeFolder {
    /// The entries that the node of this folder has published so far.
    public func publishedLeaves() throws -> [Leaf] {
        var leaves: [Leaf] = []
        try LogReader(AuditFolder(path: log.path)).forEachEntry { _, bytes in
            leaves.append(try Leaf(bytes))
            return true
        }
        return leaves
    }
}

/// Every regular file under a folder with its bytes.
public func filesBelow(_ folder: URL) -> [(path: String, bytes: [UInt8])] {
    guard let names = FileManager.default.enumerator(atPath: folder.path) else { return [] }
    var files: [(path: String, bytes: [UInt8])] = []
    for case let name as String in names {
        let path = folder.appendingPathComponent(name).path
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue,
            let data = FileManager.default.contents(atPath: path)
        else { continue }
        files.append((name, [UInt8](data)))
    }
    return files
}

/// The files below a folder that hold one of the texts, as `path: text number`; never the text itself.
public func leaks(of texts: [String], below folder: URL) -> [String] {
    filesBelow(folder).flatMap { file in
        let data = Data(file.bytes)
        return texts.enumerated().compactMap { number, text in
            data.firstRange(of: Data(text.utf8)) == nil ? nil : "\(file.path): text \(number)"
        }
    }
}
