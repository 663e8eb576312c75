// Two agencies' whole nodes, joined by mutual TLS on loopback, their clock in the test's hand: what duties are shown with.
import AuditLog
import CanonicalJSON
import FederationServer
import Foundation
import NodeTesting
import PeerTrust
import Testing
import Vault
import WireProtocol

@testable import NodeCore

typealias AgencyNode = NodeTesting.TestNode

struct DutyNodes: Sendable {
    let asker: AgencyNode
    let holder: AgencyNode
    let clock: SettableClock
    /// How the asker reaches the holder.
    let peers: any PeerReaching

    static let records = """
        id,full_name,birth_date,phone,subject_category,handling,originator,expires,consent
        b1,Youssef Chahine,1988-02-11,+491512441001,suspect,H1,bravo,,given
        b2,Ivan Petrov,1979-05-03,,suspect,H1,bravo,,given

        """
    static let youssef = ["full_name": "Youssef Chahine", "birth_date": "1988-02-11", "phone": "+49 1512 441001"]
    static let fields = ["birth_date", "full_name", "phone"]

    /// `amina` asks and `ines` approves at the asker; `lena` and `omar` approve at the holder.
    static func with(
        asker askers: TestPolicies,
        holder holders: TestPolicies? = nil,
        records: String = records,
        _ body: @escaping @Sendable (DutyNodes) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            // The certificates are checked against the machine's clock; a day begins where the test does.
            let now = systemNow()
            let clock = SettableClock(seconds: now - now % 86_400)
            let ports = try [#require(FreePort.find()), #require(FreePort.find())]
            let alpha = try await AgencyNode.make("alpha", in: folder, clock: clock, policies: askers, port: ports[0])
            let bravo = try await AgencyNode.make(
                "bravo",
                in: folder,
                clock: clock,
                policies: holders ?? askers,
                port: ports[1]
            )
            try await alpha.trust(bravo)
            try await bravo.trust(alpha)
            try await bravo.publish(records)
            _ = try await alpha.node.addUser("ines", roles: ["approver"], by: nil)
            for name in ["lena", "omar"] { _ = try await bravo.node.addUser(name, roles: ["approver"], by: nil) }
            try await Loopback.connect(alpha, to: [bravo]) { peers in
                try await body(DutyNodes(asker: alpha, holder: bravo, clock: clock, peers: peers))
            }
            await alpha.node.close()
            await bravo.node.close()
            #expect(alpha.logProblems() == [] && bravo.logProblems() == [])
        }
    }

    func ask(_ fields: [String: String] = youssef, cover: Bool = false) async throws -> QuestionReport {
        var question = Question(
            agreement: TestPolicies.agreement,
            purpose: "investigate",
            legalBasis: "TREATY",
            offence: nil,
            caseReference: "K-1",
            urgent: false,
            subjects: .fields(fields),
            peers: ["bravo"]
        )
        question.cover = cover
        return try await asker.node.ask(question, dryRun: false, by: AgencyNode.analyst, through: peers) { _ in }
    }

    /// The question as it stands now.
    func again(_ query: String) async throws -> PeerAnswerReport {
        let report = try await asker.node.question(query, by: AgencyNode.analyst, through: peers)
        return try #require(report.asked.first)
    }

    /// Asks, and requests what lies behind the hit.
    func request() async throws -> DisclosureReport {
        let report = try await ask()
        let hit = try #require(report.asked.first?.hits.first)
        let wish = DisclosureWish(
            query: report.query,
            peer: "bravo",
            handle: hit.handle,
            fields: Self.fields,
            reason: "boarding planned",
            confirmed: true,
            urgent: false
        )
        return try await asker.node.requestDisclosure(wish, by: AgencyNode.analyst, through: peers)
    }

    /// What a release brought, fetched on the next tick.
    func received() async throws -> DisclosureReport {
        let sent = try await request()
        tick()
        #expect(try await receive(sent.id) == "received")
        return try await shown(sent.id)
    }

    func receive(_ id: String) async throws -> String? {
        let list = try await asker.node.receiveDisclosures(by: AgencyNode.analyst, through: peers)
        return list.requests.first { $0.id == id }?.state
    }

    func shown(_ id: String) async throws -> DisclosureReport {
        try await asker.node.disclosure(id, by: AgencyNode.analyst)
    }

    /// As the holder's approver sees it.
    func seen(_ id: String) async throws -> DisclosureReport { try await holder.node.disclosure(id, by: "lena") }

    func listed(_ node: AgencyNode, by name: String) async throws -> [DisclosureReport] {
        try await node.node.disclosureList(openOnly: false, by: name).requests
    }

    func tick() { clock.advance(seconds: 60) }

    /// The entries of one event, as published by now.
    func entries(_ event: String, of node: AgencyNode) async throws -> [Leaf] {
        try await node.node.vault.publish()
        return try node.folder.publishedLeaves().filter { $0.event == event }
    }

    /// The problem that `body` ends with.
    func problem(_ body: () async throws -> Void) async throws -> NodeProblem {
        var found: NodeProblem?
        do { try await body() } catch let problem as NodeProblem { found = problem }
        return try #require(found)
    }
}

extension TestPolicies {
    /// A rule of the test under another name than `duty`.
    func rule(_ id: String, _ effect: String, at stages: String, _ more: String, in place: Place) -> TestPolicies {
        adding(
            """
              - id: \(id)
                effect: \(effect)
                stages: [\(stages)]
            \(more.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n"))
                source: TREATY Art. 9
                because: {en: A rule of the test.}

            """,
            to: place
        )
    }
}
