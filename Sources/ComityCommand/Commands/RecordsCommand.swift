/// `comity records`: the agency's own records, into its vault, out of it, and compared with each other.

import ArgumentParser
import Foundation
import NodeCore
import RecordFiles

struct RecordsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "records",
        abstract: "Bring an agency's records into its vault, out of it, and find duplicates.",
        discussion: """
            Examples:
              comity records import north persons.csv
              comity records import north vessels.csv --dataset vessels
              comity records export north persons.ftm.json --format ftm
              comity records duplicates north
            """,
        subcommands: [RecordsImportCommand.self, RecordsExportCommand.self, RecordsDuplicatesCommand.self]
    )
}

/// Words of `--format`.
enum FormatWord {
    static func read(_ word: String) throws -> RecordFormat {
        if let format = RecordFormat(rawValue: word) { return format }
        let known = RecordFormat.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("a form of record file is one of: \(known)")
    }
}

/// Where a file of records stands, for the node: a running node has a folder of its own to work in.
enum RecordPath {
    static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    /// Whether it can be read more than once.
    static func isRegular(_ path: String) -> Bool {
        let type = try? FileManager.default.attributesOfItem(atPath: (path as NSString).resolvingSymlinksInPath)[.type]
        return type as? FileAttributeType == .typeRegular
    }
}

/// Words as a shell reads them.
enum ShellWord {
    /// A command to repeat.
    static func line(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }

    static func quoted(_ word: String) -> String {
        let plain = word.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "._/=:@,+-".utf8.contains(byte)
        }
        return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }
}
