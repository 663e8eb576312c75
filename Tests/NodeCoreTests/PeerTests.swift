// Whose cards a node trusts: only with the fingerprint that was compared, never two agencies under one certificate.
import AuditLog
import Foundation
import NodeCore
import NodeTesting
import PeerTrust
import TestSupport
import Testing
import TransparencyLog

@Suite struct PeerTests {
    private func card(of node: TestNode) throws -> (bytes: [UInt8], fingerprint: String) {
        let card = try OwnCard.read(node.folder)
        return (Array(card.card.utf8), card.fingerprint)
    }

    @Test func aCardIsShownFirstAndTrustedOnlyWhenConfirmed() async throws {
        try await withTemporaryFolder { folder in
            let clock = SettableClock.inForce
            let alpha = try await TestNode.make("alpha", in: folder, clock: clock)
            let bravo = try await TestNode.make("bravo", in: folder, clock: clock)
            let card = try card(of: bravo)
            let shown = try await alpha.node.addPeer(card: card.bytes, confirm: nil, by: nil)
            #expect(!shown.added && shown.fingerprint == card.fingerprint)
            #expect(try await alpha.node.peerReports().isEmpty)
            let other = try self.card(of: alpha).fingerprint
            for wrong in [other, "", String(card.fingerprint.dropLast(5))] {
                let refused = try await problem {
                    _ = try await alpha.node.addPeer(card: card.bytes, confirm: wrong, by: nil)
                }
                #expect(refused.kind == .refused && refused.text.contains("nothing was changed"))
            }
            #expect(try await alpha.node.peerReports().isEmpty)
            // As it comes through a terminal or an editor.
            let added = try await alpha.node.addPeer(
                card: card.bytes + [0x0D, 0x0A],
                confirm: card.fingerprint.uppercased(),
                by: nil
            )
            #expect(added.added)
            let again = try await alpha.reopened()
            #expect(try await again.node.peerReports().map(\.agency) == ["bravo"])
            let refused = try await again.closedLeaves().named("access.refused")
            #expect(
                refused.map { $0.text("route") } == ["addPeer", "addPeer", "addPeer"],
                "whoever tried is in the log"
            )
            #expect(refused.allSatisfy { $0.personal["account"] != nil })
            await bravo.node.close()
        }
    }

    @Test func changedCardsAreRefusedByNameOfTheFault() async throws {
        var generator = SplitMix64.announced("cards", fallback: 0xCA4D)
        try await withTemporaryFolder { folder in
            let clock = SettableClock.inForce
            let alpha = try await TestNode.make("alpha", in: folder, clock: clock)
            let bravo = try await TestNode.make("bravo", in: folder, clock: clock)
            let card = try card(of: bravo)
            for round in 0..<120 {
                var bytes = card.bytes
                let at = Int.random(in: 0..<bytes.count, using: &generator)
                if round % 4 == 0 {
                    bytes.removeLast(bytes.count - at)
                } else {
                    bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                }
                let refused = try await problem {
                    _ = try await alpha.node.addPeer(card: bytes, confirm: nil, by: nil)
                }
                #expect(refused.kind == .data && refused.place == "CARD", "round \(round) at \(at)")
            }
            #expect(try await alpha.node.peerReports().isEmpty)
            await alpha.node.close()
            await bravo.node.close()
        }
    }

    @Test func twoAgenciesNeverStandUnderOneCertificate() async throws {
        try await Pair.with(records: nil) { pair in
            let seed = [UInt8](repeating: 9, count: 32)
            let key = try #require(RequestSigningKey(seed: seed))
            let sealing = try #require(ReleaseOpeningKey(seed: seed))
            let honest = pair.holder.node.identity.card.card
            func vkey(_ name: String, _ algorithm: VerifierKey.Algorithm) throws -> String {
                try #require(VerifierKey(name: name, algorithm: algorithm, publicKey: seed)).text
            }
            let forged = try NodeCard(
                agency: try #require(AgencyID("charlie")),
                name: "Agency charlie",
                jurisdiction: "XC",
                endpoints: honest.endpoints,
                tlsCertificate: pair.holder.node.identity.tls.certificate,
                signingKey: key.publicKey,
                sealingKey: sealing.publicKey,
                logKeys: NodeCard.LogKeys(
                    log: vkey("charlie/audit/1", .ed25519),
                    witness: vkey("charlie/witness", .cosignatureV1),
                    export: vkey("charlie/export", .ed25519)
                ),
                serial: 1,
                previous: nil
            )
            let bytes = try forged.signed(with: key)
            let refused = try await problem {
                let confirm = Fingerprint(of: bytes).groups
                _ = try await pair.asker.node.addPeer(card: bytes, confirm: confirm, by: nil)
            }
            #expect(refused.text.contains("bravo has the same TLS certificate"), "\(refused)")
            #expect(try await pair.asker.node.peerReports().map(\.agency) == ["bravo"])
            #expect(try await pair.asker.closedLeaves().named("peer.added").count == 1)
        }
    }
}
