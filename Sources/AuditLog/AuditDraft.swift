// Knows what a use case wants written, and makes the entry of it. Time, place and randomness are handed in.
import CanonicalJSON
import TransparencyLog

/// A personal value to commit to; only its digest enters the log.
public struct PersonalValue: Sendable, Hashable {
    /// The field of `personal`.
    public let name: String
    public let value: JSONValue
    /// The word by which policy says how long the value is kept.
    public let retentionClass: String
    /// By which words a person finds the entry beside the value itself, as `phone=+4930…`; kept only as keyed digests.
    public let terms: [String]

    public init(name: String, value: JSONValue, retentionClass: String, terms: [String] = []) {
        self.name = name
        self.value = value
        self.retentionClass = retentionClass
        self.terms = terms
    }

    public init(name: String, value: String, retentionClass: String, terms: [String] = []) {
        self.init(name: name, value: .string(value), retentionClass: retentionClass, terms: terms)
    }
}

/// An entry that has no place yet.
public struct AuditDraft: Sendable, Hashable {
    public let event: String
    public let actor: AuditActor
    public let data: [String: JSONValue]
    public let personal: [PersonalValue]

    public init(event: String, actor: AuditActor, data: [String: JSONValue] = [:], personal: [PersonalValue] = []) {
        self.event = event
        self.actor = actor
        self.data = data
        self.personal = personal
    }

    /// An entry and the disclosures its digests commit to.
    public struct Written: Sendable {
        public let leaf: Leaf
        public let bytes: [UInt8]
        /// One for each personal value, in their order: base64url text.
        public let disclosures: [String]

        public var hash: TreeHash { .leaf(bytes) }
    }

    /// The entry at that place and time.
    ///
    /// - Parameter randomBytes: as many as asked for; 16 for the entry and 16 for each personal value are drawn.
    /// - Throws: `unknownEvent`, `memberNotPermitted`, or what `Leaf.encode` throws.
    public func write(
        index: Int,
        time: LeafTime,
        checkpoint: CitedCheckpoint,
        randomBytes: (Int) -> [UInt8]
    ) throws(LeafError) -> Written {
        guard let event = AuditEvent(named: event) else { throw .unknownEvent(event) }
        if let name = data.keys.lazy.filter({ !event.data.contains($0) }).min() {
            throw .memberNotPermitted(event: event.name, member: "data." + name)
        }
        var digests: [String: [UInt8]] = [:]
        var disclosures: [String] = []
        for value in personal {
            guard event.personal.contains(value.name), digests[value.name] == nil else {
                throw .memberNotPermitted(event: event.name, member: "personal." + value.name)
            }
            let disclosure = try Disclosure(salt: randomBytes(16), name: value.name, value: value.value).encode()
            digests[value.name] = Disclosure.digest(of: disclosure)
            disclosures.append(disclosure)
        }
        let leaf = Leaf(
            index: index,
            time: time,
            event: event.name,
            actor: actor,
            checkpoint: checkpoint,
            data: data,
            personal: digests,
            salt: randomBytes(16)
        )
        return Written(leaf: leaf, bytes: try leaf.encode(), disclosures: disclosures)
    }
}
