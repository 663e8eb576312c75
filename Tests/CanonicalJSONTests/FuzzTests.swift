// Every reader of CanonicalJSON under hostile bytes. `COMITY_LONG_TESTS=1` gives each 60 seconds.
import CanonicalJSON
import TestSupport
import Testing

@Suite("Fuzzing of canonical JSON")
struct FuzzTests {
    private static func spoil(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
        let favourites = Array("{}[]\",:\\u0d8ftn-1 ".utf8) + [0, 0xED, 0xA0, 0x80, 0xF4]
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            let at = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0...4, using: &random) {
            case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &random)], at: at)
            case 2: bytes.insert(favourites[Int.random(in: 0..<favourites.count, using: &random)], at: at)
            case 3: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 20)], at: at)
            default: if bytes.count > 1 { bytes.remove(at: at) }
            }
        }
    }

    @Test func whateverHostileBytesAreAcceptedEncodeToThemselves() throws {
        let limits = CanonicalJSONTests.roomy
        let seeds =
            try CanonicalJSONTests.cases().compactMap { $0["out"] } + [#"{"a":[1,true,{"b":"x\n\u0001é"}],"c":false}"#]
        var accepted = 0
        try Fuzzing.run("canonical JSON", inputs: 20_000) { random in
            var bytes = Array(seeds[Int.random(in: 0..<seeds.count, using: &random)].utf8)
            Self.spoil(&bytes, &random)
            if let value = try? CanonicalJSON.decode(bytes, limits: limits) {
                accepted += 1
                let (encoded, form) = (
                    try CanonicalJSON.encode(value, limits: limits),
                    try CanonicalJSON.canonicalise(bytes, limits: limits)
                )
                // What is canonical is its own canonical form; nothing else is.
                #expect(encoded == bytes && form == bytes)
            } else if let form = try? CanonicalJSON.canonicalise(bytes, limits: limits) {
                let again = try CanonicalJSON.canonicalise(form, limits: limits)
                #expect(form != bytes && again == form)
            }
        }
        #expect(accepted > 0)
    }

    @Test func noMessageMakesItsReaderTrap() throws {
        let seed = Array(#"{"blob":"AQI","count":3,"id":"q","names":["a","b"],"of":{"deep":[1]},"urgent":true}"#.utf8)
        Fuzzing.run("messages", inputs: 5_000) { random in
            var bytes = seed
            Self.spoil(&bytes, &random)
            guard let value = try? CanonicalJSON.decode(bytes, limits: CanonicalJSONTests.roomy),
                var reader = try? ObjectReader(value)
            else { return }
            _ = try? reader.string("id", bytes: 1...8)
            _ = try? reader.integer("count", in: 1...8)
            _ = try? reader.bool("urgent")
            _ = try? reader.bytes("blob", count: 2...2)
            _ = try? reader.strings("names", count: 0...2, bytes: 1...1)
            _ = try? reader.object("of")
            _ = try? reader.optionalString("absent", bytes: 0...1)
            _ = try? reader.finish()
        }
    }

    @Test func whateverTextIsTakenForBytesIsTheirOnlyText() {
        let favourites = Array("AQgw-_0=+/ ".utf8)
        Fuzzing.run("base64url", inputs: 20_000) { random in
            var bytes = Array(
                Base64URL.encode(
                    (0..<Int.random(in: 0...9, using: &random)).map { UInt8(truncatingIfNeeded: $0 &* 37) }
                ).utf8
            )
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let at = Int.random(in: 0...bytes.count, using: &random)
                let byte = favourites[Int.random(in: 0..<favourites.count, using: &random)]
                if at < bytes.count, Bool.random(using: &random) {
                    bytes[at] = byte
                } else {
                    bytes.insert(byte, at: at)
                }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            if let decoded = Base64URL.decode(text) { #expect(Base64URL.encode(decoded) == text) }
        }
    }
}
