/// The skeleton of a token: classes of sounds without vowels, so that spellings of one name meet (docs/matching.md).
/// Knows letters and which spellings are known to be one name; never learns who bears it.

enum Skeleton {
    static func isVowel(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x61, 0x65, 0x69, 0x6F, 0x75, 0x79: true
        default: false
        }
    }

    /// The skeleton of `token` (letters a-z): one lower-case letter a class, `A` for a vowel at the start.
    ///
    /// Spellings of a well-known name whose letters mislead the rule have the skeleton of the name's other spellings.
    static func of(_ token: String) -> String {
        SkeletonExceptions.shared[token] ?? SkeletonRule.second.skeleton(of: token)
    }
}

/// How letters are read. The rule of the keys is `second`; the others are further readings of a letter, for names that
/// are compared in clear.
struct SkeletonRule: Sendable {
    /// What a single `j` between other letters is.
    enum Glide: Sendable {
        /// A sound between vowels and after `n r d` before a vowel, as in `Anja`; else silent, as in `Jakonov`.
        case byPlace
        /// Always read as a vowel, as in German or Serbian.
        case vowel
    }

    var glide = Glide.byPlace
    var ch = UInt8(ascii: "s")
    /// What every single `c` is; nil = `s` before e, i and y, else `k`.
    var c: UInt8?
    var softG = UInt8(ascii: "j")

    /// The rule of recipe 2.
    static let second = SkeletonRule()

    /// The rule and what else the letters can mean: `j` a vowel, `ch` as in Bach, a Turkish `c`, a hard `g`.
    static let readings = [
        second, SkeletonRule(glide: .vowel), SkeletonRule(glide: .vowel, ch: UInt8(ascii: "h")),
        SkeletonRule(glide: .vowel, c: UInt8(ascii: "j")), SkeletonRule(glide: .vowel, softG: UInt8(ascii: "k")),
    ]

    func skeleton(of token: String) -> String {
        var copy = token
        return copy.withUTF8 { bytes in
            let isDoubled = zip(bytes, bytes.dropFirst()).contains { $0 == Self.j && $1 == Self.j }
            guard isDoubled else { return skeleton(of: bytes) }
            // `jj` is one j before anything is read.
            var once: [UInt8] = []
            for byte in bytes where byte != Self.j || once.last != Self.j { once.append(byte) }
            return once.withUnsafeBufferPointer(skeleton)
        }
    }

    private static let j = UInt8(ascii: "j")

    private func skeleton(of token: UnsafeBufferPointer<UInt8>) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(token.count + 1)
        var index = 0
        func append(_ sound: UInt8) { if result.last != sound { result.append(sound) } }
        while index < token.count {
            if let group = SoundGroups.group(at: index, in: token) {
                for sound in group.letters.elementsEqual(SoundGroups.ch) ? [ch] : group.sounds
                where sound != UInt8(ascii: "h") || index == 0 {
                    append(sound)
                }
                index += group.letters.count
                continue
            }
            let byte = token[index]
            let next = index + 1 < token.count ? token[index + 1] : 0
            let isSoft = next == 0x65 || next == 0x69 || next == 0x79
            switch byte {
            case UInt8(ascii: "o")
            where next == UInt8(ascii: "u") && index + 2 < token.count && Skeleton.isVowel(token[index + 2]):
                append(UInt8(ascii: "f"))
                index += 1
            case UInt8(ascii: "b"), UInt8(ascii: "p"): append(UInt8(ascii: "b"))
            case UInt8(ascii: "v"), UInt8(ascii: "w"), UInt8(ascii: "f"): append(UInt8(ascii: "f"))
            case UInt8(ascii: "k"), UInt8(ascii: "q"): append(UInt8(ascii: "k"))
            case UInt8(ascii: "x"):
                if index > 0 { append(UInt8(ascii: "k")) }
                append(UInt8(ascii: "s"))
            case UInt8(ascii: "c"): append(c ?? UInt8(ascii: isSoft ? "s" : "k"))
            case UInt8(ascii: "g"): append(isSoft ? softG : UInt8(ascii: "k"))
            case UInt8(ascii: "t"), UInt8(ascii: "d"): append(UInt8(ascii: "t"))
            case UInt8(ascii: "s"), UInt8(ascii: "z"): append(UInt8(ascii: "s"))
            case UInt8(ascii: "l"), UInt8(ascii: "r"), UInt8(ascii: "m"), UInt8(ascii: "n"): append(byte)
            case UInt8(ascii: "h"): if index == 0 { append(byte) }
            case Self.j:
                if let sound = glide(before: next, after: index > 0 ? token[index - 1] : nil) { append(sound) }
            default: if index == 0 { append(UInt8(ascii: "A")) }
            }
            index += 1
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// - Parameter last: the letter before; nil at the start.
    private func glide(before next: UInt8, after last: UInt8?) -> UInt8? {
        switch (glide, last) {
        case (.byPlace, nil): Self.j
        case (.vowel, nil): UInt8(ascii: "A")
        case (.vowel, _): nil
        case (.byPlace, let last?):
            Skeleton.isVowel(next) && (Skeleton.isVowel(last) || last == 0x6E || last == 0x72 || last == 0x64)
                ? Self.j : nil
        }
    }
}

/// Letters that make one sound together.
private enum SoundGroups {
    static let ch = Array("ch".utf8)

    static let all: [(letters: [UInt8], sounds: [UInt8])] = [
        ("dzsch", "j"), ("tsch", "s"), ("dsch", "j"), ("sch", "s"), ("tch", "s"), ("dzh", "j"), ("dzj", "j"),
        ("chr", "kr"), ("chl", "kl"), ("sh", "s"), ("ch", "s"), ("ts", "s"), ("tz", "s"), ("cz", "s"), ("sz", "s"),
        ("dz", "s"), ("sj", "s"), ("tj", "s"), ("ph", "f"), ("ck", "k"), ("gh", "k"), ("kh", "h"), ("th", "t"),
        ("dh", "t"), ("dj", "j"), ("zh", "j"), ("xh", "j"), ("gj", "j"),
    ].map { (Array($0.0.utf8), Array($0.1.utf8)) }

    /// By first letter, longest first, so that most letters are done with one look.
    private static let byLetter: [[(letters: [UInt8], sounds: [UInt8])]] = (0..<128).map { letter in
        all.filter { $0.letters[0] == letter }
    }

    static func group(
        at index: Int,
        in token: UnsafeBufferPointer<UInt8>
    ) -> (letters: [UInt8], sounds: [UInt8])? {
        byLetter[Int(token[index] & 0x7F)].first { group in
            index + group.letters.count <= token.count
                && group.letters.indices.allSatisfy { group.letters[$0] == token[index + $0] }
        }
    }
}
