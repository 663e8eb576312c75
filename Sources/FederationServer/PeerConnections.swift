// Knows the open connections and the certificate of each. Never reads what passes through them.

import NIOCore
import NIOSSL
import NIOTLS
import PeerTrust
import Synchronization
import WireProtocol

/// Open connections by channel, so that revocation can cut them.
final class PeerConnections: Sendable {
    private struct Connection {
        var channel: any Channel
        var pin: CertificatePin
    }

    private let connections = Mutex<[ObjectIdentifier: Connection]>([:])

    func opened(_ channel: any Channel, pin: CertificatePin) {
        connections.withLock { $0[ObjectIdentifier(channel)] = Connection(channel: channel, pin: pin) }
    }

    func closed(_ channel: any Channel) {
        _ = connections.withLock { $0.removeValue(forKey: ObjectIdentifier(channel)) }
    }

    /// The certificate that this connection's handshake proved; nil before that and after its end.
    func pin(of channel: any Channel) -> CertificatePin? {
        connections.withLock { $0[ObjectIdentifier(channel)]?.pin }
    }

    /// Cuts every connection whose certificate nobody pins any more.
    func closeUnpinned(_ directory: any PeerDirectory) {
        let open = connections.withLock { Array($0.values) }
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
        timeout = context.eventLoop.scheduleTask(in: handshakeTimeout) { channel.close(mode: .all, promise: nil) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? TLSUserEvent, case .handshakeCompleted = event {
            timeout?.cancel()
            let certificate = try? context.pipeline.syncOperations.nioSSL_peerCertificate()?.toDERBytes()
            if let certificate {
                let pin = CertificatePin(certificate: certificate)
                connections.opened(context.channel, pin: pin)
                // The directory may have changed since the handshake looked: look again now that a change would cut us.
                if directory.peer(pinned: pin) == nil { context.close(promise: nil) }
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
