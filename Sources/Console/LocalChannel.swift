/// One connection to the local address: HTTPS for people, plain HTTP for health checks and the log. Tells them apart by the
/// first byte, and learns nothing else of what is said.

import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOSSL

struct LocalChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let channel: any Channel
        fileprivate let chosen: EventLoopFuture<Chosen>
    }

    fileprivate struct Chosen: Sendable {
        let isSecure: Bool
        let http: HTTP1Channel.Value
    }

    private let secure: HTTP1Channel
    private let plain: HTTP1Channel
    private let tls: NIOSSLContext
    private let connections: LocalConnections

    /// - Parameter responder: finds in a request's scheme how it came.
    init(tls: NIOSSLContext, connections: LocalConnections, responder: @escaping HTTPChannelHandler.Responder) {
        self.tls = tls
        self.connections = connections
        let configuration = HTTP1Channel.Configuration(
            idleTimeout: .seconds(60),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: 8_192,
                maxHeaderListSize: 32_768,
                maxHeaderFieldCount: 64
            )
        )
        secure = HTTP1Channel(
            responder: { request, writer, channel in
                var head = request.head
                head.scheme = "https"
                try await responder(Request(head: head, body: request.body), writer, channel)
            },
            configuration: configuration
        )
        plain = HTTP1Channel(responder: responder, configuration: configuration)
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        connections.arrived(channel)
        return channel.eventLoop.makeCompletedFuture {
            let promise = channel.eventLoop.makePromise(of: Chosen.self)
            let handler = FirstByteHandler(promise: promise) { [secure, plain, tls] isSecure in
                do {
                    if isSecure {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
                    }
                } catch {
                    return channel.eventLoop.makeFailedFuture(error)
                }
                let http = isSecure ? secure : plain
                return http.setup(channel: channel, logger: logger).map { Chosen(isSecure: isSecure, http: $0) }
            }
            try channel.pipeline.syncOperations.addHandler(handler)
            return Value(channel: channel, chosen: promise.futureResult)
        }
    }

    func handle(value: Value, logger: Logger) async {
        guard let chosen = try? await value.chosen.get() else { return }
        await (chosen.isSecure ? secure : plain).handle(value: chosen.http, logger: logger)
    }
}

/// Holds back what comes until it is clear which protocol it is, then leaves the pipeline.
private final class FirstByteHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// A TLS record of a handshake begins with it, and no HTTP request does.
    private static let handshake: UInt8 = 0x16
    /// Who says nothing for so long has nothing to say.
    private static let patience = TimeAmount.seconds(20)

    private let promise: EventLoopPromise<LocalChannel.Chosen>
    private let choose: (Bool) -> EventLoopFuture<LocalChannel.Chosen>
    private var held: [NIOAny] = []
    private var isChosen = false
    private var isQuiescing = false
    private var timeout: Scheduled<Void>?

    init(
        promise: EventLoopPromise<LocalChannel.Chosen>,
        choose: @escaping (Bool) -> EventLoopFuture<LocalChannel.Chosen>
    ) {
        self.promise = promise
        self.choose = choose
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        timeout = context.eventLoop.scheduleTask(in: Self.patience) { channel.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        held.append(data)
        let buffer = unwrapInboundIn(data)
        guard !isChosen, let first = buffer.getInteger(at: buffer.readerIndex, as: UInt8.self) else { return }
        isChosen = true
        timeout?.cancel()
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        choose(first == Self.handshake).whenComplete { result in
            let (handler, context) = bound.value
            switch result {
            case .success(let chosen):
                handler.promise.succeed(chosen)
                context.pipeline.syncOperations.removeHandler(handler, promise: nil)
            case .failure(let error):
                handler.promise.fail(error)
                context.close(promise: nil)
            }
        }
    }

    /// The server stops. Who said nothing yet has nothing to finish: a browser holds such lines ready, and one that missed the
    /// event would be served for as long as its page asks again, and the server never stop.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent {
            isQuiescing = true
            guard isChosen else { return context.close(promise: nil) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timeout?.cancel()
        for data in held { context.fireChannelRead(data) }
        held = []
        context.fireChannelReadComplete()
        // Told to those that were not there yet.
        if isQuiescing { context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
        promise.fail(ChannelError.eof)
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.fail(ChannelError.eof)
        context.fireChannelInactive()
    }
}
