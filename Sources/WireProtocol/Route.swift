// Knows every path between nodes, its method, label and size, in one table. Never learns who asks.

public import PeerTrust

/// A path that nodes answer to each other.
public enum Route: Sendable, Hashable {
    /// `GET /v1/hello`
    case hello
    /// `POST /v1/queries`
    case queries
    /// `POST /v1/queries/<id>/batches`
    case queryBatches(MessageID)
    /// `GET /v1/indexes/<agreement>/manifest`, always or unless it is the one held
    case manifest(agreement: String)
    /// `GET /v1/indexes/<agreement>/manifests/<version>`: an earlier one, for an asker that missed some.
    case manifestVersion(agreement: String, version: Int)
    /// `GET /v1/indexes/<agreement>/segments/<sha256 hex>`, whole or a range of it
    case segment(agreement: String, digest: [UInt8])
    /// `POST /v1/disclosure-requests`
    case disclosureRequests
    /// `GET /v1/disclosure-requests/<id>`
    case disclosureRequest(MessageID)
    /// `POST /v1/witness/add-checkpoint`
    case addCheckpoint
    /// `GET /v1/witness/<sha256 hex of origin>/checkpoint`
    case witnessCheckpoint(origin: [UInt8])
    /// `GET /log/<file>`: checkpoint, vkey, hash tiles (AUDIT 5).
    case log(file: String)

    /// Reads a path; nil for one that the table does not hold, with a query part, or in another spelling.
    public init?(path: String) {
        guard path.utf8.count <= 256, path.hasPrefix("/") else { return nil }
        let parts = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        switch (parts.count, parts.first) {
        case (2..., "log"):
            let file = parts.dropFirst()
            guard file.count <= 6, file.allSatisfy(Self.isFileName) else { return nil }
            self = .log(file: file.joined(separator: "/"))
        case (2, "v1") where parts[1] == "hello": self = .hello
        case (2, "v1") where parts[1] == "queries": self = .queries
        case (2, "v1") where parts[1] == "disclosure-requests": self = .disclosureRequests
        case (3, "v1") where parts[1] == "disclosure-requests":
            guard let id = MessageID(parts[2]) else { return nil }
            self = .disclosureRequest(id)
        case (3, "v1") where parts[1] == "witness" && parts[2] == "add-checkpoint": self = .addCheckpoint
        case (4, "v1") where parts[1] == "witness" && parts[3] == "checkpoint":
            guard let origin = Hex.decode(parts[2]), origin.count == 32 else { return nil }
            self = .witnessCheckpoint(origin: origin)
        case (4, "v1") where parts[1] == "queries" && parts[3] == "batches":
            guard let id = MessageID(parts[2]) else { return nil }
            self = .queryBatches(id)
        case (4, "v1") where parts[1] == "indexes" && parts[3] == "manifest":
            guard AgencyID(parts[2]) != nil else { return nil }
            self = .manifest(agreement: parts[2])
        case (5, "v1") where parts[1] == "indexes" && parts[3] == "manifests":
            guard AgencyID(parts[2]) != nil, let version = Int(parts[4]), version > 0, String(version) == parts[4]
            else {
                return nil
            }
            self = .manifestVersion(agreement: parts[2], version: version)
        case (5, "v1") where parts[1] == "indexes" && parts[3] == "segments":
            guard AgencyID(parts[2]) != nil, let digest = Hex.decode(parts[4]), digest.count == 32 else { return nil }
            self = .segment(agreement: parts[2], digest: digest)
        default: return nil
        }
    }

    public var path: String {
        switch self {
        case .hello: "/v1/hello"
        case .queries: "/v1/queries"
        case .queryBatches(let id): "/v1/queries/\(id)/batches"
        case .manifest(let agreement): "/v1/indexes/\(agreement)/manifest"
        case .manifestVersion(let agreement, let version): "/v1/indexes/\(agreement)/manifests/\(version)"
        case .segment(let agreement, let digest): "/v1/indexes/\(agreement)/segments/\(Hex.encode(digest))"
        case .disclosureRequests: "/v1/disclosure-requests"
        case .disclosureRequest(let id): "/v1/disclosure-requests/\(id)"
        case .addCheckpoint: "/v1/witness/add-checkpoint"
        case .witnessCheckpoint(let origin): "/v1/witness/\(Hex.encode(origin))/checkpoint"
        case .log(let file): "/log/\(file)"
        }
    }

    /// `GET` or `POST`.
    public var method: String {
        switch self {
        case .queries, .queryBatches, .disclosureRequests, .addCheckpoint: "POST"
        default: "GET"
        }
    }

    /// Label of the request's body; a `GET` has it too, since the signature covers it.
    public var contentType: String {
        self == .addCheckpoint ? MediaType.text : MediaType.message
    }

    /// Greatest body of a request, in bytes.
    public var requestLimit: Int {
        switch self {
        case .queries, .queryBatches: WireLimits.pointBody
        case .disclosureRequests, .addCheckpoint: WireLimits.smallBody
        default: 0
        }
    }

    /// Greatest body of an answer, in bytes.
    public var responseLimit: Int {
        switch self {
        case .queries, .queryBatches: WireLimits.pointBody
        case .segment: WireLimits.segmentPiece
        case .log: 1_048_576
        case .manifest, .manifestVersion: WireLimits.manifestBody
        default: WireLimits.smallBody
        }
    }

    private static func isFileName(_ name: String) -> Bool {
        !name.isEmpty && name != "." && name != ".."
            && name.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2E || byte == 0x2D
            }
    }
}

extension Route {
    /// Whether its answer is part of an index.
    public var isSegment: Bool { if case .segment = self { true } else { false } }

    /// A word for logs: no id, no digest.
    public var label: String {
        switch self {
        case .hello: "hello"
        case .queries: "queries"
        case .queryBatches: "query-batches"
        case .manifest, .manifestVersion: "manifest"
        case .segment: "segment"
        case .disclosureRequests, .disclosureRequest: "disclosure-requests"
        case .addCheckpoint, .witnessCheckpoint: "witness"
        case .log: "log"
        }
    }
}
