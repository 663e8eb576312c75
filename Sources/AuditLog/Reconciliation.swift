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
        let mine = try ToldLog(a, with: b.agency, inB: false)
        let theirs = try ToldLog(b, with: a.agency, inB: true)
        for name in Set(mine.exchanges.keys).union(theirs.exchanges.keys).sorted() {
            let verdict: ExchangeVerdict
            switch (mine.exchanges[name], theirs.exchanges[name]) {
            case (let one?, let other?): verdict = try ExchangeVerdict(one, in: mine, other, in: theirs)
            case (let one?, nil): verdict = try ExchangeVerdict(one, in: mine, alone: theirs)
            case (nil, let other?): verdict = try ExchangeVerdict(other, in: theirs, alone: mine)
            case (nil, nil): continue
            }
            func finding(_ text: String) -> Finding { Finding(query: name.query, text: text) }
            switch verdict {
            case .matched: matched += 1
            case .differs(let text): differs.append(finding(text))
            case .pending(let text): pending.append(finding(text))
            case .only(let text):
                if mine.exchanges[name] != nil { onlyA.append(finding(text)) } else { onlyB.append(finding(text)) }
            }
        }
    }
}

/// A copy that cannot be compared.
public struct ReconciliationError: Error, Sendable, Hashable {
    /// The second log; otherwise the first.
    public let inB: Bool
    public let defect: LogCopyError
}
