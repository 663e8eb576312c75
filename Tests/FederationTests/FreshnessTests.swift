// Messages are fresh, meant for us, and answered by whom we asked: clocks, relays and swapped answers.
import FederationServer
import PeerTrust
import Testing
import WireProtocol

@Suite("A message out of its place")
struct FreshnessTests {
    let asker: TestNode
    let holder: TestNode

    init() throws {
        asker = try TestNode("agency-a")
        holder = try TestNode("agency-b")
    }

    @Test("is taken with a clock that is 59 or 60 seconds off, and refused at 61")
    func skew() async throws {
        let answerer = try ScriptedAnswerer.echo(holder)
        let directory = PinnedPeers([try asker.peer(port: 1)])
        let now = systemNow()
        try await withServer(holder, directory: directory, answering: answerer) {
            $0.now = { now }
        } _: { port async throws in
            let raw = RawPeer(node: asker, holder: holder, port: port)
            for (offset, status) in [(59, 200), (60, 200), (61, 401), (-59, 200), (-60, 200), (-61, 401)] {
                var bent = RawPeer.Bent()
                // Ahead of us it is `created` that counts, behind us `expires`.
                bent.created = now + offset - (offset < 0 ? SignatureLifetime.longest : 0)
                #expect(try await raw.status(bent) == status, "\(offset) s")
            }
            #expect(answerer.requests.count == 4)
        }
    }

    @Test("is refused with 401 by whom it was not made for, and from whom did not make it")
    func relay() async throws {
        let third = try TestNode("agency-c")
        let answerer = try ScriptedAnswerer.echo(third)
        // The third trusts both. What the asker signed for the holder reaches it from either, byte for byte.
        let directory = PinnedPeers([try asker.peer(port: 1), try holder.peer(port: 2)])
        try await withServer(third, directory: directory, answering: answerer) { port in
            let bent = RawPeer.Bent(route: .queries, body: [0x7B, 0x7D])
            let forHolder = try RawPeer(node: asker, holder: holder, port: port).fields(bent)
            let asAsker = RawPeer(node: asker, holder: third, port: port)
            let asHolder = RawPeer(node: holder, holder: third, port: port)
            #expect(try await asAsker.status(bent, fields: forHolder) == 401)
            #expect(try await asHolder.status(bent, fields: forHolder) == 401)
            // What it signed for the third passes on its own connection alone.
            let forThird = try asAsker.fields(bent)
            #expect(try await asHolder.status(bent, fields: forThird) == 401)
            #expect(answerer.requests.isEmpty)
            #expect(try await asAsker.status(bent, fields: forThird) == 200)
        }
    }
}
