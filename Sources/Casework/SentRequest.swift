/// A disclosure request as its asker follows it: a pure state machine. Times are arguments, in seconds since 1970. Never learns
/// what was released.

public struct SentRequest: Codable, Sendable, Equatable {
    public enum State: Codable, Sendable, Equatable {
        /// Our own policy wants approvals before it leaves.
        case held
        /// It may leave, and is made and weighed anew when it does.
        case approved
        /// Written and logged; whether it arrived is not known.
        case unsent
        case deciding
        case askedBack(question: String)
        /// By the holder; or here, before it left, by a person, by policy weighed again, or by time.
        case refused(ground: String, because: String)
        case received
        /// No information can be given.
        case nothing
        /// It cannot be carried out, whoever tries again.
        case failed(because: String)
    }

    public private(set) var state: State
    public private(set) var approvals: [Approval] = []
    /// People of our own who must approve, 0 to 5.
    public private(set) var needed: Int
    /// Authorisations that each of them must state; nil in the files of an older version.
    public private(set) var demanded: [String]?
    /// Who asked: decides nothing.
    public let asker: String
    /// Seconds since 1970; nil until the holder named it.
    public private(set) var deadline: Int?
    /// What waits here and is not gone by then stays; nil for what never waited.
    public let leaveBy: Int?

    /// - Parameter leaveBy: seconds since 1970; counts only where people must approve.
    public init(needed: Int, demanding demanded: [String] = [], asker: String, leaveBy: Int? = nil) {
        let needed = max(needed, demanded.isEmpty ? 0 : 1)
        (self.needed, self.demanded) = (needed, demanded)
        self.asker = asker
        self.leaveBy = needed == 0 ? nil : leaveBy
        state = needed == 0 ? .unsent : .held
    }

    // MARK: Before it leaves

    /// - Returns: how many approvals are still missing; at 0 it may leave.
    public mutating func approve(
        by person: String,
        stating stated: [Authorisation] = [],
        at time: Int
    ) throws(CaseworkRefusal) -> Int {
        try checkHeld(by: person, at: time)
        try approvals.add(person, stating: stated, of: demanded ?? [], at: time)
        if approvals.count >= needed { state = .approved }
        return max(0, needed - approvals.count)
    }

    /// Whose role was taken since did not approve: what was decided by then stands.
    public mutating func keepApprovals(of approvers: Set<String>) {
        if state == .held { approvals.removeAll { !approvers.contains($0.person) } }
    }

    /// - Parameter grounds: of the agreement, id to words.
    public mutating func refuse(
        by person: String,
        ground: String,
        grounds: [String: String],
        at time: Int
    ) throws(CaseworkRefusal) {
        try checkHeld(by: person, at: time)
        let because = try CaseworkRefusal.words(of: ground, in: grounds)
        state = .refused(ground: ground, because: because)
    }

    /// Policy wants more people now than approved it, or authorisations that they did not state.
    public mutating func holdAgain(needed: Int, demanding demanded: [String] = []) {
        guard state == .approved, !approvals.suffice(needed, demanding: demanded) else { return }
        (self.needed, self.demanded) = (max(needed, 1), demanded)
        approvals = approvals.stating(demanded)
        state = .held
    }

    /// The message of the day is made; from here on it is the same bytes each time.
    public mutating func leave(at time: Int) throws(CaseworkRefusal) {
        guard state == .approved, !isOverdue(at: time) else { throw .notOpen(state: word(at: time)) }
        state = .unsent
    }

    /// It stays for good: policy says no now, or nobody let it go in time.
    public mutating func stay(ground: String, because: String) {
        guard state == .held || state == .approved else { return }
        state = .refused(ground: ground, because: because)
    }

    /// What is asked cannot be asked any more, or the holder refused the message for good.
    public mutating func fail(because: String) {
        guard isOpen else { return }
        state = .failed(because: because)
    }

    private func checkHeld(by person: String, at time: Int) throws(CaseworkRefusal) {
        guard state == .held, !isOverdue(at: time) else { throw .notOpen(state: word(at: time)) }
        guard !isOwnWork(of: person) else { throw .ownWork }
    }

    public func isOwnWork(of person: String) -> Bool { person == asker }

    // MARK: At the holder

    public mutating func accepted(deadline: Int) {
        self.deadline = deadline
        if state == .unsent { state = .deciding }
    }

    /// What the holder says; an outcome is never taken back.
    public mutating func learn(_ state: State) {
        guard isOpen else { return }
        self.state = state
    }

    /// Takes out what people wrote; what became of it, who decided and when stays.
    public mutating func forgetWords() {
        switch state {
        case .askedBack: state = .askedBack(question: "")
        case .failed: state = .failed(because: "")
        default: break
        }
        approvals = approvals.withoutReferences
    }

    // MARK: What is seen

    /// Whether there is something to do for who asked: send it, or ask what became of it.
    public var isOpen: Bool {
        switch state {
        case .approved, .deciding, .askedBack, .unsent: true
        case .held, .refused, .received, .nothing, .failed: false
        }
    }

    /// Whether it waits here, for people or to leave.
    public var isHere: Bool { state == .held || state == .approved }

    /// Whether its row says that people may have something to decide.
    public var looksUndecided: Bool { state == .held }

    public func isOverdue(at time: Int) -> Bool { isHere && leaveBy.map { time >= $0 } ?? false }

    /// Whether the holder's own time is over and no outcome of it is known here.
    public func isUnanswered(at time: Int) -> Bool {
        isOpen && !isHere && deadline.map { time >= $0 } ?? false
    }

    public func word(at time: Int) -> String {
        switch state {
        case _ where isOverdue(at: time): "overdue"
        case .held: "held-here"
        case .approved: "approved"
        case .unsent: "unsent"
        case .deciding: "deciding"
        case .askedBack: "asked-back"
        case .refused: "refused"
        case .received: "received"
        case .nothing: "nothing"
        case .failed: "failed"
        }
    }
}
