// Knows with what identity, where and within which limits the node answers peers. Never learns who the peers are.

public import PeerTrust

/// Settings of a ``FederationServer``.
public struct FederationServerConfiguration: Sendable {
    /// Us: what `to` of every request has to say.
    public var agency: AgencyID
    public var identity: TLSIdentity
    public var signingKey: RequestSigningKey
    /// Name or address to bind.
    public var host: String
    /// 0 lets the system choose; ``FederationServer/port`` tells which.
    public var port: Int
    /// Requests of one peer in work at once; more wait in line.
    public var requestsPerPeer = 8
    /// Messages with points of one peer in work at once (PROTOCOL 1.3).
    public var batchesPerPeer = 2
    /// Requests of one peer waiting in line; more are refused with 429.
    public var waitingPerPeer = 16
    /// Connections in the middle of a handshake; past that the oldest is closed.
    public var strangers = 256
    /// Open connections of one peer.
    public var connectionsPerPeer = 16
    /// Open connections of all peers together, strangers included.
    public var connections = 1_024
    /// Seconds within which a connection has to finish its handshake.
    public var handshakeSeconds: Int64 = 15
    /// Seconds of silence after which a connection is closed.
    public var idleSeconds: Int64 = 60
    /// Seconds since 1970, UTC.
    public var now: @Sendable () -> Int
    /// That many random bytes from the system.
    public var random: @Sendable (Int) -> [UInt8]

    public init(
        agency: AgencyID,
        identity: TLSIdentity,
        signingKey: RequestSigningKey,
        host: String,
        port: Int,
        now: @escaping @Sendable () -> Int,
        random: @escaping @Sendable (Int) -> [UInt8]
    ) {
        self.agency = agency
        self.identity = identity
        self.signingKey = signingKey
        self.host = host
        self.port = port
        self.now = now
        self.random = random
    }
}
