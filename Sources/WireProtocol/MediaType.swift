// Knows how bodies are labelled. The version of the protocol is in the label and in the path, and both must agree.

/// Values of `Content-Type`, in their one spelling.
public enum MediaType {
    /// Messages of version 1: canonical JSON.
    public static let message = "application/vnd.comity.v1+json"
    /// Refusals (RFC 9457).
    public static let problem = "application/problem+json"
    /// Index segments, log tiles.
    public static let bytes = "application/octet-stream"
    /// Checkpoints and consistency proofs (C2SP).
    public static let text = "text/plain; charset=utf-8"
    /// The tree size that a witness knows, in its 409 (C2SP tlog-witness).
    public static let treeSize = "text/x.tlog.size"
}
