/// Reads what a form sends, and no more of it than its sender has shown a right to: a stranger's few lines, somebody's page of
/// lines; a file only after the token that begins it has shown the form to be of this session, and while there is room for it.
/// Knows sizes, where a form came from and its token; never what it means.

import HTTPTypes
import Hummingbird
import NIOCore
import NodeCore

struct FormReader: Sendable {
    /// Why a form was not read.
    enum Refusal: Error, CaseIterable {
        case foreign, noForm, unreadable, tooLarge, oldForm, tooSlow, ownUpload, noRoom

        var status: HTTPResponse.Status {
            switch self {
            case .foreign, .oldForm: .forbidden
            case .noForm: .unsupportedMediaType
            case .unreadable: .badRequest
            case .tooLarge: .contentTooLarge
            case .tooSlow: .requestTimeout
            case .ownUpload: .tooManyRequests
            case .noRoom: .serviceUnavailable
            }
        }

        func text(_ words: Wording.ProblemWords) -> String {
            switch self {
            case .foreign: words.foreignForm
            case .noForm, .unreadable: words.noForm
            case .tooLarge: words.tooLarge
            case .oldForm: words.oldForm
            case .tooSlow: words.tooSlow
            case .ownUpload: words.ownUpload
            case .noRoom: words.noRoom
            }
        }

        /// Seconds after which it may be tried again.
        var retryAfter: Int? {
            switch self {
            case .ownUpload, .noRoom: Uploads.comeBack
            default: nil
            }
        }
    }

    /// A form, and the room it takes until its answer is written.
    struct Read: Sendable {
        var form: Form
        var share: Uploads.Share?
    }

    private static let tokenName = "form_token"

    private let request: Request
    private let takes: Route.Takes
    /// Nil for a form that is sent by itself.
    private let boundary: String?

    /// Judged by the headers alone.
    init(_ request: Request, for route: Route) throws(Refusal) {
        guard Self.isOwn(request) else { throw .foreign }
        let contentType = request.headers[.contentType] ?? ""
        let type = contentType.split(separator: ";").first.map(String.init)
        boundary = type == "multipart/form-data" && route.takes != .lines ? Multipart.boundary(contentType) : nil
        guard type == "application/x-www-form-urlencoded" || boundary != nil else { throw .noForm }
        self.request = request
        takes = route.takes
    }

    /// Whether its body, if it has one, is small enough to pass by unread.
    static func isSmall(_ request: Request) -> Bool {
        guard let length = request.headers[.contentLength] else { return request.headers[.transferEncoding] == nil }
        return Int(length).map { $0 <= Form.greatestOfLines } ?? false
    }

    /// - Parameter session: nil for a stranger, and where nobody needs to be signed in: a few lines are all they may send.
    func read(by session: Session?, _ uploads: Uploads) async throws(Refusal) -> Read {
        let greatest = session == nil ? Form.greatestOfStrangers : takes.greatest
        let declared = request.headers[.contentLength].flatMap { Int($0) }
        guard declared ?? 0 <= greatest else { throw .tooLarge }
        var share: Uploads.Share?
        do throws(Refusal) {
            let bytes = try await bytes(declared, greatest, session, uploads, &share)
            let form =
                if let boundary {
                    Multipart.form(bytes, boundary: boundary)
                } else {
                    String(validating: bytes, as: UTF8.self).flatMap { Form($0) }
                }
            guard let form else { throw .unreadable }
            if let session, !session.owns(formToken: form.exactly(Self.tokenName)) { throw .oldForm }
            return Read(form: form, share: share)
        } catch {
            if let share { uploads.give(back: share) }
            throw error
        }
    }

    private func bytes(
        _ declared: Int?,
        _ greatest: Int,
        _ session: Session?,
        _ uploads: Uploads,
        _ share: inout Uploads.Share?
    ) async throws(Refusal) -> [UInt8] {
        var (bytes, most): ([UInt8], Int) = ([], min(greatest, Form.greatestOfLines))
        let began = ContinuousClock.now
        do {
            for try await part in request.body {
                bytes.append(contentsOf: part.readableBytesView)
                guard ContinuousClock.now - began <= uploads.patience else { throw Refusal.tooSlow }
                guard bytes.count > most else { continue }
                guard let session, most < greatest else { throw Refusal.tooLarge }
                guard session.owns(formToken: leadingToken(of: bytes)) else { throw Refusal.oldForm }
                share = try Self.take(declared ?? greatest, of: session, uploads)
                most = greatest
                guard bytes.count <= most else { throw Refusal.tooLarge }
                if let declared { bytes.reserveCapacity(declared) }
            }
        } catch {
            // Whoever broke off hears nothing of it.
            throw error as? Refusal ?? .unreadable
        }
        return bytes
    }

    private static func take(
        _ bytes: Int,
        of session: Session,
        _ uploads: Uploads
    ) throws(Refusal) -> Uploads.Share {
        do throws(Uploads.Refusal) {
            return try uploads.take(bytes, for: session.account)
        } catch {
            switch error {
            case .own: throw .ownUpload
            case .full: throw .noRoom
            }
        }
    }

    /// The token, where it is the first line of the form, as in those of this console; else empty.
    private func leadingToken(of bytes: [UInt8]) -> String {
        let text = String(decoding: bytes.prefix(1_024), as: UTF8.self)
        let name = Self.tokenName
        guard let boundary else {
            return Form(String(text.prefix { $0 != "&" }))?.exactly(name) ?? ""
        }
        // As browsers write it. A line end of two bytes is one character.
        let head = "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n"
        guard text.hasPrefix(head) else { return "" }
        return String(text.dropFirst(head.count).prefix { $0 != "\r\n" })
    }

    /// Whether a form was sent by a page of this console. Browsers say so in `Sec-Fetch-Site`; as pages are loaded without
    /// referrer, `Origin` then says "null". Where the first is missing, the second must name this console.
    private static func isOwn(_ request: Request) -> Bool {
        let site = HTTPField.Name("Sec-Fetch-Site").flatMap { request.headers[$0] }
        let origin = request.headers[.origin]
        let own = request.head.authority.map { "https://\($0)" }
        guard let site else { return origin != nil && origin == own }
        return site == "same-origin" && (origin == nil || origin == "null" || origin == own)
    }
}

extension Route.Takes {
    /// Greatest body of somebody who is signed in, in bytes.
    fileprivate var greatest: Int {
        switch self {
        case .lines: Form.greatestOfLines
        case .text: Form.greatestBody
        case .file: Form.greatestWithFile
        }
    }
}
