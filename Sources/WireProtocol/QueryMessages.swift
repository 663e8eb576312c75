// Knows what asker and holder say to each other in a query (PROTOCOL 1.3, 1.4). Points and proofs stay opaque bytes.

public import CanonicalJSON
public import PeerTrust

/// How fast an answer is needed; the deadlines are policy's.
public enum Urgency: String, Sendable, Hashable, CaseIterable {
    case normal
    case urgent
}

/// The body of `POST /v1/queries`.
public struct QueryRequest: WireMessage {
    /// The asker's, another for each peer.
    public var query: MessageID
    public var agreement: String
    /// SHA-256 of the agreement's file, 32 bytes (`agreement_digest`, hex).
    public var agreementDigest: [UInt8]
    /// Epoch of the asker's copy of the index.
    public var epoch: Int
    public var purpose: String
    public var offence: String?
    public var legalBasis: String
    /// HMAC of the case number under a key for this peer, 32 bytes (`case`, hex).
    public var caseReference: [UInt8]?
    /// Pseudonym for this peer and year.
    public var analyst: String
    public var urgency: Urgency
    /// Keys of the whole query, pads included, later batches too.
    public var keys: Int
    /// The kinds among them, as policy names them; 1 to 64, sorted and distinct.
    public var keyKinds: [String]
    /// The first batch: the first 8,192 keys, or all.
    public var points: PointsByClass

    public init(
        query: MessageID,
        agreement: String,
        agreementDigest: [UInt8],
        epoch: Int,
        purpose: String,
        offence: String?,
        legalBasis: String,
        caseReference: [UInt8]?,
        analyst: String,
        urgency: Urgency,
        keys: Int,
        keyKinds: [String],
        points: PointsByClass
    ) {
        self.query = query
        self.agreement = agreement
        self.agreementDigest = agreementDigest
        self.epoch = epoch
        self.purpose = purpose
        self.offence = offence
        self.legalBasis = legalBasis
        self.caseReference = caseReference
        self.analyst = analyst
        self.urgency = urgency
        self.keys = keys
        self.keyKinds = keyKinds
        self.points = points
    }

    public static var limits: CanonicalJSON.Limits { WireLimits.points }

    public init(members reader: inout ObjectReader) throws {
        query = try reader.messageID("query")
        agreement = try reader.policyID("agreement")
        agreementDigest = try reader.hex("agreement_digest", count: 32)
        epoch = try reader.integer("epoch", in: 0...JSONValue.greatestInteger)
        purpose = try reader.policyID("purpose")
        offence = try reader.optionalPolicyID("offence")
        legalBasis = try reader.words("legal_basis", bytes: 1...128)
        caseReference = try reader.optionalHex("case", count: 32)
        analyst = try reader.words("analyst", bytes: 1...64)
        guard let urgency = Urgency(rawValue: try reader.string("urgency", bytes: 1...16)) else {
            throw MemberError("urgency", .outOfRange)
        }
        self.urgency = urgency
        keys = try reader.integer("keys", in: 1...WireLimits.keysPerQuery)
        keyKinds = try reader.strings("key_kinds", count: 1...64, bytes: 1...64)
        let ordered = zip(keyKinds, keyKinds.dropFirst()).allSatisfy { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        guard ordered, keyKinds.allSatisfy({ AgencyID($0) != nil }) else { throw MemberError("key_kinds", .outOfRange) }
        points = try PointsByClass(&reader, "points")
        guard points.count == min(keys, WireLimits.pointsPerBatch) else { throw WireError.points }
    }

    public var members: [String: JSONValue] {
        var members: [String: JSONValue] = [
            "query": .string(query.description),
            "agreement": .string(agreement),
            "agreement_digest": .string(Hex.encode(agreementDigest)),
            "epoch": .integer(epoch),
            "purpose": .string(purpose),
            "legal_basis": .string(legalBasis),
            "analyst": .string(analyst),
            "urgency": .string(urgency.rawValue),
            "keys": .integer(keys),
            "key_kinds": .array(keyKinds.map { .string($0) }),
            "points": points.value,
        ]
        members["offence"] = offence.map { .string($0) }
        members["case"] = caseReference.map { .string(Hex.encode($0)) }
        return members
    }
}

/// The body of `POST /v1/queries/<id>/batches`: the 8,192 points after those of the batch before, or the rest.
public struct QueryBatch: WireMessage {
    public var query: MessageID
    /// 1 for the first batch after the request.
    public var batch: Int
    public var points: PointsByClass

    public init(query: MessageID, batch: Int, points: PointsByClass) {
        self.query = query
        self.batch = batch
        self.points = points
    }

    public static var limits: CanonicalJSON.Limits { WireLimits.points }

    public init(members reader: inout ObjectReader) throws {
        query = try reader.messageID("query")
        batch = try reader.integer("batch", in: 1...WireLimits.batchesPerQuery - 1)
        points = try PointsByClass(&reader, "points")
    }

    public var members: [String: JSONValue] {
        ["query": .string(query.description), "batch": .integer(batch), "points": points.value]
    }
}

/// The 200 to a request or batch: every point evaluated, in the same order, one proof for each class.
public struct QueryAnswer: WireMessage {
    public var query: MessageID
    /// Epoch of the keys that evaluated.
    public var epoch: Int
    /// Version of the newest index manifest.
    public var indexVersion: Int
    public var evaluated: PointsByClass
    /// Class -> DLEQ proof (RFC 9497), 64 bytes. The same classes as `evaluated`.
    public var proofs: [String: [UInt8]]

    public init(
        query: MessageID,
        epoch: Int,
        indexVersion: Int,
        evaluated: PointsByClass,
        proofs: [String: [UInt8]]
    ) {
        self.query = query
        self.epoch = epoch
        self.indexVersion = indexVersion
        self.evaluated = evaluated
        self.proofs = proofs
    }

    public static var limits: CanonicalJSON.Limits { WireLimits.points }

    public init(members reader: inout ObjectReader) throws {
        query = try reader.messageID("query")
        epoch = try reader.integer("epoch", in: 0...JSONValue.greatestInteger)
        indexVersion = try reader.integer("index_version", in: 0...JSONValue.greatestInteger)
        evaluated = try PointsByClass(&reader, "evaluated")
        var object = try reader.object("proofs")
        proofs = [:]
        for name in evaluated.names {
            proofs[name] = try object.bytes(name, count: WireLimits.proofBytes...WireLimits.proofBytes)
        }
        try object.finish()
    }

    public var members: [String: JSONValue] {
        [
            "query": .string(query.description),
            "epoch": .integer(epoch),
            "index_version": .integer(indexVersion),
            "evaluated": evaluated.value,
            "proofs": .object(proofs.mapValues { .string(Base64URL.encode($0)) }),
        ]
    }
}

/// The 202 to a request that waits for a person: the asker asks again under the same query id.
public struct QueryHeld: WireMessage {
    public var query: MessageID
    /// Seconds since 1970, UTC.
    public var deadline: Int

    public init(query: MessageID, deadline: Int) {
        self.query = query
        self.deadline = deadline
    }

    public static var limits: CanonicalJSON.Limits { WireLimits.small }

    public init(members reader: inout ObjectReader) throws {
        query = try reader.messageID("query")
        deadline = try reader.integer("deadline", in: 0...JSONValue.greatestInteger)
    }

    public var members: [String: JSONValue] {
        ["query": .string(query.description), "deadline": .integer(deadline)]
    }
}
