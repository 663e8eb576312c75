/// What a person should know of a question beside its answers: what of it was not asked, of whom, and why. Never to be read as
/// "no hit". Knows ids of rows, names of columns and reasons; never a value.

import MatchKeys

/// A value that was not read, or in part only.
public struct UnreadValue: Codable, Sendable, Hashable {
    /// The row's id, or `field`.
    public var subject: String
    public var column: String
    /// Why, in the words of `comity normalize`.
    public var reason: String
    /// Whether some keys are made of it all the same.
    public var isPart: Bool

    /// The column, and of a row its id before that.
    public var place: String { subject == "field" ? column : "\(subject): \(column)" }

    init?(_ reading: ValueReading, of subject: String) {
        guard let reason = reading.reason else { return nil }
        (self.subject, column, self.reason, isPart) = (subject, reading.column, reason, reading.isPart)
    }
}

/// One thing to know, for pages that have words of their own for it.
public enum QuestionNote: Codable, Sendable, Equatable {
    case unread(UnreadValue)
    /// Further ones that are not listed.
    case moreUnread(Int)
    /// Kinds of key, as policy names them.
    case outsideAgreement([String])
    case keyless(Int, of: Int)
    /// Ids of rows, how many more, which peer, and our own policy's reason.
    case stayedHome([String], more: Int, of: String, because: String)
    case moreStayedHome(Int)
    /// Which agreements there are.
    case unknownAgreement([String])
    /// For the handle of a hit whose epoch is over.
    case asksAgain(String)

    /// In English, for the command line and for reports.
    public var text: String {
        switch self {
        case .unread(let value):
            let fate = value.isPart ? "read in part" : "not read, so not asked"
            return "\(value.place) was \(fate): \(value.reason)"
        case .moreUnread(let count):
            return "and \(count) more \(count == 1 ? "value was" : "values were") not read, or in part"
        case .outsideAgreement(let kinds):
            return "outside this agreement, not asked: \(kinds.joined(separator: ", "))"
        case .keyless(let count, let all): return "without a match key, not asked: \(count) of \(all) subjects"
        case .stayedHome(let subjects, let more, let peer, let reason):
            let about = subjects.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
            return "\(about): not asked of \(peer); \(reason)"
        case .moreStayedHome(let count): return "and \(count) more were not asked about"
        case .asksAgain(let handle): return "asks again for the hit \(handle), whose epoch is over"
        case .unknownAgreement(let known):
            return
                "refused: no agreement of that name is in the active policies (they have \(known.joined(separator: ", ")))"
        }
    }
}

extension QuestionNote {
    /// The most that is listed of one sort.
    static let most = 20

    static func onKeys(_ subjects: [QuestionSubject], scope: Set<String>) -> [QuestionNote] {
        var notes = onValues(subjects)
        let outside = Set(subjects.kinds.map(\.policyKind.rawValue)).subtracting(scope).sorted()
        if !outside.isEmpty { notes.append(.outsideAgreement(outside)) }
        let keyless = subjects.count { $0.keys.isEmpty }
        if keyless > 0 { notes.append(.keyless(keyless, of: subjects.count)) }
        return notes
    }

    private static func onValues(_ subjects: [QuestionSubject]) -> [QuestionNote] {
        var notes: [QuestionNote] = []
        var more = 0
        for value in subjects.lazy.flatMap(\.unread) {
            if notes.count < most { notes.append(.unread(value)) } else { more += 1 }
        }
        return notes + (more > 0 ? [.moreUnread(more)] : [])
    }

    /// Who was not asked about, of whom, and why: each reason once.
    static func onHome(_ plans: [PeerPlan]) -> [QuestionNote] {
        var notes: [QuestionNote] = []
        var more = 0
        for plan in plans {
            var reasons: [String] = []
            var subjects: [String: [String]] = [:]
            for home in plan.home {
                if subjects[home.text] == nil { reasons.append(home.text) }
                subjects[home.text, default: []].append(home.subject)
            }
            for reason in reasons {
                let ids = subjects[reason] ?? []
                guard notes.count < most else {
                    more += ids.count
                    continue
                }
                let listed = Array(ids.prefix(most))
                notes.append(.stayedHome(listed, more: ids.count - listed.count, of: plan.holder, because: reason))
            }
        }
        return notes + (more > 0 ? [.moreStayedHome(more)] : [])
    }
}
