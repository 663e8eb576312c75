/// E-mail addresses: the whole address in lower case, the domain in A-labels (IDENTIFIERS, `email`; RFC 5321, RFC 6531).
/// Knows which characters an address may hold; never learns whether anybody reads there.

import Foundation

enum EmailForm {
    private static let refusal = Canonical.invalid(reason: "not an address")

    static func canonicalise(_ text: String) -> Canonical {
        var address = text
        if address.lowercased().hasPrefix("mailto:") {
            address = String(address.dropFirst(7))
            if let query = address.firstIndex(of: "?") { address = String(address[..<query]) }
            address = Preparation.trim(address)
        }
        if address.hasSuffix(">"), let open = address.lastIndex(of: "<") {
            address = Preparation.trim(address[address.index(after: open)..<address.index(before: address.endIndex)])
        }
        guard let at = address.lastIndex(of: "@") else { return refusal }
        var local = String(address[..<at])
        if local.utf8.count > 2, local.hasPrefix("\""), local.hasSuffix("\"") {
            local = String(local.dropFirst().dropLast())
        }
        local = local.lowercased()
        // ASCII is composed already; most addresses are.
        if !isASCII(local) { local = local.precomposedStringWithCanonicalMapping }
        guard isLocal(local), let domain = domain(String(address[address.index(after: at)...])) else { return refusal }
        return .canonical(local + "@" + domain)
    }

    /// A dot-atom of RFC 5322 section 3.2.3, with letters of any script (RFC 6531 section 3.3), at most 64 octets.
    private static func isLocal(_ local: String) -> Bool {
        guard (1...64).contains(local.utf8.count), !hasLooseDot(local) else { return false }
        return local.unicodeScalars.allSatisfy { scalar in
            if scalar.isASCII {
                return ASCII.isDigit(UInt8(scalar.value)) || ASCII.isLetter(UInt8(scalar.value))
                    || "!#$%&'*+-/=?^_`{|}~.".unicodeScalars.contains(scalar)
            }
            return isInternational(scalar)
        }
    }

    private static func domain(_ text: String) -> String? {
        // The ideographic full stop parts labels too (RFC 5895 section 2).
        var lower = text.lowercased()
        if !isASCII(lower) {
            lower = lower.precomposedStringWithCompatibilityMapping.replacing("\u{3002}", with: ".")
        }
        guard lower.utf8.contains(0x2E), !hasLooseDot(lower) else { return nil }
        var labels: [String] = []
        for label in lower.split(separator: ".", omittingEmptySubsequences: false) {
            // Hyphens in the third and fourth place are kept for A-labels (RFC 5891 section 4.2.3.1).
            let isReserved = label.dropFirst(2).hasPrefix("--") && !label.hasPrefix("xn--")
            guard !isReserved, label.unicodeScalars.count <= 63, !label.hasPrefix("-"), !label.hasSuffix("-"),
                label.unicodeScalars.allSatisfy(isLabelScalar)
            else {
                return nil
            }
            guard
                let encoded = label.utf8.allSatisfy({ $0 < 0x80 })
                    ? String(label) : Punycode.encode(label).map({ "xn--" + $0 }),
                (1...63).contains(encoded.utf8.count)
            else { return nil }
            labels.append(encoded)
        }
        guard let last = labels.last, !last.utf8.allSatisfy(ASCII.isDigit) else { return nil }
        let joined = labels.joined(separator: ".")
        return joined.utf8.count <= 253 ? joined : nil
    }

    private static func isASCII(_ text: String) -> Bool { text.utf8.allSatisfy { $0 < 0x80 } }

    private static func hasLooseDot(_ text: String) -> Bool {
        text.hasPrefix(".") || text.hasSuffix(".") || text.contains("..")
    }

    private static func isLabelScalar(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            return ASCII.isDigit(UInt8(scalar.value)) || ASCII.isLetter(UInt8(scalar.value)) || scalar == "-"
        }
        return isInternational(scalar)
    }

    private static func isInternational(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .decimalNumber:
            true
        default: false
        }
    }
}

/// Bootstring with the parameters of RFC 3492 section 5; encoding only.
enum Punycode {
    /// The ASCII form of one label without its `xn--`, or nil when numbers overflow.
    static func encode(_ label: some StringProtocol) -> String? {
        let scalars = label.unicodeScalars.map { Int($0.value) }
        var output = scalars.filter { $0 < 0x80 }.map { UInt8($0) }
        let basicCount = output.count
        var handled = basicCount
        if basicCount > 0 { output.append(0x2D) }
        var next = 128
        var delta = 0
        var bias = 72
        while handled < scalars.count {
            guard let smallest = scalars.filter({ $0 >= next }).min() else { return nil }
            let (step, overflow) = (smallest - next).multipliedReportingOverflow(by: handled + 1)
            guard !overflow, delta <= Int(Int32.max) - step else { return nil }
            delta += step
            next = smallest
            for scalar in scalars {
                if scalar < next { delta += 1 }
                guard scalar == next else { continue }
                var rest = delta
                var k = 36
                while true {
                    let threshold = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias
                    if rest < threshold { break }
                    output.append(digit(threshold + (rest - threshold) % (36 - threshold)))
                    rest = (rest - threshold) / (36 - threshold)
                    k += 36
                }
                output.append(digit(rest))
                bias = adapt(delta, count: handled + 1, isFirst: handled == basicCount)
                delta = 0
                handled += 1
            }
            delta += 1
            next += 1
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func digit(_ value: Int) -> UInt8 {
        UInt8(value < 26 ? value + 0x61 : value - 26 + 0x30)
    }

    private static func adapt(_ delta: Int, count: Int, isFirst: Bool) -> Int {
        var delta = isFirst ? delta / 700 : delta / 2
        delta += delta / count
        var k = 0
        while delta > 455 {
            delta /= 35
            k += 36
        }
        return k + 36 * delta / (delta + 38)
    }
}
