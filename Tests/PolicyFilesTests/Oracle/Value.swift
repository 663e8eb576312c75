/// JSON values of the oracle, written out by hand: it shares no code with what it judges.

indirect enum Value: Equatable, Sendable {
    case null
    case bool(Bool)
    case int(Int)
    case text(String)
    case list([Value])
    case object([Member])

    struct Member: Equatable, Sendable {
        let key: String
        var value: Value
    }

    /// On one line. All texts of the oracle are plain ASCII without quotation marks.
    var json: String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .int(let value): String(value)
        case .text(let text): "\"\(text)\""
        case .list(let items): "[" + items.map(\.json).joined(separator: ",") + "]"
        case .object(let members): "{" + members.map { "\"\($0.key)\":\($0.value.json)" }.joined(separator: ",") + "}"
        }
    }

    subscript(key: String) -> Value? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    /// A value by a dotted path.
    func at(_ path: String) -> Value? {
        path.split(separator: ".").reduce(self as Value?) { value, step in value?[String(step)] }
    }

    var text: String? { if case .text(let text) = self { text } else { nil } }
    var int: Int? { if case .int(let int) = self { int } else { nil } }
    var texts: [String]? { if case .list(let items) = self { items.compactMap(\.text) } else { nil } }

    static func texts(_ texts: [String]) -> Value { .list(texts.map { .text($0) }) }

    /// An object without the members that are nil.
    static func some(_ members: [(String, Value?)]) -> Value {
        .object(members.compactMap { member in member.1.map { Member(key: member.0, value: $0) } })
    }

    /// Without one member.
    func without(_ key: String) -> Value {
        guard case .object(let members) = self else { return self }
        return .object(members.filter { $0.key != key })
    }
}
