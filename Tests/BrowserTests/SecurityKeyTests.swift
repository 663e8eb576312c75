// A security key in a real browser: Chromium's own authenticator registers, signs in and releases; what it signed serves once,
// and on no other page. The certificate is not known to the browser, as in every test here; WebDriver lets that pass.
import AuditLog
import CanonicalJSON
import Foundation
import NodeCore
import NodeTesting
import Testing

@Suite(.serialized, .timeLimit(.minutes(10)), .enabled(if: Chromium.isInstalled)) struct SecurityKeyTests {
    @Test func aKeyRegistersSignsInAndReleases() async throws {
        try await Consoles.run(records: Story.records) { it in
            let story = try await Story.tell(at: it)
            let lena = Self.named(try await it.holder.seat("lena", ["approver"]))
            let page = try await it.driver.open(isWatched: true)
            try await page.addAuthenticator()
            try await page.sit(lena)

            try await page.open(lena.console + "/account")
            try await page.type("key ring", into: "#name")
            try await page.type(it.holder.code(lena), into: "#code-add-key")
            try await page.click("form[action=\"/account/keys/new\"] .acts button")
            try await page.askKey("registration")
            try await page.wait(for: "The security key is registered.")
            #expect(try await page.text().contains("in one device"))
            try await Self.expectNoFindings(on: page, at: ["/account", "/queue/\(story.waiting)"], of: lena)

            // Registered already: the browser says so, the page stays.
            try await page.open(lena.console + "/account")
            try await page.type("again", into: "#name")
            try await page.askKey("add-key")
            try await page.askKey("registration")
            try await page.wait(for: "The key was not registered.")

            try await page.open(lena.console + "/account")
            try await page.click("form[action=\"/sign-out\"] button")
            try await page.wait(for: "You are signed out.")
            try await page.type("lena", into: "#name")
            try await page.type(Seat.password, into: "#password")
            try await page.askKey("sign-in")
            try await page.wait(forElement: "a[href=\"/account\"]")
            #expect(try await page.address.hasSuffix("/queue"))

            try await page.open("\(lena.console)/queue/\(story.waiting)")
            try await page.askKey("approve")
            try await page.wait(for: "Your decision is recorded")

            // That keys of RSA are not asked for, which some computers have alone, is known.
            let complaints = try await page.complaints().filter { !$0.contains("pubKeyCredParams") }
            #expect(complaints == [])
            let asked = try await page.requested().filter { !$0.hasPrefix("data:") }
            #expect(asked.allSatisfy { $0.hasPrefix(lena.console + "/") })
            await page.close()
            let entries = try await it.holder.node.closedLeaves()
            let methods = entries.filter { $0.event == "login.succeeded" }.compactMap { $0.data["method"]?.string }
            #expect(methods == ["first-code", "time-code", "security-key", "password, security-key", "security-key"])
            #expect(entries.contains { $0.event == "disclosure.released" })
        }
    }

    @Test func whatAKeySignedServesOnceHere() async throws {
        try await Consoles.run(records: Story.records) { it in
            let lena = Self.named(try await it.holder.seat("lena", ["approver"]))
            let page = try await it.driver.open()
            try await page.addAuthenticator()
            try await page.sit(lena)
            try await page.open(lena.console + "/account")
            try await page.type("key ring", into: "#name")
            try await page.type(it.holder.code(lena), into: "#code-add-key")
            try await page.click("form[action=\"/account/keys/new\"] .acts button")
            try await page.askKey("registration")
            try await page.wait(for: "The security key is registered.")
            try await page.sit(nil)

            // Copied on its way: it serves once, whoever sends it.
            try await page.open(lena.console + "/sign-in")
            let own = try await page.signature(atDoorOf: lena.console)
            #expect(try await page.send(own, as: "lena") == "let in")
            #expect(try await page.send(own, as: "lena") == "403")

            // Signed on another page, for the same name and the same challenge: what a console in the middle could get.
            let asker = it.asker.address.replacing("127.0.0.1", with: "localhost")
            try await page.open(asker + "/sign-in")
            let foreign = try await page.signature(atDoorOf: lena.console, challenge: try Self.challenge(it))
            try await page.open(lena.console + "/sign-in")
            #expect(try await page.send(foreign, as: "lena") == "403")

            // Opened as an address of numbers, the page says where keys work.
            try await page.open(it.holder.address + "/sign-in")
            try await page.wait(for: "open the console by its name")
            #expect(try await page.attribute(".elsewhere a", "href") == lena.console + "/")
            #expect(try await page.run("return document.querySelector('#part-sign-in button').hidden") as? Bool == true)
            await page.close()

            let plain = try await it.driver.open(hasScript: false)
            try await plain.open(lena.console + "/sign-in")
            #expect(try await plain.text().contains("Without it, the code is the way."))
            #expect(try await plain.text().contains("Use a security key") == false)
            await plain.close()
        }
    }

    /// The same place by the console's name.
    private static func named(_ seat: Seat) -> Seat {
        Seat(
            name: seat.name,
            console: seat.console.replacing("127.0.0.1", with: "localhost"),
            secret: seat.secret,
            cookie: seat.cookie
        )
    }

    /// One that the holder handed out to somebody at its door.
    private static func challenge(_ it: Consoles) throws -> String {
        try #require(try it.holder.node.node.challenge(for: .signIn(from: "127.0.0.1")))
    }

    private static func expectNoFindings(on page: WebPage, at paths: [String], of seat: Seat) async throws {
        guard Axe.isThere else { return }
        for (language, theme) in [("en", "light"), ("ar", "dark"), ("fr", "light")] {
            try await page.prefer(language: language, theme: theme)
            for path in paths {
                try await page.open(seat.console + path)
                try await page.wait(forElement: ".security-key:not([hidden]) button")
                #expect(try await Axe.findings(in: page, hasScript: true) == [], "\(path) \(language)")
                try await page.setWidth(320)
                #expect(try await page.sideScroll() <= 0, "\(path) \(language)")
                try await page.setWidth(nil)
            }
        }
        try await page.prefer(language: "en", theme: "light")
    }
}

extension WebPage {
    /// A key of the browser's own, whose owner touches it and shows it their finger at once.
    func addAuthenticator() async throws {
        try await call(
            "POST",
            "/webauthn/authenticator",
            [
                "protocol": "ctap2", "transport": "usb", "hasResidentKey": true, "hasUserVerification": true,
                "isUserVerified": true,
            ]
        )
    }

    /// Presses the button of a part that the script has shown by then.
    fileprivate func askKey(_ part: String) async throws { try await click("#part-\(part):not([hidden]) button") }

    /// What a key signs on the page that is open, as the console's script would send it.
    ///
    /// - Parameter challenge: nil: the page's own.
    fileprivate func signature(atDoorOf console: String, challenge: String? = nil) async throws -> String {
        let given = challenge.map { "'\($0)'" } ?? "document.querySelector('#part-sign-in').dataset.challenge"
        let signed = try await run(
            """
            const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
            const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer ?? [])))
              .replace(/\\+/g, "-").replace(/\\//g, "_").replace(/=+$/, "");
            const challenge = \(given);
            return navigator.credentials.get({ publicKey: {
              challenge: bytes(challenge), rpId: "localhost", userVerification: "required",
            } }).then(({ rawId, response: r }) => [challenge, ...[
              rawId, r.clientDataJSON, r.authenticatorData, r.signature, r.userHandle,
            ].map(text)].join("."));
            """
        )
        guard let signed = signed as? String else { throw WebDriverFailure(description: "no key signed") }
        return signed
    }

    /// Sends it from the page that is open, which must be the console's own; without its cookies.
    fileprivate func send(_ signed: String, as name: String) async throws -> String {
        let sent = try await run(
            """
            const body = new URLSearchParams({ name: "\(name)", password: "\(Seat.password)", code: "", "key-sign-in": "\(signed)" });
            return fetch("/sign-in", { method: "POST", body, credentials: "omit", redirect: "manual" })
              .then((answer) => answer.type === "opaqueredirect" ? "let in" : String(answer.status));
            """
        )
        return sent as? String ?? "nothing"
    }
}
