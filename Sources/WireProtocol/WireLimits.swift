// Knows the greatest sizes between nodes, in one place. They hold before anything is parsed.

import CanonicalJSON

/// Limits of PROTOCOL 1 and 5.
public enum WireLimits {
    /// Blinded points in one message, all classes together.
    public static let pointsPerBatch = 8_192
    /// Match keys of one query, pads included.
    public static let keysPerQuery = 1_048_576
    /// Batches of one query.
    public static let batchesPerQuery = keysPerQuery / pointsPerBatch
    /// Classes in one message.
    public static let classes = 8
    /// Encoded ristretto255 element (RFC 9496).
    public static let pointBytes = 32
    /// DLEQ proof of RFC 9497: two scalars.
    public static let proofBytes = 64
    /// Bytes of a message without points.
    public static let smallBody = 65_536
    /// Bytes of a message with points: 8,192 of them in base64url, and room for the rest.
    public static let pointBody = 524_288
    /// Bytes of a signed manifest.
    public static let manifest = 1_048_576
    /// Bytes of a manifest with its proof.
    public static let manifestBody = 2_097_152
    /// Most bytes of an index segment in one answer: a longer one is asked for in ranges.
    public static let segmentPiece = 1_048_576
    /// Bytes of a problem.
    public static let problemBody = 16_384

    static let points = CanonicalJSON.Limits(maxBytes: pointBody, maxDepth: 3)
    static let small = CanonicalJSON.Limits(maxBytes: smallBody, maxDepth: 6)
    static let envelope = CanonicalJSON.Limits(maxBytes: manifestBody, maxDepth: 2)
    static let problem = CanonicalJSON.Limits(maxBytes: problemBody, maxDepth: 1)
}
