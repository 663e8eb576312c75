// A TLS connection of a pinned peer on which a test writes what it likes, byte by byte.

import NIOCore
import NIOPosix
import NIOSSL
import PeerTrust
import WireProtocol

/// Requests as text, so that nothing puts them right on their way.
struct RawLine: Sendable {
    let peer: RawPeer

    /// The lines of a signed request; the test adds, repeats or bends some.
    func lines(_ bent: RawPeer.Bent, length: Bool = true) throws -> [String] {
        let method = bent.method ?? bent.route.method
        return ["\(method) \(bent.path ?? bent.route.path) HTTP/1.1", "Host: 127.0.0.1:\(peer.port)"]
            + (try peer.fields(bent).map { "\($0.name): \($0.value)" })
            + (length ? ["Content-Length: \(bent.body.count)"] : [])
    }

    /// Sends the lines and `body`, and gives all that comes back until the connection ends, or until a whole answer is
    /// there and `seconds` have passed.
    func answer(to lines: [String], body: [UInt8] = [], seconds: Int64 = 2) async throws -> String {
        try await answer(to: Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body, seconds: seconds)
    }

    func answer(to bytes: [UInt8], seconds: Int64 = 2) async throws -> String {
        let context = try NIOSSLContext(configuration: try peer.tls())
        let all = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: String.self)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let tls = try NIOSSLClientHandler(context: context, serverHostname: nil)
                    try channel.pipeline.syncOperations.addHandler(tls)
                    try channel.pipeline.syncOperations.addHandler(Collector(all, patience: .seconds(seconds)))
                }
            }
            .connect(host: "127.0.0.1", port: peer.port).get()
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
        let text = try await all.futureResult.get()
        try? await channel.close().get()
        return text
    }
}

/// Keeps what comes in until the end, or for a while after the first of it.
private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private var received = ByteBuffer()
    private let promise: EventLoopPromise<String>
    private let patience: TimeAmount
    private var isWaiting = false

    init(_ promise: EventLoopPromise<String>, patience: TimeAmount) {
        self.promise = promise
        self.patience = patience
    }

    private func finish() { promise.succeed(String(decoding: received.readableBytesView, as: UTF8.self)) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received.writeImmutableBuffer(unwrapInboundIn(data))
        guard !isWaiting else { return }
        isWaiting = true
        let channel = context.channel
        _ = context.eventLoop.scheduleTask(in: patience) { channel.close(mode: .all, promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        finish()
        context.close(promise: nil)
    }
}
