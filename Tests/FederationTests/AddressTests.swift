// Addresses that lead inside a machine or a private network are not dialled, whatever name or spelling hides them.
import AsyncHTTPClient
import FederationServer
import NIOCore
import NIOHTTP1
import NIOPosix
import PeerTrust
import Synchronization
import Testing
import WireProtocol

@testable import FederationClient

@Suite("The address on a card")
struct AddressTests {
    let asker: TestNode
    let holder: TestNode

    init() throws {
        asker = try TestNode("agency-a")
        holder = try TestNode("agency-b")
    }

    private static let name = "node.agency-b.example"

    @Test(
        "is refused when its name leads into this machine or a private network, however that is spelled",
        arguments: [
            "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.31.255.255", "192.168.0.1", "169.254.169.254",
            "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fd00::1", "ff02::1",
            "::ffff:127.0.0.1", "::ffff:7f00:1", "::7f00:1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::1",
            "2001:0:7f00:1::1", "localhost", "127.1", "0x7f000001", "",
        ]
    )
    func leadsInside(address: String) async throws {
        let client = asker.client(to: PinnedPeers([try holder.peer(port: 9, host: Self.name)]), rule: .publicOnly) {
            $0.names = { _, _ in address }
        }
        #expect(try await refusal(client, asker.request(), to: holder.agency) == .addressNotAllowed)
        await client.shutdown()
    }

    @Test("is looked up once for a line: a name that leads elsewhere the next time leads nowhere")
    func rebinding() async throws {
        let endpoint = try Endpoint("https://\(Self.name):8443")
        let asked = Mutex(0)
        // Public while it is checked, this machine when it is dialled: the oldest trick with names.
        let names: @Sendable (String, Int) async -> String? = { _, _ in
            asked.withLock { asked in
                asked += 1
                return asked == 1 ? "8.8.8.8" : "127.0.0.1"
            }
        }
        let first = await AddressResolution.resolve(endpoint, rule: .publicOnly, names: names)
        #expect(first == .address("8.8.8.8"))
        #expect(await AddressResolution.resolve(endpoint, rule: .publicOnly, names: names) == .notAllowed)
        #expect(asked.withLock { $0 } == 2)
    }

    @Test("is dialled as it was checked: the line asks for no name again")
    func dialled() async throws {
        let answerer = try ScriptedAnswerer.echo(holder)
        let directory = PinnedPeers([try asker.peer(port: 1)])
        try await withServer(holder, directory: directory, answering: answerer) { port in
            let configuration = FederationClientConfiguration(
                agency: asker.agency,
                identity: asker.identity,
                signingKey: asker.key,
                now: systemNow,
                random: systemRandom
            )
            // The name exists nowhere: only what was checked can have led here.
            let line = try PeerLine(
                peer: holder.peer(port: port, host: Self.name),
                host: Self.name,
                addresses: [Self.name: "127.0.0.1"],
                configuration: configuration
            )
            let request = HTTPClientRequest(url: "https://\(Self.name):\(port)/v1/hello")
            let response = try await line.client.execute(request, timeout: .seconds(300))
            #expect(response.status.code == 401, "reached, and not signed")
            line.close()
        }
    }

    @Test("is not connected to when it is refused")
    func nobodyThere() async throws {
        let accepted = Mutex(0)
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                accepted.withLock { $0 += 1 }
                return channel.eventLoop.makeSucceededVoidFuture()
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(listener.localAddress?.port)
        for host in ["127.0.0.1", Self.name, "localhost"] {
            let peers = PinnedPeers([try holder.peer(port: port, host: host)])
            let client = asker.client(to: peers, rule: .publicOnly) { $0.names = { _, _ in "127.0.0.1" } }
            #expect(try await refusal(client, asker.request(), to: holder.agency) == .addressNotAllowed)
            await client.shutdown()
        }
        let nowhere = asker.client(to: PinnedPeers([try holder.peer(port: port, host: Self.name)]), rule: .publicOnly) {
            $0.names = { _, _ in nil }
        }
        #expect(try await refusal(nowhere, asker.request(), to: holder.agency) == .unreachable)
        await nowhere.shutdown()
        try await listener.close().get()
        #expect(accepted.withLock { $0 } == 0)
    }
}
