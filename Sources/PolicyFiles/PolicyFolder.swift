/// From a folder of policy files to policies ready for decisions, with every problem found on the way.
/// Reads the disk when asked to load a path; knows no clock.

import Crypto
import Foundation
import PolicyEngine

/// A folder that was read, right or wrong.
public struct LoadedPolicies: Sendable {
    /// Nil if there is an error among the problems.
    public let policies: PolicySet?
    /// Every error, sorted by place.
    public let problems: [Problem]
    /// Hex SHA-256 over path, byte 0 and 32-byte SHA-256 of the content of each policy file, in path order.
    public let digest: String
    /// Every expected decision, in path order, then file order.
    public let cases: [PolicyCase]
    /// The bytes of each policy file by its path.
    public let files: [String: [UInt8]]
    /// A file whose name differs from another's in nothing but how its letters are composed: of the two, `files` holds one.
    public let twin: String?
    /// Where the rules stand.
    let places: RulePlaces
    /// What of it can be judged for warnings; nil if what all files lean on has errors.
    let review: PolicyReview?
    /// What the folder declares, for reading more cases.
    let names: DeclaredNames

    /// SHA-256 (32 bytes) of an agreement's file: two agencies compare it. Nil if there is no such agreement.
    public func agreementDigest(_ id: String) -> [UInt8]? {
        files["agreements/\(id).yaml"].map { Array(SHA256.hash(data: $0)) }
    }

    /// Every error and warning, sorted by place.
    /// - Parameter at: the moment at which rules and agreements may have ended.
    public func findings(at: Moment) -> [Problem] {
        let warnings = (review?.warnings(on: at.day) ?? []).map { warning in
            let path = RulePlaces.path(warning.layer, warning.owner)
            return Problem(
                file: path,
                place: warning.rule.map { places.place(of: $0, in: path) } ?? places.valid[path] ?? .start,
                severity: .warning,
                code: Problem.Code(warning.kind),
                text: warning.text
            )
        }
        return Problem.sorted(problems + warnings)
    }
}

/// Why a folder cannot be read at all.
public struct FolderProblem: Error, Sendable, Equatable {
    public let path: String
    public let because: String
}

public enum PolicyFolder {
    /// Longest policy file read, in bytes.
    public static let longestFile = StrictYAML.longest

    /// Loads a folder from disk, in bounded memory whatever lies in it.
    /// A file that cannot be read, or that a link takes from elsewhere, is a problem of that file.
    public static func load(path: String) throws(FolderProblem) -> LoadedPolicies {
        let found = try FolderContent(path: path)
        return Loader(found.files, unread: found.unread).load()
    }

    /// Loads files from memory: path relative to the folder -> content.
    public static func load(files: [String: [UInt8]]) -> LoadedPolicies {
        Loader(files.map { ($0.key, $0.value) }).load()
    }
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
        // By bytes: a letter that joins the one before it would hide the slash.
        let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map {
            Substring($0)
        }
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

    /// The ID before the slash in the names of its rules; nil if it holds none.
    var owner: String? {
        switch self {
        case .jurisdiction(let id), .agreement(let id), .agency(let id): id
        case .vocabulary, .offences, .cases: nil
        }
    }

    /// Dot-files, files in dot-folders and `*.md` are passed over.
    static func isIgnored(_ path: String) -> Bool {
        path.hasSuffix(".md")
            || path.utf8.split(separator: UInt8(ascii: "/")).contains { isHidden(String(Substring($0))) }
    }

    /// Whether a file's or folder's own name begins with a dot.
    static func isHidden(_ name: String) -> Bool { name.utf8.first == UInt8(ascii: ".") }
}
