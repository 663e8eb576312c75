// The rules that PolicyMeasure measures with, written as plain code: what an engine without files would do at best.
import PolicyEngine

struct HandWrittenRules {
    static let subjects: [Subject] = [.witness, .informant, .protectedPerson, .asylumApplicant, .minor, .victim]
    static let sensitive: [Sensitive] = [.health, .religion, .genetic, .biometric, .politicalOpinion, .tradeUnion]
    static let fields = ["iban", "wallet", "address", "email", "imei", "city"]

    /// Of the offence, at the holder.
    private let penalty: Int
    private let agreements: Set<String>

    init(_ policies: PolicySet) {
        switch policies.offences[BenchPolicies.offence]?.penalties[BenchPolicies.jurisdiction] {
        case .months(let months): penalty = months
        case .life: penalty = .max
        case nil: penalty = 0
        }
        agreements = Set(policies.agreements.keys)
    }

    /// The outcome and how many reasons it has: refusing rules, else those that fired.
    func decide(_ request: PolicyRequest) -> (outcome: Outcome, reasons: Int) {
        guard agreements.contains(request.agreement), isInScope(request) else { return (.refuse, 1) }
        var forbids = 0
        // The permits of law and agreement, which have no conditions.
        var fired = 2
        var approvals = 0
        let isHolder = request.side == .holder
        switch request.stage {
        case .question:
            for step in 0..<6 where isHolder && penalty <= step { forbids += 1 }
            let count = request.keyCount ?? 0
            for step in 0..<6 where request.urgency == .urgent && count >= step * 100 { fired += 1 }
        case .index:
            forbids = lawForbids(request) + recordForbids(request)
        case .disclosure:
            for step in 0..<6 where isHolder && penalty <= step { forbids += 1 }
            let isForMoney = request.purpose == .financialIntelligence || request.purpose == .prosecute
            for step in 0..<6 where !isForMoney && request.fields?.contains(Self.fields[step]) ?? true { forbids += 1 }
            if isHolder { forbids += recordForbids(request) }
            for step in 0..<5 where isHolder {
                let isLow = request.hit?.score.map { $0 <= 60 + step } ?? true
                if isLow || request.hit?.confirmed != true {
                    fired += 1
                    approvals = max(approvals, step)
                }
            }
            let age = (request.record?.recorded).map { request.at.day.number - $0.number }
            for step in 0..<5 where age.map({ $0 >= step * 90 }) ?? true { fired += 1 }
        case .onwardTransfer, .retention: return (.refuse, 1)
        }
        if forbids > 0 { return (.refuse, forbids) }
        return (approvals > 0 ? .hold : .permit, fired)
    }

    private func isInScope(_ request: PolicyRequest) -> Bool {
        if request.stage == .index { return true }
        let covered: Set<KeyKind> = [.name, .document, .phone, .email]
        return request.purpose == BenchPolicies.purpose && request.legalBasis == BenchPolicies.legalBasis
            && request.offence == BenchPolicies.offence && request.keyKinds?.allSatisfy(covered.contains) ?? true
    }

    private func recordForbids(_ request: PolicyRequest) -> Int {
        var forbids = 0
        let record = request.record
        let isGiven = record?.consent == .given
        for step in 0..<6 where !isGiven && record?.subject?.contains(Self.subjects[step]) ?? true { forbids += 1 }
        let isForeign = record?.originator.map { $0 != request.holder } ?? true
        for step in 0..<5 where isForeign && record?.sensitive?.contains(Self.sensitive[step]) ?? true { forbids += 1 }
        return forbids
    }

    /// The two forbids of the law at index.
    private func lawForbids(_ request: PolicyRequest) -> Int {
        let record = request.record
        let hidden: Set<Subject> = [.asylumApplicant, .protectedPerson, .witness]
        var forbids = 0
        if record?.subject?.contains(where: hidden.contains) ?? true { forbids += 1 }
        let isForeign = record?.originator.map { $0 != request.holder } ?? true
        if isForeign, record?.consent != .given { forbids += 1 }
        return forbids
    }
}
