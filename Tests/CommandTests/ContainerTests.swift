// What a container runs, without a container: the start script makes a node once and serves it, whatever happened before;
// the health script says whether it can work. Knows no engine and no image.
import FederationServer
import Foundation
import NodeTesting
import TestSupport
import Testing

@Suite(.serialized) struct ContainerTests {
    /// A folder in the place of the volume, a passphrase file in the place of the secret.
    private struct Container {
        let program: Program
        let peerPort: Int
        let localPort: Int

        init(in folder: URL) throws {
            program = try Program(in: folder)
            peerPort = try #require(FreePort.find())
            localPort = try #require(FreePort.find())
            try FileManager.default.createDirectory(
                at: folder.appendingPathComponent("home"),
                withIntermediateDirectories: false
            )
            try program.write("a passphrase of a test\n", to: "secret")
        }

        private static let scripts = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../scripts").standardizedFileURL

        private var environment: [String: String] {
            [
                "PATH": "\(program.binary.deletingLastPathComponent().path):/usr/bin:/bin",
                "COMITY_HOME": program.path("home"), "COMITY_PASSPHRASE_FILE": program.path("secret"),
            ]
        }

        private func run(_ script: String, _ arguments: [String], log: String) throws -> ChildProcess {
            try ChildProcess(
                [Self.scripts.appendingPathComponent(script).path] + arguments,
                in: program.folder,
                environment: environment,
                output: program.folder.appendingPathComponent(log)
            )
        }

        /// As the compose file starts it.
        func start(log: String, agency: String = "north-border") throws -> ChildProcess {
            let options = [
                "--agency=\(agency)", "--name=Northern Border Police", "--jurisdiction=XV",
                "--listen=127.0.0.1:\(peerPort)", "--console=127.0.0.1:\(localPort)",
            ]
            return try run("container-start", options, log: log)
        }

        /// The health script's exit code and words.
        func health() async throws -> (exit: Int32, words: String) {
            let log = UUID().uuidString
            let exit = try await run("container-health", [], log: log).status()
            return (exit, try program.text(log))
        }

        func serve(log: String) async throws -> ChildProcess {
            let running = try start(log: log)
            for _ in 0..<3_000 {
                let said = try program.text(log)
                try #require(running.isRunning, "the start script ended early: \(said)")
                if try await health().exit == 0 { return running }
                try await Task.sleep(for: .milliseconds(100))
            }
            try await running.end(SIGKILL)
            throw CommandNode.NotReady()
        }
    }

    @Test func theFirstStartMakesTheNodeAndLaterOnesServeTheSame() async throws {
        try await withTemporaryFolder { folder in
            let container = try Container(in: folder)
            // What a start leaves that was killed while it made the node.
            try FileManager.default.createDirectory(
                at: folder.appendingPathComponent("home/.unfinished"),
                withIntermediateDirectories: false
            )
            try container.program.write("half", to: "home/.unfinished/keyring")
            let none = try await container.health()
            #expect(none.exit == 1)
            #expect(none.words.hasPrefix("there is no node yet"))
            let first = try await container.serve(log: "first.log")
            let card = try container.program.text("home/node/card.json")
            try await first.end(SIGTERM)
            #expect(try await first.status() == 0)
            let stopped = try await container.health()
            #expect(stopped.exit == 1)
            #expect(stopped.words == "nothing answers on 127.0.0.1:\(container.localPort)\n")
            let second = try await container.serve(log: "second.log")
            #expect(try container.program.text("home/node/card.json") == card)
            // The signal reaches the node itself: the script left its place to it.
            try await second.end(SIGTERM)
            #expect(try await second.status() == 0)
            #expect(try container.program.text("second.log").contains("stopped; nothing is left half done"))
            #expect(!FileManager.default.fileExists(atPath: container.program.path("home/.unfinished")))
            let said = try container.program.text("first.log")
            #expect(said.contains("fingerprint of its card: "))
            #expect(!said.contains(".unfinished"))
            #expect(!FileManager.default.fileExists(atPath: container.program.path("home/node/passphrase")))
        }
    }

    @Test func aNodeThatCannotWorkIsNotHealthyAndTheWordsSayWhy() async throws {
        try await withTemporaryFolder { folder in
            let container = try Container(in: folder)
            let running = try container.start(log: "log", agency: "nobody-knows-it")
            var (exit, words) = try await container.health()
            try await Waiting.until(every: .milliseconds(100)) {
                (exit, words) = try await container.health()
                return !running.isRunning || words.contains("policies")
            }
            #expect(exit == 1)
            #expect(words == "the active policies do not name this agency\n")
            try await running.end(SIGTERM)
        }
    }

    @Test func withoutAPassphraseNothingIsMade() async throws {
        try await withTemporaryFolder { folder in
            let container = try Container(in: folder)
            for content in [nil, ""] {
                try FileManager.default.removeItem(atPath: container.program.path("secret"))
                if let content { try container.program.write(content, to: "secret") }
                let log = UUID().uuidString
                #expect(try await container.start(log: log).status(within: 60) == 64)
                #expect(try container.program.text(log).contains("the passphrase cannot be read"))
                #expect(try FileManager.default.contentsOfDirectory(atPath: container.program.path("home")).isEmpty)
                try container.program.write("again", to: "secret")
            }
        }
    }

    @Test func aFolderInTheNodesPlaceThatIsNoNodeIsLeftAlone() async throws {
        try await withTemporaryFolder { folder in
            let container = try Container(in: folder)
            let node = folder.appendingPathComponent("home/node")
            try FileManager.default.createDirectory(at: node, withIntermediateDirectories: false)
            try container.program.write("all that is left", to: "home/node/vault.sqlite")
            #expect(try await container.start(log: "log").status(within: 60) == 64)
            #expect(try FileManager.default.contentsOfDirectory(atPath: node.path) == ["vault.sqlite"])
            #expect(try container.program.text("log").contains("there is no node here"))
        }
    }
}
