// The asker believes a release only if every word of it is what the holder signed for this request; keys end with time.
import CanonicalJSON
import Foundation
import NodeCore
import NodeTesting
import PeerTrust
import Testing
import Vault
import WireProtocol

@Suite struct SealTests {
    /// What a peer in the middle, or a lying holder, changes of a release.
    enum Bend: String, CaseIterable {
        case terms, ciphertext, encapsulation, keyID, anotherRequests
    }

    @Test(arguments: Bend.allCases)
    func aReleaseThatWasChangedIsNotBelieved(bend: Bend) async throws {
        try await Disclosures.with(.disclosing(approvals: 0)) { it in
            let (one, two) = (try await it.request(), try await it.request())
            it.tick()
            guard case .released(let other) = try await it.status(try #require(MessageID(two.id))).state else {
                Issue.record("the second request was not released")
                return
            }
            let bent = InterceptedPeers(it.pair.peers) {
                (request, agency, next) async throws(PeerReachError) -> VerifiedPeerResponse in
                let response = try await next.send(request, to: agency)
                guard var status = try? DisclosureStatus(body: response.body), status.id.description == one.id,
                    case .released(var sealed) = status.state
                else { return response }
                switch bend {
                case .terms:
                    let text = String(decoding: sealed.additionalData, as: UTF8.self)
                    sealed.additionalData = Array(text.replacing("\"forbidden\"", with: "\"free\"").utf8)
                case .ciphertext: sealed.ciphertext[100] ^= 1
                case .encapsulation: sealed.encapsulation[7] ^= 1
                case .keyID: sealed.keyID = "2026-01-01"
                case .anotherRequests: sealed = other
                }
                status.state = .released(sealed)
                guard let body = try? status.body() else { throw .malformedResponse }
                return VerifiedPeerResponse(status: 200, body: body, message: response.message)
            }
            let refused = try await it.receive(one.id, through: bent)
            #expect(refused.state == "deciding" && refused.note?.contains("is not believed") == true, "\(bend)")
            let received = try await it.receive(one.id)
            #expect(received.state == "received", "and the true one is taken afterwards")
        }
    }

    @Test func aReleaseIsMadeOnceAndRepeatedByteForByte() async throws {
        try await Disclosures.with { it in
            let sent = try await it.request()
            _ = try await it.decide(sent.id, .approve)
            it.tick()
            let id = try #require(MessageID(sent.id))
            let first = try await it.send(.disclosureRequest(id)).body
            #expect(try await it.send(.disclosureRequest(id)).body == first)
            // The record changes afterwards; what was released does not.
            let changed = People.all.replacing("1988-02-11", with: "1988-02-12")
            _ = try await it.pair.holder.publish(changed)
            #expect(try await it.send(.disclosureRequest(id)).body == first)
            let again = try await problem { _ = try await it.decide(sent.id, .approve, by: "omar") }
            #expect(again.because?.contains("released") == true)
            let theirs = try await it.pair.holder.closedLeaves()
            #expect(theirs.named("disclosure.released").count == 1)
        }
    }

    @Test func anotherAgencyNeitherSeesNorFetchesTheRequest() async throws {
        try await Disclosures.with { it in
            let sent = try await it.request()
            let id = try #require(MessageID(sent.id))
            let unknown = try await it.send(.disclosureRequest(try Disclosures.freshID()))
            #expect(unknown.status == 404)
            #expect(try await it.send(.disclosureRequest(id)).status == 200)
            // The holder asks the asker about its own id: nothing of that peer stands there.
            let receipt = try #require(
                Receipt(origin: "bravo/audit/1", index: 1, leaf: [UInt8](repeating: 0, count: 32))
            )
            let other = try await it.pair.network.peers(of: it.pair.holder).send(
                PeerRequest(id: try Disclosures.freshID(), route: .disclosureRequest(id), receipt: receipt),
                to: it.pair.asker.agency
            )
            #expect(other.status == 404)
        }
    }

    @Test func sealingKeysLiveAMonthAndAreErasedAWeekLater() async throws {
        try await Disclosures.with(.disclosing(approvals: 0)) { it in
            func offered() async throws -> SealingKeyOffer { try await it.captured().sealing }
            let first = try await offered()
            #expect(try await offered() == first)
            it.clock.advance(seconds: 29 * 86_400)
            #expect(try await offered() == first)
            it.clock.advance(seconds: 86_400)
            let second = try await offered()
            #expect(second.id != first.id && second.key != first.key)
            #expect(try keys(of: it.pair.asker) == [first.id, second.id])
            it.clock.advance(seconds: 8 * 86_400)
            try await it.asker.followDeadlines()
            #expect(try keys(of: it.pair.asker) == [second.id])
        }
    }

    private func keys(of node: TestNode) throws -> [String] {
        let keyring = try Keyring.open(at: node.folder.keyring, passphrase: TestNode.passphrase)
        return keyring.names.filter { $0.hasPrefix("sealing/") }.map { String($0.dropFirst(8)) }.sorted()
    }
}

private typealias Receipt = PeerTrust.AuditReceipt
