import FederationClient
import FederationServer
import PeerTrust
import Testing
import WireProtocol

@Suite("Two nodes over mTLS")
struct ExchangeTests {
    let asker: TestNode
    let holder: TestNode

    init() throws {
        asker = try TestNode("agency-a")
        holder = try TestNode("agency-b")
    }

    @Test("carry a message there and back, with nonce, receipts and body as sent")
    func roundTrip() async throws {
        let answerer = try ScriptedAnswerer.echo(holder)
        let holderSide = PinnedPeers()
        try await withServer(holder, directory: holderSide, answering: answerer) { port in
            // Pinned while the server runs.
            holderSide.pin(try asker.peer(port: 1))
            let client = asker.client(to: PinnedPeers([try holder.peer(port: port)]))
            let body = [UInt8](repeating: 0x61, count: 300_000)
            let request = try asker.request(.queries, body: body)
            let response = try await client.send(request, to: holder.agency)
            #expect(response.status == 200)
            #expect(response.body == body)
            #expect(response.receipt == (try holder.receipt(9)))
            #expect(response.contentType == MediaType.message)
            let second = try await client.send(try asker.request(), to: holder.agency)
            #expect(second.body.isEmpty)
            await client.shutdown()
            #expect(try await refusal(client, asker.request(), to: holder.agency) == .unreachable)

            let received = answerer.requests
            try #require(received.count == 2)
            #expect(received[0].agency == asker.agency)
            #expect(received[0].route == .queries)
            #expect(received[0].body == body)
            #expect(received[0].id == request.id)
            #expect(received[0].receipt == request.receipt)
            #expect(received[0].nonce.count == 16)
            #expect(received[0].nonce != received[1].nonce)
            #expect(abs(received[0].nonceKeptUntil - systemNow() - 180) < 600)
        }
    }

    @Test("carry part of a segment, and say that a manifest is unchanged without sending it")
    func selection() async throws {
        let receipt = try holder.receipt()
        let whole = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let tag = EntityTag(digest: [UInt8](repeating: 7, count: 32))
        let answerer = ScriptedAnswerer { request in
            if let range = request.range, let content = ContentRange(range, of: whole.count) {
                return .piece(content, body: Array(whole[range.first...range.last]), receipt: receipt)
            }
            return request.held == tag
                ? .notModified(tag, receipt: receipt) : .tagged(tag, body: Array("{}".utf8), receipt: receipt)
        }
        let directory = PinnedPeers([try asker.peer(port: 1)])
        try await withServer(holder, directory: directory, answering: answerer) { port in
            let client = asker.client(to: PinnedPeers([try holder.peer(port: port)]))
            let plain = try asker.request()
            func request(_ route: Route, _ range: ByteRange? = nil, _ held: EntityTag? = nil) -> PeerRequest {
                PeerRequest(id: plain.id, route: route, receipt: plain.receipt, range: range, held: held)
            }
            let segment = Route.segment(agreement: "a", digest: tag.digest)
            let range = try #require(ByteRange(first: 65_536, last: 131_071))
            let piece = try await client.send(request(segment, range), to: holder.agency)
            #expect(piece.status == 206 && piece.body == Array(whole[65_536...131_071]))
            #expect(piece.contentRange == ContentRange(range, of: whole.count))
            let manifest = Route.manifest(agreement: "a")
            let first = try await client.send(request(manifest), to: holder.agency)
            #expect(first.status == 200 && first.body == Array("{}".utf8))
            let again = try await client.send(request(manifest, nil, tag), to: holder.agency)
            #expect(again.status == 304 && again.body.isEmpty)
            // The line is as good as before.
            #expect(try await client.send(request(segment, range), to: holder.agency).status == 206)
            #expect(await refusal(client, request(.hello, range), to: holder.agency) == .unsendable)
            await client.shutdown()
        }
    }

    @Test("carry refusals as signed problems")
    func problem() async throws {
        let receipt = try holder.receipt()
        let said = Problem(.refused, detail: "This purpose is not permitted.", rule: "ab-2026/purposes")
        let answerer = ScriptedAnswerer { _ in (try? PeerAnswer.problem(said, receipt: receipt)) ?? .unavailable }
        let directory = PinnedPeers([try asker.peer(port: 1)])
        try await withServer(holder, directory: directory, answering: answerer) { port in
            let client = asker.client(to: PinnedPeers([try holder.peer(port: port)]))
            let response = try await client.send(try asker.request(), to: holder.agency)
            #expect(response.status == 403)
            #expect(response.problem == said)
            await client.shutdown()
        }
    }

    @Test("say an unsigned 503 when nothing could be logged, or the answer is larger than its route allows")
    func unavailable() async throws {
        let receipt = try holder.receipt()
        let answerer = ScriptedAnswerer { request in
            guard request.route == .hello else { return .unavailable }
            let body = [UInt8](repeating: 0x20, count: WireLimits.smallBody + 1)
            return .answer(status: 200, contentType: MediaType.message, body: body, receipt: receipt)
        }
        let directory = PinnedPeers([try asker.peer(port: 1)])
        try await withServer(holder, directory: directory, answering: answerer) { port in
            let client = asker.client(to: PinnedPeers([try holder.peer(port: port)]))
            for route in [Route.hello, .queries] {
                let refused = try await refusal(client, asker.request(route), to: holder.agency)
                #expect(refused == .refusedAtTheDoor(status: 503))
            }
            await client.shutdown()
        }
    }

    @Test("keep each other waiting only among themselves: a slow and a dead peer delay no third")
    func isolation() async throws {
        let third = try TestNode("agency-c")
        let receipt = try holder.receipt()
        let latch = Latch()
        let slow = ScriptedAnswerer { _ in
            await latch.wait()
            return .answer(status: 200, contentType: MediaType.message, body: [], receipt: receipt)
        }
        let directory = PinnedPeers([try asker.peer(port: 1)])
        let quick = try ScriptedAnswerer.echo(third)
        try await withServer(holder, directory: directory, answering: slow) { slowPort in
            try await withServer(third, directory: directory, answering: quick) { quickPort in
                let dead = try TestNode("agency-d")
                let peers = PinnedPeers([
                    try holder.peer(port: slowPort), try third.peer(port: quickPort), try dead.peer(port: 9),
                ])
                try await latch.opened {
                    let client = asker.client(to: peers)
                    let hasty = asker.client(to: peers, seconds: 1)
                    async let timedOut = refusal(hasty, try asker.request(), to: holder.agency)
                    async let unreachable = refusal(client, try asker.request(), to: dead.agency)
                    // Answered while the slow one still holds its request.
                    let response = try await client.send(try asker.request(), to: third.agency)
                    #expect(response.status == 200)
                    #expect(try await timedOut == .timeout)
                    #expect(try await unreachable == .unreachable)
                    await client.shutdown()
                    await hasty.shutdown()
                }
            }
        }
    }

    @Test("have at most two messages with points of one peer in work, and turn the rest away past the line")
    func gate() async throws {
        let receipt = try holder.receipt()
        let latch = Latch()
        let answerer = ScriptedAnswerer { _ in
            await latch.wait()
            return .answer(status: 200, contentType: MediaType.message, body: [], receipt: receipt)
        }
        let directory = PinnedPeers([try asker.peer(port: 1)])
        try await withServer(holder, directory: directory, answering: answerer) {
            $0.waitingPerPeer = 2
            $0.requestsPerPeer = 4
        } _: { port in
            let peers = PinnedPeers([try holder.peer(port: port)])
            let clients = (0..<8).map { _ in asker.client(to: peers) }
            let outcomes = try await latch.opened {
                try await withThrowingTaskGroup(of: PeerReachError?.self) { group in
                    for client in clients {
                        let request = try asker.request(.queries, body: [1])
                        group.addTask { await refusal(client, request, to: holder.agency) }
                    }
                    var outcomes: [PeerReachError?] = []
                    for try await outcome in group {
                        outcomes.append(outcome)
                        // Two in work, two behind them, two at the door: two of eight are too many, and nobody else is
                        // answered before the latch opens.
                        if outcomes.count == 2 { await latch.open() }
                    }
                    return outcomes
                }
            }
            for client in clients { await client.shutdown() }
            #expect(answerer.mostAtOnce == 2)
            let turnedAway = PeerReachError.refusedAtTheDoor(status: 429)
            #expect(outcomes == [turnedAway, turnedAway, nil, nil, nil, nil, nil, nil])
        }
    }

    @Test("do not meet where the operator allows no private address")
    func addressRule() async throws {
        let client = asker.client(to: PinnedPeers([try holder.peer(port: 9)]), rule: .publicOnly)
        #expect(try await refusal(client, asker.request(), to: holder.agency) == .addressNotAllowed)
        #expect(try await refusal(client, asker.request(), to: asker.agency) == .unknownPeer)
        let large = try asker.request(.hello, body: [1])
        #expect(await refusal(client, large, to: holder.agency) == .unsendable)
        await client.shutdown()
    }
}
