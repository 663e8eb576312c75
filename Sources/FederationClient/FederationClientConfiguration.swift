// Knows with what identity and patience the node reaches peers. Never learns what it asks them.

public import PeerTrust

/// Settings of a ``FederationClient``.
public struct FederationClientConfiguration: Sendable {
    /// Us: what `from` of every request says.
    public var agency: AgencyID
    public var identity: TLSIdentity
    public var signingKey: RequestSigningKey
    /// Which addresses a peer's name may lead to.
    public var addressRule: AddressRule
    /// Where a name leads: one address as text, nil for nowhere. Asked once for each line to a peer.
    public var names: @Sendable (_ host: String, _ port: Int) async -> String? = AddressResolution.system
    /// Seconds for a connection with its handshake.
    public var connectSeconds: Int64 = 15
    /// Seconds for a whole exchange with a peer that answers at once.
    public var exchangeSeconds: Int64 = 30
    /// Seconds for a piece of an index, 1 MiB, and for a batch of thousands of points.
    public var longExchangeSeconds: Int64 = 120
    /// Connections to one peer at once.
    public var connectionsPerPeer = 4
    /// Seconds since 1970, UTC.
    public var now: @Sendable () -> Int
    /// That many random bytes from the system.
    public var random: @Sendable (Int) -> [UInt8]

    public init(
        agency: AgencyID,
        identity: TLSIdentity,
        signingKey: RequestSigningKey,
        addressRule: AddressRule = .publicOnly,
        now: @escaping @Sendable () -> Int,
        random: @escaping @Sendable (Int) -> [UInt8]
    ) {
        self.agency = agency
        self.identity = identity
        self.signingKey = signingKey
        self.addressRule = addressRule
        self.now = now
        self.random = random
    }
}
