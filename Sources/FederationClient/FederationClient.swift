// Knows how a message goes to a peer and how its answer is believed. Parses no body and decides nothing.

import AsyncHTTPClient
public import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import PeerTrust
public import ServiceLifecycle
import Synchronization
public import WireProtocol

/// The node's one way out to its peers (PROTOCOL 6).
///
/// Each peer has a line of its own whose only trust root is the certificate on its card, so that a slow or dead peer
/// keeps nobody else waiting. As a service it closes the lines of peers that are revoked or changed.
public final class FederationClient: PeerReaching, Service {
    private struct Lines {
        var open: [AgencyID: PeerLine] = [:]
        var isClosed = false
    }

    private let configuration: FederationClientConfiguration
    private let directory: any PeerDirectory
    private let logger: Logger
    private let lines = Mutex(Lines())

    public init(configuration: FederationClientConfiguration, directory: any PeerDirectory, logger: Logger) {
        self.configuration = configuration
        self.directory = directory
        self.logger = logger
    }

    /// Watches the directory until shutdown, then closes all lines.
    public func run() async throws {
        let changes = directory.changes()
        let watch = Task { [weak self] in
            for await _ in changes { self?.closeUnpinned() }
        }
        try? await gracefulShutdown()
        watch.cancel()
        await shutdown()
    }

    /// Closes all lines for good; every later message is refused as unreachable.
    public func shutdown() async {
        let open = lines.withLock { lines in
            lines.isClosed = true
            defer { lines.open = [:] }
            return Array(lines.open.values)
        }
        for line in open { try? await line.client.shutdown() }
    }

    public func send(
        _ request: PeerRequest,
        to agency: AgencyID
    ) async throws(PeerReachError) -> VerifiedPeerResponse {
        guard let peer = directory.peer(agency: agency) else { throw .unknownPeer }
        guard request.body.count <= request.route.requestLimit, request.route.takes(request.selection) else {
            throw .unsendable
        }
        var failure = PeerReachError.unreachable
        for endpoint in peer.card.card.endpoints {
            do throws(PeerReachError) {
                return try await send(request, to: peer, at: endpoint)
            } catch {
                failure = error
                if error == .unreachable { forgetResolvedLine(to: agency) }
                // Only where nobody listened may the next endpoint be tried: whatever arrived may have been logged.
                guard error == .unreachable || error == .addressNotAllowed else { throw error }
            }
        }
        throw failure
    }

    private func send(
        _ request: PeerRequest,
        to peer: PinnedPeer,
        at endpoint: Endpoint
    ) async throws(PeerReachError) -> VerifiedPeerResponse {
        let line = try await line(to: peer, at: endpoint)
        let uri = endpoint.description + request.route.path
        guard
            let message = ComityMessage(
                id: request.id,
                from: configuration.agency,
                to: peer.agency,
                nonce: configuration.random(16)
            ),
            let signed = MessageSigner(key: configuration.signingKey).sign(
                method: request.route.method,
                targetURI: uri,
                contentType: request.route.contentType,
                body: request.body,
                message: message,
                receipt: request.receipt,
                selection: request.selection,
                created: configuration.now()
            )
        else { throw .unsendable }

        var http = HTTPClientRequest(url: uri)
        http.method = HTTPMethod(rawValue: request.route.method)
        for field in signed.fields { http.headers.add(name: field.name, value: field.value) }
        if request.route.method == "POST" { http.body = .bytes(ByteBuffer(bytes: request.body)) }
        let isLong = request.route.isSegment || request.body.count > WireLimits.smallBody
        let (status, response) = try await exchange(
            http,
            on: line,
            limit: request.route.responseLimit,
            seconds: isLong ? configuration.longExchangeSeconds : configuration.exchangeSeconds
        )

        // Revoked while we waited: nothing that it says counts any more.
        guard directory.peer(agency: peer.agency)?.card == peer.card else { throw .unknownPeer }
        let isUnchanged = status == 304 && request.held != nil
        guard (200...299).contains(status) || (400...599).contains(status) || isUnchanged else {
            throw .malformedResponse
        }
        let names = Set(response.fields.map(\.name))
        guard !names.contains("content-encoding") else { throw .malformedResponse }
        if !names.contains(FieldName.signature), !names.contains(FieldName.signatureInput), status >= 400 {
            throw .refusedAtTheDoor(status: status)
        }
        let verifier = MessageVerifier(
            key: peer.card.card.signingKey,
            sender: peer.agency,
            recipient: configuration.agency
        )
        do throws(SignatureRefusal) {
            let verified = try verifier.verifyResponse(
                status: status,
                response,
                to: signed.components,
                now: configuration.now()
            )
            return VerifiedPeerResponse(status: status, body: response.body, message: verified)
        } catch {
            throw .badSignature(error)
        }
    }

    // MARK: Lines

    private func line(to peer: PinnedPeer, at endpoint: Endpoint) async throws(PeerReachError) -> PeerLine {
        if let line = lines.withLock({ $0.open[peer.agency] }), line.card == peer.card.fingerprint,
            line.host == endpoint.host
        {
            return line
        }
        var addresses: [String: String] = [:]
        switch await AddressResolution.resolve(endpoint, rule: configuration.addressRule, names: configuration.names) {
        case .asWritten: break
        case .address(let address): addresses[endpoint.host] = address
        case .notAllowed: throw .addressNotAllowed
        case .unresolved: throw .unreachable
        }
        guard
            let line = try? PeerLine(
                peer: peer,
                host: endpoint.host,
                addresses: addresses,
                configuration: configuration
            )
        else { throw .unreachable }
        // Another message may have drawn a line to the same host meanwhile: that one is kept, or its traffic would be cut.
        let (kept, surplus): (PeerLine?, PeerLine?) = lines.withLock { lines in
            guard !lines.isClosed else { return (nil, line) }
            if let other = lines.open[peer.agency], other.card == line.card, other.host == line.host {
                return (other, line)
            }
            return (line, lines.open.updateValue(line, forKey: peer.agency))
        }
        surplus?.close()
        guard let kept else { throw .unreachable }
        return kept
    }

    private func closeUnpinned() {
        let gone: [PeerLine] = lines.withLock { lines in
            let gone = lines.open.filter { directory.peer(agency: $0.key)?.card.fingerprint != $0.value.card }
            for agency in gone.keys { lines.open[agency] = nil }
            return Array(gone.values)
        }
        for line in gone { line.close() }
    }

    /// A name may lead elsewhere by now: the next message resolves it anew.
    private func forgetResolvedLine(to agency: AgencyID) {
        let line: PeerLine? = lines.withLock { lines in
            guard let line = lines.open[agency], line.isResolved else { return nil }
            lines.open[agency] = nil
            return line
        }
        line?.close()
    }
}
