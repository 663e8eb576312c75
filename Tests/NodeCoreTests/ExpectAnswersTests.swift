// Ask before you ask: what a dry run expects of each peer, by which lines, and that it is what then happens.
import Foundation
import NodeCore
import NodeTesting
import Testing

@Suite struct ExpectAnswersTests {
    private static func forbid(sides: String) -> String {
        """
          - id: closed
            effect: forbid
            stages: [question]
            sides: [\(sides)]
            source: TREATY Art. 2
            because: {en: No more questions.}

        """
    }

    private func expected(_ pair: Pair, _ fields: [String: String] = People.youssef) async throws -> PeerOutlook {
        let sent = Sent()
        let report = try await pair.asker.node.ask(
            Pair.question(.fields(fields)),
            dryRun: true,
            by: nil,
            through: sent.recording(pair.peers)
        ) { _ in }
        #expect(await sent.requests.isEmpty)
        let live = try await pair.asker.node.expect(Pair.question(.fields(fields)), by: nil)
        #expect(live == report.expected)
        return try #require(report.expected?.first)
    }

    /// Both nodes hold the same policies; what is expected, and what happens when it is asked.
    private func compare(
        _ policies: TestPolicies,
        _ fields: [String: String] = People.youssef,
        _ body: (PeerOutlook, String) -> Void
    ) async throws {
        try await Pair.with(asker: policies, holder: policies) { pair in
            let expected = try await expected(pair, fields)
            let answer = try await pair.ask(fields)
            body(expected, answer.outcome)
        }
    }

    @Test func anAnswerIsExpectedWithTheLinesThatPermitItAndTheQuotaLeft() async throws {
        let quota = TestPolicies().requiring(
            "quota: [{per: peer, period: day, keys: 300}]",
            sides: "asker, holder",
            in: .agreement
        )
        try await Pair.with(asker: quota, holder: quota) { pair in
            let first = try await expected(pair)
            #expect(first.outcome == .wouldAnswer && first.by == nil && first.home == 0)
            let own = first.rules.filter { $0.side == "asker" }.map(\.rule)
            #expect(own == ["XA/exchange", "shared/exchange", "shared/duty"])
            #expect(first.rules.filter { $0.side == "holder" }.map(\.rule) == ["XB/exchange"] + own.dropFirst())
            let text = try #require(quota.files["agreements/shared.yaml"]).split(
                separator: "\n",
                omittingEmptySubsequences: false
            )
            let line = try #require(first.rules.first { $0.rule == "shared/duty" }?.line)
            #expect(text[line - 1].contains("- id: duty"))
            func left(_ outlook: PeerOutlook, _ side: String) -> Int? {
                outlook.quotas.first { $0.side == side && $0.keys == 300 }?.left
            }
            #expect(left(first, "asker") == 300 && left(first, "holder") == 300)
            let count = try await pair.keyCount(People.youssef)
            #expect(try await pair.ask(People.youssef).outcome == "hits")
            let second = try await expected(pair)
            #expect(left(second, "asker") == 300 - count && left(second, "holder") == 300 - count)
            // The dry runs cost nothing, and the quota is what stops the last question.
            var asked = count
            while asked + count <= 300 {
                #expect(try await pair.ask(People.youssef).outcome == "hits")
                asked += count
            }
            let last = try await expected(pair)
            #expect(last.outcome == .expectedRefusal && last.by == "asker" && last.reason.contains("quota"))
            #expect(try await pair.ask(People.youssef).outcome == "refused")
        }
    }

    @Test func aRefusalIsExpectedOfThePeerByTheSharedAgreement() async throws {
        try await compare(TestPolicies().adding(Self.forbid(sides: "holder"), to: .agreement)) { expected, outcome in
            #expect(expected.outcome == .expectedRefusal && expected.by == "holder" && outcome == "refused")
            let rule = expected.rules.first { $0.rule == "shared/closed" }
            #expect(
                rule?.side == "holder" && rule?.file == "agreements/shared.yaml" && rule?.text == "No more questions."
            )
            #expect(expected.reason == "No more questions. (shared/closed)")
        }
    }

    @Test func ourOwnRefusalIsExpectedFirst() async throws {
        try await compare(TestPolicies().adding(Self.forbid(sides: "asker"), to: .jurisdiction("XA"))) {
            #expect($0.outcome == .expectedRefusal && $0.by == "asker" && $1 == "refused")
            #expect($0.rules.map(\.rule) == ["XA/closed"] && $0.quotas.isEmpty)
        }
    }

    @Test func aMissingPermitSaysWhatItLacked() async throws {
        let index = """
              - id: index
                effect: permit
                stages: [index]
                source: TREATY Art. 1
                because: {en: The index stands.}

            """
        let narrow = TestPolicies().replacing(
            "    stages: [question, index]\n    source: TREATY Art. 1\n",
            with: "    stages: [question]\n    when: {purpose: prosecute}\n    source: TREATY Art. 1\n",
            in: .agreement
        ).adding(index, to: .agreement)
        try await compare(narrow) { expected, outcome in
            #expect(expected.outcome == .expectedRefusal && outcome == "refused")
            let lacks = expected.rules.first { $0.rule == "builtin/no-permit-agreement" }?.lacks ?? []
            #expect(lacks.contains { $0.contains("shared/exchange") && $0.contains("investigate") })
        }
    }

    @Test(arguments: ["asker", "holder"])
    func whatWouldBeHeldSaysWhere(side: String) async throws {
        try await compare(TestPolicies().requiring("approvals: 2", sides: side, in: .agreement)) { expected, outcome in
            #expect(expected.outcome == .wouldBeHeld && expected.by == side && outcome == "held")
            #expect(expected.reason.contains("needs 2"))
        }
    }

    @Test func aPeersPrivateRuleIsNotKnown() async throws {
        let closed = TestPolicies().adding(Self.forbid(sides: "holder"), to: .agency("bravo"))
        try await Pair.with(holder: closed) { pair in
            let expected = try await expected(pair)
            let answer = try await pair.ask(People.youssef)
            #expect(expected.outcome == .wouldAnswer && answer.outcome == "refused")
        }
    }
}
