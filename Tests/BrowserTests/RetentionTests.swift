// The end of the whole job, by a clock in the test's hand: what was released is kept as long as it may be, then it is erased
// on both sides and its page is an empty frame, with an entry whose proof the browser checks. And a log that somebody changed
// on the disk: the badge turns red.
import Foundation
import NodeCore
import NodeTesting
import Testing

@testable import Console

@Suite(.serialized, .timeLimit(.minutes(10)), .enabled(if: Chromium.isInstalled)) struct RetentionTests {
    private static let days = 30
    private static let policies = TestPolicies.disclosing()
        .requiring("retention_days: \(days)", at: "disclosure", sides: "holder", in: .jurisdiction("XB"))

    /// What a running node does each minute.
    private static func minute(_ it: Consoles) async throws {
        it.clock.advance(seconds: 60)
        for console in [it.asker, it.holder] { try await console.node.node.followDeadlines() }
    }

    @Test func whatWasReleasedIsErasedWhenItsTimeIsOver() async throws {
        try await Consoles.run(Self.policies, records: Story.records) { it in
            var (amina, lena) = (
                try await it.asker.seat(TestNode.analyst, ["analyst"]), try await it.holder.seat("lena", ["approver"])
            )
            var jonas = try await it.asker.seat("jonas", ["officer", "analyst"])
            let page = try await it.driver.open()

            // Ask and request.
            try await page.sit(amina)
            try await page.open(amina.console + "/ask")
            for (value, place) in [("investigate", "#purpose"), ("TREATY", "#basis")] {
                try await page.choose(value, in: place)
            }
            for (text, place) in [
                ("K-2026-000417", "#reference"), ("Yusuf Sahin", "#full_name"), ("1988-02-11", "#birth_date"),
                ("+49 1512 441001", "#phone"), ("bravo", "#peers"),
            ] { try await page.type(text, into: place) }
            try await page.click("button[value=send]")
            try await page.wait(for: "1 hit")
            try await page.click("main table a")
            try await page.wait(for: "What it is worth")
            for field in ["full_name", "birth_date"] { try await page.click("input[value=\"\(field)\"]") }
            try await page.type("boarding planned", into: "#reason")
            try await page.click("input[name=confirmed]")
            try await page.click("button.main")
            try await page.wait(for: "the peer decides")
            let request = try await page.address.replacing("?done=sent", with: "")

            // Another person releases.
            try await page.sit(lena)
            try await page.open(lena.console + "/queue")
            try await page.click("main table a")
            try await page.type(it.holder.code(lena), into: "#code-approve")
            try await page.click("button[value=approve]")
            try await page.wait(for: "Your decision is recorded")
            try await Self.minute(it)

            // Received: the data, and until when.
            try await page.sit(amina)
            try await page.open(amina.console + "/work")
            try await page.click("form[action=\"/fetch\"] button")
            try await page.wait(for: "received")
            try await page.open(request)
            let before = try await page.text("main")
            #expect(before.contains("Youssef Chahine") && before.contains("Keep until"), "\(before)")

            // A day before its time is over nothing is gone; then everything is.
            it.clock.advance(seconds: (Self.days - 1) * 86_400)
            try await Self.minute(it)
            (amina, lena) = (try await it.asker.back(amina), try await it.holder.back(lena))
            try await page.sit(amina)
            try await page.open(request)
            #expect(try await page.text("main").contains("Youssef Chahine"))
            it.clock.advance(seconds: 3 * 86_400)
            try await Self.minute(it)
            (amina, lena) = (try await it.asker.back(amina), try await it.holder.back(lena))
            try await page.sit(amina)
            try await page.open(request)
            let frame = try await page.text("main")
            #expect(frame.contains("The data were erased on") && !frame.contains("Youssef"), "\(frame)")
            #expect(frame.contains("of the log proves it") && !frame.contains("1988-02-11"), "\(frame)")
            #expect(try await page.exists(".erased a") == false, "an analyst does not read the log")
            try await page.sit(lena)
            try await page.open(lena.console + "/queue")
            try await page.open(request.replacing(amina.console + "/requests", with: lena.console + "/queue"))
            #expect(try await page.text("main").contains("Youssef") == false, "the holder's page either")

            // The entry that says so, and its proof.
            jonas = try await it.asker.back(jonas)
            try await page.sit(jonas)
            try await page.open(request)
            try await page.click(".erased a")
            try await page.wait(for: "Checked in this browser")
            #expect(try await page.text("main").contains("disclosure.erased"))
            #expect(try await page.attribute(".badge", "data-state") == "verified")
            #expect(try await page.complaints() == [])
            await page.close()
        }
    }

    @Test func aLeafThatWasChangedOnTheDiskTurnsTheBadgeRed() async throws {
        try await Consoles.run(records: Story.records) { it in
            let node = it.holder.node.node
            let jonas = try await it.holder.seat("jonas", ["officer"])
            // A bundle that is full is written once; what is not full yet the node checks itself, each time it publishes.
            for _ in 0..<260 { try await node.recordAuditRead(count: 0, filter: "nothing", by: "jonas") }
            try await node.publishNow()
            let page = try await it.driver.open()
            try await page.sit(jonas)
            try await page.open(jonas.console + "/audit?search=yes&event=record.*")
            try await page.click("main table a")
            try await page.wait(for: "Checked in this browser")
            let address = try await page.address

            let bundle = node.folder.log.appendingPathComponent("tile/entries/000")
            var bytes = [UInt8](try Data(contentsOf: bundle))
            let word = Array(#""dataset":"main""#.utf8)
            let place = try #require(bytes.firstRange(of: word))
            bytes.replaceSubrange(place, with: Array(#""dataset":"mine""#.utf8))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: bundle.path)
            try Data(bytes).write(to: bundle)
            try await page.open(address)
            try await page.wait(for: "This does not verify")
            #expect(try await page.text("main").contains("mine"), "what the page shows is the changed entry")
            #expect(try await page.attribute(".badge", "data-state") == "failed")
            #expect(
                try await page.run("return getComputedStyle(document.querySelector('.badge')).borderTopWidth")
                    as? String == "4px"
            )
            await page.close()
        }
    }
}
