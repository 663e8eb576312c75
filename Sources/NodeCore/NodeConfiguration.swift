/// What an operator sets for a node: who it is, where it listens. `comity.json`, written by `init`, edited by hand,
/// read at start.

import Foundation
import MatchKeys
import PolicyEngine
import Vault

public struct NodeConfiguration: Codable, Sendable, Equatable {
    /// POLICY's agency id.
    public var agency: String
    public var name: String
    /// Two letters, as in the policy files.
    public var jurisdiction: String
    /// Where peers connect: mTLS.
    public var listen: HostPort
    /// The local address: console, health and log.
    public var console: HostPort
    /// What peers are told to connect to, `https://host:port`.
    public var endpoint: String
    /// Whether cards of peers at loopback, link-local and private addresses are accepted.
    public var allowPrivatePeers: Bool
    /// What keys of this node's index and questions are made by: a profile of the newest recipe, or an older recipe by its
    /// number. Nil: `person`.
    public var keyRecipe: String?
    /// Days for which the log keeps personal values, by class: `access`, `question`. Nil, or a class left out: 1,096.
    public var auditRetentionDays: [String: Int]?
    /// Days for which drawn keys of a question can be shown to an auditor. Nil: 366.
    public var openingRetentionDays: Int?
    /// File that says whose cosignatures of our log suffice (C2SP tlog-policy), from the node's folder. Nil: more than half
    /// of the peers'.
    public var witnessPolicy: String?
    /// Where notices go, by POLICY's word for who is to be told; whom nothing is set for, a person tells.
    public var notices: [String: NoticeSink]?

    enum CodingKeys: String, CodingKey {
        case agency, name, jurisdiction, listen, console, endpoint, notices
        case allowPrivatePeers = "allow_private_peers"
        case keyRecipe = "key_recipe"
        case auditRetentionDays = "audit_retention_days"
        case openingRetentionDays = "opening_retention_days"
        case witnessPolicy = "witness_policy"
    }

    public init(
        agency: String,
        name: String,
        jurisdiction: String,
        listen: HostPort,
        console: HostPort,
        endpoint: String,
        allowPrivatePeers: Bool
    ) {
        self.agency = agency
        self.name = name
        self.jurisdiction = jurisdiction
        self.listen = listen
        self.console = console
        self.endpoint = endpoint
        self.allowPrivatePeers = allowPrivatePeers
    }

    /// Reads `comity.json`.
    public static func read(_ folder: NodeFolder) throws(NodeProblem) -> NodeConfiguration {
        guard folder.exists else {
            throw NodeProblem(
                .usage,
                "there is no node here",
                at: folder.path,
                because: "the folder has no comity.json",
                try: "comity init \(folder.path) --agency ID --name TEXT --jurisdiction CC"
            )
        }
        let configuration: NodeConfiguration
        do {
            configuration = try JSONDecoder().decode(
                NodeConfiguration.self,
                from: try Data(contentsOf: folder.configuration)
            )
        } catch {
            throw NodeProblem(
                .data,
                "the node's settings cannot be read",
                at: folder.configuration.path,
                because:
                    "it is not JSON with agency, name, jurisdiction, listen, console, endpoint, allow_private_peers",
                try: "correct the file; docs/operations.md shows one"
            )
        }
        if let name = configuration.keyRecipe, KeyRecipe(named: name) == nil {
            throw NodeProblem(
                .data,
                "the node's settings name a key recipe that this version does not know",
                at: folder.configuration.path,
                try:
                    "key_recipe: one of \(MatchProfile.allCases.map(\.rawValue).joined(separator: ", ")), 1; or leave it out"
            )
        }
        for (recipient, sink) in configuration.notices ?? [:] {
            let known = Notified.allCases.map(\.rawValue)
            let fault = known.contains(recipient) ? sink.fault : "it is none of \(known.joined(separator: ", "))"
            guard let fault else { continue }
            throw NodeProblem(
                .data,
                "the node's settings for notices cannot be used",
                at: "\(folder.configuration.path)#/notices/\(recipient)",
                because: fault,
                try: "docs/operations.md shows them"
            )
        }
        for (word, days) in configuration.auditRetentionDays ?? [:]
        where !RetentionClass.all.contains(word) || !AuditRetention.permitted.contains(days) {
            let range = "\(AuditRetention.permitted.lowerBound) to \(AuditRetention.permitted.upperBound)"
            throw NodeProblem(
                .data,
                "the node's settings do not say how long the log keeps personal values",
                at: folder.configuration.path,
                because: "audit_retention_days takes \(RetentionClass.all.joined(separator: ", ")), each \(range) days",
                try: "correct the file; docs/operations.md shows one"
            )
        }
        guard (1...36_525).contains(configuration.openingRetentionDays ?? 366) else {
            throw NodeProblem(
                .data,
                "the node's settings do not say how long questions can be opened to an auditor",
                at: folder.configuration.path,
                because: "opening_retention_days takes 1 to 36525",
                try: "correct the file; docs/operations.md shows one"
            )
        }
        return configuration
    }

    /// Seconds for which keys and blind seeds are kept for openings.
    var openingRetention: Int { (openingRetentionDays ?? 366) * 86_400 }

    /// How long the log keeps personal values.
    var auditRetention: AuditRetention { AuditRetention(auditRetentionDays ?? [:]) }

    /// What keys are made by.
    var recipe: KeyRecipe { keyRecipe.flatMap(KeyRecipe.init(named:)) ?? .current }

    public func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(self)) + [0x0A]
    }
}

/// `HOST:PORT`; an IPv6 address stands in brackets. Port 0 lets the system choose.
public struct HostPort: Codable, Sendable, Hashable, CustomStringConvertible {
    public var host: String
    public var port: Int

    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else { return nil }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard !host.isEmpty, !host.contains("/"), !host.contains(" ") else { return nil }
        self.init(host: host, port: port)
    }

    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Whether the address is of this machine or a private network, as far as its text tells.
    public var isPrivate: Bool {
        if ["localhost", "::1"].contains(host) { return true }
        let parts = host.split(separator: ".").compactMap { Int($0) }
        guard parts.count == 4 else { return host.hasPrefix("fe80:") || host.hasPrefix("fd") || host.hasPrefix("fc") }
        return parts[0] == 127 || parts[0] == 10 || (parts[0] == 192 && parts[1] == 168)
            || (parts[0] == 172 && (16...31).contains(parts[1])) || (parts[0] == 169 && parts[1] == 254)
    }

    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = HostPort(text) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "not HOST:PORT"))
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
