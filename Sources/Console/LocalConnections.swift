/// Open connections to the local address, within bounds: those on which nobody has shown a session push each other out, oldest
/// first, and one account has no more than so many, so that none of them takes the places of all. Never reads what passes.

import NIOCore
import Synchronization

final class LocalConnections: Sendable {
    private struct State {
        /// Oldest first. Health checks and readers of the log are among them.
        var strangers: [any Channel] = []
        var known: [ObjectIdentifier: String] = [:]
    }

    private let mostStrangers: Int
    private let mostOfOne: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - mostStrangers: without a session, in all.
    ///   - mostOfOne: of one account: a browser opens six.
    init(mostStrangers: Int = 256, mostOfOne: Int = 64) {
        self.mostStrangers = mostStrangers
        self.mostOfOne = mostOfOne
    }

    /// A connection was made. Past the bound the oldest stranger goes.
    func arrived(_ channel: any Channel) {
        let oldest: (any Channel)? = state.withLock { state in
            state.strangers.append(channel)
            return state.strangers.count > mostStrangers ? state.strangers.removeFirst() : nil
        }
        oldest?.close(mode: .all, promise: nil)
        channel.closeFuture.whenComplete { [self] _ in
            state.withLock { state in
                state.strangers.removeAll { $0 === channel }
                state.known[ObjectIdentifier(channel)] = nil
            }
        }
    }

    /// Somebody's session came over it. One who has enough connections stays a stranger on this one.
    func belongs(_ channel: any Channel, to account: String) {
        state.withLock { state in
            // Once it is closed, nobody takes it out again.
            guard channel.isActive, state.known[ObjectIdentifier(channel)] != account,
                state.known.values.count(where: { $0 == account }) < mostOfOne
            else { return }
            state.strangers.removeAll { $0 === channel }
            state.known[ObjectIdentifier(channel)] = account
        }
    }
}
