/// One agency of the demo: its node's folder, its process, and commands run on it as a person would.

import FederationServer
import Foundation

/// What a command gave.
struct CommandOutcome {
    var exit: Int32
    var output: Data
    var talk: String

    func document<Value: Decodable>(_ type: Value.Type) throws(DemoFailure) -> Value {
        do {
            return try JSONDecoder().decode(type, from: output)
        } catch {
            throw DemoFailure("a command did not print the JSON it promises", talk)
        }
    }
}

/// A step that did not do what it says.
struct DemoFailure: Error {
    var text: String
    var detail: String

    init(_ text: String, _ detail: String = "") {
        self.text = text
        self.detail = detail
    }
}

/// The program itself, run again and again in one folder.
struct DemoProgram {
    let executable: URL
    let folder: URL

    /// Runs one command to its end.
    func run(_ arguments: [String]) throws(DemoFailure) -> CommandOutcome {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = folder
        let (output, talk) = (Pipe(), folder.appendingPathComponent(".talk"))
        do {
            try Data().write(to: talk)
            process.standardOutput = output
            process.standardError = try FileHandle(forWritingTo: talk)
            process.standardInput = FileHandle.nullDevice
            try process.run()
        } catch {
            throw DemoFailure("the program could not be started again", executable.path)
        }
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let words = (try? String(contentsOf: talk, encoding: .utf8)) ?? ""
        return CommandOutcome(exit: process.terminationStatus, output: bytes, talk: words)
    }

    /// Runs a command that must end with `exit`.
    @discardableResult
    func expect(_ arguments: [String], exit: Int32 = 0) throws(DemoFailure) -> CommandOutcome {
        let outcome = try run(arguments)
        guard outcome.exit == exit else {
            let name = arguments.prefix(2).joined(separator: " ")
            throw DemoFailure("comity \(name) ended with \(outcome.exit), not \(exit)", outcome.talk)
        }
        return outcome
    }
}

/// An agency's node in the demo.
final class DemoNode {
    let program: DemoProgram
    /// The folder's name, and what the story calls the agency.
    let short: String
    let agency: String
    let name: String
    let jurisdiction: String
    let port: Int
    let localPort: Int
    private var process: Process?

    init(program: DemoProgram, short: String, agency: String, name: String, jurisdiction: String) throws(DemoFailure) {
        self.program = program
        self.short = short
        self.agency = agency
        self.name = name
        self.jurisdiction = jurisdiction
        guard let port = FreePort.find(), let localPort = FreePort.find() else {
            throw DemoFailure("no free port was found on 127.0.0.1")
        }
        (self.port, self.localPort) = (port, localPort)
    }

    var folder: URL { program.folder.appendingPathComponent(short) }

    func initialise() throws(DemoFailure) {
        try program.expect([
            "init", short, "--agency", agency, "--name", name, "--jurisdiction", jurisdiction, "--listen",
            "127.0.0.1:\(port)", "--console", "127.0.0.1:\(localPort)", "--passphrase-file", "passphrase",
        ])
    }

    /// Starts the node's process and waits until it is ready.
    func start() async throws(DemoFailure) {
        let process = Process()
        process.executableURL = program.executable
        process.arguments = ["serve", short, "--passphrase-file", "passphrase"]
        process.currentDirectoryURL = program.folder
        process.standardInput = FileHandle.nullDevice
        let log = program.folder.appendingPathComponent("\(short).log")
        do {
            try Data().write(to: log)
            let handle = try FileHandle(forWritingTo: log)
            process.standardOutput = handle
            process.standardError = handle
            try process.run()
        } catch {
            throw DemoFailure("the node of \(name) could not be started", log.path)
        }
        self.process = process
        for _ in 0..<1_800 {
            guard process.isRunning else { break }
            if await LocalHealth.isReady(port: localPort) { return }
            try? await Task.sleep(for: .milliseconds(100))
        }
        throw DemoFailure("the node of \(name) is not ready", (try? String(contentsOf: log, encoding: .utf8)) ?? "")
    }

    /// Stops the process as an operator would, with SIGTERM, and waits for its end.
    func stop() {
        guard let process, process.isRunning else { return }
        process.terminate()
        process.waitUntilExit()
        self.process = nil
    }

    var processID: Int32? { process?.processIdentifier }
}
