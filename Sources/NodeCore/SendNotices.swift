/// Use case: notices leave the outbox, by webhook or by mail, as the settings say, at least once each: a notice is marked when
/// it was taken, and one that a crash cut off is sent again under the same id. What no setting sends waits for a person.

import Accounts
import Foundation
import PolicyEngine
import Vault

/// A notice as it leaves.
public struct Notice: Sendable, Equatable {
    /// The same each time it is sent.
    public var id: String
    /// A JSON object.
    public var json: [UInt8]
    /// A mail: head, empty line, words.
    public var mail: String
}

/// Why a notice was not taken: no address, no body, nothing the other side said.
public enum NoticeFailure: Error, Sendable, Equatable {
    case unreachable
    /// The setting names an address that is no web address, or that may not be used.
    case addressNotAllowed
    /// The status of a webhook.
    case status(Int)
    /// The mail command cannot be run.
    case notRun
    /// What the mail command ended with.
    case ended(Int)
    case tookTooLong
    /// The node stopped before the other side was done.
    case stopped

    var words: String {
        switch self {
        case .unreachable: "nobody answers there"
        case .addressNotAllowed: "the address is none that notices may go to"
        case .status(let status): "the webhook answered \(status)"
        case .notRun: "the mail command cannot be run"
        case .ended(let status): "the mail command ended with \(status)"
        case .tookTooLong: "it took too long"
        case .stopped: "the node stopped meanwhile"
        }
    }
}

/// What takes notices out of the node.
public protocol NoticeDelivering: Sendable {
    /// Returns once the notice was taken.
    func deliver(_ notice: Notice, to sink: NoticeSink) async throws(NoticeFailure)
}

/// Where the notices of one recipient go.
public struct NoticeSink: Codable, Sendable, Equatable {
    /// `https://…`: a POST of the notice's JSON.
    public var webhook: String?
    /// Whether the webhook may be `http://`.
    public var allowHTTP: Bool?
    /// A program by its full path, and its arguments: the mail stands on its standard input.
    public var mail: [String]?

    enum CodingKeys: String, CodingKey {
        case webhook, mail
        case allowHTTP = "allow_http"
    }

    /// What is wrong with it; nil if nothing is.
    var fault: String? {
        switch (webhook, mail) {
        case (let address?, nil):
            guard let url = URL(string: address), let host = url.host, !host.isEmpty, url.user == nil,
                url.scheme == "https" || (url.scheme == "http" && allowHTTP == true)
            else { return "webhook is no https:// address (http:// takes \"allow_http\": true)" }
            return nil
        case (nil, let command?):
            let isFull = command.first?.hasPrefix("/") == true
            return isFull ? nil : "mail is no list that begins with the full path of a program"
        default: return "it takes one of webhook and mail"
        }
    }

    /// How a list names it.
    var word: String { webhook == nil ? "mail" : "webhook" }
}

public struct NoticeReport: Codable, Sendable, Equatable {
    public var id: String
    public var recipient: String
    public var event: String
    public var about: String
    public var agreement: String
    public var peer: String
    public var rules: [String]
    public var at: String
    /// `waiting` or `sent`.
    public var state: String
    public var tries: Int
    /// When it is sent next; nil where no setting sends it, and once it was.
    public var next: String?
    public var sent: String?
    /// `webhook`, `mail` or the account that marked it.
    public var sentBy: String?
}

public struct NoticeList: Codable, Sendable, Equatable {
    public var notices: [NoticeReport]
}

extension Node {
    /// Most that a list shows, and that one pass sends to one recipient.
    private static let listed = 1_000
    private static let sentAtOnce = 50
    /// Milliseconds for which what was sent is kept.
    private static let kept = 90 * 86_400_000

    /// Milliseconds until a notice is tried again: from half a minute, twice as long each time, to six hours.
    static func backOff(after tries: Int) -> Int { min(30_000 << min(tries, 16), 6 * 3_600_000) }

    /// Sends what is due. One that fails stops no other recipient; the rest of its own waits with it.
    ///
    /// - Returns: how many were taken.
    @discardableResult
    public func sendNotices(
        through delivering: any NoticeDelivering,
        say: @Sendable (String) -> Void
    ) async throws(NodeProblem) -> Int {
        var count = 0
        do {
            for (recipient, sink) in (configuration.notices ?? [:]).sorted(by: { $0.key < $1.key }) {
                let now = clock.milliseconds()
                let due = try await vault.read {
                    try $0.noticesDue(for: recipient, at: now, limit: Self.sentAtOnce)
                }
                for stored in due {
                    do throws(NoticeFailure) {
                        try await delivering.deliver(notice(stored), to: sink)
                    } catch {
                        // Nothing of it is the recipient's: it waits as it is for the next start.
                        if error == .stopped { return count }
                        if stored.tries == 0 { say("a notice for \(recipient) was not taken: \(error.words)") }
                        let next = clock.milliseconds() + Self.backOff(after: stored.tries)
                        _ = try await vault.commit { (try $0.putOff(stored.id, until: next), []) }
                        break
                    }
                    let at = clock.milliseconds()
                    _ = try await vault.commit { (try $0.markSent(stored.id, by: sink.word, at: at), []) }
                    count += 1
                }
            }
            let before = clock.milliseconds() - Self.kept
            if count > 0 { _ = try await vault.commit { (try $0.forgetNotices(sentBefore: before), []) } }
            return count
        } catch {
            throw NodeProblem(fault: error, doing: "sending notices")
        }
    }

    public func notices(waiting: Bool) async throws(NodeProblem) -> NoticeList {
        do {
            let stored = try await vault.read { try $0.notices(waiting: waiting, limit: Self.listed) }
            return NoticeList(notices: stored.map(report))
        } catch {
            throw NodeProblem(fault: error, doing: "reading the notices")
        }
    }

    /// A person passed a notice on.
    public func markNotice(_ id: String, by account: String?) async throws(NodeProblem) -> NoticeReport {
        let person = try await person(account, for: .passNotices)
        let name = person.account.name.description
        let stored: StoredNotice?
        let isNew: Bool
        do {
            let at = clock.milliseconds()
            (isNew, stored) = try await vault.commit {
                let isNew = try $0.markSent(id, by: name, at: at)
                return ((isNew, try $0.notice(id)), [])
            }.value
        } catch {
            throw NodeProblem(fault: error, doing: "marking the notice")
        }
        guard let stored else {
            throw NodeProblem(
                .usage,
                "there is no notice of that id",
                at: "--sent",
                try: "comity notices \(folder.path)"
            )
        }
        guard isNew else {
            throw NodeProblem(.refused, "the notice was sent before", at: id, because: "by \(stored.sentBy ?? "")")
        }
        return report(stored)
    }

    private func report(_ stored: StoredNotice) -> NoticeReport {
        let isSent = stored.sent != nil
        return NoticeReport(
            id: stored.id,
            recipient: stored.recipient,
            event: stored.event,
            about: stored.about,
            agreement: stored.agreement,
            peer: stored.peer,
            rules: stored.rules,
            at: Moment(seconds: stored.created / 1_000).description,
            state: isSent ? "sent" : "waiting",
            tries: stored.tries,
            next: isSent || configuration.notices?[stored.recipient] == nil
                ? nil : Moment(seconds: stored.due / 1_000).description,
            sent: stored.sent.map { Moment(seconds: $0 / 1_000).description },
            sentBy: stored.sentBy
        )
    }

    private func notice(_ stored: StoredNotice) -> Notice {
        let at = Moment(seconds: stored.created / 1_000).description
        var text = JSONText()
        text.object { text in
            text.member("id", stored.id)
            text.member("node", configuration.agency)
            text.member("recipient", stored.recipient)
            text.member("event", stored.event)
            text.member("about", stored.about)
            text.member("agreement", stored.agreement)
            text.member("peer", stored.peer)
            text.member("rules", stored.rules)
            text.member("at", at)
        }
        let words = NoticeEvent(rawValue: stored.event)?.words ?? stored.event
        let mail = """
            Subject: Comity notice \(stored.id)
            Content-Type: text/plain; charset=utf-8

            \(configuration.agency): \(words).

            For       \(stored.recipient)
            When      \(at)
            About     \(stored.about)
            Agreement \(stored.agreement)
            Peer      \(stored.peer)
            Rules     \(stored.rules.joined(separator: ", "))

            Whom it is about stands in the node alone.

            """
        return Notice(id: stored.id, json: text.bytes, mail: mail)
    }

    /// Notices that wait, for `doctor`.
    func checkNotices() async -> [DoctorReport.Check] {
        let waiting = (try? await vault.read { try $0.waitingNotices() }) ?? []
        return waiting.compactMap { recipient, count, tries in
            if configuration.notices?[recipient] == nil {
                return check(
                    "notices",
                    .warning,
                    "\(count) notices for \(recipient) wait for a person to pass them on",
                    try: "comity notices \(folder.path) --waiting"
                )
            }
            guard tries > 0 else { return nil }
            return check(
                "notices",
                .warning,
                "\(count) notices for \(recipient) wait; one was sent in vain \(tries) times",
                try: "see the notices of \(folder.configuration.path), and comity notices \(folder.path) --waiting"
            )
        }
    }
}
