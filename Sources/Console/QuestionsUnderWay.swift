/// Questions that are being asked now, so that a page need not wait for peers. What came of a question is the node's to keep;
/// only what stopped one before it was kept stands here, for a while.

import NodeCore
import WireProtocol

actor QuestionsUnderWay {
    enum State: Sendable {
        case asking
        /// It stopped before anything was kept.
        case stopped(NodeProblem)
    }

    private static let mostStopped = 200
    private var states: [String: State] = [:]
    private var stopped: [String] = []

    func state(_ id: String) -> State? { states[id] }

    /// Asks on, whoever looks; does nothing where that question is being asked already.
    func begin(_ id: String, _ work: @Sendable @escaping () async throws(NodeProblem) -> Void) {
        if case .asking = states[id] { return }
        states[id] = .asking
        Task {
            do throws(NodeProblem) {
                try await work()
                self.ended(id, nil)
            } catch {
                self.ended(id, error)
            }
        }
    }

    private func ended(_ id: String, _ problem: NodeProblem?) {
        states[id] = problem.map { .stopped($0) }
        guard problem != nil else { return }
        stopped.append(id)
        if stopped.count > Self.mostStopped { states[stopped.removeFirst()] = nil }
    }
}
