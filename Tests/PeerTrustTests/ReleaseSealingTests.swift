// Sealing and opening a release: nothing opens under other words, another key, or changed bytes.
import PeerTrust
import Testing

@Suite("A sealed release")
struct ReleaseSealingTests {
    let info = Array("comity/disclosure/v1{}".utf8)
    let terms = Array("{\"handling\":\"H1\"}".utf8)
    let content = [UInt8](repeating: 7, count: 4_096)

    private func key(_ byte: UInt8) throws -> ReleaseOpeningKey {
        try #require(ReleaseOpeningKey(seed: [UInt8](repeating: byte, count: 32)))
    }

    @Test("opens for its recipient under its own words, and grows by 16 bytes")
    func roundTrip() throws {
        let key = try key(1)
        let sealed = try #require(key.publicKey.seal(content, info: info, additionalData: terms))
        #expect(sealed.encapsulation.count == 1_120 && sealed.ciphertext.count == content.count + 16)
        #expect(key.open(sealed, info: info, additionalData: terms) == content)
        let again = try #require(key.publicKey.seal(content, info: info, additionalData: terms))
        #expect(again.encapsulation != sealed.encapsulation && again.ciphertext != sealed.ciphertext)
    }

    @Test("stays closed under other info, other terms, another key, or with a byte changed anywhere")
    func refusals() throws {
        let key = try key(1)
        let sealed = try #require(key.publicKey.seal(content, info: info, additionalData: terms))
        #expect(key.open(sealed, info: info + [0], additionalData: terms) == nil)
        #expect(key.open(sealed, info: info, additionalData: terms + [0]) == nil)
        #expect(try self.key(2).open(sealed, info: info, additionalData: terms) == nil)
        for place in stride(from: 0, to: sealed.encapsulation.count, by: 97) {
            var bent = sealed.encapsulation
            bent[place] ^= 1
            let other = SealedBytes(encapsulation: bent, ciphertext: sealed.ciphertext)
            #expect(key.open(other, info: info, additionalData: terms) == nil)
        }
        for place in stride(from: 0, to: sealed.ciphertext.count, by: 331) {
            var bent = sealed.ciphertext
            bent[place] ^= 1
            let other = SealedBytes(encapsulation: sealed.encapsulation, ciphertext: bent)
            #expect(key.open(other, info: info, additionalData: terms) == nil)
        }
        let empty = SealedBytes(encapsulation: [], ciphertext: [])
        #expect(key.open(empty, info: info, additionalData: terms) == nil)
    }
}
