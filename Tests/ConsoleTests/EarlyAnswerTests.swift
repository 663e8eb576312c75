// Over TLS, as it is served: an answer that needs no body comes before the body, and the connection ends though more would come.
import FederationServer
import Foundation
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import NodeCore
import NodeTesting
import ServiceLifecycle
import Testing

@testable import Console

@Suite struct EarlyAnswerTests {
    /// Keeps what comes until the other side ends the connection.
    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private var received = ByteBuffer()
        private let all: EventLoopPromise<String>

        init(_ all: EventLoopPromise<String>) { self.all = all }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received.writeImmutableBuffer(unwrapInboundIn(data))
        }

        func channelInactive(context: ChannelHandlerContext) { all.succeed(String(buffer: received)) }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }

    @Test(.timeLimit(.minutes(5))) func aStrangersUploadIsAnsweredBeforeItIsSent() async throws {
        try await withTemporaryFolder { folder in
            let port = try #require(FreePort.find())
            let node = try await TestNode.make("alpha", in: folder, clock: .inForce, console: port)
            let quiet = Logger(label: "early answers") { _ in SwiftLogNoOpLogHandler() }
            let server = ConsoleServer(
                node: node.node,
                peers: DirectNetwork([node]).peers(of: node),
                certificate: try node.node.localCertificate(),
                plain: Router().buildResponder(),
                logger: quiet
            )
            let group = ServiceGroup(configuration: .init(services: [server], logger: quiet))
            let task = Task { try await group.run() }
            let head = """
                POST /records/import HTTP/1.1\r
                Host: 127.0.0.1:\(port)\r
                Origin: https://127.0.0.1:\(port)\r
                Content-Type: multipart/form-data; boundary=b\r
                Content-Length: \(16 << 20)\r
                Expect: 100-continue\r
                \r\n
                """
            let answer = try await Self.exchange(head, port: port)
            #expect(answer.hasPrefix("HTTP/1.1 303 See Other\r\n"), "\(answer)")
            #expect(answer.lowercased().contains("connection: close\r\n"))
            #expect(!answer.contains("100 Continue"))
            await group.triggerGracefulShutdown()
            try? await task.value
            await node.node.close()
        }
    }

    /// Sends no more than that, and gives what comes until the server ends the connection.
    private static func exchange(_ text: String, port: Int) async throws -> String {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.certificateVerification = .none
        let context = try NIOSSLContext(configuration: tls)
        let loops = MultiThreadedEventLoopGroup.singleton
        let all = loops.any().makePromise(of: String.self)
        var channel: (any Channel)?
        for _ in 0..<600 where channel == nil {
            channel = try? await ClientBootstrap(group: loops)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let client = try NIOSSLClientHandler(context: context, serverHostname: nil)
                        try channel.pipeline.syncOperations.addHandlers(client, Collector(all))
                    }
                }
                .connect(host: "127.0.0.1", port: port).get()
            if channel == nil { try await Task.sleep(for: .milliseconds(100)) }
        }
        guard let channel else {
            all.succeed("")
            return ""
        }
        try await channel.writeAndFlush(ByteBuffer(string: text)).get()
        return try await all.futureResult.get()
    }
}
