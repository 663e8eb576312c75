// Two agencies with consoles, made and run by the program itself, and people who sign in to them in a browser.
import Accounts
import FederationServer
import Foundation
import NodeTesting
import TestSupport
import Testing

/// The built program in one folder.
struct Office: Sendable {
    let folder: URL
    let binary: URL

    init(in folder: URL) throws {
        self.folder = folder
        let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let given = ProcessInfo.processInfo.environment["COMITY_BINARY"].map { URL(fileURLWithPath: $0) }
        let beside = [own, Bundle.main.bundleURL, Bundle.main.bundleURL.deletingLastPathComponent()]
            .map { $0.appendingPathComponent("comity") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
        binary = try #require(given ?? beside, "comity is not built")
    }

    /// Runs a command to its end; standard output, then standard error.
    @discardableResult
    func run(_ words: String...) async throws -> (out: String, talk: String) { try await run(words) }

    @discardableResult
    func run(_ words: [String]) async throws -> (out: String, talk: String) {
        let name = UUID().uuidString
        let (out, talk) = (folder.appendingPathComponent("\(name).out"), folder.appendingPathComponent("\(name).err"))
        let process = try ChildProcess([binary.path] + words, in: folder, output: out, errors: talk)
        let exit = try await process.status()
        let said = try [out, talk].map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
        try #require(exit == 0, "comity \(words.joined(separator: " ")): \(said[1])")
        return (said[0], said[1])
    }
}

/// A running node.
struct Agency: Sendable {
    let office: Office
    let name: String
    let console: String
    let process: ChildProcess

    static func start(_ name: String, agency: String, jurisdiction: String, in office: Office) async throws -> Agency {
        let peer = try #require(FreePort.find())
        let local = try #require(FreePort.find())
        try await office.run(
            "init",
            name,
            "--agency",
            agency,
            "--name",
            "Agency \(agency)",
            "--jurisdiction",
            jurisdiction,
            "--listen",
            "127.0.0.1:\(peer)",
            "--console",
            "127.0.0.1:\(local)"
        )
        let log = office.folder.appendingPathComponent("\(name).log")
        let process = try ChildProcess([office.binary.path, "serve", name], in: office.folder, output: log)
        let isReady = try await Waiting.until(seconds: 120, every: .milliseconds(50)) {
            try #require(process.isRunning as Bool, "serve \(name) ended early")
            let said = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
            let socket = office.folder.appendingPathComponent("\(name)/node.sock").path
            guard said.contains("next:"), FileManager.default.fileExists(atPath: socket) else { return false }
            return (try? await office.run("user", "list", name)) != nil
        }
        if isReady {
            return Agency(office: office, name: name, console: "https://127.0.0.1:\(local)", process: process)
        }
        throw WebDriverFailure(description: "\(name) is not ready")
    }

    /// Adds the other's card, its fingerprint compared.
    func trust(_ other: Agency) async throws {
        let card = try await office.run("peer", "card", other.name)
        let file = office.folder.appendingPathComponent("\(other.name).card")
        try Data(card.out.utf8).write(to: file)
        let fingerprint = card.talk.replacing("fingerprint: ", with: "").trimmingCharacters(in: .whitespacesAndNewlines)
        try await office.run("peer", "add", name, file.path, "--confirm", fingerprint)
    }

    /// Adds an account and sets up its sign-in in a browser of its own.
    func person(_ account: String, _ roles: [String], _ driver: DriverProcess, hasScript: Bool = true) async throws
        -> Colleague
    {
        for role in roles { try await office.run("user", "add", name, account, "--role", role, "--as", "operator") }
        let said = try await office.run("user", "add", name, account, "--role", roles[0], "--as", "operator").out
        let code = try #require(said.split(separator: " ").last?.trimmingCharacters(in: .whitespacesAndNewlines))
        let page = try await driver.open(hasScript: hasScript)
        try await page.open("\(console)/start")
        try await page.type(account, into: "#name")
        try await page.type(code, into: "#first_code")
        try await page.click("button.main")
        let secret = bytes(base32: try await page.text("p.code"))
        let password = "ferry lantern oblique walnut"
        try await page.type(password, into: "#password")
        try await page.type(password, into: "#again")
        let now = Int(Date().timeIntervalSince1970)
        try await page.type(TimeCode.code(secret, step: TimeCode.step(at: now)), into: "#code")
        try await page.click("button.main")
        try await page.wait(for: "Your recovery codes")
        try await page.click("main a")
        return Colleague(page: page, console: console, secret: secret, used: Used(TimeCode.step(at: now)))
    }
}

/// What an authenticator app makes of the key that it is given to type.
func bytes(base32 text: String) -> [UInt8] {
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

/// The step whose code somebody used last.
actor Used {
    private var last: Int

    init(_ last: Int) { self.last = last }

    /// Waits for the next code, as a person looks at their app until it changes.
    func next() async throws -> Int {
        while true {
            let step = TimeCode.step(at: Int(Date().timeIntervalSince1970))
            if step > last {
                last = step
                return step
            }
            try await Task.sleep(for: .milliseconds(200))
        }
    }
}

/// Somebody at a console.
struct Colleague: Sendable {
    let page: WebPage
    let console: String
    let secret: [UInt8]
    let used: Used

    func open(_ path: String) async throws { try await page.open(console + path) }

    /// A code that was not used yet.
    func freshCode() async throws -> String { TimeCode.code(secret, step: try await used.next()) }
}
