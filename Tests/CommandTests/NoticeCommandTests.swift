// Notices as a running node sends them: by mail command and by webhook, in the background, again after a kill under the same id.
import FederationServer
import Foundation
import Glibc
import NodeTesting
import Synchronization
import TestSupport
import Testing

/// Answers every request with one status and keeps what it got. One connection after another.
private final class Hook: Sendable {
    let port: Int
    private let socket: Int32
    private let got = Mutex<[String]>([])

    init(status: Int) throws {
        port = try #require(FreePort.find())
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(bound == 0 && listen(socket, 8) == 0)
        Thread.detachNewThread { [self] in
            while true {
                let line = accept(socket, nil, nil)
                if line < 0 { return }
                var text = ""
                var buffer = [UInt8](repeating: 0, count: 65_536)
                while !text.hasSuffix("}") {
                    let count = read(line, &buffer, buffer.count)
                    if count <= 0 { break }
                    text += String(decoding: buffer[..<count], as: UTF8.self)
                }
                got.withLock { $0.append(text) }
                let answer = Array("HTTP/1.1 \(status) X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8)
                _ = write(line, answer, answer.count)
                close(line)
            }
        }
    }

    var requests: [String] { got.withLock { $0 } }

    deinit { close(socket) }
}

@Suite(.serialized) struct NoticeCommandTests {
    /// A node whose own rules want its officer told of each publication, and one of each other recipient.
    private func make(_ program: Program, notices: String) async throws -> CommandNode {
        let coast = try await CommandNode.coast(program)
        let law = "coast/policies/agreements/narrow-sea.yaml"
        let text = try String(contentsOf: URL(fileURLWithPath: program.path(law)), encoding: .utf8)
        let duty = """
              - id: tell
                effect: require
                stages: [index]
                sides: [holder]
                source: UN-SOM Art. 10
                because: {en: A duty of the test.}
                obligations: {notify: [data_protection_officer, originator]}

            """
        try program.write(text.replacing("\nrules:\n", with: "\nrules:\n" + duty, maxReplacements: 1), to: law)
        try? FileManager.default.removeItem(atPath: program.path("coast/policies/cases"))
        let activated = try await program.run("policy", "activate", "coast")
        try #require(activated.exit == 0, "\(activated.all)")
        try set(notices, program)
        try program.write(Texts.records, to: "rows.csv")
        _ = try await program.run("records", "import", "coast", "rows.csv")
        let built = try await program.run("index", "build", "coast", "--agreement", "narrow-sea")
        try #require(built.exit == 0, "\(built.all)")
        return coast
    }

    private func set(_ notices: String, _ program: Program) throws {
        let path = "coast/comity.json"
        let json = try Data(contentsOf: URL(fileURLWithPath: program.path(path)))
        var settings = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
        settings["notices"] = try JSONSerialization.jsonObject(with: Data(notices.utf8))
        try JSONSerialization.data(withJSONObject: settings).write(to: URL(fileURLWithPath: program.path(path)))
    }

    private func list(_ program: Program) async throws -> [[String: Any]] {
        let listed = try await program.run("notices", "coast", "--json")
        try #require(listed.exit == 0, "\(listed.all)")
        return try #require(listed.json?["notices"] as? [[String: Any]])
    }

    private func waitFor(_ what: String, _ isThere: () async throws -> Bool) async throws {
        if try await !Waiting.until(isThere) { Issue.record("\(what) did not come") }
    }

    @Test func aRunningNodeMailsAndPostsAndAPersonPassesOnTheRest() async throws {
        try await withTemporaryFolder { folder in
            let program = try Program(in: folder)
            let hook = try Hook(status: 204)
            let mail = program.path("mail.txt")
            let coast = try await make(
                program,
                notices: """
                    {"data_protection_officer": {"mail": ["/bin/sh", "-c", "cat >> \(mail)"]},
                    "originator": {"webhook": "http://127.0.0.1:\(hook.port)/hook", "allow_http": true}}
                    """
            )
            #expect(try await list(program).count == 2)
            let running = try await coast.serve()
            try await waitFor("both notices") {
                try await list(program).allSatisfy { $0["state"] as? String == "sent" }
            }
            let sent = try await list(program)
            let ids = Dictionary(
                uniqueKeysWithValues: sent.compactMap { notice in
                    (notice["recipient"] as? String).flatMap { name in (notice["id"] as? String).map { (name, $0) } }
                }
            )
            let mailed = try String(contentsOf: URL(fileURLWithPath: mail), encoding: .utf8)
            #expect(mailed.hasPrefix("Subject: Comity notice \(ids["data_protection_officer"] ?? "?")\n"))
            #expect(mailed.contains("narrow-sea/tell") && mailed.contains("north-border"))
            let posted = try #require(hook.requests.first)
            #expect(hook.requests.count == 1 && posted.hasPrefix("POST /hook HTTP/1.1\r\n"))
            #expect(posted.lowercased().contains("idempotency-key: \(ids["originator"] ?? "?")"))
            #expect(Texts.secrets.filter { (mailed + posted).contains($0) } == [])
            try await running.end(SIGTERM)
            // Without a setting it waits for a person.
            try set("{}", program)
            try program.write(Texts.records.replacing("1979-05-03", with: "1979-05-04"), to: "rows.csv")
            _ = try await program.run("records", "import", "coast", "rows.csv")
            _ = try await program.run("index", "build", "coast", "--agreement", "narrow-sea")
            let waiting = try await program.run("notices", "coast", "--waiting")
            #expect(waiting.out.components(separatedBy: "waits for a person").count == 3, "\(waiting.all)")
            let id = try #require(waiting.out.split(separator: " ").first.map(String.init))
            #expect(try await program.run("notices", "coast", "--sent", id).out.contains(" by operator"))
            #expect(try await program.run("notices", "coast", "--sent", id, "--json").exit == 1)
            #expect(try await program.run("notices", "coast", "--sent", "nothing").exit == 64)
        }
    }

    @Test(arguments: [SIGKILL, SIGTERM])
    func anEndWhileANoticeIsOnItsWayLosesNone(signal: Int32) async throws {
        try await withTemporaryFolder { folder in
            let program = try Program(in: folder)
            let (mail, gate) = (program.path("mail.txt"), program.path("gate"))
            // The command takes the notice at once, and ends only when it may.
            let coast = try await make(
                program,
                notices: """
                    {"data_protection_officer": {"mail":
                    ["/bin/sh", "-c", "cat >> \(mail); while [ ! -e \(gate) ]; do sleep 0.05; done"]}}
                    """
            )
            func mailed() -> [String] {
                let text = (try? String(contentsOf: URL(fileURLWithPath: mail), encoding: .utf8)) ?? ""
                return text.split(separator: "\n").filter { $0.hasPrefix("Subject: ") }.map(String.init)
            }
            let first = try await coast.serve()
            try await waitFor("the first mail") { !mailed().isEmpty }
            try await first.end(signal)
            #expect(try await list(program).allSatisfy { $0["state"] as? String == "waiting" })
            try program.write("", to: "gate")
            let second = try await coast.serve()
            try await waitFor("the second mail") {
                try await list(program).contains {
                    $0["sentBy"] as? String == "mail"
                }
            }
            #expect(mailed().count == 2 && Set(mailed()).count == 1)
            try await second.end(SIGTERM)
        }
    }
}
