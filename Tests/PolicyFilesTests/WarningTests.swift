/// Every warning at its exact place, and silence where there is nothing to warn of.

import PolicyEngine
import PolicyFiles
import Testing

@Suite struct WarningTests {
    private static let never = "never-fires"

    @Test(arguments: [
        WarningCase(
            code: never,
            law: "- {id: §a, effect: permit, stages: [question], when: {key_count: {at_least: 5, at_most: 4}} …}"
        ),
        WarningCase(
            code: never,
            law:
                "- {id: §a, effect: forbid, stages: [question], when: {purpose: [detect]}, unless: {purpose: [prevent, detect]} …}"
        ),
        WarningCase(code: never, law: "- {id: §a, effect: permit, stages: [index], sides: [asker] …}"),
        WarningCase(
            code: never,
            law: "- {id: §a, effect: permit, stages: [disclosure], when: {hit.score: {at_least: 101}} …}"
        ),
        WarningCase(
            code: never,
            law: "- {id: §a, effect: permit, stages: [index], when: {record.information: {exactly: 5}} …}"
        ),
        WarningCase(
            code: never,
            law:
                "- {id: §a, effect: permit, stages: [index], when: {record.subject: {all_of: [minor], only: [suspect]}} …}"
        ),
        WarningCase(
            code: never,
            law:
                "- {id: §a, effect: permit, stages: [index], when: {not: {known: record.origin}, record.origin: {none_of: [XC]}} …}"
        ),
        WarningCase(
            code: never,
            law:
                "- {id: §a, effect: permit, stages: [question], when: {time.clock: {from: 08:00, until: 12:00}, all: [{time.clock: {from: 12:00, until: 08:00}}]} …}"
        ),
        WarningCase(
            code: never,
            law: "- {id: §a, effect: permit, stages: [question], sides: [asker], when: {asker.jurisdiction: XA} …}"
        ),
        WarningCase(
            code: never,
            law:
                "- {id: §a, effect: permit, stages: [question], sides: [holder], when: {holder.groups: {any_of: [G]}} …}"
        ),
        WarningCase(
            code: never,
            law: "- {id: §a, effect: forbid, stages: [question], when: {not: {known: [purpose, time.clock]}} …}"
        ),
        WarningCase(
            code: never,
            agency: "- {id: §a, effect: forbid, stages: [disclosure], sides: [holder], when: {holder.kind: police} …}"
        ),
        WarningCase(
            code: never,
            agency:
                "- {id: §a, effect: require, stages: [index], when: {not: {holder: beta}}, obligations: {notify: [europol]} …}"
        ),
        WarningCase(code: never, pact: "- {id: §a, effect: permit, stages: [question], when: {purpose: detect} …}"),
        WarningCase(code: never, pact: "- {id: §a, effect: forbid, stages: [question], when: {legal_basis: OTHER} …}"),
        WarningCase(
            code: never,
            pact: "- {id: §a, effect: forbid, stages: [question], when: {key_kinds: {any_of: [iban, wallet]}} …}"
        ),
        WarningCase(
            code: never,
            pact: "- {id: §a, effect: permit, stages: [question], when: {asker: alpha, holder: alpha} …}",
            terms: WarningCase.usual + "askers: [alpha]\n"
        ),
        WarningCase(
            code: never,
            pact: "- {id: §a, effect: permit, stages: [question], when: {asker.kind: customs} …}"
        ),
        WarningCase(
            code: never,
            pact: "- {id: §a, effect: permit, stages: [question], when: {offence.penalty_holder: {at_most: 12}} …}",
            terms: WarningCase.usual.replacing("  key_kinds", with: "  offences: [grave]\n  key_kinds")
        ),
        WarningCase(
            code: never,
            pact: "- {id: §a, effect: forbid, stages: [question], when: {not: {known: offence}} …}",
            terms: WarningCase.usual.replacing("  key_kinds", with: "  offences: [grave]\n  key_kinds")
        ),
        WarningCase(
            code: never,
            pact: "- {id: §a, effect: permit, stages: [onward_transfer] …}",
            terms: WarningCase.usual + "  stages: [question]\n"
        ),
        WarningCase(
            code: never,
            pact: "- {id: §a, effect: permit, stages: [question], valid: {until: 2026-01-31} …}",
            terms: WarningCase.usual.replacing("2026-01-01", with: "2026-02-01"),
            at: "2026-01-31T23:59:59Z"
        ),
    ])
    func `a rule that no request meets`(folder: WarningCase) throws { try folder.check() }

    @Test(arguments: [
        // Not knowing lets a forbid fire.
        "- {id: a, effect: forbid, stages: [index], when: {record.source: A}, unless: {record.source: A}, tell: reason …}",
        "- {id: a, effect: forbid, stages: [index], when: {record.information: {exactly: 5}}, tell: reason …}",
        "- {id: a, effect: require, stages: [question], when: {not: {any: [{known: case}]}}, obligations: {notify: [europol]} …}",
        "- {id: a, effect: permit, stages: [question, index], sides: [holder] …}",
        "- {id: a, effect: permit, stages: [question], when: {key_count: {at_least: 5, at_most: 5}} …}",
        "- {id: a, effect: permit, stages: [question], when: {not: {known: offence}} …}",
        "- {id: a, effect: permit, stages: [index], when: {record.subject: {any_of: [minor], only: [minor, suspect]}} …}",
        "- {id: a, effect: permit, stages: [question], when: {offence.penalty_asker: {at_least: life}} …}",
        "- {id: a, effect: permit, stages: [index], when: {record.age_days: {at_most: -1}} …}",
        "- {id: a, effect: permit, stages: [question], when: {asker.jurisdiction: XA, asker.kind: judicial} …}",
        "- {id: a, effect: permit, stages: [question], when: {key_kinds: {only: [name], none_of: [name]}} …}",
        "- {id: a, effect: permit, stages: [question], when: {time.clock: {from: 22:00, until: 06:00}, all: [{time.clock: {from: 05:59, until: 07:00}}]} …}",
    ])
    func `a rule that some request meets is not warned of`(rule: String) throws {
        try WarningCase(code: Self.never, law: rule).check()
    }

    @Test func `duties outlive the agreement and so do their rules`() throws {
        try WarningCase(
            code: Self.never,
            pact: "- {id: a, effect: permit, stages: [retention], valid: {until: 2026-03-03} …}",
            terms: WarningCase.usual.replacing("2026-01-01", with: "2026-04-01")
        ).check()
    }

    @Test(arguments: [
        WarningCase(
            code: "contradicts",
            law: "- {id: f, effect: forbid, stages: [question, disclosure], sides: [holder] …}",
            pact: "- {id: §p, effect: permit, stages: [question] …}"
        ),
        WarningCase(
            code: "contradicts",
            otherLaw:
                "- {id: f, effect: forbid, stages: [question], when: {purpose: [prosecute, investigate, asylum]} …}",
            pact: "- {id: §p, effect: permit, stages: [question], sides: [asker], when: {known: offence} …}"
        ),
        WarningCase(
            code: "contradicts",
            law: "- {id: f, effect: forbid, stages: [index], when: {record.handling: {at_least: H2}}, tell: nothing …}",
            pact: "- {id: §p, effect: permit, stages: [index], when: {record.handling: H3} …}"
        ),
        WarningCase(
            code: "contradicts",
            law:
                "- {id: f, effect: forbid, stages: [question], valid: {from: 2025-12-31}, unless: {asker.groups: {any_of: [H]}} …}",
            pact: "- {id: §p, effect: permit, stages: [question] …}"
        ),
    ])
    func `a permit that a party's law takes back`(folder: WarningCase) throws { try folder.check() }

    @Test(arguments: [
        // One stage is left.
        WarningCase(
            code: "contradicts",
            law: "- {id: f, effect: forbid, stages: [question] …}",
            pact: "- {id: p, effect: permit, stages: [question, disclosure] …}"
        ),
        // No common side.
        WarningCase(
            code: "contradicts",
            law: "- {id: f, effect: forbid, stages: [question], sides: [holder] …}",
            pact: "- {id: p, effect: permit, stages: [question], sides: [asker] …}"
        ),
        // Two forbids together are not one.
        WarningCase(
            code: "contradicts",
            law: """
                - {id: f, effect: forbid, stages: [question], when: {purpose: investigate} …}
                - {id: g, effect: forbid, stages: [question], when: {purpose: prosecute} …}
                """,
            pact: "- {id: p, effect: permit, stages: [question] …}"
        ),
        // The forbid ends before the agreement does.
        WarningCase(
            code: "contradicts",
            law: "- {id: f, effect: forbid, stages: [question], valid: {until: 2026-06-30} …}",
            pact: "- {id: p, effect: permit, stages: [question] …}"
        ),
        // The party under that law never answers.
        WarningCase(
            code: "contradicts",
            law: "- {id: f, effect: forbid, stages: [question], sides: [holder] …}",
            pact: "- {id: p, effect: permit, stages: [question] …}",
            terms: WarningCase.usual + "askers: [beta]\nholders: [alpha]\n"
        ),
        // At index there is no asker's side on which the forbid could meet the permit.
        WarningCase(
            code: "contradicts",
            law: "- {id: f, effect: forbid, stages: [question, index], sides: [asker] …}",
            pact: "- {id: p, effect: permit, stages: [question, index] …}"
        ),
        WarningCase(
            code: "contradicts",
            law: "- {id: f, effect: forbid, stages: [index], when: {record.handling: {at_least: H2}}, tell: nothing …}",
            pact: "- {id: p, effect: permit, stages: [index], when: {record.handling: {at_least: H1}} …}"
        ),
        WarningCase(
            code: "contradicts",
            pact: "- {id: p, effect: permit, stages: [question] …}",
            agency: "- {id: f, effect: forbid, stages: [question] …}"
        ),
    ])
    func `a permit that is left something is not warned of`(folder: WarningCase) throws { try folder.check() }

    @Test(arguments: [
        WarningCase(
            code: "shadowed",
            law: """
                - {id: a, effect: permit, stages: [question, index] …}
                - {id: §b, effect: permit, stages: [question], when: {known: case} …}
                """
        ),
        WarningCase(
            code: "shadowed",
            law: """
                - {id: §a, effect: forbid, stages: [disclosure], sides: [holder], when: {record.handling: H3}, tell: nothing …}
                - {id: b, effect: forbid, stages: [index, disclosure], when: {record.handling: {at_least: H2}}, tell: nothing …}
                """
        ),
        WarningCase(
            code: "shadowed",
            law: """
                - {id: a, effect: permit, stages: [question], when: {purpose: [investigate, detect]} …}
                - {id: §b, effect: permit, stages: [question], when: {purpose: [detect, investigate]} …}
                - {id: §c, effect: permit, stages: [question], when: {any: [{purpose: detect}, {purpose: investigate}]} …}
                """
        ),
        WarningCase(
            code: "shadowed",
            law: """
                - {id: §a, effect: permit, stages: [index], when: {record.source: [A, B]} …}
                - {id: b, effect: forbid, stages: [index], when: {not: {record.source: X}}, tell: reason …}
                """
        ),
        WarningCase(
            code: "shadowed",
            agency: """
                - {id: a, effect: forbid, stages: [question], when: {key_count: {at_least: 10}} …}
                - {id: §b, effect: forbid, stages: [question], valid: {from: 2030-01-01}, when: {key_count: {at_least: 11}} …}
                """
        ),
        WarningCase(
            code: "shadowed",
            pact: """
                - {id: a, effect: permit, stages: [question], when: {purpose: [investigate, prosecute]} …}
                - {id: §b, effect: permit, stages: [question, onward_transfer], when: {legal_basis: LAW} …}
                """,
            terms: WarningCase.usual + "  stages: [question, index]\n"
        ),
    ])
    func `a rule that another one makes idle`(folder: WarningCase) throws { try folder.check() }

    @Test(arguments: [
        WarningCase(
            code: "shadowed",
            law: """
                - {id: a, effect: permit, stages: [question] …}
                - {id: b, effect: permit, stages: [question, index] …}
                """.replacing(
                    "- {id: a, effect: permit, stages: [question] …}",
                    with: "- {id: a, effect: permit, stages: [question, disclosure] …}"
                )
        ),
        WarningCase(
            code: "shadowed",
            law: """
                - {id: a, effect: permit, stages: [question], sides: [asker] …}
                - {id: b, effect: permit, stages: [question], sides: [holder] …}
                """
        ),
        // Unknown: the forbid fires, the permit did not.
        WarningCase(
            code: "shadowed",
            law: """
                - {id: a, effect: forbid, stages: [index], when: {record.source: A, known: record.basis}, tell: reason …}
                - {id: b, effect: forbid, stages: [index], when: {record.source: A, record.basis: fact}, tell: reason …}
                """
        ),
        WarningCase(
            code: "shadowed",
            law: """
                - {id: a, effect: forbid, stages: [index], when: {record.source: A, known: record.source}, tell: reason …}
                - {id: b, effect: permit, stages: [index], when: {record.source: [A, B]} …}
                """
        ),
        WarningCase(
            code: "shadowed",
            law: """
                - {id: a, effect: require, stages: [question], obligations: {notify: [europol]} …}
                - {id: b, effect: require, stages: [question], obligations: {notify: [europol]} …}
                """
        ),
        WarningCase(
            code: "shadowed",
            law: """
                - {id: a, effect: permit, stages: [question], valid: {from: 2026-01-01} …}
                - {id: b, effect: permit, stages: [question], valid: {from: 2025-12-31, until: 2035-01-01} …}
                """
        ),
        // The same in another file.
        WarningCase(
            code: "shadowed",
            otherLaw: "- {id: a, effect: permit, stages: [question] …}",
            law: "- {id: b, effect: permit, stages: [question] …}"
        ),
        WarningCase(
            code: "shadowed",
            law: """
                - {id: a, effect: permit, stages: [question] …}
                - {id: b, effect: forbid, stages: [question], sides: [holder] …}
                """
        ),
    ])
    func `a rule with something left to say is not warned of`(folder: WarningCase) throws { try folder.check() }

    @Test(arguments: [
        WarningCase(
            code: "expired",
            law: "- {id: §a, effect: permit, stages: [question], valid: {until: 2026-03-01} …}"
        ),
        WarningCase(
            code: "expired",
            terms: WarningCase.usual.replacing("{from: 2026-01-01}", with: "§{from: 2026-01-01, until: 2026-03-01}")
        ),
        WarningCase(
            code: "expired",
            terms: WarningCase.usual.replacing("{from: 2026-01-01}", with: "\n  §from: 2026-01-01\n  until: 2026-03-01")
        ),
        WarningCase(
            code: "expired",
            agency: "- {id: §a, effect: forbid, stages: [question], valid: {from: 2025-01-01, until: 2026-03-02} …}",
            at: "2026-03-02T23:30:00-01:00"
        ),
        WarningCase(
            code: "expired",
            law: "- {id: a, effect: permit, stages: [question], valid: {until: 2026-03-02} …}",
            agency: "- {id: a, effect: forbid, stages: [question], valid: {from: 2030-01-01} …}",
            terms: WarningCase.usual.replacing("{from: 2026-01-01}", with: "{from: 2026-01-01, until: 2026-03-02}"),
            at: "2026-03-02T23:59:59Z"
        ),
    ])
    func `what ended is told from the day after`(folder: WarningCase) throws { try folder.check() }

    @Test(arguments: [
        WarningCase(
            code: "leaks",
            law: "- {id: §a, effect: forbid, stages: [disclosure], when: {record.handling: H3}, tell: nothing …}"
        ),
        WarningCase(
            code: "leaks",
            agency: """
                - {id: §a, effect: forbid, stages: [disclosure, onward_transfer], unless: {record.subject: {only: [suspect]}}, tell: nothing …}
                - {id: b, effect: forbid, stages: [index], when: {record.subject: {any_of: [minor]}}, tell: nothing …}
                """
        ),
        WarningCase(
            code: "leaks",
            pact: "- {id: §a, effect: forbid, stages: [disclosure], when: {asker.is_origin: true}, tell: nothing …}"
        ),
        // Another file's forbid does not help: it may be another country's.
        WarningCase(
            code: "leaks",
            law: "- {id: f, effect: forbid, stages: [index], when: {record.handling: H3}, tell: nothing …}",
            agency: "- {id: §a, effect: forbid, stages: [disclosure], when: {record.handling: H3}, tell: nothing …}"
        ),
        WarningCase(
            code: "leaks",
            law: """
                - {id: §a, effect: forbid, stages: [disclosure], when: {record.handling: H3}, tell: nothing …}
                - {id: b, effect: forbid, stages: [index], valid: {from: 2026-01-01}, when: {record.handling: H3}, tell: nothing …}
                """
        ),
    ])
    func `a forbid whose record would be found first`(folder: WarningCase) throws { try folder.check() }

    @Test(arguments: [
        WarningCase(
            code: "leaks",
            law: "- {id: a, effect: forbid, stages: [index, disclosure], when: {record.handling: H3}, tell: nothing …}"
        ),
        WarningCase(
            code: "leaks",
            law: """
                - {id: a, effect: forbid, stages: [disclosure], when: {record.handling: H3}, tell: nothing …}
                - {id: b, effect: forbid, stages: [index], when: {record.handling: {at_least: H2}}, tell: nothing …}
                """
        ),
        // It reads what exists only later, or nothing of the record.
        WarningCase(
            code: "leaks",
            law:
                "- {id: a, effect: forbid, stages: [disclosure], when: {record.handling: H3, purpose: asylum}, tell: nothing …}"
        ),
        WarningCase(
            code: "leaks",
            law: "- {id: a, effect: forbid, stages: [disclosure], when: {asker.kind: intelligence} …}"
        ),
        WarningCase(
            code: "leaks",
            law: "- {id: a, effect: forbid, stages: [disclosure], when: {hit.score: {at_most: 50}}, tell: nothing …}"
        ),
        // The asker's own limit; nothing is indexed under the agreement.
        WarningCase(
            code: "leaks",
            law:
                "- {id: a, effect: forbid, stages: [disclosure], sides: [asker], when: {record.handling: H3}, tell: nothing …}"
        ),
        WarningCase(
            code: "leaks",
            pact: "- {id: a, effect: forbid, stages: [disclosure], when: {record.handling: H3}, tell: nothing …}",
            terms: WarningCase.usual + "  stages: [question, disclosure]\n"
        ),
        WarningCase(
            code: "leaks",
            law:
                "- {id: a, effect: require, stages: [disclosure], when: {record.handling: H3}, obligations: {approvals: 1} …}"
        ),
    ])
    func `a forbid that tells nothing new is not warned of`(folder: WarningCase) throws { try folder.check() }

    @Test func `a file with an error is not judged, another one is`() throws {
        var folder = WarningCase(
            code: "expired",
            law: "- {id: a, effect: permit, stages: [question], valid: {until: 2026-03-01} …}",
            agency: "- {id: b, effect: forbid, stages: [question], valid: {until: 2026-03-01} …}"
        ).files
        folder["jurisdictions/XB.yaml"]? += "colour: red\n"
        let loaded = PolicyFolder.load(files: folder.mapValues { Array($0.utf8) })
        #expect(
            loaded.findings(at: try #require(Moment("2026-03-02T00:00:00Z"))).map(\.description) == [
                "agencies/beta.yaml:7:10: warning: expired: beta/b ended on 2026-03-01",
                "jurisdictions/XB.yaml:6:1: error: unknown-key: \"colour\" is no key of a jurisdiction",
            ]
        )
    }

    @Test(arguments: [Folders.example, Folders.shipped])
    func `sound folders bring no warning`(path: String) throws {
        let loaded = try PolicyFolder.load(path: path)
        #expect(loaded.findings(at: try #require(Moment("2026-03-02T09:00:00Z"))).map(\.description) == [])
    }
}
