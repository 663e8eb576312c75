// What somebody tries who has no business here: a session that was planted, headers and scripts in what is typed, and all
// connections at once.
import AsyncHTTPClient
import FederationServer
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import NodeCore
import NodeTesting
import ServiceLifecycle
import TestSupport
import Testing

@testable import Console

@Suite struct AttackTests {
    @Test func aPlantedSessionIsNeverTaken() async throws {
        try await Stand.with { it in
            let victim = try await it.person("ines", ["approver"])
            let attacker = try await it.person("amir", ["analyst"])
            let name = Headers.cookieName("alpha")
            let made = "\(name)=" + String(repeating: "A", count: 43)
            let theirs = try #require(attacker.cookie)
            for planted in [made, theirs] {
                it.clock.advance(seconds: 30)
                let browser = Browser(beside: victim)
                browser.cookie = planted
                let code = victim.code(at: it.clock.seconds)
                #expect(try await browser.signIn("ines", code: code).status == 303)
                let own = try #require(browser.cookie)
                #expect(own != planted && own.hasPrefix(name + "="))
                #expect(try await browser.get("/account").text.contains("<dd>ines</dd>"))
                // Who planted it has what they had before: nothing, or themselves.
                let other = Browser(beside: attacker)
                other.cookie = planted
                let seen = try await other.get("/account")
                #expect(!seen.text.contains("<dd>ines</dd>"))
                #expect(seen.status == (planted == made ? 303 : 200))
            }
        }
    }

    /// Closes whatever it could stand in, and says where it ends.
    private static let script = "x\"'></textarea></title><script>alert(1)</script>"
    private static let header = "x\r\nSet-Cookie: a=b\r\n\r\n<script>alert(1)</script>"

    @Test func whatIsTypedIsNeitherScriptNorHeader() async throws {
        try await Stand.with { it in
            let una = try await it.person("una", ["analyst", "approver", "officer", "operator"])
            let token = try #require(try await una.get("/account").formToken)
            let stranger = Browser(it.node.node, peers: it.peers)
            var looks = 0
            for text in [Self.script, Self.header] {
                let escaped = text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
                let names = [
                    "next", "done", "event", "peer", "agreement", "purpose", "outcome", "actor", "query", "since",
                    "until", "before", "search", "look",
                ]
                let query = names.map { "\($0)=\(escaped)" }.joined(separator: "&")
                var answers: [Answer] = []
                for route in RouteTable.all where route.method == .get && !route.path.contains("/:") {
                    for browser in [una, stranger] { answers.append(try await browser.get("\(route.path)?\(query)")) }
                }
                for route in RouteTable.all where route.method == .post && !route.path.contains("/:") {
                    guard route.path != "/sign-out" else { continue }
                    let fields = [
                        "name", "password", "code", "next", "first_code", "again", "agreement", "purpose", "basis",
                        "offence", "reference", "peers", "rows", "full_name", "question", "role", "code-add",
                        "code-reset", "account",
                    ].map { ($0, text) }
                    answers.append(try await una.post(route.path, fields + [("form_token", token)]))
                    if route.who == .anybody { answers.append(try await stranger.post(route.path, fields)) }
                }
                // The draft of the form above, too.
                answers.append(try await una.get("/ask"))
                for answer in answers {
                    looks += 1
                    #expect(!answer.text.contains("<script>alert"), "\(answer.text.prefix(400))")
                    for field in answer.headers {
                        #expect(!field.value.contains { $0.isNewline }, "\(field.name)")
                        let isOurs = ["__Host-comity-alpha=", "\(Look.cookieName)=auto.auto.on;"].contains {
                            field.value.hasPrefix($0)
                        }
                        #expect(field.name != .setCookie || isOurs)
                    }
                    #expect(answer.location.map { $0.hasPrefix("/") && !$0.hasPrefix("//") } != false)
                }
            }
            print("typed scripts and headers: \(looks) answers")
            #expect(looks > 50)
        }
    }

    @Test func nobodyTakesAllConnections() async throws {
        try await withTemporaryFolder { folder in
            let port = try #require(FreePort.find())
            let node = try await TestNode.make("alpha", in: folder, clock: .inForce, console: port)
            let quiet = Logger(label: "attacks") { _ in SwiftLogNoOpLogHandler() }
            var server = ConsoleServer(
                node: node.node,
                peers: DirectNetwork([node]).peers(of: node),
                certificate: try node.node.localCertificate(),
                plain: Router().buildResponder(),
                logger: quiet
            )
            server.connections = LocalConnections(mostStrangers: 8, mostOfOne: 4)
            let group = ServiceGroup(configuration: .init(services: [server], logger: quiet))
            let task = Task { try await group.run() }
            let address = "http://127.0.0.1:\(port)/health"
            func isServed() async -> Bool {
                var look = HTTPClientRequest(url: address)
                // Each look by a connection of its own: one that waited for the next would be among those pushed out.
                look.headers.add(name: "connection", value: "close")
                return (try? await HTTPClient.shared.execute(look, timeout: .seconds(60))) != nil
            }
            try await Waiting.until(every: .milliseconds(100)) { await isServed() }
            // Each begins a handshake and says no more.
            let held = (0..<40).compactMap { _ in Self.connect(port) }
            #expect(held.count == 40)
            #expect(await isServed(), "the newest finds a place")
            let isShort = try await Waiting.until { held.count { !Self.isClosed($0) } <= 8 }
            #expect(isShort, "the oldest went")
            for file in held { close(file) }
            await group.triggerGracefulShutdown()
            try? await task.value
            await node.node.close()
        }
    }

    /// A connection on which a handshake was begun.
    private static func connect(_ port: Int) -> Int32? {
        let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        let done = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(file, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        var first: UInt8 = 0x16
        guard done == 0, send(file, &first, 1, Int32(MSG_NOSIGNAL)) == 1 else {
            close(file)
            return nil
        }
        return file
    }

    private static func isClosed(_ file: Int32) -> Bool {
        var byte: UInt8 = 0
        let count = recv(file, &byte, 1, Int32(MSG_DONTWAIT) | Int32(MSG_PEEK))
        return count == 0 || (count < 0 && errno != EAGAIN)
    }
}
