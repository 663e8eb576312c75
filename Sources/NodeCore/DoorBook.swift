/// Refusals at the door, counted: the first of a kind is logged at once, more of it in entries at most one a minute, so
/// that a flood fills no disk (AUDIT section 3).

import AuditLog
import CanonicalJSON
import PeerTrust
import Vault
import WireProtocol

actor DoorBook {
    private struct Line {
        /// Milliseconds since 1970.
        var logged: Int
        var pending = 0
    }

    private var lines: [DoorRefusal: Line] = [:]
    private static let minute = 60_000

    /// How many refusals to log now; 0: later.
    func note(_ refusal: DoorRefusal, at milliseconds: Int) -> Int {
        guard var line = lines[refusal] else {
            lines[refusal] = Line(logged: milliseconds)
            return 1
        }
        line.pending += 1
        guard milliseconds - line.logged >= Self.minute else {
            lines[refusal] = line
            return 0
        }
        lines[refusal] = Line(logged: milliseconds)
        return line.pending
    }

    /// What was counted and not logged yet; empty afterwards.
    func drain() -> [(refusal: DoorRefusal, count: Int)] {
        defer { lines = lines.mapValues { Line(logged: $0.logged) } }
        return lines.filter { $0.value.pending > 0 }.map { ($0.key, $0.value.pending) }
    }
}

extension Node {
    public func refused(_ refusal: DoorRefusal) async {
        let count = await door.note(refusal, at: clock.milliseconds())
        if count > 0 { await log(refusal, count: count) }
    }

    /// Logs what the door counted and has not told yet.
    func closeDoorBook() async {
        for (refusal, count) in await door.drain() { await log(refusal, count: count) }
    }

    private func log(_ refusal: DoorRefusal, count: Int) async {
        // A full disk keeps this entry back; the refusal itself stands.
        _ = try? await vault.commit { transaction in
            let data: [String: JSONValue?] = [
                "method": "door", "route": .string(refusal.kind.rawValue), "count": .integer(count),
            ]
            let actor = refusal.agency.map { Actor.peer($0.text) } ?? .system
            return ((), [try self.draft("access.refused", by: actor, data: data, in: transaction)])
        }
    }
}
