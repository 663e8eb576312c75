// Knows what a holder says of a disclosure request, tick by tick (PROTOCOL 4). Sealed bytes stay sealed.

public import CanonicalJSON
public import PeerTrust

/// A release sealed to the asker (HPKE base mode, X-Wing).
public struct SealedRelease: Sendable, Hashable {
    /// Id of the sealing key that it was made for, 1 to 64 bytes.
    public var keyID: String
    /// X-Wing encapsulation, 1,120 bytes.
    public var encapsulation: [UInt8]
    /// Padded to 4 KiB before sealing; at most 40,960 bytes.
    public var ciphertext: [UInt8]
    /// Canonical JSON of handling code, source evaluation, retention date, onward rule, policy digest; at most 2,048.
    public var additionalData: [UInt8]

    public init(keyID: String, encapsulation: [UInt8], ciphertext: [UInt8], additionalData: [UInt8]) {
        self.keyID = keyID
        self.encapsulation = encapsulation
        self.ciphertext = ciphertext
        self.additionalData = additionalData
    }
}

/// The 200 to `GET /v1/disclosure-requests/<id>`.
public struct DisclosureStatus: WireMessage {
    public enum State: Sendable, Hashable {
        /// Being decided; also what silence looks like until the deadline.
        case deciding
        /// The holder asks back; the deadline runs on. 1 to 2,000 bytes.
        case askedBack(question: String)
        case released(SealedRelease)
        /// A ground of the agreement's list, or `policy`; and what it says, 1 to 2,000 bytes.
        case refused(ground: String, because: String)
        /// No information can be given: whatever stayed silent, after the deadline.
        case nothing
    }

    public var id: MessageID
    /// Seconds since 1970, UTC.
    public var deadline: Int
    public var state: State

    public init(id: MessageID, deadline: Int, state: State) {
        self.id = id
        self.deadline = deadline
        self.state = state
    }

    public static var limits: CanonicalJSON.Limits { WireLimits.small }

    public init(members reader: inout ObjectReader) throws {
        id = try reader.messageID("id")
        deadline = try reader.integer("deadline", in: 0...JSONValue.greatestInteger)
        switch try reader.string("state", bytes: 1...16) {
        case "deciding": state = .deciding
        case "asked_back": state = .askedBack(question: try reader.words("question", bytes: 1...2_000))
        case "refused":
            state = .refused(
                ground: try reader.policyID("ground"),
                because: try reader.words("because", bytes: 1...2_000)
            )
        case "nothing": state = .nothing
        case "released":
            var sealed = try reader.object("sealed")
            state = .released(
                SealedRelease(
                    keyID: try sealed.words("key_id", bytes: 1...64),
                    encapsulation: try sealed.bytes("encapsulation", count: 1_120...1_120),
                    ciphertext: try sealed.bytes("ciphertext", count: 1...40_960),
                    additionalData: try sealed.bytes("additional_data", count: 1...2_048)
                )
            )
            try sealed.finish()
        default: throw MemberError("state", .outOfRange)
        }
    }

    public var members: [String: JSONValue] {
        var members: [String: JSONValue] = ["id": .string(id.description), "deadline": .integer(deadline)]
        switch state {
        case .deciding: members["state"] = "deciding"
        case .askedBack(let question):
            members["state"] = "asked_back"
            members["question"] = .string(question)
        case .refused(let ground, let because):
            members["state"] = "refused"
            members["ground"] = .string(ground)
            members["because"] = .string(because)
        case .nothing: members["state"] = "nothing"
        case .released(let release):
            members["state"] = "released"
            members["sealed"] = [
                "key_id": .string(release.keyID),
                "encapsulation": .string(Base64URL.encode(release.encapsulation)),
                "ciphertext": .string(Base64URL.encode(release.ciphertext)),
                "additional_data": .string(Base64URL.encode(release.additionalData)),
            ]
        }
        return members
    }
}
