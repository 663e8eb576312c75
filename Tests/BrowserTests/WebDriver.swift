// A small client of W3C WebDriver: enough of it to be a person at a page. Knows a chromedriver process and one session in it.
import AsyncHTTPClient
import FederationServer
import Foundation
import NIOCore
import NIOHTTP1
import NodeTesting
import Synchronization
import TestSupport
import Testing

/// The driver program, where one is installed.
enum Chromium {
    private static let places = ["/usr/bin/chromedriver", "/usr/lib/chromium/chromedriver"]
    static let driver = places.first { FileManager.default.isExecutableFile(atPath: $0) }

    /// False, and said so, where there is no browser to test in.
    static var isInstalled: Bool {
        if driver != nil { return true }
        print("NOT TESTED in a browser: chromium-driver is not installed (scripts/setup)")
        return false
    }
}

struct WebDriverFailure: Error, CustomStringConvertible {
    let description: String
    /// The browser is gone: looking again brings nothing.
    var isFinal = false

    /// What the driver says where there is no page any more (WebDriver, section 6.6; the rest are Chromium's own).
    static func ends(_ message: String) -> Bool {
        ["invalid session id", "tab crashed", "disconnected", "no such window", "chrome not reachable"]
            .contains { message.contains($0) }
    }
}

/// How long a page may take to become what it is waited for, in seconds.
private let patience = 120

/// The process that drives browsers.
struct DriverProcess: Sendable {
    private let process: ChildProcess
    private let port: Int
    private let sessions = Sessions()

    /// Those that are open: a browser outlives its driver.
    private final class Sessions: Sendable { let open = Mutex<Set<String>>([]) }

    static func start(in folder: URL) async throws -> DriverProcess {
        let program = try #require(Chromium.driver)
        let port = try #require(FreePort.find())
        let process = try ChildProcess(
            [program, "--port=\(port)"],
            in: folder,
            // No TMPDIR: a browser puts a socket there, and the paths of sockets are short.
            environment: ["PATH": "/usr/bin:/bin", "HOME": folder.path, "LANG": "C.UTF-8"],
            output: folder.appendingPathComponent("driver.log")
        )
        let driver = DriverProcess(process: process, port: port)
        let isReady = try await Waiting.until(seconds: patience) {
            let value = try? await driver.call("GET", "/status", nil) as? [String: Any]
            return value?["ready"] as? Bool == true
        }
        guard isReady else { throw WebDriverFailure(description: "the driver is not ready") }
        return driver
    }

    /// - Parameters:
    ///   - hasScript: whether pages may run JavaScript.
    ///   - isWatched: whether every request of the browser is written down.
    func open(hasScript: Bool = true, isWatched: Bool = false) async throws -> WebPage {
        var preferences: [String: Any] = [:]
        if !hasScript { preferences["profile.managed_default_content_settings.javascript"] = 2 }
        let options: [String: Any] = [
            "args": [
                "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--window-size=1280,900",
                "--disable-background-networking", "--no-first-run",
            ],
            "prefs": preferences,
        ]
        let wanted: [String: Any] = [
            "browserName": "chrome", "acceptInsecureCerts": true, "goog:chromeOptions": options,
            "goog:loggingPrefs": isWatched ? ["browser": "ALL", "performance": "ALL"] : ["browser": "ALL"],
        ]
        let value = try await call("POST", "/session", ["capabilities": ["alwaysMatch": wanted]])
        guard let session = (value as? [String: Any])?["sessionId"] as? String else {
            throw WebDriverFailure(description: "no session: \(String(describing: value))")
        }
        sessions.open.withLock { _ = $0.insert(session) }
        return WebPage(driver: self, session: session)
    }

    func close(_ session: String) async {
        sessions.open.withLock { _ = $0.remove(session) }
        _ = try? await call("DELETE", "/session/\(session)", nil)
    }

    /// Ends every browser that is still open, and the driver.
    func stop() async {
        for session in sessions.open.withLock({ $0 }) { await close(session) }
        try? await process.end(SIGTERM)
    }

    /// Sends one command and gives its `value`.
    @discardableResult
    func call(_ method: String, _ path: String, _ body: [String: Any]?) async throws -> Any? {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = method == "GET" ? .GET : method == "DELETE" ? .DELETE : .POST
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: try JSONSerialization.data(withJSONObject: body)))
        }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(120))
        let data = Data(try await response.body.collect(upTo: 64 << 20).readableBytesView)
        let value = (try JSONSerialization.jsonObject(with: data) as? [String: Any])?["value"]
        guard response.status == .ok else {
            let problem = value as? [String: Any]
            let said = [problem?["error"], problem?["message"]].compactMap { $0 as? String }.joined(separator: ": ")
            throw WebDriverFailure(
                description: "\(path): \(said.isEmpty ? "\(response.status)" : said)",
                isFinal: WebDriverFailure.ends(said)
            )
        }
        return value is NSNull ? nil : value
    }
}

/// One window of one person.
struct WebPage: Sendable {
    let driver: DriverProcess
    let session: String
    private static let element = "element-6066-11e4-a52e-4f735466cecf"

    @discardableResult
    func call(_ method: String, _ path: String, _ body: [String: Any]? = nil) async throws -> Any? {
        try await driver.call(method, "/session/\(session)\(path)", body)
    }

    func open(_ url: String) async throws { try await call("POST", "/url", ["url": url]) }

    var address: String {
        get async throws { try await call("GET", "/url") as? String ?? "" }
    }

    func close() async { await driver.close(session) }

    /// Looks until there is something to give. While a page gives way to another its parts cannot be read, and one that was
    /// found is stale: look again.
    func look<Found>(
        for what: String,
        every pause: Duration = .milliseconds(50),
        _ look: () async throws -> Found?
    ) async throws -> Found {
        var found: Found?
        var last: (any Error)?
        try await Waiting.until(seconds: patience, every: pause) {
            do {
                found = try await look()
            } catch let failure as WebDriverFailure where !failure.isFinal {
                last = failure
            }
            return found != nil
        }
        guard let found else {
            let shown = (try? await shown("body")) ?? last.map { "\($0)" } ?? "nothing"
            throw WebDriverFailure(description: "never came: \(what), but: \(shown.prefix(2_000))")
        }
        return found
    }

    private func element(_ selector: String) async throws -> String {
        let found = try await call("POST", "/element", ["using": "css selector", "value": selector])
        guard let id = (found as? [String: Any])?[Self.element] as? String else {
            throw WebDriverFailure(description: "no id of \(selector)")
        }
        return id
    }

    private func shown(_ selector: String) async throws -> String {
        try await call("GET", "/element/\(try await element(selector))/text") as? String ?? ""
    }

    /// Waits for an element: after a click the page that it leads to may take its time.
    private func find(_ selector: String) async throws -> String {
        try await look(for: selector) { try await element(selector) }
    }

    func wait(forElement selector: String) async throws { _ = try await find(selector) }

    func exists(_ selector: String) async throws -> Bool {
        let found = try await call("POST", "/elements", ["using": "css selector", "value": selector])
        return !((found as? [Any]) ?? []).isEmpty
    }

    func text(_ selector: String = "body") async throws -> String {
        try await look(for: selector) { try await shown(selector) }
    }

    /// What an element says, seen or not.
    func property(_ selector: String, _ name: String) async throws -> String {
        try await call("GET", "/element/\(try await find(selector))/property/\(name)") as? String ?? ""
    }

    func attribute(_ selector: String, _ name: String) async throws -> String? {
        try await call("GET", "/element/\(try await find(selector))/attribute/\(name)") as? String
    }

    func click(_ selector: String) async throws {
        try await call("POST", "/element/\(try await find(selector))/click", [:])
    }

    func type(_ text: String, into selector: String) async throws {
        let id = try await find(selector)
        try await call("POST", "/element/\(id)/clear", [:])
        try await call("POST", "/element/\(id)/value", ["text": text])
    }

    func choose(_ value: String, in selector: String) async throws {
        try await click("\(selector) option[value=\"\(value)\"]")
    }

    /// Runs a function's body in the page.
    @discardableResult
    func run(_ script: String) async throws -> Any? {
        try await call("POST", "/execute/sync", ["script": script, "args": [Any]()])
    }

    /// PNG of what is seen.
    func picture() async throws -> Data {
        Data(base64Encoded: try await call("GET", "/screenshot") as? String ?? "") ?? Data()
    }

    /// What the browser complained of since the last look: violations of the policy, scripts that failed.
    func complaints() async throws -> [String] {
        let log = try await call("POST", "/se/log", ["type": "browser"]) as? [[String: Any]] ?? []
        return log.filter { ["SEVERE", "WARNING"].contains($0["level"] as? String) }
            .compactMap { $0["message"] as? String }
    }

    /// Waits until the page says something; looks again by loading it, if asked to.
    func wait(for text: String, reloading: Bool = false) async throws {
        _ = try await look(for: text, every: .milliseconds(reloading ? 1_000 : 100)) {
            if try await shown("body").contains(text) { return true }
            if reloading { try await call("POST", "/refresh", [:]) }
            return nil
        }
    }
}
