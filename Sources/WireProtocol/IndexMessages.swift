// Knows how a manifest travels with the proof that its holder logged it (PROTOCOL 2). Never reads a manifest.

public import CanonicalJSON

/// The 200 to `GET /v1/indexes/<agreement>/manifest`.
public struct ManifestEnvelope: WireMessage {
    /// The manifest, canonical JSON, at most 64 KiB.
    public var manifest: [UInt8]
    /// The holder's Ed25519 signature over it, 64 bytes.
    public var signature: [UInt8]
    /// Bytes of the `index.published` leaf, at most 8,192.
    public var leaf: [UInt8]
    /// Position of that leaf.
    public var leafIndex: Int
    /// RFC 9162 inclusion proof, hashes of 32 bytes from the leaf upwards; at most 63.
    public var inclusion: [[UInt8]]
    /// The signed note of the checkpoint that the proof leads to.
    public var checkpoint: String

    public init(
        manifest: [UInt8],
        signature: [UInt8],
        leaf: [UInt8],
        leafIndex: Int,
        inclusion: [[UInt8]],
        checkpoint: String
    ) {
        self.manifest = manifest
        self.signature = signature
        self.leaf = leaf
        self.leafIndex = leafIndex
        self.inclusion = inclusion
        self.checkpoint = checkpoint
    }

    public static var limits: CanonicalJSON.Limits { WireLimits.envelope }

    public init(members reader: inout ObjectReader) throws {
        manifest = try reader.bytes("manifest", count: 1...WireLimits.manifest)
        signature = try reader.bytes("signature", count: 64...64)
        leaf = try reader.bytes("leaf", count: 1...8_192)
        leafIndex = try reader.integer("leaf_index", in: 0...JSONValue.greatestInteger)
        inclusion = []
        for hash in try reader.strings("inclusion", count: 0...63, bytes: 43...43) {
            guard let bytes = Base64URL.decode(hash), bytes.count == 32 else {
                throw MemberError("inclusion", .outOfRange)
            }
            inclusion.append(bytes)
        }
        checkpoint = try reader.string("checkpoint", bytes: 1...8_192)
    }

    public var members: [String: JSONValue] {
        [
            "manifest": .string(Base64URL.encode(manifest)),
            "signature": .string(Base64URL.encode(signature)),
            "leaf": .string(Base64URL.encode(leaf)),
            "leaf_index": .integer(leafIndex),
            "inclusion": .array(inclusion.map { .string(Base64URL.encode($0)) }),
            "checkpoint": .string(checkpoint),
        ]
    }
}
