// Knows how a message takes its members out of an object, one by one. Its errors name members and never their values.

/// Takes the members of one JSON object by name and type; `finish` refuses whatever was not asked for.
///
///     var reader = try ObjectReader(value, path: "query")
///     let id = try reader.string("id", bytes: 36...36)
///     let total = try reader.integer("total", in: 1...65_536)
///     try reader.finish()
public struct ObjectReader: Sendable {
    private var members: [String: JSONValue]
    private let path: String

    /// - Parameter path: how errors name this object, such as `query.batch`; empty for a whole message.
    public init(_ value: JSONValue, path: String = "") throws(MemberError) {
        guard case .object(let members) = value else { throw MemberError(path, .wrongType(expected: "an object")) }
        self.members = members
        self.path = path
    }

    /// Refuses members that nobody has taken. The one first by byte is named.
    public consuming func finish() throws(MemberError) {
        if let name = members.keys.min() { throw MemberError(place(name), .unknown) }
    }

    /// Whether a member of that name is still to be taken.
    public func contains(_ name: String) -> Bool {
        members[name] != nil
    }

    // MARK: Any type

    public mutating func value(_ name: String) throws(MemberError) -> JSONValue {
        guard let value = members.removeValue(forKey: name) else { throw MemberError(place(name), .missing) }
        return value
    }

    public mutating func optionalValue(_ name: String) -> JSONValue? {
        members.removeValue(forKey: name)
    }

    // MARK: Strings and bytes

    /// - Parameter bytes: permitted length in UTF-8 bytes.
    public mutating func string(_ name: String, bytes: ClosedRange<Int>) throws(MemberError) -> String {
        guard let text = try value(name).string else {
            throw MemberError(place(name), .wrongType(expected: "a string"))
        }
        guard bytes.contains(text.utf8.count) else { throw MemberError(place(name), .outOfRange) }
        return text
    }

    public mutating func optionalString(_ name: String, bytes: ClosedRange<Int>) throws(MemberError) -> String? {
        contains(name) ? try string(name, bytes: bytes) : nil
    }

    /// A byte string in base64url without padding.
    ///
    /// - Parameter count: permitted length of the bytes themselves.
    public mutating func bytes(_ name: String, count: ClosedRange<Int>) throws(MemberError) -> [UInt8] {
        guard let text = try value(name).string else {
            throw MemberError(place(name), .wrongType(expected: "base64url"))
        }
        guard text.utf8.count <= count.upperBound.multipliedReportingOverflow(by: 2).partialValue &+ 4 else {
            throw MemberError(place(name), .outOfRange)
        }
        guard let bytes = Base64URL.decode(text) else {
            throw MemberError(place(name), .wrongType(expected: "base64url"))
        }
        guard count.contains(bytes.count) else { throw MemberError(place(name), .outOfRange) }
        return bytes
    }

    public mutating func optionalBytes(_ name: String, count: ClosedRange<Int>) throws(MemberError) -> [UInt8]? {
        contains(name) ? try bytes(name, count: count) : nil
    }

    // MARK: Numbers and truths

    public mutating func integer(_ name: String, in range: ClosedRange<Int>) throws(MemberError) -> Int {
        guard let number = try value(name).integer else {
            throw MemberError(place(name), .wrongType(expected: "an integer"))
        }
        guard range.contains(number) else { throw MemberError(place(name), .outOfRange) }
        return number
    }

    public mutating func optionalInteger(_ name: String, in range: ClosedRange<Int>) throws(MemberError) -> Int? {
        contains(name) ? try integer(name, in: range) : nil
    }

    public mutating func bool(_ name: String) throws(MemberError) -> Bool {
        guard let flag = try value(name).bool else { throw MemberError(place(name), .wrongType(expected: "a boolean")) }
        return flag
    }

    public mutating func optionalBool(_ name: String) throws(MemberError) -> Bool? {
        contains(name) ? try bool(name) : nil
    }

    // MARK: Containers

    /// A reader of the object in that member.
    public mutating func object(_ name: String) throws(MemberError) -> ObjectReader {
        try ObjectReader(value(name), path: place(name))
    }

    public mutating func optionalObject(_ name: String) throws(MemberError) -> ObjectReader? {
        contains(name) ? try object(name) : nil
    }

    /// - Parameter count: permitted number of elements.
    public mutating func array(_ name: String, count: ClosedRange<Int>) throws(MemberError) -> [JSONValue] {
        guard let elements = try value(name).array else {
            throw MemberError(place(name), .wrongType(expected: "an array"))
        }
        guard count.contains(elements.count) else { throw MemberError(place(name), .outOfRange) }
        return elements
    }

    public mutating func optionalArray(_ name: String, count: ClosedRange<Int>) throws(MemberError) -> [JSONValue]? {
        contains(name) ? try array(name, count: count) : nil
    }

    /// Strings in an array.
    ///
    /// - Parameters:
    ///   - count: permitted number of elements.
    ///   - bytes: permitted length of each, in UTF-8 bytes.
    public mutating func strings(
        _ name: String,
        count: ClosedRange<Int>,
        bytes: ClosedRange<Int>
    ) throws(MemberError) -> [String] {
        var strings: [String] = []
        for (index, element) in try array(name, count: count).enumerated() {
            guard let text = element.string else {
                throw MemberError("\(place(name))[\(index)]", .wrongType(expected: "a string"))
            }
            guard bytes.contains(text.utf8.count) else { throw MemberError("\(place(name))[\(index)]", .outOfRange) }
            strings.append(text)
        }
        return strings
    }

    /// The rest, by name and unchecked; `finish` has nothing to refuse afterwards.
    public mutating func remaining() -> [String: JSONValue] {
        defer { members = [:] }
        return members
    }

    private func place(_ name: String) -> String {
        let name = name.utf8.count <= 64 ? name : String(name.prefix(64)) + "…"
        return path.isEmpty ? name : path + "." + name
    }
}

/// A member that is missing, unknown or of the wrong kind. Says which one, never what stood there.
public struct MemberError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Problem: Sendable, Hashable {
        case missing
        case unknown
        case wrongType(expected: String)
        case outOfRange
    }

    /// The member, with its way from the message: `query.batch[3]`.
    public let member: String
    public let problem: Problem

    public init(_ member: String, _ problem: Problem) {
        self.member = member
        self.problem = problem
    }

    public var description: String {
        let subject = member.isEmpty ? "the message" : "member \(member)"
        return switch problem {
        case .missing: "\(subject) is missing"
        case .unknown: "\(subject) is not known here"
        case .wrongType(let expected): "\(subject) is not \(expected)"
        case .outOfRange: "\(subject) is outside its limits"
        }
    }
}
