// A real node is killed in the moment in which it wrote down a query. What was written down is not forgotten, whether the
// answer left or not: the same message is refused, and the same query is answered without being charged again.
import AuditLog
import CanonicalJSON
import Foundation
import NodeCore
import NodeTesting
import PeerTrust
import Sodium
import Synchronization
import TestSupport
import Testing
import WireProtocol

@Suite(.serialized) struct ReplayTests {
    /// So many kills at most until one comes after the entry.
    private static let kills = 20
    private static let sound = "sound-coast"

    @Test func aKillAtTheEntryOfAQueryForgetsNoNonceAndChargesNothingTwice() async throws {
        try await withTemporaryFolder { folder in
            let program = try Program(in: folder)
            let north = try await CommandNode.north(program)
            let coast = try await CommandNode.coast(program)
            try await north.trust(coast)
            try await coast.trust(north)
            _ = try await program.run("user", "add", "north", "amina", "--role", "analyst")
            try program.write(Texts.records, to: "rows.csv")
            #expect(try await program.run("records", "import", "coast", "rows.csv").exit == 0)
            #expect(try await program.run("index", "build", "coast", "--agreement", "narrow-sea").exit == 0)
            var running = try await coast.serve()

            // The asker is opened here: its keys sign what the test sends.
            let asker = try await Node.open(NodeFolder(program.path("north")), passphrase: try passphrase(program))
            let made = try await Self.query(of: asker)
            let holder = NodeFolder(program.path("coast"))
            var fallen: (kill: Int, query: QueryRequest)?
            for kill in 1...Self.kills where fallen == nil {
                // Nobody else writes: what changes the file next is the entry.
                try await Self.quiet(holder)
                let attempt = try Attempt(made, number: kill, asker: asker)
                let answered = Task { await attempt.status() }
                try await Self.written(holder)
                // The first write may be another than the entry's: each kill comes a little later.
                try await Task.sleep(for: .milliseconds(40 * (kill - 1)))
                try await running.end(SIGKILL)
                let status = await answered.value
                running = try await coast.serve()
                // What is durable is published by this at the latest.
                #expect(try await program.run("audit", "checkpoint", "coast").exit == 0)
                let entries = try holder.publishedLeaves().filter { $0.data["query"]?.string == attempt.id }
                // Else the kill came before the entry was durable.
                guard entries.contains(where: { $0.event == "query.received" && $0.data["quota_left"] != nil }) else {
                    continue
                }
                // A busy machine may have let the message grow too old to be believed, whoever remembers it.
                guard asker.now < attempt.signed + 100 else { continue }
                print("killed after the entry, \(status == nil ? "before" : "after") the answer left: kill \(kill)")
                fallen = (kill, attempt.query)
                #expect(await attempt.status() == 409, "the same message, after a restart")
                let again = try Attempt(attempt.query, asker: asker, nonce: 0xEE)
                #expect(await again.status() == 200, "the same query, in a message of its own")
            }
            let query = try #require(fallen, "no kill of \(Self.kills) came after the entry").query
            try await running.end(SIGTERM)
            await asker.close()
            let entries = try holder.publishedLeaves().filter { $0.data["query"]?.string == query.query.description }
            let received = entries.filter { $0.event == "query.received" && $0.data["quota_left"] != nil }
            #expect(received.count == 1, "charged once")
            #expect(entries.filter { $0.event == "query.refused" }.map { $0.data["ground"]?.string } == ["replayed"])
            #expect(try await program.run("audit", "verify", "coast/log").exit == 0)
        }
    }

    private func passphrase(_ program: Program) throws -> [UInt8] {
        Array(try program.text("north/passphrase").trimmingCharacters(in: .whitespacesAndNewlines).utf8)
    }

    /// A query of some hundred keys as the node makes it, kept from leaving.
    private static func query(of asker: Node) async throws -> QueryRequest {
        let kept = Kept(Loopback.client(of: asker, at: { asker.now }))
        let rows = (0..<20).map { "s\($0),Person Number\($0)x,19\(50 + $0)-01-1\($0 % 10),+4915124\(10_000 + $0)" }
        let csv = "id,full_name,birth_date,phone\n" + rows.joined(separator: "\n") + "\n"
        _ = try await asker.ask(
            Question(
                agreement: "narrow-sea",
                purpose: "investigate",
                legalBasis: "UN-SOM",
                offence: "migrant-smuggling",
                caseReference: "K-2026-000417",
                urgent: false,
                subjects: .file(Array(csv.utf8), name: "subjects.csv"),
                peers: [sound]
            ),
            dryRun: false,
            by: nil,
            through: kept
        ) { _ in }
        return try QueryRequest(body: try #require(kept.queries.first).body)
    }

    private static func stamp(_ folder: NodeFolder) -> [Int] {
        ["", "-wal"].map { end in
            guard let found = try? FileManager.default.attributesOfItem(atPath: folder.database.path + end),
                let size = found[.size] as? Int, let changed = found[.modificationDate] as? Date
            else { return 0 }
            return size ^ Int(changed.timeIntervalSince1970 * 1_000_000)
        }
    }

    /// Waits until the database has stood still for two seconds.
    private static func quiet(_ folder: NodeFolder) async throws {
        var (last, still) = (stamp(folder), 0)
        for _ in 0..<6_000 where still < 20 {
            try await Task.sleep(for: .milliseconds(100))
            let now = stamp(folder)
            still = now == last ? still + 1 : 0
            last = now
        }
    }

    /// Waits until the database is written, and the write is over.
    private static func written(_ folder: NodeFolder) async throws {
        let before = stamp(folder)
        try await Waiting.until(every: .microseconds(500)) { stamp(folder) != before }
        var last = stamp(folder)
        for _ in 0..<50 {
            try await Task.sleep(for: .milliseconds(2))
            let now = stamp(folder)
            if now == last { return }
            last = now
        }
    }
}

/// One message, to be sent as often as wanted, always the same bytes.
private struct Attempt: Sendable {
    let query: QueryRequest
    private let request: PeerRequest
    private let client: any PeerReaching
    private let holder: AgencyID
    /// Seconds since 1970: when it was signed, each time it is sent.
    let signed: Int

    var id: String { query.query.description }

    /// The query under another id.
    init(_ query: QueryRequest, number: Int, asker: Node) throws {
        var query = query
        query.query = try #require(MessageID(random: RandomBytes.system.bytes(16)))
        try self.init(query, asker: asker, nonce: UInt8(number))
    }

    init(_ query: QueryRequest, asker: Node, nonce: UInt8) throws {
        self.query = query
        let nonce = [UInt8](repeating: nonce, count: 16)
        let signed = asker.now
        self.signed = signed
        client = Loopback.client(of: asker, at: { signed }, nonce: nonce)
        holder = try #require(AgencyID("sound-coast"))
        let origin = "\(asker.identity.agency)/audit/1"
        let leaf = [UInt8](repeating: 7, count: 32)
        request = PeerRequest(
            id: try #require(MessageID(random: nonce)),
            route: .queries,
            body: try query.body(),
            receipt: try #require(AuditReceipt(origin: origin, index: 1, leaf: leaf))
        )
    }

    /// What the holder said; nil when nothing came.
    func status() async -> Int? {
        try? await client.send(request, to: holder).status
    }
}

/// Lets everything pass but queries, which it keeps.
private final class Kept: PeerReaching {
    private let next: any PeerReaching
    private let state = Mutex<[PeerRequest]>([])

    init(_ next: any PeerReaching) { self.next = next }

    var queries: [PeerRequest] { state.withLock { $0 } }

    func send(_ request: PeerRequest, to agency: AgencyID) async throws(PeerReachError) -> VerifiedPeerResponse {
        guard request.route == .queries else { return try await next.send(request, to: agency) }
        state.withLock { $0.append(request) }
        throw .unreachable
    }
}
