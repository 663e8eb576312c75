// Knows how to write the logs of two agencies about one exchange, as other programs may: with any entry left out, or any word
// another. Its agencies do not exist.
import AuditLog
import CanonicalJSON
import TransparencyLog

/// A log of an agency by that name.
struct NamedLog {
    let agency: String
    var log: SampleLog

    init(_ agency: String, seed: UInt8) throws {
        self.agency = agency
        log = try SampleLog(agency: agency, seed: seed)
    }

    /// - Returns: the entry's index.
    @discardableResult
    mutating func add(
        _ event: String,
        _ data: [String: JSONValue],
        by actor: AuditActor = .system
    ) throws -> Int {
        try log.draft(AuditDraft(event: event, actor: actor, data: data))
        return log.leaves.count - 1
    }

    /// What this agency's messages say of an entry.
    func receipt(_ index: Int) -> AuditReceipt {
        AuditReceipt(origin: "\(agency)/audit/1", index: index, leaf: .leaf(log.leaves[index]))
    }
}

extension Transcript {
    /// That of the exchange by that UUID, before its first message.
    init(of id: String) {
        let digits = Array(id.utf8.filter { $0 != 0x2D })
        let bytes = stride(from: 0, to: digits.count, by: 2).map { at in
            UInt8(String(decoding: digits[at..<at + 2], as: UTF8.self), radix: 16) ?? 0
        }
        self.init(query: bytes)
    }
}

/// A question of north's to coast, its answer and its outcome: four entries, of which a test leaves out some or changes words.
struct WrittenExchange {
    enum Part: Hashable {
        case asked, received, answered, outcome
    }

    static let query = "c79f099f-b682-4528-9aa0-463781ce9537"
    static let root = Base64URL.encode([UInt8](repeating: 5, count: 32))

    var query = Self.query
    var without: Set<Part> = []
    /// Members that take the place of those an honest log would have.
    var changed: [Part: [String: JSONValue]] = [:]
    var lacking: [Part: String] = [:]
    var previous: [Part: [UInt8]] = [:]
    var events: [Part: String] = [:]
    /// The receipts that coast has of north, and north of coast; nil: those of `asked` and `answered`.
    var ofNorth: AuditReceipt?
    var ofCoast: AuditReceipt?

    func write(_ north: inout NamedLog, _ coast: inout NamedLog) throws {
        var transcript = Transcript(of: query)
        transcript.append(.request, body: [1])
        let words: [String: JSONValue] = [
            "agreement": "ab", "purpose": "investigate", "point_root": .string(Self.root),
        ]
        var asked: AuditReceipt?
        if let at = try add(.asked, "query.asked", words.merging(["keys": 8]) { $1 }, nil, to: &north, peer: "coast") {
            asked = north.receipt(at)
        }
        let first = x(.received, .holder, "north", transcript, ofNorth ?? asked)
        let declared = words.merging(["keys_declared": 8]) { $1 }
        try add(.received, "query.received", declared, first, to: &coast, peer: "north")
        transcript.append(.answer, body: [2])
        var answered: AuditReceipt?
        let second = x(.answered, .holder, "north", transcript, nil)
        if let at = try add(.answered, "query.answered", ["keys": 8], second, to: &coast, peer: "north") {
            answered = coast.receipt(at)
        }
        let last = x(.outcome, .asker, "coast", transcript, ofCoast ?? answered)
        try add(.outcome, "query.outcome", ["outcome": "no-hit"], last, to: &north, peer: "coast")
    }

    private func x(
        _ part: Part,
        _ side: Exchange.Side,
        _ peer: String,
        _ transcript: Transcript,
        _ receipt: AuditReceipt?
    ) -> JSONValue {
        let written = Transcript(
            digest: transcript.digest,
            previous: previous[part] ?? transcript.previous,
            messages: transcript.messages
        )
        return Exchange(query: query, side: side, peer: peer, transcript: written, receipt: receipt).value
    }

    @discardableResult
    private func add(
        _ part: Part,
        _ event: String,
        _ data: [String: JSONValue],
        _ x: JSONValue?,
        to log: inout NamedLog,
        peer: String
    ) throws -> Int? {
        guard !without.contains(part) else { return nil }
        var data = data
        data["x"] = x
        // As the table of AUDIT section 3 has it: where x stands, it names query and peer.
        if x == nil { data.merge(["query": .string(query), "peer": .string(peer)]) { $1 } }
        data.merge(changed[part] ?? [:]) { $1 }
        if let name = lacking[part] { data[name] = nil }
        return try log.add(events[part] ?? event, data)
    }
}
