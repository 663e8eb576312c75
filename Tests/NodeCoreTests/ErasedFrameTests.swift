// Erasing by the clock: what a frame keeps, that nothing which cannot be read keeps anything else, and what becomes of a
// release that nobody fetched when rules change or its time ends.
import AuditLog
import CanonicalJSON
import Casework
import Foundation
import NodeTesting
import PolicyEngine
import Testing

@testable import NodeCore
@testable import Vault

@Suite struct ErasedFrameTests {
    private static func law(_ obligations: String) -> TestPolicies {
        TestPolicies.disclosing().requiring(obligations, at: "disclosure", sides: "holder", in: .jurisdiction("XB"))
    }

    private static let records = """
        id,full_name,birth_date,phone,subject_category,handling,originator,expires,consent
        b1,Youssef Chahine,1988-02-11,+491512441001,suspect,H1,bravo,,given

        """

    /// Reads the consent when it decides whether data may be kept.
    private static func keeping(_ effect: String, in place: TestPolicies.Place, of policies: TestPolicies)
        -> TestPolicies
    {
        let condition = effect == "permit" ? "" : "    when:\n      not: {record.consent: given}\n    tell: nothing\n"
        return policies.adding(
            """
              - id: keep-\(effect)
                effect: \(effect)
                stages: [retention]
                sides: [asker]
            \(condition)    source: TREATY Art. 9
                because: {en: A rule of the test.}

            """,
            to: place
        )
    }

    private func minute(_ it: Disclosures) async throws {
        for node in [it.asker, it.holder] { try await node.followDeadlines() }
    }

    private func approve(_ id: String, _ it: Disclosures, stating stated: [String: String] = [:]) async throws -> String
    {
        try await it.holder.decideDisclosure(
            id,
            .approve,
            stating: stated,
            by: "lena",
            through: it.pair.network.peers(of: it.pair.holder)
        ).state
    }

    private func sent(_ id: String, _ it: Disclosures) async throws -> (row: StoredDisclosure, file: SentFile) {
        let row = try #require(try await it.asker.vault.read { try $0.disclosure(.asker, peer: "bravo", id: id) })
        return (row, try it.asker.sentFile(row))
    }

    private func held(_ id: String, _ it: Disclosures) async throws -> HeldFile {
        let row = try #require(try await it.holder.vault.read { try $0.disclosure(.holder, peer: "alpha", id: id) })
        return try it.holder.heldFile(row)
    }

    @Test func aFrameKeepsNeitherFactsNorWords() async throws {
        try await Disclosures.with(Self.law("retention_days: 30, authorisation: [court]")) { it in
            for node in [it.asker, it.holder] { _ = try await node.addUser("jonas", roles: ["officer"], by: nil) }
            let id = try await it.request().id
            #expect(try await approve(id, it, stating: ["court": "4 Gs 117/26"]) == "released")
            it.tick()
            #expect(try await it.receive(id).state == "received")
            it.clock.advance(seconds: 31 * 86_400)
            try await minute(it)
            for node in [it.asker, it.holder] {
                let past = try await node.pastDecisions(id, by: "jonas")
                let areErased = past.allSatisfy { if case .erased = $0.facts { true } else { false } }
                #expect(!past.isEmpty && areErased)
            }
            let (ours, theirs) = (try await sent(id, it).file, try await held(id, it))
            #expect(ours.erased != nil && ours.handle == "" && ours.subject == "" && ours.caseReference == nil)
            #expect(theirs.erased != nil && theirs.handle == "" && theirs.record == nil)
            let approval = try #require(theirs.request.approvals.first)
            #expect(approval.person == "lena")
            #expect(approval.authorisations == [Authorisation(kind: "court", reference: "")])
        }
    }

    @Test func whatCannotBeReadKeepsNothingPastItsLastDay() async throws {
        try await Disclosures.with(Self.law("retention_days: 30")) { it in
            let id = try await it.request().id
            _ = try await approve(id, it)
            it.tick()
            #expect(try await it.receive(id).state == "received")
            _ = try await it.asker.change(try await sent(id, it).row) { file in
                file.received?.recordBox = Data([1, 2, 3])
                return []
            }
            _ = try await it.holder.vault.commit { (try $0.execute("UPDATE record SET box = x'00'"), []) }
            it.clock.advance(seconds: 31 * 86_400)
            let late = await it.asker.examine().checks.first { $0.name == "erasing" }
            #expect(late?.text.contains(id) == true, "past its last day, and nobody erased it yet")
            try await minute(it)
            #expect(try await sent(id, it).file.erased?.ground == "retention")
            #expect(try await held(id, it).erased?.ground == "retention")
            #expect(await it.asker.examine().checks.allSatisfy { $0.name != "erasing" })
        }
    }

    @Test func whatNobodyAnswersGoesToo() async throws {
        try await Disclosures.with { it in
            let id = try await it.request().id
            it.clock.advance(seconds: 400 * 86_400)
            try await it.asker.followDeadlines()
            let (row, file) = try await sent(id, it)
            #expect(!row.isOpen && file.erased != nil && file.request.state == .failed(because: ""))
        }
    }

    @Test func peopleWhomStricterRulesWantAreWantedUntilItIsFetched() async throws {
        try await Disclosures.with { it in
            let id = try await it.request().id
            #expect(try await approve(id, it) == "released")
            let stricter = Self.law("authorisation: [court]")
            guard case .activated = try await it.pair.holder.activate(stricter) else {
                Issue.record("sound policies")
                return
            }
            it.tick()
            #expect(try await it.receive(id).state == "deciding")
            let seen = try await it.holder.disclosure(id, by: "lena")
            #expect(seen.state == "held" && seen.authorisations == ["court"])
            #expect(try await approve(id, it, stating: ["court": "4 Gs 117/26"]) == "released")
            it.tick()
            #expect(try await it.receive(id).state == "received")
        }
    }

    @Test func stricterTermsReachWhatIsSealedAndNotFetched() async throws {
        try await Disclosures.with { it in
            let id = try await it.request().id
            #expect(try await approve(id, it) == "released")
            let stricter = Self.law("handling: H2, fields: [full_name], retention_days: 3")
            guard case .activated = try await it.pair.holder.activate(stricter) else {
                Issue.record("sound policies")
                return
            }
            it.tick()
            #expect(try await it.receive(id).state == "received")
            let received = try #require(try await sent(id, it).file.received)
            #expect(received.fields == ["full_name"] && received.handling == "H2")
            #expect(received.retention == "2026-03-05")
            let entries = try await it.pair.holder.closedLeaves().named("disclosure.released")
            #expect(entries.map { $0.text("handling") } == ["H1", "H2"])
        }
    }

    @Test func aReleaseErasedBeforeItWasFetchedIsAsSilentAsNone() async throws {
        try await Disclosures.with(Self.law("retention_days: 1")) { it in
            let id = try await it.request().id
            #expect(try await approve(id, it) == "released")
            it.clock.advance(seconds: 2 * 86_400)
            try await it.holder.followDeadlines()
            #expect(try await held(id, it).erased != nil)
            #expect(try await it.receive(id).state == "deciding")
            it.clock.advance(seconds: 7 * 86_400)
            #expect(try await it.receive(id).state == "nothing")
        }
    }

    @Test(arguments: [[], ["consent"]])
    func whatIsKeptBackDoesNotTravelAsAFact(withheld: [String]) async throws {
        let policies = Self.keeping("forbid", in: .jurisdiction("XA"), of: .disclosing())
        try await Disclosures.with(policies, records: Self.records) { it in
            let id = try await it.request().id
            let peers = it.pair.network.peers(of: it.pair.holder)
            _ = try await it.holder.decideDisclosure(
                id,
                .approve,
                keepingBack: withheld,
                by: "lena",
                through: peers
            )
            it.tick()
            #expect(try await it.receive(id).state == "received")
            let received = try #require(try await sent(id, it).file.received)
            #expect((received.recordBox == nil) == !withheld.isEmpty)
            for (node, event) in [(it.pair.holder, "disclosure.released"), (it.pair.asker, "disclosure.received")] {
                let entry = try #require(try await node.closedLeaves().named(event).first)
                let fields = entry.data["fields"]?.array?.compactMap(\.string) ?? []
                #expect(fields.contains("consent") == withheld.isEmpty)
            }
        }
    }

    @Test func erasingTellsWhomARuleNames() async throws {
        var policies = Self.law("retention_days: 30")
            .requiring("notify: [originator]", at: "retention", sides: "asker", in: .jurisdiction("XA"))
        for place in [TestPolicies.Place.jurisdiction("XA"), .agreement] {
            policies = Self.keeping("permit", in: place, of: policies)
        }
        try await Disclosures.with(policies) { it in
            let id = try await it.request().id
            _ = try await approve(id, it)
            it.tick()
            #expect(try await it.receive(id).state == "received")
            try await minute(it)
            #expect(try await it.asker.notices(waiting: false).notices.isEmpty)
            it.clock.advance(seconds: 31 * 86_400)
            try await minute(it)
            let told = try await it.asker.notices(waiting: false).notices
            #expect(told.map(\.event) == ["erased"] && told.map(\.about) == [id])
            #expect(told.map(\.recipient) == ["originator"])
        }
    }

    @Test(arguments: ["  ", "\u{85}", "-", "\u{200B}", "4 Gs\u{9B}117"])
    func aReferenceThatSaysNothingIsRefused(reference: String) {
        #expect(throws: NodeProblem.self) { try Node.authorisations(["court": reference]) }
    }

    // MARK: Rows

    @Test func anErasureIsCompleteByTheDropOfItsOwnKey() async throws {
        try await Pair.with { pair in
            func row(_ id: String) -> StoredDisclosure {
                StoredDisclosure(
                    side: .asker,
                    peer: "bravo",
                    id: id,
                    created: 0,
                    deadline: nil,
                    isOpen: false,
                    box: [0]
                )
            }
            let (one, two, three, key) = (row("one"), row("two"), row("three"), "retention/2026-03")
            _ = try await pair.asker.node.vault.commit { transaction in
                try transaction.markErased(one, key: key, at: 100)
                try transaction.markDropped(key: key, at: 100)
                // Its name is in use again.
                try transaction.markErased(two, key: key, at: 200)
                #expect(try transaction.completeErasures(before: 1_000, at: 1_000) == ["one"])
                try transaction.markErased(three, key: key, at: 100)
                try transaction.markMade(key: key)
                #expect(try transaction.completeErasures(before: 1_000, at: 1_000) == [])
                try transaction.markDropped(key: key, at: 300)
                #expect(try transaction.completeErasures(before: 1_000, at: 1_000) == ["three", "two"])
                return ((), [])
            }
        }
    }

    @Test func whatHappensUnderTwoAgreementsIsToldForEach() async throws {
        try await Pair.with { pair in
            let vault = pair.holder.node.vault
            let told = try await vault.commit { transaction in
                for (id, agreement) in [("1", "one"), ("2", "two"), ("3", "two")] {
                    try transaction.storeOnce(
                        StoredNotice(
                            id: id,
                            recipient: "originator",
                            event: "index-published",
                            about: "epoch 1 version 1",
                            agreement: agreement,
                            peer: "alpha",
                            rules: [],
                            created: 0
                        )
                    )
                }
                return (try transaction.notices(waiting: true, limit: 10).map(\.id), [])
            }.value
            #expect(Set(told) == ["1", "2"])
        }
    }

    @Test func aVaultOfTheVersionBeforeKeepsThePoliciesInForce() async throws {
        try await Pair.with { pair in
            let digest = pair.holder.node.policyDigest
            _ = try await pair.holder.node.vault.commit { transaction in
                for table in ["decision", "policy_activation"] { try transaction.execute("DROP TABLE \(table)") }
                for place in ["peer_query", "received_query", "disclosure"] {
                    try transaction.execute("DROP TRIGGER decision_of_\(place)")
                }
                try transaction.execute("DELETE FROM grdb_migrations WHERE identifier = 'v8 policies'")
                try transaction.execute("INSERT INTO setting VALUES ('policy-digest', '\(digest)')")
                return ((), [])
            }
            let again = try await pair.holder.reopened()
            #expect(again.node.policyDigest == digest)
            #expect(try await again.node.vault.read { try $0.activation()?.account } == nil)
        }
    }
}
