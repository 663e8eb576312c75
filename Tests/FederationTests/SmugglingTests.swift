// Requests of two readings: two lengths, doubled fields, encodings, one request hidden behind another.
import FederationServer
import PeerTrust
import Testing
import WireProtocol

@Suite("A request with two meanings")
struct SmugglingTests {
    let asker: TestNode
    let holder: TestNode

    init() throws {
        asker = try TestNode("agency-a")
        holder = try TestNode("agency-b")
    }

    private func withLine(_ body: @Sendable (RawLine, ScriptedAnswerer) async throws -> Void) async throws {
        let answerer = try ScriptedAnswerer.echo(holder)
        let directory = PinnedPeers([try asker.peer(port: 1)])
        try await withServer(holder, directory: directory, answering: answerer) { port in
            try await body(RawLine(peer: RawPeer(node: asker, holder: holder, port: port)), answerer)
        }
    }

    private static let query = RawPeer.Bent(route: .queries, body: [0x7B, 0x7D])

    @Test("is answered when it has one")
    func good() async throws {
        try await withLine { line, answerer async throws in
            let answer = try await line.answer(to: line.lines(Self.query), body: Self.query.body, seconds: 1)
            #expect(answer.hasPrefix("HTTP/1.1 200 "), "\(answer)")
            #expect(answerer.requests.count == 1)
        }
    }

    @Test("is refused with 400 and the connection ends: two lengths, a length and chunks, a length that is none")
    func lengths() async throws {
        try await withLine { line, answerer async throws in
            for lengths in [
                ["Content-Length: 2", "Content-Length: 2"], ["Content-Length: 2", "Content-Length: 40"],
                ["Content-Length: 2, 2"], ["Content-Length: +2"], ["Content-Length: 0x2"], ["Content-Length : 2"],
                ["Content-Length: 2", "Transfer-Encoding: chunked"], ["Transfer-Encoding: chunked"],
                ["Transfer-Encoding: gzip, chunked", "Content-Length: 2"],
                ["Content-Length: 2", "Expect: 100-continue"],
            ] {
                // A second request stands where a reader of the other meaning would begin to read.
                let hidden = try line.lines(RawPeer.Bent()).joined(separator: "\r\n") + "\r\n\r\n"
                let lines = try line.lines(Self.query, length: false) + lengths
                let answer = try await line.answer(to: lines, body: Self.query.body + Array(hidden.utf8))
                #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(lengths): \(answer)")
                #expect(answer.components(separatedBy: "HTTP/1.1").count == 2, "one answer: \(lengths)")
            }
            #expect(answerer.requests.isEmpty)
        }
    }

    @Test("is refused with 400 for each covered field that stands twice, a second host and a doubled digest")
    func fields() async throws {
        try await withLine { line, answerer async throws in
            for name in [
                FieldName.contentType, FieldName.contentDigest, FieldName.message, FieldName.audit,
                FieldName.signatureInput, FieldName.signature, "Host",
            ] {
                let lines = try line.lines(Self.query)
                let again = try #require(lines.first { $0.hasPrefix(name + ":") })
                let answer = try await line.answer(to: lines + [again], body: Self.query.body)
                #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(name): \(answer)")
            }
            let digest = ContentDigest.field(of: Self.query.body)
            for value in [
                digest + ", " + digest, digest + ", sha-512=:AAAA:", "sha-512=:AAAA:", digest + ";q=1",
                "sha-256=:AAAA:",
            ] {
                var bent = Self.query
                bent.change = { $0.name == FieldName.contentDigest ? MessageField(name: $0.name, value: value) : $0 }
                let answer = try await line.answer(to: line.lines(bent), body: bent.body)
                #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(value): \(answer)")
            }
            #expect(answerer.requests.isEmpty)
        }
    }

    @Test("is refused with 400 when its body is encoded, whatever the encoding is called")
    func encodings() async throws {
        try await withLine { line, answerer async throws in
            for encoding in ["gzip", "identity", "br", "x-made-up"] {
                let lines = try line.lines(Self.query) + ["Content-Encoding: \(encoding)"]
                let answer = try await line.answer(to: lines, body: Self.query.body)
                #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(encoding): \(answer)")
            }
            #expect(answerer.requests.isEmpty)
        }
    }
}

extension String {
    fileprivate func components(separatedBy separator: String) -> [Substring] {
        split(separator: separator, omittingEmptySubsequences: false)
    }
}
