// axe-core in a page: what of WCAG 2.2 A and AA it does not keep. Knows where scripts/fetch-axe puts it.
import Foundation

enum Axe {
    static let version = "4.12.1"
    private static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../.build/axe-core/axe.min.js").standardizedFileURL
    static let source = try? String(contentsOf: file, encoding: .utf8)

    /// False, and said so, where it was not fetched.
    static var isThere: Bool {
        if source != nil { return true }
        print("NOT TESTED for WCAG 2.2: axe-core is not there (scripts/setup test)")
        return false
    }

    private static let levels = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]

    /// What a page breaks, each with the first of the elements that do; empty where it breaks nothing.
    ///
    /// - Parameter hasScript: whether the page may run scripts of its own. Where it may not, its timers stand still, and axe-core
    ///   waits by them: there they are promises.
    static func findings(in page: WebPage, hasScript: Bool) async throws -> [String] {
        guard let source else { throw WebDriverFailure(description: "axe-core is not there") }
        let tags = levels.map { "\"\($0)\"" }.joined(separator: ",")
        let timers =
            hasScript ? "" : "window.setTimeout = (f, _, ...a) => { Promise.resolve().then(() => f(...a)); return 0; };"
        let script = """
            \(timers)
            const done = arguments[arguments.length - 1];
            if (!window.axe) { \(source) }
            axe.run(document, { runOnly: { type: "tag", values: [\(tags)] }, resultTypes: ["violations"], preload: \(hasScript) }).then(
              ({ violations, testEngine }) => done([testEngine.version].concat(violations.map((rule) =>
                `${rule.id} (${rule.nodes.length}): ${rule.nodes[0].html} ${rule.nodes[0].failureSummary}`))),
              (error) => done(["failed", String(error)]));
            """
        try await page.call("POST", "/timeouts", ["script": 120_000])
        let said = try await page.call("POST", "/execute/async", ["script": script, "args": [Any]()]) as? [String]
        guard let said, said.first == version else {
            throw WebDriverFailure(description: "axe-core did not run: \(said ?? [])")
        }
        return Array(said.dropFirst())
    }
}
