// Security keys at the pages: registered behind a code, in the place of one at the door and in acts, each signature once, for one
// thing, from one person. The key is in software; the browser's part of it stands in BrowserTests.
import Accounts
import AuditLog
import CanonicalJSON
import Foundation
import NodeCore
import NodeTesting
import TestSupport
import Testing

@testable import Console

/// Somebody with a browser and a key.
private final class Holder {
    let browser: Browser
    var key: SoftKey
    let page: SoftPage

    init(_ browser: Browser, _ key: SoftKey = .es256()) throws {
        self.browser = browser
        self.key = key
        let party = try #require(browser.desk.node.relyingParty)
        page = SoftPage(origin: party.origin, party: party.id)
    }

    static func challenge(_ part: String, in answer: Answer) throws -> String {
        let place = try #require(answer.between("id=\"part-\(part)\"", "hidden>"), "\(answer.text)")
        let start = try #require(place.range(of: "data-challenge=\""))
        return String(place[start.upperBound...].prefix { $0 != "\"" })
    }

    /// What the script sends for a part of a page.
    func signed(_ part: String, in answer: Answer, at page: SoftPage? = nil) throws -> String {
        let challenge = try Self.challenge(part, in: answer)
        let sent = try key.assert(challenge: challenge, at: page ?? self.page)
        let parts = [sent.id, sent.clientData, sent.authenticatorData, sent.signature, sent.owner]
        return ([challenge] + parts.map { Base64URL.encode($0) }).joined(separator: ".")
    }

    func signIn(_ name: String, _ signed: String, password: String = Browser.password) async throws -> Answer {
        let fields = [("name", name), ("password", password), ("code", ""), ("key-sign-in", signed)]
        return try await browser.post("/sign-in", fields)
    }

    /// The page on which a key is registered, reached with a code.
    func offer(named name: String, code: String) async throws -> Answer {
        let token = try #require(try await browser.get("/account").formToken)
        return try await browser.post(
            "/account/keys/new",
            [("form_token", token), ("name", name), ("code-add-key", code)]
        )
    }

    func registration(of offered: Answer) throws -> String {
        let challenge = try Self.challenge("registration", in: offered)
        let sent = try key.register(challenge: challenge, at: page)
        return ([challenge] + [sent.id, sent.clientData, sent.attestation].map { Base64URL.encode($0) })
            .joined(separator: ".")
    }

    @discardableResult
    func register(_ name: String, at clock: SettableClock) async throws -> Answer {
        clock.advance(seconds: 30)
        let offered = try await offer(named: name, code: browser.code(at: clock.seconds))
        try #require(offered.status == 200, "\(offered.text)")
        let registered = try await send(try registration(of: offered), named: name, from: offered)
        key.counter += 1
        return registered
    }

    func send(_ registration: String, named name: String, from offered: Answer) async throws -> Answer {
        let token = try #require(offered.formToken)
        return try await browser.post(
            "/account/keys",
            [("form_token", token), ("name", name), ("registration", registration)]
        )
    }

    /// Adds an account: an act that a second factor is part of.
    func add(_ name: String, _ signed: String, from page: Answer) async throws -> Answer {
        let token = try #require(page.formToken)
        let fields = [
            ("form_token", token), ("name", name), ("role", "analyst"), ("code-add", ""), ("key-add", signed),
        ]
        return try await browser.post("/users", fields)
    }
}

@Suite struct SecurityKeyPageTests {
    private static func methods(_ leaves: [Leaf], _ event: String) -> [String] {
        leaves.filter { $0.event == event }.compactMap { $0.data["method"]?.string }
    }

    @Test func aKeyStandsInForTheCode() async throws {
        try await Stand.with { it in
            let omar = try Holder(try await it.person("omar", ["operator"]))
            #expect(
                try await omar.browser.get("/users").text.contains("data-ask") == false,
                "no key, no question for one"
            )
            #expect(try await omar.register("key <b>ring</b>", at: it.clock).location == "/account?done=key-added")
            let account = try await omar.browser.get("/account").text
            #expect(account.contains("key &lt;b&gt;ring&lt;/b&gt;") && account.contains("in one device"))

            let door = Browser(beside: omar.browser)
            let once = try omar.signed("sign-in", in: try await door.get("/sign-in"))
            let signed = try await omar.signIn("omar", once)
            #expect(signed.status == 303 && signed.location == "/status")
            #expect(try await omar.signIn("omar", once).status == 403, "each signature once")

            let users = try await omar.browser.get("/users")
            #expect(try await omar.add("amir", try omar.signed("add", in: users), from: users).status == 200)

            let leaves = try await it.node.closedLeaves()
            #expect(Self.methods(leaves, "user.key_added") == ["security-key"])
            let entered = leaves.filter { $0.event == "login.succeeded" }
            #expect(
                entered.map { $0.data["method"]?.string } == [
                    "first-code", "time-code", "password, security-key", "security-key",
                ]
            )
            #expect(entered.last?.data["route"] == .string("/users"))
            #expect(Self.methods(leaves, "login.failed") == ["security-key"])
            #expect(it.node.logProblems() == [])
        }
    }

    @Test func atTheDoorASignatureServesOneAddressAWhileAndItsOwner() async throws {
        try await Stand.with { it in
            let ines = try Holder(try await it.person("ines", ["approver"]))
            let omar = try Holder(
                try await it.person("omar", ["operator"], beside: ines.browser),
                .ed25519(id: Array("omar's".utf8))
            )
            try await ines.register("ring", at: it.clock)
            try await omar.register("desk", at: it.clock)
            func door() async throws -> Answer { try await Browser(beside: ines.browser).get("/sign-in") }
            func refused(_ holder: Holder, _ name: String, _ signed: String, _ why: String) async throws {
                #expect(try await holder.signIn(name, signed).status == 403, "\(why)")
                // Nobody has to wait: what is tried here is not who guesses.
                it.clock.advance(seconds: 1_000)
            }
            let elsewhere = Browser(beside: ines.browser, address: "192.0.2.7")
            let other = try ines.signed("sign-in", in: try await elsewhere.get("/sign-in"))
            try await refused(ines, "ines", other, "handed out to another address")
            let late = try ines.signed("sign-in", in: try await door())
            it.clock.advance(seconds: 300)
            try await refused(ines, "ines", late, "too late")
            let stranger = SoftPage(origin: "https://localhost:9", party: "localhost")
            try await refused(
                ines,
                "ines",
                try ines.signed("sign-in", in: try await door(), at: stranger),
                "for another origin"
            )
            try await refused(ines, "omar", try ines.signed("sign-in", in: try await door()), "of somebody else")
            let good = try ines.signed("sign-in", in: try await door())
            #expect(try await ines.signIn("ines", good, password: "not the password at all").status == 403)
            try await refused(ines, "ines", good, "its challenge was used, though the password was wrong")
            for broken in ["x", String(repeating: ".", count: 5), String(repeating: "A.", count: 4_000), good + "."] {
                try await refused(ines, "ines", broken, "no signature")
            }
            for holder in [ines, omar] {
                let name = holder === ines ? "ines" : "omar"
                let signed = try holder.signed("sign-in", in: try await door())
                #expect(try await holder.signIn(name, signed).status == 303, "\(name)")
            }
        }
    }

    @Test func inAnActASignatureServesThatActOfThatSession() async throws {
        try await Stand.with { it in
            let omar = try Holder(try await it.person("omar", ["operator"]))
            let olga = try Holder(
                try await it.person("olga", ["operator"], beside: omar.browser),
                .es256(id: Array("olga's".utf8))
            )
            try await omar.register("ring", at: it.clock)
            try await olga.register("ring", at: it.clock)
            let users = try await omar.browser.get("/users")
            let reset = try omar.signed("reset", in: users)
            #expect(try await omar.add("amir", reset, from: users).status == 403, "for another act")
            let others = try await olga.browser.get("/users")
            let hers = try omar.signed("add", in: others)
            #expect(try await omar.add("amir", hers, from: users).status == 403, "for another session")
            let door = try omar.signed("sign-in", in: try await Browser(beside: omar.browser).get("/sign-in"))
            #expect(try await omar.add("amir", door, from: users).status == 403, "for the door")
            let good = try omar.signed("add", in: users)
            #expect(try await omar.add("amir", good, from: users).status == 200)
            it.clock.advance(seconds: 300)
            #expect(try await omar.add("nina", good, from: users).status == 403, "each signature once")
            it.clock.advance(seconds: 300)
            let old = try await omar.browser.get("/users")
            it.clock.advance(seconds: 450)
            _ = try await omar.browser.get("/users")
            it.clock.advance(seconds: 450)
            #expect(try await omar.add("nina", try omar.signed("add", in: old), from: old).status == 403, "too late")
            let names = try await it.node.node.users().map(\.name)
            #expect(names.contains("amir") && !names.contains("nina"))
            let routes = try await it.node.closedLeaves().filter { $0.event == "login.failed" }
            #expect(routes.allSatisfy { $0.data["route"] == .string("/users") } && routes.count == 5)
        }
    }

    @Test func aKeyThatCountsBackIsRefusedByName() async throws {
        try await Stand.with { it in
            let ines = try Holder(try await it.person("ines", ["approver"]))
            try await ines.register("ring", at: it.clock)
            func enter() async throws -> Int {
                let door = try await Browser(beside: ines.browser).get("/sign-in")
                return try await ines.signIn("ines", try ines.signed("sign-in", in: door)).status
            }
            ines.key.counter = 40
            #expect(try await enter() == 303)
            for back in [39, 40] as [UInt32] {
                ines.key.counter = back
                #expect(try await enter() == 403, "a copy of the key, or the key after its copy")
            }
            ines.key.counter = 41
            #expect(try await enter() == 303)
            let failed = try await it.node.closedLeaves().filter { $0.event == "login.failed" }
            #expect(failed.map { $0.data["method"] } == Array(repeating: .string("security-key, counter"), count: 2))
            #expect(failed.allSatisfy { $0.personal["account"] != nil })
        }
    }

    @Test func aKeyIsAddedBehindACodeAndOnce() async throws {
        try await Stand.with { it in
            let ines = try Holder(try await it.person("ines", ["approver"]))
            #expect(try await ines.offer(named: "ring", code: "000000").status == 403)
            it.clock.advance(seconds: 30)
            let offered = try await ines.offer(named: "ring", code: ines.browser.code(at: it.clock.seconds))
            let registration = try ines.registration(of: offered)
            #expect(try await ines.send(registration, named: "another", from: offered).status == 403, "another name")
            #expect(
                try await ines.send(registration, named: "ring", from: offered).location == "/account?done=key-added"
            )
            #expect(try await ines.send(registration, named: "ring", from: offered).status == 403, "once")
            // The same key again, by its owner and by somebody else.
            it.clock.advance(seconds: 30)
            let again = try await ines.offer(named: "ring 2", code: ines.browser.code(at: it.clock.seconds))
            #expect(try await ines.send(try ines.registration(of: again), named: "ring 2", from: again).status == 409)
            let omar = try Holder(try await it.person("omar", ["operator"], beside: ines.browser), ines.key)
            it.clock.advance(seconds: 30)
            let taken = try await omar.offer(named: "mine", code: omar.browser.code(at: it.clock.seconds))
            #expect(try await omar.send(try omar.registration(of: taken), named: "mine", from: taken).status == 409)
            // A challenge of an act registers nothing.
            let users = try await ines.browser.get("/account")
            let wrong = try Holder.challenge("remove-key", in: users)
            let sent = try SoftKey.es256(id: [1, 2, 3]).register(challenge: wrong, at: ines.page)
            let parts = [sent.id, sent.clientData, sent.attestation].map { Base64URL.encode($0) }
            let text = ([wrong] + parts).joined(separator: ".")
            #expect(try await ines.send(text, named: "ring 3", from: users).status == 403)
            for name in ["", String(repeating: "k", count: 41)] {
                it.clock.advance(seconds: 30)
                let answer = try await ines.offer(named: name, code: ines.browser.code(at: it.clock.seconds))
                #expect(answer.status == 422, "\(name.count) characters")
            }
            let leaves = try await it.node.closedLeaves()
            #expect(Self.methods(leaves, "user.key_added").count == 1)
        }
    }

    @Test func aKeyIsRemovedBehindACodeAndAResetTakesAll() async throws {
        try await Stand.with { it in
            let ines = try Holder(try await it.person("ines", ["approver"]))
            _ = try await it.node.node.addUser("omar", roles: ["approver"], by: "operator")
            try await ines.register("ring", at: it.clock)
            let first = ines.key
            ines.key = .ed25519()
            try await ines.register("desk", at: it.clock)
            let account = try await ines.browser.get("/account")
            let token = try #require(account.formToken)
            func remove(_ key: SoftKey, _ fields: [(String, String)]) async throws -> Answer {
                let id = ("key", Base64URL.encode(key.id))
                return try await ines.browser.post("/account/keys/remove", [("form_token", token), id] + fields)
            }
            #expect(try await remove(first, [("code-remove-key", "000000")]).status == 403)
            // With the key that stays.
            let signed = try ines.signed("remove-key", in: account)
            let removed = try await remove(first, [("key-remove-key", signed)])
            #expect(removed.location == "/account?done=key-removed")
            let second = ines.key
            ines.key = first
            let door = Browser(beside: ines.browser)
            let old = try ines.signed("sign-in", in: try await door.get("/sign-in"))
            #expect(try await ines.signIn("ines", old).status == 403, "removed")
            _ = try await it.node.node.resetUser("ines", by: "operator")
            let reset = try await it.node.node.resetUser("ines", by: "omar")
            let anew = try await ines.browser.setUp("ines", firstCode: try #require(reset.code), clock: it.clock)
            #expect(anew.status == 200)
            ines.key = second
            let gone = try ines.signed("sign-in", in: try await door.get("/sign-in"))
            #expect(try await ines.signIn("ines", gone).status == 403, "a reset leaves no key")
            let leaves = try await it.node.closedLeaves()
            #expect(Self.methods(leaves, "user.key_removed") == ["security-key"])
            let added = leaves.filter { $0.event == "user.key_added" }.map { $0.data["new_digest"] }
            #expect(leaves.first { $0.event == "user.key_removed" }?.data["old_digest"] == added.first ?? nil)
        }
    }

    @Test func anAccountHasAFewKeysAtMost() async throws {
        try await Stand.with { it in
            let ines = try Holder(try await it.person("ines", ["approver"]))
            for number in 1...Node.mostSecurityKeys {
                ines.key = .es256(id: Array("key \(number)".utf8))
                #expect(try await ines.register("key \(number)", at: it.clock).status == 303)
            }
            it.clock.advance(seconds: 30)
            let answer = try await ines.offer(named: "one more", code: ines.browser.code(at: it.clock.seconds))
            #expect(answer.status == 422)
        }
    }
}
