// A browser of the tests, as far as the console sees one: cookies, forms, origin. Talks to the front desk without a socket.
import Accounts
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NodeCore
import NodeTesting
import Testing
import WireProtocol

@testable import Console

/// What a page was answered with.
struct Answer: Sendable {
    let status: Int
    let headers: HTTPFields
    let text: String

    var location: String? { headers[.location] }

    /// What stands between two texts; nil if they do not.
    func between(_ start: String, _ end: String) -> String? {
        guard let from = text.range(of: start), let to = text.range(of: end, range: from.upperBound..<text.endIndex)
        else { return nil }
        return String(text[from.upperBound..<to.lowerBound])
    }

    var formToken: String? { between("name=\"form_token\" value=\"", "\"") }
    /// What an approval is bound to.
    var seen: String? { between("name=\"seen\" value=\"", "\"") }
}

/// Keeps what a browser keeps.
final class Browser {
    static let host = "127.0.0.1:7080"

    var desk: FrontDesk
    let address: String
    var cookie: String?
    /// How pages are to look, as the console keeps it here.
    var look: String?
    /// Seconds of the test's clock at which this person's code was used last.
    var secret: [UInt8] = []

    init(_ node: Node, peers: any PeerReaching, address: String = "127.0.0.1") {
        var logger = Logger(label: "console tests")
        logger.logLevel = .critical
        desk = FrontDesk(node: node, peers: peers, logger: logger)
        self.address = address
    }

    /// A second browser at the same console.
    init(beside other: Browser, address: String? = nil) {
        desk = other.desk
        self.address = address ?? other.address
    }

    func get(_ path: String) async throws -> Answer { try await send("GET", path, [:], body: "") }

    /// Sends a form as a page of the console does.
    func post(_ path: String, _ fields: [(String, String)], headers: [String: String]? = nil) async throws -> Answer {
        let body = fields.map { "\(Self.escape($0.0))=\(Self.escape($0.1))" }.joined(separator: "&")
        return try await send("POST", path, headers ?? Self.ownForm, body: body)
    }

    /// Sends a form with a file, as browsers do.
    func upload(
        _ path: String,
        _ fields: [(String, String)],
        file: (field: String, name: String, bytes: [UInt8])
    ) async throws -> Answer {
        let boundary = "----comity-test-boundary"
        var body: [UInt8] = []
        for (name, value) in fields {
            let part = "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
            body += Array(part.utf8)
        }
        let head =
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(file.field)\"; filename=\"\(file.name)\"\r\n"
        body += Array("\(head)Content-Type: application/octet-stream\r\n\r\n".utf8) + file.bytes
        body += Array("\r\n--\(boundary)--\r\n".utf8)
        var headers = Self.ownForm
        headers["Content-Type"] = "multipart/form-data; boundary=\(boundary)"
        return try await send("POST", path, headers, bytes: body)
    }

    static let ownForm = [
        "Content-Type": "application/x-www-form-urlencoded", "Origin": "https://\(host)",
        "Sec-Fetch-Site": "same-origin",
    ]

    func send(_ method: String, _ path: String, _ headers: [String: String], body: String) async throws -> Answer {
        try await send(method, path, headers, bytes: Array(body.utf8))
    }

    private func send(
        _ method: String,
        _ path: String,
        _ headers: [String: String],
        bytes: [UInt8]
    ) async throws -> Answer {
        try await send(method, path, headers, RequestBody(buffer: ByteBuffer(bytes: bytes)))
    }

    func send(
        _ method: String,
        _ path: String,
        _ headers: [String: String],
        _ body: RequestBody
    ) async throws -> Answer {
        var head = HTTPRequest(
            method: try #require(HTTPRequest.Method(method)),
            scheme: "https",
            authority: Self.host,
            path: path
        )
        for (name, value) in headers { head.headerFields[try #require(HTTPField.Name(name))] = value }
        let cookies = [cookie, look].compactMap { $0 }
        if !cookies.isEmpty { head.headerFields[.cookie] = cookies.joined(separator: "; ") }
        let request = Request(head: head, body: body)
        let response = await desk.respond(to: request, from: address)
        for set in response.headers[values: .setCookie] {
            guard let pair = set.split(separator: ";").first else { continue }
            if pair.hasPrefix(Look.cookieName) {
                look = String(pair)
                continue
            }
            cookie = set.contains("Max-Age=0") ? nil : String(pair)
        }
        let writer = Collector()
        try await response.body.write(writer)
        return Answer(
            status: Int(response.status.code),
            headers: response.headers,
            text: String(buffer: writer.buffer)
        )
    }

    private static func escape(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    private final class Collector: ResponseBodyWriter {
        var buffer = ByteBuffer()

        func write(_ buffer: ByteBuffer) async throws { self.buffer.writeImmutableBuffer(buffer) }

        func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }
}

extension Browser {
    static let password = "ferry lantern oblique walnut"

    /// The app's code at a moment.
    func code(at seconds: Int) -> String { TimeCode.code(secret, step: TimeCode.step(at: seconds)) }

    /// Sets up a sign-in through the pages, as a person with a one-time code does; leaves it signed in.
    @discardableResult
    func setUp(_ name: String, firstCode: String, clock: SettableClock) async throws -> Answer {
        let offered = try await post("/start", [("name", name), ("first_code", firstCode)])
        try #require(offered.status == 200, "\(offered.text)")
        secret = Self.bytes(base32: try #require(offered.between("<p class=\"code\" dir=\"ltr\">", "</p>")))
        return try await post(
            "/start/set-up",
            [
                ("name", name), ("first_code", firstCode), ("password", Self.password), ("again", Self.password),
                ("code", code(at: clock.seconds)),
            ]
        )
    }

    func signIn(_ name: String, password: String = password, code: String) async throws -> Answer {
        try await post("/sign-in", [("name", name), ("password", password), ("code", code)])
    }

    static func bytes(base32 text: String) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var bytes: [UInt8] = []
        var (pending, count) = (0, 0)
        for character in text where character != "-" {
            pending = (pending << 5 | (alphabet.firstIndex(of: character) ?? 0)) & 0xFFFF
            count += 5
            if count >= 8 {
                bytes.append(UInt8(pending >> (count - 8) & 0xFF))
                count -= 8
            }
        }
        return bytes
    }
}

/// A node with a console, and people who can sign in to it.
struct Stand {
    let node: TestNode
    let clock: SettableClock
    let peers: any PeerReaching

    static func with(_ body: (Stand) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let clock = SettableClock.inForce
            let node = try await TestNode.make("alpha", in: folder, clock: clock)
            let network = DirectNetwork([node])
            let result: Result<Void, any Error>
            do {
                result = .success(try await body(Stand(node: node, clock: clock, peers: network.peers(of: node))))
            } catch {
                result = .failure(error)
            }
            await node.node.close()
            try result.get()
        }
    }

    /// An account with these roles, signed in through the pages.
    func person(_ name: String, _ roles: [String], beside: Browser? = nil) async throws -> Browser {
        let browser = beside.map { Browser(beside: $0) } ?? Browser(node.node, peers: peers)
        let user = try await node.node.addUser(name, roles: roles, by: "operator")
        let done = try await browser.setUp(name, firstCode: try #require(user.code), clock: clock)
        try #require(done.status == 200, "\(done.text)")
        return browser
    }
}
