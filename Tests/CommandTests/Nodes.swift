// Nodes of the shipped policies, made and run by the program itself.
import FederationServer
import Foundation
import NodeTesting
import Testing

/// A node's folder and its two ports.
struct CommandNode: Sendable {
    let program: Program
    let name: String
    let peerPort: Int
    let localPort: Int

    /// A node that was made before.
    init(again name: String, by program: Program) throws {
        let settings = try JSONSerialization.jsonObject(with: Data(try program.text("\(name)/comity.json").utf8))
        func port(_ member: String) throws -> Int {
            let address = (settings as? [String: Any])?[member] as? String
            return try #require(address?.split(separator: ":").last.flatMap { Int($0) })
        }
        self.init(program: program, name: name, peerPort: try port("listen"), localPort: try port("console"))
    }

    init(program: Program, name: String, peerPort: Int, localPort: Int) {
        (self.program, self.name, self.peerPort, self.localPort) = (program, name, peerPort, localPort)
    }

    /// Runs `init` for one of the agencies of the shipped policies.
    static func make(_ name: String, agency: String, jurisdiction: String, by program: Program) async throws
        -> CommandNode
    {
        let node = CommandNode(
            program: program,
            name: name,
            peerPort: try #require(FreePort.find()),
            localPort: try #require(FreePort.find())
        )
        let made = try await program.run(
            "init",
            name,
            "--agency",
            agency,
            "--name",
            "Agency \(agency)",
            "--jurisdiction",
            jurisdiction,
            "--listen",
            "127.0.0.1:\(node.peerPort)",
            "--console",
            "127.0.0.1:\(node.localPort)"
        )
        try #require(made.exit == 0, "\(made.err)")
        return node
    }

    static func north(_ program: Program) async throws -> CommandNode {
        try await make("north", agency: "north-border", jurisdiction: "XV", by: program)
    }

    static func coast(_ program: Program) async throws -> CommandNode {
        try await make("coast", agency: "sound-coast", jurisdiction: "XS", by: program)
    }

    static func fiu(_ program: Program) async throws -> CommandNode {
        try await make("fiu", agency: "sound-fiu", jurisdiction: "XS", by: program)
    }

    /// Starts `serve` and waits until it can work.
    func serve() async throws -> ChildProcess {
        let running = try program.start(["serve", name], log: program.folder.appendingPathComponent("\(name).log"))
        try await ready(running)
        return running
    }

    /// Waits until a node that was started can work.
    func ready(_ running: ChildProcess) async throws {
        for _ in 0..<15_000 {
            let said = { (try? String(contentsOf: running.output, encoding: .utf8)) ?? "" }
            try #require(running.isRunning as Bool, "serve \(name) ended early: \(said())")
            if FileManager.default.fileExists(atPath: program.path("\(name)/node.sock")),
                isListening(port: peerPort), httpStatus(port: localPort, path: "/health/ready") == "HTTP/1.1 200 OK"
            {
                return
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw NotReady()
    }

    /// Whether this machine has a connection to a port of its own that is up on the caller's side.
    static func isConnected(to port: Int) throws -> Bool {
        let suffix = ":" + String(port, radix: 16, uppercase: true)
        // Of a file that says it is empty, reading by size would give its first piece only.
        let table = try #require(FileHandle(forReadingAtPath: "/proc/net/tcp"))
        defer { try? table.close() }
        var bytes = Data()
        while let piece = try table.read(upToCount: 1 << 16), !piece.isEmpty { bytes += piece }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").contains { line in
            let columns = line.split(separator: " ")
            return columns.count > 3 && columns[2].hasSuffix(suffix) && columns[3] == "01"
        }
    }

    struct NotReady: Error {}

    /// Activates what was changed in the node's policies.
    func activatePolicies() async throws {
        let activated = try await program.run("policy", "activate", name)
        try #require(activated.exit == 0, "\(activated.all)")
    }

    /// Adds the other's card, its fingerprint compared.
    func trust(_ other: CommandNode) async throws {
        let card = try await program.run("peer", "card", other.name)
        try program.write(card.out, to: "\(other.name).card")
        let fingerprint = card.err.replacing("fingerprint: ", with: "").trimmingCharacters(in: .whitespacesAndNewlines)
        let added = try await program.run("peer", "add", name, "\(other.name).card", "--confirm", fingerprint)
        try #require(added.exit == 0, "\(added.err)")
    }
}

enum Texts {
    static let records = """
        id,full_name,birth_date,nationality,document_number,document_country,phone,subject_category,handling,originator
        c1,Youssef Chahine,1988-02-11,EGY,A24710140,EGY,+491512441001,suspect,H1,sound-coast
        c2,Ivan Petrov,1979-05-03,BGR,,,,suspect,H1,sound-coast
        c3,Greta Sommer,1980-01-05,,,,+491512441002,suspect,H3,sound-coast

        """

    /// A question under the agreement narrow-sea.
    static let asked = [
        "query", "north", "--agreement", "narrow-sea", "--purpose", "investigate", "--legal-basis", "UN-SOM",
        "--offence", "migrant-smuggling", "--case", "K-2026-000417",
    ]
    static let youssef = [
        "--field", "full_name=Yusuf Sahin", "--field", "birth_date=1988-02-11", "--field", "phone=+49 1512 441001",
    ]
    static let nobody = ["--field", "full_name=Kerstin Almqvist", "--field", "birth_date=1999-12-11"]

    /// What may stand in no log, no error and no file but the tests' own.
    static let secrets = [
        "Youssef", "Chahine", "Yusuf", "Sahin", "Petrov", "Sommer", "Almqvist", "A24710140", "1512441001",
        "1512 441001",
        "1988-02-11", "K-2026-000417",
    ]
}

extension Ran {
    /// The secrets that either stream shows.
    var shown: [String] { Texts.secrets.filter { all.contains($0) } }
}
