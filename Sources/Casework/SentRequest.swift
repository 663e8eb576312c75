/// A disclosure request as its asker follows it: a pure state machine. Never learns what was released.

public struct SentRequest: Codable, Sendable, Equatable {
    public enum State: Codable, Sendable, Equatable {
        /// Our own policy wants approvals before it leaves.
        case held
        /// Written and logged; whether it arrived is not known.
        case unsent
        case deciding
        case askedBack(question: String)
        case refused(ground: String, because: String)
        case received
        /// No information can be given.
        case nothing
    }

    public private(set) var state: State
    public private(set) var approvals: [HeldRequest.Approval] = []
    /// People of our own who must approve, 0 to 5.
    public let needed: Int
    /// Who asked: does not approve.
    public let asker: String
    /// Seconds since 1970; nil until the holder named it.
    public private(set) var deadline: Int?

    public init(needed: Int, asker: String) {
        self.needed = needed
        self.asker = asker
        state = needed == 0 ? .unsent : .held
    }

    /// - Returns: how many approvals are still missing; at 0 it may leave.
    public mutating func approve(by person: String, at time: Int) throws(CaseworkRefusal) -> Int {
        guard state == .held else { throw .notOpen(state: word) }
        guard person != asker else { throw .ownWork }
        guard !approvals.contains(where: { $0.person == person }) else { throw .approvedAlready }
        approvals.append(HeldRequest.Approval(person: person, at: time))
        if approvals.count >= needed { state = .unsent }
        return max(0, needed - approvals.count)
    }

    public mutating func accepted(deadline: Int) {
        self.deadline = deadline
        if state == .unsent { state = .deciding }
    }

    /// What the holder says; an outcome is never taken back.
    public mutating func learn(_ state: State) {
        guard isOpen else { return }
        self.state = state
    }

    /// Whether the holder may still have news.
    public var isOpen: Bool {
        switch state {
        case .deciding, .askedBack, .unsent: true
        case .held, .refused, .received, .nothing: false
        }
    }

    public var word: String {
        switch state {
        case .held: "held-here"
        case .unsent: "unsent"
        case .deciding: "deciding"
        case .askedBack: "asked-back"
        case .refused: "refused"
        case .received: "received"
        case .nothing: "nothing"
        }
    }
}
