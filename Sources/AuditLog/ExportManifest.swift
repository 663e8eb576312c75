// Knows what a signed manifest of an export says (AUDIT section 7): which log, which entries, which files. Signs nothing.
import TransparencyLog

/// The text of `MANIFEST`, before it is signed under the export key.
///
///     comity audit export v1
///     log <origin>
///     checkpoint <size> <root, base64>
///     entries <count>
///     filter <words>
///     <SHA-256, hex>  <file>
///
/// Its last lines are those of `sha256sum`, so that `sha256sum -c MANIFEST` checks the files.
public struct ExportManifest: Sendable {
    public static let header = "comity audit export v1\n"
    /// Most files named one by one; more stand in `SHA256SUMS`, which is named in their place.
    public static let mostFiles = 4_096

    public let checkpoint: Checkpoint
    public let count: Int
    public let filter: String
    /// Name and lower-case hex digest.
    public private(set) var files: [(name: String, digest: String)] = []

    public init(checkpoint: Checkpoint, count: Int, filter: String) {
        self.checkpoint = checkpoint
        self.count = count
        self.filter = filter
    }

    public mutating func add(_ name: String, digest: [UInt8]) {
        let hex = digest.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }
        files.append((name, hex.joined()))
    }

    /// Lines of `sha256sum`, by name.
    public var sums: String {
        files.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
            .map { "\($0.digest)  \($0.name)\n" }.joined()
    }

    /// The text to sign.
    public var text: String {
        Self.header + "log \(checkpoint.origin)\n" + "checkpoint \(checkpoint.size) \(checkpoint.root.base64)\n"
            + "entries \(count)\n" + "filter \(filter.isEmpty ? "none" : filter)\n" + sums
    }
}
