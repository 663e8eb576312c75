/// Use case: whose cards this node trusts. A card is trusted only after its fingerprint was compared.

import Accounts
import AuditLog
import CanonicalJSON
import Foundation
import PeerTrust
import Sodium
import Vault
import WireProtocol

public struct PeerReport: Codable, Sendable, Equatable {
    public var agency: String
    public var name: String
    public var endpoint: String
    /// Sixteen groups of four hex digits.
    public var fingerprint: String
    /// Whether the peer is trusted now.
    public var added: Bool
}

/// A node's own card, read without opening the node.
public struct OwnCard: Codable, Sendable, Equatable {
    public var card: String
    public var fingerprint: String

    public static func read(_ folder: NodeFolder) throws(NodeProblem) -> OwnCard {
        _ = try NodeConfiguration.read(folder)
        guard let bytes = FileManager.default.contents(atPath: folder.card.path) else {
            throw NodeProblem(
                .fault,
                "the node's card is missing",
                at: folder.card.path,
                try: "comity serve \(folder.path) once: it is written at start"
            )
        }
        return OwnCard(
            card: String(decoding: bytes, as: UTF8.self),
            fingerprint: Fingerprint(of: [UInt8](bytes)).groups
        )
    }
}

extension Node {
    /// Shows a card's fingerprint, or with the right `confirm` trusts the card from now on.
    public func addPeer(card bytes: [UInt8], confirm: String?, by account: String?) async throws(NodeProblem)
        -> PeerReport
    {
        let person = try await person(account, for: .addPeer)
        do throws(NodeProblem) {
            return try await addPeer(card: bytes, confirm: confirm, by: person)
        } catch {
            // Who only looked at a card tried nothing.
            throw confirm == nil ? error : await noted(error, .addPeer, by: person)
        }
    }

    private func addPeer(card bytes: [UInt8], confirm: String?, by person: Person) async throws(NodeProblem)
        -> PeerReport
    {
        let verified = try read(card: bytes)
        let card = verified.card
        var report = PeerReport(
            agency: card.agency.text,
            name: card.name,
            endpoint: card.endpoints[0].description,
            fingerprint: verified.fingerprint.groups,
            added: false
        )
        guard card.agency != identity.agency else {
            throw NodeProblem(.refused, "this is the node's own card", try: "the card of another agency")
        }
        let former = peers.peer(agency: card.agency)
        if let problem = Self.rollback(verified, former: former?.card) {
            throw NodeProblem(.refused, problem, at: "CARD", try: "ask the peer for its newest card")
        }
        if let other = peers.peer(pinned: card.tlsPin), other.agency != card.agency {
            throw NodeProblem(
                .refused,
                "\(other.agency) has the same TLS certificate",
                at: "CARD",
                try: "ask the peer for its own card"
            )
        }
        guard let confirm else { return report }
        guard let given = Fingerprint(text: confirm), given == verified.fingerprint else {
            throw NodeProblem(
                .refused,
                "the fingerprint is not that of this card; nothing was changed",
                at: "--confirm",
                because: "another card was sent, or the fingerprint was misread",
                try: "compare all sixteen groups by phone again"
            )
        }
        // Under the same signing key the next card in the chain is of the same node: its log has another key now.
        let isNext = former.map { Self.follows(bytes, $0.card) && $0.card.card.signingKey == card.signingKey } ?? false
        do {
            _ = try await vault.commit { transaction in
                try transaction.storePeer(card.agency.text, card: verified.bytes, at: self.clock.milliseconds())
                if let old = former?.card.card, !isNext,
                    old.signingKey != card.signingKey || old.logKeys != card.logKeys
                {
                    // Another node under the same name: what the old one published is no beginning of its story.
                    try transaction.forgetManifests(of: card.agency.text)
                }
                let draft = try self.draft(
                    former == nil ? "peer.added" : "peer.changed",
                    by: .person(person),
                    data: [
                        "peer": .string(card.agency.text),
                        "fingerprint": .string(verified.fingerprint.hex),
                        "key_ids": .array([.string(card.signingKey.id)]),
                    ],
                    in: transaction
                )
                return ((), [draft])
            }
        } catch {
            throw NodeProblem(fault: error, doing: "adding the peer")
        }
        peers.pin(PinnedPeer(card: verified))
        report.added = true
        return report
    }

    private static func follows(_ bytes: [UInt8], _ pinned: VerifiedNodeCard) -> Bool {
        guard let card = try? UnverifiedNodeCard(bytes: bytes, rule: .anyAddress) else { return false }
        return (try? VerifiedNodeCard(card, following: pinned)) != nil
    }

    /// Why a card goes back behind the one that is trusted; nil if it does not. The next card in the chain and a new
    /// one under other keys both pass: their fingerprints are compared by two people either way.
    private static func rollback(_ card: VerifiedNodeCard, former: VerifiedNodeCard?) -> String? {
        guard let former, former.bytes != card.bytes, former.card.signingKey == card.card.signingKey else { return nil }
        return card.card.serial > former.card.serial
            ? nil : "the card is older than the one that is trusted (serial \(former.card.serial))"
    }

    private func read(card bytes: [UInt8]) throws(NodeProblem) -> VerifiedNodeCard {
        // A card that went through a text editor or a terminal has a line end at its end.
        var bytes = bytes
        while let last = bytes.last, last == 0x0A || last == 0x0D { bytes.removeLast() }
        do throws(NodeCardRefusal) {
            return try VerifiedNodeCard(
                UnverifiedNodeCard(bytes: bytes, rule: configuration.allowPrivatePeers ? .anyAddress : .publicOnly)
            )
        } catch {
            throw NodeProblem(
                .data,
                error.text,
                at: "CARD",
                try: "ask the peer for its card again: comity peer card DIR"
            )
        }
    }

    /// Ends the trust in a peer; its open connections are cut.
    public func revokePeer(_ agency: String, by account: String?) async throws(NodeProblem) -> PeerReport {
        let person = try await person(account, for: .addPeer)
        guard let id = AgencyID(agency), let peer = peers.peer(agency: id) else {
            throw NodeProblem(.usage, "there is no peer \(agency)", try: "comity peer list \(folder.path)")
        }
        do {
            _ = try await vault.commit { transaction in
                _ = try transaction.revokePeer(agency, at: self.clock.milliseconds())
                let data: [String: JSONValue?] = [
                    "peer": .string(agency), "fingerprint": .string(peer.card.fingerprint.hex),
                    "key_ids": .array([.string(peer.card.card.signingKey.id)]),
                ]
                return ((), [try self.draft("peer.revoked", by: .person(person), data: data, in: transaction)])
            }
        } catch {
            throw NodeProblem(fault: error, doing: "revoking the peer")
        }
        peers.revoke(id)
        // What was on its way from it goes. A failure is no reason to keep the trust: the next look takes it.
        try? await endIndexes()
        return report(peer.card, added: false)
    }

    public func peerReports() async throws(NodeProblem) -> [PeerReport] {
        do {
            return try await vault.read { try $0.peers() }.compactMap { stored in
                guard let card = try? VerifiedNodeCard(UnverifiedNodeCard(bytes: stored.card, rule: .anyAddress)) else {
                    return nil
                }
                return report(card, added: stored.revoked == nil)
            }
        } catch {
            throw NodeProblem(fault: error, doing: "reading the peers")
        }
    }

    private func report(_ card: VerifiedNodeCard, added: Bool) -> PeerReport {
        PeerReport(
            agency: card.card.agency.text,
            name: card.card.name,
            endpoint: card.card.endpoints[0].description,
            fingerprint: card.fingerprint.groups,
            added: added
        )
    }
}

extension PinnedPeers {
    /// The directory of the peers in the vault that are not revoked.
    convenience init(stored: [StoredPeer]) {
        self.init(
            stored.filter { $0.revoked == nil }.compactMap { peer in
                (try? VerifiedNodeCard(UnverifiedNodeCard(bytes: peer.card, rule: .anyAddress))).map(
                    PinnedPeer.init(card:)
                )
            }
        )
    }
}
