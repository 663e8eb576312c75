/// Where the first operator's one-time code waits when nobody looks at a terminal: what goes to standard error is kept by
/// whoever collects it, and the code would stand there for good.

public import Foundation
import Vault

extension NodeFolder {
    /// The one-time code of the first operator, as long as nobody can sign in.
    public var firstCode: URL { url.appendingPathComponent("first-code") }
}

extension Node {
    /// Writes the code where only the node's own account reads it.
    public func keepFirstCode(_ code: String) throws(NodeProblem) {
        do {
            try DurableFile.write(Array("\(code)\n".utf8), to: folder.firstCode, mode: 0o600)
        } catch {
            throw NodeProblem(fault: error, doing: "keeping the first code")
        }
    }

    /// Once somebody is set up, or the code stands elsewhere, nothing of it stays.
    public func removeFirstCode() { try? FileManager.default.removeItem(at: folder.firstCode) }
}
