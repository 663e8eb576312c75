/// A disclosure request as its holder works on it: a pure state machine. Times are arguments, in seconds since 1970;
/// people are account names. Never learns a record, a field's value or a key.

public struct HeldRequest: Codable, Sendable, Equatable {
    public enum State: Codable, Sendable, Equatable {
        /// People decide.
        case held
        /// The holder asked back; the deadline runs on and people still decide.
        case askedBack(question: String, visible: Int)
        /// Decided: the release is made when it is first fetched or sealed by who approved last.
        case approved(visible: Int)
        case refused(ground: String, because: String, visible: Int)
        /// Nothing may be told, not even that: looks like `held` until the deadline.
        case silent(reason: String)
    }

    public private(set) var state: State
    public private(set) var approvals: [Approval] = []
    /// People who must approve, 0 to 5.
    public private(set) var needed: Int
    /// Authorisations that each of them must state; nil in the files of an older version.
    public private(set) var demanded: [String]?
    /// Seconds since 1970. Told to the asker in the first answer and never changed.
    public let deadline: Int
    /// When policy here wants it decided; not after `deadline`.
    public let due: Int
    /// Who may not decide: whoever entered or edited the record.
    public private(set) var excluded: Set<String>
    /// Whether the log says that the deadline passed.
    public private(set) var isClosed = false

    private init(
        state: State,
        needed: Int,
        demanded: [String]? = nil,
        deadline: Int,
        due: Int,
        excluded: Set<String>
    ) {
        self.state = state
        self.needed = needed
        self.demanded = demanded
        self.deadline = deadline
        self.due = min(due, deadline)
        self.excluded = excluded
    }

    /// Nothing is found, or nothing may be told.
    public static func silent(reason: String, deadline: Int) -> HeldRequest {
        HeldRequest(state: .silent(reason: reason), needed: 0, deadline: deadline, due: deadline, excluded: [])
    }

    /// - Parameter needed: with 0, policy lets it leave without anybody: visible on the next tick.
    public static func found(
        needed: Int,
        demanding demanded: [String] = [],
        received: Int,
        deadline: Int,
        due: Int,
        excluded: Set<String>
    ) -> HeldRequest {
        let needed = max(needed, demanded.isEmpty ? 0 : 1)
        let state: State = needed == 0 ? .approved(visible: Tick.after(received)) : .held
        return HeldRequest(
            state: state,
            needed: needed,
            demanded: demanded,
            deadline: deadline,
            due: due,
            excluded: excluded
        )
    }

    /// A refusal that policy may tell, whatever the record is.
    public static func refused(ground: String, because: String, received: Int, deadline: Int) -> HeldRequest {
        let state = State.refused(ground: ground, because: because, visible: Tick.after(received))
        return HeldRequest(state: state, needed: 0, deadline: deadline, due: deadline, excluded: [])
    }

    // MARK: Steps

    /// - Returns: how many approvals are still missing; at 0 the release may be made.
    public mutating func approve(
        by person: String,
        stating stated: [Authorisation] = [],
        at time: Int
    ) throws(CaseworkRefusal) -> Int {
        try checkOpen(by: person, at: time)
        try approvals.add(person, stating: stated, of: demanded ?? [], at: time)
        if approvals.count >= needed { state = .approved(visible: shows(time)) }
        return max(0, needed - approvals.count)
    }

    /// Whose role was taken since did not approve: what was decided by then stands.
    public mutating func keepApprovals(of approvers: Set<String>) {
        switch state {
        case .held, .askedBack: approvals.removeAll { !approvers.contains($0.person) }
        case .approved, .refused, .silent: break
        }
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
        state = .refused(ground: ground, because: because, visible: shows(time))
    }

    /// A decision of the last minute shows at the deadline, or it would never.
    private func shows(_ time: Int) -> Int { min(Tick.after(time), deadline) }

    public mutating func askBack(by person: String, question: String, at time: Int) throws(CaseworkRefusal) {
        try checkOpen(by: person, at: time)
        state = .askedBack(question: question, visible: Tick.after(time))
    }

    /// People decide anew: the record changed since, or policy wants more of them or other authorisations.
    ///
    /// - Parameters:
    ///   - demanded: nil for those of before.
    ///   - keepingApprovals: false when they were of another version of the record.
    public mutating func holdAgain(
        needed: Int,
        demanding demanded: [String]? = nil,
        excluding editors: Set<String>,
        keepingApprovals: Bool
    ) {
        self.needed = max(needed, 1)
        if let demanded { self.demanded = demanded }
        excluded.formUnion(editors)
        let kept = keepingApprovals ? approvals.filter { !excluded.contains($0.person) } : []
        approvals = kept.stating(self.demanded ?? [])
        state = .held
    }

    /// What was found may no longer be told: the record was withdrawn, or policy changed.
    public mutating func fallSilent(reason: String) { state = .silent(reason: reason) }

    /// Takes out what people wrote; what became of it, who decided and when stays.
    public mutating func forgetWords() {
        if case .askedBack(_, let visible) = state { state = .askedBack(question: "", visible: visible) }
        approvals = approvals.withoutReferences
    }

    /// Marks the passing of the deadline as logged.
    public mutating func close() { isClosed = true }

    private func checkOpen(by person: String, at time: Int) throws(CaseworkRefusal) {
        switch state {
        case .held, .askedBack: break
        case .silent: throw .nothingToRelease
        case .approved, .refused: throw .notOpen(state: word(at: time))
        }
        guard time < deadline, !isClosed else { throw .notOpen(state: "past its deadline") }
        guard !isOwnWork(of: person) else { throw .ownWork }
    }

    public func isOwnWork(of person: String) -> Bool { excluded.contains(person) }

    // MARK: What is seen

    /// What the asker sees.
    public enum Visible: Sendable, Equatable {
        case deciding
        case askedBack(question: String)
        case refused(ground: String, because: String)
        /// The release, to be made if it was not yet.
        case released
        /// No information can be given.
        case nothing
    }

    public func visible(at time: Int) -> Visible {
        switch state {
        case .approved(let visible) where visible <= time: return .released
        case .refused(let ground, let because, let visible) where visible <= time:
            return .refused(ground: ground, because: because)
        case .askedBack(let question, let visible) where visible <= time && time < deadline:
            return .askedBack(question: question)
        default: return time < deadline ? .deciding : .nothing
        }
    }

    /// Whether people can still decide.
    public func isOpen(at time: Int) -> Bool {
        switch state {
        case .held, .askedBack: time < deadline
        default: false
        }
    }

    /// Whether its row says that people may have something to decide. What stays silent says so as well: the vault without its
    /// keys shows no more of it than the asker sees.
    public var looksUndecided: Bool {
        switch state {
        case .held, .askedBack, .silent: true
        case .approved, .refused: false
        }
    }

    /// For the holder's own people.
    public func word(at time: Int) -> String {
        switch state {
        case .held: time < deadline ? "held" : "overdue"
        case .askedBack: time < deadline ? "asked-back" : "overdue"
        case .approved: "released"
        case .refused: "refused"
        case .silent: "silent"
        }
    }
}
