/// Why a use case did not do what was asked: a value that travels from the node to whoever asked, also over the local
/// socket. Never carries the value of a record, a key or a token.

public struct NodeProblem: Error, Codable, Sendable, Equatable {
    /// What kind of failure it is; the command line turns each into an exit code.
    public enum Kind: String, Codable, Sendable {
        /// A rule, a role or a check said no.
        case refused
        /// The words of the call are wrong.
        case usage
        /// The data are wrong.
        case data
        /// A peer, or the node itself, could not be reached.
        case unreachable
        /// Our fault.
        case fault
    }

    public var kind: Kind
    /// What happened, without a full stop.
    public var text: String
    /// File (with line and column), folder, rule or address.
    public var place: String?
    public var because: String?
    /// A command or act that mends it.
    public var remedy: String?

    public init(
        _ kind: Kind,
        _ text: String,
        at place: String? = nil,
        because: String? = nil,
        try remedy: String? = nil
    ) {
        self.kind = kind
        self.text = text
        self.place = place
        self.because = because
        self.remedy = remedy
    }
}
