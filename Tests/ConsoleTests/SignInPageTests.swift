// The door: who gets in, what they must know, and that nobody learns which part of it was wrong.
import AuditLog
import CanonicalJSON
import Foundation
import HTTPTypes
import NodeCore
import NodeTesting
import Testing

@testable import Console

@Suite struct SignInPageTests {
    @Test func aSessionIsEndedByItsOwnerAndByNobodyElse() async throws {
        try await Stand.with { it in
            let ines = try await it.person("ines", ["analyst"])
            let omar = try await it.person("omar", ["analyst"])
            let phone = Browser(beside: ines)
            it.clock.advance(seconds: 30)
            #expect(try await phone.signIn("ines", code: ines.code(at: it.clock.seconds)).status == 303)
            func ended(_ browser: Browser, _ session: String) async throws -> Answer {
                let token = try #require(try await browser.get("/account").formToken)
                return try await browser.post("/account/sessions", [("form_token", token), ("session", session)])
            }
            let page = try await ines.get("/account")
            let other = try #require(page.between("name=\"session\" value=\"", "\""))
            #expect(page.text.components(separatedBy: "name=\"session\"").count == 2, "all but the one that looks")
            for session in [other, "", "nonsense"] { _ = try await ended(omar, session) }
            #expect(try await phone.get("/work").status == 200, "it is not omar's")
            #expect(try await ended(ines, other).location == "/account?done=ended")
            #expect(try await phone.get("/work").status == 303, "signed out there")
            #expect(try await ines.get("/account").status == 200, "and not here")
        }
    }

    @Test func aOneTimeCodeSetsUpASignInAndServesOnce() async throws {
        try await Stand.with { it in
            let browser = Browser(it.node.node, peers: it.peers)
            let first = try #require(try await it.node.node.firstRunCode())
            #expect(first.account == "operator")
            try it.node.node.keepFirstCode(first.code)
            #expect(FileManager.default.fileExists(atPath: it.node.folder.firstCode.path))
            let done = try await browser.setUp("operator", firstCode: first.code, clock: it.clock)
            #expect(!FileManager.default.fileExists(atPath: it.node.folder.firstCode.path), "nothing of it stays")
            #expect(done.status == 200)
            #expect(done.text.components(separatedBy: "<li class=\"code\"").count == 9, "eight recovery codes")
            #expect(try await browser.get("/status").status == 200)
            #expect(try await it.node.node.firstRunCode() == nil, "nobody is first any more")
            let again = try await Browser(beside: browser).post(
                "/start",
                [("name", "operator"), ("first_code", first.code)]
            )
            #expect(again.status == 403)
            let events = try await it.node.closedLeaves().map(\.event)
            #expect(events.contains("user.set_up") && events.contains("login.succeeded"))
        }
    }

    @Test func wrongNamePasswordAndCodeLookTheSame() async throws {
        try await Stand.with { it in
            let known = try await it.person("ines", ["approver"])
            it.clock.advance(seconds: 60)
            let good = known.code(at: it.clock.seconds)
            var said: Set<String> = []
            for (name, password, code) in [
                ("nobody", Browser.password, good), ("ines", "another password here", good),
                ("ines", Browser.password, "000000"), ("ines", "", ""), ("", Browser.password, good),
            ] {
                let answer = try await Browser(beside: known).signIn(name, password: password, code: code)
                #expect(answer.status == 403 && answer.headers[.setCookie] == nil)
                let challenge = try #require(answer.between("data-challenge=\"", "\""))
                let same = answer.text.replacing("value=\"\(name)\"", with: "value=\"\"")
                said.insert(same.replacing(challenge, with: "new each time"))
            }
            #expect(said.count == 1, "one page for all of them")
            #expect(said.first?.contains("is not right") == true)
        }
    }

    @Test func eachCodeServesOnceAndARecoveryCodeStandsIn() async throws {
        try await Stand.with { it in
            let user = try await it.node.node.addUser("ines", roles: ["approver"], by: "operator")
            let browser = Browser(it.node.node, peers: it.peers)
            let done = try await browser.setUp("ines", firstCode: try #require(user.code), clock: it.clock)
            let used = browser.code(at: it.clock.seconds)
            #expect(try await Browser(beside: browser).signIn("ines", code: used).status == 403, "used at set-up")
            it.clock.advance(seconds: 30)
            let next = browser.code(at: it.clock.seconds)
            #expect(try await Browser(beside: browser).signIn("ines", code: next).status == 303)
            #expect(try await Browser(beside: browser).signIn("ines", code: next).status == 403)
            let recovery = try #require(done.between("<li class=\"code\" dir=\"ltr\">", "</li>"))
            #expect(try await Browser(beside: browser).signIn("ines", code: recovery.lowercased()).status == 303)
            #expect(try await Browser(beside: browser).signIn("ines", code: recovery).status == 403)
        }
    }

    @Test func whoGuessesWaitsButNotForGood() async throws {
        try await Stand.with { it in
            let known = try await it.person("ines", ["approver"])
            let guesser = Browser(beside: known, address: "192.0.2.7")
            var statuses: [Int] = []
            for _ in 0..<6 { statuses.append(try await guesser.signIn("ines", code: "000000").status) }
            #expect(statuses == [403, 403, 403, 403, 429, 429])
            // The right code does not get in from there; its owner elsewhere is not held up.
            it.clock.advance(seconds: 1)
            let right = known.code(at: it.clock.seconds)
            #expect(try await guesser.signIn("ines", code: right).status == 429)
            #expect(try await known.get("/queue").status == 200, "a session that is open is not touched")
            it.clock.advance(seconds: 30)
            let own = known.code(at: it.clock.seconds)
            #expect(try await Browser(beside: known).signIn("ines", code: own).status == 303)
            it.clock.advance(seconds: BackOffTimes.longest)
            let later = known.code(at: it.clock.seconds)
            #expect(try await guesser.signIn("ines", code: later).status == 303, "not for good")
            // Names that nobody has are held off alike.
            let other = Browser(beside: known, address: "192.0.2.8")
            statuses = []
            for _ in 0..<6 { statuses.append(try await other.signIn("nobody", code: "000000").status) }
            #expect(statuses == [403, 403, 403, 403, 429, 429])
            let failed = try await it.node.closedLeaves().filter { $0.event == "login.failed" }
            #expect(failed.allSatisfy { $0.personal["address"] != nil })
            // Those who had to wait: one entry when it begins, and the number of the others when one is judged again.
            let (waited, judged) = Self.parted(failed)
            #expect(judged == 8 && waited == [1, 2, 1])
        }
    }

    @Test func manyAtOnceAreNoWayAround() async throws {
        try await Stand.with { it in
            _ = try await it.person("ines", ["approver"])
            let node = it.node.node
            let judged = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        let outcome = try await node.signIn(
                            name: "ines",
                            password: Browser.password,
                            proof: .code("000000"),
                            from: "192.0.2.7"
                        )
                        if case .refused = outcome { return true }
                        return false
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(judged == 4, "the rest waits")
            let failed = try await it.node.closedLeaves().filter { $0.event == "login.failed" }
            let told = Self.parted(failed)
            #expect(told.judged == judged && told.waited == [1], "the log does not fill with those who wait")
        }
    }

    /// Failures that were judged, and what each entry counts of those that had to wait.
    private static func parted(_ failed: [Leaf]) -> (waited: [Int?], judged: Int) {
        let waited = failed.filter { $0.data["method"] == .string("waiting") }
        return (waited.map { $0.data["count"]?.integer }, failed.count - waited.count)
    }

    @Test func nobodyAtTheDoorHoldsUpAnAct() async throws {
        try await Stand.with { it in
            let omar = try await it.person("omar", ["operator"])
            let stranger = Browser(beside: omar)
            for _ in 0..<30 { _ = try await stranger.signIn("omar", code: "000000") }
            #expect(try await stranger.signIn("omar", code: "000000").status == 429)
            func add(_ name: String, _ code: String) async throws -> Answer {
                let token = try #require(try await omar.get("/users").formToken)
                return try await omar.post(
                    "/users",
                    [("form_token", token), ("name", name), ("role", "analyst"), ("code-add", code)]
                )
            }
            it.clock.advance(seconds: 30)
            #expect(try await add("amir", omar.code(at: it.clock.seconds)).status == 200)
            // Codes of acts are counted as well, by themselves.
            var statuses: [Int] = []
            for _ in 0..<5 { statuses.append(try await add("nina", "000000").status) }
            #expect(statuses == [403, 403, 403, 403, 429])
            it.clock.advance(seconds: BackOffTimes.longest)
            #expect(try await add("nina", omar.code(at: it.clock.seconds)).status == 200)
        }
    }

    @Test func everyProofLeavesAnEntry() async throws {
        try await Stand.with { it in
            let user = try await it.node.node.addUser("omar", roles: ["operator"], by: "operator")
            let omar = Browser(it.node.node, peers: it.peers)
            let wrong = try await omar.post(
                "/start/set-up",
                [
                    ("name", "omar"), ("first_code", "AAAA-AAAA-AAAA-AAAA"), ("password", Browser.password),
                    ("again", Browser.password), ("code", "000000"),
                ]
            )
            #expect(wrong.status == 403)
            let done = try await omar.setUp("omar", firstCode: try #require(user.code), clock: it.clock)
            let recovery = try #require(done.between("<li class=\"code\" dir=\"ltr\">", "</li>"))
            let token = try #require(try await omar.get("/users").formToken)
            let added = try await omar.post(
                "/users",
                [("form_token", token), ("name", "amir"), ("role", "analyst"), ("code-add", recovery)]
            )
            #expect(added.status == 200)
            let leaves = try await it.node.closedLeaves()
            let failed = leaves.filter { $0.event == "login.failed" }
            #expect(failed.map { $0.data["method"] } == [.string("first-code")])
            let entry = try #require(leaves.last { $0.event == "login.succeeded" })
            #expect(entry.data["method"] == .string("recovery-code") && entry.data["route"] == .string("/users"))
        }
    }

    /// The longest wait, as the design has it.
    enum BackOffTimes { static let longest = 300 }

    @Test func aSessionIsNewAtSignInAndEnds() async throws {
        try await Stand.with { it in
            let browser = try await it.person("ines", ["approver"])
            let first = try #require(browser.cookie)
            #expect(first.hasPrefix("__Host-comity-alpha=") && first.count == "__Host-comity-alpha=".count + 43)
            it.clock.advance(seconds: 30)
            // A session that somebody planted is not taken over by who signs in.
            let planted = Browser(beside: browser)
            planted.cookie = "__Host-comity-alpha=" + String(repeating: "A", count: 43)
            let signed = try await planted.signIn("ines", code: browser.code(at: it.clock.seconds))
            let cookie = try #require(signed.headers[.setCookie])
            for part in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict"] { #expect(cookie.contains(part)) }
            #expect(!cookie.contains("Domain") && planted.cookie != first && !planted.cookie!.contains("AAAA"))
            // Idle.
            it.clock.advance(seconds: 860)
            #expect(try await browser.get("/queue").status == 200)
            it.clock.advance(seconds: 901)
            #expect(try await browser.get("/queue").location == "/sign-in?next=%2Fqueue")
            // At the latest after ten hours, however busy.
            let busy = Browser(beside: browser)
            busy.secret = browser.secret
            _ = try await busy.signIn("ines", code: busy.code(at: it.clock.seconds))
            for _ in 0..<41 {
                it.clock.advance(seconds: 870)
                _ = try await busy.get("/queue")
            }
            #expect(try await busy.get("/queue").status == 200, "9.9 hours")
            it.clock.advance(seconds: 400)
            #expect(try await busy.get("/queue").status == 303)
        }
    }

    @Test func signingOutEndsItHereOrEverywhere() async throws {
        try await Stand.with { it in
            let one = try await it.person("ines", ["approver"])
            it.clock.advance(seconds: 30)
            let two = Browser(beside: one)
            _ = try await two.signIn("ines", code: one.code(at: it.clock.seconds))
            let stolen = Browser(beside: one)
            stolen.cookie = two.cookie
            let token = try #require(try await two.get("/account").formToken)
            #expect(try await two.post("/sign-out", [("form_token", token)]).status == 303)
            #expect(two.cookie == nil)
            #expect(try await stolen.get("/queue").status == 303, "the token is worth nothing any more")
            #expect(try await one.get("/queue").status == 200)
            let other = try #require(try await one.get("/account").formToken)
            _ = try await one.post("/sign-out", [("form_token", other), ("all", "yes")])
            #expect(try await one.get("/queue").status == 303)
        }
    }

    @Test func aWeakPasswordIsRefusedWithItsReason() async throws {
        try await Stand.with { it in
            let user = try await it.node.node.addUser("ines", roles: ["approver"], by: "operator")
            let browser = Browser(it.node.node, peers: it.peers)
            let code = try #require(user.code)
            let offered = try await browser.post("/start", [("name", "ines"), ("first_code", code)])
            browser.secret = Browser.bytes(
                base32: try #require(offered.between("<p class=\"code\" dir=\"ltr\">", "</p>"))
            )
            for (password, words) in [
                ("passwordpassword", "a word that many"), ("short", "too short"), ("agencyalpha1", "too easy to guess"),
            ] {
                let answer = try await browser.post(
                    "/start/set-up",
                    [
                        ("name", "ines"), ("first_code", code), ("password", password), ("again", password),
                        ("code", browser.code(at: it.clock.seconds)),
                    ]
                )
                #expect(answer.status == 422 && answer.text.contains(words), "\(password)")
                #expect(!answer.text.contains("value=\"\(password)\""), "never shown again")
            }
            it.clock.advance(seconds: 3 * 86_400)
            #expect(
                try await browser.post("/start", [("name", "ines"), ("first_code", code)]).status == 403,
                "too old"
            )
        }
    }

    @Test func nobodyChangesTheirOwnRoles() async throws {
        try await Stand.with { it in
            let node = it.node.node
            for role in ["approver", "officer"] {
                await #expect(throws: NodeProblem.self) {
                    try await node.addUser("operator", roles: [role], by: "operator")
                }
                await #expect(throws: NodeProblem.self) {
                    try await node.changeRoles("operator", roles: ["operator", role], by: "operator")
                }
            }
            #expect(try await node.addUser("operator", roles: ["operator"], by: "operator").code != nil, "no change")
            _ = try await node.addUser("olga", roles: ["operator"], by: "operator")
            #expect(try await node.addUser("operator", roles: ["approver"], by: "olga").roles.count == 2)
        }
    }

    @Test func twoApproversResetASignInAtTheirPage() async throws {
        try await Stand.with { it in
            let ines = try await it.person("ines", ["approver"])
            let omar = try await it.person("omar", ["approver"], beside: ines)
            let amir = try await it.person("amir", ["analyst"], beside: ines)
            #expect(try await ines.get("/queue").text.contains("href=\"/users/reset\""))
            func reset(_ name: String, by person: Browser, code: String? = nil) async throws -> Answer {
                it.clock.advance(seconds: 30)
                let token = try #require(try await person.get("/users/reset").formToken)
                let code = code ?? person.code(at: it.clock.seconds)
                return try await person.post(
                    "/users/reset",
                    [("form_token", token), ("account", name), ("code-reset", code)]
                )
            }
            #expect(try await reset("amir", by: ines, code: "000000").status == 403)
            #expect(try await reset("ines", by: ines).status == 403, "nobody their own")
            #expect(try await reset("amir", by: ines).text.contains("waits for a second person"))
            #expect(try await amir.get("/work").status == 200, "one person is not enough")
            let done = try await reset("amir", by: omar)
            #expect(done.between("<p class=\"code\" dir=\"ltr\">", "</p>")?.isEmpty == false)
            #expect(try await amir.get("/work").status == 303)
            #expect(try await ines.get("/users").status == 403, "accounts stay the operator's")
        }
    }

    @Test func aChangeOfRolesEndsSessions() async throws {
        try await Stand.with { it in
            let omar = try await it.person("omar", ["operator"])
            let amir = try await it.person("amir", ["analyst"], beside: omar)
            func change(_ name: String, _ roles: [String]) async throws -> Answer {
                it.clock.advance(seconds: 30)
                let token = try #require(try await omar.get("/users").formToken)
                return try await omar.post(
                    "/users/roles",
                    [
                        ("form_token", token), ("person", name), ("code-roles", omar.code(at: it.clock.seconds)),
                    ] + roles.map { ("role", $0) }
                )
            }
            #expect(try await change("amir", ["approver"]).text.contains("The roles of amir are changed."))
            #expect(try await amir.get("/work").status == 303)
            it.clock.advance(seconds: 30)
            #expect(try await amir.signIn("amir", code: amir.code(at: it.clock.seconds)).location == "/queue")
            #expect(try await change("omar", ["operator", "approver"]).status == 403, "nobody their own")
            #expect(try await change("amir", []).status == 400)
            // More roles are other roles as well.
            _ = try await it.node.node.addUser("amir", roles: ["analyst"], by: "operator")
            #expect(try await amir.get("/queue").status == 303)
        }
    }

    @Test func twoOthersResetASignIn() async throws {
        try await Stand.with { it in
            let ines = try await it.person("ines", ["approver"])
            _ = try await it.node.node.addUser("omar", roles: ["approver"], by: "operator")
            let node = it.node.node
            await #expect(throws: NodeProblem.self) { try await node.resetUser("ines", by: "ines") }
            await #expect(throws: NodeProblem.self) { try await node.resetUser("ines", by: TestNode.analyst) }
            #expect(try await node.resetUser("ines", by: "operator").state == "waiting")
            #expect(try await node.resetUser("ines", by: "operator").state == "waiting", "one person stays one")
            #expect(try await ines.get("/queue").status == 200)
            it.clock.advance(seconds: 86_400)
            #expect(try await node.resetUser("ines", by: "omar").state == "waiting", "a day is over")
            let done = try await node.resetUser("ines", by: "operator")
            #expect(done.state == "reset" && done.askedBy == "omar")
            #expect(try await ines.get("/queue").status == 303)
            it.clock.advance(seconds: 30)
            let old = try await Browser(beside: ines).signIn("ines", code: ines.code(at: it.clock.seconds))
            #expect(old.status == 403)
            // One person alone makes no second code of it, with more roles or without.
            await #expect(throws: NodeProblem.self) {
                try await node.addUser("ines", roles: ["approver"], by: "operator")
            }
            #expect(try await node.addUser("ines", roles: ["officer"], by: "operator").code == nil)
            let anew = try await Browser(beside: ines).setUp(
                "ines",
                firstCode: try #require(done.code),
                clock: it.clock
            )
            #expect(anew.status == 200)
            let given = try await node.addUser("nadia", roles: ["analyst"], by: "operator").code
            let again = try await node.addUser("nadia", roles: ["analyst"], by: "operator").code
            #expect(given != nil && again != nil && given != again, "of whom nobody had a sign-in yet")
            #expect(try await node.addUser("ines", roles: ["approver"], by: "operator").code == nil)
            let entries = try await it.node.closedLeaves().map(\.event)
            #expect(entries.filter { $0 == "user.code_given" }.count == 1, "only where a code was given")
        }
    }
}
