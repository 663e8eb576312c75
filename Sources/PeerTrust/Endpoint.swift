// Knows the form of a node's address and which networks it may not point into. Never resolves a name.

/// Where a node answers: `https://host[:port]` in its one spelling (PROTOCOL 6: card endpoints are https).
public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    /// Lower-case name, dotted IPv4, or IPv6 without its brackets.
    public let host: String
    /// 1 … 65,535; 443 when the text names none.
    public let port: Int
    private let isBracketed: Bool

    public enum Problem: Error, Sendable, Hashable {
        case notHTTPS
        /// Path, query, fragment, user name, upper case, white space, an explicit `:443`, a leading zero.
        case notCanonical
        case hostMalformed
        case portMalformed
        /// A loopback, link-local, private or otherwise unroutable address, not allowed by the operator.
        case addressNotAllowed
    }

    /// - Parameter text: 9 to 270 bytes.
    public init(_ text: String, rule: AddressRule = .publicOnly) throws(Problem) {
        guard text.utf8.count <= 270, text.hasPrefix("https://") else { throw .notHTTPS }
        var rest = Substring(text.dropFirst("https://".count))
        let allowed = rest.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: [UInt8](".-:[]".utf8).contains(byte)
            }
        }
        guard allowed else { throw .notCanonical }
        if rest.first == "[" {
            guard let end = rest.firstIndex(of: "]") else { throw .hostMalformed }
            host = String(rest[rest.index(after: rest.startIndex)..<end])
            isBracketed = true
            rest = rest[rest.index(after: end)...]
            guard IPAddress(host)?.isIPv6 == true else { throw .hostMalformed }
        } else {
            let end = rest.firstIndex(of: ":") ?? rest.endIndex
            host = String(rest[..<end])
            isBracketed = false
            rest = rest[end...]
            guard IPAddress(host)?.isIPv6 == false || Self.isHostName(host) else { throw .hostMalformed }
        }
        if rest.isEmpty {
            port = 443
        } else {
            let digits = rest.dropFirst()
            guard rest.first == ":", (1...5).contains(digits.count), digits.first != "0", let number = Int(digits),
                (1...65_535).contains(number)
            else { throw .portMalformed }
            guard number != 443 else { throw .notCanonical }
            port = number
        }
        guard rule.allows(host: host) else { throw .addressNotAllowed }
    }

    /// `host[:port]` as in the `Host` field: the port only when it is not 443.
    public var authority: String {
        let name = isBracketed ? "[\(host)]" : host
        return port == 443 ? name : "\(name):\(port)"
    }

    public var description: String { "https://" + authority }

    /// Labels of 1 to 63 letters, digits and inner dashes; the last one not all digits, so that no spelling of an
    /// IPv4 address (`0177.1`) passes as a name.
    private static func isHostName(_ host: String) -> Bool {
        guard (1...253).contains(host.utf8.count) else { return false }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        for label in labels {
            guard (1...63).contains(label.utf8.count), label.first != "-", label.last != "-" else { return false }
            guard !label.contains(where: { $0 == ":" || $0 == "[" || $0 == "]" }) else { return false }
        }
        guard let last = labels.last, let first = last.utf8.first else { return false }
        return !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
    }
}
