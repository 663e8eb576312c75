// Knows how something leaves by webhook: one POST to an address that the operator chose, its status, nothing else of the
// answer. Knows no peer, signs nothing, and never learns what the body says.

import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix

/// Why a webhook gave no status.
public enum WebhookFailure: Error, Sendable, Hashable {
    case addressNotAllowed
    case unreachable
    case timeout
}

extension FederationClient {
    /// Seconds for a webhook to answer.
    private static let webhookSeconds: Int64 = 15

    /// Posts a JSON document and waits for the status. Follows no redirection: the operator named this address.
    ///
    /// - Parameters:
    ///   - address: `https://…`; `http://…` only with `allowingHTTP`.
    ///   - id: goes as `Idempotency-Key`, the same when it is posted again.
    public func post(
        json: [UInt8],
        to address: String,
        id: String,
        allowingHTTP: Bool
    ) async throws(WebhookFailure) -> Int {
        guard address.hasPrefix("https://") || (allowingHTTP && address.hasPrefix("http://")) else {
            throw .addressNotAllowed
        }
        let client = HTTPClient(
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            configuration: HTTPClient.Configuration(
                redirectConfiguration: .disallow,
                timeout: .init(connect: .seconds(5), read: .seconds(Self.webhookSeconds)),
                decompression: .disabled
            )
        )
        var request = HTTPClientRequest(url: address)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "Idempotency-Key", value: id)
        request.body = .bytes(ByteBuffer(bytes: json))
        let result: Result<Int, WebhookFailure>
        do {
            let answer = try await client.execute(request, deadline: .now() + .seconds(Self.webhookSeconds))
            result = .success(Int(answer.status.code))
        } catch let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout {
            result = .failure(.timeout)
        } catch {
            result = .failure(.unreachable)
        }
        try? await client.shutdown()
        return try result.get()
    }
}
