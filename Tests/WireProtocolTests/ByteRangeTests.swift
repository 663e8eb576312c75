import PeerTrust
import Testing
import WireProtocol

@Suite("Ranges and tags")
struct ByteRangeTests {
    @Test("a range has one spelling")
    func range() throws {
        let range = try #require(ByteRange(first: 65_536, last: 131_071))
        #expect(range.count == 65_536 && ByteRange(field: range.field) == range)
        for text in [
            "", "bytes=", "bytes=-5", "bytes=5-", "bytes=0-1,3-4", "bytes=00-1", "bytes=+0-1", "bytes= 0-1",
            "Bytes=0-1",
            "bytes=2-1", "bytes=0-9223372036854775807", "bytes=0-99999999999999999999", "bytes=0--1", "items=0-1",
            "bytes=0-1 ",
        ] {
            #expect(ByteRange(field: text) == nil, "\(text)")
        }
    }

    @Test("a content range lies within its whole")
    func contentRange() throws {
        let range = try #require(ByteRange(first: 0, last: 9))
        let content = try #require(ContentRange(range, of: 10))
        #expect(ContentRange(field: content.field) == content && ContentRange(range, of: 9) == nil)
        for text in ["bytes 0-9/9", "bytes 0-9/*", "bytes */10", "bytes 0-9", "bytes=0-9/10", "bytes 0-9/010"] {
            #expect(ContentRange(field: text) == nil, "\(text)")
        }
    }

    @Test("a tag is a digest between quotes, and strong")
    func tag() throws {
        let tag = EntityTag(digest: [UInt8](repeating: 0xAB, count: 32))
        #expect(EntityTag(field: tag.field) == tag)
        for text in ["W/\(tag.field)", "*", String(tag.field.dropFirst()), tag.field.uppercased()] {
            #expect(EntityTag(field: text) == nil, "\(text)")
        }
    }

    @Test("only segments take a range, only the newest manifest a condition")
    func routes() {
        let segment = Route.segment(agreement: "a", digest: [UInt8](repeating: 0, count: 32))
        let tag = EntityTag(digest: [UInt8](repeating: 0, count: 32)).field
        #expect(segment.takes([.range: "bytes=0-1"]) && segment.takes([:]))
        #expect(!segment.takes([.range: "bytes=0-"]) && !segment.takes([.heldTag: tag]))
        #expect(Route.manifest(agreement: "a").takes([.heldTag: tag]))
        #expect(!Route.manifest(agreement: "a").takes([.heldTag: "*"]))
        for route in [Route.hello, .queries, .manifestVersion(agreement: "a", version: 1), .log(file: "checkpoint")] {
            #expect(!route.takes([.range: "bytes=0-1"]) && !route.takes([.heldTag: tag]) && route.takes([:]))
        }
    }
}
