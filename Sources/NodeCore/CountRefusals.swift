/// Refusals, counted: the first of a kind is logged at once, more of it in entries at most one a minute, so that a flood
/// fills no disk (AUDIT section 3). Knows whom and what kind, never what was asked.

import AuditLog
import CanonicalJSON
import PeerTrust
import Synchronization
import Vault
import WireProtocol

/// A kind of refusal that is counted, and where it fell.
struct CountedRefusal: Hashable {
    enum Place: String {
        /// Before the message was believed.
        case door
        /// Of a believed message, past the peer's allowance of entries of its own.
        case peer
    }

    var place: Place
    var refusal: DoorRefusal
}

/// A page that somebody's roles do not open.
struct RefusedRoute: Hashable {
    let account: String
    let method: String
    let route: String
}

actor RefusalBook<Refusal: Hashable & Sendable> {
    private struct Line {
        /// Milliseconds since 1970.
        var logged: Int
        var pending = 0
    }

    private var lines: [Refusal: Line] = [:]
    private static var minute: Int { 60_000 }

    /// How many refusals to log now; 0: later.
    func note(_ counted: Refusal, at milliseconds: Int) -> Int {
        guard var line = lines[counted] else {
            lines[counted] = Line(logged: milliseconds)
            return 1
        }
        line.pending += 1
        guard milliseconds - line.logged >= Self.minute else {
            lines[counted] = line
            return 0
        }
        lines[counted] = Line(logged: milliseconds)
        return line.pending
    }

    /// What was counted and not logged for a minute; without a time, all that was not logged yet. Empty afterwards.
    func drain(at milliseconds: Int? = nil) -> [(counted: Refusal, count: Int)] {
        let due = lines.filter { line in
            line.value.pending > 0 && milliseconds.map { $0 - line.value.logged >= Self.minute } ?? true
        }
        for (counted, line) in due { lines[counted] = Line(logged: milliseconds ?? line.logged) }
        return due.map { ($0.key, $0.value.pending) }
    }
}

/// How many of a peer's requests that no quota charges are let through in a minute. Quotas bound all others.
final class FreeRequests: Sendable {
    let mostInAMinute: Int

    init(mostInAMinute: Int) { self.mostInAMinute = mostInAMinute }

    private let minutes = Mutex<[String: (start: Int, used: Int)]>([:])

    /// Whether the peer has not used up this minute.
    func hasRoom(_ peer: String, at milliseconds: Int) -> Bool {
        minutes.withLock { minutes in
            let start = milliseconds - milliseconds % 60_000
            return minutes[peer].map { $0.start != start || $0.used < mostInAMinute } ?? true
        }
    }

    /// False when the peer has used up this minute.
    func take(_ peer: String, at milliseconds: Int) -> Bool {
        minutes.withLock { minutes in
            let start = milliseconds - milliseconds % 60_000
            let used = minutes[peer].map { $0.start == start ? $0.used : 0 } ?? 0
            guard used < mostInAMinute else { return false }
            minutes[peer] = (start, used + 1)
            return true
        }
    }
}

extension Node {
    public func refused(_ refusal: DoorRefusal) async {
        await note(CountedRefusal(place: .door, refusal: refusal))
    }

    func note(_ counted: CountedRefusal) async {
        let count = await door.note(counted, at: clock.milliseconds())
        if count > 0 { await log(counted, count: count) }
    }

    /// Logs what was counted and waited a minute; at the node's end, all of it.
    func logCounted(all: Bool) async {
        for (counted, count) in await door.drain(at: all ? nil : clock.milliseconds()) {
            await log(counted, count: count)
        }
        for (refused, count) in await routes.drain(at: all ? nil : clock.milliseconds()) {
            await log(refused, count: count, from: nil)
        }
    }

    /// Somebody tried to open what the roles of their session do not allow.
    public func refuseAccess(_ session: Session, method: String, route: String, from address: String) async {
        let refused = RefusedRoute(account: session.account, method: method, route: route)
        let count = await routes.note(refused, at: clock.milliseconds())
        if count > 0 { await log(refused, count: count, from: address) }
    }

    private func log(_ refused: RefusedRoute, count: Int, from address: String?) async {
        // The refusal stands even if a full disk keeps its entry back.
        _ = try? await vault.commit { transaction in
            // Of several nobody wrote down where each came from.
            let place = count == 1 ? address : nil
            let personal = [("account", refused.account), ("address", place)].compactMap { name, value in
                value.map { PersonalValue(name: name, value: $0, retentionClass: RetentionClass.access) }
            }
            let draft = try self.draft(
                "access.refused",
                by: .system,
                data: ["method": .string(refused.method), "route": .string(refused.route), "count": .integer(count)],
                personal: personal,
                in: transaction
            )
            return ((), [draft])
        }
    }

    private func log(_ counted: CountedRefusal, count: Int) async {
        // A full disk keeps this entry back; the refusal itself stands.
        _ = try? await vault.commit { transaction in
            let data: [String: JSONValue?] = [
                "method": .string(counted.place.rawValue), "route": .string(counted.refusal.kind.rawValue),
                "count": .integer(count),
            ]
            let actor = counted.refusal.agency.map { Actor.peer($0.text) } ?? .system
            return ((), [try self.draft("access.refused", by: actor, data: data, in: transaction)])
        }
    }
}
