/// Lets requests in: finds the route, the session, the role; checks that a form comes from a page of ours; turns what a page
/// answers into HTTP. Knows no page and no use case but these.

import Accounts
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NodeCore

extension FrontDesk {
    /// - Parameter known: told whose session came with the request.
    func respond(
        to request: Request,
        from address: String,
        known: @Sendable (String) -> Void = { _ in }
    ) async -> Response {
        var isRead = false
        var response = await answer(to: request, from: address, known: known, isRead: &isRead)
        // An answer that came first: with much of the request still to come, its connection ends.
        if !isRead, !FormReader.isSmall(request) { response.headers[.connection] = "close" }
        return response
    }

    /// - Parameter isRead: set once the request's body was read to its end.
    private func answer(
        to request: Request,
        from address: String,
        known: @Sendable (String) -> Void,
        isRead: inout Bool
    ) async -> Response {
        let path = request.uri.path
        let reader = Reader(request.headers)
        let words = reader.words
        if request.method == .get, let asset = Asset.byPath[path] {
            return response(Reply(body: .asset(asset), status: .ok), frame: frame(nil, path, reader))
        }
        guard let method = Route.Method(rawValue: request.method.rawValue) else {
            return answer(words.problems.noMethod, .methodNotAllowed, nil, path, reader)
        }
        var session: Session?
        do throws(NodeProblem) {
            session = try await self.session(of: request)
        } catch {
            return answer(error, nil, path, reader)
        }
        if let session { known(session.account) }
        guard let (route, parameters) = RouteTable.route(method, path) else {
            return answer(words.problems.nothingHere, .notFound, session, path, reader)
        }
        var sent: FormReader?
        if method == .post {
            do throws(FormReader.Refusal) { sent = try FormReader(request, for: route) } catch {
                return answer(error, session, path, reader)
            }
        }
        if route.who != .anybody {
            guard let session else {
                // After signing in, back to what was looked for; what was sent with a form is gone.
                let wanted = request.uri.query.map { "\(path)?\($0)" } ?? path
                let next = method == .get && path != "/" ? "?next=\(Form.encoded(wanted))" : ""
                return response(.redirect("/sign-in\(next)"), frame: frame(nil, path, reader))
            }
            guard route.who.admits(session.roles) else {
                await node.refuseAccess(session, method: method.rawValue, route: route.path, from: address)
                return answer(words.problems.notYours, .forbidden, session, path, reader)
            }
        }
        var read = FormReader.Read(form: Form())
        // Only now is a body waited for: who they are and whether they may is known.
        if let sent {
            let sender = route.who == .anybody ? nil : session
            do throws(FormReader.Refusal) { read = try await sent.read(by: sender, uploads) } catch {
                return answer(error, session, path, reader)
            }
        }
        isRead = sent != nil
        // A body may take minutes: who was signed out meanwhile sends nothing any more.
        if isRead, route.who != .anybody {
            do throws(NodeProblem) { session = try await self.session(of: request) } catch {
                return answer(error, nil, path, reader)
            }
            guard let session, route.who.admits(session.roles) else {
                if let share = read.share { uploads.give(back: share) }
                return response(.redirect("/sign-in"), frame: frame(nil, path, reader))
            }
        }
        defer { if let share = read.share { uploads.give(back: share) } }
        guard let query = request.uri.query.map({ Form($0) }) ?? Form() else {
            return answer(words.problems.noQuery, .badRequest, session, path, reader)
        }
        let visit = Visit(
            desk: self,
            words: words,
            look: reader.look,
            path: path,
            parameters: parameters,
            query: query,
            form: read.form,
            address: address
        )
        do throws(NodeProblem) {
            let reply: Reply
            switch (route.handler, session) {
            case (.open(let handler), _): reply = try await handler(visit)
            case (.signedIn(let handler), let session?): reply = try await handler(visit, session)
            case (.signedIn, nil): reply = .redirect("/sign-in")
            }
            return response(reply, frame: frame(session, path, reader, notice: visit.notice))
        } catch {
            return answer(error, session, path, reader)
        }
    }

    private func session(of request: Request) async throws(NodeProblem) -> Session? {
        guard let token = Headers.token(in: request.headers, agency: node.configuration.agency) else { return nil }
        return try await node.session(token: token)
    }

    // MARK: Answers

    private func frame(_ session: Session?, _ path: String, _ reader: Reader, notice: String? = nil) -> Frame {
        Frame(
            words: reader.words,
            look: reader.look,
            node: node.configuration.name,
            agency: node.configuration.agency,
            account: session?.account,
            roles: session?.roles ?? [],
            path: path,
            notice: notice
        )
    }

    private func answer(
        _ text: String,
        _ status: HTTPResponse.Status,
        _ session: Session?,
        _ path: String,
        _ reader: Reader
    ) -> Response {
        let back = session.map { RouteTable.home($0.roles) } ?? "/sign-in"
        let page = Page(
            reader.words.problems.title,
            "\(Parts.problem(text))<p><a href=\"\(back)\">\(reader.words.problems.goOn)</a></p>"
        )
        return response(.page(page, status), frame: frame(session, path, reader))
    }

    private func answer(
        _ refusal: FormReader.Refusal,
        _ session: Session?,
        _ path: String,
        _ reader: Reader
    ) -> Response {
        var response = answer(refusal.text(reader.words.problems), refusal.status, session, path, reader)
        response.headers[.retryAfter] = refusal.retryAfter.map { String($0) }
        return response
    }

    private func answer(
        _ problem: NodeProblem,
        _ session: Session?,
        _ path: String,
        _ reader: Reader
    ) -> Response {
        if problem.kind == .fault { logger.error("a page failed", metadata: ["because": "\(problem.text)"]) }
        return response(
            .page(ProblemPage.page(problem, reader.words), ProblemPage.status(problem)),
            frame: frame(session, path, reader)
        )
    }

    private func response(_ reply: Reply, frame: Frame) -> Response {
        var headers = Headers.always
        if let cookie = Headers.cookie(reply.session, agency: frame.agency) { headers[.setCookie] = cookie }
        if let look = reply.look { headers.append(HTTPField(name: .setCookie, value: look.cookie)) }
        switch reply.body {
        case .asset(let asset):
            headers[.contentType] = asset.contentType
            headers[.cacheControl] = "public, max-age=31536000, immutable"
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(string: asset.text)))
        case .redirect(let path):
            headers[.cacheControl] = "no-store"
            headers[.location] = path
            return Response(status: reply.status, headers: headers)
        case .events(let events):
            headers[.cacheControl] = "no-store"
            headers[.contentType] = "text/event-stream; charset=utf-8"
            return Response(status: .ok, headers: headers, body: .init { try await events.write(to: &$0) })
        case .download(let file):
            headers[.cacheControl] = "no-store"
            headers[.contentType] = file.contentType
            headers[.contentDisposition] = "attachment; filename=\"\(file.name)\""
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: file.bytes)))
        case .page(let page):
            headers[.cacheControl] = "no-store"
            headers[.contentType] = "text/html; charset=utf-8"
            let document = page.document(frame)
            return Response(
                status: reply.status,
                headers: headers,
                body: .init(byteBuffer: ByteBuffer(string: document))
            )
        }
    }
}

/// A problem of a use case as a page: what, why, what to try.
enum ProblemPage {
    static func page(_ problem: NodeProblem, _ words: Wording) -> Page {
        Page(words.problems.title, body(problem, words))
    }

    static func body(_ problem: NodeProblem, _ words: Wording) -> Markup {
        let place = problem.place.flatMap(forPages).map { " (\($0))" } ?? ""
        return Parts.problem(
            problem.text + place,
            [
                problem.because.map { "\(words.problems.because) \($0)" },
                problem.remedy.flatMap(forPages).map { "\(words.problems.remedy) \($0)" },
            ].compactMap { $0 }
        )
    }

    /// Nil for what only helps at a command line: options, commands, paths of this machine.
    private static func forPages(_ text: String) -> String? {
        let isOfCommandLine =
            text.contains("--") || text.hasPrefix("comity ") || text.contains(" comity ") || text.hasPrefix("/")
            || text.contains(" /")
        return isOfCommandLine ? nil : text
    }

    static func status(_ problem: NodeProblem) -> HTTPResponse.Status {
        switch problem.kind {
        case .refused: .forbidden
        case .usage, .data: .badRequest
        case .unreachable: .badGateway
        case .fault: .internalServerError
        }
    }
}

extension Visit {
    /// What a form just did, told on the page it leads to; only words of ours, chosen by a key.
    var notice: String? { words.notices[query["done"]] }
}
