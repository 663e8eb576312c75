// The app's key as a camera sees it: drawn by a browser, on a dark page too, and read by a program that knows nothing of ours.
import Foundation
import NodeCore
import NodeTesting
import Testing

@Suite(.serialized, .timeLimit(.minutes(10)), .enabled(if: Chromium.isInstalled)) struct KeyPictureTests {
    private static let reader = "/usr/bin/zbarimg"

    private static var canRead: Bool {
        if FileManager.default.isExecutableFile(atPath: reader) { return true }
        print("NOT TESTED: no reader of QR codes, zbar-tools is not installed (scripts/setup test)")
        return false
    }

    @Test(.enabled(if: canRead)) func aCameraReadsWhatTheTextSays() async throws {
        try await Consoles.run(records: Story.records) { it in
            let user = try await it.asker.node.node.addUser("newcomer", roles: ["analyst"], by: "operator")
            let code = try #require(user.code)
            let page = try await it.driver.open(hasScript: false)
            for theme in ["light", "dark"] {
                try await page.prefer(language: "ar", theme: theme)
                try await page.open(it.asker.address + "/start")
                try await page.type("newcomer", into: "#name")
                try await page.type(code, into: "#first_code")
                try await page.click("button.main")
                try await page.wait(forElement: "svg.qr")
                let (picture, out) = (
                    it.folder.appendingPathComponent("seen.png"), it.folder.appendingPathComponent("said")
                )
                try await page.setWidth(1_000, height: 1_200)
                try await page.picture().write(to: picture)
                let process = try ChildProcess(
                    [Self.reader, "--raw", "--quiet", "--nodbus", picture.path],
                    in: it.folder,
                    output: out
                )
                try #require(try await process.status() == 0, "nothing was read, \(theme)")
                let said = String(decoding: try Data(contentsOf: out), as: UTF8.self)
                let secret = try await page.text("p.code").replacing("-", with: "")
                #expect(said.contains("secret=\(secret)&"), "\(theme)")
                try await page.setWidth(nil)
            }
            await page.close()
        }
    }
}
