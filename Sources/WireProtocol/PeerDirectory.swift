// Knows which peers are pinned at this moment. Never decides who should be.

public import PeerTrust
import Synchronization

/// A peer whose card two people have compared.
public struct PinnedPeer: Sendable, Hashable {
    public let card: VerifiedNodeCard

    public init(card: VerifiedNodeCard) {
        self.card = card
    }

    public var agency: AgencyID { card.card.agency }
    public var pin: CertificatePin { card.card.tlsPin }
}

/// Who may speak with us. Servers and clients ask at every handshake and every message, so a change takes effect at
/// once; lookups must be quick and must not block.
public protocol PeerDirectory: Sendable {
    func peer(pinned pin: CertificatePin) -> PinnedPeer?
    func peer(agency: AgencyID) -> PinnedPeer?
    /// Yields after each change, until the consumer stops. Open connections are checked again then.
    func changes() -> AsyncStream<Void>
}

/// A directory in memory: loaded from the vault at start, told of each change after its transaction.
public final class PinnedPeers: PeerDirectory {
    private struct State {
        var byAgency: [AgencyID: PinnedPeer] = [:]
        var byPin: [CertificatePin: PinnedPeer] = [:]
        var observers: [Int: AsyncStream<Void>.Continuation] = [:]
        var nextObserver = 0
    }

    private let state = Mutex(State())

    public init(_ peers: [PinnedPeer] = []) {
        for peer in peers { pin(peer) }
    }

    /// Pins a peer, replacing its former card.
    ///
    /// - Returns: false, and nothing changes, when another agency has that certificate.
    @discardableResult
    public func pin(_ peer: PinnedPeer) -> Bool {
        let observers: [AsyncStream<Void>.Continuation]? = state.withLock { state in
            if let other = state.byPin[peer.pin], other.agency != peer.agency { return nil }
            if let former = state.byAgency[peer.agency] { state.byPin[former.pin] = nil }
            state.byAgency[peer.agency] = peer
            state.byPin[peer.pin] = peer
            return Array(state.observers.values)
        }
        for observer in observers ?? [] { observer.yield() }
        return observers != nil
    }

    /// Ends the trust in a peer: its open connections are cut.
    public func revoke(_ agency: AgencyID) {
        let observers: [AsyncStream<Void>.Continuation] = state.withLock { state in
            if let former = state.byAgency.removeValue(forKey: agency) { state.byPin[former.pin] = nil }
            return Array(state.observers.values)
        }
        for observer in observers { observer.yield() }
    }

    /// All pinned peers, by agency id.
    public var all: [PinnedPeer] {
        state.withLock { $0.byAgency.values.sorted { $0.agency < $1.agency } }
    }

    public func peer(pinned pin: CertificatePin) -> PinnedPeer? {
        state.withLock { $0.byPin[pin] }
    }

    public func peer(agency: AgencyID) -> PinnedPeer? {
        state.withLock { $0.byAgency[agency] }
    }

    public func changes() -> AsyncStream<Void> {
        // One pending signal says all: whoever wakes up looks at the whole directory.
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            state.nextObserver += 1
            state.observers[state.nextObserver] = continuation
            return state.nextObserver
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { $0.observers[number] = nil }
        }
        return stream
    }
}
