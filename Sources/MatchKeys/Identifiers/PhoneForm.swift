/// Telephone numbers: any written form to E.164 with `+` (IDENTIFIERS, `phone`).
/// Knows numbering plans; never learns whether anybody answers.

enum PhoneForm {
    static func canonicalise(_ text: String) -> Canonical {
        var number = text
        var home: PhonePlan?
        if let at = text.lastIndex(of: "@") {
            guard let plan = plan(of: Preparation.trim(text[text.index(after: at)...])) else {
                return .invalid(reason: "unknown region")
            }
            home = plan
            number = String(text[..<at])
        }
        switch PhoneSpelling.read(number, allowsLetters: home != nil) {
        case .failure(let refusal): return .invalid(reason: refusal.reason)
        case .success(let spelling): return resolve(spelling, home: home)
        }
    }

    private static func plan(of region: String) -> PhonePlan? {
        let code = CountryForm.isRegion(region) ? CountryForm.code(region) : nil
        // Ascension and Tristan da Cunha have plans of their own and no country code of ISO 3166-1.
        return PhonePlans.shared.byRegion[code.flatMap(CountryForm.alpha2) ?? region.uppercased()]
    }

    private static func resolve(_ spelling: PhoneSpelling, home: PhonePlan?) -> Canonical {
        if let digits = spelling.abroad(from: home) {
            guard let (plan, rest) = PhonePlans.shared.split(digits) else {
                return .invalid(reason: "unknown calling code")
            }
            return settle(plan, candidates(rest, spelling: spelling, plan: plan))
        }
        guard let home else { return .invalid(reason: "no region") }
        let digits = spelling.digits
        // A number may begin with its own calling code without `+`; believed only when it cannot be national.
        if digits.count > home.code.count, digits.starts(with: home.code) {
            let rest = home.withoutTrunk(Array(digits.dropFirst(home.code.count)))
            let isNational = home.national?.matchesWhole(digits) == true
            let isTooLong = digits.count > (home.lengths.max() ?? 0)
            if isTooLong || (!isNational && home.national?.matchesWhole(rest) == true) { return settle(home, [rest]) }
        }
        return settle(home, [digits])
    }

    /// The readings of `(0)` after a calling code: without it, or, where zeros belong to the number, with it.
    private static func candidates(_ rest: [UInt8], spelling: PhoneSpelling, plan: PhonePlan) -> [[UInt8]] {
        guard let zero = spelling.optionalZero else { return [rest] }
        let place = rest.count - (spelling.digits.count - zero)
        guard rest.indices.contains(place), rest[place] == 0x30 else { return [rest] }
        var without = rest
        without.remove(at: place)
        return [without, rest]
    }

    private static func settle(_ plan: PhonePlan, _ candidates: [[UInt8]]) -> Canonical {
        // Regions that share a calling code are told apart by pattern only; lengths are the code's.
        let lengths = PhonePlans.shared.main(of: plan.code)?.lengths ?? plan.lengths
        var fits: [[UInt8]] = []
        for candidate in candidates {
            var number = candidate
            // Once more until nothing changes, so that the canonical form gives itself.
            while true {
                let next = plan.significant(number)
                if next == number || next.isEmpty { break }
                number = next
            }
            guard lengths.contains(number.count) else { continue }
            if plan.national?.matchesWhole(number) == true { return canonical(plan, number) }
            fits.append(number)
        }
        return fits.first.map { canonical(plan, $0) } ?? .invalid(reason: "length")
    }

    private static func canonical(_ plan: PhonePlan, _ number: [UInt8]) -> Canonical {
        .canonical("+" + String(decoding: plan.code + number, as: UTF8.self))
    }
}

/// The digits somebody wrote, and the marks that say how to read them.
struct PhoneSpelling {
    var digits: [UInt8] = []
    var hasPlus = false
    /// Where in `digits` the zero of a written `(0)` stands.
    var optionalZero: Int?

    enum Refusal: Error {
        case noDigits, tooManyDigits, character, misplacedPlus

        var reason: String {
            switch self {
            case .noDigits: "no digits"
            case .tooManyDigits: "length"
            case .character: "unexpected character"
            case .misplacedPlus: "misplaced plus"
            }
        }
    }

    static func read(_ text: String, allowsLetters: Bool) -> Result<PhoneSpelling, Refusal> {
        var bytes = Array(text.utf8)
        if String(decoding: bytes.prefix(4), as: UTF8.self).lowercased() == "tel:" { bytes.removeFirst(4) }
        bytes = withoutExtension(bytes)
        guard bytes.contains(where: ASCII.isDigit) else { return .failure(.noDigits) }
        let letters = bytes.filter(ASCII.isLetter).count
        if letters > 0 {
            let before = bytes.prefix { !ASCII.isLetter($0) }.filter(ASCII.isDigit).count
            guard allowsLetters, letters >= 3, before >= 1 else { return .failure(.character) }
        }
        guard letters + bytes.filter(ASCII.isDigit).count <= maximumDigits else { return .failure(.tooManyDigits) }
        var spelling = PhoneSpelling()
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case 0x30...0x39:
                let isOptional =
                    byte == 0x30 && index > 0 && bytes[index - 1] == 0x28 && index + 1 < bytes.count
                    && bytes[index + 1] == 0x29
                if isOptional, !spelling.digits.isEmpty { spelling.optionalZero = spelling.digits.count }
                spelling.digits.append(byte)
            case 0x41...0x5A, 0x61...0x7A: spelling.digits.append(keypad[Int((byte & 0xDF) - 0x41)])
            case 0x2B:
                guard spelling.digits.isEmpty, !spelling.hasPlus else { return .failure(.misplacedPlus) }
                spelling.hasPlus = true
            case 0x20, 0x2D, 0x2E, 0x2F, 0x28, 0x29: continue
            default: return .failure(.character)
            }
        }
        return .success(spelling)
    }

    /// The digits from the calling code on, if the number is written for callers abroad: `+`, `00`, `+00`, or the
    /// international prefix of the region it is read in.
    func abroad(from home: PhonePlan?) -> [UInt8]? {
        let twoZeros = digits.starts(with: [0x30, 0x30])
        if hasPlus { return twoZeros ? Array(digits.dropFirst(2)) : digits }
        if let match = home?.international?.matchPrefix(of: digits), match.end < digits.count, digits[match.end] != 0x30
        {
            return Array(digits[match.end...])
        }
        return twoZeros ? Array(digits.dropFirst(2)) : nil
    }

    /// E.164 has 15; prefixes for callers abroad and trunk digits come on top.
    private static let maximumDigits = 32

    /// Letters on the keys 2 to 9 (ITU-T E.161).
    private static let keypad = Array("22233344455566677778889999".utf8)

    /// Drops `ext 12`, `ext. 12`, `x12`, `;ext=12`, `#12` and parameters of RFC 3966.
    private static func withoutExtension(_ bytes: [UInt8]) -> [UInt8] {
        var kept = bytes
        if let semicolon = kept.firstIndex(of: 0x3B) { kept = Array(kept[..<semicolon]) }
        var end = kept.count
        while end > 0, ASCII.isDigit(kept[end - 1]) { end -= 1 }
        let count = kept.count - end
        guard (1...7).contains(count) else { return kept }
        while end > 0, [0x20, 0x2E, 0x3A, 0x3D].contains(kept[end - 1]) { end -= 1 }
        let head = String(decoding: kept[..<end], as: UTF8.self).lowercased()
        for word in ["extension", "extn", "ext", "x", "#"] where head.hasSuffix(word) {
            let rest = Array(kept[..<(end - word.utf8.count)])
            // `FLEX 12` is a word on keys, not an extension.
            guard let last = rest.last(where: { $0 != 0x20 && $0 != 0x2C }), ASCII.isDigit(last) || last == 0x29 else {
                continue
            }
            return Array(rest.prefix { $0 != 0x2C })
        }
        return kept
    }
}
