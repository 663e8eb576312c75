// The whole job in real browsers between two real nodes: ask, hit, request, another person releases, receive, and an officer
// sees it proved in the log.
import Foundation
import NodeTesting
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(10)), .enabled(if: Chromium.isInstalled)) struct WholeJobTests {
    private static let records = """
        id,full_name,birth_date,nationality,document_number,document_country,phone,subject_category,handling,originator
        c1,Youssef Chahine,1988-02-11,EGY,A24710140,EGY,+491512441001,suspect,H1,sound-coast
        c2,Ivan Petrov,1979-05-03,BGR,,,,suspect,H1,sound-coast

        """

    /// Runs a test between two agencies, `north` asking and `coast` holding.
    static func between(_ body: (_ north: Agency, _ coast: Agency, _ driver: DriverProcess) async throws -> Void)
        async throws
    {
        try await withTemporaryFolder { folder in
            let office = try Office(in: folder)
            let driver = try await DriverProcess.start(in: folder)
            let north = try await Agency.start("north", agency: "north-border", jurisdiction: "XV", in: office)
            let coast = try await Agency.start("coast", agency: "sound-coast", jurisdiction: "XS", in: office)
            let result: Result<Void, any Error>
            do {
                try await north.trust(coast)
                try await coast.trust(north)
                try Data(records.utf8).write(to: folder.appendingPathComponent("persons.csv"))
                try await office.run("records", "import", "coast", "persons.csv", "--as", "operator")
                try await office.run("index", "build", "coast", "--agreement", "narrow-sea")
                result = .success(try await body(north, coast, driver))
            } catch {
                result = .failure(error)
            }
            await driver.stop()
            for process in [north.process, coast.process] { try? await process.end(SIGTERM) }
            try result.get()
        }
    }

    /// Without JavaScript; with it, ConsoleTutorialTests and RetentionTests do the same.
    @Test func askHitRequestReleaseReceive() async throws {
        let hasScript = false
        try await Self.between { north, coast, driver in
            let amina = try await north.person("amina", ["analyst"], driver, hasScript: hasScript)
            let lena = try await coast.person("lena", ["approver"], driver, hasScript: hasScript)

            // Ask: first a look at what would happen, then for good.
            try await amina.open("/ask")
            try await amina.page.choose("narrow-sea", in: "#agreement")
            try await amina.page.choose("investigate", in: "#purpose")
            try await amina.page.choose("UN-SOM", in: "#basis")
            try await amina.page.type("migrant-smuggling", into: "#offence")
            try await amina.page.type("K-2026-000417", into: "#reference")
            try await amina.page.type("Yusuf Sahin", into: "#full_name")
            try await amina.page.type("1988-02-11", into: "#birth_date")
            try await amina.page.type("+49 1512 441001", into: "#phone")
            try await amina.page.type("sound-coast", into: "#peers")
            try await amina.page.click("button[value=check]")
            try await amina.page.wait(for: "Who learns what")
            let preview = try await amina.page.text("section")
            #expect(preview.contains("would answer") && preview.contains("does not learn the values"), "\(preview)")
            try await amina.open("/ask")
            #expect(try await amina.page.property("#full_name", "value") == "Yusuf Sahin", "the draft is kept")
            try await amina.page.click("button[value=send]")
            try await amina.page.wait(for: "1 hit", reloading: !hasScript)
            #expect(try await amina.page.text().contains("Strong"))

            // From the hit to the request.
            try await amina.page.click("main table a")
            try await amina.page.wait(for: "What it is worth")
            for field in ["full_name", "birth_date"] { try await amina.page.click("input[value=\"\(field)\"]") }
            try await amina.page.type("boarding planned", into: "#reason")
            try await amina.page.click("input[name=confirmed]")
            try await amina.page.click("button.main")
            try await amina.page.wait(for: "the peer decides")

            // Another person, at the other agency, decides.
            try await lena.open("/queue")
            try await lena.page.click("main table a")
            try await lena.page.wait(for: "What would leave")
            #expect(try await lena.page.text().contains("Youssef Chahine"))
            try await lena.page.type("000000", into: "#code-approve")
            try await lena.page.click("button[value=approve]")
            try await lena.page.wait(for: "The code is not right")
            try await lena.page.type(try await lena.freshCode(), into: "#code-approve")
            try await lena.page.click("button[value=approve]")
            try await lena.page.wait(for: "Your decision is recorded")

            // Decisions show on the full minute.
            try await amina.open("/work")
            try await Waiting.until(every: .seconds(1)) {
                if try await amina.page.text().contains("received") { return true }
                try await amina.page.click("form[action=\"/fetch\"] button")
                return false
            }
            try await amina.page.click("a[href^=\"/requests/\"]")
            try await amina.page.wait(for: "Released to us")
            let release = try await amina.page.text()
            #expect(release.contains("Youssef Chahine") && release.contains("1988-02-11"))
            #expect(release.components(separatedBy: "Handling: H1").count == 3, "above and below: \(release)")

            for colleague in [amina, lena] {
                let complaints = try await colleague.page.complaints().filter { !$0.contains("favicon") }
                // A refused code is a page with a status that the console of the browser names.
                #expect(complaints.allSatisfy { $0.contains("403") }, "\(complaints)")
                await colleague.page.close()
            }
        }
    }

    @Test func theProofIsCheckedInTheBrowserAndTurnsRed() async throws {
        try await Self.between { _, coast, driver in
            let jonas = try await coast.person("jonas", ["officer"], driver)
            try await jonas.open("/audit")
            try await jonas.page.type("record.*", into: "#event")
            try await jonas.page.click("button.main")
            try await jonas.page.wait(for: "record.imported")
            try await jonas.page.click("main table a")
            try await jonas.page.wait(for: "Checked in this browser")
            #expect(try await jonas.page.attribute(".badge", "data-state") == "verified")
            #expect(try await jonas.page.complaints() == [])

            // Each part of a proof, changed by one character, as a node that lies would send it.
            // The control changes nothing: a script that cannot be loaded, or that finds fault with everything, fails here.
            for (part, wrong) in [
                ("none", "nothing"), ("leaf", "path"), ("path", "path"), ("index", "path"), ("checkpoint", "signature"),
                ("key", "key"),
            ] {
                let verdict = try await jonas.page.run(
                    """
                    const text = (name) => document.querySelector(`[data-proof="${name}"]`).textContent;
                    const words = Object.fromEntries(["leaf", "path", "index", "checkpoint", "key"].map((n) => [n, text(n)]));
                    const spoil = (word) => word.replace(/[A-Za-z0-9]/g, (c, at) => at === word.search(/[0-9A-Za-z]/)
                      ? (c === "1" ? "2" : c === "A" ? "B" : "1") : c);
                    if ("\(part)" in words) words["\(part)"] = spoil(words["\(part)"]);
                    const script = document.querySelector("script[type=module]").src;
                    return import(script).then(({ defect, bytes }) => defect({
                      leaf: bytes(words.leaf), index: Number(words.index),
                      path: words.path.split(" ").filter((h) => h).map(bytes),
                      checkpoint: words.checkpoint, key: words.key.trim(),
                    })).then((found) => found ?? "nothing", (error) => `error: ${error}`);
                    """
                )
                #expect(verdict as? String == wrong, "\(part): \(String(describing: verdict))")
            }
            await jonas.page.close()

            let plain = try await coast.person("greta", ["officer"], driver, hasScript: false)
            try await plain.open("/audit/0")
            #expect(try await plain.page.text(".badge").contains("comity audit verify"))
            #expect(try await plain.page.exists(".badge[data-state]") == false)
            await plain.page.close()
        }
    }
}
