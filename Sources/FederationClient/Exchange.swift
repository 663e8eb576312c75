// Knows one HTTP exchange on a line: bounded in time and size, its failures named. Never reads a body.

import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL
import PeerTrust
import WireProtocol

extension FederationClient {
    /// Sends a request and reads the whole answer.
    ///
    /// - Parameter limit: greatest body of the answer, in bytes.
    func exchange(
        _ request: HTTPClientRequest,
        on line: PeerLine,
        limit: Int,
        seconds: Int64
    ) async throws(PeerReachError) -> (status: Int, response: UnverifiedMessage) {
        do {
            return try await withThrowingTaskGroup(of: (Int, UnverifiedMessage).self) { group in
                group.addTask { try await Self.exchange(request, on: line.client, limit: limit, seconds: seconds) }
                // The client's own deadline ends with the head of the answer; this one covers the body too.
                group.addTask {
                    try await Task.sleep(for: .seconds(seconds))
                    throw PeerReachError.timeout
                }
                defer { group.cancelAll() }
                guard let first = try await group.next() else { throw PeerReachError.timeout }
                return first
            }
        } catch let error as PeerReachError {
            throw error
        } catch {
            throw Self.reason(of: error)
        }
    }

    private static func exchange(
        _ request: HTTPClientRequest,
        on client: HTTPClient,
        limit: Int,
        seconds: Int64
    ) async throws -> (Int, UnverifiedMessage) {
        let response = try await client.execute(request, deadline: .now() + .seconds(seconds))
        if let length = response.headers.first(name: "content-length").flatMap({ Int($0) }), length > limit {
            throw PeerReachError.tooLarge
        }
        var body: [UInt8] = []
        for try await part in response.body {
            guard body.count + part.readableBytes <= limit else { throw PeerReachError.tooLarge }
            body.append(contentsOf: part.readableBytesView)
        }
        let fields = response.headers.map { MessageField(name: $0.name.lowercased(), value: $0.value) }
        return (Int(response.status.code), UnverifiedMessage(fields: fields, body: body))
    }

    private static func reason(of error: any Error) -> PeerReachError {
        switch error {
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError: return .refusedTLS
        case let error as HTTPClientError:
            switch error {
            case .readTimeout, .writeTimeout, .deadlineExceeded, .connectTimeout, .tlsHandshakeTimeout,
                .getConnectionFromPoolTimeout:
                return .timeout
            default: return .unreachable
            }
        case is CancellationError: return .timeout
        default: return .unreachable
        }
    }
}
