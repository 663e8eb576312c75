/// Who may open what: the one table. What it does not name is not there; who it does not name is refused.

import Accounts
import NodeCore

struct Route: Sendable {
    enum Method: String, Sendable, CaseIterable {
        case get = "GET"
        case post = "POST"
    }

    /// Who may open it.
    enum Who: Sendable, Equatable {
        /// Nobody needs to be signed in.
        case anybody
        case signedIn
        /// One of these suffices.
        case roles(Set<Role>)

        func admits(_ roles: Set<Role>) -> Bool {
            switch self {
            case .anybody, .signedIn: true
            case .roles(let able): !able.isDisjoint(with: roles)
            }
        }
    }

    enum Handler: Sendable {
        case open(@Sendable (Visit) async throws(NodeProblem) -> Reply)
        case signedIn(@Sendable (Visit, Session) async throws(NodeProblem) -> Reply)
    }

    let method: Method
    /// `:name` stands for any one part.
    let path: String
    let who: Who
    let handler: Handler
    /// How much its form may carry.
    private(set) var takes = Takes.lines
    /// Of its path: every page looks through the table a dozen times.
    private let parts: [Substring]

    init(method: Method, path: String, who: Who, handler: Handler) {
        self.method = method
        self.path = path
        self.who = who
        self.handler = handler
        parts = path.split(separator: "/")
    }

    enum Takes: Sendable {
        /// What somebody typed.
        case lines
        /// A file's text, pasted or as a small file.
        case text
        /// A file.
        case file
    }

    func taking(_ takes: Takes) -> Route {
        var route = self
        route.takes = takes
        return route
    }

    /// The parts of a path that this route names; nil if it is the path of another.
    func match(_ given: [Substring]) -> [String: String]? {
        guard parts.count == given.count else { return nil }
        var named: [String: String] = [:]
        for (wanted, given) in zip(parts, given) {
            if wanted.hasPrefix(":") {
                named[String(wanted.dropFirst())] = String(given)
            } else if wanted != given {
                return nil
            }
        }
        return named
    }
}

enum RouteTable {
    static let all: [Route] =
        SignInPages.routes + AccountPages.routes + LookPages.routes + GlossaryPages.routes + KeyPages.routes
        + WorkPages.routes + AskPages.routes
        + QuestionPages.routes + HitPages.routes + RequestPages.routes + CasePages.routes + MapPages.routes
        + ImportPages.routes
        + ExportPages.routes + QueuePages.routes
        + SubjectPages.routes
        + StatisticsPages.routes + LogFilePages.routes + AuditPages.routes + PolicyPages.routes + RulePages.routes
        + StatusPages.routes + BackupPages.routes
        + PeerPages.routes + IndexPages.routes + UserPages.routes + QuestionEvents.routes

    /// The route of a path, and the parts it names. A path with an empty part, a dot part or an escape is of no route.
    static func route(_ method: Route.Method, _ path: String) -> (route: Route, parameters: [String: String])? {
        guard path.hasPrefix("/"), !path.contains("//"), !path.contains("%"), path.utf8.count <= 512 else { return nil }
        let parts = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        let named = parts == [""] ? [] : parts
        guard !named.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) else { return nil }
        for route in all where route.method == method {
            if let parameters = route.match(named) { return (route, parameters) }
        }
        return nil
    }

    /// The page a person begins with.
    static func home(_ roles: Set<Role>) -> String {
        let order: [(role: Role, path: String)] = [
            (.analyst, "/work"), (.approver, "/queue"), (.officer, "/audit"), (.operator, "/status"),
        ]
        return order.first { roles.contains($0.role) }?.path ?? "/account"
    }
}

extension Route {
    static func open(
        _ method: Method,
        _ path: String,
        _ handler: @escaping @Sendable (Visit) async throws(NodeProblem) -> Reply
    ) -> Route {
        Route(method: method, path: path, who: .anybody, handler: .open(handler))
    }

    static func signedIn(
        _ method: Method,
        _ path: String,
        _ handler: @escaping @Sendable (Visit, Session) async throws(NodeProblem) -> Reply
    ) -> Route {
        Route(method: method, path: path, who: .signedIn, handler: .signedIn(handler))
    }

    static func roles(
        _ roles: Set<Role>,
        _ method: Method,
        _ path: String,
        _ handler: @escaping @Sendable (Visit, Session) async throws(NodeProblem) -> Reply
    ) -> Route {
        Route(method: method, path: path, who: .roles(roles), handler: .signedIn(handler))
    }
}
