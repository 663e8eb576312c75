// docs/protocol names every member, path, limit and refusal of the wire: what the code has and the pages lack is found here.
import CanonicalJSON
import Foundation
import PeerTrust
import Testing
import WireProtocol

@Suite("The pages on the wire")
struct ProtocolPageTests {
    private static func page(_ name: String) throws -> String {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: root.appendingPathComponent("docs/protocol/\(name).md"), encoding: .utf8)
    }

    private static func grouped(_ number: Int) -> String {
        let digits = Array(String(number))
        return digits.enumerated().reduce(into: "") { text, item in
            if item.offset > 0, (digits.count - item.offset) % 3 == 0 { text.append(",") }
            text.append(item.element)
        }
    }

    @Test("every member of a query and its answer is on the page")
    func members() throws {
        let page = try Self.page("queries")
        let names = try Set(Sample.query().members.keys).union(Sample.answer().members.keys)
        for name in names.union(["v"]) { #expect(page.contains("| `\(name)` |"), "\(name)") }
        #expect(page.contains(#"{"deadline","query","v"}"#))
        #expect(try Set(QueryHeld(query: Sample.id(), deadline: 0).members.keys) == ["deadline", "query"])
    }

    @Test("every member of a manifest's envelope and of hello is on the page")
    func envelope() throws {
        let index = try Self.page("match-index")
        for name in Sample.envelope().members.keys { #expect(index.contains("| `\(name)` |"), "\(name)") }
        let messages = try Self.page("messages")
        let hello = Hello(agency: try #require(AgencyID("sound-coast")), cardSerial: 1)
        for name in hello.members.keys { #expect(messages.contains("| `\(name)` |"), "\(name)") }
        let body = String(decoding: try hello.body(), as: UTF8.self)
        #expect(messages.contains("    \(body)\n"), "the page's hello is not \(body)")
    }

    @Test("every member of the disclosure messages is on the page")
    func disclosures() throws {
        let page = try Self.page("disclosures")
        let id = try Sample.id()
        let question = DisclosureQuestion(
            id: id,
            agreement: "a",
            handle: "00112233aa",
            epoch: 1,
            fields: ["full_name"],
            reason: "why",
            confirmed: true
        )
        let request = DisclosureRequest(
            question: question,
            query: id,
            urgency: .normal,
            sealing: try Sample.sealing(),
            proofs: [HitProof(mac: [UInt8](repeating: 0, count: 32), slot: 0)]
        )
        for name in request.members.keys { #expect(page.contains("| `\(name)` |"), "\(name)") }
        guard case .object(let inner)? = request.members["request"] else {
            Issue.record("a request is no object")
            return
        }
        for name in inner.keys { #expect(page.contains("| `request.\(name)` |"), "\(name)") }
        let states: [DisclosureStatus.State] = [
            .deciding, .askedBack(question: "?"), .refused(ground: "g", because: "b"), .nothing,
            .released(SealedRelease(keyID: "k", encapsulation: [], ciphertext: [], additionalData: [])),
        ]
        for state in states {
            let members = DisclosureStatus(id: id, deadline: 0, state: state).members
            for name in members.keys { #expect(page.contains("| `\(name)` |"), "\(name)") }
            #expect(page.contains("`\(members["state"]?.string ?? "-")`"))
        }
    }

    @Test("every kind of refusal is on the page with its status", arguments: Problem.Kind.allCases)
    func refusal(_ kind: Problem.Kind) throws {
        #expect(try Self.page("messages").contains("| `\(kind.rawValue)` | \(kind.status) |"))
    }

    @Test("the page's refusal is one")
    func example() throws {
        let line = try #require(
            Self.page("messages").split(separator: "\n").first { $0.hasPrefix("    {\"detail\"") }
        )
        let problem = try Problem(body: Array(line.dropFirst(4).utf8))
        #expect(problem.kind == .refused)
    }

    @Test("every path is on the page with its limits")
    func paths() throws {
        let page = try Self.page("messages")
        let id = try Sample.id()
        let digest = [UInt8](repeating: 0, count: 32)
        let routes: [(Route, String)] = [
            (.hello, "hello"), (.queries, "queries"), (.queryBatches(id), "queries/<query id>/batches"),
            (.manifest(agreement: "a"), "indexes/<agreement>/manifest"),
            (.manifestVersion(agreement: "a", version: 1), "indexes/<agreement>/manifests/<version>"),
            (.segment(agreement: "a", digest: digest), "indexes/<agreement>/segments/<sha256>"),
            (.disclosureRequests, "disclosure-requests"), (.disclosureRequest(id), "disclosure-requests/<id>"),
            (.addCheckpoint, "witness/add-checkpoint"),
            (.witnessCheckpoint(origin: digest), "witness/<sha256 of origin>/checkpoint"),
        ]
        let rows = page.split(separator: "\n")
        for (route, template) in routes + [(.log(file: "checkpoint"), "")] {
            let path = template.isEmpty ? "`GET /log/<file>`" : "`\(route.method) /v1/\(template)`"
            let row = try #require(rows.first { $0.contains(path) }, "\(path)")
            #expect(row.contains(Self.grouped(route.responseLimit)), "\(path): \(route.responseLimit)")
            #expect(row.contains(route.requestLimit == 0 ? "none" : Self.grouped(route.requestLimit)), "\(path)")
        }
    }

    @Test("limits are on the page")
    func limits() throws {
        let page = try Self.page("messages")
        for limit in [
            WireLimits.pointsPerBatch, WireLimits.keysPerQuery, WireLimits.classes, WireLimits.manifest,
            WireLimits.problemBody,
        ] {
            #expect(page.contains("| \(Self.grouped(limit))"), "\(limit)")
        }
    }
}
