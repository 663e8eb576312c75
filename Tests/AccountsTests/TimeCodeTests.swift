// Codes of the second factor against RFC 6238's own vectors, and against oathtool where it is installed.
import Accounts
import Foundation
import Testing

@Suite struct TimeCodeTests {
    /// RFC 6238, appendix B, SHA-1: the secret is these twenty bytes.
    static let secret = Array("12345678901234567890".utf8)

    @Test(
        "the vectors of RFC 6238",
        arguments: [
            (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
        ]
    )
    func vectors(_ seconds: Int, _ code: String) {
        #expect(TimeCode.code(Self.secret, step: TimeCode.step(at: seconds), digits: 8) == code)
        #expect(TimeCode.code(Self.secret, step: TimeCode.step(at: seconds)) == code.suffix(6))
    }

    @Test func aCodeStandsOneStepLongerAndServesOnce() {
        let now = 1_772_442_010
        let step = TimeCode.step(at: now)
        func match(_ step: Int, after last: Int) -> Int? {
            let code = TimeCode.code(Self.secret, step: step)
            return TimeCode.matchingStep(code, secret: Self.secret, at: now, after: last)
        }
        for near in [step - 1, step, step + 1] { #expect(match(near, after: 0) == near) }
        #expect(match(step - 2, after: 0) == nil && match(step + 2, after: 0) == nil)
        #expect(match(step, after: step) == nil, "each code once")
        #expect(match(step - 1, after: step) == nil, "nor one from before the one used last")
        #expect(match(step + 1, after: step) == step + 1)
        for wrong in ["", "000000", "12345", "1234567", "abcdef"] where wrong != TimeCode.code(Self.secret, step: step)
        {
            #expect(TimeCode.matchingStep(wrong, secret: Self.secret, at: now, after: 0) == nil)
        }
    }

    @Test func base32IsReadAsItIsTyped() {
        // RFC 4648, section 10, without padding.
        for (text, encoded) in [
            ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            #expect(Base32.encode(Array(text.utf8)) == encoded)
        }
        #expect(Base32.grouped("MZXW6YTBOI") == "MZXW-6YTB-OI")
        #expect(Base32.canonical(" mzxw-6ytb-0I ") == "MZXW6YTBOI")
    }

    @Test func oathtoolSaysTheSame() throws {
        let tool = URL(fileURLWithPath: "/usr/bin/oathtool")
        guard FileManager.default.isExecutableFile(atPath: tool.path) else {
            print("not checked: codes against oathtool, which is not installed")
            return
        }
        for seconds in [0, 59, 1_772_442_000, 4_102_444_800] {
            let process = Process()
            process.executableURL = tool
            process.arguments = [
                "--totp", "-b", Base32.encode(Self.secret), "-N", "@\(seconds)",
            ]
            let output = Pipe()
            process.standardOutput = output
            try process.run()
            let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            let ours = TimeCode.code(Self.secret, step: TimeCode.step(at: seconds))
            #expect(said.trimmingCharacters(in: .whitespacesAndNewlines) == ours, "at \(seconds)")
        }
    }
}
