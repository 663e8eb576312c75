// A decision of the past, explained under the rules of its day: on either side, of a question and of a disclosure, permitted
// or refused; and what is left of it once its facts are erased.
import AuditLog
import CanonicalJSON
import Foundation
import NodeTesting
import PolicyEngine
import Testing

@testable import NodeCore
@testable import Vault

@Suite struct PastDecisionTests {
    private static let forbid = """
          - id: closed
            effect: forbid
            stages: [question]
            source: TREATY Art. 2
            because: {en: Nothing is exchanged any more.}

        """
    private static let closed = TestPolicies.disclosing().adding(forbid, to: .agreement)

    /// The decisions, each with its explanations.
    private func explained(
        _ node: TestNode,
        _ id: String
    ) async throws -> [(decision: PastDecision, explanations: [Explanation])] {
        try await node.node.pastDecisions(id, by: "jonas").map { decision in
            guard case .known(let explanations, _) = decision.facts else {
                Issue.record("\(decision.facts)")
                return (decision, [])
            }
            return (decision, explanations)
        }
    }

    private func withOfficers(_ body: (Disclosures) async throws -> Void) async throws {
        try await Disclosures.with { it in
            for node in [it.asker, it.holder] { _ = try await node.addUser("jonas", roles: ["officer"], by: nil) }
            try await body(it)
        }
    }

    @Test func aQuestionIsExplainedOnBothSidesUnderTheRulesOfItsDay() async throws {
        try await withOfficers { it in
            let pair = it.pair
            let digest = pair.holder.node.policyDigest
            it.clock.advance(seconds: 3 * 86_400)
            for node in [pair.asker, pair.holder] {
                guard case .activated = try await node.activate(Self.closed) else {
                    Issue.record("sound policies")
                    return
                }
            }
            let refused = try await pair.ask(People.youssef)
            #expect(refused.outcome == "refused")
            for (node, side) in [(pair.asker, Side.asker), (pair.holder, .holder)] {
                let past = try await explained(node, it.hit.id)
                #expect(past.map(\.decision.digest) == [digest] && past.map(\.decision.side) == [side])
                let explanation = try #require(past.first?.explanations.first)
                #expect(explanation.decision.outcome == .permit && explanation.decision.stage == .question)
                #expect(explanation.decision.at.description == "2026-03-02T09:00:00Z")
                #expect(!explanation.rules.contains { $0.rule.name == "shared/closed" })
            }
            // What our own rules refused is kept as well, under the rules of today.
            let denied = try await explained(pair.asker, refused.id)
            let explanation = try #require(denied.first?.explanations.first)
            #expect(denied.map(\.decision.digest) == [pair.asker.node.policyDigest])
            #expect(explanation.decision.outcome == .refuse)
            #expect(explanation.decision.reasons.map(\.rule) == ["shared/closed"])
        }
    }

    @Test func aHolderExplainsWhatItRefused() async throws {
        let closed = TestPolicies().adding(Self.forbid, to: .agency("bravo"))
        try await Pair.with(holder: closed) { pair in
            _ = try await pair.holder.node.addUser("jonas", roles: ["officer"], by: nil)
            let report = try await pair.ask(People.youssef)
            #expect(report.outcome == "refused")
            let past = try await explained(pair.holder, report.id)
            #expect(past.map(\.decision.peer) == ["alpha"])
            #expect(past.first?.explanations.first?.decision.reasons.map(\.rule) == ["bravo/closed"])
        }
    }

    @Test func whoStaysHomeIsExplainedByTheQuestion() async throws {
        try await Pair.with { pair in
            _ = try await pair.asker.node.addUser("jonas", roles: ["officer"], by: nil)
            let csv = """
                id,full_name,birth_date,subject_category
                s1,Yusuf Sahin,1988-02-11,suspect
                s2,Kerstin Almqvist,1999-12-11,protected_person

                """
            let question = Pair.question(.file(Array(csv.utf8), name: "rows.csv"))
            let report = try await pair.asker.node.ask(question, dryRun: false, by: nil, through: pair.peers) { _ in }
            let past = try await explained(pair.asker, report.query)
            let outcomes = past.flatMap(\.explanations).map { ($0.decision.outcome, $0.decision.reasons.first?.rule) }
            #expect(outcomes.map(\.0) == [.refuse, .permit] && outcomes.first?.1 == "XA/not-asked")
            let settled = past.first?.explanations.first?.rules.first { $0.rule.name == "XA/not-asked" }
            #expect(settled?.findings.last?.value == .set(["protected_person"]))
        }
    }

    @Test func aDisclosureIsExplainedEachTimeItWasDecided() async throws {
        try await withOfficers { it in
            let sent = try await it.request()
            let asked = try await explained(it.pair.asker, sent.id)
            #expect(asked.map { $0.explanations.first?.decision.stage } == [.disclosure])
            let held = try await explained(it.pair.holder, sent.id)
            #expect(held.count == 1 && held.first?.explanations.first?.decision.outcome == .hold)
            _ = try await it.decide(sent.id, .approve)
            let released = try await explained(it.pair.holder, sent.id)
            #expect(released.count == 2)
            #expect(released.allSatisfy { $0.explanations.first?.decision.stage == .disclosure })
        }
    }

    @Test func whatWasErasedSaysSo() async throws {
        try await withOfficers { it in
            let sent = try await it.request()
            for (node, table) in [
                (it.pair.holder, "disclosure"), (it.pair.holder, "received_query"), (it.pair.asker, "peer_query"),
            ] {
                let id = table == "disclosure" ? sent.id : it.hit.id
                #expect(try await explained(node, id).count == 1)
                _ = try await node.node.vault.commit { transaction in
                    try transaction.execute("DELETE FROM \(table)")
                    return ((), [])
                }
                let past = try await node.node.pastDecisions(id, by: "jonas")
                guard past.count == 1, case .erased = past[0].facts else {
                    Issue.record("\(table): \(past.map(\.facts))")
                    continue
                }
            }
        }
    }

    @Test func onlyOfficersAndApproversLookAndEachLookIsAnEntry() async throws {
        try await withOfficers { it in
            let refused = await #expect(throws: NodeProblem.self) {
                try await it.holder.pastDecisions(it.hit.id, by: "operator")
            }
            #expect(refused?.kind == .refused)
            _ = try await it.holder.pastDecisions(it.hit.id, by: "lena")
            let unknown = await #expect(throws: NodeProblem.self) {
                try await it.holder.pastDecisions("nothing", by: "jonas")
            }
            #expect(unknown?.kind == .usage)
            let reads = try await it.pair.holder.closedLeaves().named("audit.read")
            #expect(reads.map { $0.data["count"]?.integer } == [1, 0])
            #expect(reads.map(\.actor.role) == [.approver, .officer])
        }
    }
}
