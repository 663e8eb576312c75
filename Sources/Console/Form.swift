/// What a browser sends with a form, read strictly and within limits. Knows names and values, not what they mean.

struct Form: Sendable, Equatable {
    private var values: [String: [String]] = [:]
    /// What came as files, by the name of their field.
    private(set) var files: [String: FormFile] = [:]

    /// Most fields of one form.
    static let mostFields = 400
    /// Greatest body of a form into which a file of records may be pasted, in bytes.
    static let greatestBody = 4 << 20

    /// The same of any other form: lines that somebody typed.
    static let greatestOfLines = 64 << 10

    /// The same of a form that carries a file. Larger ones go by the command line.
    static let greatestWithFile = 16 << 20

    /// The same from somebody who is not signed in.
    static let greatestOfStrangers = 16 << 10

    init() {}

    /// Nil unless it is `application/x-www-form-urlencoded` of UTF-8.
    init?(_ text: some StringProtocol) {
        guard !text.isEmpty else { return }
        let pairs = text.split(separator: "&", omittingEmptySubsequences: true)
        guard pairs.count <= Self.mostFields else { return nil }
        for pair in pairs {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(String(parts[0])),
                let value = Self.decoded(parts.count == 2 ? String(parts[1]) : "")
            else { return nil }
            values[name, default: []].append(value)
        }
    }

    /// What was typed, without space around it; empty if there is no such field.
    subscript(name: String) -> String {
        var text = Substring(values[name]?.first ?? "")
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    /// As it was sent: of a password every space counts.
    func exactly(_ name: String) -> String { values[name]?.first ?? "" }

    /// All values of a field that may be ticked more than once.
    func all(_ name: String) -> [String] { values[name] ?? [] }

    func isTicked(_ name: String) -> Bool { values[name] != nil }

    /// Nil when nothing was typed.
    func optional(_ name: String) -> String? {
        let text = self[name]
        return text.isEmpty ? nil : text
    }

    mutating func remove(_ name: String) { values[name] = nil }

    mutating func add(_ name: String, _ value: String) { values[name, default: []].append(value) }

    mutating func add(_ name: String, _ file: FormFile) { files[name] = file }

    /// How many values and files it has.
    var count: Int { values.values.reduce(files.count) { $0 + $1.count } }

    /// The same text again.
    var encoded: String {
        values.sorted { $0.key < $1.key }.flatMap { name, values in
            values.map { "\(Self.encoded(name))=\(Self.encoded($0))" }
        }.joined(separator: "&")
    }

    /// A text as it stands in an address.
    static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += byte < 16 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return result
    }

    private static func decoded(_ text: String) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(0x20)
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}
