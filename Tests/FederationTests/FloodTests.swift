// Bad signatures at full rate reach no use case and slow no other peer.
import AsyncHTTPClient
import FederationClient
import FederationServer
import PeerTrust
import Synchronization
import Testing
import WireProtocol

@Suite("A flood of bad signatures", .serialized)
struct FloodTests {
    /// About as long as a thousand keys take; the flood is measured against it.
    private static let work = Duration.milliseconds(150)
    private static let samples = 20
    private static let tries = 8

    private func time(_ client: FederationClient, _ asker: TestNode, to holder: AgencyID) async throws -> Duration {
        let request = try asker.request(.queries, body: [0x7B, 0x7D])
        return try await ContinuousClock().measure { _ = try await client.send(request, to: holder) }
    }

    /// The time that nineteen of twenty keep.
    private func p95(_ times: [Duration]) -> Duration { times.sorted()[times.count * 95 / 100 - 1] }

    @Test("reaches no use case, so that no point is decoded, and keeps no other peer waiting")
    func others() async throws {
        let (good, bad, holder) = (try TestNode("agency-a"), try TestNode("agency-c"), try TestNode("agency-b"))
        let receipt = try holder.receipt()
        let answerer = ScriptedAnswerer { request in
            try? await Task.sleep(for: Self.work)
            return .answer(status: 200, contentType: MediaType.message, body: [], receipt: receipt)
        }
        let directory = PinnedPeers([try good.peer(port: 1), try bad.peer(port: 2)])
        try await withServer(holder, directory: directory, answering: answerer) { port in
            let client = good.client(to: PinnedPeers([try holder.peer(port: port)]))
            let flood = try Flood(RawPeer(node: bad, holder: holder, port: port))
            var measured: [String] = []
            var isQuick = false
            // Other work on the machine may spoil one measurement; a flood that hurts spoils all of them.
            for _ in 0..<Self.tries where !isQuick {
                // In turns, so that whatever else the machine does falls on both.
                var (without, with): ([Duration], [Duration]) = ([], [])
                for _ in 0..<Self.samples {
                    without.append(try await time(client, good, to: holder.agency))
                    let beside = try await flood.running { try await time(client, good, to: holder.agency) }
                    with.append(beside)
                }
                let (alone, beside) = (p95(without), p95(with))
                isQuick = beside < alone * 2
                measured.append("\(alone) alone, \(beside) beside the flood")
            }
            await client.shutdown()
            try await flood.end()
            print("p95 of another peer: \(measured.joined(separator: "; ")); \(flood.refused) bad messages refused")
            #expect(isQuick, "\(measured)")
            #expect(flood.refused > 100 && flood.accepted == 0)
            #expect(answerer.requests.allSatisfy { $0.agency == good.agency }, "no bad message got to the points")
        }
    }
}

/// A pinned peer that sends messages under a signature that does not verify, as fast as they are refused.
private final class Flood: Sendable {
    private let peer: RawPeer
    private let bent: RawPeer.Bent
    private let fields: [MessageField]
    private let clients: [HTTPClient]
    private let state = Mutex((isOn: false, refused: 0, accepted: 0))

    init(_ peer: RawPeer) throws {
        self.peer = peer
        var bent = RawPeer.Bent(route: .queries, body: [UInt8](repeating: 0x20, count: 32_768))
        bent.change = { field in
            guard field.name == FieldName.signature else { return field }
            // Well-formed, under the right key's name, and a bit off.
            let letter: Character = field.value.dropFirst(9).first == "A" ? "B" : "A"
            return MessageField(
                name: field.name,
                value: field.value.prefix(9) + String(letter) + field.value.dropFirst(10)
            )
        }
        self.bent = bent
        fields = try peer.fields(bent)
        clients = try (0..<8).map { _ in RawPeer.client(try peer.tls()) }
    }

    var refused: Int { state.withLock { $0.refused } }
    var accepted: Int { state.withLock { $0.accepted } }

    func running<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        state.withLock { $0.isOn = true }
        let tasks = clients.map { client in
            Task {
                while state.withLock({ $0.isOn }) {
                    let status = await peer.status(bent, fields: fields, on: client)
                    state.withLock { state in
                        if status == 401 { state.refused += 1 }
                        if status == 200 { state.accepted += 1 }
                    }
                }
            }
        }
        // At full rate before it counts.
        try? await Task.sleep(for: .milliseconds(100))
        let result: Result<Value, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        state.withLock { $0.isOn = false }
        for task in tasks { await task.value }
        return try result.get()
    }

    func end() async throws {
        for client in clients { try await client.shutdown() }
    }
}
