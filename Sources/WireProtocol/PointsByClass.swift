// Knows group elements as opaque 32-byte strings, class by class. Never decodes one.

import CanonicalJSON
import PeerTrust
public import TransparencyLog

/// Points of one message. Classes stand in byte order of their names, and the index `i` of PROTOCOL 1 counts through
/// them in that order.
public struct PointsByClass: Sendable, Hashable {
    /// Class name -> concatenated encodings of 32 bytes, at least one for each class.
    public let classes: [String: [UInt8]]

    /// A point that stands twice is found where points are decoded: after quota and entry.
    ///
    /// - Throws: `points` when there is no class, more than 8, more than 8,192 points, or a class without whole points.
    public init(_ classes: [String: [UInt8]]) throws(WireError) {
        guard (1...WireLimits.classes).contains(classes.count) else { throw .points }
        var total = 0
        for (name, bytes) in classes {
            guard AgencyID(name) != nil, !bytes.isEmpty, bytes.count % WireLimits.pointBytes == 0 else { throw .points }
            total += bytes.count / WireLimits.pointBytes
            guard total <= WireLimits.pointsPerBatch else { throw .points }
        }
        self.classes = classes
    }

    /// Points in all classes together.
    public var count: Int { classes.values.reduce(0) { $0 + $1.count / WireLimits.pointBytes } }

    /// Class names in byte order.
    public var names: [String] { classes.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }

    /// RFC 9162 root over the leaves class ‖ 00 ‖ B_i, in order (PROTOCOL 5): what both logs hold.
    public var pointRoot: TreeHash {
        var tree = TreeFrontier()
        forEachLeaf { tree.append($0) }
        return tree.root
    }

    /// The hashes of those leaves, in order.
    public var leaves: [TreeHash] {
        var leaves: [TreeHash] = []
        forEachLeaf { leaves.append($0) }
        return leaves
    }

    /// The hash of one such leaf.
    public static func leaf(_ className: String, point: [UInt8]) -> TreeHash {
        TreeHash.leaf(Array(className.utf8) + [0] + point)
    }

    private func forEachLeaf(_ body: (TreeHash) -> Void) {
        for name in names {
            guard let bytes = classes[name] else { continue }
            var leaf = Array(name.utf8) + [0]
            let start = leaf.count
            leaf += [UInt8](repeating: 0, count: WireLimits.pointBytes)
            for offset in stride(from: 0, to: bytes.count, by: WireLimits.pointBytes) {
                for position in 0..<WireLimits.pointBytes { leaf[start + position] = bytes[offset + position] }
                body(TreeHash.leaf(leaf))
            }
        }
    }

    init(_ reader: inout ObjectReader, _ member: String) throws {
        var classes: [String: [UInt8]] = [:]
        var object = try reader.object(member)
        for (name, value) in object.remaining() {
            guard let text = value.string, let bytes = Base64URL.decode(text) else { throw WireError.points }
            classes[name] = bytes
        }
        try self.init(classes)
    }

    var value: JSONValue { .object(classes.mapValues { .string(Base64URL.encode($0)) }) }
}
