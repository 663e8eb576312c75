// A question that goes on later is decided by the policy of that moment, in full. One whose epoch ended is asked under the
// new one, paid for and told of once, and a kill in between hides nothing.
import AuditLog
import CanonicalJSON
import Foundation
import NodeTesting
import PeerTrust
import PolicyEngine
import Synchronization
import Testing
import Vault
import WireProtocol

@testable import NodeCore

@Suite struct GoesOnTests {
    private static let header = "id,full_name,birth_date,phone,subject_category\n"
    private static let youssef = "a1,Yusuf Sahin,1988-02-11,+49 1512 441001,witness\n"

    private static func forbidding(_ policies: TestPolicies) -> TestPolicies {
        policies.adding(
            """
              - id: no-witness
                effect: forbid
                stages: [question]
                sides: [asker]
                when: {question.subject: {any_of: [witness]}}
                source: TREATY Art. 3
                because: {en: Nobody asks abroad about a witness.}

            """,
            to: .agency("alpha")
        )
    }

    private static func file(_ rows: String) -> Question {
        Pair.question(.file(Array(rows.utf8), name: "rows.csv"))
    }

    private func show(
        _ asker: TestNode,
        _ question: String,
        through reaching: any PeerReaching
    ) async throws -> PeerAnswerReport {
        let report = try await asker.node.question(question, by: TestNode.analyst, through: reaching)
        #expect(report.asked.count == 1)
        return try #require(report.asked.first)
    }

    // MARK: Policy of the moment

    /// A question that its holder held, let go there.
    private func held(_ body: (Pair, _ question: String, _ policies: TestPolicies) async throws -> Void) async throws {
        let policies = TestPolicies.disclosing().requiring("approvals: 1", sides: "holder", in: .jurisdiction("XB"))
        try await Pair.with(asker: policies, holder: policies) { pair in
            _ = try await pair.holder.node.addUser("lena", roles: ["approver"], by: nil)
            let report = try await pair.asker.node.ask(
                Self.file(Self.header + Self.youssef),
                dryRun: false,
                by: nil,
                through: pair.peers
            ) { _ in }
            #expect(report.asked.map(\.outcome) == ["held"])
            let theirs = pair.network.peers(of: pair.holder)
            let id = report.asked[0].id
            _ = try await pair.holder.node.decideDisclosure(id, .approve, by: "lena", through: theirs)
            pair.holder.clock.advance(seconds: 60)
            try await body(pair, report.query, policies)
        }
    }

    @Test func aRuleOnItsSubjectsKeepsAHeldQuestionFromGoingOn() async throws {
        try await held { pair, question, policies in
            _ = try await pair.asker.activate(Self.forbidding(policies))
            let sent = Sent()
            let kept = try await show(pair.asker, question, through: sent.recording(pair.peers))
            #expect(kept.outcome == "held" && kept.reason.hasPrefix("not asked again: our own policy: Nobody asks"))
            #expect(await sent.requests.isEmpty)
            let denied = try #require(try await pair.asker.lastLeaf("query.denied"))
            #expect(denied.text("rule") == "alpha/no-witness" && denied.text("query") == kept.id)
            #expect(denied.personal["subjects"] != nil && denied.actor.role == .analyst)
            _ = try await pair.asker.activate(policies)
            #expect(try await show(pair.asker, question, through: pair.peers).outcome == "hits")
        }
    }

    @Test func aRuleThatWantsPeopleOfOursKeepsAHeldQuestionFromGoingOn() async throws {
        try await held { pair, question, policies in
            let stricter = policies.requiring("approvals: 2", sides: "asker", in: .jurisdiction("XA"))
            _ = try await pair.asker.activate(stricter)
            let kept = try await show(pair.asker, question, through: pair.peers)
            #expect(kept.outcome == "held" && kept.reason.contains("2 to approve it by now, and 0 did"))
        }
    }

    @Test func aRuleOnItsSubjectsKeepsALongQuestionFromGoingOn() async throws {
        let quota = "quota: [{per: peer, period: hour, keys: 90000}, {per: peer, period: day, keys: 90000}]"
        let policies = TestPolicies().requiring(quota, sides: "asker, holder", in: .agreement)
        let rows = (0..<9_000).map { number in
            "a\(number),+491512\(String(100_000 + number)),\(number == 7_000 ? "witness" : "suspect")\n"
        }
        try await Pair.with(asker: policies, holder: policies) { pair in
            let isCut = Mutex(true)
            let batches = Mutex(0)
            let line = InterceptedPeers(pair.peers) {
                (request, agency, next) async throws(PeerReachError) -> VerifiedPeerResponse in
                if case .queryBatches = request.route {
                    if isCut.withLock({ $0 }) { throw .unreachable }
                    batches.withLock { $0 += 1 }
                }
                return try await next.send(request, to: agency)
            }
            let report = try await pair.asker.node.ask(
                Self.file("id,phone,subject_category\n" + rows.joined()),
                dryRun: false,
                by: nil,
                through: line
            ) { _ in }
            #expect(report.asked.map(\.outcome) == ["unreachable"])
            isCut.withLock { $0 = false }
            _ = try await pair.asker.activate(Self.forbidding(policies))
            let kept = try await show(pair.asker, report.query, through: line)
            #expect(kept.reason.contains("Nobody asks abroad about a witness") && batches.withLock { $0 } == 0)
            _ = try await pair.asker.activate(policies)
            #expect(try await show(pair.asker, report.query, through: line).outcome == "no-hit")
            #expect(batches.withLock { $0 } == 1)
        }
    }

    // MARK: The epoch ends on its way

    /// A question that people here let go, with somebody in it whom policy keeps home.
    private func letGo(_ body: (Pair, _ held: QuestionReport) async throws -> Void) async throws {
        let policies = TestPolicies.disclosing().requiring("approvals: 1", sides: "asker", in: .jurisdiction("XA"))
        try await Pair.with(asker: policies, holder: policies) { pair in
            _ = try await pair.asker.node.addUser("ines", roles: ["approver"], by: nil)
            let held = try await pair.asker.node.ask(
                Self.file(Self.header + Self.youssef + "a2,Greta Sommer,1980-01-05,,protected_person\n"),
                dryRun: false,
                by: nil,
                through: pair.peers
            ) { _ in }
            #expect(held.asked.map(\.heldHere) == [true])
            let id = held.asked[0].id
            _ = try await pair.asker.node.decideDisclosure(id, .approve, by: "ines", through: pair.peers)
            try await body(pair, held)
        }
    }

    /// The holder begins another epoch just before the first query comes to it; then `between` runs before each message.
    private func switching(
        _ pair: Pair,
        between: @escaping @Sendable () async -> Bool = { true }
    ) -> InterceptedPeers {
        let isOver = Mutex(false)
        return InterceptedPeers(pair.peers) {
            (request, agency, next) async throws(PeerReachError) -> VerifiedPeerResponse in
            guard !isOver.withLock({ $0 }) else {
                guard await between() else { throw .unreachable }
                return try await next.send(request, to: agency)
            }
            if request.route == .queries {
                isOver.withLock { $0 = true }
                do { try await pair.holder.index(rotating: true) } catch { Issue.record("\(error)") }
            }
            return try await next.send(request, to: agency)
        }
    }

    private func charged(_ node: TestNode) async throws -> Int {
        let window = QuotaWindow(.hour, at: node.clock.seconds).start
        let counter = QuotaCounter(subject: "asked/peer/bravo", period: "hour", window: window)
        return try await node.node.vault.read { try $0.quotaUse([counter])[counter] ?? 0 }
    }

    @Test func aQuestionThatWasLetGoIsPaidAndToldOfOnce() async throws {
        try await letGo { pair, held in
            let answer = try await show(pair.asker, held.query, through: switching(pair))
            #expect(answer.outcome == "hits" && answer.id != held.asked[0].id)
            let asked = try await pair.asker.closedLeaves().named("query.asked")
            #expect(asked.count == 2, "two ids, two entries")
            let again = try await pair.asker.reopened()
            #expect(try await charged(again) == asked[0].data["keys"]?.integer)
            await again.node.close()
        }
    }

    @Test func whoStaysHomeIsToldOfOnce() async throws {
        try await Pair.with { pair in
            #expect(try await pair.ask(People.nobody).outcome == "no-hit")
            let report = try await pair.asker.node.ask(
                Self.file(Self.header + Self.youssef + "a2,Greta Sommer,1980-01-05,,protected_person\n"),
                dryRun: false,
                by: nil,
                through: switching(pair)
            ) { _ in }
            #expect(report.asked.map(\.outcome) == ["hits"])
            let denied = try await pair.asker.closedLeaves().named("query.denied")
            #expect(denied.map { $0.text("rule") } == ["XA/not-asked"])
        }
    }

    /// What a kill leaves is what stands on disk at that moment.
    private func killed(_ pair: Pair, in place: String) async throws -> TestNode {
        let copy = NodeFolder(pair.asker.folder.url.deletingLastPathComponent().appendingPathComponent(place).path)
        let node = try await Node.open(
            copy,
            passphrase: TestNode.passphrase,
            clock: pair.asker.clock.clock,
            random: .seeded(77)
        )
        let asker = TestNode(node: node, clock: pair.asker.clock)
        pair.network.join(asker)
        return asker
    }

    @Test func aKillBetweenTheTwoAttemptsHidesNothingAndCostsNoApproval() async throws {
        try await letGo { pair, held in
            let folder = pair.asker.folder.url
            let copy = folder.deletingLastPathComponent().appendingPathComponent("killed")
            let line = switching(pair) {
                // The old epoch's refusal is written down, and nothing of the new attempt.
                if !FileManager.default.fileExists(atPath: copy.path) {
                    do { try FileManager.default.copyItem(at: folder, to: copy) } catch { Issue.record("\(error)") }
                }
                return false
            }
            let cut = try await show(pair.asker, held.query, through: line)
            #expect(cut.outcome == "unreachable" && cut.id == held.asked[0].id)
            let asker = try await killed(pair, in: "killed")
            let answer = try await show(asker, held.query, through: pair.network.peers(of: asker))
            #expect(answer.outcome == "hits" && answer.id != held.asked[0].id)
            let asked = try await asker.closedLeaves().named("query.asked")
            let again = try await asker.reopened()
            #expect(try await charged(again) == asked[0].data["keys"]?.integer && asked.count == 2)
            await again.node.close()
        }
    }

    @Test func aLineThatBreaksBetweenTheTwoAttemptsCostsNoApproval() async throws {
        try await letGo { pair, held in
            let cut = try await show(pair.asker, held.query, through: switching(pair) { false })
            #expect(cut.outcome == "unreachable")
            let whole = try await show(pair.asker, held.query, through: pair.peers)
            #expect(whole.outcome == "hits")
        }
    }
}
