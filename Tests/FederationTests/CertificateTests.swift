import FederationClient
import FederationServer
import NIOCore
import NIOPosix
import NIOSSL
import PeerTrust
import Testing
import WireProtocol

@Suite("Certificates between nodes")
struct CertificateTests {
    let asker: TestNode
    let holder: TestNode

    init() throws {
        asker = try TestNode("agency-a")
        holder = try TestNode("agency-b")
    }

    @Test("that nobody pinned do not get in, whatever name they carry")
    func unknownClient() async throws {
        let answerer = try ScriptedAnswerer.echo(holder)
        let directory = PinnedPeers([try asker.peer(port: 1)])
        let impostor = try TestNode("agency-a")
        try await withServer(holder, directory: directory, answering: answerer) { port in
            let client = impostor.client(to: PinnedPeers([try holder.peer(port: port)]))
            let refused = try await refusal(client, impostor.request(), to: holder.agency)
            #expect(refused == .refusedTLS || refused == .unreachable)
            await client.shutdown()
            #expect(answerer.requests.isEmpty)
        }
    }

    @Test("of the server have to be the pinned one")
    func wrongServer() async throws {
        let answerer = try ScriptedAnswerer.echo(holder)
        let other = try TestNode("agency-b")
        let directory = PinnedPeers([try asker.peer(port: 1)])
        try await withServer(holder, directory: directory, answering: answerer) { port in
            let client = asker.client(to: PinnedPeers([try holder.peer(port: port, certificateOf: other)]))
            #expect(try await refusal(client, asker.request(), to: holder.agency) == .refusedTLS)
            await client.shutdown()
            #expect(answerer.requests.isEmpty)
        }
    }

    @Test("are needed, on TLS 1.3, with X25519MLKEM768")
    func handshake() async throws {
        let answerer = try ScriptedAnswerer.echo(holder)
        let directory = PinnedPeers([try asker.peer(port: 1)])
        try await withServer(holder, directory: directory, answering: answerer) { port in
            let raw = RawPeer(node: asker, holder: holder, port: port)
            #expect(try await raw.status(RawPeer.Bent()) == 200)
            let without = try await raw.status(RawPeer.Bent()) { tls in
                tls.certificateChain = []
                tls.privateKey = nil
            }
            #expect(without == nil)
            #expect(try await raw.status(RawPeer.Bent()) { $0.curves = [.x25519] } == nil)
            #expect(try await raw.status(RawPeer.Bent()) { $0.curves = [.x25519_MLKEM768] } == 200)
            #expect(try await raw.status(RawPeer.Bent()) { $0.maximumTLSVersion = .tlsv12 } == nil)
            #expect(answerer.requests.count == 2)
        }
    }

    @Test("that are revoked lose their open connection and the answer under way")
    func revocation() async throws {
        let receipt = try holder.receipt()
        let latch = Latch()
        let (started, begin) = AsyncStream.makeStream(of: Void.self)
        let answerer = ScriptedAnswerer { request in
            if request.route == .queries {
                begin.yield()
                await latch.wait()
            }
            return .answer(status: 200, contentType: MediaType.message, body: [], receipt: receipt)
        }
        let directory = PinnedPeers([try asker.peer(port: 1)])
        try await withServer(holder, directory: directory, answering: answerer) { port in
            let client = asker.client(to: PinnedPeers([try holder.peer(port: port)]))
            _ = try await client.send(try asker.request(), to: holder.agency)
            let request = try asker.request(.queries, body: [1])
            try await latch.opened {
                async let underWay = {
                    defer { begin.finish() }
                    return await refusal(client, request, to: holder.agency)
                }()
                for await _ in started { break }
                directory.revoke(asker.agency)
                // Cut at once: the answer is not ready yet.
                #expect(await underWay == .unreachable)
            }
            let again = try await refusal(client, asker.request(), to: holder.agency)
            #expect(again == .refusedTLS || again == .unreachable)
            #expect(answerer.requests.count == 2)

            directory.pin(try asker.peer(port: 1))
            #expect(try await refusal(client, asker.request(), to: holder.agency) == nil)
            await client.shutdown()
        }
    }

    @Test("are needed for a place: strangers who never finish a handshake push out each other and no peer")
    func strangers() async throws {
        let answerer = try ScriptedAnswerer.echo(holder)
        let directory = PinnedPeers([try asker.peer(port: 1)])
        try await withServer(holder, directory: directory, answering: answerer) {
            $0.strangers = 4
            $0.connections = 8
        } _: { port in
            let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            var strangers: [any Channel] = []
            for _ in 0..<12 { strangers.append(try await bootstrap.connect(host: "127.0.0.1", port: port).get()) }
            let client = asker.client(to: PinnedPeers([try holder.peer(port: port)]))
            #expect(try await refusal(client, asker.request(), to: holder.agency) == nil)
            await client.shutdown()
            // The first ones were cut to make room.
            try await strangers[0].closeFuture.get()
            for stranger in strangers.dropFirst() { try? await stranger.close().get() }
        }
    }

    @Test("that the asker revokes are not reached any more")
    func revokedByAsker() async throws {
        let answerer = try ScriptedAnswerer.echo(holder)
        let directory = PinnedPeers([try asker.peer(port: 1)])
        try await withServer(holder, directory: directory, answering: answerer) { port in
            let own = PinnedPeers([try holder.peer(port: port)])
            let client = asker.client(to: own)
            try await withService(client) { () async throws in
                #expect(try await refusal(client, asker.request(), to: holder.agency) == nil)
                own.revoke(holder.agency)
                #expect(try await refusal(client, asker.request(), to: holder.agency) == .unknownPeer)
            }
            #expect(answerer.requests.count == 1)
        }
    }

    @Test("belong to one agency: nobody else is pinned with the same one")
    func oneAgency() throws {
        let peers = PinnedPeers([try asker.peer(port: 1)])
        #expect(!peers.pin(try holder.peer(port: 2, certificateOf: asker)))
        #expect(peers.peer(agency: holder.agency) == nil)
        #expect(peers.peer(pinned: asker.identity.pin)?.agency == asker.agency)
    }
}
