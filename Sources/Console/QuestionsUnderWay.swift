/// Questions that are being asked now, so that a page need not wait for peers. What came of a question is the node's to keep;
/// only what stopped one before it was kept stands here, for a while, and which forms were sent, so that none is sent twice.

import NodeCore
import WireProtocol

actor QuestionsUnderWay {
    enum State: Sendable {
        case asking
        /// It stopped before anything was kept.
        case stopped(NodeProblem)
    }

    enum Begin: Sendable, Equatable {
        case begun
        /// The same form was sent before.
        case known
        /// Another form was sent under that id.
        case taken
        /// As many of that account's as go at once are under way.
        case tooMany
    }

    /// Most questions of one account at once.
    static let mostAtOnce = 8
    private static let mostStopped = 200
    private static let mostSent = 2_000

    /// Who waits for news of a question.
    nonisolated let watchers = Watchers()
    private var states: [String: State] = [:]
    private var stopped: [String] = []
    private var tasks: [String: Task<Void, Never>] = [:]
    /// Whom each question that is being asked is for.
    private var peers: [String: [String]] = [:]
    private var isOver = false
    /// How many of each account are being asked.
    private var counts: [String: Int] = [:]
    /// Whose each question is that is being asked.
    private var owners: [String: String] = [:]
    /// Digests of forms, by the id each was drawn with.
    private var forms: [String: [UInt8]] = [:]
    private var sent: [String] = []

    func state(_ id: String) -> State? { states[id] }

    /// Whom a question is for, as long as it is being asked and that is known.
    func peers(of id: String) -> [String] { peers[id] ?? [] }

    /// Who asks a question, as long as it is being asked.
    func owner(of id: String) -> String? { owners[id] }

    /// Cuts off what that account asks; what came is kept. Does nothing to another's, and to what is over.
    func stop(_ id: String, of account: String) {
        guard owners[id] == account else { return }
        tasks[id]?.cancel()
    }

    /// Asks on, whoever looks; does nothing where that question is being asked already, or that form was sent before.
    ///
    /// - Parameters:
    ///   - form: the digest of what was filled in; nil for a question that goes on.
    ///   - peers: whom it is for.
    func begin(
        _ id: String,
        of account: String,
        form: [UInt8]? = nil,
        for peers: [String] = [],
        _ work: @Sendable @escaping () async throws(NodeProblem) -> Void
    ) -> Begin {
        guard !isOver else { return .tooMany }
        if case .asking = states[id], form == nil { return .known }
        if let form, let earlier = forms[id] {
            guard earlier == form else { return .taken }
            // What stopped before anything was kept may be tried again.
            guard case .stopped? = states[id] else { return .known }
        }
        guard counts[account, default: 0] < Self.mostAtOnce else { return .tooMany }
        if let form, forms.updateValue(form, forKey: id) == nil {
            sent.append(id)
            if sent.count > Self.mostSent { forms[sent.removeFirst()] = nil }
        }
        states[id] = .asking
        self.peers[id] = peers
        owners[id] = account
        counts[account, default: 0] += 1
        tasks[id] = Task {
            do throws(NodeProblem) {
                try await work()
                self.ended(id, of: account, nil)
            } catch {
                self.ended(id, of: account, error)
            }
        }
        return .begun
    }

    /// Cuts off what is being asked, and waits for its end: the node closes after that. What was cut off goes on at the next look.
    func stop() async {
        isOver = true
        for task in tasks.values { task.cancel() }
        for task in tasks.values { await task.value }
        watchers.dismiss()
    }

    private func ended(_ id: String, of account: String, _ problem: NodeProblem?) {
        tasks[id] = nil
        peers[id] = nil
        owners[id] = nil
        defer { watchers.tell(id) }
        let left = counts[account, default: 1] - 1
        counts[account] = left > 0 ? left : nil
        states[id] = problem.map { .stopped($0) }
        guard problem != nil else { return }
        stopped.append(id)
        if stopped.count > Self.mostStopped {
            let oldest = stopped.removeFirst()
            // It may be asked again by now.
            if case .stopped? = states[oldest] { states[oldest] = nil }
        }
    }
}
