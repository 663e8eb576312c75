/// The engine against the oracle on random folders and requests, and the properties that POLICY's words promise.
/// `COMITY_LONG_TESTS=1` asks many more.

import Foundation
import PolicyEngine
import PolicyFiles
import TestSupport
import Testing

@Suite struct OracleTests {
    private static let isLong = ProcessInfo.processInfo.environment["COMITY_LONG_TESTS"] == "1"
    private static let folders = isLong ? 2_000 : 60
    private static let requests = isLong ? 200 : 60

    private func load(_ model: Model) throws -> (LoadedPolicies, PolicySet) {
        let loaded = PolicyFolder.load(files: model.files)
        return (loaded, try #require(loaded.policies, "\(loaded.problems.prefix(3))"))
    }

    private func read(_ request: Value, _ policies: PolicySet) throws -> PolicyRequest {
        let read = RequestFile.read(Array(request.json.utf8), name: "r", policies: policies, now: Moment(seconds: 0))
        return try #require(read.request, "\(read.problems) \(request.json)")
    }

    /// The engine's document with the words of builtins left out: they are its own.
    private func plain(_ decision: Decision, _ digest: String) -> String {
        var text = OrderedJSON(decision, lang: "en", policyDigest: digest).compact
        for builtin in Builtin.allCases { text = text.replacing("\"\(builtin.words)\"", with: "\"\"") }
        return text
    }

    @Test func `the engine and the oracle decide alike`() throws {
        var maker = Maker(.announced(fallback: 20_261_126))
        var outcomes: [Outcome: Int] = [:]
        var rules: Set<String> = []
        for _ in 0..<Self.folders {
            let model = maker.model()
            let (loaded, policies) = try load(model)
            for _ in 0..<Self.requests {
                let request = maker.request(model)
                let decision = try policies.decide(read(request, policies))
                let expected = Oracle(model: model, request: request).decide(digest: loaded.digest).json
                try #require(plain(decision, loaded.digest) == expected, "\(request.json)")
                outcomes[decision.outcome, default: 0] += 1
                rules.formUnion(decision.reasons.map(\.rule).filter { $0.hasPrefix("builtin/") })
            }
        }
        // A comparison of refusals alone would say little.
        let all = Self.folders * Self.requests
        for outcome in Outcome.allCases { #expect(outcomes[outcome, default: 0] > all / 50, "\(outcomes)") }
        #expect(rules.count == Builtin.allCases.count, "\(Builtin.allCases.map(\.rawValue)) \(rules.sorted())")
    }

    @Test func `no warned rule is ever seen to matter`() throws {
        var maker = Maker(.announced(fallback: 20_261_127))
        var seen: [Problem.Code: Int] = [:]
        for _ in 0..<Self.folders {
            let model = maker.model()
            let (loaded, policies) = try load(model)
            let warnings = loaded.findings(at: Moment(seconds: 1_800_000_000))
            for warning in warnings { seen[warning.code, default: 0] += 1 }
            let judged = warnings.map { warning in
                (code: warning.code, words: warning.text.split(separator: " ").map(String.init))
            }
            for _ in 0..<Self.requests * 3 {
                let explanation = try policies.explain(read(maker.request(model), policies))
                let isInScope = !explanation.decision.reasons.contains { $0.rule.hasPrefix("builtin/") }
                for account in explanation.rules where account.fate == .fired {
                    // An agreement's rules are judged within its scope.
                    if account.layer == .agreement, !isInScope { continue }
                    for warning in judged where warning.words[0] == account.rule.name {
                        check(account, warning.code, warning.words, explanation)
                    }
                }
            }
        }
        #expect(seen[.neverFires, default: 0] > 0 && seen[.shadowed, default: 0] > 0, "\(seen)")
    }

    /// A rule that was warned of and fired.
    private func check(_ account: RuleAccount, _ code: Problem.Code, _ words: [String], _ explanation: Explanation) {
        let side = explanation.decision.side
        func isFired(_ isOther: (RuleAccount) -> Bool) -> Bool {
            explanation.rules.contains { $0.fate == .fired && $0.rule.name != account.rule.name && isOther($0) }
        }
        switch code {
        case .neverFires: Issue.record("\(account.rule) fired")
        case .shadowed:
            // `… that FILEID/RULEID does not say`, or `… what FILEID/RULEID forbids`.
            let cover = words.dropFirst().first { $0.contains("/") } ?? ""
            #expect(isFired { $0.rule.name == cover }, "\(account.rule)")
        case .contradicts:
            // `ID permits what FILEID/RULEID forbids on the SIDE's side`
            guard words[7] == "\(side.rawValue)'s",
                explanation.rules.contains(where: { $0.rule.name == words[3] })
            else { return }
            #expect(isFired { $0.rule.name == words[3] }, "\(account.rule)")
        default: break
        }
    }

    // MARK: properties (issue of the whole page)

    private func rank(_ outcome: Outcome) -> Int {
        switch outcome {
        case .permit: 0
        case .hold: 1
        case .refuse: 2
        }
    }

    /// Puts one more rule into a random file of a folder.
    private func add(_ rule: ModelRule, to model: Model, _ maker: inout Maker) -> Model {
        var model = model
        switch maker.number(0...2) {
        case 0: model.laws[maker.number(0...model.laws.count - 1)].rules.append(rule)
        case 1: model.agreements[maker.number(0...model.agreements.count - 1)].rules.append(rule)
        default: model.agencies[maker.number(0...model.agencies.count - 1)].rules.append(rule)
        }
        return model
    }

    @Test func `a forbid never permits more, and a require only tightens`() throws {
        var maker = Maker(.announced(fallback: 20_261_128))
        for round in 0..<Self.folders {
            let model = maker.model()
            let (_, before) = try load(model)
            let rule = maker.rule("added", round % 2 == 0 ? "forbid" : "require")
            let (_, after) = try load(add(rule, to: model, &maker))
            for _ in 0..<Self.requests {
                let request = try read(maker.request(model), before)
                let old = try before.decide(request)
                let new = try after.decide(request)
                #expect(rank(new.outcome) >= rank(old.outcome), "\(rule)")
                if new.outcome == .refuse { continue }
                for item in old.obligations.items {
                    let stricter = try #require(
                        new.obligations.items.first { $0.obligation.kind == item.obligation.kind }
                    )
                    #expect(stricter.obligation.isAtLeastAsStrict(as: item.obligation))
                }
            }
        }
    }

    @Test func `knowing less never turns a refusal into a permit`() throws {
        var maker = Maker(.announced(fallback: 20_261_129))
        let optional = ["case", "offence", "question", "hit", "record"]
        for _ in 0..<Self.folders {
            var model = maker.model()
            // `known` asks for the absence itself; unknown names and days of expiry refuse by being there.
            for index in model.laws.indices {
                model.laws[index].rules = model.laws[index].rules.filter(\.asksNoPresence)
            }
            for index in model.agencies.indices {
                model.agencies[index].rules = model.agencies[index].rules.filter(\.asksNoPresence)
            }
            for index in model.agreements.indices {
                model.agreements[index].rules = model.agreements[index].rules.filter(\.asksNoPresence)
            }
            let (_, policies) = try load(model)
            for _ in 0..<Self.requests {
                let full = maker.request(model)
                let old = try policies.decide(read(full, policies))
                guard old.outcome == .refuse,
                    !old.reasons.contains(where: {
                        $0.rule.hasPrefix("builtin/unknown") || $0.rule == "builtin/record-expired"
                    })
                else { continue }
                var fewer = optional.filter { full[$0] != nil }.map { full.without($0) }
                for key in ["question", "hit", "record"] {
                    guard case .object(let members)? = full[key] else { continue }
                    for member in members {
                        let part = full[key]?.without(member.key) ?? .null
                        guard case .object(let all) = full else { continue }
                        fewer.append(
                            .object(all.map { $0.key == key ? Value.Member(key: key, value: part) : $0 })
                        )
                    }
                }
                for request in fewer {
                    let new = try policies.decide(read(request, policies))
                    #expect(new.outcome == .refuse, "\(full.json) -> \(request.json)")
                }
            }
        }
    }

    @Test func `the order of files and of rules decides nothing`() throws {
        var maker = Maker(.announced(fallback: 20_261_130))
        for _ in 0..<Self.folders / 2 {
            var model = maker.model()
            let (_, before) = try load(model)
            var requests: [Value] = []
            for _ in 0..<Self.requests { requests.append(maker.request(model)) }
            var random = maker.random
            for index in model.laws.indices { model.laws[index].rules.shuffle(using: &random) }
            for index in model.agencies.indices { model.agencies[index].rules.shuffle(using: &random) }
            for index in model.agreements.indices { model.agreements[index].rules.shuffle(using: &random) }
            let (_, sorted) = try load(model)
            let after = PolicySet(
                agencies: sorted.agencies.values.shuffled(using: &random),
                jurisdictions: sorted.jurisdictions.values.shuffled(using: &random),
                agreements: sorted.agreements.values.shuffled(using: &random),
                offences: sorted.offences.values.shuffled(using: &random),
                instruments: sorted.instruments,
                groups: sorted.groups,
                extraFields: sorted.extraFields.shuffled(using: &random)
            )
            for request in requests {
                let old = try before.decide(read(request, before))
                let new = try after.decide(read(request, after))
                #expect(old.outcome == new.outcome)
                #expect(Set(old.reasons.map(\.rule)) == Set(new.reasons.map(\.rule)))
                #expect(old.obligations.items.map(\.obligation) == new.obligations.items.map(\.obligation))
            }
        }
    }
}

extension ModelRule {
    fileprivate var asksNoPresence: Bool { !(when?.asksPresence ?? false) && !(unless?.asksPresence ?? false) }
}

extension Clause {
    fileprivate var asksPresence: Bool {
        switch self {
        case .all(let parts), .any(let parts): parts.contains(where: \.asksPresence)
        case .not(let part): part.asksPresence
        case .known: true
        case .test: false
        }
    }
}

extension Obligation {
    fileprivate func isAtLeastAsStrict(as other: Obligation) -> Bool {
        switch (self, other) {
        case (.approvals(let new), .approvals(let old)): new >= old
        case (.authorisation(let new), .authorisation(let old)): Set(new).isSuperset(of: old)
        case (.deadlineHours(let new), .deadlineHours(let old)): new <= old
        case (.retentionDays(let new), .retentionDays(let old)): new <= old
        case (.quota(let new), .quota(let old)):
            old.allSatisfy { old in
                new.contains { $0.per == old.per && $0.period == old.period && $0.keys <= old.keys }
            }
        case (.fields(let new), .fields(let old)): Set(new).isSubset(of: old)
        case (.handling(let new), .handling(let old)): new >= old
        case (.onward(let new), .onward(let old)): new.rank >= old.rank
        case (.notify(let new), .notify(let old)): Set(new).isSuperset(of: old)
        case (.retrieval(let new), .retrieval(let old)): Set(new).isSubset(of: old)
        case (.bucketMinimum(let new), .bucketMinimum(let old)): new >= old
        default: false
        }
    }
}
