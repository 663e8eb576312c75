// docs/protocol/example.md is an exchange byte by byte: this test writes the page and fails when the program speaks
// otherwise.
import CanonicalJSON
import Foundation
import PeerTrust
import SetIntersection
import Sodium
import Testing
import TransparencyLog
import WireProtocol

@Suite("The page with an example")
struct ExamplePageTests {
    @Test("docs/protocol/example.md is what the program says; COMITY_WRITE_DOCS=1 rewrites it")
    func page() throws {
        let url = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("docs/protocol/example.md")
        let before = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
        let page = try ExamplePage(exchange: ExampleExchange(), before: before).text()
        if ProcessInfo.processInfo.environment["COMITY_WRITE_DOCS"] == "1" {
            try page.write(to: url, atomically: true, encoding: .utf8)
        }
        let written = try String(contentsOf: url, encoding: .utf8)
        if written != page {
            let (left, right) = (written.split(separator: "\n"), page.split(separator: "\n"))
            let first = zip(left, right).first { $0 != $1 }
            Issue.record(
                """
                docs/protocol/example.md differs from what the program says
                page:    \(first?.0 ?? "(ends early)")
                program: \(first?.1 ?? "(ends early)")
                try: COMITY_WRITE_DOCS=1 swift test --filter ExamplePageTests
                """
            )
        }
    }
}

private struct ExamplePage {
    let exchange: ExampleExchange
    let before: String

    func text() throws -> String {
        let match = try exchange.match()
        let sections = [
            try head(), try hello(), try query(match), try found(match), try disclosure(match), try release(),
        ]
        return sections.joined(separator: "\n\n") + "\n"
    }

    private func head() throws -> String {
        """
        # An exchange, byte by byte

        <!-- written by Tests/WireProtocolTests/ExamplePageTests.swift; do not edit:
             COMITY_WRITE_DOCS=1 swift test --filter ExamplePageTests -->

        North Border asks, Sound Coast answers. Every key is a test key: 32 bytes of one value. A client that makes these bytes from
        these keys speaks the protocol. All messages are made at \(ExampleExchange.time) (seconds since 1970). Bodies stand on one line and
        have no line feed at their end.

        | What | Value |
        |---|---|
        | asker, holder, agreement, epoch | `\(exchange.asker)`, `\(exchange.holder)`, `\(ExampleExchange.agreement)`, \(ExampleExchange.epoch) |
        | asker's signing key | Ed25519 seed: 32 bytes `01`; public `\(hex(exchange.askerKey.publicKey.bytes))` |
        | holder's signing key | Ed25519 seed: 32 bytes `02`; public `\(hex(exchange.holderKey.publicKey.bytes))` |
        | asker's sealing key `\(ExampleExchange.keyID)` | X-Wing seed: 32 bytes `03` |
        | holder's epoch seed | 32 bytes `04` |
        | asker's blind seed *s* | 32 bytes `05` |
        | asker's keys, class `identifiers` | `imo` ‖ 00 ‖ `9074729`; `phone` ‖ 00 ‖ `+4915124427727` |
        | holder's record | has the phone; handle `\(exchange.handle)` |

        Made up, and checked by nobody here: receipts (`Comity-Audit`), the agreement's digest, case and analyst.
        """
    }

    private func hello() throws -> String {
        let body = try Hello(agency: exchange.holder, cardSerial: 1).body()
        let (request, answer) = try exchange.exchange(0, .hello, answer: body)
        return """
            ## Hello

            \(shown(request))

            Its signature base:

            \(indented(request.base))

            The answer:

            \(shown(answer))

            Its signature base, the request's parts taken up again:

            \(indented(answer.base))
            """
    }

    private func query(_ match: ExampleExchange.Match) throws -> String {
        let body = try exchange.queryRequest(match).body()
        let (request, answer) = try exchange.exchange(1, .queries, body: body, answer: match.answer.body())
        return """
            ## A query

            Two keys and six pads. Positions: 0 is the IMO number, 1 the phone, 2 to 7 the pads.

            | What | Value |
            |---|---|
            | index id | `\(match.indexID.text)` |
            | public key *K* | `\(hex(match.publicKey))` |
            | *r*₁ | `\(hex(match.opening.blind))` |
            | point root, for both logs | `\(hex(match.points.pointRoot.bytes))` |

            \(shown(request))

            \(summary(request))

            \(shown(answer))

            \(summary(answer))
            """
    }

    private func found(_ match: ExampleExchange.Match) throws -> String {
        """
        ## The look-up

        The index of the class is one segment of 64 entries, 63 of them chaff (base64url):

        \(indented(Base64URL.encode(match.segment)))

        | What | Value |
        |---|---|
        | *y*₁ | `\(hex(match.output))` |
        | entry found | `\(hex(try entry(match)))`, slot \(match.slot) |
        | handle | `\(exchange.handle)` |
        | hit key *P* | `\(match.hitKey.secret.withUnsafeBytes { hex(Array($0)) })` |
        """
    }

    /// The entry of the segment whose tag is the first eight bytes of X_0: found here by the handle's own arithmetic.
    private func entry(_ match: ExampleExchange.Match) throws -> [UInt8] {
        let entries = stride(from: 0, to: match.segment.count, by: 13).map { Array(match.segment[$0..<$0 + 13]) }
        let slots = try match.slots()
        return try #require(entries.first { $0.prefix(8) == slots[match.slot].prefix(8) })
    }

    private func disclosure(_ match: ExampleExchange.Match) throws -> String {
        let body = try exchange.disclosureRequest(match).body()
        let accepted = DisclosureAccepted(id: exchange.request, deadline: deadline)
        let (request, answer) = try exchange.exchange(
            2,
            .disclosureRequests,
            body: body,
            status: 202,
            answer: accepted.body()
        )
        return """
            ## A disclosure request

            The proof is made over:

            \(indented(String(decoding: try exchange.disclosureQuestion().provenBytes(), as: UTF8.self)))

            The request:

            \(shown(request))

            \(summary(request))

            \(shown(answer))

            \(summary(answer))
            """
    }

    private var deadline: Int { ExampleExchange.time + 8 * 3_600 }

    private func release() throws -> String {
        let inside = try exchange.inside()
        let sealed = try exchange.sealed(keeping: before)
        let status = DisclosureStatus(id: exchange.request, deadline: deadline, state: .released(sealed))
        let (request, answer) = try exchange.exchange(3, .disclosureRequest(exchange.request), answer: status.body())
        let length = Int(inside.padded[2]) << 8 | Int(inside.padded[3])
        return """
            ## The release

            \(shown(request))

            \(summary(request))

            \(shown(answer))

            \(summary(answer))

            `info`:

            \(indented(String(decoding: inside.info, as: UTF8.self)))

            `aad`, which is `additional_data`:

            \(indented(String(decoding: inside.additionalData, as: UTF8.self)))

            Opened with the sealing key it gives \(inside.padded.count) bytes: the length \(length), then

            \(indented(String(decoding: inside.padded[4..<4 + length], as: UTF8.self)))

            and zeros. The signature in it verifies with the holder's key.
            """
    }

    // MARK: Words

    private func shown(_ message: ShownMessage) -> String {
        let fields = message.fields.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
        let body = message.body.isEmpty ? "" : "\n\n" + String(decoding: message.body, as: UTF8.self)
        return indented("\(message.start)\n\(fields)\(body)")
    }

    private func summary(_ message: ShownMessage) -> String {
        let base = Array(message.base.utf8)
        return "Its base has \(base.count) bytes, SHA-256 `\(Fingerprint(of: base).hex)`."
    }

    private func indented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "    \($0)" }
            .joined(separator: "\n")
    }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
