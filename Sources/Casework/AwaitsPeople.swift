/// What people of an agency let go or refuse: a request or a question, held or of their own. Times are seconds since 1970.

public protocol AwaitsPeople {
    var approvals: [Approval] { get }

    /// Whether its row says that people may have something to decide.
    var looksUndecided: Bool { get }

    /// Whether the person asked for, entered or edited what is asked about.
    func isOwnWork(of person: String) -> Bool

    /// - Returns: how many approvals are still missing.
    mutating func approve(
        by person: String,
        stating stated: [Authorisation],
        at time: Int
    ) throws(CaseworkRefusal) -> Int

    /// - Parameter grounds: of the agreement, id to words.
    mutating func refuse(
        by person: String,
        ground: String,
        grounds: [String: String],
        at time: Int
    ) throws(CaseworkRefusal)

    /// Takes out approvals of people who may not approve any more.
    mutating func keepApprovals(of approvers: Set<String>)
}

extension AwaitsPeople {
    /// Why the person's approval would be refused whatever comes with it; nil where it would not.
    public func bar(to person: String) -> CaseworkRefusal? {
        if isOwnWork(of: person) { return .ownWork }
        return approvals.contains { $0.person == person } ? .approvedAlready : nil
    }
}

extension HeldRequest: AwaitsPeople {}
extension SentRequest: AwaitsPeople {}
extension OwnQuestion: AwaitsPeople {}
