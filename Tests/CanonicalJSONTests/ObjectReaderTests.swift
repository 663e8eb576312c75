// Checks that messages take exactly the members they know, and that errors name members without their values.
import CanonicalJSON
import Testing

@Suite("Object reader")
struct ObjectReaderTests {
    @Test func aWholeMessageIsTakenApart() throws {
        var reader = try ObjectReader([
            "id": "q", "count": 3, "urgent": true, "point": "AQI", "of": ["names": ["a", "b"]],
        ])
        #expect(try reader.string("id", bytes: 1...8) == "q")
        #expect(try reader.integer("count", in: 1...8) == 3)
        #expect(try reader.bool("urgent"))
        #expect(try reader.bytes("point", count: 2...2) == [1, 2])
        #expect(try reader.optionalString("absent", bytes: 0...1) == nil)
        var inner = try reader.object("of")
        #expect(try inner.strings("names", count: 0...2, bytes: 1...1) == ["a", "b"])
        try inner.finish()
        try reader.finish()
    }

    @Test func whatIsMissingUnknownOrWrongIsNamedWithoutItsValue() throws {
        func problem(_ read: (inout ObjectReader) throws -> Void) throws -> MemberError? {
            var reader = try ObjectReader(["secret": "hunter2", "n": 9], path: "query")
            return #expect(throws: MemberError.self) { try read(&reader) }
        }
        #expect(try problem { _ = try $0.string("gone", bytes: 0...9) } == MemberError("query.gone", .missing))
        #expect(try problem { _ = try $0.integer("n", in: 0...8) } == MemberError("query.n", .outOfRange))
        #expect(try problem { _ = try $0.string("secret", bytes: 0...6) } == MemberError("query.secret", .outOfRange))
        let unknown = try problem { try $0.finish() }
        #expect(unknown == MemberError("query.n", .unknown))
        let wrong = try problem { _ = try $0.integer("secret", in: 0...1) }
        #expect(wrong?.description == "member query.secret is not an integer")
        #expect(throws: MemberError.self) { try ObjectReader("text") }
    }

    private func isOfTheAlphabet(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }

    @Test func base64urlHasOneTextForEachByteString() {
        for count in 0..<40 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 200) }
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
        #expect(Base64URL.encode([0xFB, 0xFF]) == "-_8")
        // One foreign character, wherever it stands.
        let text = Array(Base64URL.encode(Array(0..<16)).utf8)
        for place in text.indices {
            for foreign in [UInt8](0...255) where !isOfTheAlphabet(foreign) {
                var changed = text
                changed[place] = foreign
                #expect(Base64URL.decode(String(decoding: changed, as: UTF8.self)) == nil, "\(foreign) at \(place)")
            }
        }
        // Of the last character of each length one in 16, or in 4, has no unused bit set.
        let values = (0...255).map { UInt8($0) }.filter(isOfTheAlphabet).map { String(decoding: [$0], as: UTF8.self) }
        #expect(values.count { Base64URL.decode("A" + $0) != nil } == 4)
        #expect(values.count { Base64URL.decode("AA" + $0) != nil } == 16)
        #expect(values.count { Base64URL.decode("AAA" + $0) != nil } == 64)
        for text in ["A", "AB=", "AQ==", "AR", "AAB", "A A", "+_8", "é"] { #expect(Base64URL.decode(text) == nil) }
    }
}
