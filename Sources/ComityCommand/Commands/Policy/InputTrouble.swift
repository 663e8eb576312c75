/// Why a file or folder that a policy command was given cannot be read, and an act that shows or mends it.
/// Looks at the path only; reads nothing.

import Foundation

enum InputTrouble {
    /// A file that was to be read.
    static func file(_ path: String) -> CommandFailure {
        let (because, remedy) = why(path, isFile: true)
        return CommandFailure(Exit.data, "the file cannot be read", at: path, because: because, try: remedy)
    }

    /// A folder of policy files that was to be read.
    static func folder(_ path: String, because: String) -> CommandFailure {
        CommandFailure(
            Exit.data,
            "the policies cannot be read",
            at: path,
            because: because,
            try: why(path, isFile: false).remedy
        )
    }

    private static func why(_ path: String, isFile: Bool) -> (because: String, remedy: String) {
        guard access(path, F_OK) == 0 else {
            let code = errno
            if code != ENOENT { return (words(code), "ls -ld \(existingParent(path))") }
            return ("it does not exist", "ls \(existingParent(path))")
        }
        var isFolder: ObjCBool = false
        _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        if isFolder.boolValue, isFile { return ("it is a folder", "ls \(path), and name a file in it") }
        let shown = isFolder.boolValue ? "ls -ld \(path)" : "ls -l \(path)"
        if access(path, R_OK) != 0 { return (words(errno), shown) }
        return ("reading it failed", shown)
    }

    private static func words(_ code: Int32) -> String {
        switch code {
        case EACCES: "it is not yours to read"
        case ENOTDIR: "a part of its path is no folder"
        default: String(cString: strerror(code))
        }
    }

    /// The nearest folder above a path that is there.
    private static func existingParent(_ path: String) -> String {
        var parent = (path as NSString).deletingLastPathComponent
        while !parent.isEmpty, parent != "/", !FileManager.default.fileExists(atPath: parent) {
            parent = (parent as NSString).deletingLastPathComponent
        }
        return parent.isEmpty ? "." : parent
    }
}
