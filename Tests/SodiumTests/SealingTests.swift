import TestSupport
// Sealing, signing, passphrases: what was altered is refused.
import Testing

@testable import Sodium

@Suite("Sealing and signing")
struct SealingTests {
    @Test("what was sealed opens under the same key and associated data alone")
    func seal() throws {
        let key = try SecretBytes(random: 32)
        let sealed = try XChaCha20Poly1305.seal([1, 2, 3], key: key, associatedData: [9])
        #expect(sealed.count == 3 + XChaCha20Poly1305.overhead)
        #expect(try XChaCha20Poly1305.open(sealed, key: key, associatedData: [9]) == [1, 2, 3])
        let secret = try XChaCha20Poly1305.openSecret(sealed, key: key, associatedData: [9])
        #expect(secret.withUnsafeBytes { Array($0) } == [1, 2, 3])
        #expect(throws: SodiumError.notAuthentic) { try XChaCha20Poly1305.open(sealed, key: key) }
        #expect(throws: SodiumError.notAuthentic) {
            try XChaCha20Poly1305.openSecret(sealed, key: SecretBytes(random: 32), associatedData: [9])
        }
        let empty = try XChaCha20Poly1305.seal([UInt8](), key: key)
        #expect(try XChaCha20Poly1305.open(empty, key: key) == [])
        #expect(throws: SodiumError.self) { try XChaCha20Poly1305.openSecret(empty, key: key) }
        #expect(throws: SodiumError.self) { try XChaCha20Poly1305.seal([1], key: SecretBytes(random: 31)) }
        #expect(try XChaCha20Poly1305.seal([1], key: key) != XChaCha20Poly1305.seal([1], key: key))
    }

    @Test("no altered, shortened or invented ciphertext opens")
    func hostile() throws {
        var random = SplitMix64.announced("sealing", fallback: 0x5EED)
        let key = try SecretBytes(random: 32)
        let sealed = try XChaCha20Poly1305.seal(random.bytes(40), key: key)
        for length in 0..<sealed.count {
            #expect(throws: SodiumError.self) { try XChaCha20Poly1305.open(Array(sealed.prefix(length)), key: key) }
        }
        for _ in 0..<500 {
            var altered = sealed
            altered[Int.random(in: 0..<sealed.count, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
            #expect(throws: SodiumError.notAuthentic) { try XChaCha20Poly1305.open(altered, key: key) }
        }
    }

    @Test("Ed25519 signs as RFC 8032 section 7.1, test 2, and verifies nothing else")
    func ed25519() throws {
        let seed = try SecretBytes(
            copying: hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
        )
        let key = try Ed25519.PrivateKey(seed: seed)
        #expect(
            Hex.encode(key.publicKey.bytes) == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
        )
        let signature = key.sign([0x72])
        #expect(
            Hex.encode(signature)
                == "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        )
        #expect(key.publicKey.verifies(signature, of: [0x72]))
        #expect(!key.publicKey.verifies(signature, of: [0x73]))
        #expect(!key.publicKey.verifies(Array(signature.dropLast()), of: [0x72]))
        #expect(throws: SodiumError.self) { try Ed25519.PrivateKey(seed: SecretBytes(random: 31)) }
        #expect(throws: SodiumError.self) { try Ed25519.PublicKey(bytes: [1]) }
        var random = SplitMix64.announced("signing", fallback: 0x5EED)
        for _ in 0..<200 {
            var altered = signature
            altered[Int.random(in: 0..<64, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
            #expect(!key.publicKey.verifies(altered, of: [0x72]))
        }
    }

    @Test("a passphrase gives the same key with the same salt and cost alone")
    func argon2id() throws {
        let salt = [UInt8](repeating: 1, count: 16)
        func derive(_ text: String, _ salt: [UInt8], _ cost: Argon2id.Parameters = .least) throws -> SecretBytes {
            try Argon2id.derive(passphrase: Array(text.utf8), salt: salt, parameters: cost)
        }
        let key = try derive("heron", salt)
        #expect(key.count == 32)
        #expect(try key.isEqual(to: derive("heron", salt)))
        #expect(try !key.isEqual(to: derive("Heron", salt)))
        #expect(try !key.isEqual(to: derive("heron", [UInt8](repeating: 2, count: 16))))
        #expect(try !key.isEqual(to: derive("heron", salt, Argon2id.Parameters(passes: 2, memory: 8 << 10))))
        #expect(throws: SodiumError.self) { try derive("heron", [1]) }
        #expect(throws: SodiumError.passphraseHashingFailed) { try derive("", salt) }
        #expect(throws: SodiumError.passphraseHashingFailed) {
            try derive("heron", salt, Argon2id.Parameters(passes: 1, memory: 16))
        }
    }
}
