// Knows which IP addresses lie inside a machine or a private network. Never resolves a name.

/// Which addresses a peer's endpoint may have, before and after name resolution (PROTOCOL 6).
public enum AddressRule: Sendable, Hashable {
    /// Loopback, link-local, private, unspecified, multicast and documentation addresses are refused.
    case publicOnly
    /// The operator allows them: demonstration, laboratory, closed government networks.
    case anyAddress

    /// Whether a host as written may be dialled. Names pass (except `localhost`): ask again with what they resolve to.
    public func allows(host: String) -> Bool {
        guard self == .publicOnly else { return true }
        if let address = IPAddress(host) { return !address.isInternal }
        return host != "localhost" && !host.hasSuffix(".localhost")
    }
}

/// An IPv4 or IPv6 address.
public struct IPAddress: Hashable, Sendable {
    /// 4 or 16 bytes.
    public let bytes: [UInt8]

    /// - Parameter bytes: 4 or 16; nil for any other count.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Dotted IPv4 without leading zeros, or RFC 4291 section 2.2 IPv6 (no zone, no dotted tail).
    public init?(_ text: String) {
        guard let bytes = text.contains(":") ? Self.six(text) : Self.four(text) else { return nil }
        self.bytes = bytes
    }

    public var isIPv6: Bool { bytes.count == 16 }

    /// RFC 6890 special-purpose addresses that no peer on the internet can have.
    public var isInternal: Bool {
        if let four = embeddedFour { return IPAddress.isInternalFour(four) }
        // Hosts of the internet have addresses of 2000::/3; all else is a machine's own, a link's, a site's or nobody's.
        return bytes[0] & 0xE0 != 0x20
            || (bytes.starts(with: [0x20, 0x01]) && bytes[2] & 0xFE == 0)  // 2001::/23 protocols, Teredo among them
            || bytes.starts(with: [0x20, 0x01, 0x0D, 0xB8])  // documentation
            || (bytes.starts(with: [0x3F, 0xFF]) && bytes[2] & 0xF0 == 0)  // documentation
    }

    /// The IPv4 address itself, or the one inside `::ffff:0:0/96`, `64:ff9b::/96` and `2002::/16`: those reach the
    /// same machine.
    private var embeddedFour: [UInt8]? {
        guard isIPv6 else { return bytes }
        if bytes.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]) { return Array(bytes[12...]) }
        if bytes.starts(with: [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]) { return Array(bytes[12...]) }
        if bytes.starts(with: [0x20, 0x02]) { return Array(bytes[2..<6]) }
        return nil
    }

    private static func isInternalFour(_ four: [UInt8]) -> Bool {
        switch (four[0], four[1]) {
        case (0, _), (10, _), (127, _): true
        case (100, 64...127): true  // carrier-grade NAT
        case (169, 254): true
        case (172, 16...31): true
        case (192, 0) where four[2] == 0 || four[2] == 2: true
        case (192, 88) where four[2] == 99: true  // 6to4 relays of old
        case (192, 168): true
        case (198, 18...19): true
        case (198, 51) where four[2] == 100: true
        case (203, 0) where four[2] == 113: true
        case (224..., _): true
        default: false
        }
    }

    private static func four(_ text: String) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (48...57).contains($0) }),
                part == "0" || part.first != "0", let byte = UInt8(part)
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func six(_ text: String) -> [UInt8]? {
        guard text.utf8.count <= 39 else { return nil }
        let halves = text.split(separator: "::", omittingEmptySubsequences: false)
        guard (1...2).contains(halves.count) else { return nil }
        var sides: [[UInt8]] = []
        for half in halves {
            var bytes: [UInt8] = []
            if !half.isEmpty {
                for group in half.split(separator: ":", omittingEmptySubsequences: false) {
                    guard (1...4).contains(group.utf8.count), group.utf8.allSatisfy(isHex),
                        let number = UInt16(group, radix: 16)
                    else { return nil }
                    bytes += [UInt8(number >> 8), UInt8(number & 0xFF)]
                }
            }
            sides.append(bytes)
        }
        if sides.count == 1 { return sides[0].count == 16 ? sides[0] : nil }
        let missing = 16 - sides[0].count - sides[1].count
        guard missing >= 2 else { return nil }
        return sides[0] + [UInt8](repeating: 0, count: missing) + sides[1]
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (97...102).contains(byte)
    }
}
