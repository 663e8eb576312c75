/// What the console answers, before it is HTTP: a page, a way on, or a file. Every answer carries the same protective headers.

import HTTPTypes
import Hummingbird
import NIOCore

struct Reply: Sendable {
    typealias Status = HTTPResponse.Status

    enum Body: Sendable {
        case page(Page)
        /// To look at after a form: another address of this console.
        case redirect(String)
        case asset(Asset)
        /// News of a question, as they come.
        case events(QuestionEvents)
        /// A file to keep.
        case download(Download)
    }

    struct Download: Sendable {
        /// Of letters, digits, dots and hyphens.
        let name: String
        let contentType: String
        let bytes: [UInt8]
    }

    /// What becomes of the session cookie.
    enum SessionChange: Sendable {
        case unchanged
        case set(String)
        case clear
    }

    var body: Body
    var status: Status
    var session = SessionChange.unchanged
    /// To be kept from now on.
    var look: Look?

    static func page(_ page: Page, _ status: Status = .ok) -> Reply {
        Reply(body: .page(page), status: status)
    }

    static func redirect(_ path: String) -> Reply { Reply(body: .redirect(path), status: .seeOther) }

    static func download(_ name: String, _ contentType: String, _ bytes: [UInt8]) -> Reply {
        Reply(body: .download(Download(name: name, contentType: contentType, bytes: bytes)), status: .ok)
    }

    func with(_ session: SessionChange) -> Reply {
        var reply = self
        reply.session = session
        return reply
    }

    func with(_ look: Look) -> Reply {
        var reply = self
        reply.look = look
        return reply
    }
}

enum Headers {
    static let policy = """
        default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
        form-action 'self'; base-uri 'none'; frame-ancestors 'none'
        """

    /// On every answer of the console.
    static let always: HTTPFields = {
        var fields = HTTPFields()
        for (name, value) in [
            ("Content-Security-Policy", policy), ("Referrer-Policy", "no-referrer"),
            ("X-Content-Type-Options", "nosniff"),
            ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
            // Heeded where the agency has a certificate that browsers know; of a self-made one they take no such word.
            ("Strict-Transport-Security", "max-age=31536000"),
            ("X-Frame-Options", "DENY"), ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), usb=()"),
        ] {
            guard let field = HTTPField.Name(name) else { continue }
            fields[field] = value
        }
        return fields
    }()

    /// The cookie of one node's console: others may stand on other ports of the same machine, and cookies know no ports.
    static func cookieName(_ agency: String) -> String { "__Host-comity-\(agency)" }

    static func cookie(_ change: Reply.SessionChange, agency: String) -> String? {
        let attributes = "; Path=/; Secure; HttpOnly; SameSite=Strict"
        switch change {
        case .unchanged: return nil
        case .set(let token): return "\(cookieName(agency))=\(token)\(attributes)"
        case .clear: return "\(cookieName(agency))=\(attributes); Max-Age=0"
        }
    }

    /// The session token among the cookies of a request; nil if there is none, or more than one.
    static func token(in fields: HTTPFields, agency: String) -> String? {
        let tokens = values(of: cookieName(agency), in: fields)
        return tokens.count == 1 ? tokens[0] : nil
    }

    /// What a request brings under the name of a cookie.
    static func values(of name: String, in fields: HTTPFields) -> [String] {
        let cookies: [Substring] = fields[values: .cookie].flatMap { line in
            line.split(separator: ";").map { cookie in cookie.drop { $0 == " " } }
        }
        return cookies.filter { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.utf8.count + 1)) }
    }
}
