// The console's tutorial, read and done step by step in real browsers, one for each person. A numbered line that says nothing
// that can be done fails: so the page cannot promise what the console does not have.
import Accounts
import Foundation
import NodeTesting
import TestSupport
import Testing

/// One numbered line of the page, as something to do.
enum TutorialStep: Equatable {
    case open(String)
    case setUp(String, at: String)
    case type(String, label: String, group: String?)
    case choose(String, label: String)
    case tick(String)
    case press(String)
    case pressUntil(String, text: String)
    case pressFirst
    case read(String)
    case keep(String)
    /// For the person's other device.
    case app

    private static let forms: [(pattern: String, make: @Sendable ([String]) -> TutorialStep)] = [
        ("Open `([^`]+)`\\.", { .open($0[0]) }),
        ("Set up the sign-in of `([^`]+)` at `([^`]+)`\\.", { .setUp($0[0], at: $0[1]) }),
        (
            "Type (`[^`]+`|‹[^›]+›) into \\*([^*]+)\\*(?: under \\*([^*]+)\\*)?\\.",
            { .type($0[0].trimmingCharacters(in: ["`"]), label: $0[1], group: $0[2].isEmpty ? nil : $0[2]) }
        ),
        ("Choose `([^`]+)` in \\*([^*]+)\\*\\.", { .choose($0[0], label: $0[1]) }),
        ("Tick \\*([^*]+)\\*\\.", { .tick($0[0]) }),
        ("Press \\*\\*([^*]+)\\*\\*\\.", { .press($0[0]) }),
        ("Press \\*\\*([^*]+)\\*\\* until you read \"([^\"]+)\"\\.", { .pressUntil($0[0], text: $0[1]) }),
        ("Press the first link in the table\\.", { _ in .pressFirst }),
        ("Read \"([^\"]+)\"\\.", { .read($0[0]) }),
        ("Keep (‹[^›]+›): .*", { .keep($0[0]) }),
        ("Add an account in your app by hand: .*", { _ in .app }),
    ]

    init?(_ line: String) {
        for (pattern, make) in Self.forms {
            guard let expression = try? NSRegularExpression(pattern: "^\(pattern)$"),
                let match = expression.firstMatch(in: line, range: NSRange(line.startIndex..., in: line))
            else { continue }
            self = make(
                (1..<match.numberOfRanges).map { Range(match.range(at: $0), in: line).map { String(line[$0]) } ?? "" }
            )
            return
        }
        return nil
    }
}

/// A section of the page: who does what where.
struct TutorialPart {
    let person: String
    var steps: [(line: String, step: TutorialStep?)] = []

    static func parts(of page: String) -> [TutorialPart] {
        var parts: [TutorialPart] = []
        for line in page.split(separator: "\n") {
            if line.hasPrefix("## ") {
                let who = line.split(separator: "(").last?.split(separator: ",").first.map(String.init)
                parts.append(TutorialPart(person: line.contains("(") ? who ?? "" : ""))
            } else if line.first?.isNumber == true, let dot = line.firstRange(of: ". "), !parts.isEmpty {
                let text = String(line[dot.upperBound...])
                parts[parts.count - 1].steps.append((text, TutorialStep(text)))
            }
        }
        return parts
    }
}

/// What one of the page's people has: a browser, an app.
private final class Player {
    let page: WebPage
    var secret: [UInt8] = []
    var used: Used?

    init(_ page: WebPage) { self.page = page }

    func code() async throws -> String {
        let now = TimeCode.step(at: Int(Date().timeIntervalSince1970))
        guard let used else {
            used = Used(now)
            return TimeCode.code(secret, step: now)
        }
        return TimeCode.code(secret, step: try await used.next())
    }
}

@Suite(.serialized, .timeLimit(.minutes(10)), .enabled(if: Chromium.isInstalled)) struct ConsoleTutorialTests {
    private static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../docs/tutorials/console.md").standardizedFileURL
    private static let password = "ferry lantern oblique walnut"

    @Test func everyStepOfThePageDoesWhatItSays() async throws {
        let text = try String(contentsOf: Self.file, encoding: .utf8)
        let parts = TutorialPart.parts(of: text)
        let steps = parts.flatMap(\.steps)
        for step in steps where step.step == nil { Issue.record("no step that can be done: \(step.line)") }
        #expect(steps.count > 50)
        try await WholeJobTests.between { north, coast, driver in
            let start = URL(fileURLWithPath: "\(north.office.folder.path)/north/first-code")
            var known = [
                "‹password›": Self.password,
                "‹one-time code of operator›": try String(contentsOf: start, encoding: .utf8)
                    .trimmingCharacters(in: .newlines),
            ]
            for line in text.split(separator: "\n") where line.hasPrefix("$ comity user add ") {
                let words = line.split(separator: " ").dropFirst(2).map(String.init)
                let said = try await north.office.run(words + ["--as", "operator"]).out
                known["‹one-time code of \(words[3])›"] = try #require(said.split(whereSeparator: \.isWhitespace).last)
                    .description
            }
            var players: [String: Player] = [:]
            for part in parts where !part.steps.isEmpty {
                let player: Player
                if let there = players[part.person] {
                    player = there
                } else {
                    player = Player(try await driver.open())
                    players[part.person] = player
                }
                for (line, step) in part.steps {
                    guard let step else { continue }
                    do {
                        try await Self.take(step, player, &known) {
                            $0.replacing("https://127.0.0.1:7080", with: north.console)
                                .replacing("https://127.0.0.1:7081", with: coast.console)
                        }
                    } catch {
                        Issue.record("\(part.person): \(line): \(error)")
                        return
                    }
                }
            }
            for player in players.values { await player.page.close() }
        }
    }

    private static func take(
        _ step: TutorialStep,
        _ player: Player,
        _ known: inout [String: String],
        at address: (String) -> String
    ) async throws {
        let page = player.page
        switch step {
        case .open(let url): try await page.open(address(url))
        case .setUp(let account, let url):
            try await page.open(address(url))
            for step: TutorialStep in [
                .type(account, label: "Account", group: nil),
                .type("‹one-time code of \(account)›", label: "One-time code", group: nil), .press("Go on"),
                .type("‹password›", label: "Choose a password", group: nil),
                .type("‹password›", label: "The password again", group: nil), .app,
                .type("‹code of the app›", label: "The six digits that the app shows now", group: nil),
                .press("Set up and sign in"), .press("I have them"),
            ] { try await take(step, player, &known, at: address) }
        case .type(let text, let label, let group):
            let value = text == "‹code of the app›" ? try await player.code() : known[text] ?? text
            try #require(!value.hasPrefix("‹"), "\(text) is not known yet")
            let field = try await find(page, "label", label, in: group) { id in "#\(id)" }
            try await page.type(value, into: field)
        case .choose(let value, let label):
            try await page.choose(value, in: try await find(page, "label", label, in: nil) { "#\($0)" })
        case .tick(let label): try await press(page, "label.tick", label)
        case .press(let text): try await press(page, "main button, main a, nav a", text)
        case .pressUntil(let button, let text):
            try await Waiting.until(every: .seconds(1)) {
                if try await page.text("main").contains(text) { return true }
                try await press(page, "main button", button)
                return false
            }
            try await page.wait(for: text)
        case .pressFirst: try await page.click("main table a")
        case .read(let text): try await page.wait(for: text)
        case .keep(let name): known[name] = try await page.text("main .notice .code")
        case .app: player.secret = bytes(base32: try await page.text("p.code"))
        }
    }

    /// The id that a label is for, made a selector.
    private static func find(
        _ page: WebPage,
        _ kind: String,
        _ text: String,
        in group: String?,
        _ selector: (String) -> String
    ) async throws -> String {
        let script = """
            const said = (node) => (node?.textContent ?? "").trim();
            const group = [...document.querySelectorAll("fieldset")].find((one) => said(one.querySelector("legend")) === \(quoted(group ?? "")));
            const found = [...(group ?? document).querySelectorAll("\(kind)")].find((one) => said(one) === \(quoted(text)));
            return found?.htmlFor ?? null;
            """
        return try await page.look(for: "something called \(text)") {
            let id = try await page.run(script) as? String ?? ""
            return id.isEmpty ? nil : selector(id)
        }
    }

    /// Presses what says exactly that; where several do, the first.
    private static func press(_ page: WebPage, _ kind: String, _ text: String) async throws {
        let script = """
            const found = [...document.querySelectorAll("\(kind)")].find((one) => one.textContent.trim() === \(quoted(text)));
            document.querySelectorAll("[data-pressed]").forEach((one) => one.removeAttribute("data-pressed"));
            found?.setAttribute("data-pressed", "");
            return found !== undefined;
            """
        _ = try await page.look(for: "something to press that says \(text)") {
            try await page.run(script) as? Bool == true ? true : nil
        }
        try await page.click("[data-pressed]")
    }

    private static func quoted(_ text: String) -> String {
        let data = try? JSONSerialization.data(withJSONObject: [text])
        return String(String(decoding: data ?? Data(), as: UTF8.self).dropFirst().dropLast())
    }
}
