import PeerTrust
import TestSupport
import Testing
import WireProtocol

@Suite("A route between nodes")
struct RouteTests {
    @Test("has one path, which reads back")
    func roundTrip() throws {
        let id = try Sample.id()
        let digest = [UInt8](repeating: 0xA1, count: 32)
        let routes: [Route] = [
            .hello, .queries, .queryBatches(id), .manifest(agreement: "a-b"),
            .segment(agreement: "a-b", digest: digest),
            .disclosureRequests, .disclosureRequest(id), .addCheckpoint, .witnessCheckpoint(origin: digest),
            .log(file: "checkpoint"), .log(file: "tile/0/x001/067.p"),
        ]
        for route in routes {
            #expect(Route(path: route.path) == route)
            #expect(route.method == "POST" || route.requestLimit == 0)
            #expect(route.responseLimit > 0)
        }
        #expect(Route.queries.path == "/v1/queries")
        #expect(Route.queryBatches(id).path == "/v1/queries/\(id)/batches")
    }

    @Test(
        "is refused in any other spelling",
        arguments: [
            "", "/", "v1/hello", "/v1", "/v1/", "/v1/hello/", "//v1/hello", "/v1/Hello", "/v2/hello", "/v1/hello?x",
            "/v1/queries/x/batches", "/v1/queries/7B1C1F0E-5A43-4C0B-9D0C-2F6C3F0F7A11/batches",
            "/v1/indexes/A/manifest", "/v1/indexes/a/segments/00", "/v1/indexes/../manifest", "/log/", "/log/../key",
            "/log/.", "/log/a//b", "/log/%2e%2e", "/log/a/b/c/d/e/f/g",
        ]
    )
    func malformed(path: String) {
        #expect(Route(path: path) == nil)
    }

    @Test("of hostile text never crashes and keeps its path")
    func hostile() throws {
        var random = SplitMix64.announced("routes", fallback: 0x5EED)
        let digest = [UInt8](repeating: 0xA1, count: 32)
        for path in [Route.segment(agreement: "a-b", digest: digest).path, Route.queryBatches(try Sample.id()).path] {
            for _ in 0..<2_000 {
                let text = String(decoding: random.mutate(Array(path.utf8)), as: UTF8.self)
                if let route = Route(path: text) { #expect(route.path == text) }
            }
        }
    }

    @Test("is not followed by a directory that missed a change")
    func changes() async throws {
        let peers = PinnedPeers()
        var changes = peers.changes().makeAsyncIterator()
        peers.revoke(try #require(AgencyID("agency-x")))
        #expect(await changes.next() != nil)
    }
}
