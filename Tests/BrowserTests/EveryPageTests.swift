// Every page of the console, for every role that may open it: WCAG 2.2 A and AA, the content policy, what the browser asks
// for and of whom, and a window of 320 pixels. Light and dark, English and Arabic, with and without JavaScript: each page at
// all eight corners of these.
import Accounts
import Foundation
import NodeCore
import NodeTesting
import Testing

@Suite(.serialized, .timeLimit(.minutes(20)), .enabled(if: Chromium.isInstalled && Axe.isThere)) struct EveryPageTests {
    private struct Counts {
        var looks = 0
        var findings = 0
        var violations = 0
        var requests = 0
        var foreign = 0
        var wide = 0

        mutating func add(_ other: Counts) {
            looks += other.looks
            findings += other.findings
            violations += other.violations
            requests += other.requests
            foreign += other.foreign
            wide += other.wide
        }
    }

    @Test func everyPageCanBeUsedByEverybody() async throws {
        try await Consoles.run(records: Story.records) { it in
            let story = try await Story.tell(at: it)
            var seats: (asker: [Role: Seat], holder: [Role: Seat]) = ([:], [:])
            for role in Role.allCases {
                let name = role == .analyst ? TestNode.analyst : "one-\(role.rawValue)"
                seats.asker[role] = try await it.asker.seat(name, [role.rawValue])
                seats.holder[role] = try await it.holder.seat(name, [role.rawValue])
            }
            let newcomer = try await it.asker.node.node.addUser("newcomer", roles: ["analyst"], by: "operator")
            let asking = try await Self.askSlowly(it, try #require(seats.asker[.analyst]))
            let views = try View.all(
                it,
                story,
                seats,
                asking: asking,
                newcomer: ("newcomer", try #require(newcomer.code))
            )
            // Two browsers at a time: one of them looks with one eye.
            let counts = try await withThrowingTaskGroup(of: Counts.self) { group in
                for hasScript in [true, false] {
                    group.addTask {
                        let page = try await it.driver.open(hasScript: hasScript, isWatched: true)
                        var counts = Counts()
                        for outlook in Outlook.all where outlook.hasScript == hasScript {
                            try await Self.look(at: views, page, outlook, of: it, &counts)
                        }
                        await page.close()
                        return counts
                    }
                }
                return try await group.reduce(into: Counts()) { $0.add($1) }
            }
            print(
                """
                console: \(views.count) pages by role, each light or dark × en or ar × script on or off (8 corners): \
                axe-core \(Axe.version) looked \(counts.looks) times and found \(counts.findings); \(counts.violations) \
                violations of the policy; \(counts.requests) requests, \(counts.foreign) elsewhere; \(counts.wide) pages \
                wider than 320 px
                """
            )
            #expect(counts.looks == views.count * Outlook.all.count && Outlook.all.count == 8)
        }
    }

    private static func look(
        at views: [View],
        _ page: WebPage,
        _ outlook: Outlook,
        of it: Consoles,
        _ counts: inout Counts
    ) async throws {
        try await page.prefer(language: outlook.language, theme: outlook.theme)
        try await page.sit(nil)
        var seat: Seat?
        let ours = [it.asker.address + "/", it.holder.address + "/"]
        for view in views {
            let place = "\(view.name), \(outlook.theme) \(outlook.language) script \(outlook.hasScript ? "on" : "off")"
            if view.seat != seat {
                try await page.sit(view.seat)
                seat = view.seat
            }
            do {
                try await look(at: view, place, page, outlook, ours: ours, &counts)
            } catch {
                Issue.record(error, "\(place)")
                throw error
            }
        }
    }

    private static func look(
        at view: View,
        _ place: String,
        _ page: WebPage,
        _ outlook: Outlook,
        ours: [String],
        _ counts: inout Counts
    ) async throws {
        try await page.open(view.address)
        try await view.act?(page)
        #expect(try await page.attribute("html", "lang") == outlook.language, "\(place)")
        // Tags that can be read were written as text.
        let text = try await page.text("main")
        #expect(!["Markup(", "<div class=", "<details", "&lt;", "&quot;"].contains { text.contains($0) }, "\(place)")
        let findings = try await Axe.findings(in: page, hasScript: outlook.hasScript)
        counts.looks += 1
        counts.findings += findings.count
        for finding in findings { Issue.record("\(place): \(finding)") }
        // A page that was refused, or is not there, has a status that the browser names.
        let complaints = try await page.complaints().filter { !$0.contains("responded with a status of 4") }
        counts.violations += complaints.count
        #expect(complaints == [], "\(place)")
        let asked = try await page.requested()
        let foreign = asked.filter { url in !url.hasPrefix("data:") && !ours.contains { url.hasPrefix($0) } }
        counts.requests += asked.count
        counts.foreign += foreign.count
        #expect(foreign == [], "\(place)")
        try await page.setWidth(320)
        let excess = try await page.sideScroll()
        if excess > 0 { counts.wide += 1 }
        #expect(excess <= 0, "\(place): \(excess) px too wide")
        try await page.setWidth(nil)
    }

    /// A question that its peer does not answer yet, asked through the form; what the form says stays its draft.
    private static func askSlowly(_ it: Consoles, _ seat: Seat) async throws -> String {
        let page = try await it.driver.open()
        try await page.sit(seat)
        try await page.open(seat.console + "/ask")
        try await page.choose("investigate", in: "#purpose")
        try await page.choose("TREATY", in: "#basis")
        try await page.type("Yusuf Sahin", into: "#full_name")
        try await page.type("1988-02-11", into: "#birth_date")
        try await page.type("charlie", into: "#peers")
        try await page.click("button[value=send]")
        try await page.wait(for: "being asked")
        let id = try #require(try await page.address.split(separator: "/").last.map(String.init))
        await page.close()
        return id
    }
}
