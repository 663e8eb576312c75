/// What policy says of a disclosure: what may leave and under which duties, what may be told of a refusal, and what stays
/// silent. The same function decides when a request comes in and again before anything is sealed.

import PolicyEngine

/// A disclosure, weighed.
enum WeighedDisclosure: Sendable {
    /// Refused for reasons that hold whatever the record is: they may be told.
    case told(because: String, rules: [String])
    /// Refused, and nothing may be told; the reason is for our own people.
    case silent(String, rules: [String])
    case may(DisclosureTerms)
}

/// What may leave, tied to what.
struct DisclosureTerms: Sendable {
    /// Columns, sorted.
    var fields: [String]
    /// Rules that say which columns may leave; empty where none does.
    var fieldRules: [String]
    /// People who must approve, and the authorisations that each of them states.
    var approvals: Int
    var authorisation: [String]
    var handling: Handling
    var onward: Onward
    /// Days; nil where no rule names any.
    var retentionDays: Int?
    var deadlineHours: Int?
    var rules: [String]
    /// Who is told once it is asked for, or leaves.
    var notices = NoticeDuties.none
}

enum WeighDisclosure {
    /// Days that released data are kept where no rule says: one year, as FIU.net and many police agreements.
    static let retentionDays = 365

    /// - Parameter request: nil where the query of the hit is not known.
    static func weigh(_ request: PolicyRequest?, policies: PolicySet) -> WeighedDisclosure {
        guard let request else { return .silent("the query of the hit is not known here", rules: []) }
        let decision: Decision
        do throws(RequestProblem) {
            decision = try policies.decide(request)
        } catch {
            return .silent("the request cannot be decided: \(error.text)", rules: [])
        }
        let rules = decision.reasons.map(\.rule)
        if decision.outcome == .refuse {
            // What would refuse whatever the record is: decided again without one.
            var bare = request
            bare.record = nil
            bare.hit = HitFacts(confirmed: request.hit?.confirmed)
            let always = Set((try? policies.decide(bare))?.reasons.map(\.rule) ?? [])
            for reason in decision.reasons where always.contains(reason.rule) && policies.isSilentOnRecord(reason.rule)
            {
                if let text = reason.peerText() { return .told(because: Self.words(of: reason, text), rules: rules) }
            }
            return .silent(decision.reasons.first.map { "\($0.text()) (\($0.rule))" } ?? "refused", rules: rules)
        }
        if let duty = Duties.undone(in: decision) { return .silent(duty.text, rules: rules) }
        let duties = decision.obligations
        return .may(
            DisclosureTerms(
                fields: (duties.fields ?? request.fields ?? []).sorted(),
                fieldRules: duties.fieldRules,
                // An authorisation is stated by somebody.
                approvals: max(duties.approvals, duties.authorisation.isEmpty ? 0 : 1),
                authorisation: duties.authorisation.map(\.rawValue),
                handling: max(duties.handling ?? .h0, request.record?.handling ?? .h0),
                // Where no rule lets data travel on, they do not.
                onward: duties.onward ?? .forbidden,
                retentionDays: duties.retentionDays,
                deadlineHours: duties.deadlineHours,
                rules: rules,
                notices: NoticeDuties(decision)
            )
        )
    }
}

extension WeighDisclosure {
    /// On one line and of at most 2,000 bytes, as the message takes it.
    static func line(_ text: String) -> String {
        var line = text.split(whereSeparator: { $0.isWhitespace || $0.isNewline }).joined(separator: " ")
        while line.utf8.count > 2_000 { line.removeLast() }
        return line
    }

    private static func words(of reason: Reason, _ text: String) -> String {
        line(text == reason.source ? text : "\(text) (\(reason.source))")
    }
}

extension Obligations {
    fileprivate var fieldRules: [String] {
        items.first { if case .fields = $0.obligation { true } else { false } }?.rules ?? []
    }
}

extension PolicySet {
    /// Whether a rule that refused says nothing of the record: it reads neither record nor score.
    func isSilentOnRecord(_ name: String) -> Bool {
        if name.hasPrefix("builtin/") {
            return name != "builtin/" + Builtin.recordExpired.rawValue
                && name != "builtin/" + Builtin.noFieldLeft.rawValue
                && name != "builtin/" + Builtin.noPermitJurisdiction.rawValue
                && name != "builtin/" + Builtin.noPermitAgreement.rawValue
        }
        guard let rule = allRules.first(where: { $0.name == name }) else { return false }
        let read = (rule.when?.attributes ?? []) + (rule.unless?.attributes ?? [])
        // What the asker itself said of the hit tells it nothing.
        return read.allSatisfy { !$0.needsTell || $0 == .hitConfirmed }
    }
}
