// The operator's pages: whose cards are trusted, and what is published; in numbers, never a record.
import AuditLog
import CanonicalJSON
import Foundation
import NodeCore
import NodeTesting
import Testing

@testable import Console

@Suite struct OperatorPageTests {
    /// `alpha` with an operator at the pages, and `bravo`, whom nobody knows yet.
    private static func with(_ body: (Stand, Browser, TestNode) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let clock = SettableClock.inForce
            let alpha = try await TestNode.make("alpha", in: folder, clock: clock)
            let bravo = try await TestNode.make("bravo", in: folder, clock: clock)
            let network = DirectNetwork([alpha, bravo])
            let stand = Stand(node: alpha, clock: clock, peers: network.peers(of: alpha))
            let result: Result<Void, any Error>
            do {
                let olaf = try await stand.person("olaf", ["operator"])
                result = .success(try await body(stand, olaf, bravo))
            } catch {
                result = .failure(error)
            }
            await alpha.node.close()
            await bravo.node.close()
            try result.get()
        }
    }

    private static func code(_ stand: Stand, _ browser: Browser) -> String {
        stand.clock.advance(seconds: 30)
        return browser.code(at: stand.clock.seconds)
    }

    @Test func workOnIndexesIsNoQuestionThatAnAnalystMayLookAt() async throws {
        try await Self.with { it, olaf, _ in
            let amina = try await it.person("amina", ["analyst"])
            let (gate, opened) = AsyncStream.makeStream(of: Void.self)
            let begin = await olaf.desk.indexesUnderWay.begin("indexes", of: "olaf") { for await _ in gate {} }
            #expect(begin == .begun)
            #expect(try await olaf.get("/indexes").text.contains("role=\"status\""), "it goes on")
            for path in ["/questions/indexes", "/questions/indexes/events"] {
                #expect(try await amina.get(path).status == 404, "\(path)")
            }
            opened.finish()
        }
    }

    @Test func aCardIsTrustedByTheFingerprintThatWasReadOut() async throws {
        try await Self.with { it, olaf, bravo in
            let card = try OwnCard.read(bravo.folder)
            let page = try await olaf.get("/peers")
            #expect(page.text.contains(try OwnCard.read(it.node.folder).fingerprint), "our own is there to be read")
            #expect(page.text.contains("No peer is known"))
            let token = try #require(page.formToken)
            let looked = try await olaf.upload(
                "/peers",
                [("form_token", token)],
                file: ("file", "b.card", Array(card.card.utf8))
            )
            #expect(looked.status == 200 && looked.text.contains("<bdi>Agency bravo</bdi>"))
            #expect(!looked.text.contains(card.fingerprint), "what can be copied is not compared")
            let pasted = try await olaf.post("/peers", [("form_token", token), ("card", card.card + "\r\n")])
            #expect(pasted.text.contains("<bdi>Agency bravo</bdi>"))
            let broken = try await olaf.post("/peers", [("form_token", token), ("card", "{}")])
            #expect(broken.status == 422 && broken.text.contains("role=\"alert\""))

            func trust(_ fingerprint: String, code: String) async throws -> Answer {
                try await olaf.post(
                    "/peers/trust",
                    [
                        ("form_token", token), ("card", card.card), ("fingerprint", fingerprint), ("code-trust", code),
                    ]
                )
            }
            #expect(try await trust(card.fingerprint, code: "000000").status == 403)
            let misread = String(card.fingerprint.reversed())
            let wrong = try await trust(misread, code: Self.code(it, olaf))
            #expect(wrong.status == 403 && wrong.text.contains("not that of this card"))
            #expect(try await it.node.node.peerReports().isEmpty, "nothing is trusted yet")
            let done = try await trust(card.fingerprint.uppercased(), code: Self.code(it, olaf))
            #expect(done.location == "/peers?done=trusted", "\(done.text)")
            #expect(try await olaf.get("/peers?done=trusted").text.contains("trusted from now on"))

            func revoke(_ again: String, code: String) async throws -> Answer {
                let form = [("form_token", token), ("agency", "bravo"), ("again", again), ("code-revoke", code)]
                return try await olaf.post("/peers/revoke", form)
            }
            #expect(try await revoke("alpha", code: Self.code(it, olaf)).status == 422)
            #expect(try await revoke("bravo", code: "000000").status == 403)
            #expect(try await it.node.node.peerReports().map(\.added) == [true])
            #expect(try await revoke("bravo", code: Self.code(it, olaf)).location == "/peers?done=revoked")
            #expect(try await it.node.node.peerReports().map(\.added) == [false])
            let events = try await it.node.leaves().map(\.event).filter { $0.hasPrefix("peer.") }
            #expect(events == ["peer.added", "peer.revoked"])
        }
    }

    @Test func indexesAreBuiltWhileNobodyWaits() async throws {
        try await JobTests.with { it in
            let olga = Browser(it.bravo.node, peers: it.lena.desk.peers)
            let user = try await it.bravo.node.addUser("olga", roles: ["operator"], by: "operator")
            _ = try await olga.setUp("olga", firstCode: try #require(user.code), clock: it.clock)
            let page = try await olga.get("/indexes")
            #expect(page.text.contains("<bdi>shared</bdi>") && page.text.contains("published by us, for"))
            #expect(!page.text.contains("Chahine"), "counts alone")
            let token = try #require(page.formToken)
            func settled() async throws -> Answer {
                for _ in 0..<6_000 {
                    let page = try await olga.get("/indexes")
                    if !page.text.contains("http-equiv=\"refresh\"") { return page }
                    try await Task.sleep(for: .milliseconds(10))
                }
                throw NeverDone()
            }
            #expect(try await olga.post("/indexes", [("form_token", token)]).location == "/indexes")
            #expect(try await settled().text.contains("nothing new to publish"))
            func rotate(_ again: String, code: String) async throws -> Answer {
                try await olga.post(
                    "/indexes/rotate",
                    [("form_token", token), ("index", "shared alpha"), ("again", again), ("code-rotate", code)]
                )
            }
            #expect(try await rotate("other", code: it.code(olga)).status == 422)
            #expect(try await rotate("shared", code: "000000").status == 403)
            #expect(try await it.bravo.node.indexList().indexes.map(\.epoch).max() == 1)
            #expect(try await rotate("shared", code: it.code(olga)).location == "/indexes")
            _ = try await settled()
            let epochs = try await it.bravo.node.indexList().indexes.filter { $0.asker == "alpha" }.map(\.epoch)
            #expect(epochs == [2])
        }
    }

    private struct NeverDone: Error {}
}
