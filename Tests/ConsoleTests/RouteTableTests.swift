// The one table, tried out: every role at every route, and what no table names.
import Accounts
import AuditLog
import Foundation
import NodeCore
import NodeTesting
import Testing

@testable import Console

@Suite struct RouteTableTests {
    /// What the design lets each role open; the table must say the same, and nothing more.
    static let design: [Role: Set<String>] = [
        .analyst: [
            "GET /work", "POST /fetch", "GET /ask", "POST /ask", "GET /questions/:id", "POST /questions/:id/again",
            "POST /questions/:id/stop",
            "GET /questions/:id/hits/:part/:handle", "POST /questions/:id/hits/:part/:handle", "GET /requests/:id",
            "POST /questions/:id/hits/:part/:handle/judgement",
            "GET /questions/:id/events",
            "GET /cases", "GET /case", "POST /case", "POST /case/close", "GET /case/map", "GET /records/import",
            "POST /records/import",
            "POST /records/import/columns",
        ],
        .approver: [
            "GET /queue", "GET /queue/:id", "POST /queue/:id", "GET /policies/explain", "GET /users/reset",
            "POST /users/reset",
        ],
        .officer: [
            "GET /audit", "GET /audit/:index", "GET /audit/subject", "POST /audit/subject", "GET /audit/statistics",
            "GET /audit/reconcile", "POST /audit/reconcile", "GET /audit/export", "POST /audit/export",
            "GET /audit/opening", "POST /audit/opening", "GET /policies", "GET /policies/explain",
            "GET /policies/what-if", "GET /policies/diff", "GET /records/export", "POST /records/export",
        ],
        .operator: [
            "GET /status", "GET /backups", "GET /users", "POST /users", "POST /users/reset", "GET /users/reset",
            "POST /users/roles",
            "GET /peers", "POST /peers",
            "POST /peers/trust", "POST /peers/revoke", "GET /indexes", "POST /indexes", "POST /indexes/rotate",
        ],
    ]
    static let everybody: Set = ["GET /sign-in", "POST /sign-in", "GET /start", "POST /start", "POST /start/set-up"]
    static let signedIn: Set = [
        "GET /", "GET /account", "POST /sign-out", "POST /account/keys", "POST /account/keys/new",
        "POST /account/keys/remove", "POST /account/look", "POST /account/sessions", "GET /glossary",
    ]

    private static func name(_ route: Route) -> String { "\(route.method.rawValue) \(route.path)" }

    @Test func theTableIsTheDesigns() {
        for route in RouteTable.all {
            let name = Self.name(route)
            switch route.who {
            case .anybody: #expect(Self.everybody.contains(name), "\(name)")
            case .signedIn: #expect(Self.signedIn.contains(name), "\(name)")
            case .roles(let roles):
                for role in Role.allCases {
                    #expect(roles.contains(role) == Self.design[role]?.contains(name), "\(role) \(name)")
                }
            }
        }
        let all = Self.design.values.reduce(Self.everybody.union(Self.signedIn)) { $0.union($1) }
        #expect(Set(RouteTable.all.map(Self.name)) == all)
        #expect(Set(RouteTable.all.map(Self.name)).count == RouteTable.all.count, "no route twice")
    }

    @Test func everyRoleAtEveryRoute() async throws {
        try await Stand.with { it in
            var browsers: [Role: Browser] = [:]
            for role in Role.allCases { browsers[role] = try await it.person("one-\(role.rawValue)", [role.rawValue]) }
            let stranger = Browser(it.node.node, peers: it.peers)
            var (refused, opened) = (0, 0)
            for route in RouteTable.all where route.path != "/sign-out" {
                let path = route.path.replacing(":index", with: "0").split(
                    separator: "/",
                    omittingEmptySubsequences: false
                )
                .map { $0.hasPrefix(":") ? "11111111-1111-4111-8111-111111111111" : String($0) }
                .joined(separator: "/")
                for role in Role.allCases {
                    let browser = try #require(browsers[role])
                    let token = try #require(try await browser.get("/account").formToken)
                    let answer =
                        route.method == .get
                        ? try await browser.get(path) : try await browser.post(path, [("form_token", token)])
                    if case .roles(let able) = route.who, !able.contains(role) {
                        #expect(answer.status == 403, "\(role) \(Self.name(route))")
                        #expect(answer.text.contains("people with another role"), "\(role) \(Self.name(route))")
                        refused += 1
                    } else {
                        #expect(!answer.text.contains("people with another role"), "\(role) \(Self.name(route))")
                        #expect(answer.status < 500, "\(role) \(Self.name(route))")
                        #expect(answer.location?.hasPrefix("/sign-in") != true, "\(role) \(Self.name(route))")
                        opened += 1
                    }
                }
                let unknown = route.method == .get ? try await stranger.get(path) : try await stranger.post(path, [])
                if route.who == .anybody {
                    #expect(unknown.location?.hasPrefix("/sign-in?") != true, "\(Self.name(route))")
                } else {
                    #expect(unknown.status == 303 && unknown.location?.hasPrefix("/sign-in") == true, "\(path)")
                }
            }
            print("role × route: \(opened) let in, \(refused) refused")
            // Each page of a role, asked for by each role that has it not.
            let pages = Set(Self.design.values.joined())
            let expected = Role.allCases.reduce(0) { $0 + pages.subtracting(Self.design[$1] ?? []).count }
            #expect(refused == expected && refused > 57)
            let entries = try await it.node.closedLeaves().filter { $0.event == "access.refused" }
            #expect(entries.count == refused, "each refusal is an entry")
        }
    }

    @Test(
        "no way around the table",
        arguments: [
            "/nothing", "/queue/", "//work", "/queue//", "/./work", "/ask/../status", "/%77ork", "/audit/%2e%2e/status",
            "/assets/../work", "/assets/", "/assets/style.css", "/assets/..%2f..%2fkeyring", "/log/checkpoint", "/WORK",
            "/questions", "/questions/a/b/c/d/e/f", "/../../etc/passwd", "/queue/..;/status",
        ]
    )
    func noWayAround(_ path: String) async throws {
        try await Stand.with { it in
            let browser = try await it.person("una", ["analyst", "approver", "officer", "operator"])
            #expect(try await browser.get(path).status == 404)
        }
    }

    @Test func whereSomebodyWantedToGoIsAPageOfOurs() async throws {
        try await Stand.with { it in
            let browser = try await it.person("ines", ["approver"])
            for (next, goal) in [
                ("/queue", "/queue"), ("https://evil.example/", "/queue"), ("//evil.example/", "/queue"),
                ("/status", "/queue"), ("/sign-in", "/queue"), ("/\\evil.example", "/queue"), ("", "/queue"),
                ("/account", "/account"), ("/queue\r\nSet-Cookie: a=b", "/queue"),
                ("/policies/explain?id=a%26b&c", "/policies/explain?id=a%26b&c"),
                ("/account?a=\r\nSet-Cookie: a=b", "/queue"), ("/status?now=yes", "/queue"),
            ] {
                it.clock.advance(seconds: 30)
                let answer = try await Browser(beside: browser).post(
                    "/sign-in",
                    [
                        ("name", "ines"), ("password", Browser.password), ("code", browser.code(at: it.clock.seconds)),
                        ("next", next),
                    ]
                )
                #expect(answer.status == 303 && answer.location == goal, "\(next)")
            }
        }
    }
}
