/// Tells an open page of a question that something changed, as server-sent events. What changed stands on the page, which its
/// script fetches again: an event names no peer, no outcome, nothing. Ends when nobody is asked any more, and with the session.

import Accounts
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import NodeCore
import ServiceLifecycle

struct QuestionEvents: Sendable {
    static let routes: [Route] = [
        .roles([.analyst], .get, "/questions/:id/events") { visit, session async throws(NodeProblem) in
            let (id, words) = (visit.parameter("id"), visit.words)
            let isUnderWay = await visit.desk.underWay.state(id) != nil
            guard try await visit.node.questionLine(id, by: session.account) != nil || isUnderWay else {
                return .page(Page(words.question.title, "<p>\(words.problems.nothingHere)</p>"), .notFound)
            }
            let (node, underWay) = (visit.node, visit.desk.underWay)
            let events = QuestionEvents(question: id, account: session.account, underWay: underWay) {
                await node.isOpen(session)
            }
            return Reply(body: .events(events), status: .ok)
        }
    ]

    /// What a browser waits before it comes back, when a line broke or ended, in milliseconds.
    private static let comeBack = 3_000
    /// So often it is told to look in any case: a line on which nothing passes seems broken to what stands between, and a
    /// reader who left would not be missed.
    private static let pulse = Duration.seconds(15)
    private static let changed = "event: changed\ndata:\n\n"

    let question: String
    let account: String
    let underWay: QuestionsUnderWay
    /// Whether whoever listens is signed in still.
    let isOpen: @Sendable () async -> Bool

    func write(to writer: inout any ResponseBodyWriter) async throws {
        try await writer.write(ByteBuffer(string: "retry: \(Self.comeBack)\n\n"))
        if let watcher = underWay.watchers.arrive(question, of: account) {
            let pulse = Task {
                while !Task.isCancelled {
                    // At once, too: something may have come since the page was written, or while a line was broken.
                    watcher.tell()
                    try? await Task.sleep(for: Self.pulse)
                }
            }
            defer {
                pulse.cancel()
                underWay.watchers.leave(watcher)
            }
            for await _ in watcher.news.cancelOnGracefulShutdown() {
                // The page that comes back is refused in words.
                guard await isOpen() else { break }
                let state = await underWay.state(question)
                try await writer.write(ByteBuffer(string: Self.changed))
                guard case .asking? = state else { break }
            }
        } else {
            // Too many watch: the line ends, and the browser that comes back is told to look each time.
            try await writer.write(ByteBuffer(string: Self.changed))
        }
        try await writer.finish(nil)
    }
}
