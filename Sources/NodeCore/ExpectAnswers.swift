/// Use case: ask before you ask. What would become of a question at each peer, by our own rules and, for the peer's side, by
/// what both hold: the agreement, and the peer's law where we have it. A peer may have rules we do not know, so all of it is
/// expected only. Nothing leaves and nothing is charged.

import Accounts
import MatchKeys
import PeerTrust
import PolicyEngine
import PolicyFiles
import Vault
import WireProtocol

/// What is expected of one peer.
public struct PeerOutlook: Codable, Sendable, Equatable {
    public enum Outcome: String, Codable, Sendable {
        case wouldAnswer = "would-answer"
        case wouldBeHeld = "would-be-held"
        case expectedRefusal = "expected-refusal"
    }

    /// A reason of a decision, and where it is written.
    public struct Rule: Codable, Sendable, Equatable {
        /// `asker`: our own side; `holder`: the peer's, as far as we know it.
        public var side: String
        public var rule: String
        public var effect: String
        public var text: String
        public var source: String
        /// Path in the policies; nil for a builtin.
        public var file: String?
        public var line: Int?
        public var column: Int?
        /// What permits lacked, where one was needed.
        public var lacks: [String]
    }

    public struct QuotaLeft: Codable, Sendable, Equatable {
        /// As of a rule.
        public var side: String
        public var keys: Int
        /// Before this question. Of the peer's quotas: by what we asked, others may have used more.
        public var left: Int
        /// What it counts, in words.
        public var words: String
        public var until: String
    }

    public var peer: String
    public var outcome: Outcome
    /// Whose rules make it so: `asker` or `holder`; nil where nobody stands in the way.
    public var by: String?
    /// In words.
    public var reason: String
    public var rules: [Rule]
    public var quotas: [QuotaLeft]
    /// Subjects that our own rules keep home.
    public var home: Int
    /// How many keys would leave (padded), of which kinds, about how many subjects.
    public var keys: Int
    public var keyKinds: [String]
    public var subjects: Int
    /// How its index would be looked up, in words; nil where nothing is asked, or that cannot be said.
    public var lookUp: String?
}

extension Node {
    /// What a question would meet at each peer. Decided at once, so that it can be asked while a form is filled in.
    public func expect(_ question: Question, by account: String?) async throws(NodeProblem) -> [PeerOutlook] {
        let person = try await person(account, for: .ask)
        let policies = activePolicies
        let terms = try QuestionTerms(question, policies: policies, agency: configuration.agency)
        let subjects = try await subjects(of: question, by: recipe).map { subject in
            QuestionSubject(id: subject.id, record: subject.record, keys: terms.keysInScope(subject.keys))
        }
        var expected: [PeerOutlook] = []
        for holder in terms.holders {
            let plan = try plan(holder, terms: terms, subjects: subjects, by: person, policies: policies)
            expected.append(try await expect(plan, policies: policies))
        }
        return expected
    }

    func expect(_ plan: PeerPlan, policies: ActivePolicies) async throws(NodeProblem) -> PeerOutlook {
        var outlook = PeerOutlook(
            peer: plan.holder,
            outcome: .wouldAnswer,
            by: nil,
            reason: "",
            rules: rules(plan.weighed, policies: policies),
            quotas: [],
            home: plan.home.count,
            keys: plan.refusal == nil ? plan.keyCount : 0,
            keyKinds: plan.refusal == nil ? plan.keyKinds.map(\.rawValue) : [],
            subjects: plan.subjects.count
        )
        if let refusal = plan.refusal {
            outlook.refuse(by: .asker, refusal.text)
            return outlook
        }
        if case .told(let words) = await lookUp(plan) { outlook.lookUp = words }
        let theirs = plan.weighed.last.map(Self.asHolder)
        let decision = theirs.flatMap { try? policies.set.decide($0) }
        outlook.rules += rules(theirs.map { [$0] } ?? [], policies: policies)
        do {
            let limits = QuotaBook.limits(decision?.obligations.quota ?? [], plan.quotaSubjects)
            let (own, other) = try await vault.read { [now = clock.seconds] transaction in
                (
                    try QuotaBook.left(plan.quotas, at: now, in: transaction),
                    try QuotaBook.left(limits, at: now, in: transaction)
                )
            }
            outlook.add(own, of: .asker, plan: plan)
            outlook.add(other, of: .holder, plan: plan)
        } catch {
            throw NodeProblem(fault: error, doing: "reading the quotas")
        }
        if outlook.outcome == .expectedRefusal { return outlook }
        if let decision, decision.outcome == .refuse {
            outlook.refuse(by: .holder, decision.reasons.first.map { "\($0.text()) (\($0.rule))" } ?? "its policy")
        } else if let duty = decision.flatMap({ Duties.undone(in: $0) }) {
            outlook.refuse(by: .holder, duty.text)
        } else if let hold = plan.hold {
            outlook.hold(by: .asker, "needs \(hold.words) here")
        } else if let decision, decision.outcome == .hold {
            let words = QuestionHold([decision])?.words ?? "people to approve it"
            outlook.hold(by: .holder, "needs \(words) there")
        }
        if AgencyID(plan.holder).flatMap({ peers.peer(agency: $0) }) == nil {
            let note = "no card of \(plan.holder) is trusted here, so it cannot be reached"
            outlook.reason += outlook.reason.isEmpty ? note : "; \(note)"
        }
        return outlook
    }

    /// The question as its holder decides on it: what we know of whom we ask about does not leave.
    private static func asHolder(_ own: PolicyRequest) -> PolicyRequest {
        var request = own
        request.side = .holder
        request.question = nil
        return request
    }

    private func rules(_ requests: [PolicyRequest], policies: ActivePolicies) -> [PeerOutlook.Rule] {
        var rules: [PeerOutlook.Rule] = []
        for request in requests {
            guard let outlook = try? policies.loaded.outlook(request) else { continue }
            for line in outlook.lines {
                let rule = PeerOutlook.Rule(line, side: request.side)
                if !rules.contains(rule) { rules.append(rule) }
            }
        }
        return rules
    }
}

extension PeerOutlook {
    fileprivate mutating func refuse(by side: Side, _ reason: String) {
        (outcome, by, self.reason) = (.expectedRefusal, side.rawValue, reason)
    }

    fileprivate mutating func hold(by side: Side, _ reason: String) {
        (outcome, by, self.reason) = (.wouldBeHeld, side.rawValue, reason)
    }

    /// Adds what is left, and refuses where it is not enough.
    fileprivate mutating func add(
        _ left: [(limit: QuotaLimit, left: Int, until: Int)],
        of side: Side,
        plan: PeerPlan
    ) {
        for one in left {
            quotas.append(
                QuotaLeft(
                    side: side.rawValue,
                    keys: one.limit.keys,
                    left: one.left,
                    words: one.limit.words,
                    until: Moment(seconds: one.until).description
                )
            )
            guard outcome != .expectedRefusal, one.left < (one.limit.weakOnly ? plan.weakCount : plan.keyCount) else {
                continue
            }
            let exceeded = QuotaExceeded(limit: one.limit, left: one.left, until: one.until)
            refuse(by: side, side == .asker ? "our own quota: \(exceeded.text)" : "quota: \(exceeded.text)")
        }
    }
}

extension PeerOutlook.Rule {
    fileprivate init(_ line: Outlook.Line, side: Side) {
        self.side = side.rawValue
        rule = line.reason.rule
        effect = line.reason.effect.rawValue
        text = line.reason.text()
        source = line.reason.source
        (file, self.line, column) = (line.file, line.place?.line, line.place?.column)
        lacks = line.lacks
    }
}
