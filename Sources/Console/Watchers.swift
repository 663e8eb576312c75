/// Who waits for news of a question, and how many may. Carries no news, only that there are some.

import Synchronization

final class Watchers: Sendable {
    /// One who waits, until they leave.
    struct Watcher: Sendable {
        fileprivate let place: Int
        fileprivate let question: String
        fileprivate let account: String
        /// Several that nobody took yet are one.
        let news: AsyncStream<Void>
        fileprivate let source: AsyncStream<Void>.Continuation

        func tell() { source.yield() }
    }

    private struct State {
        var watchers: [Int: Watcher] = [:]
        var next = 0
        var isOver = false
    }

    /// Most of one account, and in all: each holds a connection.
    static let mostOfOne = 16
    static let most = 256

    private let state = Mutex(State())

    /// Nil when too many watch, or the console closes.
    func arrive(_ question: String, of account: String) -> Watcher? {
        let (news, source) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        return state.withLock { state in
            guard !state.isOver, state.watchers.count < Self.most,
                state.watchers.values.count(where: { $0.account == account }) < Self.mostOfOne
            else { return nil }
            state.next += 1
            let watcher = Watcher(place: state.next, question: question, account: account, news: news, source: source)
            state.watchers[watcher.place] = watcher
            return watcher
        }
    }

    func leave(_ watcher: Watcher) {
        state.withLock { _ = $0.watchers.removeValue(forKey: watcher.place) }
        watcher.source.finish()
    }

    func tell(_ question: String) {
        let told = state.withLock { $0.watchers.values.filter { $0.question == question } }
        for watcher in told { watcher.tell() }
    }

    /// The console closes: nobody waits any more, and nobody begins to.
    func dismiss() {
        let all = state.withLock { state in
            state.isOver = true
            return Array(state.watchers.values)
        }
        for watcher in all { watcher.source.finish() }
    }

    var count: Int { state.withLock { $0.watchers.count } }
}
