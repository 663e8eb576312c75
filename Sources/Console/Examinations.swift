/// What the node found when it last examined itself. SQLite goes over the whole vault for it, so that no page waits: each shows
/// what was found last, with its time, and an operator may ask anew. Knows when, not what is examined.

import NodeCore

actor Examinations {
    struct Examined: Sendable {
        let report: DoctorReport
        /// Seconds since 1970.
        let at: Int
    }

    /// Seconds after which a look has it done again, for the next one.
    private static let fresh = 300

    private var last: Examined?
    private var running: Task<Examined, Never>?

    /// - Parameter isWanted: begin now, and wait.
    func look(at node: Node, anew isWanted: Bool) async -> Examined {
        if let last, !isWanted {
            if node.now - last.at >= Self.fresh, running == nil { begin(node) }
            return last
        }
        // One that began before somebody wanted it may have passed what they mended.
        if isWanted, let running { _ = await running.value }
        return await (running ?? begin(node, anew: isWanted)).value
    }

    /// When the console opens, before anybody looks.
    @discardableResult
    func begin(_ node: Node, anew isWanted: Bool = false) -> Task<Examined, Never> {
        let task = Task {
            let at = node.now
            if isWanted { try? await node.verifyLog() }
            let examined = Examined(report: await node.examine(), at: at)
            (last, running) = (examined, nil)
            return examined
        }
        running = task
        return task
    }

    /// The node is about to close.
    func stop() async { _ = await running?.value }
}
