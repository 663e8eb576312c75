// Knows when bytes are pushed onto a line. Never looks at them.

import NIOCore
import NIOSSL

/// Lets what is written in one turn of the event loop leave together. The HTTP client flushes the head of a request
/// before it writes the body: two TLS records, two system calls, and a peer that wakes twice.
final class GatheredFlushes: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    private var isDue = false

    func flush(context: ChannelHandlerContext) {
        guard !isDue else { return }
        isDue = true
        context.eventLoop.assumeIsolated().execute { self.flushNow(context) }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        flushNow(context)
        context.close(mode: mode, promise: promise)
    }

    private func flushNow(_ context: ChannelHandlerContext) {
        guard isDue else { return }
        isDue = false
        context.flush()
    }

    /// Puts one between TLS and HTTP of a connection that was just made.
    @Sendable
    static func join(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.submit {
            let pipeline = channel.pipeline.syncOperations
            let tls = try pipeline.handler(type: NIOSSLClientHandler.self)
            try pipeline.addHandler(GatheredFlushes(), position: .after(tls))
        }
    }
}
