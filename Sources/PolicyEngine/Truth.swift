/// Three-valued logic (POLICY section 2): what is not known is neither true nor false.

public enum Truth: Sendable, Equatable {
    case no
    case yes
    case unknown

    public init(_ value: Bool) { self = value ? .yes : .no }

    /// False beats unknown.
    public static func && (left: Truth, right: @autoclosure () -> Truth) -> Truth {
        if left == .no { return .no }
        switch right() {
        case .no: return .no
        case .unknown: return .unknown
        case .yes: return left
        }
    }

    /// True beats unknown.
    public static func || (left: Truth, right: @autoclosure () -> Truth) -> Truth {
        if left == .yes { return .yes }
        switch right() {
        case .yes: return .yes
        case .unknown: return .unknown
        case .no: return left
        }
    }

    /// `not` of unknown is unknown.
    public static prefix func ! (value: Truth) -> Truth {
        switch value {
        case .yes: .no
        case .no: .yes
        case .unknown: .unknown
        }
    }
}
