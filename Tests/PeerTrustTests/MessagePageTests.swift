// docs/protocol/messages.md begins with a signed request: the program must believe it, or the page is wrong.
import Foundation
import PeerTrust
import Testing

@Suite("The page on messages")
struct MessagePageTests {
    /// The indented block that begins with this text, lines without their indent.
    private static func block(after start: String, in page: String) throws -> [String] {
        let lines = page.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let first = try #require(lines.firstIndex { $0.hasPrefix("    " + start) }, "the page has no block \(start)")
        return lines[first...].prefix { $0.hasPrefix("    ") }.map { String($0.dropFirst(4)) }
    }

    private static func page() throws -> String {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: root.appendingPathComponent("docs/protocol/messages.md"), encoding: .utf8)
    }

    @Test("its example verifies with the key it names, and its base is the one shown")
    func example() throws {
        let page = try Self.page()
        let request = try Self.block(after: "GET /v1/hello", in: page)
        let fields = request.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return MessageField(
                name: parts[0].lowercased(),
                value: parts[1].trimmingCharacters(in: .whitespaces)
            )
        }
        let host = try #require(fields.first { $0.name == "host" }).value
        let key = try Samples.key(1)
        let verifier = MessageVerifier(
            key: key.publicKey,
            sender: try Samples.agency("north-border"),
            recipient: try Samples.agency("sound-coast")
        )
        let (verified, components) = try verifier.verifyRequest(
            method: "GET",
            targetURI: "https://\(host)/v1/hello",
            UnverifiedMessage(fields: fields, body: []),
            now: 1_795_500_030
        )
        #expect(verified.receipt.index == 7)
        #expect(page.contains("`keyid` `\(key.publicKey.id)`"))
        let shown = try Self.block(after: "\"@method\"", in: page)
        #expect(shown.count == 7)
        #expect(shown.contains("\"@target-uri\": \(components.targetURI)"))
        #expect(shown.contains("\"comity-message\": \(components.message)"))
        #expect(Fingerprint(of: Array(shown.joined(separator: "\n").utf8)).hex == Self.hash(in: page))
    }

    /// The SHA-256 that the page gives for the base.
    private static func hash(in page: String) -> String? {
        page.components(separatedBy: "SHA-256\n`").dropFirst().first.map { String($0.prefix(64)) }
    }
}
