// CBOR as security keys write it: what the standards show is read, another encoding of it is not, and hostile bytes end in a
// refusal, quickly.
import TestSupport
import Testing

@testable import Accounts

@Suite struct CBORTests {
    private static func read(_ bytes: [UInt8]) throws(CBOR.Defect) -> CBOR {
        let (value, rest) = try CBOR.first(of: bytes[...])
        #expect(rest.isEmpty)
        return value
    }

    @Test(
        "examples of RFC 8949, appendix A",
        arguments: [
            ([0x00], .integer(0)), ([0x17], .integer(23)), ([0x18, 0x18], .integer(24)),
            ([0x19, 0x03, 0xE8], .integer(1_000)),
            ([0x1A, 0x00, 0x0F, 0x42, 0x40], .integer(1_000_000)), ([0x20], .integer(-1)),
            ([0x38, 0x63], .integer(-100)),
            ([0x1B, 0x00, 0x00, 0x00, 0xE8, 0xD4, 0xA5, 0x10, 0x00], .integer(1_000_000_000_000)), ([0x40], .bytes([])),
            ([0x44, 1, 2, 3, 4], .bytes([1, 2, 3, 4])), ([0x60], .text("")), ([0x62, 0xC3, 0xBC], .text("ü")),
            ([0xF4], .bool(false)), ([0xF5], .bool(true)), ([0xF6], .null), ([0xA0], .map([])),
            ([0x82, 0x01, 0x81, 0x02], .array([.integer(1), .array([.integer(2)])])),
            (
                [0xA2, 0x61, 0x61, 0x01, 0x61, 0x62, 0x81, 0x02],
                .map([
                    .init(key: .text("a"), value: .integer(1)), .init(key: .text("b"), value: .array([.integer(2)])),
                ])
            ),
        ] as [([UInt8], CBOR)]
    )
    func examples(_ bytes: [UInt8], _ value: CBOR) throws { #expect(try Self.read(bytes) == value) }

    @Test(
        "one value, one encoding",
        arguments: [
            // 23 in two bytes, 255 in three, 65,535 in five, 1 in nine.
            ([0x18, 0x17], .notCanonical), ([0x19, 0x00, 0xFF], .notCanonical),
            ([0x1A, 0x00, 0x00, 0xFF, 0xFF], .notCanonical),
            ([0x1B, 0, 0, 0, 0, 0, 0, 0, 1], .notCanonical), ([0x58, 0x01, 0xAA], .notCanonical),
            // A key twice; keys out of order: by kind, length, bytes.
            ([0xA2, 0x01, 0x00, 0x01, 0x00], .notCanonical), ([0xA2, 0x02, 0x00, 0x01, 0x00], .notCanonical),
            ([0xA2, 0x20, 0x00, 0x01, 0x00], .notCanonical), ([0xA2, 0x61, 0x61, 0x00, 0x01, 0x00], .notCanonical),
            ([0xA2, 0x62, 0x61, 0x61, 0x00, 0x61, 0x62, 0x00], .notCanonical),
            // Without a number, tagged, floating, undefined, too large; keys that are neither number nor text.
            ([0x5F, 0x41, 0x00, 0xFF], .notSupported), ([0x9F, 0xFF], .notSupported), ([0xBF, 0xFF], .notSupported),
            ([0xC0, 0x60], .notSupported), ([0xF9, 0x3C, 0x00], .notSupported), ([0xF7], .notSupported),
            ([0xF8, 0xFF], .notSupported), ([0x1C], .notSupported), ([0xA1, 0x40, 0x00], .notSupported),
            ([0x1B, 0x80, 0, 0, 0, 0, 0, 0, 0], .notSupported),
            ([0x3B] + [UInt8](repeating: 0xFF, count: 8), .notSupported),
            ([0x62, 0xC3, 0x28], .notText), ([], .endsEarly), ([0x19, 0x01], .endsEarly),
            ([0x44, 1, 2, 3], .endsEarly),
            ([0x82, 0x01], .endsEarly), ([0xA1, 0x01], .endsEarly),
        ] as [([UInt8], CBOR.Defect)]
    )
    func refused(_ bytes: [UInt8], _ defect: CBOR.Defect) { #expect(throws: defect) { try CBOR.first(of: bytes[...]) } }

    @Test("the least negative number is read, and lengths of exabytes make no room")
    func bounds() throws {
        let least = [0x3B, 0x7F] + [UInt8](repeating: 0xFF, count: 7)
        #expect(try Self.read(least) == .integer(.min))
        for kind in [0x5B, 0x7B, 0x9B, 0xBB] as [UInt8] {
            let bytes = [kind, 0x7F] + [UInt8](repeating: 0xFF, count: 7) + [0x00]
            #expect(throws: CBOR.Defect.endsEarly) { try CBOR.first(of: bytes[...]) }
        }
    }

    @Test func nestingEnds() {
        let nested = [UInt8](repeating: 0x81, count: CBOR.deepest) + [0x00]
        #expect(CBOR.only(nested) != nil)
        #expect(throws: CBOR.Defect.tooDeep) { try CBOR.first(of: ([0x81] + nested)[...]) }
        let bomb = [UInt8](repeating: 0x81, count: 1_000_000)
        #expect(throws: CBOR.Defect.tooDeep) { try CBOR.first(of: bomb[...]) }
    }

    /// What is read, written again after the standard, is what was read: nothing is taken that has another form.
    @Test func whatIsReadHasNoOtherForm() throws {
        func written(_ value: CBOR) -> [UInt8] {
            func head(_ kind: UInt8, _ number: UInt64) -> [UInt8] {
                switch number {
                case 0..<24: [kind << 5 | UInt8(number)]
                case 0..<0x100: [kind << 5 | 24, UInt8(number)]
                case 0..<0x1_0000: [kind << 5 | 25] + (0..<2).map { UInt8(truncatingIfNeeded: number >> (8 - 8 * $0)) }
                case 0..<0x1_0000_0000:
                    [kind << 5 | 26] + (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
                default: [kind << 5 | 27] + (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
                }
            }
            switch value {
            case .integer(let number): return number < 0 ? head(1, UInt64(-1 - number)) : head(0, UInt64(number))
            case .bytes(let bytes): return head(2, UInt64(bytes.count)) + bytes
            case .text(let text): return head(3, UInt64(text.utf8.count)) + Array(text.utf8)
            case .array(let elements): return head(4, UInt64(elements.count)) + elements.flatMap(written)
            case .map(let entries):
                return head(5, UInt64(entries.count)) + entries.flatMap { written($0.key) + written($0.value) }
            case .bool(let flag): return [flag ? 0xF5 : 0xF4]
            case .null: return [0xF6]
            }
        }
        let key = SoftKey.es256()
        let registered = try key.register(
            challenge: "AAAA",
            at: SoftPage(origin: "https://localhost", party: "localhost")
        )
        var taken = 0
        Fuzzing.run("cbor", inputs: 20_000) { generator in
            let bytes =
                Bool.random(using: &generator)
                ? generator.mutate(registered.attestation)
                : generator.bytes(Int.random(in: 0...40, using: &generator))
            guard let (value, rest) = try? CBOR.first(of: bytes[...]) else { return }
            taken += 1
            #expect(written(value) + rest == bytes)
        }
        #expect(taken > 100, "some must have been read")
    }
}
