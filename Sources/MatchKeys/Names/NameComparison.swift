/// Whether two written names can be one person's, by the names alone (docs/matching.md). Knows spellings, short forms and
/// endings; never learns who bears the names. Keys do not need it: it judges where both names stand in clear.

public enum NameComparison {
    /// True if one name can be another writing of the other: another script, spelling, order, short form, a part left out.
    ///
    /// Bounded in time for any input: at most six tokens of each name are looked at.
    public static func isSame(_ one: String, _ other: String) -> Bool {
        let (left, right) = (WrittenName(one), WrittenName(other))
        guard !left.tokens.isEmpty, !right.tokens.isEmpty else { return false }
        let isFewer = left.tokens.count <= right.tokens.count
        let pairing = TokenPairing(fewer: isFewer ? left : right, more: isFewer ? right : left)
        if pairing.restOfFewer.isEmpty {
            if pairing.matched >= 2 || left.tokens.count == right.tokens.count { return true }
        } else if pairing.restIsGlued {
            return true
        }
        // `van den Berg` and `Vandenberg`: particles are words here.
        return left.words.count != right.words.count && left.words.joined() == right.words.joined()
    }
}

/// A name as it is compared.
struct WrittenName {
    let tokens: [String]
    /// Folded, in their order, particles included.
    let words: [String]
    let isLatin: Bool

    init(_ text: String) {
        guard text.utf8.count <= IdentifierKind.maximumInputBytes else {
            (tokens, words, isLatin) = ([], [], false)
            return
        }
        let field = NameField(text: Preparation.prepare(text), isWhole: true)
        tokens = NameTokens.tokens(of: [field])
        words = NameFolding.words(of: field, isUkrainian: CyrillicLetters.isUkrainian(field.text)).map {
            String(decoding: $0, as: UTF8.self)
        }
        isLatin = text.unicodeScalars.allSatisfy { scalar in
            scalar.value < 0x250 || (0x1E00..<0x1F00).contains(scalar.value)
                || (0x2000..<0x2070).contains(scalar.value)
        }
    }
}

/// Which tokens of one name go with which of the other: as many as can.
struct TokenPairing {
    private(set) var matched = 0
    private(set) var restOfFewer: [String] = []
    private(set) var restOfMore: [String] = []
    private let areLatin: Bool
    private let countsDiffer: Bool

    init(fewer: WrittenName, more: WrittenName) {
        areLatin = fewer.isLatin && more.isLatin
        countsDiffer = fewer.tokens.count != more.tokens.count
        let comparison = TokenComparison(areLatin: areLatin)
        let candidates = fewer.tokens.map { token in
            more.tokens.indices.filter { comparison.isSame(token, more.tokens[$0]) }
        }
        let chosen = Self.best(candidates)
        matched = chosen.count { $0 != nil }
        restOfFewer = zip(fewer.tokens, chosen).filter { $0.1 == nil }.map(\.0)
        let taken = Set(chosen.compactMap { $0 })
        restOfMore = more.tokens.indices.filter { !taken.contains($0) }.map { more.tokens[$0] }
    }

    /// For each token its partner or nil, so that most have one; the first such choice.
    private static func best(_ candidates: [[Int]]) -> [Int?] {
        var best = [Int?](repeating: nil, count: candidates.count)
        var most = 0
        func choose(_ place: Int, _ chosen: [Int?], _ count: Int) {
            if place == candidates.count {
                if count > most { (best, most) = (chosen, count) }
                return
            }
            guard count + candidates.count - place > most else { return }
            for partner in candidates[place] where !chosen.contains(partner) {
                choose(place + 1, chosen + [partner], count + 1)
            }
            choose(place + 1, chosen + [nil], count)
        }
        choose(0, [], 0)
        return best
    }

    /// Whether what is left is the same when it is glued, in some order: `Son-Mjong` and `Sonmjong`.
    var restIsGlued: Bool {
        guard countsDiffer, !restOfMore.isEmpty, restOfFewer.count + restOfMore.count > 2 else { return false }
        let left = Self.glued(restOfFewer)
        let right = Self.glued(restOfMore)
        if !Set(left).isDisjoint(with: right) { return true }
        let bySkeleton = Dictionary(grouping: right, by: SkeletonRule.second.skeleton)
        return left.contains { one in
            (bySkeleton[SkeletonRule.second.skeleton(of: one)] ?? []).contains {
                !(areLatin && Vowels.conflict(one, $0))
            }
        }
    }

    /// `tokens` in every order, each glued.
    private static func glued(_ tokens: [String]) -> [String] {
        guard tokens.count > 1 else { return tokens }
        return tokens.indices.flatMap { place in
            var rest = tokens
            let first = rest.remove(at: place)
            return glued(rest).map { first + $0 }
        }
    }
}

/// Whether two tokens can be one name.
struct TokenComparison {
    /// Both names are in Latin letters, so vowels and endings mean something.
    let areLatin: Bool

    func isSame(_ one: String, _ other: String) -> Bool {
        if one == other { return true }
        if areLatin, Self.isFeminine(one, of: other) || Self.isFeminine(other, of: one) { return false }
        if NameVariants.shared.areOne(one, other) || Nicknames.shared.areOne(one, other) { return true }
        guard !Self.readings(one).isDisjoint(with: Self.readings(other)) else { return false }
        return !(areLatin && Vowels.conflict(one, other))
    }

    private static func readings(_ token: String) -> Set<String> {
        Set(SkeletonRule.readings.map { $0.skeleton(of: token) })
    }

    /// Whether `longer` is the feminine of `shorter`: another person (`Rahim`, `Rahima`; `Dostoevski`, `Dostoevskaia`).
    static func isFeminine(_ longer: String, of shorter: String) -> Bool {
        guard shorter.utf8.count >= 4, shorter.utf8.count <= longer.utf8.count else { return false }
        if longer == shorter + "a" { return true }
        if ["ii", "ij", "iy"].contains(where: shorter.hasSuffix), longer == shorter.dropLast() + "a" { return true }
        return ["ski", "sky", "skij", "skii", "skiy"].contains(where: shorter.hasSuffix) && longer.hasSuffix("skaia")
    }
}

/// The vowels of a token.
enum Vowels {
    /// Whether the two have other vowels in the same places (`Jalili`, `Jalali`). `e` can stand for any; where one has
    /// more vowels, or two beside each other, nothing is said.
    static func conflict(_ one: String, _ other: String) -> Bool {
        let (left, right) = (runs(one), runs(other))
        guard left.count == right.count else { return false }
        return zip(left, right).contains { left, right in
            left.count == 1 && right.count == 1 && left != right && left != [any] && right != [any]
        }
    }

    private static let any = UInt8(ascii: "e")

    /// The classes of vowels between consonants.
    private static func runs(_ token: String) -> [[UInt8]] {
        let letters = token.replacing("ou", with: "u").replacing("oo", with: "u").replacing("ee", with: "i").utf8
        var runs: [[UInt8]] = []
        var current: [UInt8] = []
        for letter in letters {
            switch letter {
            case UInt8(ascii: "a"), any: current.append(letter)
            case UInt8(ascii: "i"), UInt8(ascii: "y"): current.append(UInt8(ascii: "i"))
            case UInt8(ascii: "o"), UInt8(ascii: "u"): current.append(UInt8(ascii: "u"))
            default:
                if !current.isEmpty { runs.append(current) }
                current = []
            }
        }
        return current.isEmpty ? runs : runs + [current]
    }
}
