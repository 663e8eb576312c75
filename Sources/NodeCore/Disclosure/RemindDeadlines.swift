/// Which open requests and questions have used half of their time, and which all of it: said in lists and by `doctor` until
/// somebody acts. Computed from times alone; nothing is stored, so nothing can be missed.

import PolicyEngine
import Vault

enum Reminder: String, Sendable {
    /// Half of the time is over.
    case half
    /// All of it is.
    case over

    /// - Parameters: seconds since 1970.
    init?(from start: Int, to end: Int, at now: Int) {
        if now >= end {
            self = .over
        } else if now - start >= end - now {
            self = .half
        } else {
            return nil
        }
    }
}

extension DisclosureReport {
    /// States in which somebody still has to do something, here or at the peer.
    private static let waiting: Set = ["held-here", "unsent", "deciding", "asked-back", "held", "overdue"]

    /// - Parameters:
    ///   - created: seconds since 1970.
    ///   - now: likewise.
    mutating func remind(since created: Int, at now: Int) {
        let isLetGo = state == "approved" && direction != "question"
        guard Self.waiting.contains(state) || isLetGo, let end = (due ?? deadline).flatMap({ Moment($0) }) else {
            return
        }
        reminder = Reminder(from: created, to: end.seconds, at: now)?.rawValue
    }
}

extension Node {
    /// What `doctor` says of times that run out; nothing where none does.
    func reminderChecks(_ rows: [StoredDisclosure]) throws -> [DoctorReport.Check] {
        let reminders = try rows.filter(\.isOpen).compactMap { try report(on: $0).reminder }
        let (half, over) = (reminders.count { $0 == "half" }, reminders.count { $0 == "over" })
        guard half + over > 0 else { return [] }
        return [
            check(
                "deadlines",
                .warning,
                "\(half) open requests and questions have used half of their time, \(over) all of it",
                try: "comity disclosure list \(folder.path) --open"
            )
        ]
    }
}
