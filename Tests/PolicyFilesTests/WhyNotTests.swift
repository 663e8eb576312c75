// "Why not?": of a permit that is missing, every condition that it lacked, in words, and none that it had.
import Foundation
import PolicyEngine
import Testing

@testable import PolicyFiles

@Suite("why not") struct WhyNotTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var conditions: String
        /// JSON members that replace those of the plain question.
        var request = ""
        var lacks: [String]
        var testDescription: String { conditions }
    }

    static let cases = [
        Case(
            conditions: "stages: [question], when: {purpose: [prosecute, asylum]}",
            lacks: ["the purpose: investigate, where one of prosecute, asylum is needed"]
        ),
        Case(
            conditions: "stages: [question], when: {offence.penalty_holder: {at_least: 12}}",
            lacks: [
                "the longest custody for the offence at the holder (months): not known, where at least 12 is needed"
            ]
        ),
        Case(
            conditions: "stages: [question], when: {offence.penalty_asker: {at_least: 36}}",
            request: #""offence": "smuggling""#,
            lacks: ["the longest custody for the offence at the asker (months): 24, where at least 36 is needed"]
        ),
        Case(
            conditions: "stages: [question], when: {asker.groups: {any_of: [PARTIES]}}",
            lacks: ["the groups of the asker's country: none, where any of PARTIES is needed"]
        ),
        Case(
            conditions: "stages: [question], when: {all: [{urgency: urgent}, {purpose: investigate}, {known: case}]}",
            lacks: ["the urgency: normal, where urgent is needed", "the case reference is not given and is needed"]
        ),
        Case(
            conditions: "stages: [question], when: {any: [{legal_basis: OTHER}, {key_count: {at_most: 64}}]}",
            lacks: [
                "the legal basis: TREATY, where OTHER is needed",
                "the number of match keys: 192, where at most 64 is needed",
            ]
        ),
        Case(
            conditions: #"stages: [question], when: {time.clock: {from: "22:00", until: "06:00"}}"#,
            lacks: [
                "the time of day where the decision is made: 09:00, where from 22:00 until before 06:00 is needed"
            ]
        ),
        Case(
            conditions: "stages: [question], when: {urgency: urgent}, unless: {key_kinds: {any_of: [phone]}}",
            lacks: [
                "the urgency: normal, where urgent is needed",
                "the kinds of identifier asked with: name, phone, where any of phone is excluded",
            ]
        ),
        Case(conditions: "stages: [index]", lacks: ["it is not for this stage"]),
        Case(conditions: "stages: [question], sides: [asker]", lacks: ["it is not for this side"]),
        Case(conditions: "stages: [question], valid: {until: 2025-12-31}", lacks: ["it is not valid on this day"]),
    ]

    @Test(arguments: cases) func everythingAPermitLackedIsSaid(_ item: Case) throws {
        let cited = "source: TREATY Art. 1, because: {en: Parties answer each other.}"
        func law(_ id: String, _ groups: String, _ rule: String) -> String {
            "format: 1\nid: \(id)\nname: {en: A}\n\(groups)rules:\n  - {id: p, effect: permit, \(rule), \(cited)}\n"
        }
        func agency(_ id: String, _ law: String) -> String {
            "format: 1\nid: \(id)\nname: {en: A}\njurisdiction: \(law)\nkind: police\n"
        }
        let loaded = PolicyFolder.load(
            files: [
                "vocabulary.yaml": "format: 1\ngroups: {PARTIES: P}\ninstruments: {TREATY: T, OTHER: O}\n",
                "offences/core.yaml": "format: 1\noffences: {smuggling: {name: {en: S}, source: TREATY Art. 2, "
                    + "penalties: {XA: 24, XB: 60}}}\n",
                "jurisdictions/XA.yaml": law("XA", "", "stages: [question]"),
                "jurisdictions/XB.yaml": law("XB", "groups: [PARTIES]\n", item.conditions),
                "agencies/alpha.yaml": agency("alpha", "XA"), "agencies/bravo.yaml": agency("bravo", "XB"),
                "agreements/shared.yaml": "format: 1\nid: shared\nname: {en: S}\nparties: [alpha, bravo]\n"
                    + "valid: {from: 2025-01-01}\nscope: {purposes: [investigate], legal_bases: [TREATY], "
                    + "key_kinds: [name, phone]}\n"
                    + "rules:\n  - {id: e, effect: permit, stages: [question], \(cited)}\n",
            ].mapValues { Array($0.utf8) }
        )
        let policies = try #require(loaded.policies, "\(loaded.problems)")
        let text = """
            {"stage": "question", "at": "2026-03-02T09:00:00Z", "asker": "alpha", "holder": "bravo",
            "agreement": "shared", "purpose": "investigate", "legal_basis": "TREATY", "urgency": "normal",
            "key_kinds": ["name", "phone"], "key_count": 192\(item.request.isEmpty ? "" : ", ")\(item.request)}
            """
        let now = Moment(seconds: 1_772_442_000)
        let read = RequestFile.read(Array(text.utf8), name: "request", policies: policies, now: now)
        let explanation = try policies.explain(try #require(read.request, "\(read.problems)"))
        let permits = try #require(explanation.missingPermits(of: .jurisdiction))
        #expect(permits.map(\.rule.name) == ["XB/p"] && permits[0].lacks == item.lacks, "\(permits[0].lacks)")
        #expect(explanation.missingPermits(of: .agreement) == nil)
    }
}
