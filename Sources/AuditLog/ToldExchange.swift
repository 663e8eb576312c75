// Knows what one log says of one exchange: how far it came, over which bytes, and which facts both sides write down.
// Learns no personal value: entries have none.
import CanonicalJSON
import TransparencyLog

/// One side's account of an exchange, gathered from its entries.
struct ToldExchange {
    /// The first entry about it.
    let first: Int
    private(set) var side: Exchange.Side?
    /// The number of messages its last entry speaks of; 1 for a question that only its `query.asked` tells of.
    private(set) var messages = 1
    /// Whether the last message it speaks of came from the other side.
    private(set) var lastReceived = false
    /// T_n by n, as far as entries say. An answer that was lost and given again has other proofs, so that a holder may
    /// tell of several.
    private(set) var transcripts: [Int: Set<[UInt8]>] = [:]
    private(set) var receipts: [AuditReceipt] = []
    /// What both sides write down alike, by a name that says which message it belongs to.
    private(set) var facts: [String: JSONValue] = [:]
    /// Further batches of a long query: number of keys by point root.
    private(set) var batches: [String: Int] = [:]
    /// Entries of this log about the exchange, by hash: what the other side's receipts must name.
    private(set) var hashes: Set<TreeHash> = []
    /// What the log says in two ways.
    private(set) var contradiction: String?

    /// Which exchange: an id is the asker's, and the other side could use the same one the other way round.
    struct Name: Hashable, Comparable {
        let query: String
        let asker: String

        static func < (left: Name, right: Name) -> Bool { (left.query, left.asker) < (right.query, right.asker) }
    }

    /// Nil when the entry is about no exchange with that agency.
    ///
    /// - Parameter own: whose log it is.
    static func query(of leaf: Leaf, own: String, with peer: String) -> (name: Name, exchange: Exchange?)? {
        if let value = leaf.data["x"] {
            guard let exchange = try? Exchange(value), exchange.peer == peer else { return nil }
            return (Name(query: exchange.query, asker: exchange.side == .asker ? own : peer), exchange)
        }
        // What never left the asker (denied, held at home) is no exchange.
        guard ["query.asked", "query.received", "query.continued", "query.answered"].contains(leaf.event),
            leaf.data["peer"]?.string == peer, let id = leaf.data["query"]?.string, id.utf8.count == 36
        else { return nil }
        let isHolder = leaf.event == "query.received" || leaf.event == "query.answered" || leaf.actor.role == .peer
        return (Name(query: id, asker: isHolder ? peer : own), nil)
    }

    init(first: Int) {
        self.first = first
    }

    mutating func add(_ leaf: Leaf, hash: TreeHash, exchange: Exchange?) {
        hashes.insert(hash)
        if leaf.event == "query.asked" { side = side ?? .asker }
        if let exchange { follow(exchange, leaf) }
        if leaf.event == "query.continued", let root = leaf.data["point_root"]?.string {
            batches[root] = leaf.data["keys"]?.integer ?? 0
        }
        for (name, member) in Self.shared(leaf) {
            // The first one counts: a peer may send other bytes under an id that it used before, and is refused.
            if let value = leaf.data[member], facts[name] == nil { facts[name] = value }
        }
    }

    private mutating func follow(_ exchange: Exchange, _ leaf: Leaf) {
        if let side, side != exchange.side { contradiction = contradiction ?? "it is asker and holder at once" }
        side = exchange.side
        let transcript = exchange.transcript
        record(transcript.messages, transcript.digest)
        if transcript.messages > 0 { record(transcript.messages - 1, transcript.previous) }
        if let receipt = exchange.receipt, receipts.last != receipt { receipts.append(receipt) }
        guard transcript.messages >= messages else { return }
        messages = transcript.messages
        lastReceived = Self.tellsOfReceived(leaf.event, exchange)
    }

    private mutating func record(_ number: Int, _ digest: [UInt8]) {
        transcripts[number, default: []].insert(digest)
    }

    private static func tellsOfReceived(_ event: String, _ exchange: Exchange) -> Bool {
        switch event {
        case "query.received", "disclosure.request_received", "hit.noticed", "disclosure.received": true
        // The outcome of a question that nobody answered speaks of the request alone.
        case "query.outcome": exchange.transcript.messages > 1
        case "query.continued": exchange.side == .holder
        default: false
        }
    }

    /// Names under which both sides' members are compared, and the member's own name in this entry.
    private static func shared(_ leaf: Leaf) -> [(name: String, member: String)] {
        func alike(_ part: String, _ members: String...) -> [(name: String, member: String)] {
            members.map { ("\(part) \($0)", $0) }
        }
        switch leaf.event {
        case "query.asked":
            return alike("question's", "agreement", "purpose", "offence", "basis", "point_root")
                + [("question's keys", "keys")]
        case "query.received":
            return alike("question's", "agreement", "purpose", "offence", "basis", "point_root")
                + [("question's keys", "keys_declared")]
        case "disclosure.requested", "disclosure.request_received":
            return alike("request's", "agreement", "fields")
        case "disclosure.released", "disclosure.received":
            return alike("release's", "fields", "handling", "retention_date")
        default:
            return []
        }
    }
}
