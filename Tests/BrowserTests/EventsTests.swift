// A question's page while a peer is slow: answers come in without the page being loaded again, a peer that says nothing holds
// up nobody, and a node that is started again is found back by the page that is still open.
import AuditLog
import CanonicalJSON
import Foundation
import NodeCore
import NodeTesting
import Testing

@Suite(.serialized, .timeLimit(.minutes(10)), .enabled(if: Chromium.isInstalled)) struct EventsTests {
    /// Asks bravo, who answers, and charlie, who does not; the page of the question.
    private static func ask(_ page: WebPage, _ seat: Seat) async throws {
        try await page.sit(seat)
        try await page.open(seat.console + "/ask")
        for (value, place) in [("investigate", "#purpose"), ("TREATY", "#basis")] {
            try await page.choose(value, in: place)
        }
        for (text, place) in [
            ("Yusuf Sahin", "#full_name"), ("1988-02-11", "#birth_date"), ("+49 1512 441001", "#phone"),
        ] {
            try await page.type(text, into: place)
        }
        try await page.click("button[value=send]")
    }

    @Test func answersComeInByThemselvesAndASlowPeerBlocksNobody() async throws {
        try await Consoles.run(records: Story.records) { it in
            let seat = try await it.asker.seat(TestNode.analyst, ["analyst"])
            let page = try await it.driver.open()
            try await Self.ask(page, seat)
            // What is marked is lost when a page is loaded again.
            try await page.wait(forElement: "[data-events]")
            try await page.run("window.isThePage = true")
            try await page.wait(for: "bravo: ■ 1 hit")
            let partly = try await page.text("main")
            #expect(partly.contains("charlie: … waiting") && partly.contains("being asked"), "\(partly)")
            #expect(try await page.exists("#facts dl"), "what was asked came with the first answer")
            // While charlie is asked, every other page is there, and the hit can be reviewed.
            let other = try await it.driver.open()
            try await other.sit(seat)
            for path in ["/work", "/account", "/ask"] {
                try await other.open(seat.console + path)
                try await other.wait(forElement: "h1")
            }
            await other.close()
            await it.gate.open()
            try await page.wait(for: "charlie: ┄ unreachable")
            try await page.wait(for: "Nobody is being asked any more")
            #expect(try await page.text("h1") == "Question")
            #expect(try await page.run("return window.isThePage") as? Bool == true, "never loaded again")
            #expect(try await page.complaints() == [])
            await page.close()
        }
    }

    @Test func whoAskedStopsItAndKeepsWhatCame() async throws {
        try await Consoles.run(records: Story.records) { it in
            let seat = try await it.asker.seat(TestNode.analyst, ["analyst"])
            let page = try await it.driver.open()
            try await Self.ask(page, seat)
            try await page.wait(for: "bravo: ■ 1 hit")
            let stop = "form[action$='/stop'] button"
            let address = try #require(try await page.run("return location.href") as? String)
            let colleague = try await it.driver.open()
            try await colleague.sit(try await it.asker.seat("ines", ["analyst"]))
            try await colleague.open(address)
            try await colleague.wait(for: "charlie: … waiting")
            #expect(try await colleague.exists(stop) == false, "it is not theirs to stop")
            await colleague.close()
            try await page.click(stop)
            try await page.wait(for: "stopped before it was answered")
            let text = try await page.text("main")
            #expect(text.contains("charlie: ┄ unreachable") && text.contains("bravo: ■ 1 hit"), "\(text)")
            #expect(try await page.exists(stop) == false)
            let entries = try await it.asker.node.closedLeaves().filter {
                $0.event.hasPrefix("query.") && $0.data["peer"]?.string == "charlie"
            }
            #expect(entries.map(\.event) == ["query.denied"] && entries.first?.data["outcome"]?.string == "unreachable")
            await page.close()
        }
    }

    @Test func aPageThatIsOpenFindsTheNodeBack() async throws {
        try await Consoles.run(records: Story.records) { it in
            let seat = try await it.asker.seat(TestNode.analyst, ["analyst"])
            let page = try await it.driver.open()
            try await Self.ask(page, seat)
            try await page.wait(for: "bravo: ■ 1 hit")
            try await page.run("window.isThePage = true")
            await it.asker.stop()
            let again = try await it.asker.node.reopened()
            let result: Result<Void, any Error>
            do {
                let network = DirectNetwork([again, it.holder.node])
                let console = try await ServedConsole.start(again, through: network.peers(of: again))
                do {
                    try await page.wait(for: "Nobody is being asked any more")
                    #expect(try await page.text("main").contains("bravo: ■ 1 hit"), "what came before is still there")
                    #expect(
                        try await page.run("return window.isThePage") as? Bool == true,
                        "the page found it by itself"
                    )
                    result = .success(())
                } catch {
                    result = .failure(error)
                }
                await console.stop()
            } catch {
                await again.node.close()
                throw error
            }
            await again.node.close()
            await page.close()
            try result.get()
        }
    }

    @Test func thePanelBesideTheFormKeepsUpAndSoDoesTheDraft() async throws {
        try await Consoles.run(records: Story.records) { it in
            let seat = try await it.asker.seat(TestNode.analyst, ["analyst"])
            let page = try await it.driver.open()
            try await page.sit(seat)
            try await page.open(seat.console + "/ask")
            try await page.run("window.isThePage = true")
            try await page.choose("investigate", in: "#purpose")
            try await page.type("Yusuf Sahin", into: "#full_name")
            try await page.wait(for: "Cannot be sent yet")
            try await page.choose("TREATY", in: "#basis")
            try await page.type("1988-02-11", into: "#birth_date")
            try await page.wait(for: "bravo: → would answer")
            #expect(try await page.text("#outlook-body").contains("It does not learn the values."))
            #expect(try await page.run("return window.isThePage") as? Bool == true, "never loaded again")
            #expect(try await page.property("#birth_date", "value") == "1988-02-11", "what is typed stays")
            // Nothing was sent or checked: it is kept all the same, and looked at again.
            try await page.open(seat.console + "/work")
            try await page.open(seat.console + "/ask")
            #expect(try await page.property("#full_name", "value") == "Yusuf Sahin")
            try await page.wait(for: "bravo: → would answer")
            #expect(try await page.complaints() == [])
            await page.close()
        }
    }

    @Test func keysGoThroughPagesAndTheEndOfASessionIsTold() async throws {
        try await Consoles.run(records: Story.records) { it in
            let seat = try await it.asker.seat(TestNode.analyst, ["analyst"])
            let page = try await it.driver.open()
            func press(_ keys: String) async throws {
                for key in keys {
                    let event = "new KeyboardEvent('keydown', { key: '\(key)', bubbles: true, cancelable: true })"
                    try await page.run("(document.activeElement ?? document.body).dispatchEvent(\(event))")
                }
            }
            try await page.sit(seat)
            try await page.open(seat.console + "/work")
            try await page.wait(forElement: "h1")
            try await press("ga")
            try await page.wait(forElement: "#full_name")
            try await press("/")
            #expect(try await page.run("return document.activeElement.id") as? String == "agreement")
            try await press("gw")
            #expect(try await page.address == seat.console + "/ask", "who types or chooses goes nowhere")
            try await page.open(seat.console + "/glossary")
            try await page.wait(forElement: "h1")
            try await press("jj")
            let row = "return [...document.querySelectorAll('tbody tr')].indexOf(document.activeElement.closest('tr'))"
            #expect(try await page.run(row) as? Int == 1)
            try await press("gq")
            #expect(try await page.address == seat.console + "/glossary", "an analyst has no queue")

            try await page.open(seat.console + "/account")
            let ground = "return getComputedStyle(document.body).backgroundColor"
            for (theme, colour) in [("dark", "rgb(18, 23, 29)"), ("light", "rgb(255, 255, 255)")] {
                try await page.choose(theme, in: "#theme")
                try await page.click("form[action='/account/look'] button")
                try await page.wait(forElement: "html[data-theme=\(theme)]")
                #expect(try await page.run(ground) as? String == colour, "\(theme)")
            }

            // What is copied can be taken from the clipboard again.
            let clipboard: [String: Any] = [
                "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"], "origin": seat.console,
            ]
            try await page.tool("Browser.grantPermissions", clipboard)
            try await page.sit(try await it.asker.seat("olaf", ["operator"]))
            try await page.open(seat.console + "/backups")
            let command = try await page.text("main pre")
            try await page.click("main pre + button.copy")
            try await page.wait(for: "Copied")
            #expect(command.hasPrefix("comity backup /"))
            #expect(try await page.run("return navigator.clipboard.readText()") as? String == command)
            try await page.sit(seat)
            try await page.open(seat.console + "/account")

            let warning = "#session:not([hidden])"
            #expect(try await page.exists(warning) == false)
            try await page.run("document.getElementById('session').dataset.idle = 120")
            try await page.wait(forElement: warning)
            try await page.run("document.getElementById('session').dataset.idle = 900")
            try await page.click("#session button")
            try await page.wait(forElement: "#session[hidden]")
            #expect(try await page.complaints() == [])
            await page.close()
        }
    }

    @Test func withoutScriptThePageLooksAgainWhenItIsAskedTo() async throws {
        try await Consoles.run(records: Story.records) { it in
            let seat = try await it.asker.seat(TestNode.analyst, ["analyst"])
            let page = try await it.driver.open(hasScript: false)
            try await Self.ask(page, seat)
            try await page.wait(for: "Look again every five seconds")
            #expect(try await page.exists("meta[http-equiv=refresh]") == false)
            try await page.click("noscript a[href$=\"look=on\"]")
            try await page.wait(for: "Stop looking again")
            #expect(try await page.exists("meta[http-equiv=refresh]"))
            await it.gate.open()
            try await page.wait(for: "charlie: ┄ unreachable")
            #expect(try await page.text("main").contains("bravo: ■ 1 hit"))
            #expect(try await page.exists("meta[http-equiv=refresh]") == false, "done, and said once")
            await page.close()
        }
    }
}
