// The bytes of a release: bound, padded, strict.
import CanonicalJSON
import TestSupport
import Testing
import WireProtocol

@Suite("A release")
struct ReleaseTests {
    private func release(_ values: Int = 1) throws -> Release {
        Release(
            fields: ["full_name": (0..<values).map { "Name \($0)" }, "phone": ["+4915124427727"]],
            recipient: "north-border",
            request: try Sample.id(),
            signature: [UInt8](repeating: 9, count: 64)
        )
    }

    private let terms = ReleaseTerms(
        handling: "H1",
        source: "B2",
        retention: "2027-03-02",
        onward: "with_consent",
        policyDigest: String(repeating: "ab", count: 32)
    )

    @Test("is padded to blocks of 4,096 bytes, and comes back", arguments: [1, 200])
    func padding(_ values: Int) throws {
        let release = try release(values)
        let padded = try release.padded()
        #expect(padded.count % Release.padding == 0 && padded.count <= Release.greatest)
        #expect(try Release(padded: padded) == release)
    }

    @Test("that says the same in few words or many has the same length up to 4,096 bytes")
    func lengths() throws {
        #expect(try release(1).padded().count == release(20).padded().count)
    }

    @Test(
        "carries what the receiver's rules read of the record, under the signature, and nothing where they read nothing"
    )
    func record() throws {
        var release = try release()
        let (info, bound) = (Array("i".utf8), Array("a".utf8))
        let plain = try release.signedBytes(info: info, additionalData: bound)
        #expect(!String(decoding: plain, as: UTF8.self).contains("record"))
        release.record = ["consent": "given", "origin": "EG;SE"]
        #expect(try Release(padded: try release.padded()) == release)
        #expect(try release.signedBytes(info: info, additionalData: bound) != plain)
        release.record = ["consent": ""]
        #expect(throws: WireError.member("record")) { try Release(padded: try release.padded()) }
        release.record = Dictionary(uniqueKeysWithValues: (0..<17).map { ("c\($0)", "x") })
        #expect(throws: WireError.notCanonical) { try release.padded() }
    }

    @Test("too large for its blocks is refused")
    func tooLarge() throws {
        var large = try release()
        large.fields["full_name"] = [String(repeating: "x", count: Release.greatest)]
        #expect(throws: WireError.notCanonical) { try large.padded() }
    }

    @Test("is refused with other padding, another length, or bytes behind it")
    func strict() throws {
        let padded = try release().padded()
        var dirty = padded
        dirty[padded.count - 1] = 1
        #expect(throws: WireError.notCanonical) { try Release(padded: dirty) }
        #expect(throws: WireError.notCanonical) { try Release(padded: padded + padded) }
        #expect(throws: WireError.notCanonical) {
            try Release(padded: padded + [UInt8](repeating: 0, count: Release.padding))
        }
        #expect(throws: WireError.notCanonical) { try Release(padded: Array(padded.dropLast())) }
        var long = padded
        long[0] = 0xFF
        #expect(throws: WireError.notCanonical) { try Release(padded: long) }
        #expect(throws: WireError.notCanonical) { try Release(padded: []) }
    }

    @Test("signs its words, what it belongs to and its terms")
    func signedBytes() throws {
        let release = try release()
        let (info, bound) = (Array("i".utf8), Array("a".utf8))
        let signed = try release.signedBytes(info: info, additionalData: bound)
        var other = release
        other.fields["phone"] = ["+4915124427728"]
        #expect(try other.signedBytes(info: info, additionalData: bound) != signed)
        other = release
        other.recipient = "sound-fiu"
        #expect(try other.signedBytes(info: info, additionalData: bound) != signed)
        #expect(try release.signedBytes(info: bound, additionalData: bound) != signed)
        #expect(try release.signedBytes(info: info, additionalData: info) != signed)
        var unsigned = release
        unsigned.signature = []
        #expect(try unsigned.signedBytes(info: info, additionalData: bound) == signed)
    }

    @Test("has terms that come back, and no others")
    func termsRoundTrip() throws {
        let bytes = try terms.additionalData()
        #expect(try ReleaseTerms(additionalData: bytes) == terms)
        let text = String(decoding: bytes, as: UTF8.self)
        for (old, new, member) in [
            ("\"H1\"", "\"H4\"", "handling"), ("\"B2\"", "\"D2\"", "source"), ("2027-03-02", "2027/03/02", "retention"),
            ("with_consent", "whenever_like", "onward"), ("abab", "ABAB", "policy_digest"),
        ] {
            let bent = Array(text.replacing(old, with: new).utf8)
            #expect(throws: WireError.member(member)) { try ReleaseTerms(additionalData: bent) }
        }
    }

    @Test("of hostile bytes is refused or is what was written")
    func hostile() throws {
        var random = SplitMix64.announced("releases", fallback: 0x5EED)
        let padded = try release().padded()
        let bound = try terms.additionalData()
        for _ in 0..<2_000 {
            var one = padded
            one[Int.random(in: 0..<400, using: &random)] = UInt8.random(in: 0...255, using: &random)
            if let read = try? Release(padded: one) { #expect(try read.padded() == one) }
            var two = bound
            two[Int.random(in: 0..<two.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            if let read = try? ReleaseTerms(additionalData: two) { #expect(try read.additionalData() == two) }
        }
    }
}
