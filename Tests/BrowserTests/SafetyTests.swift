// What a browser makes of pages that somebody else would like to use: names that would be scripts stay names, and no page of
// another site shows the console in a frame.
import Foundation
import NodeTesting
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(10)), .enabled(if: Chromium.isInstalled)) struct SafetyTests {
    @Test func hostileNamesStayInertAndNoFrameShowsThePages() async throws {
        try await Consoles.run(records: Story.records) { it in
            let story = try await Story.tell(at: it)
            let (amina, lena) = (
                try await it.asker.seat(TestNode.analyst, ["analyst"]), try await it.holder.seat("lena", ["approver"])
            )
            let page = try await it.driver.open(isWatched: true)
            for (seat, path) in [(amina, "/requests/\(story.released)"), (lena, "/queue/\(story.released)")] {
                try await page.sit(seat)
                try await page.open(seat.console + path)
                let text = try await page.text("main")
                if seat == amina {
                    #expect(text.contains("<script>document.title='taken'</script>"), "shown as it is")
                    #expect(text.contains("⟨U+202E⟩") && !text.contains("\u{202E}"), "what turns a line is a word")
                }
                #expect(try await page.run("return document.title") as? String != "taken")
                #expect(try await page.exists("main script, main img") == false)
                #expect(try await page.sideScroll() <= 0)
                let elsewhere = try await page.requested().filter { $0.contains("evil.example") }
                #expect(elsewhere == [])
                #expect(try await page.complaints() == [])
            }
            // Another site.
            try await page.sit(amina)
            let frame = "<title>other</title><iframe id=it src=\"\(amina.console)/work\"></iframe>"
            let file = it.folder.appendingPathComponent("other.html")
            try Data(frame.utf8).write(to: file)
            try await page.open(file.absoluteString)
            var complaints: [String] = []
            try await Waiting.until(every: .milliseconds(100)) {
                complaints = try await page.complaints()
                return !complaints.isEmpty
            }
            #expect(
                complaints.contains { $0.contains("frame-ancestors") || $0.contains("X-Frame-Options") },
                "\(complaints)"
            )
            await page.close()
        }
    }
}
