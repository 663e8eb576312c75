// Measures decisions with 30 agreements of 40 rules, beside the same rules written by hand. Knows no real agency.
import Dispatch
import PolicyEngine
import PolicyFiles
import Synchronization

/// `policy.decide`: questions, index and disclosure in turn, over all agreements. `policy.index`: which records enter an index,
/// each decided on its own, on several threads.
struct PolicyMeasure {
    private static let agreements = 30
    private static let batch = 1_000
    /// Records of `policy.index`.
    private static let register = 20_000

    private let policies: PolicySet
    private let requests: [PolicyRequest]
    private let now: Moment

    /// - Parameter now: the moment of every decision.
    init(now: Moment) throws {
        let loaded = PolicyFolder.load(files: Self.files)
        guard let set = loaded.policies else {
            throw MeasureProblem("the policies to measure with: \(loaded.problems.first?.description ?? "")")
        }
        policies = set
        self.now = now
        requests = (0..<Self.batch).map { Self.request($0, now: now) }
        let law = HandWrittenRules(set)
        for request in requests {
            let decision = try set.decide(request)
            let expected = law.decide(request)
            guard decision.outcome == expected.outcome, decision.reasons.count == expected.reasons else {
                throw MeasureProblem("the rules by hand and the policies to measure with decide differently")
            }
        }
    }

    func run(_ rounds: Rounds) throws -> Measurement {
        let byHand = HandWrittenRules(policies)
        var reasons = 0
        return try rounds.measure(
            "policy.decide",
            unit: "decisions/s",
            items: Self.batch,
            reference: (
                "the same rules written by hand",
                { for request in requests { reasons += byHand.decide(request).reasons } }
            ),
            work: { for request in requests { reasons += try policies.decide(request).reasons.count } }
        )
    }

    /// One after another of a register, no two alike; a thread takes every so many.
    func runIndex(_ rounds: Rounds, threads: Int) throws -> Measurement {
        let records = try (0..<Self.register).map { number in
            var request = Self.request(number * 4 + 2, now: now)
            request.agreement = BenchPolicies.agreement(0)
            request.record?.originator = "agency-\(number)"
            request.record?.recorded = Day(number: now.day.number - number % 3_000)
            let decided = try policies.decide(request)
            guard decided.outcome == HandWrittenRules(policies).decide(request).outcome else {
                throw MeasureProblem("the rules by hand and the policies to measure with decide differently")
            }
            return request
        }
        let entered = Mutex(0)
        func each(_ decide: @escaping @Sendable (PolicyRequest) -> Outcome?) {
            DispatchQueue.concurrentPerform(iterations: threads) { part in
                var count = 0
                for place in stride(from: part, to: records.count, by: threads)
                where decide(records[place]) == .permit { count += 1 }
                entered.withLock { [count] in $0 += count }
            }
        }
        let byHand = HandWrittenRules(policies)
        return try rounds.measure(
            "policy.index",
            unit: "records/s",
            items: records.count,
            reference: ("the same rules written by hand", { each { byHand.decide($0).outcome } }),
            work: { [policies] in each { try? policies.decide($0).outcome } }
        )
    }

    private static func request(_ number: Int, now: Moment) -> PolicyRequest {
        var request = PolicyRequest(
            stage: .question,
            side: number % 4 == 0 ? .asker : .holder,
            at: now,
            asker: BenchPolicies.asker,
            holder: BenchPolicies.holder,
            agreement: BenchPolicies.agreement(number % agreements)
        )
        if number % 4 != 2 {
            request.purpose = BenchPolicies.purpose
            request.legalBasis = BenchPolicies.legalBasis
            request.offence = BenchPolicies.offence
            request.urgency = number % 8 < 4 ? .normal : .urgent
        }
        let record = RecordFacts(
            subject: [Subject.allCases[number % Subject.allCases.count]],
            origin: ["XC"],
            handling: Handling.allCases[number % 3],
            consent: number % 5 == 0 ? .pending : .given,
            sensitive: number % 7 == 0 ? [.health] : [],
            recorded: Day(number: now.day.number - number % 500),
            originator: number % 3 == 0 ? "somebody" : BenchPolicies.holder
        )
        switch number % 4 {
        case 2:
            request.stage = .index
            request.record = record
        case 3:
            request.stage = .disclosure
            request.fields = number % 9 == 0 ? ["full_name", "iban"] : ["full_name", "phone"]
            request.hit = HitFacts(score: 60 + number % 40, confirmed: number % 2 == 0)
            request.record = record
        default:
            request.keyKinds = [.phone, .document]
            request.keyCount = number % 600
        }
        return request
    }

    // MARK: the policies

    private static var files: [String: [UInt8]] {
        var files = BenchPolicies.files(agreements: 0)
        for number in 0..<agreements {
            let id = BenchPolicies.agreement(number)
            files["agreements/\(id).yaml"] = Array(agreement(id).utf8)
        }
        return files
    }

    private static func agreement(_ id: String) -> String {
        """
        format: 1
        id: \(id)
        name: {en: \(id)}
        parties: [\(BenchPolicies.asker), \(BenchPolicies.holder)]
        askers: [\(BenchPolicies.asker)]
        holders: [\(BenchPolicies.holder)]
        valid: {from: 2020-01-01}
        scope:
          purposes: [\(BenchPolicies.purpose.rawValue)]
          legal_bases: [\(BenchPolicies.legalBasis)]
          offences: [\(BenchPolicies.offence)]
          key_kinds: [name, document, phone, email]
        rules:
          - {id: exchange, effect: permit, stages: [question, index, disclosure], \(tail)}

        """ + (0..<39).map { "  - {id: r\($0), \(rule($0)), \(tail)}\n" }.joined()
    }

    private static let tail = "source: UN-SOM Art. 10, because: {en: A rule to measure with.}"

    /// Seven shapes of rules, each with a few numbers.
    private static func rule(_ number: Int) -> String {
        let step = number / 7
        switch number % 7 {
        case 0:
            return "effect: forbid, stages: [question, disclosure], sides: [holder], "
                + "when: {offence.penalty_holder: {at_most: \(step)}}"
        case 1:
            return "effect: forbid, stages: [index, disclosure], sides: [holder], tell: nothing, "
                + "when: {record.subject: {any_of: [\(HandWrittenRules.subjects[step].rawValue)]}}, "
                + "unless: {record.consent: given}"
        case 2:
            return
                "effect: require, stages: [question], when: {urgency: urgent, key_count: {at_least: \(step * 100)}}, "
                + "obligations: {quota: [{per: peer, period: day, keys: \(1_000 - step)}]}"
        case 3:
            return
                "effect: forbid, stages: [disclosure], when: {fields: {any_of: [\(HandWrittenRules.fields[step])]}}, "
                + "unless: {purpose: [financial_intelligence, prosecute]}"
        case 4:
            return "effect: forbid, stages: [index, disclosure], sides: [holder], tell: reason, "
                + "when: {all: [{record.third_party: true}, "
                + "{record.sensitive: {any_of: [\(HandWrittenRules.sensitive[step].rawValue)]}}]}"
        case 5:
            return "effect: require, stages: [disclosure], sides: [holder], when: {any: [{hit.score: {at_most: "
                + "\(60 + step)}}, {not: {hit.confirmed: true}}]}, obligations: {approvals: \(min(step, 5))}"
        default:
            return "effect: require, stages: [disclosure], when: {record.age_days: {at_least: \(step * 90)}}, "
                + "obligations: {retention_days: \(500 - step)}"
        }
    }
}
