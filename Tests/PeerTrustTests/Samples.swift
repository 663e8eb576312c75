// Agencies, keys and cards that the tests share; all keys come from fixed seeds.

import Crypto
import Foundation
import PeerTrust
import Testing
import TransparencyLog

enum Samples {
    static func agency(_ text: String) throws -> AgencyID { try #require(AgencyID(text)) }

    static func key(_ byte: UInt8) throws -> RequestSigningKey {
        try #require(RequestSigningKey(seed: [UInt8](repeating: byte, count: 32)))
    }

    static func logKeys(_ agency: String) throws -> NodeCard.LogKeys {
        func vkey(_ name: String, _ algorithm: VerifierKey.Algorithm) throws -> String {
            let key = VerifierKey(name: name, algorithm: algorithm, publicKey: [UInt8](repeating: 7, count: 32))
            return try #require(key).text
        }
        return NodeCard.LogKeys(
            log: try vkey("\(agency)/audit/1", .ed25519),
            witness: try vkey("\(agency)/witness", .cosignatureV1),
            export: try vkey("\(agency)/export", .ed25519)
        )
    }

    static func card(
        agency: String = "agency-b",
        key: UInt8 = 2,
        endpoint: String = "https://node.agency-b.example:8443",
        serial: Int = 1,
        previous: Fingerprint? = nil
    ) throws -> NodeCard {
        let id = try self.agency(agency)
        let identity = try TLSIdentity(agency: id, notBefore: Date(timeIntervalSince1970: 1_790_000_000))
        return try NodeCard(
            agency: id,
            name: "Agency B",
            jurisdiction: "PT",
            endpoints: [Endpoint(endpoint)],
            tlsCertificate: identity.certificate,
            signingKey: self.key(key).publicKey,
            sealingKey: #require(ReleaseOpeningKey(seed: [UInt8](repeating: 9, count: 32))).publicKey,
            logKeys: logKeys(agency),
            serial: serial,
            previous: previous
        )
    }

    static func message(from: String = "agency-a", to: String = "agency-b") throws -> ComityMessage {
        let id = try #require(MessageID("0190a7c2-5a3b-4c11-8d2e-0123456789ab"))
        return try #require(ComityMessage(id: id, from: agency(from), to: agency(to), nonce: Array(0..<16)))
    }

    static func receipt() throws -> AuditReceipt {
        try #require(AuditReceipt(origin: "agency-a/audit/1", index: 7, leaf: Array(0..<32)))
    }
}
