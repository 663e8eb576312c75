// One page as one person sees it. Which pages there are, the console's own table says; what the table leaves open, an id for
// instance, stands here.
import Accounts
import Foundation
import NodeCore
import NodeTesting
import Testing

@testable import Console

struct View: Sendable {
    let name: String
    let seat: Seat?
    let address: String
    /// What is done there before the page is looked at.
    var act: (@Sendable (WebPage) async throws -> Void)?

    /// Every page of the table for every role that it lets in, and what forms lead to.
    ///
    /// - Parameter newcomer: an account without a sign-in, and its one-time code.
    static func all(
        _ it: Consoles,
        _ story: Story,
        _ seats: (asker: [Role: Seat], holder: [Role: Seat]),
        asking: String,
        newcomer: (name: String, code: String)
    ) throws -> [View] {
        var views: [View] = []
        for route in RouteTable.all where route.method == .get && route.path != "/" {
            for (address, isHolders) in try places(route.path, story, asking: asking) {
                let seated = isHolders ? seats.holder : seats.asker
                let console = isHolders ? it.holder.address : it.asker.address
                for role in Role.allCases.filter({ route.who != .anybody && route.who.admits([$0]) }) {
                    views.append(View(name: "\(role) \(address)", seat: seated[role], address: console + address))
                }
                if route.who == .anybody { views.append(View(name: address, seat: nil, address: console + address)) }
            }
        }
        let (asker, analyst) = (it.asker.address, seats.asker[.analyst])
        views += [
            View(name: "refused", seat: analyst, address: asker + "/users"),
            View(name: "nothing there", seat: analyst, address: asker + "/nothing"),
            View(name: "what would happen", seat: analyst, address: asker + "/ask") {
                try await $0.click("button[value=check]")
                try await $0.wait(forElement: "#outlook-body table")
            },
            View(
                name: "a request without fields",
                seat: analyst,
                address: "\(asker)/questions/\(story.question)/hits/\(story.part)/\(story.handle)"
            ) {
                try await $0.type("boarding planned", into: "#reason")
                try await $0.click("button.main")
                try await $0.wait(forElement: ".notice.danger")
            },
            View(name: "sign-in refused", seat: nil, address: asker + "/sign-in") { page in
                // Somebody else each time: who fails often is told to wait.
                try await page.type("nobody-\(UInt16.random(in: .min ... .max))", into: "#name")
                try await page.type("wrong", into: "#password")
                try await page.type("000000", into: "#code")
                try await page.click("button.main")
                try await page.wait(forElement: ".notice.danger")
            },
            View(name: "setting up", seat: nil, address: asker + "/start") { page in
                try await page.type(newcomer.name, into: "#name")
                try await page.type(newcomer.code, into: "#first_code")
                try await page.click("button.main")
                try await page.wait(forElement: "#again")
            },
        ]
        if let analyst {
            views.append(
                View(name: "a key to register", seat: analyst, address: asker + "/account") { page in
                    try await page.type("key ring", into: "#name")
                    try await page.type(it.asker.code(analyst), into: "#code-add-key")
                    try await page.click("form[action=\"/account/keys/new\"] .acts button")
                    try await page.wait(forElement: "#part-registration")
                }
            )
        }
        return views
    }

    /// Where a route of the table is looked at, and whether at the holder's.
    private static func places(_ path: String, _ story: Story, asking: String) throws -> [(String, Bool)] {
        switch path {
        case "/questions/:id":
            return [story.question, story.unknown, asking].map { ("/questions/\($0)", false) }
        case "/questions/:id/hits/:part/:handle":
            return [("/questions/\(story.question)/hits/\(story.part)/\(story.handle)", false)]
        case "/requests/:id": return [story.waiting, story.released].map { ("/requests/\($0)", false) }
        case "/queue": return [("/queue", false), ("/queue", true)]
        case "/queue/:id": return [story.waiting, story.released].map { ("/queue/\($0)", true) }
        case "/audit":
            return [
                ("/audit", false), ("/audit?search=yes&event=*", true), ("/audit?search=yes&since=soon", false),
            ]
        case "/audit/:index": return [("/audit/0", true)]
        case "/case": return [("/case?reference=K-2026-000417", false)]
        case "/case/map":
            return [
                "/case/map?reference=K-2026-000417", "/case/map?reference=K-2026-000417&at=BGR&span=10&borders=no",
            ].map { ($0, false) }
        case "/policies/explain":
            return [("/policies/explain", false), ("/policies/explain?id=\(story.question)", false)]
        // No page: what a page listens to.
        case "/questions/:id/events": return []
        default:
            try #require(!path.contains("/:"), "View.places names no sample of \(path)")
            return [(path, false)]
        }
    }
}

/// How a browser is set up.
struct Outlook: Sendable, Equatable {
    let theme: String
    let language: String
    let hasScript: Bool

    static let all = [true, false].flatMap { script in
        ["light", "dark"].flatMap { theme in
            ["en", "ar"].map { Outlook(theme: theme, language: $0, hasScript: script) }
        }
    }
}
