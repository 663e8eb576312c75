/// The acts on disclosure requests as they cross the socket, and their outcomes in words for a terminal.

import ArgumentParser
import Foundation
import NodeCore

struct RequestDisclosure: Operation {
    static let name = "disclosure-request"
    var wish: DisclosureWish
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> DisclosureReport {
        try await context.node.requestDisclosure(wish, by: account, through: context.peers)
    }
}

struct ListDisclosures: Operation {
    static let name = "disclosure-list"
    var openOnly: Bool
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> DisclosureList {
        try await context.node.disclosureList(openOnly: openOnly, by: account)
    }
}

struct ShowDisclosure: Operation {
    static let name = "disclosure-show"
    var id: String
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> DisclosureReport {
        try await context.node.disclosure(id, by: account)
    }
}

struct DecideDisclosure: Operation {
    static let name = "disclosure-decide"
    var id: String
    var verdict: DisclosureVerdict
    /// Authorisations: kind to reference.
    var stated: [String: String]?
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> DisclosureReport {
        try await context.node.decideDisclosure(
            id,
            verdict,
            stating: stated ?? [:],
            by: account,
            through: context.peers
        )
    }
}

struct ReceiveDisclosures: Operation {
    static let name = "disclosure-receive"
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> DisclosureList {
        try await context.node.receiveDisclosures(by: account, through: context.peers)
    }
}

enum DisclosureWords {
    static func show(_ list: DisclosureList) {
        if list.requests.isEmpty { Voice.say("no requests") }
        for request in list.requests { line(request) }
    }

    /// What a fetch brought, and what to do next.
    static func received(_ list: DisclosureList, folder: String) {
        if list.requests.isEmpty { Voice.say("nothing is open; past requests: comity disclosure list \(folder)") }
        for request in list.requests {
            line(request)
            guard request.state == "received" else { continue }
            Voice.say("  see the data (each look is logged): comity disclosure show \(folder) \(request.id)")
        }
        if list.requests.contains(where: { $0.state == "deciding" }) {
            Voice.say("deciding: nothing is known yet; decisions show on the full minute")
        }
    }

    /// States in which nothing is due any more.
    private static let ended: Set = ["released", "refused", "silent", "received", "nothing", "left", "failed"]

    static func line(_ request: DisclosureReport) {
        let way = ["sent": "to", "question": "question of", "asked": "question to"][request.direction] ?? "from"
        var words = ["\(request.id)  \(request.state)  \(way) \(request.peer)"]
        if let deadline = request.deadline, !ended.contains(request.state) {
            words.append("due \(request.due ?? deadline)")
            if request.urgent { words.append("urgent") }
            if let reminder = request.reminder {
                words.append(reminder == "half" ? "half its time is over" : "overdue")
            }
        }
        if request.needed > 0 { words.append("approved by \(request.approvals.count) of \(request.needed)") }
        let missing = Set(request.authorisations ?? [])
        if !missing.isEmpty, !ended.contains(request.state) {
            words.append("authorisation: \(missing.sorted().joined(separator: ", "))")
        }
        Voice.result(words.joined(separator: "  "))
        if let note = request.note {
            Voice.result("  " + ([request.ground, foreign(note)].compactMap { $0 }).joined(separator: ": "))
        }
    }

    static func decided(
        _ report: DisclosureReport,
        _ verdict: DisclosureVerdict,
        folder: String,
        json: Bool
    ) throws {
        if json { try Voice.json(report) } else { line(report) }
        switch report.state {
        case "silent",
            _ where verdict == .approve && ["refused", "failed"].contains(report.state):
            // Policy was asked again, and nothing leaves: no script may take this for done.
            throw ExitCode(Exit.refused)
        case _ where json: break
        case "approved" where report.direction == "asked":
            Voice.say("it leaves when an analyst looks: comity query \(folder) --show \(report.question ?? "")")
        case "refused" where ["asked", "sent"].contains(report.direction): Voice.say("it stays here; nothing left")
        case "released", "refused", "asked-back": Voice.say("\(report.peer) sees it on the next full minute")
        case "held", "held-here": Voice.say("approvals still missing: \(report.needed - report.approvals.count)")
        default: break
        }
    }

    /// Words of another agency, for a terminal: control characters and turns of direction are shown as such.
    static func foreign(_ text: String) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: shown.append("\u{FFFD}")
            default: shown.append(scalar)
            }
        }
        return String(shown)
    }

    static func show(_ request: DisclosureReport, folder: String) {
        line(request)
        let isQuestion = ["question", "asked"].contains(request.direction)
        let hit =
            isQuestion
            ? "" : ", handle \(request.handle), score \(request.score)\(request.band.map { " (\($0))" } ?? "")"
        Voice.result("  agreement \(request.agreement)\(hit)")
        if let subject = request.subject {
            Voice.result("  \(request.direction == "received" ? "record" : "asked about") \(subject)")
        }
        if !request.kinds.isEmpty {
            Voice.result("  \(isQuestion ? "keys" : "agreeing"): \(request.kinds.joined(separator: ", "))")
        }
        let terms = [request.purpose, request.legalBasis, request.offence].compactMap { $0 }
        if !terms.isEmpty {
            Voice.result(
                "  under: \(terms.joined(separator: ", "))\(request.analyst.map { ", by \(foreign($0))" } ?? "")"
            )
        }
        if !isQuestion { Voice.result("  asked for: \(request.fields.joined(separator: ", "))") }
        if let taken = request.takenOut {
            let rules = taken.rules.isEmpty ? "" : " (\(taken.rules.joined(separator: ", ")))"
            Voice.result("  taken out by our own rules: \(taken.fields.joined(separator: ", "))\(rules)")
        }
        if let missing = request.notReleased {
            Voice.result("  asked for and not released: \(missing.joined(separator: ", "))")
        }
        Voice.result(
            "  because: \(foreign(request.reason))\(request.confirmed ? " (the hit was compared by a person)" : "")"
        )
        if let given = request.authorised, !given.isEmpty {
            Voice.result("  authorised: \(given.joined(separator: ", "))")
        }
        if !request.rules.isEmpty { Voice.result("  rules: \(request.rules.joined(separator: ", "))") }
        if let handling = request.handling, let onward = request.onward, let retention = request.retention {
            let source = request.source.map { ", source \($0)" } ?? ""
            let would = request.direction == "received" && request.mayDecide ? "would leave today under " : ""
            Voice.result(
                "  \(would)handling \(handling)\(source); keep until \(retention); passing on: \(passingOn(onward))"
            )
        }
        if let data = request.data { show(data, of: request) }
        sayNext(request, folder: folder)
    }

    private static func show(_ data: [String: [String]], of request: DisclosureReport) {
        // The code stands on top and at the bottom of what may be copied out.
        let code = request.handling.map { "  handling \($0)" }
        if let code { Voice.result(code) }
        Voice.result(["sent": "  released:", "asked": "  about:"][request.direction] ?? "  would leave:")
        for (name, values) in data.sorted(by: { $0.key < $1.key }) {
            Voice.result("    \(name)  \(foreign(values.joined(separator: "; ")))")
        }
        if let code { Voice.result(code) }
    }

    /// What whoever looks can do now.
    private static func sayNext(_ request: DisclosureReport, folder: String) {
        switch (request.direction, request.state) {
        case ("sent", "asked-back"):
            Voice.say("no message carries an answer: answer by the usual channel between the agencies,")
            Voice.say("or ask again from the hit with another reason; until the deadline the holder can still decide")
            if let hit = request.hit { Voice.say("the hit: comity query \(folder) --show \(hit.question)") }
        case _ where request.mayDecide && request.bar == .ownWork:
            Voice.say("who asked, or entered or edited the record, does not decide on it")
        case _ where request.mayDecide && request.bar == .approved:
            Voice.say("approved by you already: another approver has to approve as well")
        // What cannot be shown is not offered: there is nothing to look at before deciding.
        case _ where request.data == nil: break
        case ("received", _):
            Voice.say("to decide: comity disclosure approve \(folder) \(request.id), or refuse, or ask-back")
        case ("asked", "held-here"):
            Voice.say("to decide: comity disclosure approve \(folder) \(request.id), or refuse")
        default: break
        }
    }

    static func passingOn(_ rule: String) -> String {
        switch rule {
        case "free": "free"
        case "with_consent": "only with the holder's consent"
        default: "forbidden"
        }
    }
}
