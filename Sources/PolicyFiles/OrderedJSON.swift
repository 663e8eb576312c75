/// A small JSON value with the order of its names kept, for what this module prints. Reads nothing.

import PolicyEngine

public indirect enum OrderedJSON: Sendable, Encodable, Equatable {
    case null
    case boolean(Bool)
    case number(Int)
    case text(String)
    case list([OrderedJSON])
    case object([(name: String, value: OrderedJSON)])

    public static func == (left: OrderedJSON, right: OrderedJSON) -> Bool { left.compact == right.compact }

    /// On one line, names in order.
    public var compact: String {
        switch self {
        case .null: return "null"
        case .boolean(let value): return value ? "true" : "false"
        case .number(let value): return String(value)
        case .text(let text): return OrderedJSON.escaped(text)
        case .list(let items): return "[" + items.map(\.compact).joined(separator: ",") + "]"
        case .object(let members):
            let parts = members.map { OrderedJSON.escaped($0.name) + ":" + $0.value.compact }
            return "{" + parts.joined(separator: ",") + "}"
        }
    }

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .null:
            var container = encoder.singleValueContainer()
            try container.encodeNil()
        case .boolean(let value):
            var container = encoder.singleValueContainer()
            try container.encode(value)
        case .number(let value):
            var container = encoder.singleValueContainer()
            try container.encode(value)
        case .text(let value):
            var container = encoder.singleValueContainer()
            try container.encode(value)
        case .list(let items):
            var container = encoder.unkeyedContainer()
            for item in items { try container.encode(item) }
        case .object(let members):
            var container = encoder.container(keyedBy: Name.self)
            for member in members { try container.encode(member.value, forKey: Name(stringValue: member.name)) }
        }
    }

    private static func escaped(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default:
                if scalar.value < 0x20 {
                    let digits = String(scalar.value, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }
}

extension OrderedJSON {
    /// The value of an obligation, as POLICY section 5 writes it.
    public init(_ obligation: Obligation) {
        self =
            switch obligation {
            case .approvals(let value), .deadlineHours(let value), .retentionDays(let value), .bucketMinimum(let value):
                .number(value)
            case .authorisation(let list): .list(list.map { .text($0.rawValue) })
            case .fields(let list): .list(list.map { .text($0) })
            case .handling(let value): .text(value.rawValue)
            case .onward(let value): .text(value.rawValue)
            case .notify(let list): .list(list.map { .text($0.rawValue) })
            case .retrieval(let list): .list(list.map { .text($0.rawValue) })
            case .quota(let list):
                .list(
                    list.map {
                        .object([
                            ("per", .text($0.per.rawValue)), ("period", .text($0.period.rawValue)),
                            ("keys", .number($0.keys)),
                        ])
                    }
                )
            }
    }

    /// The document of a decision (POLICY section 6).
    /// - Parameters:
    ///   - lang: language of the texts, two letters.
    ///   - policyDigest: 64 hexadecimal digits.
    public init(_ decision: Decision, lang: String, policyDigest: String) {
        self = .object([
            ("decision", .text(decision.outcome.rawValue)),
            (
                "reasons",
                .list(
                    decision.reasons.map { reason in
                        .object([
                            ("rule", .text(reason.rule)), ("effect", .text(reason.effect.rawValue)),
                            ("source", .text(reason.source)), ("text", .text(reason.text(in: lang))),
                            ("peer_text", reason.peerText(in: lang).map { .text($0) } ?? .null),
                        ])
                    }
                )
            ),
            (
                "obligations",
                .list(
                    decision.obligations.items.map { item in
                        .object([
                            ("type", .text(item.obligation.kind.rawValue)), ("value", OrderedJSON(item.obligation)),
                            ("rules", .list(item.rules.map { .text($0) })),
                        ])
                    }
                )
            ),
            ("side", .text(decision.side.rawValue)),
            ("stage", .text(decision.stage.rawValue)),
            ("at", .text(decision.at.description)),
            ("policy_digest", .text(policyDigest)),
        ])
    }

    /// A problem of `check`, as CONTRACTS writes it.
    public init(_ problem: Problem) {
        self = .object([
            ("file", .text(problem.file)), ("line", .number(problem.place.line)),
            ("column", .number(problem.place.column)), ("severity", .text(problem.severity.rawValue)),
            ("code", .text(problem.code.rawValue)), ("text", .text(problem.text)),
        ])
    }
}
