// A log that comes as a tar archive: its files are found wherever the log stands in it, and nothing of it is trusted.
import AuditLog
import Testing

@Suite struct LogArchiveTests {
    /// One member as POSIX `tar` writes it.
    private static func member(_ name: String, _ content: String, type: Character = "0", prefix: String = "") -> [UInt8]
    {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at place: Int) {
            header.replaceSubrange(place..<place + text.utf8.count, with: text.utf8)
        }
        func octal(_ number: Int, _ digits: Int) -> String {
            let text = String(number, radix: 8)
            return String(repeating: "0", count: digits - text.count) + text
        }
        put(name, at: 0)
        put("0000644", at: 100)
        put(octal(content.utf8.count, 11), at: 124)
        put("        ", at: 148)
        put(String(type), at: 156)
        put("ustar", at: 257)
        put(prefix, at: 345)
        put(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\u{0} ", at: 148)
        let padding = (512 - content.utf8.count % 512) % 512
        return header + Array(content.utf8) + [UInt8](repeating: 0, count: padding)
    }

    private static let end = [UInt8](repeating: 0, count: 1_024)

    private static let whole =
        member("north/log/", "", type: "5") + member("./north/log/checkpoint", "note")
        + member("tile/0/000", "hashes", prefix: "north/log") + member("north/log/tile/entries/000", "entries")
        + member("north/log/checkpoints/7", "older") + member("north/comity.db", "secret") + end

    @Test func filesAreFoundBelowTheCheckpoint() throws {
        let archive = try #require(LogArchive(Self.whole))
        #expect(try archive.read("checkpoint", limit: 10) == Array("note".utf8))
        #expect(try archive.read("tile/0/000", offset: 2, count: 3) == Array("she".utf8))
        #expect(try archive.read("tile/0/000", offset: 9, count: 3) == [])
        #expect(try archive.read("tile/0/001", offset: 0, count: 3) == nil)
        #expect(try archive.read("comity.db", offset: 0, count: 3) == nil)
        #expect(try archive.read("../comity.db", offset: 0, count: 3) == nil)
        #expect(try archive.list("") == ["checkpoint", "checkpoints/", "tile/"])
        #expect(try archive.list("tile") == ["0/", "entries/"])
        #expect(try archive.list("nothing") == [])
    }

    @Test func whatIsNoArchiveIsNone() {
        var flipped = Self.whole
        flipped[600] ^= 1
        var large = Self.member("checkpoint", "note")
        large.replaceSubrange(124..<135, with: "77777777777".utf8)
        for bytes in [
            [], Self.end, Array("checkpoint".utf8), Array(Self.whole.dropLast(1_024)), Array(Self.whole.prefix(700)),
            flipped, large + Self.end, Self.member("tile/0/000", "hashes") + Self.end,
            Self.member("../checkpoint", "note") + Self.end, Self.member("checkpoint", "note", type: "2") + Self.end,
        ] { #expect(LogArchive(bytes) == nil) }
    }
}
