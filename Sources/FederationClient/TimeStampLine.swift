// Knows the way to a time-stamping authority over HTTP (RFC 3161 section 3.4). Shows no identity of ours and reads no body.

import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
public import PeerTrust

/// Why an authority gave no answer. Carries nothing of what it sent.
public enum TimeStampLineError: Error, Sendable, Hashable, CustomStringConvertible {
    case badAddress
    case addressNotAllowed
    case unreachable
    case status(Int)
    case tooLarge
    case otherContent

    public var description: String {
        switch self {
        case .badAddress: "the address is not http:// or https:// with a host"
        case .addressNotAllowed: "it leads to a private address, which this node's settings do not allow"
        case .unreachable: "nobody answers there in time"
        case .status(let code): "it answers with status \(code)"
        case .tooLarge: "its answer is too long for a time stamp"
        case .otherContent: "its answer is no time stamp by its content type"
        }
    }
}

/// One query to one authority.
public struct TimeStampLine: Sendable {
    /// Greatest answer, in bytes.
    public static let limit = 65_536

    let url: URL
    let rule: AddressRule
    var seconds: Int64 = 60

    /// - Parameter rule: which addresses the name may lead to.
    public init(_ text: String, rule: AddressRule) throws(TimeStampLineError) {
        guard let url = URL(string: text), ["http", "https"].contains(url.scheme ?? ""), url.host?.isEmpty == false,
            url.user == nil
        else { throw .badAddress }
        self.url = url
        self.rule = rule
    }

    /// Sends the query's bytes; gives the answer's.
    public func ask(_ query: [UInt8]) async throws(TimeStampLineError) -> [UInt8] {
        var settings = HTTPClient.Configuration(redirectConfiguration: .disallow, decompression: .disabled)
        settings.timeout.connect = .seconds(10)
        settings.timeout.read = .seconds(seconds)
        settings.connectionPool.retryConnectionEstablishment = false
        if rule == .publicOnly {
            let host = url.host ?? ""
            guard rule.allows(host: host) else { throw .addressNotAllowed }
            if IPAddress(host) == nil {
                let port = url.port ?? (url.scheme == "https" ? 443 : 80)
                guard let address = await AddressResolution.system(host, port) else { throw .unreachable }
                guard rule.allows(host: address) else { throw .addressNotAllowed }
                // The address that was checked is the one that is dialled.
                settings.dnsOverride = [host: address]
            }
        }
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
        let outcome = await ask(query, through: client)
        try? await client.shutdown()
        return try outcome.get()
    }

    private func ask(_ query: [UInt8], through client: HTTPClient) async -> Result<[UInt8], TimeStampLineError> {
        var request = HTTPClientRequest(url: url.absoluteString)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/timestamp-query")
        request.headers.add(name: "accept", value: "application/timestamp-reply")
        request.body = .bytes(ByteBuffer(bytes: query))
        do {
            let response = try await client.execute(request, deadline: .now() + .seconds(seconds))
            guard response.status == .ok else { return .failure(.status(Int(response.status.code))) }
            let content = response.headers.first(name: "content-type") ?? ""
            guard content.lowercased().hasPrefix("application/timestamp-re") else { return .failure(.otherContent) }
            let body = try await response.body.collect(upTo: Self.limit)
            return .success(Array(body.readableBytesView))
        } catch is NIOTooManyBytesError {
            return .failure(.tooLarge)
        } catch {
            return .failure(.unreachable)
        }
    }
}
