/// From a folder of policy files to policies ready for decisions, with every problem found on the way.
/// Reads the disk when asked to load a path; knows no clock.

import Crypto
import Foundation
import PolicyEngine

/// A folder that was read, right or wrong.
public struct LoadedPolicies: Sendable {
    /// Nil if there is an error among the problems.
    public let policies: PolicySet?
    /// Sorted by place.
    public let problems: [Problem]
    /// Hex SHA-256 over path, byte 0 and 32-byte SHA-256 of the content of each policy file, in path order.
    public let digest: String
    /// Every expected decision, in path order, then file order.
    public let cases: [PolicyCase]
    /// The bytes of each policy file by its path.
    public let files: [String: [UInt8]]
    /// What the folder declares, for reading more cases.
    let names: DeclaredNames

    /// SHA-256 (32 bytes) of an agreement's file: two agencies compare it. Nil if there is no such agreement.
    public func agreementDigest(_ id: String) -> [UInt8]? {
        files["agreements/\(id).yaml"].map { Array(SHA256.hash(data: $0)) }
    }
}

/// Why a folder cannot be read at all.
public struct FolderProblem: Error, Sendable, Equatable {
    public let path: String
    public let because: String
}

public enum PolicyFolder {
    /// Most files read from one folder.
    static let mostFiles = 10_000

    /// Loads a folder from disk. Links to folders are not followed.
    public static func load(path: String) throws(FolderProblem) -> LoadedPolicies {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw FolderProblem(path: path, because: "it does not exist")
        }
        guard isFolder.boolValue else { throw FolderProblem(path: path, because: "it is not a folder") }
        var files: [String: [UInt8]] = [:]
        try collect(path, "", depth: 0, into: &files)
        return load(files: files)
    }

    private static func collect(
        _ root: String,
        _ under: String,
        depth: Int,
        into files: inout [String: [UInt8]]
    ) throws(FolderProblem) {
        let folder = under.isEmpty ? root : root + "/" + under
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw FolderProblem(path: folder, because: "it cannot be listed")
        }
        for name in names where !name.hasPrefix(".") {
            let relative = under.isEmpty ? name : under + "/" + name
            let full = root + "/" + relative
            let type =
                (try? FileManager.default.attributesOfItem(atPath: full))?[.type] as? FileAttributeType
            if type == .typeDirectory {
                guard depth < 8 else { throw FolderProblem(path: full, because: "folders are nested too deeply") }
                try collect(root, relative, depth: depth + 1, into: &files)
                continue
            }
            if name.hasSuffix(".md") { continue }
            guard files.count < mostFiles else {
                throw FolderProblem(path: root, because: "it holds more than \(mostFiles) files")
            }
            // A file that has no place here is reported without being read.
            guard PolicyPath(relative) != nil else {
                files[relative] = []
                continue
            }
            guard type == .typeRegular || type == .typeSymbolicLink else {
                throw FolderProblem(path: full, because: "it is no file")
            }
            guard let data = FileManager.default.contents(atPath: full) else {
                throw FolderProblem(path: full, because: "it cannot be read")
            }
            files[relative] = [UInt8](data)
        }
    }

    /// Loads files from memory: path relative to the folder -> content.
    public static func load(files: [String: [UInt8]]) -> LoadedPolicies { Loader(files).load() }
}

/// What a path in the folder stands for.
enum PolicyPath: Equatable {
    case vocabulary
    case offences
    case jurisdiction(String)
    case agreement(String)
    case agency(String)
    case cases

    init?(_ path: String) {
        if path == "vocabulary.yaml" {
            self = .vocabulary
            return
        }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].hasSuffix(".yaml"), parts[1].utf8.count > 5 else { return nil }
        let stem = String(parts[1].dropLast(5))
        switch parts[0] {
        case "offences": self = .offences
        case "jurisdictions": self = .jurisdiction(stem)
        case "agreements": self = .agreement(stem)
        case "agencies": self = .agency(stem)
        case "cases": self = .cases
        default: return nil
        }
    }

    /// Dot-files, files in dot-folders and `*.md` are passed over.
    static func isIgnored(_ path: String) -> Bool {
        path.hasSuffix(".md") || path.split(separator: "/").contains { $0.hasPrefix(".") }
    }
}
