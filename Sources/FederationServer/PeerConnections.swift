// Knows the open connections and the certificate of each. Never reads what passes through them.

import NIOCore
import NIOSSL
import NIOTLS
import PeerTrust
import Synchronization
import WireProtocol

/// Open connections by channel, so that revocation can cut them, and within bounds: strangers in the middle of a
/// handshake push each other out, a peer with too many connections gets no more, and neither takes a place from others.
final class PeerConnections: Sendable {
    private struct Connection {
        var channel: any Channel
        var pin: CertificatePin
        /// Refused for good and about to close: what came in behind is not read.
        var isEnding = false
    }

    private struct State {
        var open: [ObjectIdentifier: Connection] = [:]
        /// Without a proven certificate yet, oldest first.
        var strangers: [any Channel] = []
    }

    private let state = Mutex(State())
    private let mostStrangers: Int
    private let mostPerPeer: Int

    init(mostStrangers: Int, mostPerPeer: Int) {
        self.mostStrangers = mostStrangers
        self.mostPerPeer = mostPerPeer
    }

    /// A connection begins its handshake. Past the bound the oldest stranger goes.
    func arrived(_ channel: any Channel) {
        let oldest: (any Channel)? = state.withLock { state in
            state.strangers.append(channel)
            return state.strangers.count > mostStrangers ? state.strangers.removeFirst() : nil
        }
        oldest?.close(mode: .all, promise: nil)
    }

    /// A connection has proven its certificate; false when that peer has enough of them.
    func opened(_ channel: any Channel, pin: CertificatePin) -> Bool {
        state.withLock { state in
            state.strangers.removeAll { $0 === channel }
            guard state.open.values.count(where: { $0.pin == pin }) < mostPerPeer else { return false }
            state.open[ObjectIdentifier(channel)] = Connection(channel: channel, pin: pin)
            return true
        }
    }

    func closed(_ channel: any Channel) {
        state.withLock { state in
            state.strangers.removeAll { $0 === channel }
            state.open[ObjectIdentifier(channel)] = nil
        }
    }

    /// The certificate that this connection's handshake proved; nil before that and after its end.
    func pin(of channel: any Channel) -> CertificatePin? {
        state.withLock { $0.open[ObjectIdentifier(channel)]?.pin }
    }

    /// The connection ends after the answer under way.
    func ends(_ channel: any Channel) {
        state.withLock { $0.open[ObjectIdentifier(channel)]?.isEnding = true }
    }

    func isEnding(_ channel: any Channel) -> Bool {
        state.withLock { $0.open[ObjectIdentifier(channel)]?.isEnding == true }
    }

    /// Cuts every connection whose certificate nobody pins any more.
    func closeUnpinned(_ directory: any PeerDirectory) {
        let open = state.withLock { Array($0.open.values) }
        for connection in open where directory.peer(pinned: connection.pin) == nil {
            connection.channel.close(mode: .all, promise: nil)
        }
    }
}

/// Sits in each connection's pipeline: notes the certificate when the handshake is done, and ends connections that
/// never get there.
final class PeerConnectionHandler: ChannelInboundHandler, RemovableChannelHandler {
    // What passes is forwarded untouched, so its type does not matter.
    typealias InboundIn = NIOAny

    private let connections: PeerConnections
    private let directory: any PeerDirectory
    private let handshakeTimeout: TimeAmount
    private var timeout: Scheduled<Void>?

    init(connections: PeerConnections, directory: any PeerDirectory, handshakeTimeout: TimeAmount) {
        self.connections = connections
        self.directory = directory
        self.handshakeTimeout = handshakeTimeout
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        connections.arrived(channel)
        timeout = context.eventLoop.scheduleTask(in: handshakeTimeout) { channel.close(mode: .all, promise: nil) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? TLSUserEvent, case .handshakeCompleted = event {
            timeout?.cancel()
            let certificate = try? context.pipeline.syncOperations.nioSSL_peerCertificate()?.toDERBytes()
            if let certificate {
                let pin = CertificatePin(certificate: certificate)
                let isWelcome = connections.opened(context.channel, pin: pin)
                // The directory may have changed since the handshake looked: look again now that a change would cut us.
                if !isWelcome || directory.peer(pinned: pin) == nil { context.close(promise: nil) }
            } else {
                context.close(promise: nil)
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        timeout?.cancel()
        connections.closed(context.channel)
        context.fireChannelInactive()
    }
}
