// The arrows of docs/architecture.md as data: the one table that tests compare imports, manifest and page with.

/// A module: its level, the modules of ours and the products of others that it may import.
struct ModuleRule: Sendable {
    let level: Int
    let ours: Set<String>
    let others: Set<String>

    init(_ level: Int, _ ours: String = "", others: String = "") {
        self.level = level
        self.ours = Set(ours.split(separator: " ").map(String.init))
        self.others = Set(others.split(separator: " ").map(String.init))
    }
}

enum Arrows {
    static let modules: [String: ModuleRule] = [
        "CRistretto": ModuleRule(1),
        "COpenSSL": ModuleRule(1),
        "CSodium": ModuleRule(1),
        "CQREncode": ModuleRule(1),
        "CXML": ModuleRule(1),
        "CanonicalJSON": ModuleRule(1),
        "MatchKeys": ModuleRule(1, others: "Crypto"),
        "PolicyEngine": ModuleRule(1),
        "TransparencyLog": ModuleRule(1, others: "Crypto"),
        "Sodium": ModuleRule(2, "CSodium"),
        "TimeStamps": ModuleRule(2, "COpenSSL"),
        "Accounts": ModuleRule(3, others: "Crypto"),
        "Casework": ModuleRule(3),
        "ObliviousPRF": ModuleRule(3, "CRistretto Sodium"),
        "PeerTrust": ModuleRule(
            3,
            "CanonicalJSON TransparencyLog",
            others: "Crypto X509 SwiftASN1 RawStructuredFieldValues"
        ),
        "PolicyFiles": ModuleRule(3, "PolicyEngine", others: "Crypto Yams"),
        "RecordFiles": ModuleRule(3, "CXML MatchKeys"),
        "AuditLog": ModuleRule(4, "CanonicalJSON TimeStamps TransparencyLog", others: "Crypto"),
        "SetIntersection": ModuleRule(4, "CanonicalJSON ObliviousPRF Sodium"),
        "Vault": ModuleRule(
            5,
            "AuditLog CanonicalJSON MatchKeys SetIntersection Sodium TransparencyLog",
            others: "GRDB GRDBSQLite"
        ),
        "WireProtocol": ModuleRule(5, "CanonicalJSON PeerTrust TransparencyLog"),
        "NodeCore": ModuleRule(
            6,
            """
            Accounts AuditLog CanonicalJSON Casework MatchKeys ObliviousPRF PeerTrust PolicyEngine PolicyFiles \
            RecordFiles SetIntersection Sodium TimeStamps TransparencyLog Vault WireProtocol
            """
        ),
        "FederationClient": ModuleRule(
            7,
            "PeerTrust WireProtocol",
            others: "AsyncHTTPClient Logging NIOCore NIOHTTP1 NIOPosix NIOSSL ServiceLifecycle"
        ),
        "FederationServer": ModuleRule(
            7,
            "PeerTrust WireProtocol",
            others: """
                HTTPTypes Hummingbird HummingbirdCore HummingbirdTLS Logging NIOCore NIOSSL NIOTLS ServiceLifecycle
                """
        ),
        "Console": ModuleRule(
            7,
            "Accounts AuditLog CQREncode NodeCore PeerTrust WireProtocol",
            others: "HTTPTypes Hummingbird HummingbirdCore Logging NIOCore NIOSSL ServiceLifecycle"
        ),
        // Linked by tests only.
        "TestSupport": ModuleRule(1, others: "Crypto"),
        "NodeTesting": ModuleRule(
            8,
            "AuditLog FederationClient FederationServer NodeCore PeerTrust Sodium TestSupport Vault WireProtocol",
            others: "Logging ServiceLifecycle"
        ),
        "Measures": ModuleRule(
            8,
            """
            AuditLog CSodium CanonicalJSON FederationClient FederationServer MatchKeys NodeCore ObliviousPRF PeerTrust \
            PolicyEngine PolicyFiles RecordFiles SetIntersection Sodium Vault WireProtocol
            """,
            others: "GRDBSQLite Logging"
        ),
        "ComityCommand": ModuleRule(
            9,
            """
            AuditLog CanonicalJSON Console FederationClient FederationServer MatchKeys Measures NodeCore ObliviousPRF \
            PeerTrust PolicyEngine PolicyFiles RecordFiles Sodium TimeStamps TransparencyLog Vault WireProtocol
            """,
            others: """
                ArgumentParser AsyncHTTPClient Crypto GRDBSQLite HTTPTypes Hummingbird Logging NIOCore NIOHTTP1 NIOPosix \
                ServiceLifecycle UnixSignals
                """
        ),
    ]

    /// Where each outside dependency may be imported, whatever the rules above say. A dependency that no line names may
    /// not be imported at all.
    static let dependencies: [String: Set<String>] = [
        "ArgumentParser": ["ComityCommand"],
        "AsyncHTTPClient": ["FederationClient", "ComityCommand"],
        "Crypto": [
            "Accounts", "AuditLog", "ComityCommand", "MatchKeys", "PeerTrust", "PolicyFiles", "TestSupport",
            "TransparencyLog",
        ],
        "COpenSSL": ["TimeStamps"],
        "CQREncode": ["Console"],
        "CRistretto": ["ObliviousPRF"],
        "CSodium": ["Sodium", "Measures"],
        "CXML": ["RecordFiles"],
        "GRDB": ["Vault"],
        "GRDBSQLite": ["Measures", "ComityCommand", "Vault"],
        "HTTPTypes": ["Console", "FederationServer", "ComityCommand"],
        "Hummingbird": ["Console", "FederationServer", "ComityCommand"],
        "HummingbirdCore": ["Console", "FederationServer", "ComityCommand"],
        "HummingbirdTLS": ["FederationServer", "ComityCommand"],
        "Logging": ["Console", "FederationClient", "FederationServer", "ComityCommand", "Measures", "NodeTesting"],
        "NIOCore": ["Console", "FederationClient", "FederationServer", "ComityCommand"],
        "NIOHTTP1": ["FederationClient", "FederationServer", "ComityCommand"],
        "NIOPosix": ["FederationClient", "FederationServer", "ComityCommand"],
        "NIOSSL": ["Console", "FederationClient", "FederationServer"],
        "NIOTLS": ["FederationClient", "FederationServer"],
        "RawStructuredFieldValues": ["PeerTrust"],
        "ServiceLifecycle": ["Console", "FederationClient", "FederationServer", "ComityCommand", "NodeTesting"],
        "SwiftASN1": ["PeerTrust"],
        "UnixSignals": ["ComityCommand"],
        "X509": ["PeerTrust"],
        "Yams": ["PolicyFiles"],
    ]

    /// Modules that are only the C header of a library of the system.
    static let headers: Set<String> = ["COpenSSL", "CQREncode", "CSodium", "CXML"]

    /// Comes with the language or the system.
    static let system: Set<String> = [
        "Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Musl", "Darwin", "Synchronization",
    ]
}
