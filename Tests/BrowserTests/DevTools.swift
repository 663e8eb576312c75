// What WebDriver has no word for, by the protocol of Chromium's own tools: language, theme, width, cookies, paper, and
// every request that was made.
import Foundation

extension WebPage {
    /// One command of the DevTools protocol.
    @discardableResult
    func tool(_ command: String, _ parameters: [String: Any] = [:]) async throws -> Any? {
        try await call("POST", "/goog/cdp/execute", ["cmd": command, "params": parameters])
    }

    /// Whose pages the reader wants, and how they look at them.
    func prefer(language: String, theme: String) async throws {
        try await tool("Network.enable")
        try await tool("Network.setExtraHTTPHeaders", ["headers": ["Accept-Language": language]])
        let feature = ["name": "prefers-color-scheme", "value": theme]
        try await tool("Emulation.setEmulatedMedia", ["media": "", "features": [feature]])
    }

    /// - Parameter width: in CSS pixels; nil: the window's own.
    func setWidth(_ width: Int?, height: Int = 900) async throws {
        guard let width else {
            try await tool("Emulation.clearDeviceMetricsOverride")
            return
        }
        let size: [String: Any] = ["width": width, "height": height, "deviceScaleFactor": 1, "mobile": false]
        try await tool("Emulation.setDeviceMetricsOverride", size)
    }

    /// By how many pixels the page is wider than its window.
    func sideScroll() async throws -> Int {
        let root = "document.documentElement"
        return try await run("return \(root).scrollWidth - \(root).clientWidth") as? Int ?? .max
    }

    /// Takes a session that was opened elsewhere, or leaves all.
    func sit(_ seat: Seat?) async throws {
        try await tool("Network.clearBrowserCookies")
        guard let seat else { return }
        try await tool(
            "Network.setCookie",
            [
                "url": seat.console, "name": seat.cookie.name, "value": seat.cookie.value, "path": "/", "secure": true,
                "httpOnly": true, "sameSite": "Strict",
            ]
        )
    }

    /// Every address that was asked for since the last look.
    func requested() async throws -> [String] {
        let log = try await call("POST", "/se/log", ["type": "performance"]) as? [[String: Any]] ?? []
        return log.compactMap { line in
            guard let text = line["message"] as? String,
                let entry = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any],
                let message = entry["message"] as? [String: Any],
                message["method"] as? String == "Network.requestWillBeSent",
                let request = (message["params"] as? [String: Any])?["request"] as? [String: Any]
            else { return nil }
            return request["url"] as? String
        }
    }

    /// The page as printed: a PDF of sheets so large, in centimetres.
    func printed(width: Double, height: Double) async throws -> Data {
        let sheet: [String: Any] = ["page": ["width": width, "height": height], "background": false]
        return Data(base64Encoded: try await call("POST", "/print", sheet) as? String ?? "") ?? Data()
    }
}
