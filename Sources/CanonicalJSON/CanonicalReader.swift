// Knows how to read restricted JSON in one pass over the bytes. Never learns what it reads.

struct CanonicalReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let limits: CanonicalJSON.Limits
    /// Canonical form only: no white space, members in order, the one escape of each character.
    private let strict: Bool
    private var at = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>, limits: CanonicalJSON.Limits, strict: Bool) {
        self.bytes = bytes
        self.limits = limits
        self.strict = strict
    }

    mutating func document() throws(CanonicalJSONError) -> JSONValue {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw error(.byteOrderMark) }
        let value = try value(depth: 0)
        guard at == bytes.count else { throw error(.trailingByte) }
        return value
    }

    private mutating func value(depth: Int) throws(CanonicalJSONError) -> JSONValue {
        skipSpace()
        switch try peek() {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): return .integer(try integer())
        case UInt8(ascii: "t"):
            try word("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try word("false")
            return .bool(false)
        case UInt8(ascii: "n"): throw error(.null)
        default: throw error(.unexpectedByte)
        }
    }

    private mutating func object(depth: Int) throws(CanonicalJSONError) -> JSONValue {
        guard depth < limits.maxDepth else { throw error(.tooDeep(limit: limits.maxDepth)) }
        at += 1
        var members: [String: JSONValue] = [:]
        skipSpace()
        if try take(UInt8(ascii: "}")) { return .object(members) }
        var previous = 0..<0
        while true {
            skipSpace()
            let name = try memberName()
            if strict, !previous.isEmpty, !bytes[previous].lexicographicallyPrecedes(bytes[name]) {
                throw error(bytes[previous].elementsEqual(bytes[name]) ? .duplicateMember : .memberOrder)
            }
            previous = name
            skipSpace()
            guard try take(UInt8(ascii: ":")) else { throw error(.unexpectedByte) }
            let member = try value(depth: depth + 1)
            let key = String(decoding: bytes[name], as: UTF8.self)
            guard members.updateValue(member, forKey: key) == nil else { throw error(.duplicateMember) }
            skipSpace()
            if try take(UInt8(ascii: "}")) { return .object(members) }
            guard try take(UInt8(ascii: ",")) else { throw error(.unexpectedByte) }
        }
    }

    private mutating func array(depth: Int) throws(CanonicalJSONError) -> JSONValue {
        guard depth < limits.maxDepth else { throw error(.tooDeep(limit: limits.maxDepth)) }
        at += 1
        var elements: [JSONValue] = []
        skipSpace()
        if try take(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if try take(UInt8(ascii: "]")) { return .array(elements) }
            guard try take(UInt8(ascii: ",")) else { throw error(.unexpectedByte) }
        }
    }

    /// The bytes of a name, without its quotes. No name needs an escape, so none may have one.
    private mutating func memberName() throws(CanonicalJSONError) -> Range<Int> {
        guard try take(UInt8(ascii: "\"")) else { throw error(.unexpectedByte) }
        let start = at
        while at < bytes.count, bytes[at] != UInt8(ascii: "\"") { at += 1 }
        _ = try peek()
        let name = start..<at
        guard isMemberName(bytes[name], upperCase: limits.upperCaseNames) else {
            at = start
            throw error(.memberName)
        }
        at += 1
        return name
    }

    private mutating func string() throws(CanonicalJSONError) -> String {
        at += 1
        let start = at
        while at < bytes.count, !needsEscape(bytes[at]) { at += 1 }
        if try take(UInt8(ascii: "\"")) {
            return try text(UnsafeBufferPointer(rebasing: bytes[start..<(at - 1)]), from: start)
        }
        var unescaped = Array(bytes[start..<at])
        while true {
            let byte = try peek()
            if byte == UInt8(ascii: "\"") { break }
            guard byte == UInt8(ascii: "\\") else { throw error(.controlCharacter) }
            at += 1
            try escape(into: &unescaped)
            let run = at
            while at < bytes.count, !needsEscape(bytes[at]) { at += 1 }
            unescaped.append(contentsOf: bytes[run..<at])
        }
        at += 1
        return try unescaped.withUnsafeBufferPointer { buffer throws(CanonicalJSONError) in
            try text(buffer, from: start)
        }
    }

    private func text(_ buffer: UnsafeBufferPointer<UInt8>, from start: Int) throws(CanonicalJSONError) -> String {
        guard let text = String(validating: buffer, as: UTF8.self) else {
            throw CanonicalJSONError(.notUTF8, at: start)
        }
        return text
    }

    private mutating func escape(into output: inout [UInt8]) throws(CanonicalJSONError) {
        let letter = try peek()
        at += 1
        switch letter {
        case UInt8(ascii: "b"): output.append(0x08)
        case UInt8(ascii: "t"): output.append(0x09)
        case UInt8(ascii: "n"): output.append(0x0A)
        case UInt8(ascii: "f"): output.append(0x0C)
        case UInt8(ascii: "r"): output.append(0x0D)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): output.append(letter)
        case UInt8(ascii: "/") where !strict: output.append(letter)
        case UInt8(ascii: "u"): try unicodeEscape(into: &output)
        default: throw error(.escape)
        }
    }

    private mutating func unicodeEscape(into output: inout [UInt8]) throws(CanonicalJSONError) {
        let first = try hexadecimal()
        if strict {
            guard first < 0x20, shortEscape(of: UInt8(first)) == nil else { throw error(.escape) }
            output.append(UInt8(first))
            return
        }
        var code = first
        if (0xDC00...0xDFFF).contains(first) { throw error(.loneSurrogate) }
        if (0xD800...0xDBFF).contains(first) {
            guard at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u") else {
                throw error(.loneSurrogate)
            }
            at += 2
            let second = try hexadecimal()
            guard (0xDC00...0xDFFF).contains(second) else { throw error(.loneSurrogate) }
            code = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw error(.loneSurrogate) }
        output.append(contentsOf: String(Character(scalar)).utf8)
    }

    private mutating func hexadecimal() throws(CanonicalJSONError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            let byte = try peek()
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): code = code << 4 | UInt32(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): code = code << 4 | UInt32(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F") where !strict:
                code = code << 4 | UInt32(byte - UInt8(ascii: "A") + 10)
            default: throw error(.escape)
            }
            at += 1
        }
        return code
    }

    private mutating func integer() throws(CanonicalJSONError) -> Int {
        if bytes[at] == UInt8(ascii: "-") { throw error(.negative) }
        let start = at
        var number = 0
        while at < bytes.count, case let byte = bytes[at], (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            guard number <= JSONValue.greatestInteger / 10 else { throw error(.integerTooGreat) }
            number = number * 10 + Int(byte - UInt8(ascii: "0"))
            at += 1
        }
        guard number <= JSONValue.greatestInteger else { throw error(.integerTooGreat) }
        if bytes[start] == UInt8(ascii: "0"), at - start > 1 { throw error(.leadingZero) }
        if at < bytes.count, [UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains(bytes[at]) {
            throw error(.notAnInteger)
        }
        return number
    }

    private mutating func word(_ word: StaticString) throws(CanonicalJSONError) {
        let count = word.utf8CodeUnitCount
        guard bytes.count - at >= count else { throw error(.unexpectedEnd) }
        for index in 0..<count where bytes[at + index] != word.utf8Start[index] { throw error(.unexpectedByte) }
        at += count
    }

    private mutating func skipSpace() {
        guard !strict else { return }
        while at < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[at]) { at += 1 }
    }

    private func peek() throws(CanonicalJSONError) -> UInt8 {
        guard at < bytes.count else { throw error(.unexpectedEnd) }
        return bytes[at]
    }

    private mutating func take(_ byte: UInt8) throws(CanonicalJSONError) -> Bool {
        guard try peek() == byte else { return false }
        at += 1
        return true
    }

    private func error(_ reason: CanonicalJSONError.Reason) -> CanonicalJSONError {
        CanonicalJSONError(reason, at: at)
    }
}
