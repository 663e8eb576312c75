/// A policy folder as it is copied into a new node: every file but dot-files, path by path.

import Foundation
import NodeCore

enum PolicyCopy {
    static func read(_ folder: String) throws(NodeProblem) -> [String: [UInt8]] {
        let root = URL(fileURLWithPath: folder, isDirectory: true).standardizedFileURL
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: root.path, isDirectory: &isFolder), isFolder.boolValue,
            let names = FileManager.default.enumerator(atPath: root.path)
        else {
            throw NodeProblem(.usage, "the policy folder cannot be read", at: folder, try: "--policies with a folder")
        }
        var files: [String: [UInt8]] = [:]
        for case let name as String in names where !name.split(separator: "/").contains(where: { $0.hasPrefix(".") }) {
            let path = root.appendingPathComponent(name).path
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
                continue
            }
            guard files.count < 10_000, let data = FileManager.default.contents(atPath: path) else {
                throw NodeProblem(.data, "a policy file cannot be read", at: path)
            }
            guard files.updateValue([UInt8](data), forKey: name) == nil else {
                throw NodeProblem(
                    .data,
                    "two policy files have one name",
                    at: path,
                    because: "the names differ only in how their letters are composed",
                    try: "rename one of them"
                )
            }
        }
        return files
    }
}
