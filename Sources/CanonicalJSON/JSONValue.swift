// Knows the values that canonical JSON can carry (AUDIT section 1). Learns nothing of what they mean.

/// A value of restricted RFC 8785 JSON: no float, no null, no duplicate member.
///
/// Two strings are equal when their UTF-8 bytes are, not when Unicode calls them equivalent.
public indirect enum JSONValue: Sendable {
    /// Members by name; names are `[a-z0-9_]+` (checked when encoding and decoding).
    case object([String: JSONValue])
    case array([JSONValue])
    case string(String)
    /// 0 … 2^53 - 1 (checked when encoding and decoding).
    case integer(Int)
    case bool(Bool)

    /// The greatest integer that canonical JSON carries: 2^53 - 1.
    public static let greatestInteger = 9_007_199_254_740_991
}

extension JSONValue: Hashable {
    public static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.object(let a), .object(let b)): a == b
        case (.array(let a), .array(let b)): a == b
        case (.string(let a), .string(let b)): a.utf8.elementsEqual(b.utf8)
        case (.integer(let a), .integer(let b)): a == b
        case (.bool(let a), .bool(let b)): a == b
        default: false
        }
    }

    public func hash(into hasher: inout Hasher) {
        switch self {
        case .object(let members):
            hasher.combine(0)
            hasher.combine(members)
        case .array(let elements):
            hasher.combine(1)
            hasher.combine(elements)
        case .string(let text):
            // Equal bytes have equal String hashes, so the coarser hash stays consistent with `==`.
            hasher.combine(2)
            hasher.combine(text)
        case .integer(let number):
            hasher.combine(3)
            hasher.combine(number)
        case .bool(let flag):
            hasher.combine(4)
            hasher.combine(flag)
        }
    }
}

extension JSONValue {
    /// The member of that name; nil when absent or when this is no object.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }

    /// The element at that place; nil when out of range or when this is no array.
    public subscript(index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// The members, when this is an object.
    public var object: [String: JSONValue]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The elements, when this is an array.
    public var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The text, when this is a string.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The number, when this is an integer.
    public var integer: Int? {
        if case .integer(let number) = self { number } else { nil }
    }

    /// The truth, when this is a boolean.
    public var bool: Bool? {
        if case .bool(let flag) = self { flag } else { nil }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    public init(stringLiteral value: String) { self = .string(value) }
}

extension JSONValue: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Int) { self = .integer(value) }
}

extension JSONValue: ExpressibleByBooleanLiteral {
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension JSONValue: ExpressibleByArrayLiteral {
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
}

extension JSONValue: ExpressibleByDictionaryLiteral {
    /// A name written twice keeps its last value.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
    }
}
