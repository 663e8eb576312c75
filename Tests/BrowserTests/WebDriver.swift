// A small client of W3C WebDriver: enough of it to be a person at a page. Knows a chromedriver process and one session in it.
import AsyncHTTPClient
import FederationServer
import Foundation
import NIOCore
import NIOHTTP1
import NodeTesting
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
}

/// The process that drives browsers.
struct DriverProcess: Sendable {
    let process: ChildProcess
    let port: Int

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
        for _ in 0..<600 {
            if let value = try? await driver.call("GET", "/status", nil) as? [String: Any],
                value["ready"] as? Bool == true
            {
                return driver
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw WebDriverFailure(description: "the driver is not ready")
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
        return WebPage(driver: self, session: session)
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
            throw WebDriverFailure(description: "\(path): \(problem?["message"] ?? response.status)")
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

    func close() async { _ = try? await call("DELETE", "") }

    /// Waits for an element: after a click the page that it leads to may take its time.
    private func find(_ selector: String) async throws -> String {
        for _ in 0..<600 {
            let found = try? await call("POST", "/element", ["using": "css selector", "value": selector])
            if let id = (found as? [String: Any])?[Self.element] as? String { return id }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw WebDriverFailure(description: "no element \(selector) at \((try? await address) ?? "")")
    }

    func wait(forElement selector: String) async throws { _ = try await find(selector) }

    func exists(_ selector: String) async throws -> Bool {
        let found = try await call("POST", "/elements", ["using": "css selector", "value": selector])
        return !((found as? [Any]) ?? []).isEmpty
    }

    func text(_ selector: String = "body") async throws -> String {
        // An element of a page that gives way to another is stale: find it in the other.
        for _ in 0..<10 {
            if let text = try? await call("GET", "/element/\(try await find(selector))/text") as? String { return text }
        }
        return try await call("GET", "/element/\(try await find(selector))/text") as? String ?? ""
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
        for _ in 0..<1_200 {
            // While a page gives way to another, its parts cannot be read: look again.
            if let shown = try? await self.text(), shown.contains(text) { return }
            try await Task.sleep(for: .milliseconds(reloading ? 1_000 : 100))
            if reloading { try await call("POST", "/refresh", [:]) }
        }
        throw WebDriverFailure(description: "never said \(text), but: \(try await self.text().prefix(2_000))")
    }
}
