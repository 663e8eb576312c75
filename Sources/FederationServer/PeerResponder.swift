// Knows the order in which a peer's request is believed: connection, route, size, signature, then the port to the use
// cases. Parses no body and holds no rule.

import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import PeerTrust
import WireProtocol

/// Carries the connection from Hummingbird to the responder.
struct PeerRequestContext: InitializableFromSource, RequestContextSource {
    let channel: any Channel
    let logger: Logger

    init(source: ApplicationRequestContextSource) {
        channel = source.channel
        logger = source.logger
    }
}

/// Answers every request on the peers' side.
struct PeerResponder: HTTPResponder {
    typealias Context = PeerRequestContext

    let configuration: FederationServerConfiguration
    let directory: any PeerDirectory
    let answering: any PeerAnswering
    let connections: PeerConnections
    let requests: PeerGate
    let batches: PeerGate

    /// Bodies up to this size are read off the line after a refusal, so that the refusal arrives; beyond it the
    /// connection is closed.
    private static let drained = 2 * 1_048_576

    @Sendable
    func respond(to request: Request, context: PeerRequestContext) async throws -> Response {
        guard !connections.isEnding(context.channel) else { return refusal(.malformed, "the connection is ending") }
        guard let pin = connections.pin(of: context.channel), let peer = directory.peer(pinned: pin) else {
            context.channel.close(mode: .all, promise: nil)
            await answering.refused(DoorRefusal(agency: nil, kind: .signature))
            return refusal(.signature, "no pinned certificate")
        }
        let response: Response
        if await requests.enter(peer.agency) {
            response = await respond(to: request, from: peer, on: context.channel)
            await requests.leave(peer.agency)
        } else {
            response = refusal(.quota, "too many requests at once")
        }
        // What is not signed was refused here, and is an act of the peer all the same.
        if response.headers[Self.signatureField] == nil, let kind = Problem.Kind(status: response.status.code) {
            await answering.refused(DoorRefusal(agency: peer.agency, kind: kind))
        }
        return response
    }

    private static let signatureField = HTTPField.Name("signature") ?? .authorization

    private func respond(to request: Request, from peer: PinnedPeer, on channel: any Channel) async -> Response {
        guard let path = request.head.path, let authority = request.head.authority, let route = Route(path: path) else {
            return refusal(.notFound, "no such path")
        }
        let method = request.method.rawValue
        guard method == route.method else { return refusal(.method, "this path takes \(route.method)") }
        guard request.headers[.contentEncoding] == nil, request.headers[.transferEncoding] == nil,
            request.headers[.expect] == nil
        else { return closing(refusal(.malformed, "content and transfer encodings are not spoken here"), channel) }
        guard isSingular(request.headers) else {
            return closing(refusal(.malformed, "a field stands twice, or holds more than one digest"), channel)
        }
        guard request.headers[values: .contentLength].count <= 1, let length = length(of: request, route) else {
            return closing(refusal(.malformed, "the body's length is missing"), channel)
        }
        guard length <= route.requestLimit else {
            let refusal = refusal(.tooLarge, "at most \(route.requestLimit) bytes")
            return length <= Self.drained ? refusal : closing(refusal, channel)
        }
        guard let body = await body(of: request, limit: route.requestLimit) else {
            return closing(refusal(.tooLarge, "at most \(route.requestLimit) bytes"), channel)
        }
        let verifier = MessageVerifier(
            key: peer.card.card.signingKey,
            sender: peer.agency,
            recipient: configuration.agency
        )
        do throws(SignatureRefusal) {
            let (message, components) = try verifier.verifyRequest(
                method: method,
                targetURI: "https://" + authority + path,
                UnverifiedMessage(fields: fields(of: request), body: body),
                now: configuration.now()
            )
            guard message.contentType == route.contentType else {
                return refusal(.mediaType, "this path takes \(route.contentType)")
            }
            guard route.takes(message.selection) else {
                return refusal(.malformed, "a range or condition that this path does not take")
            }
            let verified = VerifiedPeerRequest(peer: peer, route: route, body: body, message: message)
            return await answer(verified, components: components, on: channel)
        } catch {
            return refusal(.signature, error.text)
        }
    }

    private func answer(
        _ request: VerifiedPeerRequest,
        components: RequestComponents,
        on channel: any Channel
    ) async -> Response {
        let hasPoints: Bool
        switch request.route {
        case .queries, .queryBatches: hasPoints = true
        default: hasPoints = false
        }
        if hasPoints {
            guard await batches.enter(request.agency) else { return refusal(.quota, "too many batches at once") }
        }
        let answer = await answering.answer(request)
        if hasPoints { await batches.leave(request.agency) }

        // Revoked while we worked: nothing leaves any more.
        guard directory.peer(pinned: request.peer.pin)?.agency == request.agency else {
            channel.close(mode: .all, promise: nil)
            return refusal(.signature, "no pinned certificate")
        }
        guard let reply = answer.reply, reply.body.count <= request.route.responseLimit else {
            return refusal(.unavailable, "the node cannot answer now")
        }
        guard let id = MessageID(random: configuration.random(16)),
            let message = ComityMessage(
                id: id,
                from: configuration.agency,
                to: request.agency,
                nonce: configuration.random(16)
            ),
            let fields = MessageSigner(key: configuration.signingKey).sign(
                status: reply.status,
                contentType: reply.contentType,
                body: reply.body,
                message: message,
                receipt: reply.receipt,
                selection: reply.selection,
                request: components,
                created: configuration.now()
            )
        else { return refusal(.unavailable, "the node cannot answer now") }
        var headers = HTTPFields()
        for field in fields {
            guard let name = HTTPField.Name(field.name) else { continue }
            headers[name] = field.value
        }
        return Response(
            status: HTTPResponse.Status(code: reply.status),
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body))
        )
    }

    // MARK: Reading

    /// Whether each field that a signature covers or frames stands there once at most. Two readers may take two values
    /// for one; the first `Host` is in the head already, so any other is a second.
    private func isSingular(_ headers: HTTPFields) -> Bool {
        guard headers[values: Self.hostField].isEmpty else { return false }
        for name in Self.singular where headers[values: name].count > 1 { return false }
        return headers[values: Self.digestField].allSatisfy { ContentDigest.isSingle($0) }
    }

    private static let hostField = HTTPField.Name("host") ?? .authorization
    private static let digestField = HTTPField.Name(FieldName.contentDigest) ?? .authorization
    private static let singular = [
        FieldName.contentType, FieldName.contentDigest, FieldName.message, FieldName.audit, FieldName.signatureInput,
        FieldName.signature, Component.range.name, Component.heldTag.name,
    ].compactMap { HTTPField.Name($0) }

    /// The declared length; a `GET` may leave it out. Nil when it is needed and missing, or no number.
    private func length(of request: Request, _ route: Route) -> Int? {
        guard let text = request.headers[.contentLength] else { return route.method == "GET" ? 0 : nil }
        guard let length = Int(text), length >= 0 else { return nil }
        return length
    }

    private func body(of request: Request, limit: Int) async -> [UInt8]? {
        var body: [UInt8] = []
        do {
            for try await part in request.body {
                guard body.count + part.readableBytes <= limit else { return nil }
                body.append(contentsOf: part.readableBytesView)
            }
        } catch {
            return nil
        }
        return body
    }

    private func fields(of request: Request) -> [MessageField] {
        request.headers.map { MessageField(name: $0.name.canonicalName, value: $0.value) }
    }

    // MARK: Refusals at the door

    /// Unsigned: there is no leaf to vouch for, and nothing in it that the peer does not know.
    private func refusal(_ kind: Problem.Kind, _ detail: String) -> Response {
        let body = (try? Problem(kind, detail: detail).body()) ?? []
        return Response(
            status: HTTPResponse.Status(code: kind.status),
            headers: [.contentType: MediaType.problem],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body))
        )
    }

    /// The same response, after which the connection ends instead of reading on.
    private func closing(_ response: Response, _ channel: any Channel) -> Response {
        connections.ends(channel)
        var response = response
        let body = response.body
        response.headers[.connection] = "close"
        response.body = ResponseBody(contentLength: body.contentLength) { writer in
            try await body.write(writer)
            channel.close(mode: .all, promise: nil)
        }
        return response
    }
}
