// Knows what a node says of itself to a pinned peer. Nothing here is a secret.

public import CanonicalJSON
public import PeerTrust

/// The 200 to `GET /v1/hello`: whether the line works in both directions, and with which card.
public struct Hello: WireMessage {
    public var agency: AgencyID
    /// Serial of the sender's node card; a greater one than the pinned says that the card changed.
    public var cardSerial: Int
    /// Versions of this protocol that it speaks, ascending.
    public var versions: [Int]

    public init(agency: AgencyID, cardSerial: Int, versions: [Int] = [1]) {
        self.agency = agency
        self.cardSerial = cardSerial
        self.versions = versions
    }

    public static var limits: CanonicalJSON.Limits { WireLimits.small }

    public init(members reader: inout ObjectReader) throws {
        guard let agency = AgencyID(try reader.string("agency", bytes: 1...64)) else {
            throw MemberError("agency", .outOfRange)
        }
        self.agency = agency
        cardSerial = try reader.integer("card_serial", in: 1...1_000_000)
        versions = []
        for value in try reader.array("versions", count: 1...16) {
            guard let version = value.integer, (1...1_000).contains(version), version > versions.last ?? 0 else {
                throw MemberError("versions", .outOfRange)
            }
            versions.append(version)
        }
    }

    public var members: [String: JSONValue] {
        [
            "agency": .string(agency.text),
            "card_serial": .integer(cardSerial),
            "versions": .array(versions.map { .integer($0) }),
        ]
    }
}
