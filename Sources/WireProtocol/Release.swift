// Knows the bytes of a release: what it is bound to, under which terms it travels, what is inside (PROTOCOL 4, Sealing).
// Never learns a key: sealing is PeerTrust's.

import CanonicalJSON
import PeerTrust

/// What a release belongs to. Sealed under it, it opens nowhere else.
public struct ReleaseContext: Sendable, Hashable {
    public var agreement: String
    /// The disclosure request's UUID.
    public var request: MessageID
    /// Agency ids.
    public var holder: String
    public var asker: String
    /// Ten lower-case hex digits.
    public var handle: String
    public var epoch: Int
    /// The asker's sealing key.
    public var keyID: String

    public init(
        agreement: String,
        request: MessageID,
        holder: String,
        asker: String,
        handle: String,
        epoch: Int,
        keyID: String
    ) {
        self.agreement = agreement
        self.request = request
        self.holder = holder
        self.asker = asker
        self.handle = handle
        self.epoch = epoch
        self.keyID = keyID
    }

    /// HPKE's `info`: "comity/disclosure/v1" ‖ JCS.
    public func info() throws(WireError) -> [UInt8] {
        let value: JSONValue = [
            "agreement": .string(agreement), "request": .string(request.description), "holder": .string(holder),
            "asker": .string(asker), "handle": .string(handle), "epoch": .integer(epoch), "key_id": .string(keyID),
        ]
        guard let bytes = try? CanonicalJSON.encode(value, limits: WireLimits.small) else { throw .notCanonical }
        return Array("comity/disclosure/v1".utf8) + bytes
    }
}

/// What binds whoever receives the data: read before anything is opened.
public struct ReleaseTerms: Sendable, Hashable {
    /// `H0` to `H3`.
    public var handling: String
    /// Grade of source and information, such as `B2`; `X4` where neither is known.
    public var source: String
    /// `YYYY-MM-DD`: the last day the data may be kept.
    public var retention: String
    /// `free`, `with_consent` or `forbidden`.
    public var onward: String
    /// Hex SHA-256 of the holder's policies.
    public var policyDigest: String

    public init(handling: String, source: String, retention: String, onward: String, policyDigest: String) {
        self.handling = handling
        self.source = source
        self.retention = retention
        self.onward = onward
        self.policyDigest = policyDigest
    }

    /// Reads HPKE's additional data, at most 2,048 bytes.
    public init(additionalData: [UInt8]) throws(WireError) {
        guard let value = try? CanonicalJSON.decode(additionalData, limits: Self.limits) else { throw .notCanonical }
        do throws(MemberError) {
            var reader = try ObjectReader(value)
            handling = try reader.string("handling", bytes: 2...2)
            source = try reader.string("source", bytes: 2...2)
            retention = try reader.string("retention", bytes: 10...10)
            onward = try reader.string("onward", bytes: 1...16)
            policyDigest = try reader.string("policy_digest", bytes: 64...64)
            try reader.finish()
        } catch {
            throw .member(error.member)
        }
        let digits = retention.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        let isDay = digits.count == 3 && digits.allSatisfy { $0 != nil }
        for (name, holds) in [
            ("handling", ["H0", "H1", "H2", "H3"].contains(handling)),
            ("source", "ABCX".contains(source.first ?? " ") && "1234".contains(source.last ?? " ")),
            ("retention", isDay), ("onward", ["free", "with_consent", "forbidden"].contains(onward)),
            ("policy_digest", Hex.decode(policyDigest) != nil),
        ] where !holds { throw .member(name) }
    }

    public func additionalData() throws(WireError) -> [UInt8] {
        let value: JSONValue = [
            "handling": .string(handling), "source": .string(source), "retention": .string(retention),
            "onward": .string(onward), "policy_digest": .string(policyDigest),
        ]
        guard let bytes = try? CanonicalJSON.encode(value, limits: Self.limits) else { throw .notCanonical }
        return bytes
    }

    private static let limits = CanonicalJSON.Limits(maxBytes: 2_048, maxDepth: 1)
}

/// What is inside: the data, whom they are for, and the holder's signature over both.
public struct Release: Sendable, Hashable {
    /// Column to values; none where the record has nothing of what was asked for.
    public var fields: [String: [String]]
    /// Agency id.
    public var recipient: String
    public var request: MessageID
    /// Ed25519 of the holder's signing key over `signedBytes`: 64 bytes.
    public var signature: [UInt8]
    /// What the receiver's own rules read of the record to decide how long the data stay and whether they travel on:
    /// column to cell, only the columns that they read. Empty in most releases, and then not a member.
    public var record: [String: String]

    public init(
        fields: [String: [String]],
        recipient: String,
        request: MessageID,
        signature: [UInt8],
        record: [String: String] = [:]
    ) {
        self.fields = fields
        self.recipient = recipient
        self.request = request
        self.signature = signature
        self.record = record
    }

    /// Multiples of it are what an onlooker sees of the length.
    public static let padding = 4_096
    /// Nine blocks: with HPKE's tag the ciphertext stays under 40,960 bytes.
    public static let greatest = 9 * padding

    /// "comity/release/v1" ‖ 00 ‖ JCS{fields, recipient, request, record} ‖ `info` ‖ additional data: what the holder signs.
    public func signedBytes(info: [UInt8], additionalData: [UInt8]) throws(WireError) -> [UInt8] {
        guard let bytes = try? CanonicalJSON.encode(.object(members), limits: WireLimits.small) else {
            throw .notCanonical
        }
        return Array("comity/release/v1".utf8) + [0] + bytes + info + additionalData
    }

    /// Length (four bytes, big-endian), JCS of what is signed and `signature`, zeros to a multiple of 4,096 bytes.
    public func padded() throws(WireError) -> [UInt8] {
        var all = members
        all["signature"] = .string(Base64URL.encode(signature))
        guard let bytes = try? CanonicalJSON.encode(.object(all), limits: WireLimits.small),
            bytes.count <= Self.greatest - 4, fields.count <= 64, record.count <= Self.mostColumns,
            fields.values.allSatisfy({ (1...256).contains($0.count) })
        else { throw .notCanonical }
        let length = (0..<4).map { UInt8(truncatingIfNeeded: bytes.count >> (24 - 8 * $0)) }
        let whole = length + bytes
        let rest = (Self.padding - whole.count % Self.padding) % Self.padding
        return whole + [UInt8](repeating: 0, count: rest)
    }

    /// Reads what `padded` wrote; other padding is refused.
    public init(padded: [UInt8]) throws(WireError) {
        guard padded.count >= Self.padding, padded.count % Self.padding == 0, padded.count <= Self.greatest else {
            throw .notCanonical
        }
        let length = padded.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        guard length <= padded.count - 4, padded.count - 4 - length < Self.padding,
            padded.dropFirst(4 + length).allSatisfy({ $0 == 0 }),
            let value = try? CanonicalJSON.decode(Array(padded[4..<4 + length]), limits: WireLimits.small)
        else { throw .notCanonical }
        do {
            var reader = try ObjectReader(value)
            recipient = try reader.policyID("recipient")
            request = try reader.messageID("request")
            signature = try reader.bytes("signature", count: 64...64)
            var columns = try reader.object("fields")
            fields = [:]
            for (name, value) in columns.remaining() {
                guard AgencyID(name) != nil, let values = value.array, (1...256).contains(values.count) else {
                    throw MemberError("fields", .outOfRange)
                }
                fields[name] = values.compactMap(\.string)
                guard fields[name]?.count == values.count else { throw MemberError("fields", .outOfRange) }
            }
            try columns.finish()
            record = [:]
            if var cells = try reader.optionalObject("record") {
                for (name, value) in cells.remaining() {
                    guard AgencyID(name) != nil, let cell = value.string, (1...2_000).contains(cell.utf8.count) else {
                        throw MemberError("record", .outOfRange)
                    }
                    record[name] = cell
                }
                try cells.finish()
                guard (1...Self.mostColumns).contains(record.count) else { throw MemberError("record", .outOfRange) }
            }
            try reader.finish()
            guard fields.count <= 64 else { throw MemberError("fields", .outOfRange) }
        } catch let error as MemberError {
            throw .member(error.member)
        } catch {
            throw .notCanonical
        }
    }

    /// POLICY's `record.` columns, with room.
    private static let mostColumns = 16

    private var members: [String: JSONValue] {
        var members: [String: JSONValue] = [
            "fields": .object(fields.mapValues { .array($0.map { .string($0) }) }),
            "recipient": .string(recipient),
            "request": .string(request.description),
        ]
        if !record.isEmpty { members["record"] = .object(record.mapValues { .string($0) }) }
        return members
    }
}
