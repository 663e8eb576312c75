/// Where the parts of a node stand in its folder, DIR.

public import Foundation

public struct NodeFolder: Sendable {
    public let url: URL

    public init(_ path: String) {
        url = URL(fileURLWithPath: path, isDirectory: true).standardizedFileURL
    }

    public var path: String { url.path }
    /// What `init` was told: agency, addresses. Read at start.
    public var configuration: URL { url.appendingPathComponent("comity.json") }
    public var keyring: URL { url.appendingPathComponent("keyring") }
    /// The passphrase that `init` made because none was given; better kept elsewhere (see `comity doctor`).
    public var passphrase: URL { url.appendingPathComponent("passphrase") }
    public var database: URL { url.appendingPathComponent("vault.sqlite") }
    public var segments: URL { url.appendingPathComponent("segments", isDirectory: true) }
    public var policies: URL { url.appendingPathComponent("policies", isDirectory: true) }
    public var log: URL { url.appendingPathComponent("log", isDirectory: true) }
    /// Logs that a restore ended, each under its number.
    public var ended: URL { url.appendingPathComponent("ended", isDirectory: true) }
    /// Where a backup is restored to see whether it can be; gone afterwards.
    var trial: NodeFolder { NodeFolder(url.appendingPathComponent("trial").path) }
    public var card: URL { url.appendingPathComponent("card.json") }
    /// A base map for the console, in place of the program's own.
    var baseMap: URL { url.appendingPathComponent("base-map.txt") }
    /// The Unix socket of the running node.
    public var socket: URL { url.appendingPathComponent("node.sock") }

    public var exists: Bool { FileManager.default.fileExists(atPath: configuration.path) }
}
