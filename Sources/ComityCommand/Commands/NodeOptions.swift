/// Options that commands on a node share.

import ArgumentParser
import Foundation
import NodeCore

struct NodeOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The node's folder.", valueName: "DIR"))
    var folder: String

    @Option(
        help: ArgumentHelp(
            "File with the keyring's passphrase; only needed while the node is not running.",
            valueName: "FILE"
        )
    )
    var passphraseFile: String?

    var access: NodeAccess { NodeAccess(folder: NodeFolder(folder), passphraseFile: passphraseFile) }
}

struct ActorOptions: ParsableArguments {
    @Option(
        name: .customLong("as"),
        help: ArgumentHelp(
            "Who acts: an account of this node. May be left out if only one account may do it.",
            valueName: "NAME"
        )
    )
    var account: String?
}

/// Reads a file named on the command line; `-` is standard input.
func readInput(_ path: String) throws(CommandFailure) -> [UInt8] {
    if path == "-" { return [UInt8](FileHandle.standardInput.readDataToEndOfFile()) }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue,
        let data = FileManager.default.contents(atPath: path)
    else {
        throw CommandFailure(
            Exit.data,
            "the file cannot be read",
            at: path,
            because: isFolder.boolValue ? "it is a folder" : "it is not there, or not yours to read",
            try: "check the path"
        )
    }
    return [UInt8](data)
}
