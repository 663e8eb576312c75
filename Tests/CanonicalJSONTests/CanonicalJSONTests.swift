// Checks restricted RFC 8785 JSON against AUDIT section 1 and its vectors.
import CanonicalJSON
import Foundation
import TestSupport
import Testing

@Suite("Canonical JSON")
struct CanonicalJSONTests {
    static let roomy = CanonicalJSON.Limits(maxBytes: 1 << 20, maxDepth: 6, upperCaseNames: true)

    static func cases() throws -> [[String: String]] {
        let file = try #require(try VectorFiles.json("audit-leaf.json") as? [String: Any])
        return try #require(file["canonical_cases"] as? [[String: String]])
    }

    @Test func everyVectorCaseBecomesItsCanonicalFormOrIsRefused() throws {
        let cases = try Self.cases()
        #expect(cases.count == 20)
        for vector in cases {
            var input = Array(try #require(vector["in"]).utf8)
            // JSONSerialization swallows the mark at the start of a string.
            if vector["refused"] == "byte order mark", input.first != 0xEF { input = [0xEF, 0xBB, 0xBF] + input }
            if let output = vector["out"].map({ Array($0.utf8) }) {
                #expect(try CanonicalJSON.canonicalise(input, limits: Self.roomy) == output)
                let value = try CanonicalJSON.decode(output, limits: Self.roomy)
                #expect(try CanonicalJSON.encode(value, limits: Self.roomy) == output)
                if input != output {
                    #expect(throws: CanonicalJSONError.self) { try CanonicalJSON.decode(input, limits: Self.roomy) }
                }
            } else {
                #expect(throws: CanonicalJSONError.self, "\(vector["refused"] ?? "")") {
                    try CanonicalJSON.decode(input, limits: Self.roomy)
                }
                #expect(throws: CanonicalJSONError.self, "\(vector["refused"] ?? "")") {
                    try CanonicalJSON.canonicalise(input, limits: Self.roomy)
                }
            }
        }
    }

    @Test func theVectorLeafDecodesAndEncodesToItself() throws {
        let file = try #require(try VectorFiles.json("audit-leaf.json") as? [String: Any])
        let canonical = Array(try #require(file["canonical"] as? String).utf8)
        let leaf = try CanonicalJSON.decode(canonical, limits: .leaf)
        #expect(leaf["index"] == 42)
        #expect(leaf["data"]?["fields"]?[1] == "birth_date")
        #expect(try CanonicalJSON.encode(leaf, limits: .leaf) == canonical)
    }

    @Test(arguments: [
        #"{"A":1}"#, #"{"":1}"#, #"{"a-b":1}"#, #"{"\u0061":1}"#, #"{ "a":1}"#, #"{"a":1,}"#, #"[1,]"#, #"{"a" :1}"#,
        #"{"b":1,"a":2}"#, #""\u0009""#, #""\/""#, #""\u001F""#, #""\u0041""#, "\"\u{1}\"", "tru", "", "{", "[", "\"",
        "{\"a\":-1}", "nul", "[1 ,2]", "+1", "00", "9007199254740992", "99999999999999999999999", "\"\\", "\"\\u00",
    ])
    func aTextThatIsNotItsOwnCanonicalFormIsRefused(text: String) {
        #expect(throws: CanonicalJSONError.self) { try CanonicalJSON.decode(Array(text.utf8), limits: .leaf) }
    }

    @Test(
        arguments: [
            [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22],
            [0x22, 0xE2, 0x82, 0x22], [0x22, 0xFF, 0x22],
        ] as [[UInt8]]
    )
    func bytesThatAreNotUTF8AreRefused(bytes: [UInt8]) {
        #expect(throws: CanonicalJSONError.self) { try CanonicalJSON.decode(bytes, limits: .leaf) }
    }

    @Test func depthAndLengthAreBoundBothWays() throws {
        let six = Array("[[[[[[1]]]]]]".utf8)
        let seven = Array("[[[[[[[]]]]]]]".utf8)
        let value = try CanonicalJSON.decode(six, limits: .leaf)
        #expect(throws: CanonicalJSONError.self) { try CanonicalJSON.decode(seven, limits: .leaf) }
        #expect(throws: CanonicalJSONError.self) { try CanonicalJSON.encode([value], limits: .leaf) }
        let longest = String(repeating: "x", count: 8_190)
        #expect(try CanonicalJSON.encode(.string(longest), limits: .leaf).count == 8_192)
        #expect(throws: CanonicalJSONError.self) { try CanonicalJSON.encode(.string(longest + "x"), limits: .leaf) }
        #expect(throws: CanonicalJSONError.self) {
            try CanonicalJSON.decode(Array("\"\(longest)x\"".utf8), limits: .leaf)
        }
        let deep = CanonicalJSON.Limits(maxBytes: 1 << 20, maxDepth: .max)
        let nested = Array(String(repeating: "[", count: 100_000).utf8)
        #expect(throws: CanonicalJSONError.self) { try CanonicalJSON.decode(nested, limits: deep) }
    }

    @Test func valuesWithoutAnEncodingAreRefused() {
        for value: JSONValue in [-1, 9_007_199_254_740_992, ["é": 1], ["": 1], ["A": 1]] {
            #expect(throws: CanonicalJSONError.self) { try CanonicalJSON.encode(value, limits: .leaf) }
        }
    }

    @Test func stringsAreEqualByTheirBytesOnly() {
        #expect(JSONValue.string("\u{E9}") != JSONValue.string("e\u{301}"))
        #expect(JSONValue.string("\u{E9}") == JSONValue.string("\u{E9}"))
    }
}
