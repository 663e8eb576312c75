// Security keys: what one signs is taken once everything about it is right, and each thing that is wrong has its own refusal.
// The keys are of the tests; one registration was made by Chromium.
import Crypto
import Foundation
import TestSupport
import Testing

@testable import Accounts

@Suite struct SecurityKeyTests {
    static let page = SoftPage(origin: "https://localhost:7080", party: "localhost")
    static let challenge = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ"
    static let owner = Array("whose key this is".utf8)
    static let keys = [SoftKey.es256(), SoftKey.ed25519()]

    static func party() throws -> RelyingParty { try #require(RelyingParty(host: "127.0.0.1", port: 7080)) }

    static func registered(_ key: SoftKey) throws -> SecurityKey {
        try registration(key.register(challenge: challenge, at: page)).verified(challenge: challenge, for: party())
    }

    static func registration(_ sent: SoftKey.Registered) -> KeyRegistration {
        KeyRegistration(id: sent.id, clientData: sent.clientData, attestation: sent.attestation)
    }

    static func assertion(_ sent: SoftKey.Asserted) -> KeyAssertion {
        KeyAssertion(
            id: sent.id,
            clientData: sent.clientData,
            authenticatorData: sent.authenticatorData,
            signature: sent.signature,
            owner: sent.owner
        )
    }

    // MARK: Taken

    @Test(arguments: keys)
    func aKeyIsRegisteredAndSigns(_ key: SoftKey) throws {
        var key = key
        key.owner = Self.owner
        for signsItself in [false, true] {
            let sent = try key.register(challenge: Self.challenge, at: Self.page, signsItself: signsItself)
            let kept = try Self.registration(sent).verified(challenge: Self.challenge, for: try Self.party())
            #expect(kept.id == key.id && kept.counter == key.counter && !kept.mayBeCopied)
        }
        var kept = try Self.registered(key)
        key.counter += 1
        for _ in 0..<3 {
            let sent = Self.assertion(try key.assert(challenge: Self.challenge, at: Self.page))
            kept = try sent.verified(by: kept, of: Self.owner, challenge: Self.challenge, for: try Self.party())
        }
        #expect(kept.counter == 4)
        let stored = try JSONDecoder().decode(SecurityKey.self, from: try JSONEncoder().encode(kept))
        #expect(stored == kept)
    }

    /// Made by Chromium 156 and its virtual authenticator, for `https://localhost:17443`; the key is of Ed25519.
    @Test func aRegistrationOfChromiumIsTaken() throws {
        let client = """
            {"type":"webauthn.create","challenge":"\(String(repeating: "A", count: 43))","origin":"https://localhost:17443",\
            "crossOrigin":false}
            """
        let attestation = """
            o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YViBSZYN5YgOjGh0NBcPZHZgW4/krrmihjLHmVzzuoMdl2NFAAAAAQAAAAAAAAAAAAAAAAAAAAAAIJrh\
            BxQnp5a7mGeBjy6TdEo9P547+zEW5yjjZSeYGAiWpAEBAycgBiFYIFGofu3bgvG/SO8/E5FkxAVTrP9QY8IVq+6V7Dse47dV
            """
        let bytes = [UInt8](try #require(Data(base64Encoded: attestation)))
        let party = try #require(RelyingParty(host: "localhost", port: 17_443))
        let id = Array(bytes[85..<117])
        let sent = KeyRegistration(id: id, clientData: Array(client.utf8), attestation: bytes)
        let kept = try sent.verified(challenge: String(repeating: "A", count: 43), for: party)
        #expect(kept.algorithm == .ed25519 && kept.counter == 1 && !kept.mayBeCopied)
    }

    @Test func whoseNameKeysTakeIsNoNumber() throws {
        for (host, id) in [
            ("127.0.0.1", "localhost"), ("::1", "localhost"), ("localhost", "localhost"), ("127.8.0.1", "localhost"),
            ("Comity.North.example", "comity.north.example"),
        ] {
            #expect(RelyingParty(host: host, port: 443)?.id == id, "\(host)")
        }
        for host in ["10.0.0.5", "192.168.1.2", "fd00::1", "0.0.0.0", "", "a b", "host/", "münchen.example"] {
            #expect(RelyingParty(host: host, port: 443) == nil, "\(host)")
        }
        #expect(try Self.party().origin == "https://localhost:7080")
        #expect(RelyingParty(host: "node.example", port: 443)?.origin == "https://node.example")
    }

    // MARK: Refused

    @Test(
        "each thing that is wrong about a signature",
        arguments: SecurityKeyRefusal.allCases.filter { $0 != .algorithm && $0 != .attestation }
    )
    func assertionRefused(_ refusal: SecurityKeyRefusal) throws {
        for key in Self.keys {
            var key = key
            let kept = try Self.registered(key)
            key.counter = 2
            key.owner = Self.owner
            var page = Self.page
            var challenge = Self.challenge
            switch refusal {
            case .origin: page.origin = "https://localhost:7081"
            case .relyingParty: page.party = "localhost.evil.example"
            case .challenge: challenge = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            case .presence: key.flags = SoftKey.Flag.verified
            case .verification: key.flags = SoftKey.Flag.present
            case .copies: key.flags |= SoftKey.Flag.mayBeCopied
            case .counter: key.counter = 1
            case .credential: key.owner = Array("somebody else".utf8)
            default: break
            }
            var sent = Self.assertion(try key.assert(challenge: challenge, at: page))
            switch refusal {
            case .malformed: sent.authenticatorData.append(0)
            case .signature: sent.signature[sent.signature.count - 1] ^= 1
            case .type:
                sent.clientData = key.clientData("webauthn.create", challenge: challenge, at: page)
            default: break
            }
            let party = try Self.party()
            #expect(throws: refusal) {
                try sent.verified(by: kept, of: Self.owner, challenge: Self.challenge, for: party)
            }
        }
    }

    @Test(
        "each thing that is wrong about a registration",
        arguments: SecurityKeyRefusal.allCases.filter { $0 != .counter && $0 != .copies }
    )
    func registrationRefused(_ refusal: SecurityKeyRefusal) throws {
        var key = SoftKey.es256()
        var page = Self.page
        switch refusal {
        case .origin: page.crossOrigin = "true"
        case .relyingParty: page.party = "127.0.0.1"
        case .presence: key.flags = SoftKey.Flag.verified
        case .verification: key.flags = SoftKey.Flag.present
        // Copied without being able to be.
        case .malformed: key.flags |= SoftKey.Flag.copied
        default: break
        }
        let asked = refusal == .challenge ? "other" : Self.challenge
        var sent = try key.register(challenge: asked, at: page, signsItself: refusal == .signature)
        switch refusal {
        case .type: sent.clientData = key.clientData("webauthn.get", challenge: Self.challenge, at: page)
        case .credential: sent.id.append(0)
        case .signature: sent.clientData.insert(contentsOf: ",\"more\":1".utf8, at: sent.clientData.count - 1)
        case .attestation:
            let data = key.data(for: page.party, flags: key.flags | 0x40, behind: key.credential)
            sent.attestation = SoftKey.object(format: "fido-u2f", statement: [0xA0], data: data)
        case .algorithm:
            // RS256, which no key of ours is asked for.
            var credential = key.credential
            let place = credential.count - 77 + 3
            credential.replaceSubrange((place + 1)...(place + 1), with: [0x39, 0x01, 0x00])
            let data = key.data(for: page.party, flags: key.flags | 0x40, behind: credential)
            sent.attestation = SoftKey.object(format: "none", statement: [0xA0], data: data)
        default: break
        }
        let party = try Self.party()
        #expect(throws: refusal) { try Self.registration(sent).verified(challenge: Self.challenge, for: party) }
    }

    @Test("a statement that says more, or less, than its form has", arguments: [true, false])
    func statements(_ isNone: Bool) throws {
        let key = SoftKey.es256()
        let data = key.data(for: "localhost", flags: key.flags | SoftKey.Flag.credential, behind: key.credential)
        let statement = [0xA1] + SoftKey.text("alg") + [0x26]
        let sent = KeyRegistration(
            id: key.id,
            clientData: key.clientData("webauthn.create", challenge: Self.challenge, at: Self.page),
            attestation: SoftKey.object(format: isNone ? "none" : "packed", statement: statement, data: data)
        )
        let party = try Self.party()
        #expect(throws: SecurityKeyRefusal.attestation) { try sent.verified(challenge: Self.challenge, for: party) }
    }

    @Test func aSignatureRegistersNothing() throws {
        var key = SoftKey.es256()
        let kept = try Self.registered(key)
        key.counter = 2
        let clientData = key.clientData("webauthn.get", challenge: Self.challenge, at: Self.page)
        let data = key.data(for: Self.page.party, flags: key.flags | SoftKey.Flag.credential, behind: key.credential)
        let sent = KeyAssertion(
            id: key.id,
            clientData: clientData,
            authenticatorData: data,
            signature: try key.sign(data + Array(SHA256.hash(data: Data(clientData)))),
            owner: []
        )
        let party = try Self.party()
        #expect(throws: SecurityKeyRefusal.malformed) {
            try sent.verified(by: kept, of: Self.owner, challenge: Self.challenge, for: party)
        }
    }

    @Test func aKeyThatCountsMustCountOn() throws {
        let party = try Self.party()
        for (kept, said, taken) in [
            (0, 0, true), (0, 1, true), (1, 2, true), (5, 900, true), (1, 1, false), (2, 1, false), (7, 0, false),
            (UInt32.max, UInt32.max, false), (UInt32.max - 1, UInt32.max, true),
        ] as [(UInt32, UInt32, Bool)] {
            var key = SoftKey.es256()
            key.counter = kept
            let registered = try Self.registered(key)
            key.counter = said
            let clientData = key.clientData("webauthn.get", challenge: Self.challenge, at: Self.page)
            let data = key.data(for: Self.page.party, flags: key.flags)
            let sent = KeyAssertion(
                id: key.id,
                clientData: clientData,
                authenticatorData: data,
                signature: try key.sign(data + Array(SHA256.hash(data: Data(clientData)))),
                owner: []
            )
            let next = try? sent.verified(by: registered, of: Self.owner, challenge: Self.challenge, for: party)
            #expect((next != nil) == taken, "\(kept) then \(said)")
            if taken { #expect(next?.counter == said) }
        }
    }

    @Test(
        "another page's words in the client data",
        arguments: [
            (",\"crossOrigin\":false", true), ("", true), (",\"crossOrigin\":false,\"added later\":\"x\"", true),
            (",\"crossOrigin\":true", false), (",\"crossOrigin\":true,\"topOrigin\":\"https://localhost:7080\"", false),
            (",\"topOrigin\":\"https://evil.example\"", false), (",\"crossOrigin\":falsely", false),
            (".evil.example\"", false),
        ]
    )
    func clientData(_ behind: String, _ taken: Bool) throws {
        let origin = behind.hasPrefix(".") ? "https://localhost:7080" : "https://localhost:7080\""
        let text =
            "{\"type\":\"webauthn.get\",\"challenge\":\"\(Self.challenge)\",\"origin\":\"\(origin)\(behind)}"
        let party = try Self.party()
        let result = Result { () throws(SecurityKeyRefusal) in
            try ClientData.check(Array(text.utf8), .assertion, challenge: Self.challenge, for: party)
        }
        #expect(((try? result.get()) != nil) == taken, "\(behind)")
    }

    @Test func aKeyOfAnotherCurveOrOffTheCurveIsNoKey() throws {
        let key = SoftKey.es256()
        let party = try Self.party()
        // Members of the COSE key: kind, algorithm, curve, x, y; places count from its end.
        for (place, value) in [(77 - 2, 0x03), (77 - 6, 0x02), (1, 0xFF)] as [(Int, UInt8)] {
            var credential = key.credential
            credential[credential.count - place] ^= value
            let data = key.data(for: "localhost", flags: key.flags | 0x40, behind: credential)
            let sent = KeyRegistration(
                id: key.id,
                clientData: key.clientData("webauthn.create", challenge: Self.challenge, at: Self.page),
                attestation: SoftKey.object(format: "none", statement: [0xA0], data: data)
            )
            #expect(throws: SecurityKeyRefusal.malformed) { try sent.verified(challenge: Self.challenge, for: party) }
        }
    }

    // MARK: Hostile

    /// Whatever is changed about a registration or a signature, it is refused or says the same key.
    @Test func nothingAlteredIsTaken() throws {
        let party = try Self.party()
        var (one, other) = (SoftKey.es256(), SoftKey.ed25519())
        let samples = try [one, other].map { key in
            (
                sent: Self.registration(try key.register(challenge: Self.challenge, at: Self.page)),
                key: try Self.registered(key)
            )
        }
        one.counter = 2
        other.counter = 2
        let signed = [
            Self.assertion(try one.assert(challenge: Self.challenge, at: Self.page)),
            Self.assertion(try other.assert(challenge: Self.challenge, at: Self.page)),
        ]
        Fuzzing.run("security keys", inputs: 10_000) { generator in
            let place = Int.random(in: 0...1, using: &generator)
            var registration = samples[place].sent
            registration.attestation = generator.mutate(registration.attestation)
            if let kept = try? registration.verified(challenge: Self.challenge, for: party) {
                #expect(kept.id == registration.id, "without its maker's word a key may say other things of itself")
            }
            var assertion = signed[place]
            switch Int.random(in: 0...2, using: &generator) {
            case 0: assertion.authenticatorData = generator.mutate(assertion.authenticatorData)
            case 1: assertion.signature = generator.mutate(assertion.signature)
            default: assertion.clientData = generator.mutate(assertion.clientData)
            }
            guard assertion != signed[place] else { return }
            let key = samples[place].key
            #expect(throws: SecurityKeyRefusal.self) {
                try assertion.verified(by: key, of: Self.owner, challenge: Self.challenge, for: party)
            }
        }
    }
}
