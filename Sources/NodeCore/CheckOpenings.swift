/// Use case of an auditor, without a node: do drawn keys open to the points that both logs hold (PROTOCOL section 5)?
/// Reads two copies of logs and the asker's file; whether a key fits the case, the auditor sees.

public import AuditLog
import CanonicalJSON
import Foundation
import SetIntersection
import Sodium
import TransparencyLog
import WireProtocol

/// What came of checking drawn keys.
public struct OpeningCheck: Sendable {
    /// A drawn key that opened.
    public struct Key: Sendable {
        public let position: Int
        public let keyClass: String
        /// `pad` for padding.
        public let kind: String
        /// Canonical form; empty for padding.
        public let value: String
    }

    public struct Problem: Sendable {
        /// The drawn key; nil when it is about the whole.
        public let position: Int?
        public let text: String
    }

    /// A log in which an entry is broken.
    public struct BrokenLog: Error {
        /// The holder's; otherwise the asker's.
        public let inHolders: Bool
        public let defect: LogCopyError
    }

    public private(set) var query = ""
    public private(set) var keys: [Key] = []
    public private(set) var problems: [Problem] = []

    public var ok: Bool { problems.isEmpty }

    /// Longest file of openings read, in bytes.
    private static let greatestFile = 4 << 20

    /// - Parameters:
    ///   - file: what the asker's node gave the auditor.
    ///   - asker: a copy of the asker's log, with its entries.
    ///   - holder: a copy of the holder's log, with its entries.
    public init(_ file: [UInt8], asker: LogCopy, holder: LogCopy) throws(BrokenLog) {
        guard file.count <= Self.greatestFile,
            let opened = try? JSONDecoder().decode(OpeningFile.self, from: Data(file)), opened.form == OpeningFile.form
        else {
            problems = [Problem(position: nil, text: "the file is not one of openings")]
            return
        }
        query = opened.query
        if opened.asker != asker.checkpoint.origin {
            add("the file is of the log \(opened.asker), not of \(asker.checkpoint.origin)")
        }
        if opened.openings.isEmpty { add("the file opens no key") }
        let asked = try Self.told(asker, as: .asker, query: query)
        let received = try Self.told(holder, as: .holder, query: query, peer: asker.agency)
        guard let keys = asked.keys, let declared = received.keys else {
            if asked.keys == nil { add("the asker's log has no entry on this query") }
            if received.keys == nil { add("the holder's log has no entry on this query of \(asker.agency)") }
            return
        }
        guard keys == declared else {
            add("the asker's log speaks of \(keys) keys, the holder's of \(declared)")
            return
        }
        var roots: [Int: TreeHash] = [:]
        var positions: Set<Int> = []
        for opening in opened.openings {
            do throws(OpeningFailure) {
                // Counted twice, one key would stand for two that were drawn.
                guard positions.insert(opening.position).inserted else { throw OpeningFailure("it is opened twice") }
                let (key, root) = try Self.open(opening, of: keys, asked: asked, received: received)
                let batch = opening.position / PointBatch.greatestCount
                guard roots[batch, default: root] == root,
                    !roots.contains(where: { $0.key != batch && $0.value == root })
                else { throw OpeningFailure("it leads to the points of another batch") }
                roots[batch] = root
                self.keys.append(key)
            } catch {
                add(error.text, at: opening.position)
            }
        }
    }

    private mutating func add(_ text: String, at position: Int? = nil) {
        problems.append(Problem(position: position, text: text))
    }

    /// What a log says of the points of a query.
    private struct Told {
        /// Of the whole query, padding included; nil without an entry.
        var keys: Int?
        var first: Set<TreeHash> = []
        /// Of further batches, in the order in which the log first speaks of them. One that is sent again is told again.
        var further: [TreeHash] = []

        /// The roots that a batch may have. The asker's log has the order: there a batch has its entry before the next.
        func roots(of batch: Int, inOrder: Bool) -> Set<TreeHash> {
            if batch == 0 { return first }
            guard inOrder else { return Set(further) }
            return further.indices.contains(batch - 1) ? [further[batch - 1]] : []
        }
    }

    private static func told(
        _ log: LogCopy,
        as side: Exchange.Side,
        query: String,
        peer: String? = nil
    ) throws(BrokenLog) -> Told {
        let (opening, count) = side == .asker ? ("query.asked", "keys") : ("query.received", "keys_declared")
        var told = Told()
        do {
            try log.forEachLeaf { leaf, _, _ in
                guard Self.isMeant(leaf, by: query, of: peer, side),
                    let root = leaf.data["point_root"]?.string.flatMap(Base64URL.decode).flatMap({ TreeHash($0) })
                else { return }
                if leaf.event == opening {
                    told.keys = told.keys ?? leaf.data[count]?.integer
                    told.first.insert(root)
                } else if leaf.event == "query.continued", !told.further.contains(root) {
                    told.further.append(root)
                }
            }
        } catch let error as LogCopyError {
            throw BrokenLog(inHolders: side == .holder, defect: error)
        } catch {
            throw BrokenLog(inHolders: side == .holder, defect: LogCopyError(place: "", text: "it cannot be read"))
        }
        return told
    }

    /// Whether an entry is about that query. Where it has `data.x`, that names query, peer and side (AUDIT section 3); logs of
    /// earlier versions name them in `data` alone. An id is the asker's: the other agency may have used it for its own.
    private static func isMeant(_ leaf: Leaf, by query: String, of peer: String?, _ side: Exchange.Side) -> Bool {
        let x = leaf.data["x"]
        guard (x?["query"] ?? leaf.data["query"])?.string == query else { return false }
        if let peer, (x?["peer"] ?? leaf.data["peer"])?.string != peer { return false }
        if let x { return x["side"]?.string == side.rawValue }
        return side == .holder || leaf.actor.role != .peer
    }

    private struct OpeningFailure: Error {
        let text: String
        init(_ text: String) { self.text = text }
    }

    /// - Returns: the key, and the root of its batch.
    private static func open(
        _ drawn: OpeningFile.Key,
        of keys: Int,
        asked: Told,
        received: Told
    ) throws(OpeningFailure) -> (Key, TreeHash) {
        let (batch, row) = drawn.position.quotientAndRemainder(dividingBy: PointBatch.greatestCount)
        guard drawn.position >= 0, let size = QueryLayout.points(in: batch, keys: keys), row < size else {
            throw OpeningFailure("the query has no such key: it has \(keys)")
        }
        guard let key = Base64URL.decode(drawn.key), let blind = Base64URL.decode(drawn.blind),
            let keyClass = try? KeyClass(drawn.keyClass)
        else { throw OpeningFailure("it is not written as a key, its class and its blind") }
        var path: [TreeHash] = []
        for text in drawn.path {
            guard let hash = Base64URL.decode(text).flatMap({ TreeHash($0) }) else {
                throw OpeningFailure("its path is not one of hashes")
            }
            path.append(hash)
        }
        let opening = Opening(position: drawn.position, keyClass: keyClass, key: key, blind: blind)
        guard let point = opening.point() else { throw OpeningFailure("its blind is no scalar") }
        let leaf = PointsByClass.leaf(drawn.keyClass, point: point)
        func leads(to roots: Set<TreeHash>) -> TreeHash? {
            roots.first { root in
                (try? MerkleProof.verifyInclusion(of: leaf, index: row, size: size, proof: path, root: root)) != nil
            }
        }
        guard let root = leads(to: asked.roots(of: batch, inOrder: true)) else {
            throw OpeningFailure("key and blind do not open to the points in the asker's log")
        }
        guard leads(to: received.roots(of: batch, inOrder: false)) == root else {
            throw OpeningFailure("key and blind do not open to the points in the holder's log")
        }
        return (described(drawn, key), root)
    }

    private static func described(_ drawn: OpeningFile.Key, _ key: [UInt8]) -> Key {
        let end = key.firstIndex(of: 0) ?? key.endIndex
        let kind = String(decoding: key[..<end], as: UTF8.self)
        let value = kind == "pad" ? "" : String(decoding: key[min(end + 1, key.endIndex)...], as: UTF8.self)
        return Key(position: drawn.position, keyClass: drawn.keyClass, kind: kind, value: value)
    }
}
