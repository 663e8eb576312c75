// The picture of the app's key, read by a program that knows nothing of ours: it says what the text beside it says.
import Foundation
import NodeCore
import NodeTesting
import Testing

@testable import Console

@Suite struct QRCodeTests {
    private static let reader = "/usr/bin/zbarimg"

    private static var canRead: Bool {
        if FileManager.default.isExecutableFile(atPath: reader) { return true }
        print("NOT TESTED: no reader of QR codes, zbar-tools is not installed (scripts/setup test)")
        return false
    }

    /// The squares of a picture, drawn from its path as SVG means it, as a grey map that the reader takes.
    private static func drawn(_ picture: String) throws -> Data {
        func between(_ start: String, _ end: String) throws -> String {
            let from = try #require(picture.range(of: start))
            let to = try #require(picture.range(of: end, range: from.upperBound..<picture.endIndex))
            return String(picture[from.upperBound..<to.lowerBound])
        }
        let size = try #require(Int(try between("viewBox=\"0 0 ", " ")))
        var dark = Set<Int>()
        for piece in try between(" d=\"", "\"").split(separator: "z") {
            let numbers = piece.split(whereSeparator: { !$0.isNumber && $0 != "-" }).compactMap { Int($0) }
            try #require(piece.hasPrefix("M") && numbers.count == 5 && numbers[2] == -numbers[4] && numbers[3] == 1)
            for column in numbers[0]..<(numbers[0] + numbers[2]) { dark.insert(numbers[1] * size + column) }
        }
        let scale = 5
        var bytes = Data("P5 \(size * scale) \(size * scale) 255\n".utf8)
        for row in 0..<(size * scale) {
            for column in 0..<(size * scale) {
                bytes.append(dark.contains(row / scale * size + column / scale) ? 0 : 255)
            }
        }
        return bytes
    }

    private static func read(_ picture: String, in folder: URL) async throws -> String {
        let (file, out) = (folder.appendingPathComponent("code.pgm"), folder.appendingPathComponent("said"))
        try drawn(picture).write(to: file)
        let words = [reader, "--raw", "--quiet", "--nodbus", "-Sdisable", "-Sqrcode.enable", file.path]
        let process = try ChildProcess(words, in: folder, output: out, errors: folder.appendingPathComponent("talk"))
        try #require(try await process.status() == 0, "nothing was read")
        return String(decoding: try Data(contentsOf: out), as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test(.enabled(if: canRead)) func thePictureSaysWhatTheLinkSays() async throws {
        try await Stand.with { it in
            let user = try await it.node.node.addUser("ines", roles: ["approver"], by: "operator")
            let browser = Browser(it.node.node, peers: it.peers)
            let fields = [("name", "ines"), ("first_code", try #require(user.code))]
            let page = try await browser.post("/start", fields)
            let secret = try #require(page.between("<p class=\"code\" dir=\"ltr\">", "</p>"))
            let picture = "<svg class=\"qr\"" + (try #require(page.between("<svg class=\"qr\"", "</svg>")))
            let said = try await Self.read(picture, in: it.node.folder.url)
            #expect(said.hasPrefix("otpauth://totp/Comity%20alpha:ines?"))
            #expect(said.contains("secret=\(secret.replacing("-", with: ""))&"))
            #expect(page.text.contains("href=\"\(said.replacing("&", with: "&amp;"))\""), "the link beside it")
            #expect(picture.contains("role=\"img\" aria-label=\"The key"), "what it is, for who does not see it")
        }
    }

    @Test(.enabled(if: canRead), arguments: [1, 40, 300, 1_000]) func textsOfEveryLength(_ length: Int) async throws {
        try await withTemporaryFolder { folder in
            let text = String(String(repeating: "Grenzpolizei 24/7 ", count: 60).prefix(length))
            let code = try #require(QRCode(text))
            let said = try await Self.read(code.picture("a picture").html, in: folder)
            #expect(said == text.trimmingCharacters(in: .whitespaces))
        }
    }

    @Test func whatIsTooLongHasNoPicture() { #expect(QRCode(String(repeating: "x", count: 3_000)) == nil) }
}
