// Knows where a peer's name leads, and whether the operator lets us go there. Keeps nothing.

import NIOCore
import NIOPosix
import PeerTrust

/// Resolves the host of an endpoint and holds the result against the rule (PROTOCOL 6): the address that was checked
/// is the one that is dialled, so a name cannot change in between.
enum AddressResolution {
    enum Outcome: Sendable, Hashable {
        /// Nothing to check: the rule allows any address, or the host is an allowed literal one.
        case asWritten
        case address(String)
        case notAllowed
        case unresolved
    }

    static func resolve(
        _ endpoint: Endpoint,
        rule: AddressRule,
        names resolve: @Sendable (String, Int) async -> String?
    ) async -> Outcome {
        guard rule.allows(host: endpoint.host) else { return .notAllowed }
        guard rule == .publicOnly, IPAddress(endpoint.host) == nil else { return .asWritten }
        guard let text = await resolve(endpoint.host, endpoint.port) else { return .unresolved }
        return rule.allows(host: text) && IPAddress(text) != nil ? .address(text) : .notAllowed
    }

    /// The system's answer: the first address of a name.
    static func system(_ host: String, _ port: Int) async -> String? {
        // getaddrinfo blocks: on the pool that is made for it.
        let address = try? await NIOThreadPool.singleton.runIfActive {
            try SocketAddress.makeAddressResolvingHost(host, port: port)
        }
        return address?.ipAddress
    }
}
