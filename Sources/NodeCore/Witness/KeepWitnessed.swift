/// Use case: the node has its log witnessed by itself while it serves, at fixed ticks: each second's checkpoint would tell
/// peers when we work.

import Vault
import WireProtocol

enum WitnessSchedule {
    /// Seconds from one tick to the next (AUDIT section 5).
    static let period = 600
    /// Seconds after a start in which no tick counts: peers that were started with us are not up yet.
    static let settling = 180
    /// Seconds that an entry may stand without a quorum.
    static let day = 86_400

    /// The first full ten minutes of UTC after `seconds`.
    static func next(after seconds: Int) -> Int {
        let (ticks, rest) = seconds.quotientAndRemainder(dividingBy: period)
        return (rest < 0 ? ticks : ticks + 1) * period
    }

    /// The same of a node that was started at `start`.
    static func next(after seconds: Int, start: Int) -> Int {
        // A clock that went back must not put the next tick off.
        next(after: seconds < start ? seconds : max(seconds, start + settling))
    }
}

extension Node {
    /// Has the log witnessed until cancelled.
    ///
    /// - Parameters:
    ///   - pause: waits that many seconds, at most a minute, so that a clock put right is noticed.
    ///   - say: takes what went wrong; it is tried again at the next tick.
    /// - Throws: when a peer holds a checkpoint under our key that our log does not extend.
    public func keepWitnessed(
        through reaching: any PeerReaching,
        pause: @Sendable (Int) async -> Void = { try? await Task.sleep(for: .seconds($0)) },
        say: @escaping @Sendable (String) -> Void
    ) async throws(NodeProblem) {
        let start = clock.seconds
        // After a long stop the first tick is now: what was written before it has waited for a day.
        let shown = try? await vault.read { try $0.quorumCheckpoint() }
        let isStale = shown.map { $0.time + WitnessSchedule.day - WitnessSchedule.period <= start } ?? false
        var due = isStale ? start : WitnessSchedule.next(after: start, start: start)
        while !Task.isCancelled {
            if clock.seconds >= due {
                do {
                    let report = try await cosignDue(through: reaching)
                    for peer in report?.asked ?? [] where !peer.cosigned {
                        say("\(peer.peer) did not cosign our log: \(peer.reason)")
                    }
                    for finding in try await followReceipts(through: reaching) { say(finding) }
                } catch let error as AuditStoreError where error.isFinal {
                    throw NodeProblem(fault: error, doing: "having the log witnessed")
                } catch {
                    say(NodeProblem(fault: error, doing: "having the log witnessed").text)
                }
            }
            // Anew each time, for a clock that was put right.
            due = WitnessSchedule.next(after: clock.seconds, start: start)
            await pause(max(1, min(60, due - clock.seconds)))
        }
    }
}

extension AuditStoreError {
    /// Whether nothing may be signed after it.
    var isFinal: Bool { if case .signedElsewhere = self { true } else { false } }
}
