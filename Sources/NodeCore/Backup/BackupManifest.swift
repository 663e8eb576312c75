/// What a backup says of itself: whose, when, by which program, how far its log goes. Signed by the node's export key, as the
/// manifests of exports are; the digests of its files stand in `SHA256SUMS`, whose own digest stands here.

import Foundation
import PolicyEngine
import TransparencyLog

/// The text of `MANIFEST`, before it is signed.
///
///     comity backup v1
///     agency <id>
///     made <time>
///     program <version>
///     checkpoint <origin> <size> <root, base64>
///     files <count>
///     bytes <count>
///     <SHA-256, hex>  SHA256SUMS
struct BackupManifest: Sendable, Equatable {
    static let name = "MANIFEST"
    static let sumsName = "SHA256SUMS"
    private static let header = "comity backup v1"
    private static let kind = "comity backup v"

    var agency: String
    var made: Moment
    var program: String
    /// The newest one that was signed when the backup was made.
    var checkpoint: Checkpoint
    /// All files but `MANIFEST` and `SHA256SUMS`.
    var files: Int
    var bytes: Int
    /// Hex SHA-256 of `SHA256SUMS`.
    var sums: String

    /// The text to sign.
    var text: String {
        """
        \(Self.header)
        agency \(agency)
        made \(made)
        program \(program)
        checkpoint \(checkpoint.origin) \(checkpoint.size) \(checkpoint.root.base64)
        files \(files)
        bytes \(bytes)
        \(sums)  \(Self.sumsName)

        """
    }
}

extension BackupManifest {
    /// Reads the text of a note whose signature is checked elsewhere.
    init(text: String) throws(BackupFault) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let first = lines.first, first.hasPrefix(Self.kind) else { throw .notABackup }
        guard first == Self.header else { throw .otherFormat(String(first.dropFirst(Self.kind.count - 1).prefix(8))) }
        guard lines.count == 9, lines[8].isEmpty else { throw .damaged(Self.name) }
        func words(_ line: Int, _ name: String, _ count: Int = 1) throws(BackupFault) -> [String] {
            let words = lines[line].split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            guard words.count == count + 1, words[0] == name else { throw .damaged(Self.name) }
            return Array(words.dropFirst())
        }
        let point = try words(4, "checkpoint", 3)
        guard let made = Moment(try words(2, "made")[0]), let size = Int(point[1]), size >= 0,
            let root = Data(base64Encoded: point[2]).flatMap({ TreeHash([UInt8]($0)) }),
            let files = Int(try words(5, "files")[0]), files >= 0,
            let bytes = Int(try words(6, "bytes")[0]), bytes >= 0,
            lines[7].hasSuffix("  \(Self.sumsName)"), let sum = lines[7].split(separator: " ").first,
            sum.utf8.count == 64
        else { throw .damaged(Self.name) }
        self.init(
            agency: try words(1, "agency")[0],
            made: made,
            program: try words(3, "program")[0],
            checkpoint: Checkpoint(origin: point[0], size: size, root: root),
            files: files,
            bytes: bytes,
            sums: String(sum)
        )
        guard self.text == text else { throw .damaged(Self.name) }
    }
}

/// Why a folder is not taken for a backup of a node, or not for one that may be restored. Names files of the backup, and
/// nothing in them.
enum BackupFault: Error, Sendable, Equatable {
    case notABackup
    case otherFormat(String)
    /// A later version of the program made it.
    case newerProgram(String)
    /// Not the file that was backed up.
    case damaged(String)
    case missing(String)
    /// A file that the backup does not know of.
    case stray(String)
    /// A link, a socket or a device where a file was, or a name that leads elsewhere.
    case notAFile(String)
    /// Another node signed it than the one whose keys lie in it.
    case foreign(String)
    case unreadable(String, Int32)

    func problem(at folder: String) -> NodeProblem {
        let (place, because): (String, String) =
            switch self {
            case .notABackup: ("", "it has no MANIFEST of comity backup")
            case .otherFormat(let format):
                (BackupManifest.name, "its format \(format) is not the one this program writes")
            case .newerProgram(let version):
                (BackupManifest.name, "comity \(version) made it, which is newer than this one")
            case .damaged(let name): (name, "it is not the file that was backed up")
            case .missing(let name): (name, "it is not there")
            case .stray(let name): (name, "the backup does not know of it")
            case .notAFile(let name): (name, "it is a link or no file, or its name leads out of the backup")
            case .foreign(let name): (name, "another node made it than the one whose keys lie in this backup")
            case .unreadable(let name, let code): (name, String(cString: strerror(code)))
            }
        return NodeProblem(
            .data,
            self == .notABackup ? "this is no backup of a node" : "this backup cannot be restored; nothing was written",
            at: place.isEmpty ? folder : "\(folder)/\(Self.shown(place))",
            because: because,
            try: remedy
        )
    }

    /// A name that somebody else gave, for a terminal: nothing in it commands one, or turns the line around.
    private static func shown(_ name: String) -> String {
        String(
            String.UnicodeScalarView(
                name.unicodeScalars.prefix(512).map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .format, .lineSeparator, .paragraphSeparator: "?"
                    default: scalar
                    }
                }
            )
        )
    }

    private var remedy: String {
        switch self {
        case .newerProgram, .otherFormat: "restore it with the version of comity that made it"
        case .stray: "take the file away, or another copy of the backup"
        case .notABackup: "the folder that comity backup wrote"
        default: "another copy of the backup"
        }
    }
}
