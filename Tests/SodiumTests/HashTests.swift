// Hashes against published values.
import Testing

@testable import Sodium

@Suite("Hashes")
struct HashTests {
    @Test("SHA-256 and SHA-512 of abc are those of FIPS 180-4")
    func sha2() {
        let abc = Array("abc".utf8)
        #expect(
            Hex.encode(SHA2.sha256(abc)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        )
        #expect(abc.withUnsafeBufferPointer { SHA2.sha256($0) } == SHA2.sha256(abc))
        let long =
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        #expect(Hex.encode(SHA2.sha512(abc)) == long)
        var stream = SHA512Stream()
        stream.update([UInt8(ascii: "a")])
        var other = stream
        stream.update(Array("bc".utf8))
        other.update(Array("x".utf8))
        var digest = [UInt8](repeating: 0, count: 64)
        stream.finish(into: &digest)
        #expect(Hex.encode(digest) == long)
        other.finish(into: &digest)
        #expect(digest == SHA2.sha512(Array("ax".utf8)))
    }

    @Test("HMAC-SHA-256 is that of RFC 4231, cases 1 and 2")
    func hmac() throws {
        let first = try SecretBytes(copying: [UInt8](repeating: 0x0b, count: 20))
        #expect(
            Hex.encode(SHA2.hmacSHA256(Array("Hi There".utf8), key: first))
                == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        )
        let second = try SecretBytes(copying: Array("Jefe".utf8))
        #expect(
            Hex.encode(SHA2.hmacSHA256(Array("what do ya want for nothing?".utf8), key: second))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        )
    }

    @Test("HMAC-SHA-256 under HKDF-SHA-256 is under the key of RFC 5869, case 3, and depends on its info")
    func hkdf() throws {
        let key = try SecretBytes(copying: [UInt8](repeating: 0x0b, count: 22))
        let known = "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
        let derived = try SecretBytes(copying: try #require(Hex.decode(known)))
        let message = Array("what do ya want for nothing?".utf8)
        #expect(SHA2.hmacSHA256(message, info: [], key: key) == SHA2.hmacSHA256(message, key: derived))
        #expect(SHA2.hmacSHA256(message, info: [1], key: key) != SHA2.hmacSHA256(message, key: derived))
    }

    @Test("BLAKE2b-512 of abc is that of RFC 7693, and lengths out of range are refused")
    func blake2b() throws {
        #expect(
            Hex.encode(try BLAKE2b.hash(Array("abc".utf8), length: 64))
                == "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
                + "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923"
        )
        // The first keyed value of the BLAKE2 authors' list: key 00..3f, empty message.
        #expect(
            Hex.encode(try BLAKE2b.hash([], key: Array(0..<64), length: 64))
                == "10ebb67700b1868efb4417987acf4690ae9d972fb7a590c2f02871799aaa4786"
                + "b5e996e8f0f4eb981fc214b005f42d2ff4233499391653df7aefcbc13fc51568"
        )
        let key = try SecretBytes(copying: Array(0..<64))
        #expect(try BLAKE2b.hash([1], key: key) == BLAKE2b.hash([1], key: Array(0..<64)))
        for length in [-1, 0, 15, 65] {
            #expect(throws: SodiumError.self) { try BLAKE2b.hash([], length: length) }
        }
        for length in [1, 15, 65] {
            #expect(throws: SodiumError.self) { try BLAKE2b.hash([], key: [UInt8](repeating: 1, count: length)) }
        }
    }
}
