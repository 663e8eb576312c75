// What the disclosure tests share: a pair of nodes with people on both sides, and a hit to follow.
import AuditLog
import CanonicalJSON
import Foundation
import NodeCore
import NodeTesting
import PeerTrust
import Testing
import WireProtocol

struct Disclosures: Sendable {
    let pair: Pair
    /// The hit on Youssef: the question's part at the holder.
    let hit: PeerAnswerReport

    var asker: Node { pair.asker.node }
    var holder: Node { pair.holder.node }
    var clock: SettableClock { pair.holder.clock }

    static let fields = ["birth_date", "full_name", "phone"]

    /// Two nodes, a question answered with a hit, `lena` and `omar` to approve at the holder, `ines` at the asker.
    static func with(
        _ policies: TestPolicies = .disclosing(),
        records: String = People.all,
        _ body: (Disclosures) async throws -> Void
    ) async throws {
        try await Pair.with(asker: policies, holder: policies, records: records) { pair in
            for name in ["lena", "omar"] { _ = try await pair.holder.node.addUser(name, roles: ["approver"], by: nil) }
            _ = try await pair.asker.node.addUser("ines", roles: ["approver"], by: nil)
            let hit = try await pair.ask(People.youssef)
            try #require(hit.outcome == "hits")
            try await body(Disclosures(pair: pair, hit: hit))
        }
    }

    func wish(
        handle: String? = nil,
        fields: [String] = fields,
        reason: String = "boarding planned",
        confirmed: Bool = true,
        urgent: Bool = false
    ) -> DisclosureWish {
        DisclosureWish(
            query: hit.id,
            peer: "bravo",
            handle: handle ?? hit.hits[0].handle,
            fields: fields,
            reason: reason,
            confirmed: confirmed,
            urgent: urgent
        )
    }

    func request(
        _ wish: DisclosureWish? = nil,
        through reaching: (any PeerReaching)? = nil
    ) async throws -> DisclosureReport {
        try await asker.requestDisclosure(wish ?? self.wish(), by: nil, through: reaching ?? pair.peers)
    }

    func decide(_ id: String, _ verdict: DisclosureVerdict, by name: String = "lena") async throws -> DisclosureReport {
        try await holder.decideDisclosure(id, verdict, by: name, through: pair.network.peers(of: pair.holder))
    }

    /// What the asker learns now.
    func receive(_ id: String, through reaching: (any PeerReaching)? = nil) async throws -> DisclosureReport {
        let list = try await asker.receiveDisclosures(by: nil, through: reaching ?? pair.peers)
        if let report = list.requests.first(where: { $0.id == id }) { return report }
        let all = try await asker.disclosureList(openOnly: false, by: TestNode.analyst)
        return try #require(all.requests.first { $0.id == id })
    }

    /// To the next tick, when decisions show.
    func tick() { clock.advance(seconds: 60) }

    /// The bytes of a request as they would leave, and nothing sent.
    func captured(_ wish: DisclosureWish? = nil) async throws -> DisclosureRequest {
        let sent = Sent()
        _ = try await request(wish, through: sent.recording(pair.peers))
        let message = try #require(await sent.requests.first { $0.route == .disclosureRequests })
        return try DisclosureRequest(body: message.body)
    }

    /// Sends a message of the test's making as the asker's node, signed; the holder's answer.
    func send(_ message: DisclosureRequest) async throws -> VerifiedPeerResponse {
        try await send(.disclosureRequests, body: message.body())
    }

    func send(_ route: Route, body: [UInt8] = []) async throws -> VerifiedPeerResponse {
        let receipt = try #require(
            AuditReceipt(origin: "alpha/audit/1", index: 1, leaf: [UInt8](repeating: 0, count: 32))
        )
        return try await pair.peers.send(
            PeerRequest(id: try Self.freshID(), route: route, body: body, receipt: receipt),
            to: pair.bravo
        )
    }

    func status(_ id: MessageID) async throws -> DisclosureStatus {
        try DisclosureStatus(body: try await send(.disclosureRequest(id)).body)
    }

    static func freshID() throws -> MessageID {
        try #require(MessageID(random: (0..<16).map { _ in UInt8.random(in: 0...255) }))
    }
}

private typealias AuditReceipt = PeerTrust.AuditReceipt
