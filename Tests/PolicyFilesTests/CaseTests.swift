/// Expected decisions: how `common` underlies a request, how a case fails, and the JSON of a decision.

import PolicyEngine
import PolicyFiles
import Testing

@Suite struct CaseTests {
    private func cases(_ text: String) throws -> (LoadedPolicies, [PolicyCase]) {
        let loaded = try PolicyFolder.load(path: Folders.example)
        let (cases, problems) = loaded.readCases(Array(text.utf8), name: "more.yaml")
        try #require(problems.map(\.description) == [])
        return (loaded, cases)
    }

    private static let common = """
        format: 1
        common:
          asker: xa-border
          holder: xb-coast
          agreement: xa-xb-smuggling
          purpose: investigate
          legal_basis: UN-SOM
          offence: smuggling_of_migrants
          urgency: normal
          key_kinds: [phone]
          key_count: 8
          fields: [phone]
          hit: {score: 90, confirmed: true}
          record: {subject: [suspect], handling: H0, originator: xb-coast}
        cases:

        """

    @Test func `common underlies key by key, less what the stage lacks`() throws {
        let (_, cases) = try cases(
            Self.common + """
                  - {name: a, at: 2026-03-02T09:00:00Z, request: {stage: index, record: {handling: H1}}, expect: {decision: permit}}
                  - {name: b, at: 2026-03-02T09:00:00Z, request: {stage: disclosure, hit: {confirmed: false}}, expect: {decision: hold}}
                """
        )
        #expect(cases[0].request.record == RecordFacts(subject: [.suspect], handling: .h1, originator: "xb-coast"))
        #expect(cases[0].request.purpose == nil)
        #expect(cases[0].request.hit == nil)
        #expect(cases[1].request.hit == HitFacts(score: 90, confirmed: false))
        #expect(cases[1].request.record?.handling == .h0)
        #expect(cases[1].request.keyCount == nil)
    }

    @Test(arguments: [
        ("{decision: permit}", 0), ("{decision: refuse}", 1), ("{decision: permit, reasons: [XB/exchange]}", 0),
        ("{decision: permit, reasons: [XB/minors, XB/exchange]}", 1),
        (
            "{decision: permit, obligations: {quota: [{per: analyst, period: hour, keys: 200}, {per: peer, period: day, keys: 5000}]}}",
            0
        ),
        ("{decision: permit, obligations: {quota: [{per: peer, period: day, keys: 5000}]}}", 1),
        ("{decision: hold, reasons: [XB/minors], obligations: {approvals: 1, notify: [europol]}}", 4),
    ])
    func `a case fails on each thing that differs`(expect: String, failures: Int) throws {
        let (loaded, cases) = try cases(
            Self.common + "  - {name: a, at: 2026-03-02T09:00:00Z, request: {stage: question}, expect: \(expect)}\n"
        )
        #expect(cases[0].failures(in: try #require(loaded.policies)).count == failures)
    }

    @Test func `a decision is printed as the page has it`() throws {
        let (loaded, cases) = try cases(
            Self.common + """
                  - {name: a, at: 2026-03-02T09:00:00Z, request: {stage: index, record: {handling: H3}}, expect: {decision: refuse}}
                  - {name: b, at: 2026-03-02T09:00:00Z, request: {stage: retention, side: asker}, expect: {decision: permit}}
                """
        )
        let policies = try #require(loaded.policies)
        let refused = OrderedJSON(try policies.decide(cases[0].request), lang: "en", policyDigest: "00")
        #expect(
            refused.compact
                == #"{"decision":"refuse","reasons":[{"rule":"xa-xb-smuggling/no-h3","effect":"forbid","source":"#
                + #""XA-XB-2025 Art. 9","text":"Records with special restrictions stay out of this exchange.","#
                + #""peer_text":null}],"obligations":[],"side":"holder","stage":"index","#
                + #""at":"2026-03-02T09:00:00Z","policy_digest":"00"}"#
        )
        let kept = OrderedJSON(try policies.decide(cases[1].request), lang: "en", policyDigest: "00").compact
        #expect(
            kept.contains(
                #""obligations":[{"type":"retention_days","value":180,"rules":["XA/storage-limit","xa-xb-smuggling/keep"]}]"#
            )
        )
    }
}
