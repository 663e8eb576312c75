/// From errors below to problems a person can act on. What an error says may enter only where its type is known to carry
/// no record data.

import Vault

extension NodeProblem {
    /// Our fault, doing something; problems that say more go through as they are.
    init(fault error: any Error, doing act: String) {
        if let problem = error as? NodeProblem {
            self = problem
            return
        }
        if FullDisk.isCause(of: error) {
            self.init(
                .refused,
                "\(act) failed: this node's disk is full",
                because: "nothing of it was kept by half, and what was there is as it was",
                try: "make room, then the same again; comity doctor DIR says how much is free"
            )
            return
        }
        self.init(
            .fault,
            "\(act) failed",
            because: "\(type(of: error))" + Self.safeDetail(of: error),
            try: "comity doctor DIR; if it goes on, report it with this line"
        )
    }

    init(keyring error: any Error) {
        switch error {
        case KeyringError.missing(let path):
            self.init(.data, "the keyring is missing", at: path, try: "restore it from its backup")
        case KeyringError.wrongPassphraseOrChanged(let path):
            self.init(
                .usage,
                "the passphrase does not open the keyring",
                at: path,
                because: "it is another passphrase, or the file was changed",
                try: "--passphrase-file with the right file"
            )
        case KeyringError.unreadable(let path, let reason):
            self.init(.data, "the keyring cannot be read", at: path, because: reason, try: "restore it from its backup")
        default: self.init(fault: error, doing: "opening the keyring")
        }
    }

    init(opening error: any Error, folder: NodeFolder) {
        if let problem = error as? NodeProblem {
            self = problem
            return
        }
        self.init(
            .data,
            "the node cannot be opened",
            at: folder.path,
            because: Self.words(of: error),
            try: "keep a copy of the folder before anything else; docs/operations.md, \"A node that does not start\""
        )
    }

    private static func words(of error: any Error) -> String {
        "\(type(of: error))" + safeDetail(of: error)
    }

    /// Types of this project whose descriptions are written to hold no personal data.
    private static func safeDetail(of error: any Error) -> String {
        switch error {
        case let error as KeyringError: ": \(error)"
        case let error as DurableFileError: ": \(error)"
        case let error as AuditStoreError: ": \(error)"
        default: ""
        }
    }
}
