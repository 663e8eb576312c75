import Foundation
import PeerTrust
import Testing

@Suite("A TLS identity")
struct TLSIdentityTests {
    @Test("comes back whole from its stored bytes")
    func restore() throws {
        let made = try TLSIdentity(
            agency: Samples.agency("agency-a"),
            notBefore: Date(timeIntervalSince1970: 1_790_000_000)
        )
        let restored = try TLSIdentity(certificate: made.certificate, privateKey: made.privateKeyBytes)
        #expect(restored.pin == made.pin)
        #expect(restored.privateKeyDER == made.privateKeyDER)
        #expect(made.certificatePEM.hasPrefix("-----BEGIN CERTIFICATE-----"))
        #expect(made.description == "TLS identity")
    }

    @Test("is refused when key and certificate do not belong together")
    func mismatch() throws {
        let date = Date(timeIntervalSince1970: 1_790_000_000)
        let one = try TLSIdentity(agency: Samples.agency("agency-a"), notBefore: date)
        let other = try TLSIdentity(agency: Samples.agency("agency-a"), notBefore: date)
        #expect(one.pin != other.pin)
        #expect(throws: TLSIdentityError.keyDoesNotFitCertificate) {
            try TLSIdentity(certificate: one.certificate, privateKey: other.privateKeyBytes)
        }
        #expect(throws: TLSIdentityError.keyMalformed) {
            try TLSIdentity(certificate: one.certificate, privateKey: [UInt8](repeating: 0, count: 32))
        }
        #expect(throws: TLSIdentityError.certificateMalformed) {
            try TLSIdentity(certificate: Array(one.certificate.dropLast()), privateKey: one.privateKeyBytes)
        }
    }

    @Test("sealing keys come back from their seed and have the X-Wing length")
    func sealing() throws {
        let key = try #require(ReleaseOpeningKey())
        #expect(key.publicKey.bytes.count == 1_216)
        #expect(ReleaseOpeningKey(seed: key.seed)?.publicKey == key.publicKey)
        #expect(ReleaseSealingKey(bytes: Array(key.publicKey.bytes.dropLast())) == nil)
    }
}
