/// Where the passphrase of a keyring comes from: a file that was named, a credential of the service manager, the file
/// that `init` made, or a person at a terminal. Never an argument or a variable.

import Foundation
import NodeCore

enum Passphrase {
    /// The name of the credential under systemd (`LoadCredential=`) and Docker (`secrets:`).
    static let credential = "comity-passphrase"

    /// The bytes of the passphrase, a line end at its end dropped.
    static func read(file: String?, folder: NodeFolder) throws(NodeProblem) -> [UInt8] {
        if let file { return try bytes(of: file) }
        if let directory = ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"] {
            let path = directory + "/" + credential
            if FileManager.default.fileExists(atPath: path) { return try bytes(of: path) }
        }
        for path in ["/run/secrets/" + credential, folder.passphrase.path]
        where FileManager.default.fileExists(atPath: path) {
            return try bytes(of: path)
        }
        guard isatty(STDIN_FILENO) == 1, let typed = prompt("passphrase of \(folder.path): ") else {
            throw NodeProblem(
                .usage,
                "no passphrase was given",
                at: folder.keyring.path,
                because: "the keyring is sealed, and there is no terminal to ask at",
                try: "--passphrase-file FILE, or a credential named \(credential)"
            )
        }
        return typed
    }

    /// Asks at the terminal without echo.
    static func prompt(_ words: String) -> [UInt8]? {
        guard let text = getpass(words) else { return nil }
        defer { memset(text, 0, strlen(text)) }
        let typed = Array(UnsafeBufferPointer(start: text, count: strlen(text))).map { UInt8(bitPattern: $0) }
        return typed.isEmpty ? nil : typed
    }

    private static func bytes(of path: String) throws(NodeProblem) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw NodeProblem(.usage, "the passphrase file cannot be read", at: path, try: "check its path and owner")
        }
        var bytes = [UInt8](data)
        while let last = bytes.last, last == 0x0A || last == 0x0D { bytes.removeLast() }
        guard !bytes.isEmpty else {
            throw NodeProblem(.usage, "the passphrase file is empty", at: path, try: "write a passphrase into it")
        }
        return bytes
    }
}
