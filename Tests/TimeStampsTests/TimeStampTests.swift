// Queries and answers against the vector, and against a test authority made with OpenSSL's own command.
import Crypto
import Foundation
import Testing

@testable import TimeStamps

@Suite struct TimeStampTests {
    private struct Vector {
        let checkpoint: [UInt8]
        let query: [UInt8]
        let response: [UInt8]
        let authorities: TimeStampAuthorities

        var digest: [UInt8] { Array(SHA256.hash(data: checkpoint)) }

        init() throws {
            let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .appendingPathComponent("Vectors/rfc3161-checkpoint.json")
            let object = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
            let members = try #require(object as? [String: Any])
            func text(_ name: String) throws -> String { try #require(members[name] as? String) }
            func bytes(_ name: String) throws -> [UInt8] {
                [UInt8](try #require(Data(base64Encoded: try text(name))))
            }
            checkpoint = Array(try text("checkpoint").utf8)
            query = try bytes("query_base64")
            response = try bytes("response_base64")
            authorities = try #require(TimeStampAuthorities(pem: Array(try text("ca_pem").utf8)))
        }
    }

    @Test func aQueryIsTheVectorsByteForByte() throws {
        let vector = try Vector()
        let nonce: [UInt8] = [0xF2, 0x42, 0xFF, 0xD2, 0x6C, 0x33, 0x5F, 0xE3]
        #expect(TimeStampQuery(digest: vector.digest, nonce: nonce).bytes == vector.query)
        #expect(TimeStampQuery.integer([0, 0, 0x7F]) == [0x7F])
        #expect(TimeStampQuery.integer([0, 0x80]) == [0, 0x80])
        #expect(TimeStampQuery.integer([0, 0]) == [0])
    }

    @Test func theVectorsAnswerHoldsForItsCheckpointAndNoOther() throws {
        let vector = try Vector()
        let stamp = try TimeStamp(vector.response)
        #expect(stamp.digest == vector.digest)
        #expect(stamp.nonce == [0xF2, 0x42, 0xFF, 0xD2, 0x6C, 0x33, 0x5F, 0xE3])
        // 2026-11-24 12:52:22 UTC.
        #expect(stamp.seconds == 1_795_524_742)
        try stamp.check(vector.digest, authorities: vector.authorities)
        let longer = Array(SHA256.hash(data: vector.checkpoint + [0x0A]))
        #expect(throws: TimeStampError.otherDigest) { try stamp.check(longer, authorities: vector.authorities) }
    }

    @Test func itsOwnCertificateMustHaveSignedIt() throws {
        let vector = try Vector()
        #expect(try TimeStamp(vector.response).checkOwnSignature())
        var noticed = 0
        for place in vector.response.indices {
            var changed = vector.response
            changed[place] ^= 0x01
            guard let stamp = try? TimeStamp(changed) else { continue }
            do throws(TimeStampError) {
                _ = try stamp.checkOwnSignature()
                // Bytes outside the signature: the same statement.
                #expect(stamp.seconds == 1_795_524_742 && stamp.digest == vector.digest, "byte \(place)")
            } catch {
                noticed += 1
            }
        }
        #expect(noticed > 256, "among them each byte of the signature, at the end")
        var last = vector.response
        last[last.count - 5] ^= 1
        let error = #expect(throws: TimeStampError.self) { try TimeStamp(last).checkOwnSignature() }
        #expect(error == .badSignature)
    }

    @Test func everyChangedByteIsNoticed() throws {
        let vector = try Vector()
        var unread = 0
        for place in vector.response.indices {
            var changed = vector.response
            changed[place] ^= 0x01
            guard let stamp = try? TimeStamp(changed) else {
                unread += 1
                continue
            }
            // Whatever still reads as a stamp must fail, or be the same statement: bytes outside the signature.
            guard (try? stamp.check(vector.digest, authorities: vector.authorities)) != nil else { continue }
            #expect(stamp.seconds == 1_795_524_742 && stamp.digest == vector.digest, "byte \(place)")
        }
        #expect(unread > 0)
        for count in [0, 1, 100, vector.response.count - 1] {
            #expect(throws: TimeStampError.malformed) { _ = try TimeStamp(Array(vector.response.prefix(count))) }
        }
        #expect(throws: TimeStampError.malformed) { _ = try TimeStamp(vector.response + [0]) }
    }

    @Test func certificatesThatCannotBeReadAreNoAuthorities() {
        for text in ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            #expect(TimeStampAuthorities(pem: Array(text.utf8)) == nil)
        }
    }

    @Test func aTestAuthorityIsBelievedAndAnotherIsNot() throws {
        let vector = try Vector()
        try withTestAuthority { authority in
            let digest = Array(SHA256.hash(data: Array("a checkpoint\n".utf8)))
            let query = TimeStampQuery(digest: digest, nonce: [1, 2, 3, 4, 5, 6, 7, 8])
            let stamp = try TimeStamp(try authority.answer(query.bytes))
            try stamp.check(digest, authorities: authority.authorities)
            #expect(stamp.nonce == [1, 2, 3, 4, 5, 6, 7, 8])
            #expect(abs(stamp.seconds - Int(Date().timeIntervalSince1970)) < 3_600)
            #expect(throws: TimeStampError.notVerified) {
                try stamp.check(digest, authorities: vector.authorities)
            }
        }
    }

    @Test func theAuthoritysOwnCertificateSuffices() throws {
        try withTestAuthority { authority in
            let digest = Array(SHA256.hash(data: Array("a checkpoint\n".utf8)))
            let stamp = try TimeStamp(try authority.answer(TimeStampQuery(digest: digest, nonce: [1]).bytes))
            let pem = [UInt8](try Data(contentsOf: authority.folder.appendingPathComponent("tsa.pem")))
            try stamp.check(digest, authorities: try #require(TimeStampAuthorities(pem: pem)))
        }
    }

    @Test func anotherDigestOfTheSameLengthIsNoStampOfACheckpoint() throws {
        try withTestAuthority { authority in
            let digest = SHA256.hash(data: Array("a checkpoint\n".utf8)).map {
                String($0 >> 4, radix: 16) + String($0 & 15, radix: 16)
            }
            try openssl("ts -query -sha3-256 -digest \(digest.joined()) -out s.tsq", in: authority.folder)
            let query = [UInt8](try Data(contentsOf: authority.folder.appendingPathComponent("s.tsq")))
            let answer = try authority.answer(query)
            #expect(throws: TimeStampError.otherDigest) { _ = try TimeStamp(answer) }
        }
    }

    @Test func aRefusalIsNoStamp() throws {
        // PKIStatusInfo: rejection, bad algorithm.
        let refusal: [UInt8] = [0x30, 0x09, 0x30, 0x07, 0x02, 0x01, 0x02, 0x03, 0x02, 0x07, 0x80]
        #expect(throws: TimeStampError.notGranted) { _ = try TimeStamp(refusal) }
    }
}
