// What a form may send, and when it is read: nothing of a stranger's file, nothing of one without its token, and no more at once
// than there is room for.
import AuditLog
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NodeCore
import NodeTesting
import Synchronization
import Testing

@testable import Console

@Suite struct BodyBoundTests {
    /// A body in pieces, which counts those that were asked for.
    private struct Pieces: AsyncSequence, Sendable {
        final class Taken: Sendable {
            private let count = Mutex(0)
            var pieces: Int { count.withLock { $0 } }
            func take() -> Int {
                count.withLock {
                    $0 += 1
                    return $0
                }
            }
        }

        let first: [UInt8]
        /// So many more, of 64 KiB each.
        let more: Int
        var end: [UInt8] = []
        /// Before the last piece.
        var meanwhile: @Sendable () async -> Void = {}
        let taken = Taken()

        struct AsyncIterator: AsyncIteratorProtocol {
            let pieces: Pieces

            mutating func next() async -> ByteBuffer? {
                let number = pieces.taken.take()
                if number == 1 { return ByteBuffer(bytes: pieces.first) }
                if number <= pieces.more + 1 { return ByteBuffer(repeating: 0x61, count: 64 << 10) }
                guard number == pieces.more + 2, !pieces.end.isEmpty else { return nil }
                await pieces.meanwhile()
                return ByteBuffer(bytes: pieces.end)
            }
        }

        func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pieces: self) }
    }

    private static let boundary = "----bounds"

    private static var multipart: [String: String] {
        var headers = Browser.ownForm
        headers["Content-Type"] = "multipart/form-data; boundary=\(boundary)"
        return headers
    }

    /// A file of so many pieces in a form that begins with a token.
    private static func file(_ token: String, pieces: Int) -> Pieces {
        let part = "--\(boundary)\r\nContent-Disposition: form-data; name=\"form_token\"\r\n\r\n\(token)\r\n"
        let head = "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n"
        return Pieces(
            first: Array((part + head).utf8),
            more: pieces,
            end: Array("\r\n--\(boundary)--\r\n".utf8)
        )
    }

    private static let greatest = ["Content-Length": String(16 << 20)]

    @Test func nothingIsReadOfWhatNobodyMaySend() async throws {
        try await Stand.with { it in
            let stranger = Browser(it.node.node, peers: it.peers)
            let amina = try await it.person("amina", ["analyst"])
            let olaf = try await it.person("olaf", ["operator"])
            var foreign = Self.multipart
            foreign["Sec-Fetch-Site"] = "cross-site"
            var text = Browser.ownForm
            text["Content-Type"] = "text/csv"
            let cases: [(Browser, [String: String], Int, String)] = [
                (stranger, Self.multipart, 303, "/records/import"), (olaf, Self.multipart, 403, "/records/import"),
                (amina, foreign, 403, "/records/import"), (amina, text, 415, "/records/import"),
                (amina, Self.multipart, 415, "/account/look"), (stranger, Browser.ownForm, 413, "/sign-in"),
                (
                    amina, Self.multipart.merging(["Content-Length": String((16 << 20) + 1)]) { $1 }, 413,
                    "/records/import"
                ),
                (amina, Browser.ownForm, 413, "/sign-out"), (amina, Browser.ownForm, 413, "/ask"),
            ]
            for (browser, headers, status, path) in cases {
                let body = Self.file("", pieces: 256)
                let declared = Self.greatest.merging(headers) { $1 }
                let answer = try await browser.send("POST", path, declared, RequestBody(asyncSequence: body))
                #expect(answer.status == status && body.taken.pieces == 0, "\(path) \(answer.status)")
                #expect(answer.headers[.connection] == "close", "\(path): what still comes is read by nobody")
                #expect(status == 303 || answer.text.contains("<h1>"), "\(path): in words")
            }
            let entries = try await it.node.closedLeaves().filter { $0.event == "access.refused" }
            #expect(entries.count == 1, "the role that was refused")
        }
    }

    @Test func aFileIsReadOnlyAfterItsToken() async throws {
        try await Stand.with { it in
            let amina = try await it.person("amina", ["analyst"])
            let omar = try await it.person("omar", ["analyst"], beside: amina)
            let token = try #require(try await amina.get("/records/import").formToken)
            let other = try #require(try await omar.get("/records/import").formToken)
            for wrong in [other, "", token + "A"] {
                let body = Self.file(wrong, pieces: 256)
                let answer = try await amina.send(
                    "POST",
                    "/records/import",
                    Self.multipart,
                    RequestBody(asyncSequence: body)
                )
                #expect(answer.status == 403 && answer.text.contains("earlier session"))
                #expect(body.taken.pieces <= 3, "64 KiB and no more: \(body.taken.pieces)")
            }
            // Pasted text the same, and a token after it does not count.
            let late = Pieces(first: Array("rows=".utf8), more: 3, end: Array("&form_token=\(token)".utf8))
            let pasted = try await amina.send("POST", "/ask", Browser.ownForm, RequestBody(asyncSequence: late))
            #expect(pasted.status == 403 && late.taken.pieces <= 3)
            let good = Self.file(token, pieces: 4)
            let kept = try await amina.send(
                "POST",
                "/records/import",
                Self.multipart,
                RequestBody(asyncSequence: good)
            )
            #expect(kept.status == 422 && kept.text.contains("role=\"alert\""), "it was read, and is no CSV")
            let endless = Self.file(token, pieces: 400)
            let large = try await amina.send(
                "POST",
                "/records/import",
                Self.multipart,
                RequestBody(asyncSequence: endless)
            )
            #expect(large.status == 413 && large.text.contains("too large") && endless.taken.pieces < 260)
            #expect(amina.desk.uploads.taken == 0, "every share was given back")
        }
    }

    @Test func whoIsSignedOutWhileTheirFormComesSendsNothing() async throws {
        try await Stand.with { it in
            let amina = try await it.person("amina", ["analyst"])
            let token = try #require(try await amina.get("/ask").formToken)
            let first = Array("form_token=\(token)&do=check&agreement=shared&full_name=".utf8)
            func send(_ meanwhile: @escaping @Sendable () async -> Void) async throws -> Answer {
                let body = Pieces(first: first, more: 0, end: Array("Late".utf8), meanwhile: meanwhile)
                return try await amina.send("POST", "/ask", Browser.ownForm, RequestBody(asyncSequence: body))
            }
            let before = try await send {}
            #expect(before.status != 303 && before.text.contains("Late"))
            let node = it.node.node
            let after = try await send { _ = try? await node.changeRoles("amina", roles: ["officer"], by: "operator") }
            #expect(after.status == 303 && after.location == "/sign-in" && !after.text.contains("Late"))
        }
    }

    @Test func severalAtOnceHaveNoMoreThanTheirRoom() async throws {
        try await Stand.with { it in
            let amina = try await it.person("amina", ["analyst"])
            let uploads = Uploads(most: 32 << 20)
            amina.desk.uploads = uploads
            let token = try #require(try await amina.get("/records/import").formToken)
            func send() async throws -> Answer {
                let body = RequestBody(asyncSequence: Self.file(token, pieces: 2))
                return try await amina.send("POST", "/records/import", Self.multipart, body)
            }
            // Two others send a file each, as great as one may be.
            let shares = [try uploads.take(16 << 20, for: "ben"), try uploads.take(16 << 20, for: "cleo")]
            let third = try await send()
            #expect(third.status == 503 && third.headers[.retryAfter] == "10")
            #expect(third.text.contains("Others are sending much"))
            let small = try await amina.post("/ask", [("form_token", token), ("do", "check")])
            #expect(small.status == 422 || small.status == 200, "a page of lines needs no room")
            for share in shares { uploads.give(back: share) }
            #expect(try await send().status == 422, "there is room again")
            let own = try uploads.take(100_000, for: "amina")
            let again = try await send()
            #expect(again.status == 429 && again.headers[.retryAfter] == "10")
            #expect(again.text.contains("Something of yours"))
            uploads.give(back: own)
            #expect(uploads.taken == 0)
        }
    }

    @Test func whoeverIsTooSlowGivesTheRoomBack() async throws {
        try await Stand.with { it in
            let amina = try await it.person("amina", ["analyst"])
            amina.desk.uploads = Uploads(patience: .zero)
            let token = try #require(try await amina.get("/records/import").formToken)
            let body = RequestBody(asyncSequence: Self.file(token, pieces: 4))
            let answer = try await amina.send("POST", "/records/import", Self.multipart, body)
            #expect(answer.status == 408 && answer.text.contains("took too long"))
            #expect(amina.desk.uploads.taken == 0)
        }
    }
}
