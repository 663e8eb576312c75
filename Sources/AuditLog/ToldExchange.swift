// Knows what one log says of one exchange: how far it came, over which bytes, and which facts both sides write down.
// Learns no personal value: entries have none.
import CanonicalJSON
import TransparencyLog

/// One side's account of an exchange, gathered from its entries.
struct ToldExchange {
    /// The first entry about it.
    let first: Int
    let side: Exchange.Side
    /// Whether the entry is there that comes before any message: asked or requested, or that this was received.
    private(set) var begins = false
    /// The number of messages its entries speak of; 1 for a question that only its `query.asked` tells of.
    private(set) var messages = 1
    /// Asker: the holder gave hits, or said that there are none.
    private(set) var wasAnswered = false
    /// Asker: the holder said that people decide.
    private(set) var wasHeld = false
    /// Holder: an answer left.
    private(set) var answered = false
    private(set) var chain: TranscriptChain
    private(set) var receipts: [AuditReceipt] = []
    /// What both sides write down alike, by part of the exchange and member.
    private(set) var facts: [Fact: JSONValue] = [:]
    /// Parts of the exchange that have an entry.
    private(set) var parts: Set<String> = []
    /// Further batches of a long query, by point root: each an exchange of its own.
    private(set) var batches: [String: Batch] = [:]
    /// Entries of this log about the exchange, by hash: what the other side's receipts must name.
    private(set) var hashes: Set<TreeHash> = []
    /// What the log says in two ways, or against the rules of section 6.
    private(set) var contradiction: String?

    /// Whether the last message it speaks of came from the other side: the first is the asker's, all others the holder's.
    var lastReceived: Bool { side == .holder ? messages == 1 : messages > 1 }

    var allReceipts: [AuditReceipt] { receipts + batches.sorted { $0.key < $1.key }.flatMap(\.value.receipts) }

    /// PROTOCOL section 3: a batch has no more keys.
    private static let mostKeysInBatch = 8_192

    struct Batch {
        let first: Int
        let time: LeafTime
        let keys: Int
        var chain: TranscriptChain
        var receipts: [AuditReceipt] = []
    }

    /// A member that both sides write, of a question, an answer, a request or a release.
    struct Fact: Hashable, Comparable, CustomStringConvertible {
        let part: String
        let member: String
        /// Neither side may leave it out. Other words a side writes only as far as its own policies have them.
        let isAlways: Bool

        var description: String { "\(part)'s \(member)" }

        static func < (left: Fact, right: Fact) -> Bool { (left.part, left.member) < (right.part, right.member) }
    }

    /// Which exchange: an id is the asker's, and the other side could use the same one the other way round.
    struct Name: Hashable, Comparable {
        let query: String
        let asker: String

        static func < (left: Name, right: Name) -> Bool { (left.query, left.asker) < (right.query, right.asker) }
    }

    /// What of an entry says which exchange it is about.
    struct Mention {
        let name: Name
        let side: Exchange.Side
        let exchange: Exchange?
        /// Why its `data.x` is not to be read as one.
        var contradiction: String?
    }

    /// Nil when the entry is about no exchange with that agency.
    ///
    /// - Parameter own: whose log it is.
    static func mention(in leaf: Leaf, own: String, with peer: String) -> Mention? {
        if let value = leaf.data["x"], let exchange = try? Exchange(value) {
            guard exchange.peer == peer else { return nil }
            let name = Name(query: exchange.query, asker: exchange.side == .asker ? own : peer)
            var mention = Mention(name: name, side: exchange.side, exchange: exchange)
            for (member, said) in [("query", exchange.query), ("request", exchange.query), ("peer", peer)] {
                guard let other = leaf.data[member]?.string, other != said else { continue }
                mention.contradiction = "data.x of entry \(leaf.index) names another \(member) than the entry"
            }
            return mention
        }
        // What never left the asker (denied, held at home) is no exchange.
        guard sides.keys.contains(leaf.event) || leaf.event == "query.continued",
            let id = (leaf.data["query"] ?? leaf.data["x"]?["query"])?.string, id.utf8.count == 36,
            (leaf.data["peer"] ?? leaf.data["x"]?["peer"])?.string == peer
        else { return nil }
        let side = sides[leaf.event] ?? (leaf.actor.role == .peer ? .holder : .asker)
        var mention = Mention(name: Name(query: id, asker: side == .asker ? own : peer), side: side, exchange: nil)
        if leaf.data["x"] != nil { mention.contradiction = "data.x of entry \(leaf.index) cannot be read" }
        return mention
    }

    /// Whose entry an event is.
    private static let sides: [String: Exchange.Side] = [
        "query.asked": .asker, "query.outcome": .asker, "disclosure.requested": .asker, "disclosure.received": .asker,
        "query.received": .holder, "query.answered": .holder, "disclosure.request_received": .holder,
        "disclosure.released": .holder,
    ]

    init(first: Int, _ mention: Mention) {
        self.first = first
        side = mention.side
        chain = TranscriptChain(id: mention.name.query)
    }

    mutating func add(_ leaf: Leaf, hash: TreeHash, _ mention: Mention) {
        hashes.insert(hash)
        if let text = mention.contradiction { contradict(text) }
        if let side = Self.sides[leaf.event], side != self.side {
            contradict("\(leaf.event) of entry \(leaf.index) is not of the \(self.side.rawValue)'s")
        }
        if leaf.event == "query.continued" { return addBatch(leaf, mention) }
        if let exchange = mention.exchange {
            if let text = chain.follow(exchange.transcript) { contradict("\(text) (entry \(leaf.index))") }
            messages = max(messages, exchange.transcript.messages)
            if let receipt = exchange.receipt, receipts.last != receipt { receipts.append(receipt) }
        }
        learn(leaf, mention.exchange?.transcript.messages)
        for (fact, value) in Self.facts(leaf) {
            parts.insert(fact.part)
            // The first one counts: a peer may send other bytes under an id that it used before, and is refused.
            if let value, facts[fact] == nil { facts[fact] = value }
        }
    }

    /// - Parameter number: of messages that the entry speaks of; nil without `data.x`.
    private mutating func learn(_ leaf: Leaf, _ number: Int?) {
        switch leaf.event {
        case "query.asked", "query.received", "disclosure.requested", "disclosure.request_received": begins = true
        case "query.answered":
            answered = true
            messages = max(messages, 2)
        case "query.outcome":
            let outcome = leaf.data["outcome"]?.string
            if outcome == "held" { wasHeld = true }
            guard outcome == "hits" || outcome == "no-hit" else { return }
            wasAnswered = true
            // Earlier versions wrote no x with the outcome of a long query.
            messages = max(messages, 2)
            if let number, number < 2, batches.isEmpty {
                contradict("entry \(leaf.index) tells of an answer, and its data.x of the request alone")
            }
        default: break
        }
    }

    private mutating func addBatch(_ leaf: Leaf, _ mention: Mention) {
        guard let root = leaf.data["point_root"]?.string, let keys = leaf.data["keys"]?.integer else {
            return contradict("the batch of entry \(leaf.index) has no points or no keys")
        }
        let chain = TranscriptChain(id: mention.name.query)
        var batch = batches[root] ?? Batch(first: leaf.index, time: leaf.time, keys: keys, chain: chain)
        if batch.keys != keys { contradict("a batch has \(batch.keys) keys and \(keys) in entry \(leaf.index)") }
        if let exchange = mention.exchange {
            if let text = batch.chain.follow(exchange.transcript) { contradict("\(text) (entry \(leaf.index))") }
            if let receipt = exchange.receipt { batch.receipts.append(receipt) }
        }
        batches[root] = batch
    }

    private mutating func contradict(_ text: String) { contradiction = contradiction ?? text }

    /// What the other side writes down too; nil for a word that this entry does not have.
    private static func facts(_ leaf: Leaf) -> [(Fact, JSONValue?)] {
        func fact(_ part: String, _ member: String, _ value: JSONValue?, isAlways: Bool) -> (Fact, JSONValue?) {
            (Fact(part: part, member: member, isAlways: isAlways), value)
        }
        func alike(_ part: String, always: [String] = [], often: [String] = []) -> [(Fact, JSONValue?)] {
            always.map { fact(part, $0, leaf.data[$0], isAlways: true) }
                + often.map { fact(part, $0, leaf.data[$0], isAlways: false) }
        }
        let words = ["agreement", "purpose"]
        switch leaf.event {
        case "query.asked":
            let keys = leaf.data["keys"]
            let inFirst = keys?.integer.map { JSONValue.integer(min($0, mostKeysInBatch)) }
            return alike("question", always: words + ["point_root"], often: ["offence", "basis"])
                + [
                    fact("question", "keys", keys, isAlways: true),
                    fact("answer", "keys", inFirst, isAlways: false),
                ]
        case "query.received":
            return alike("question", always: words + ["point_root"], often: ["offence", "basis"])
                + [fact("question", "keys", leaf.data["keys_declared"], isAlways: true)]
        case "query.answered": return alike("answer", often: words + ["keys"])
        case "query.outcome":
            let outcome = leaf.data["outcome"]?.string
            return outcome == "hits" || outcome == "no-hit" ? alike("answer", often: words) : []
        case "disclosure.requested", "disclosure.request_received":
            return alike("request", always: ["fields"], often: ["agreement"])
        case "disclosure.released", "disclosure.received":
            return alike("release", always: ["fields", "handling", "retention_date"], often: ["agreement"])
        default: return []
        }
    }
}

/// T_n by n, as far as one log says (AUDIT section 6).
struct TranscriptChain {
    private let start: [UInt8]?
    /// An answer that was lost and given again has other proofs, so that a holder may tell of several.
    private var told: [Int: Set<[UInt8]>] = [:]
    /// With those that only a `previous` names.
    private var known: [Int: Set<[UInt8]>] = [:]

    init(id: String) {
        start = Transcript.start(of: id)
    }

    /// - Returns: what is wrong with how it follows what the log said before.
    mutating func follow(_ transcript: Transcript) -> String? {
        let number = transcript.messages
        guard number > 0 else { return "it speaks of no message" }
        defer {
            told[number, default: []].insert(transcript.digest)
            known[number, default: []].insert(transcript.digest)
            if number > 1 { known[number - 1, default: []].insert(transcript.previous) }
        }
        if number == 1 {
            return transcript.previous == start ? nil : "the first message does not follow from the id"
        }
        guard let before = told[number - 1], !before.contains(transcript.previous) else { return nil }
        return "message \(number) does not follow the one before"
    }

    /// The first number of messages over which the two have no digest in common.
    func conflict(with other: TranscriptChain) -> Int? {
        known.keys.sorted().first { number in
            guard let ours = known[number], let theirs = other.known[number] else { return false }
            return ours.isDisjoint(with: theirs)
        }
    }
}
