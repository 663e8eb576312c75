// Knows how two logs are compared that tell of the same exchanges (AUDIT sections 6 and 7). Each side's lie, or silence,
// shows in the other's log.
import TransparencyLog

/// What two agencies' logs say of their exchanges, compared.
public struct Reconciliation: Sendable, Hashable {
    /// One exchange that needs a look.
    public struct Finding: Sendable, Hashable {
        /// UUID of the query or disclosure request.
        public let query: String
        public let text: String
    }

    /// Exchanges that both logs tell alike.
    public private(set) var matched = 0
    /// The first log tells of it, the second should and does not.
    public private(set) var onlyA: [Finding] = []
    public private(set) var onlyB: [Finding] = []
    public private(set) var differs: [Finding] = []
    /// The last message was not acknowledged yet, or a copy ends before it.
    public private(set) var pending: [Finding] = []

    public var ok: Bool { onlyA.isEmpty && onlyB.isEmpty && differs.isEmpty }

    /// - Parameters:
    ///   - a: a log with its entries.
    ///   - b: the other side's; hash tiles suffice, then only receipts are compared.
    /// - Throws: `LogCopyError` as the copies are read; which of them, `inB` says.
    public init(_ a: LogCopy, _ b: LogCopy) throws(ReconciliationError) {
        let mine = try Self.gather(a, with: b.agency, inB: false)
        let theirs = try Self.gather(b, with: a.agency, inB: true)
        for name in Set(mine.keys).union(theirs.keys).sorted() {
            let query = name.query
            let verdict: Verdict
            do throws(LogCopyError) {
                switch (mine[name], theirs[name]) {
                case (let one?, let other?): verdict = try Self.compare(one, a, other, b)
                case (let one?, nil): verdict = try Self.alone(one, other: b, "the second log")
                case (nil, let other?): verdict = try Self.alone(other, other: a, "the first log")
                case (nil, nil): continue
                }
            } catch {
                throw ReconciliationError(inB: true, defect: error)
            }
            switch verdict {
            case .matched: matched += 1
            case .differs(let text): differs.append(Finding(query: query, text: text))
            case .pending(let text): pending.append(Finding(query: query, text: text))
            case .only(let text):
                let finding = Finding(query: query, text: text)
                if mine[name] != nil { onlyA.append(finding) } else { onlyB.append(finding) }
            }
        }
    }

    private enum Verdict {
        case matched
        case only(String)
        case differs(String)
        case pending(String)
    }

    private static func gather(
        _ log: LogCopy,
        with peer: String,
        inB: Bool
    ) throws(ReconciliationError) -> [ToldExchange.Name: ToldExchange] {
        var told: [ToldExchange.Name: ToldExchange] = [:]
        do {
            try log.forEachLeaf { leaf, _, hash in
                guard let (name, exchange) = ToldExchange.query(of: leaf, own: log.agency, with: peer) else { return }
                told[name, default: ToldExchange(first: leaf.index)].add(leaf, hash: hash, exchange: exchange)
            }
        } catch let error as LogCopyError {
            throw ReconciliationError(inB: inB, defect: error)
        } catch {
            throw ReconciliationError(inB: inB, defect: LogCopyError(place: "", text: "it cannot be read"))
        }
        return told
    }

    // MARK: One exchange

    private static func compare(
        _ one: ToldExchange,
        _ a: LogCopy,
        _ other: ToldExchange,
        _ b: LogCopy
    ) throws(LogCopyError) -> Verdict {
        if let text = one.contradiction { return .differs("in the first log, \(text)") }
        if let text = other.contradiction { return .differs("in the second log, \(text)") }
        if let side = one.side, side == other.side { return .differs("both logs say they were the \(side.rawValue)") }
        for number in one.transcripts.keys.sorted() {
            if let ours = one.transcripts[number], let theirs = other.transcripts[number], ours.isDisjoint(with: theirs)
            {
                return .differs("the logs disagree over the bytes of the first \(number) messages")
            }
        }
        for name in one.facts.keys.sorted() {
            if let theirs = other.facts[name], theirs != one.facts[name] {
                return .differs("the logs disagree over the \(name)")
            }
        }
        for (receipts, log, told, word) in [
            (one.receipts, b, other, "second"), (other.receipts, a, one, "first"),
        ] {
            if let verdict = try check(receipts, in: log, told: told, "the \(word) log") { return verdict }
        }
        if let verdict = batches(one, other) { return verdict }
        return extent(one, other)
    }

    /// Further batches: what the holder received, the asker must have sent, and but for those on their way the other way round.
    private static func batches(_ one: ToldExchange, _ other: ToldExchange) -> Verdict? {
        let (asker, holder) = one.side == .holder || other.side == .asker ? (other, one) : (one, other)
        for (root, keys) in holder.batches where asker.batches[root] != keys {
            return .differs("the holder's log has a batch of \(keys) keys, of which the asker's says nothing")
        }
        let missing = asker.batches.keys.count { holder.batches[$0] == nil }
        guard missing > 0 else { return nil }
        return missing <= mostBatchesOnTheWay
            ? .pending("\(missing) batches were sent, of which the holder's log says nothing yet")
            : .differs("the asker's log has \(missing) batches of which the holder's says nothing")
    }

    /// PROTOCOL section 3: an asker sends a batch when the one before the last is answered.
    private static let mostBatchesOnTheWay = 2

    /// How far each side says the exchange came.
    private static func extent(_ one: ToldExchange, _ other: ToldExchange) -> Verdict {
        guard one.messages != other.messages else { return .matched }
        let isFirst = one.messages > other.messages
        let (ahead, behind) = isFirst ? (one, other) : (other, one)
        let words = isFirst ? ("first", "second") : ("second", "first")
        guard !ahead.lastReceived else {
            return .differs(
                "the \(words.0) log received message \(ahead.messages), of which the \(words.1) says nothing"
            )
        }
        return .pending(
            "the \(words.0) log sent message \(ahead.messages); the \(words.1) tells of \(behind.messages)"
        )
    }

    private static func alone(_ told: ToldExchange, other: LogCopy, _ word: String) throws(LogCopyError) -> Verdict {
        if let text = told.contradiction { return .differs(text) }
        if let verdict = try check(told.receipts, in: other, told: nil, word) { return verdict }
        // The receipts hold; as far as entries are absent, the hash stands for them.
        if let last = told.receipts.last(where: { $0.origin == other.checkpoint.origin }) {
            return other.holdsEntry(last.index)
                ? .differs("entry \(last.index) of \(word), which the receipt names, is about something else")
                : .matched
        }
        if told.lastReceived, other.checkpoint.size == 0 || other.holdsEntry(other.checkpoint.size - 1) {
            return .only("message \(told.messages) was received, and \(word) says nothing of the exchange")
        }
        return .pending(
            told.lastReceived
                ? "no receipt names an entry of \(word), and its entries are not in the copy"
                : "message \(told.messages) was sent; nothing acknowledges it"
        )
    }

    /// The first receipt that does not hold; nil when all do.
    private static func check(
        _ receipts: [AuditReceipt],
        in log: LogCopy,
        told: ToldExchange?,
        _ word: String
    ) throws(LogCopyError) -> Verdict? {
        var waiting: Int?
        for receipt in receipts {
            guard LogCopy.agency(of: receipt.origin) == log.agency else {
                return .differs("a receipt names the log of another agency than the peer's")
            }
            // A former log of the same agency: its copy would have to be read.
            guard receipt.origin == log.checkpoint.origin else { continue }
            guard let hash = try log.hash(receipt.index) else {
                waiting = receipt.index
                continue
            }
            guard hash == receipt.leaf else {
                return .differs("entry \(receipt.index) of \(word) is not the one its receipt promised")
            }
            // A request that is sent again carries the receipt of some later entry: only what an asker kept of an answer
            // must name an entry about it.
            if let told, told.side == .holder, log.holdsEntry(receipt.index), !told.hashes.contains(hash) {
                return .differs("entry \(receipt.index) of \(word), which a receipt names, is about something else")
            }
        }
        return waiting.map { .pending("the copy of \(word) ends before entry \($0), which a receipt names") }
    }
}

/// A copy that cannot be compared.
public struct ReconciliationError: Error, Sendable, Hashable {
    /// The second log; otherwise the first.
    public let inB: Bool
    public let defect: LogCopyError
}
