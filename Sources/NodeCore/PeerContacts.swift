/// Use case: how peers answer: when each was last heard, how its clock stood then, what went wrong since. Known as far as this
/// process has seen; after a restart nothing is.

import Foundation
import PeerTrust
import PolicyEngine
import Synchronization
import Vault
public import WireProtocol

/// A peer as an operator looks after it.
public struct PeerHealth: Sendable, Equatable {
    public let agency: String
    /// When a signed answer of it last came, seconds since 1970; nil since the start of this process.
    public let answered: Int?
    /// By how many seconds its clock was ahead of ours then; below 0 behind.
    public let skew: Int?
    /// Why no answer that counts came when it was last asked; nil where one did.
    public let failure: String?
    /// Last moment of the certificate on its card, seconds since 1970; the pin, not this date, ends the trust in it.
    public let certificateEnds: Int?
    /// Newest index that we have of it, by agreement.
    public let fetched: [Index]
    /// Entries of our log that it last cosigned, and why it did not when it was last asked.
    public let cosigned: Int
    public let cosigningFailure: String?

    public struct Index: Sendable, Equatable {
        public let agreement: String
        public let epoch: Int
        public let version: Int
    }
}

/// What this process saw of its peers.
final class PeerContacts: Sendable {
    struct Contact {
        var answered: Int?
        var skew: Int?
        var failure: PeerReachError?
    }

    private let contacts = Mutex<[AgencyID: Contact]>([:])

    subscript(_ agency: AgencyID) -> Contact? { contacts.withLock { $0[agency] } }

    /// - Parameters:
    ///   - created: when the peer says that it signed.
    ///   - times: when we asked, and when its answer was here.
    func answered(_ agency: AgencyID, created: Int, _ times: ClosedRange<Int>) {
        let skew = created < times.lowerBound ? created - times.lowerBound : max(0, created - times.upperBound)
        contacts.withLock { $0[agency] = Contact(answered: times.upperBound, skew: skew) }
    }

    func failed(_ agency: AgencyID, _ error: PeerReachError) {
        contacts.withLock { $0[agency, default: Contact()].failure = error }
    }
}

/// Reaches peers, and remembers how they answered.
private struct WatchedPeers: PeerReaching {
    let peers: any PeerReaching
    let node: Node

    func send(
        _ request: PeerRequest,
        to agency: AgencyID
    ) async throws(PeerReachError) -> VerifiedPeerResponse {
        let asked = node.clock.seconds
        do throws(PeerReachError) {
            let response = try await peers.send(request, to: agency)
            let came = node.clock.seconds
            node.contacts.answered(agency, created: response.message.created, min(asked, came)...max(asked, came))
            return response
        } catch {
            // Who gave up waiting, or never asked, learned nothing of the peer.
            switch error {
            case .unknownPeer, .unsendable, .addressNotAllowed: break
            default: if !Task.isCancelled { node.contacts.failed(agency, error) }
            }
            throw error
        }
    }
}

extension Node {
    /// The same peers; how they answer is seen from now on.
    public func watching(_ peers: any PeerReaching) -> any PeerReaching { WatchedPeers(peers: peers, node: self) }

    /// Every trusted peer, in the order of their ids.
    public func peerHealth() async throws(NodeProblem) -> [PeerHealth] {
        do {
            let (manifests, witnesses) = try await vault.read {
                (try $0.latestManifests(), try $0.witnessContacts())
            }
            let fetched = Dictionary(grouping: manifests.filter { $0.asker == configuration.agency }, by: \.holder)
            return peers.all.sorted { $0.agency.text < $1.agency.text }.map { peer in
                let (contact, name) = (contacts[peer.agency], peer.agency.text)
                let witness = witnesses.first { $0.peer == name }
                return PeerHealth(
                    agency: name,
                    answered: contact?.answered,
                    skew: contact?.skew,
                    failure: contact?.failure?.text,
                    certificateEnds: peer.card.card.certificateEnds,
                    fetched: (fetched[name] ?? []).map {
                        PeerHealth.Index(agreement: $0.agreement, epoch: $0.epoch, version: $0.version)
                    },
                    cosigned: witness?.size ?? 0,
                    cosigningFailure: witness?.failure
                )
            }
        } catch {
            throw NodeProblem(fault: error, doing: "reading how peers answer")
        }
    }

    /// Seconds by which a clock may be off before messages are in danger of being refused: half of what both sides permit.
    private static let worrying = SignatureLifetime.skew / 2

    /// What is wrong with peers, as far as they were asked since the start.
    func checkPeers() async -> [DoctorReport.Check] {
        guard let health = try? await peerHealth() else { return [] }
        return health.flatMap { peer -> [DoctorReport.Check] in
            var checks: [DoctorReport.Check] = []
            if let failure = peer.failure {
                let last = peer.answered.map { "; the last answer came at \(Moment(seconds: $0))" } ?? ""
                checks.append(
                    check(
                        "peers",
                        .warning,
                        "\(peer.agency) gave no answer that counts when it was last asked: \(failure)\(last)",
                        try: "ask its operator by phone; comity peer list \(folder.path) has its address"
                    )
                )
            }
            if let skew = peer.skew, abs(skew) > Self.worrying {
                checks.append(
                    check(
                        "peers",
                        .warning,
                        "the clock of \(peer.agency) is \(abs(skew)) seconds \(skew > 0 ? "ahead of" : "behind") ours: "
                            + "from \(SignatureLifetime.skew) on messages are refused",
                        try: "timedatectl on both machines shows whose clock is wrong"
                    )
                )
            }
            return checks
        }
    }
}
