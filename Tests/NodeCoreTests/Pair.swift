// An asker and a holder joined in one process, and the people of the tests.
import AuditLog
import CanonicalJSON
import Foundation
import NodeCore
import NodeTesting
import PeerTrust
import Testing
import WireProtocol

/// Records of the holder. Two may be indexed; the others show each reason to stay out.
enum People {
    static let header =
        "id,full_name,birth_date,document_number,document_country,phone,subject_category,handling,originator,expires\n"
    static let indexed = """
        b1,Youssef Chahine,1988-02-11,A24710140,EGY,+491512441001,suspect,H1,bravo,
        b2,Ivan Petrov,1979-05-03,,,,suspect,H1,bravo,

        """
    static let outside = """
        b3,Greta Sommer,1980-01-05,,,+491512441002,suspect,H3,bravo,
        b4,Paula Vargas,1991-07-07,,,+491512441003,suspect,H1,charlie,
        b5,Omar Haddad,1970-01-01,,,+491512441004,suspect,H1,bravo,2026-01-31

        """
    static let all = header + indexed + outside
    static let later = header + "b6,Nadia Koroleva,1983-12-30,,,+491512441006,suspect,H1,bravo,\n"

    static let youssef = ["full_name": "Yusuf Sahin", "birth_date": "1988-02-11", "phone": "+49 1512 441001"]
    static let greta = ["full_name": "Greta Sommer", "birth_date": "1980-01-05", "phone": "+491512441002"]
    static let paula = ["full_name": "Paula Vargas", "birth_date": "1991-07-07", "phone": "+491512441003"]
    static let omar = ["full_name": "Omar Haddad", "birth_date": "1970-01-01", "phone": "+491512441004"]
    static let nadia = ["full_name": "Nadia Koroleva", "birth_date": "1983-12-30", "phone": "+491512441006"]
    static let nobody = ["full_name": "Kerstin Almqvist", "birth_date": "1999-12-11"]

    /// What may stand in no file, no log line and no error: names, numbers, the case.
    static let secrets = [
        "Youssef", "Chahine", "Yusuf", "Sahin", "Petrov", "Greta", "Sommer", "Vargas", "Haddad", "A24710140",
        "1512441001", "1512 441001", "1512441002", "1988-02-11", "19880211", caseNumber, "chahine", "petrov",
    ]
    static let caseNumber = "K-2026-000417"
}

struct Pair: Sendable {
    let asker: TestNode
    let holder: TestNode
    let network: DirectNetwork

    var peers: DirectPeers { network.peers(of: asker) }
    var bravo: AgencyID { holder.agency }

    /// Two nodes that trust each other; the holder has published `records`.
    static func with(
        asker: TestPolicies = TestPolicies(),
        holder: TestPolicies = TestPolicies(),
        records: String? = People.all,
        holderDraws: Draws = Draws(),
        _ body: (Pair) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let clock = SettableClock.inForce
            let alpha = try await TestNode.make("alpha", in: folder, clock: clock, policies: asker)
            let bravo = try await TestNode.make(
                "bravo",
                in: folder,
                clock: clock,
                policies: holder,
                draws: holderDraws
            )
            try await alpha.trust(bravo)
            try await bravo.trust(alpha)
            if let records { try await bravo.publish(records) }
            let pair = Pair(asker: alpha, holder: bravo, network: DirectNetwork([alpha, bravo]))
            let result: Result<Void, any Error>
            do { result = .success(try await body(pair)) } catch { result = .failure(error) }
            await alpha.node.close()
            await bravo.node.close()
            try result.get()
        }
    }

    static func question(
        _ subjects: Question.Subjects,
        agreement: String = TestPolicies.agreement,
        purpose: String = "investigate",
        legalBasis: String = "TREATY",
        peers: [String] = ["bravo"]
    ) -> Question {
        Question(
            agreement: agreement,
            purpose: purpose,
            legalBasis: legalBasis,
            offence: nil,
            caseReference: People.caseNumber,
            urgent: false,
            subjects: subjects,
            peers: peers
        )
    }

    /// Asks about one record; through the direct peers unless the test brings its own.
    func ask(
        _ fields: [String: String],
        through reaching: (any PeerReaching)? = nil,
        dryRun: Bool = false
    ) async throws -> PeerAnswerReport {
        let report = try await asker.node.ask(
            Self.question(.fields(fields)),
            dryRun: dryRun,
            by: nil,
            through: reaching ?? peers
        ) { _ in }
        return try #require(report.asked.first)
    }

    /// Keys, pads included, that a question about these fields takes.
    func keyCount(_ fields: [String: String]) async throws -> Int {
        let preview = try await ask(fields, dryRun: true)
        return try #require(Int(preview.reason.prefix { $0.isNumber }))
    }

    /// Asks, and gives the request for `queries` that left.
    func capturedQuery(_ fields: [String: String] = People.youssef) async throws -> PeerRequest {
        let box = Sent()
        let reaching = box.recording(peers)
        _ = try await ask(fields, through: reaching)
        return try #require(await box.requests.first { $0.route == .queries })
    }
}

/// What left for peers, in order.
actor Sent {
    private(set) var requests: [PeerRequest] = []

    func add(_ request: PeerRequest) { requests.append(request) }

    nonisolated func recording(_ peers: DirectPeers) -> InterceptedPeers {
        InterceptedPeers(peers) { (request, agency, next) async throws(PeerReachError) -> VerifiedPeerResponse in
            await self.add(request)
            return try await next.send(request, to: agency)
        }
    }
}

/// The problem that `body` ends with.
func problem(_ body: () async throws -> Void) async throws -> NodeProblem {
    var found: NodeProblem?
    do { try await body() } catch let problem as NodeProblem { found = problem }
    return try #require(found)
}

extension [Leaf] {
    func named(_ event: String) -> [Leaf] { filter { $0.event == event } }
}

extension Leaf {
    func text(_ member: String) -> String? { data[member]?.string }
}
