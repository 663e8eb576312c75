// The console of a running node over real TLS, and the commands beside it: `serve`'s first code, `user role`, `user reset`.
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import NodeTesting
import TestSupport
import Testing

@Suite struct ConsoleServeTests {
    /// A client that takes the node's certificate and no other.
    private static func client(_ program: Program, _ node: CommandNode) throws -> HTTPClient {
        let pem = try program.text("\(node.name)/console.pem")
        let certificates = try NIOSSLCertificate.fromPEMBytes(Array(pem.utf8))
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates(certificates)
        return HTTPClient(
            eventLoopGroup: HTTPClient.defaultEventLoopGroup,
            configuration: .init(tlsConfiguration: tls, redirectConfiguration: .disallow)
        )
    }

    private static func get(_ client: HTTPClient, _ url: String) async throws -> (HTTPClientResponse, String) {
        let response = try await client.execute(HTTPClientRequest(url: url), timeout: .seconds(60))
        let body = try await response.body.collect(upTo: 1 << 20)
        return (response, String(decoding: body.readableBytesView, as: UTF8.self))
    }

    /// As a browser does, whose page asks again every few seconds over a line that it held ready.
    @Test func aLineOnWhichNothingWasSaidKeepsNoNodeFromStopping() async throws {
        try await withTemporaryFolder { folder in
            let program = try Program(in: folder)
            let node = try await CommandNode.north(program)
            let running = try await node.serve()
            let line = try #require(silentLine(port: node.localPort))
            defer { close(line) }
            // Until it stands at the node too.
            #expect(httpStatus(port: node.localPort, path: "/health/live") != nil)
            kill(running.id, SIGTERM)
            try await Task.sleep(for: .milliseconds(500))
            let request = Array("GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".utf8)
            let hasStopped = try await Waiting.until(seconds: 60, every: .milliseconds(250)) {
                _ = send(line, request, request.count, Int32(MSG_NOSIGNAL))
                return !running.isRunning
            }
            #expect(hasStopped)
            try await running.end(SIGKILL)
        }
    }

    @Test func oneAddressServesPeopleOverTLSAndHealthInPlain() async throws {
        try await withTemporaryFolder { folder in
            let program = try Program(in: folder)
            let node = try await CommandNode.north(program)
            let running = try await node.serve()
            let said = try program.text("north.log")
            let address = "127.0.0.1:\(node.localPort)"
            #expect(said.contains("console  https://\(address)/"))
            let client = try Self.client(program, node)
            let result: Result<Void, any Error>
            do {
                for host in [address, "localhost:\(node.localPort)"] {
                    let (page, text) = try await Self.get(client, "https://\(host)/sign-in")
                    #expect(page.status == .ok && text.contains("<h1>Sign in</h1>"))
                    #expect(page.headers["content-security-policy"].first?.hasPrefix("default-src 'none'") == true)
                    #expect(page.headers["server"].isEmpty)
                }
                let (front, _) = try await Self.get(client, "https://\(address)/")
                #expect(front.status == .seeOther && front.headers["location"].first == "/sign-in")
                // Health and the log stay what they were, in plain HTTP; whatever else is asked for there is sent to HTTPS.
                #expect(httpStatus(port: node.localPort, path: "/health/ready") == "HTTP/1.1 200 OK")
                #expect(httpStatus(port: node.localPort, path: "/log/vkey") == "HTTP/1.1 200 OK")
                #expect(httpStatus(port: node.localPort, path: "/sign-in")?.contains("307") == true)
                #expect(httpStatus(port: node.localPort, path: "/log/../keyring")?.contains("404") == true)
                let (log, _) = try await Self.get(client, "https://\(address)/log/vkey")
                #expect(log.status == .notFound, "nothing of the log without signing in")
                for (scheme, path) in [("https", "/sign-in"), ("http", "/log/vkey"), ("http", "/health/ready")] {
                    var request = HTTPClientRequest(url: "\(scheme)://\(address)\(path)")
                    request.headers.replaceOrAdd(name: "Host", value: "rebind.evil.example:\(node.localPort)")
                    let answer = try await client.execute(request, timeout: .seconds(60))
                    #expect(answer.status == .misdirectedRequest, "\(scheme) \(path): another's name leads here")
                }
                let offer = "openssl s_client -connect \(address) -tls1_2 -cipher"
                let old = try await program.shell("\(offer) ECDHE-ECDSA-AES128-SHA </dev/null")
                let good = try await program.shell("\(offer) ECDHE-ECDSA-AES128-GCM-SHA256 </dev/null")
                #expect(old.exit != 0 && good.exit == 0, "\(old.err) \(good.err)")
                let mode = try FileManager.default.attributesOfItem(atPath: program.path("north/console.pem"))
                #expect(mode[.posixPermissions] as? Int == 0o600)
                result = .success(())
            } catch {
                result = .failure(error)
            }
            try await client.shutdown()
            try await running.end(SIGTERM)
            try result.get()
            let again = try await node.serve()
            let later = try program.text("north.log")
            let prints = later.split(separator: "\n").filter { $0.contains("certificate ") }
            #expect(prints.count == 2 && Set(prints).count == 1, "the certificate stays")
            try await again.end(SIGTERM)
        }
    }

    @Test func theFirstCodeIsToldUntilSomebodyCanSignIn() async throws {
        try await withTemporaryFolder { folder in
            let program = try Program(in: folder)
            let node = try await CommandNode.north(program)
            let running = try await node.serve()
            let log = try program.text("north.log")
            let line = log.split(separator: "\n").first { $0.contains("one-time code") }
            #expect(
                line?.contains("account operator, one-time code in ") == true && line?.hasSuffix("/first-code") == true
            )
            let code = try program.text("north/first-code").trimmingCharacters(in: .newlines)
            let mode = try FileManager.default.attributesOfItem(atPath: program.path("north/first-code"))
            #expect(mode[.posixPermissions] as? Int == 0o600)
            #expect(!log.contains(code), "no terminal, so it would be kept with the log")
            #expect(code.split(separator: "-").allSatisfy { $0.count == 4 } && code.count == 19)
            let added = try await program.run("user", "add", "north", "amina", "--role", "analyst", "--json")
            #expect((added.json?["code"] as? String)?.count == 19)
            let list = try await program.run("user", "list", "north", "--json")
            #expect(!list.out.contains(code) && list.out.contains("sign_in"))
            try await running.end(SIGTERM)
        }
    }

    @Test func rolesAreSetAndResetsTakeTwo() async throws {
        try await withTemporaryFolder { folder in
            let program = try Program(in: folder)
            _ = try await CommandNode.north(program)
            for (name, role) in [("amina", "analyst"), ("ines", "approver")] {
                #expect(try await program.run("user", "add", "north", name, "--role", role).exit == 0)
            }
            let changed = try await program.run("user", "role", "north", "amina", "--role", "officer", "--json")
            #expect(changed.json?["roles"] as? [String] == ["officer"])
            #expect(
                try await program.run("user", "role", "north", "operator", "--role", "analyst").exit == 1,
                "the last"
            )
            #expect(try await program.run("user", "role", "north", "nobody", "--role", "analyst").exit == 64)
            let own = try await program.run("user", "reset", "north", "ines", "--as", "ines")
            #expect(own.exit == 1)
            let first = try await program.run("user", "reset", "north", "amina", "--as", "operator", "--json")
            #expect(first.json?["state"] as? String == "waiting" && first.json?["code"] == nil)
            let second = try await program.run("user", "reset", "north", "amina", "--as", "ines", "--json")
            #expect(second.json?["state"] as? String == "reset" && second.json?["asked_by"] as? String == "operator")
            #expect((second.json?["code"] as? String)?.count == 19)
            let entries = try await program.run("audit", "list", "north", "--event", "user.*", "--json")
            for event in ["user.added", "user.reset_asked", "user.reset"] { #expect(entries.out.contains(event)) }
        }
    }
}
