/// A question of our own that our policy holds before it leaves: a pure state machine. Times are arguments, in seconds since
/// 1970; people are account names. Never learns whom it is about, nor what is answered.

public struct OwnQuestion: Codable, Sendable, Equatable {
    public enum State: Codable, Sendable, Equatable {
        /// People decide; nothing left.
        case held
        /// It may leave, until the deadline.
        case approved
        /// On its way, or there.
        case left
        /// By a person, by policy weighed again, or by time: it never leaves.
        case refused(ground: String, because: String)
    }

    public private(set) var state: State = .held
    public private(set) var approvals: [Approval] = []
    /// People who must approve, 1 to 5.
    public private(set) var needed: Int
    /// Authorisations that each of them must state; nil in the files of an older version.
    public private(set) var demanded: [String]?
    /// Who asked: decides nothing.
    public let asker: String
    /// Seconds since 1970: what is not approved and gone by then stays.
    public let deadline: Int

    public init(needed: Int, demanding demanded: [String] = [], asker: String, deadline: Int) {
        self.needed = max(needed, 1)
        self.demanded = demanded
        self.asker = asker
        self.deadline = deadline
    }

    // MARK: Steps

    /// - Returns: how many approvals are still missing; at 0 it may leave.
    public mutating func approve(
        by person: String,
        stating stated: [Authorisation] = [],
        at time: Int
    ) throws(CaseworkRefusal) -> Int {
        try checkOpen(by: person, at: time)
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
        try checkOpen(by: person, at: time)
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

    /// The first byte may go, once.
    public mutating func leave(at time: Int) throws(CaseworkRefusal) {
        guard state == .approved, time < deadline else { throw .notOpen(state: word(at: time)) }
        state = .left
    }

    /// It stays for good: policy says no now, or nobody let it go in time.
    public mutating func stay(ground: String, because: String) {
        guard isOpen else { return }
        state = .refused(ground: ground, because: because)
    }

    private func checkOpen(by person: String, at time: Int) throws(CaseworkRefusal) {
        guard state == .held, time < deadline else { throw .notOpen(state: word(at: time)) }
        guard !isOwnWork(of: person) else { throw .ownWork }
    }

    public func isOwnWork(of person: String) -> Bool { person == asker }

    // MARK: What is seen

    /// Whether it may still leave.
    public var isOpen: Bool { state == .held || state == .approved }

    public func isOverdue(at time: Int) -> Bool { isOpen && time >= deadline }

    /// Whether its row says that people may have something to decide.
    public var looksUndecided: Bool { state == .held }

    public func word(at time: Int) -> String {
        switch state {
        case .held: time < deadline ? "held-here" : "overdue"
        case .approved: time < deadline ? "approved" : "overdue"
        case .left: "left"
        case .refused: "refused"
        }
    }
}
