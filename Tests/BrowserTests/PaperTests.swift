// Pages on paper: what was released says on each sheet how it is to be handled and which case it is of, above and below,
// in every language; what carries no data claims nothing.
import Foundation
import NodeTesting
import Testing

/// Reads what stands on printed sheets.
enum Sheets {
    private static let program = "/usr/bin/pdftotext"

    /// False, and said so, where nothing reads a PDF.
    static var canBeRead: Bool {
        if FileManager.default.isExecutableFile(atPath: program) { return true }
        print("NOT TESTED on paper: poppler-utils is not installed (scripts/setup test)")
        return false
    }

    /// The text of each sheet.
    static func texts(_ pdf: Data, in folder: URL) async throws -> [String] {
        let name = UUID().uuidString
        let (file, text) = (folder.appendingPathComponent("\(name).pdf"), folder.appendingPathComponent("\(name).txt"))
        try pdf.write(to: file)
        let reader = try ChildProcess(
            [program, "-layout", file.path, text.path],
            in: folder,
            output: folder.appendingPathComponent("\(name).log")
        )
        try #require(try await reader.status() == 0)
        // Each sheet ends with a form feed.
        return try String(contentsOf: text, encoding: .utf8).split(separator: "\u{0C}").map(String.init)
            .filter { !$0.allSatisfy(\.isWhitespace) }
    }
}

@Suite(.serialized, .timeLimit(.minutes(10)), .enabled(if: Chromium.isInstalled && Sheets.canBeRead)) struct PaperTests
{
    @Test func eachSheetSaysHowItIsHandledAndWhichCaseItIs() async throws {
        try await Consoles.run(records: Story.records) { it in
            let story = try await Story.tell(at: it)
            let page = try await it.driver.open()
            try await page.sit(try await it.asker.seat(TestNode.analyst, ["analyst"]))
            func sheets(_ path: String) async throws -> [String] {
                try await page.open(it.asker.address + path)
                return try await Sheets.texts(try await page.printed(width: 14.8, height: 10.5), in: it.folder)
            }
            for theme in ["light", "dark"] {
                try await page.prefer(language: "en", theme: theme)
                let released = try await sheets("/requests/\(story.released)")
                #expect(released.count >= 3, "several sheets, or the test shows nothing")
                #expect(released.contains { $0.contains("Ivan Petrov") })
                for (number, sheet) in released.enumerated() {
                    let lines = sheet.split(separator: "\n").filter { !$0.allSatisfy(\.isWhitespace) }
                    for line in [lines.first, lines.last] {
                        #expect(line?.contains("Handling: H1") == true, "sheet \(number + 1):\n\(sheet)")
                    }
                    #expect(lines.first?.contains("K-2026-000417") == true, "sheet \(number + 1)")
                    // The reader of the paper sees spaces around the stroke; the text taken out of it may have none.
                    let last = lines.last?.filter { $0 != " " } ?? ""
                    #expect(last.hasSuffix("\(number + 1)/\(released.count)"), "sheet \(number + 1):\n\(sheet)")
                }
            }
            try await page.prefer(language: "ar", theme: "light")
            for sheet in try await sheets("/requests/\(story.released)") {
                #expect(sheet.components(separatedBy: "H1").count >= 3 && sheet.contains("K-2026-000417"), "\(sheet)")
            }
            try await page.prefer(language: "en", theme: "light")
            for sheet in try await sheets("/questions/\(story.question)") {
                #expect(sheet.contains("K-2026-000417") && !sheet.contains("Handling"), "\(sheet)")
            }
            await page.close()
        }
    }
}
