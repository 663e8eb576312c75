// Knows how RFC 8785 writes a value. Never learns what it writes.

struct CanonicalWriter {
    let limits: CanonicalJSON.Limits
    private(set) var output: [UInt8] = []

    init(limits: CanonicalJSON.Limits, capacity: Int = 0) {
        self.limits = limits
        output.reserveCapacity(capacity)
    }

    mutating func append(_ bytes: some Sequence<UInt8>) { output.append(contentsOf: bytes) }

    mutating func write(_ value: JSONValue, depth: Int) throws(CanonicalJSONError) {
        switch value {
        case .object(let members):
            try enter(depth)
            output.append(UInt8(ascii: "{"))
            for name in members.keys where !isMemberName(name.utf8, upperCase: limits.upperCaseNames) {
                throw CanonicalJSONError(.memberName)
            }
            var first = true
            // All names are ASCII now, and ASCII strings compare by byte.
            for (name, member) in members.count > 1 ? members.sorted(by: { $0.key < $1.key }) : Array(members) {
                if !first { output.append(UInt8(ascii: ",")) }
                first = false
                output.append(UInt8(ascii: "\""))
                output.append(contentsOf: name.utf8)
                output.append(UInt8(ascii: "\""))
                output.append(UInt8(ascii: ":"))
                try write(member, depth: depth + 1)
            }
            output.append(UInt8(ascii: "}"))
        case .array(let elements):
            try enter(depth)
            output.append(UInt8(ascii: "["))
            var first = true
            for element in elements {
                if !first { output.append(UInt8(ascii: ",")) }
                first = false
                try write(element, depth: depth + 1)
            }
            output.append(UInt8(ascii: "]"))
        case .string(let text):
            write(string: text)
        case .integer(let number):
            try write(number: number)
        case .bool(let flag):
            output.append(contentsOf: (flag ? "true" : "false").utf8)
        }
        try checkLength()
    }

    func checkLength() throws(CanonicalJSONError) {
        guard output.count <= limits.maxBytes else {
            throw CanonicalJSONError(.tooLong(limit: limits.maxBytes))
        }
    }

    private func enter(_ depth: Int) throws(CanonicalJSONError) {
        guard depth < limits.maxDepth else { throw CanonicalJSONError(.tooDeep(limit: limits.maxDepth)) }
    }

    mutating func write(number: Int) throws(CanonicalJSONError) {
        guard number >= 0 else { throw CanonicalJSONError(.negative) }
        guard number <= JSONValue.greatestInteger else { throw CanonicalJSONError(.integerTooGreat) }
        digits(number)
    }

    private mutating func digits(_ number: Int) {
        if number > 9 { digits(number / 10) }
        output.append(UInt8(ascii: "0") + UInt8(number % 10))
    }

    mutating func write(string text: String) {
        output.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { bytes in
            var start = 0
            for index in bytes.indices where needsEscape(bytes[index]) {
                output.append(contentsOf: bytes[start..<index])
                escape(bytes[index])
                start = index + 1
            }
            output.append(contentsOf: bytes[start...])
        }
        output.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        output.append(UInt8(ascii: "\\"))
        if let short = shortEscape(of: byte) {
            output.append(short)
        } else {
            output.append(contentsOf: "u00".utf8)
            output.append(hexDigit(byte >> 4))
            output.append(hexDigit(byte & 15))
        }
    }
}

@inline(__always)
func needsEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
}

/// The letter after the backslash where RFC 8785 section 3.2.2.2 has a two-character escape.
func shortEscape(of byte: UInt8) -> UInt8? {
    switch byte {
    case 0x08: UInt8(ascii: "b")
    case 0x09: UInt8(ascii: "t")
    case 0x0A: UInt8(ascii: "n")
    case 0x0C: UInt8(ascii: "f")
    case 0x0D: UInt8(ascii: "r")
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): byte
    default: nil
    }
}

func hexDigit(_ nibble: UInt8) -> UInt8 {
    nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
}

func isMemberName(_ name: some Collection<UInt8>, upperCase: Bool) -> Bool {
    !name.isEmpty
        && name.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): upperCase
            default: false
            }
        }
}
