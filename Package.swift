// swift-tools-version: 6.2
import PackageDescription

// The modules and their arrows: docs/architecture.md. An arrow may only point down; the build refuses the rest
// (`swift build --explicit-target-dependency-import-check error`, see Makefile).

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTLS: Target.Dependency = .product(name: "HummingbirdTLS", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let structuredFields: Target.Dependency = .product(
    name: "RawStructuredFieldValues",
    package: "swift-http-structured-headers"
)
let swiftASN1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

let package = Package(
    name: "comity",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "comity", targets: ["ComityCommand"])],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-http-structured-headers", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    ],
    targets: [
        // 1: know nothing of each other
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .target(name: "CRistretto"),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CQREncode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
        .systemLibrary(name: "CXML", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .target(name: "CanonicalJSON"),
        .target(name: "MatchKeys", dependencies: [crypto]),
        .target(name: "PolicyEngine"),
        .target(name: "TransparencyLog", dependencies: [crypto]),
        // 2
        .target(name: "Sodium", dependencies: ["CSodium"]),
        .target(name: "TimeStamps", dependencies: ["COpenSSL"]),
        // 3
        .target(name: "Accounts", dependencies: [crypto]),
        .target(name: "Casework"),
        .target(name: "ObliviousPRF", dependencies: ["CRistretto", "Sodium"]),
        .target(
            name: "PeerTrust",
            dependencies: ["CanonicalJSON", "TransparencyLog", crypto, x509, swiftASN1, structuredFields]
        ),
        .target(name: "PolicyFiles", dependencies: ["PolicyEngine", crypto, yams]),
        .target(name: "RecordFiles", dependencies: ["CXML", "MatchKeys"]),
        // 4
        .target(name: "SetIntersection", dependencies: ["ObliviousPRF", "Sodium", "CanonicalJSON"]),
        .target(name: "AuditLog", dependencies: ["TransparencyLog", "CanonicalJSON", "TimeStamps", crypto]),
        // 5
        .target(
            name: "Vault",
            dependencies: [
                "AuditLog", "CanonicalJSON", "MatchKeys", "SetIntersection", "Sodium", "TransparencyLog", grdb, sqlite,
            ]
        ),
        .target(name: "WireProtocol", dependencies: ["PeerTrust", "TransparencyLog", "CanonicalJSON"]),
        // 6
        .target(
            name: "NodeCore",
            dependencies: [
                "Accounts", "AuditLog", "CanonicalJSON", "Casework", "MatchKeys", "ObliviousPRF", "PeerTrust",
                "PolicyEngine", "PolicyFiles", "RecordFiles", "SetIntersection", "Sodium", "TimeStamps",
                "TransparencyLog", "Vault", "WireProtocol",
            ]
        ),
        // 7
        .target(
            name: "FederationServer",
            dependencies: [
                "PeerTrust", "WireProtocol", hummingbird, hummingbirdCore, hummingbirdTLS, httpTypes, lifecycle,
                logging,
                nioCore, nioSSL, nioTLS,
            ]
        ),
        .target(
            name: "FederationClient",
            dependencies: [
                "PeerTrust", "WireProtocol", asyncHTTPClient, lifecycle, logging, nioCore, nioHTTP1, nioPosix, nioSSL,
            ]
        ),
        .target(
            name: "Console",
            dependencies: [
                "Accounts", "AuditLog", "CQREncode", "NodeCore", "PeerTrust", "WireProtocol", httpTypes, hummingbird,
                hummingbirdCore,
                lifecycle, logging, nioCore, nioSSL,
            ]
        ),
        // 8
        .target(
            name: "Measures",
            dependencies: [
                "AuditLog", "CSodium", "CanonicalJSON", "FederationClient", "FederationServer", "MatchKeys", "NodeCore",
                "ObliviousPRF",
                "PeerTrust", "PolicyEngine", "PolicyFiles", "RecordFiles", "SetIntersection", "Sodium", "Vault",
                "WireProtocol", logging, sqlite,
            ]
        ),
        // 9
        .executableTarget(
            name: "ComityCommand",
            dependencies: [
                "AuditLog", "CanonicalJSON", "Console", "FederationClient", "FederationServer", "MatchKeys", "Measures",
                "NodeCore", "ObliviousPRF", "PeerTrust",
                "PolicyEngine", "PolicyFiles", "RecordFiles", "Sodium", "TimeStamps", "TransparencyLog", "Vault",
                "WireProtocol", argumentParser, asyncHTTPClient, crypto, httpTypes, hummingbird, lifecycle, logging,
                nioCore, nioHTTP1,
                nioPosix, sqlite,
                unixSignals,
            ]
        ),
        // tests
        .target(name: "TestSupport", dependencies: [crypto]),
        .target(
            name: "NodeTesting",
            dependencies: [
                "TestSupport",
                "AuditLog", "FederationClient", "FederationServer", "NodeCore", "PeerTrust", "Sodium", "Vault",
                "WireProtocol", lifecycle, logging,
            ]
        ),
        .testTarget(name: "AccountsTests", dependencies: ["Accounts", "TestSupport", crypto]),
        .testTarget(name: "ArchitectureTests"),
        .testTarget(
            name: "AuditLogTests",
            dependencies: ["TestSupport", "AuditLog", "TimeStamps", "TransparencyLog", "CanonicalJSON", crypto]
        ),
        .testTarget(
            name: "BrowserTests",
            dependencies: [
                "TestSupport",
                "Accounts", "AuditLog", "CanonicalJSON", "Console", "FederationServer", "NodeCore", "NodeTesting",
                "PeerTrust", "WireProtocol", asyncHTTPClient, hummingbird, lifecycle, logging, nioCore, nioHTTP1,
            ]
        ),
        .testTarget(name: "CanonicalJSONTests", dependencies: ["TestSupport", "CanonicalJSON"]),
        .testTarget(name: "CaseworkTests", dependencies: ["Casework"]),
        .testTarget(
            name: "ConsoleTests",
            dependencies: [
                "TestSupport",
                "Accounts", "AuditLog", "CanonicalJSON", "Console", "FederationServer", "NodeCore", "NodeTesting",
                "PeerTrust", "Sodium", "Vault", "WireProtocol", asyncHTTPClient, httpTypes, hummingbird,
                hummingbirdCore,
                lifecycle, logging, nioCore, nioHTTP1, nioPosix, nioSSL,
            ]
        ),
        .testTarget(
            name: "FederationTests",
            dependencies: [
                "AuditLog", "CanonicalJSON", "FederationClient", "FederationServer", "NodeCore", "NodeTesting",
                "PeerTrust",
                "PolicyEngine", "TransparencyLog", "Vault", "WireProtocol", asyncHTTPClient, crypto, httpTypes,
                hummingbird, hummingbirdTLS, lifecycle, logging, nioCore, nioHTTP1, nioPosix, nioSSL,
            ]
        ),
        .testTarget(name: "MatchKeysTests", dependencies: ["TestSupport", "MatchKeys", crypto]),
        .testTarget(name: "MeasuresTests", dependencies: ["Measures", "ObliviousPRF"]),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "TestSupport",
                "AuditLog", "CanonicalJSON", "ComityCommand", "FederationServer", "NodeCore", "NodeTesting",
                "PeerTrust", "Sodium", "Vault", "WireProtocol", asyncHTTPClient, nioCore, nioHTTP1, nioSSL,
            ]
        ),
        .testTarget(
            name: "NodeCoreTests",
            dependencies: [
                "TestSupport",
                "AuditLog", "CanonicalJSON", "Casework", "FederationServer", "MatchKeys", "NodeCore", "NodeTesting",
                "PeerTrust",
                "PolicyEngine",
                "ObliviousPRF", "RecordFiles", "SetIntersection",
                "Sodium", "TransparencyLog", "Vault", "WireProtocol",
            ]
        ),
        .testTarget(name: "ObliviousPRFTests", dependencies: ["TestSupport", "ObliviousPRF", "Sodium"]),
        .testTarget(
            name: "PeerTrustTests",
            dependencies: ["TestSupport", "PeerTrust", "TransparencyLog", "CanonicalJSON", crypto]
        ),
        .testTarget(name: "PolicyEngineTests", dependencies: ["PolicyEngine"]),
        .testTarget(name: "PolicyFilesTests", dependencies: ["TestSupport", "PolicyEngine", "PolicyFiles", crypto]),
        .testTarget(name: "RecordFilesTests", dependencies: ["TestSupport", "RecordFiles", "MatchKeys"]),
        .testTarget(
            name: "SetIntersectionTests",
            dependencies: ["TestSupport", "SetIntersection", "ObliviousPRF", "Sodium", "CanonicalJSON"]
        ),
        .testTarget(name: "SodiumTests", dependencies: ["TestSupport", "Sodium"]),
        .testTarget(name: "TimeStampsTests", dependencies: ["TimeStamps", crypto]),
        .testTarget(name: "TransparencyLogTests", dependencies: ["TestSupport", "TransparencyLog", crypto]),
        .executableTarget(
            name: "AuditCrashHelper",
            dependencies: ["AuditLog", "CanonicalJSON", "Sodium", "TransparencyLog", "Vault", crypto, grdb],
            path: "Tests/AuditCrashHelper"
        ),
        .testTarget(
            name: "VaultTests",
            dependencies: [
                "TestSupport",
                "AuditLog", "AuditCrashHelper", "CanonicalJSON", "MatchKeys", "NodeTesting", "ObliviousPRF",
                "SetIntersection", "Sodium", "TransparencyLog", "Vault", crypto, grdb, sqlite,
            ]
        ),
        .testTarget(
            name: "WireProtocolTests",
            dependencies: [
                "TestSupport",
                "CanonicalJSON", "ObliviousPRF", "PeerTrust", "SetIntersection", "Sodium", "TransparencyLog",
                "WireProtocol",
            ]
        ),
    ]
)

for target in package.targets where target.type != .system {
    var settings = target.swiftSettings ?? []
    settings += [
        // One language mode and one strictness for every module: a warning here is a defect there.
        .swiftLanguageMode(.v6),
        .treatAllWarnings(as: .error),
        // `any` marks each existential, so that a reader sees where dispatch is dynamic.
        .enableUpcomingFeature("ExistentialAny"),
        // A member may be used only where its module is imported: the arrows are visible in each file.
        .enableUpcomingFeature("MemberImportVisibility"),
    ]
    target.swiftSettings = settings
}
