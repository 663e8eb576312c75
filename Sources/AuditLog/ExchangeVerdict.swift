// Knows when two accounts of one exchange fit together (AUDIT sections 6 and 7): by what each side must have written before
// it sent, and by what it holds of the other's receipts.
import TransparencyLog

/// One of two logs that are compared, by exchange.
struct ToldLog {
    let copy: LogCopy
    /// How findings speak of it.
    let word: String
    let isSecond: Bool
    private(set) var exchanges: [ToldExchange.Name: ToldExchange] = [:]
    /// Whether every entry was there to be read: only then does silence mean anything.
    private(set) var isWhole = false
    /// The time of the last entry.
    private(set) var latest = LeafTime(milliseconds: 0)

    init(_ copy: LogCopy, with peer: String, inB: Bool) throws(ReconciliationError) {
        self.copy = copy
        isSecond = inB
        word = inB ? "second" : "first"
        var told: [ToldExchange.Name: ToldExchange] = [:]
        var (read, latest) = (0, latest)
        do {
            try copy.forEachLeaf { leaf, _, hash in
                (read, latest) = (read + 1, leaf.time)
                guard let mention = ToldExchange.mention(in: leaf, own: copy.agency, with: peer) else { return }
                told[mention.name, default: ToldExchange(first: leaf.index, mention)].add(leaf, hash: hash, mention)
            }
        } catch let error as LogCopyError {
            throw ReconciliationError(inB: inB, defect: error)
        } catch {
            throw ReconciliationError(inB: inB, defect: LogCopyError(place: "", text: "it cannot be read"))
        }
        exchanges = told
        isWhole = read == copy.checkpoint.size
        self.latest = latest
    }

    /// Whether the agency had a log before this one, where an exchange may have begun (AUDIT section 4).
    var isContinued: Bool { !copy.checkpoint.origin.hasSuffix("/audit/1") }

    /// What it takes to judge more than this copy can tell: the other side holds a receipt of an entry beyond its end, or of
    /// one in another log of the same agency.
    func missing(for other: ToldExchange) -> String? {
        for receipt in other.allReceipts where LogCopy.agency(of: receipt.origin) == copy.agency {
            guard receipt.origin == copy.checkpoint.origin else {
                return "a receipt names an entry of the log \(receipt.origin), which is not the one here"
            }
            guard receipt.index < copy.checkpoint.size else {
                return "the copy of the \(word) log ends before entry \(receipt.index), which a receipt names"
            }
        }
        return nil
    }

    /// Whether it would say so if it knew more of what the other side tells.
    func wouldTell(of other: ToldExchange) -> Bool { isWhole && missing(for: other) == nil }

    func hash(_ index: Int) throws(ReconciliationError) -> TreeHash? {
        do { return try copy.hash(index) } catch { throw ReconciliationError(inB: isSecond, defect: error) }
    }
}

/// What became of comparing one exchange.
enum ExchangeVerdict {
    case matched
    case only(String)
    case differs(String)
    case pending(String)

    /// PROTOCOL section 3: an asker sends a batch when the one before the last is answered.
    private static let mostBatchesOnTheWay = 2

    // MARK: Both logs tell of it

    init(_ one: ToldExchange, in a: ToldLog, _ other: ToldExchange, in b: ToldLog) throws(ReconciliationError) {
        let found: [ExchangeVerdict?] = [
            Self.defect(one, a), Self.defect(other, b), Self.words(one, other),
            try Self.judge(one.receipts, in: b, about: other, from: other.first),
            try Self.judge(other.receipts, in: a, about: one, from: one.first),
            try Self.sides(one, a, other, b), Self.extent(one, a, other, b),
            b.missing(for: one).map { .pending($0) }, a.missing(for: other).map { .pending($0) },
        ]
        let verdicts = found.compactMap { $0 }
        // What waits hides nothing that does not fit.
        self = verdicts.first { !$0.isPending } ?? verdicts.first ?? .matched
    }

    private var isPending: Bool { if case .pending = self { true } else { false } }

    /// What is wrong with one account by itself.
    private static func defect(_ told: ToldExchange, _ log: ToldLog) -> ExchangeVerdict? {
        if let text = told.contradiction { return .differs("in the \(log.word) log, \(text)") }
        // The first entry is durable before a message leaves, or is answered.
        guard log.isWhole, !log.isContinued, !told.begins else { return nil }
        let first = told.side == .asker ? "asked or requested" : "received"
        return .differs("the \(log.word) log has what came of it, and no entry that it was \(first)")
    }

    /// The bytes and the words that both wrote down.
    private static func words(_ one: ToldExchange, _ other: ToldExchange) -> ExchangeVerdict? {
        if let number = one.chain.conflict(with: other.chain) {
            return .differs("the logs disagree over the bytes of the first \(number) messages")
        }
        for fact in Set(one.facts.keys).union(other.facts.keys).sorted() {
            switch (one.facts[fact], other.facts[fact]) {
            case (let ours?, let theirs?) where ours != theirs: return .differs("the logs disagree over the \(fact)")
            case (.some, nil) where fact.isAlways && other.parts.contains(fact.part),
                (nil, .some) where fact.isAlways && one.parts.contains(fact.part):
                return .differs("only one log has the \(fact)")
            default: continue
            }
        }
        return nil
    }

    private static func sides(
        _ one: ToldExchange,
        _ a: ToldLog,
        _ other: ToldExchange,
        _ b: ToldLog
    ) throws(ReconciliationError) -> ExchangeVerdict? {
        let isAsker = one.side == .asker
        let (asker, holder) = isAsker ? (one, other) : (other, one)
        let (asking, holding) = isAsker ? (a, b) : (b, a)
        if let verdict = try batches(asker, asking, holder, holding) { return verdict }
        guard asker.wasAnswered, !holder.answered, holding.wouldTell(of: asker) else { return nil }
        return .differs("the \(asking.word) log tells of an answer, of which the \(holding.word) says nothing")
    }

    /// Further batches: what the holder received, the asker must have sent, and but for those on their way the other way round.
    private static func batches(
        _ asker: ToldExchange,
        _ asking: ToldLog,
        _ holder: ToldExchange,
        _ holding: ToldLog
    ) throws(ReconciliationError) -> ExchangeVerdict? {
        for (root, received) in holder.batches.sorted(by: { $0.key < $1.key }) {
            guard let sent = asker.batches[root], sent.keys == received.keys else {
                guard asking.wouldTell(of: holder) || asker.batches[root] != nil else { continue }
                return .differs(
                    "the holder's log has a batch of \(received.keys) keys, of which the asker's says nothing"
                )
            }
            guard sent.chain.conflict(with: received.chain) == nil else {
                return .differs("the logs disagree over the bytes of a batch of \(received.keys) keys")
            }
            if let verdict = try judge(received.receipts, in: asking, about: asker, from: sent.first) { return verdict }
        }
        let missing = asker.batches.filter { holder.batches[$0.key] == nil }
        guard !missing.isEmpty, holding.isWhole else { return nil }
        // What was sent after the copy ends is not missed in it.
        let due = missing.values.count { $0.time < holding.latest }
        return due <= (asker.wasAnswered ? 0 : mostBatchesOnTheWay) || !holding.wouldTell(of: asker)
            ? .pending("\(missing.count) batches were sent, of which the holder's log says nothing yet")
            : .differs("the asker's log has \(due) batches of which the holder's says nothing")
    }

    /// How far each side says the exchange came.
    private static func extent(_ one: ToldExchange, _ a: ToldLog, _ other: ToldExchange, _ b: ToldLog)
        -> ExchangeVerdict?
    {
        guard one.messages != other.messages else { return nil }
        let isFirst = one.messages > other.messages
        let (ahead, behind) = isFirst ? (one, other) : (other, one)
        let (leading, lagging) = isFirst ? (a, b) : (b, a)
        guard !ahead.lastReceived else {
            let text =
                "the \(leading.word) log received message \(ahead.messages), of which the \(lagging.word) says nothing"
            return lagging.wouldTell(of: ahead) ? .differs(text) : .pending(text + ", as far as its entries are here")
        }
        return .pending(
            "the \(leading.word) log sent message \(ahead.messages); the \(lagging.word) tells of \(behind.messages)"
        )
    }

    // MARK: One log tells of it

    init(_ told: ToldExchange, in log: ToldLog, alone other: ToldLog) throws(ReconciliationError) {
        if let verdict = Self.defect(told, log) {
            self = verdict
            return
        }
        let receipts = told.allReceipts
        let word = "the \(other.word) log"
        if told.side == .holder, other.isWhole {
            // Asked is durable before the question leaves: no receipt makes up for it. Only the asker's own word that its log
            // went on beyond this copy does.
            self =
                other.missing(for: told).map { .pending($0) }
                ?? .only("message 1 was received, and \(word) does not say that it was sent")
        } else if let verdict = try Self.judge(receipts, in: other, about: nil, from: 0) {
            self = verdict
        } else if let text = other.missing(for: told) {
            self = .pending(text)
        } else if let last = receipts.last(where: { $0.origin == other.copy.checkpoint.origin }) {
            // The receipts hold; as far as entries are absent, the hash stands for them.
            self =
                other.copy.holdsEntry(last.index)
                ? .differs("entry \(last.index) of \(word), which the receipt names, is about something else")
                : .matched
        } else if !told.lastReceived, !told.wasHeld {
            self = .pending("message \(told.messages) was sent; nothing acknowledges it")
        } else if other.isWhole {
            self = .only("the last message was received, and \(word) says nothing of the exchange")
        } else {
            self = .pending("no receipt names an entry of \(word), and its entries are not in the copy")
        }
    }

    // MARK: Receipts

    /// The first receipt that does not hold; nil when all do, as far as the copy reaches.
    ///
    /// - Parameters:
    ///   - told: what the log says of the exchange; nil: nothing.
    ///   - first: an asker's receipt names no entry before that.
    private static func judge(
        _ receipts: [AuditReceipt],
        in log: ToldLog,
        about told: ToldExchange?,
        from first: Int
    ) throws(ReconciliationError) -> ExchangeVerdict? {
        let word = "the \(log.word) log"
        for receipt in receipts {
            guard LogCopy.agency(of: receipt.origin) == log.copy.agency else {
                return .differs("a receipt names the log of another agency than the peer's")
            }
            // A former log of the same agency: its copy would have to be read.
            guard receipt.origin == log.copy.checkpoint.origin else { continue }
            guard let hash = try log.hash(receipt.index) else { continue }
            guard hash == receipt.leaf else {
                return .differs("entry \(receipt.index) of \(word) is not the one its receipt promised")
            }
            guard let told, log.copy.holdsEntry(receipt.index), !told.hashes.contains(hash) else { continue }
            // A request that is sent again carries the receipt of some later entry. What an asker kept of an answer must name an
            // entry about it.
            guard told.side == .holder || receipt.index < first else { continue }
            return .differs("entry \(receipt.index) of \(word), which a receipt names, is about something else")
        }
        return nil
    }
}
