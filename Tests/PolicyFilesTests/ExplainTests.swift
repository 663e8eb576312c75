/// `explain`: the same decision as `decide`, each rule with the test that settled it, and what a missing permit lacked.

import PolicyEngine
import PolicyFiles
import Testing

@Suite struct ExplainTests {
    private let loaded: LoadedPolicies
    private let policies: PolicySet

    init() throws {
        loaded = try PolicyFolder.load(path: Folders.example)
        policies = try #require(loaded.policies)
    }

    private static let question = """
        {"stage": "question", "side": "asker", "at": "2026-03-02T09:00:00Z", "asker": "xa-border", "holder": "xb-coast",
        "agreement": "xa-xb-smuggling", "purpose": "investigate", "legal_basis": "UN-SOM", "case": "c0ffee",
        "offence": "smuggling_of_migrants", "urgency": "normal", "key_kinds": ["phone"], "key_count": 1}
        """

    private func explain(_ text: String) throws -> Explanation {
        let read = RequestFile.read(Array(text.utf8), name: "r", policies: policies, now: Moment(seconds: 0))
        return try policies.explain(try #require(read.request, "\(read.problems)"))
    }

    @Test func `an explanation never differs from the decision`() throws {
        for path in [Folders.example, Folders.shipped] {
            let loaded = try PolicyFolder.load(path: path)
            let policies = try #require(loaded.policies)
            for item in loaded.cases {
                let explanation = try policies.explain(item.request)
                #expect(explanation.decision == (try policies.decide(item.request)))
                let fired = explanation.rules.filter { $0.fate == .fired }.map(\.rule.name)
                let ownReasons = explanation.decision.reasons.map(\.rule).filter { !$0.hasPrefix("builtin/") }
                #expect(ownReasons.allSatisfy(fired.contains), "\(item.name)")
                if explanation.decision.outcome != .refuse { #expect(ownReasons == fired, "\(item.name)") }
            }
        }
    }

    @Test(arguments: [
        (#""case": "c0ffee","#, "", ["the case reference is not given and is needed"]),
        (
            #""purpose": "investigate""#, #""purpose": "asylum""#,
            [
                "the purpose: asylum, where one of investigate, detect, prosecute, financial_intelligence is needed"
            ]
        ),
    ])
    func `a missing permit says what it lacked`(old: String, new: String, lacks: [String]) throws {
        let explanation = try explain(Self.question.replacing(old, with: new))
        let permit = try #require(explanation.rules.first { $0.rule.name == "XA/may-ask" })
        #expect(permit.lacks == lacks)
        if explanation.decision.reasons.map(\.rule) == ["builtin/no-permit-jurisdiction"] {
            let missing = try #require(explanation.missingPermits(of: .jurisdiction))
            #expect(missing.first?.rule.name == "XA/may-ask")
            #expect(missing.contains { $0.lacks == ["it is not for this side"] })
        } else {
            // A gate refused before any permit was asked for.
            #expect(explanation.missingPermits(of: .jurisdiction) == nil)
        }
        #expect(explanation.missingPermits(of: .agreement) == nil)
    }

    @Test func `each rule says which test settled it, by which value, and where it stands`() throws {
        let explanation = try explain(
            Self.question.replacing(
                #""key_count": 1"#,
                with: #""key_count": 1, "question": {"subject": ["asylum_applicant"], "origin": ["XB", "SY"]}"#
            )
        )
        #expect(explanation.decision.outcome == .refuse)
        let account = try #require(explanation.rules.first { $0.rule.name == "XA/applicant-not-asked-at-home" })
        #expect(account.fate == .fired)
        #expect(account.findings.map(\.attribute) == [.questionSubject, .questionSubject, .holderIsOrigin])
        #expect(account.findings.last?.value == .boolean(true))
        let (file, place) = loaded.location(of: account)
        #expect("\(file):\(place.line):\(place.column)" == "jurisdictions/XA.yaml:17:9")
        let document = loaded.document(explanation, lang: "fr").compact
        #expect(document.hasPrefix(#"{"decision":"refuse","reasons":[{"rule":"XA/applicant-not-asked-at-home""#))
        #expect(
            document.contains(
                #"{"attribute":"holder.is_origin","test":"true","value":true,"holds":"yes"}"#
            )
        )
        #expect(document.contains(#""file":"jurisdictions/XA.yaml","line":17,"column":9,"fired":true"#))
    }

    @Test func `what is not known is told as not known`() throws {
        let explanation = try explain(
            Self.question.replacing(
                #""key_count": 1"#,
                with: #""key_count": 1, "question": {"subject": ["asylum_applicant"]}"#
            )
        )
        let account = try #require(explanation.rules.first { $0.rule.name == "XA/applicant-not-asked-at-home" })
        #expect(account.fate == .fired)
        #expect(account.truth == .unknown)
        #expect(account.findings.map(\.attribute) == [.holderIsOrigin])
        #expect(account.words.hasSuffix("what is not known never helps"))
    }

    @Test func `an outlook has the place of each rule behind it`() throws {
        func outlook(_ text: String) throws -> Outlook {
            let read = RequestFile.read(Array(text.utf8), name: "r", policies: policies, now: Moment(seconds: 0))
            let request = try #require(read.request)
            return try #require(try loaded.outlook(request))
        }
        let permit = try outlook(Self.question)
        #expect(permit.outcome == .permit)
        #expect(
            permit.lines.map { "\($0.reason.rule) \($0.file ?? "-"):\($0.place?.line ?? 0)" } == [
                "XA/may-ask jurisdictions/XA.yaml:7", "xa-xb-smuggling/exchange agreements/xa-xb-smuggling.yaml:27",
                "xa-xb-smuggling/quotas agreements/xa-xb-smuggling.yaml:43",
            ]
        )
        #expect(permit.obligations.quota.count == 2)
        let refusal = try outlook(Self.question.replacing(#""case": "c0ffee","#, with: ""))
        #expect(refusal.outcome == .refuse)
        #expect(refusal.lines.map(\.reason.rule) == ["builtin/no-permit-jurisdiction"])
        #expect(refusal.lines[0].file == nil)
        #expect(refusal.lines[0].lacks.first == "XA/may-ask: the case reference is not given and is needed")
    }

    @Test func `an unknown name asks no rule`() throws {
        let explanation = try explain(Self.question.replacing("xb-coast", with: "xz-coast"))
        #expect(explanation.rules.isEmpty)
        #expect(explanation.decision.reasons.map(\.rule) == ["builtin/unknown-agency"])
    }

    @Test func `every attribute and every test has words`() {
        for attribute in Attribute.allCases { #expect(!attribute.noun.isEmpty) }
        let tests: [PolicyEngine.Test] = [
            .oneOf(["a"]), .oneOf(["a", "b"]), .boolean(false), .clock(from: 1_320, until: 360),
            .number(NumberTest(atLeast: 1, atMost: .max)), .handling(HandlingTest(oneOf: [.h1, .h2])),
            .handling(HandlingTest(atLeast: .h1)), .set(SetTest(anyOf: ["a", "b"], noneOf: ["c"])),
            .set(SetTest(allOf: ["a"], only: ["a", "b"])),
        ]
        #expect(
            tests.map(\.words) == [
                "a", "one of a, b", "false", "from 22:00 until before 06:00", "at least 1 and at most life",
                "one of H1, H2", "at least H1", "any of a, b and none of c", "all of a and nothing but a, b",
            ]
        )
    }
}
