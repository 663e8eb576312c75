// Knows what the audit store is handed from outside: time, randomness, keys. Holds no key itself.
import AuditLog
import TransparencyLog

/// What is stored of a personal value.
public struct SealedAuditValue: Sendable {
    /// The disclosure, sealed.
    public let box: [UInt8]
    /// The value's blind index.
    public let blind: [UInt8]
    /// Blind index of each term, cut to `termLength` bytes.
    public let terms: [[UInt8]]

    /// 16 bytes: a row is looked at again when they agree, and a log has far fewer than 2^64 terms.
    static let termLength = 16

    public init(box: [UInt8], blind: [UInt8], terms: [[UInt8]] = []) {
        self.box = box
        self.blind = blind
        self.terms = terms
    }
}

/// A personal value on its way into `audit_sealed`.
public struct AuditSealing: Sendable {
    /// ASCII of the RFC 9901 disclosure.
    public let disclosure: [UInt8]
    /// The value in canonical JSON, for the blind index.
    public let value: [UInt8]
    /// Words the entry is found by beside its value, in canonical JSON each.
    public let terms: [[UInt8]]
    public let field: String
    /// The entry.
    public let index: Int
    public let retentionClass: String
    /// Seconds since 1970.
    public let eraseAfter: Int
}

public struct AuditDependencies: Sendable {
    /// The key the log signs with; its name is the origin.
    public let key: VerifierKey
    /// The key before, while it signs as well; nil otherwise.
    public let earlier: EarlierLogKey?
    /// Ed25519 over the bytes given: 64 bytes.
    public let sign: @Sendable (_ message: [UInt8]) throws -> [UInt8]
    /// Milliseconds since 1970.
    public let clock: @Sendable () -> Int
    /// As many unpredictable bytes as asked for.
    public let randomBytes: @Sendable (Int) -> [UInt8]
    /// Seals a personal value under its bucket key.
    public let seal: @Sendable (AuditSealing) throws -> SealedAuditValue
    /// When a value of that class, written at that moment (both seconds since 1970), may be erased.
    public let eraseAfter: @Sendable (_ retentionClass: String, _ now: Int) -> Int
    /// The log that a new one goes on from; asked for only where there is no entry yet.
    public let follows: EndedLog?

    public init(
        key: VerifierKey,
        earlier: EarlierLogKey? = nil,
        follows: EndedLog? = nil,
        sign: @escaping @Sendable ([UInt8]) throws -> [UInt8],
        clock: @escaping @Sendable () -> Int,
        randomBytes: @escaping @Sendable (Int) -> [UInt8],
        seal: @escaping @Sendable (AuditSealing) throws -> SealedAuditValue,
        eraseAfter: @escaping @Sendable (String, Int) -> Int
    ) {
        self.key = key
        self.earlier = earlier
        self.sign = sign
        self.clock = clock
        self.randomBytes = randomBytes
        self.seal = seal
        self.eraseAfter = eraseAfter
        self.follows = follows
    }
}

/// A log key that another one followed.
public struct EarlierLogKey: Sendable {
    public let key: VerifierKey
    /// Ed25519 over the bytes given: 64 bytes.
    public let sign: @Sendable (_ message: [UInt8]) throws -> [UInt8]

    public init(key: VerifierKey, sign: @escaping @Sendable ([UInt8]) throws -> [UInt8]) {
        self.key = key
        self.sign = sign
    }
}

/// An entry that survives a crash.
public struct DurableLeaf: Sendable, Hashable {
    public let index: Int
    public let hash: TreeHash
    public let bytes: [UInt8]
}

/// What a commit came to.
public struct Committed<Value: Sendable>: Sendable {
    public let value: Value
    /// The entries of the caller's drafts, in their order.
    public let leaves: [DurableLeaf]
}

/// Why the audit store does not start, write or publish. Never carries a value of an entry.
public enum AuditStoreError: Error, Sendable, Hashable, CustomStringConvertible {
    /// SQLite does not keep the durability it was asked for.
    case notDurable
    /// The database ended the whole group; nothing of it was kept.
    case rolledBack
    /// The stored entry is not the one whose hash was stored with it.
    case entryDamaged(index: Int)
    /// The stored checkpoint is not the one of the stored entries.
    case checkpointDiffers(size: Int)
    /// The folder has a checkpoint that the database does not know: the database is older than what left.
    case checkpointAhead(folder: Int, database: Int)
    /// A peer holds a checkpoint under our key that the stored entries do not extend: never sign on.
    case signedElsewhere(size: Int)
    /// A file of the folder is there and differs from what the database says.
    case fileDiffers(path: String)
    /// The folder or database belongs to a log under another key.
    case otherLog
    /// The database came out of a backup, and no witness was heard yet.
    case notConfirmed
    /// A file could not be written or read.
    case file(path: String, step: String)

    public var description: String {
        switch self {
        case .notDurable: "the database does not sync each commit"
        case .rolledBack: "the database took the whole group back; nothing was changed"
        case .entryDamaged(let index): "audit entry \(index) was changed after it was written"
        case .checkpointDiffers(let size): "the checkpoint of \(size) entries is not the one of the stored entries"
        case .checkpointAhead(let folder, let database):
            "the log's folder has a checkpoint of \(folder) entries, the database one of \(database): the database is old"
        case .signedElsewhere(let size):
            "a peer holds a checkpoint of \(size) entries, signed by this log's key, that the stored entries do not "
                + "extend: the database is old, was changed, or the key is in other hands"
        case .fileDiffers(let path): "\(path) differs from what the database says"
        case .notConfirmed:
            "the node was restored from a backup, and its witnesses did not say yet what they hold of its log"
        case .otherLog: "the log's folder or database belongs to another log key"
        case .file(let path, let step): "\(path): could not \(step)"
        }
    }
}
