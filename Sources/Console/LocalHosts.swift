/// By which names the console may be asked for. A page of somebody else's, in a browser on this machine, can have a name of its
/// own lead here (DNS rebinding), and would then read what is served to this machine alone: such a name is none of ours.

import NIOCore

struct LocalHosts: Sendable {
    static let refusal =
        "this console has another name: open it by its address, or set \"console\" in comity.json to this name\n"

    /// The name or address that the node is configured with.
    let own: String

    /// - Parameter authority: what a request names: a host, with a port or without.
    func contains(_ authority: String) -> Bool {
        guard let host = Self.host(authority) else { return false }
        // An address cannot be made to lead elsewhere. A node that listens everywhere has no name to compare with.
        return host == "localhost" || host == own.lowercased() || Self.isAddress(host)
            || ["0.0.0.0", "::"].contains(own)
    }

    /// Lower case, without port and brackets; nil for what is no host.
    private static func host(_ authority: String) -> String? {
        guard !authority.isEmpty, authority.utf8.count <= 255 else { return nil }
        let text = authority.lowercased()
        let allowed = "abcdefghijklmnopqrstuvwxyz0123456789.:[]-".utf8
        guard text.utf8.allSatisfy(allowed.contains) else { return nil }
        if text.hasPrefix("[") { return text.dropFirst().split(separator: "]").first.map(String.init) }
        return text.split(separator: ":", maxSplits: 1).first.map(String.init)
    }

    private static func isAddress(_ host: String) -> Bool { (try? SocketAddress(ipAddress: host, port: 0)) != nil }
}
