import FederationServer
import PeerTrust
import Testing
import WireProtocol

@Suite("A pinned peer that breaks the rules")
struct RefusalTests {
    let asker: TestNode
    let holder: TestNode

    init() throws {
        asker = try TestNode("agency-a")
        holder = try TestNode("agency-b")
    }

    func withRawPeer(_ body: @Sendable (RawPeer, ScriptedAnswerer) async throws -> Void) async throws {
        let answerer = try ScriptedAnswerer.echo(holder)
        let directory = PinnedPeers([try asker.peer(port: 1)])
        try await withServer(holder, directory: directory, answering: answerer) { port in
            try await body(RawPeer(node: asker, holder: holder, port: port), answerer)
        }
    }

    @Test("is refused with 401 for each component that its signature leaves out")
    func missingComponents() async throws {
        try await withRawPeer { raw, answerer async throws in
            for name in ["@method", "@target-uri", "content-type", "content-digest", "comity-message", "comity-audit"] {
                var bent = RawPeer.Bent()
                bent.change = { field in
                    guard field.name == FieldName.signatureInput else { return field }
                    let value = field.value.replacing("\"\(name)\"", with: "").replacing("  ", with: " ")
                    return MessageField(
                        name: field.name,
                        value: value.replacing("( ", with: "(").replacing(" )", with: ")")
                    )
                }
                #expect(try await raw.status(bent) == 401, "\(name)")
                if name.first != "@" {
                    var without = RawPeer.Bent()
                    without.change = { $0.name == name ? nil : $0 }
                    #expect(try await raw.status(without) == 401, "field \(name)")
                }
            }
            #expect(answerer.requests.isEmpty)
        }
    }

    @Test("is refused with 401 when unsigned, stale, early, misaddressed, misnamed or with another body")
    func unbelieved() async throws {
        try await withRawPeer { raw, answerer async throws in
            var unsigned = RawPeer.Bent()
            unsigned.change = { $0.name == FieldName.signature ? nil : $0 }
            #expect(try await raw.status(unsigned) == 401)
            var stale = RawPeer.Bent()
            stale.created = systemNow() - 185
            #expect(try await raw.status(stale) == 401)
            var early = RawPeer.Bent()
            early.created = systemNow() + 600
            #expect(try await raw.status(early) == 401)
            var misaddressed = RawPeer.Bent()
            misaddressed.to = AgencyID("agency-c")
            #expect(try await raw.status(misaddressed) == 401)
            var misnamed = RawPeer.Bent()
            misnamed.from = AgencyID("agency-c")
            #expect(try await raw.status(misnamed) == 401)
            var otherBody = RawPeer.Bent(route: .queries, body: [1])
            otherBody.sentBody = [2]
            #expect(try await raw.status(otherBody) == 401)
            #expect(answerer.requests.isEmpty)
        }
    }

    @Test("reaches the answerer again with a replayed message: the same nonce, for it to refuse")
    func replay() async throws {
        try await withRawPeer { raw, answerer async throws in
            let bent = RawPeer.Bent()
            let fields = try raw.fields(bent)
            #expect(try await raw.status(bent, fields: fields) == 200)
            #expect(try await raw.status(bent, fields: fields) == 200)
            try #require(answerer.requests.count == 2)
            #expect(answerer.requests[0].nonce == bent.nonce)
            #expect(answerer.requests[1].nonce == bent.nonce)
        }
    }

    @Test("is refused for unknown paths, methods, media types, encodings and sizes before anything is read")
    func http() async throws {
        try await withRawPeer { raw, answerer async throws in
            #expect(try await raw.status(RawPeer.Bent(path: "/v1/nothing")) == 404)
            #expect(try await raw.status(RawPeer.Bent(path: "/v1/hello?x=1")) == 404)
            #expect(try await raw.status(RawPeer.Bent(path: "/v1/../v1/hello")) == 404)
            #expect(try await raw.status(RawPeer.Bent(method: "DELETE")) == 405)
            #expect(try await raw.status(RawPeer.Bent(method: "GET", path: "/v1/queries")) == 405)
            #expect(try await raw.status(RawPeer.Bent(body: [1])) == 413)
            let large = [UInt8](repeating: 0x20, count: WireLimits.pointBody + 1)
            #expect(try await raw.status(RawPeer.Bent(route: .queries, body: large)) == 413)
            let encoded = MessageField(name: "content-encoding", value: "gzip")
            #expect(try await raw.status(RawPeer.Bent(route: .queries, body: [1], extra: [encoded])) == 400)
            #expect(try await raw.status(RawPeer.Bent(route: .addCheckpoint, path: "/v1/queries", body: [1])) == 415)
            #expect(answerer.requests.isEmpty)
        }
    }

    @Test("keeps its connection for good messages after a bad one")
    func recovery() async throws {
        try await withRawPeer { raw, answerer async throws in
            #expect(try await raw.status(RawPeer.Bent(path: "/v1/nothing")) == 404)
            #expect(try await raw.status(RawPeer.Bent(route: .queries, body: [1])) == 200)
            #expect(answerer.requests.count == 1)
        }
    }
}
