/// The skeletons of recipe 1, frozen: asked for only where a peer's index is still built by it.
/// Knows letters; never learns who bears the name.

enum FirstSkeleton {
    /// The skeleton of `token` (letters a-z): one lower-case letter a class, and `A` for a vowel at the start.
    static func of(_ token: String) -> String {
        var copy = token
        return copy.withUTF8 { of($0) }
    }

    /// Groups of letters with one sound, longest first.
    private static let groups: [(letters: [UInt8], sound: UInt8)] = [
        ("tsch", "s"), ("sch", "s"), ("tch", "s"), ("dzh", "j"), ("sh", "s"), ("ch", "s"), ("ts", "s"), ("cz", "s"),
        ("sz", "s"), ("dz", "s"), ("ph", "f"), ("ck", "k"), ("gh", "k"), ("kh", "h"), ("th", "t"), ("dh", "t"),
        ("dj", "j"), ("zh", "j"),
    ].map { (Array($0.0.utf8), Array($0.1.utf8)[0]) }

    private static func of(_ token: UnsafeBufferPointer<UInt8>) -> String {
        var result: [UInt8] = []
        var index = 0
        func append(_ sound: UInt8) { if result.last != sound { result.append(sound) } }
        while index < token.count {
            if let group = group(at: index, in: token) {
                if group.sound != UInt8(ascii: "h") || index == 0 { append(group.sound) }
                index += group.letters.count
                continue
            }
            let byte = token[index]
            let next = index + 1 < token.count ? token[index + 1] : 0
            let isSoft = next == 0x65 || next == 0x69 || next == 0x79
            if byte == UInt8(ascii: "o"), next == UInt8(ascii: "u"), index + 2 < token.count,
                Skeleton.isVowel(token[index + 2])
            {
                append(UInt8(ascii: "f"))
                index += 2
                continue
            }
            switch byte {
            case UInt8(ascii: "b"), UInt8(ascii: "p"): append(UInt8(ascii: "b"))
            case UInt8(ascii: "v"), UInt8(ascii: "w"), UInt8(ascii: "f"): append(UInt8(ascii: "f"))
            case UInt8(ascii: "k"), UInt8(ascii: "q"), UInt8(ascii: "x"): append(UInt8(ascii: "k"))
            case UInt8(ascii: "c"): append(UInt8(ascii: isSoft ? "s" : "k"))
            case UInt8(ascii: "g"): append(UInt8(ascii: isSoft ? "j" : "k"))
            case UInt8(ascii: "t"), UInt8(ascii: "d"): append(UInt8(ascii: "t"))
            case UInt8(ascii: "s"), UInt8(ascii: "z"): append(UInt8(ascii: "s"))
            case UInt8(ascii: "j"), UInt8(ascii: "l"), UInt8(ascii: "r"), UInt8(ascii: "m"), UInt8(ascii: "n"):
                append(byte)
            case UInt8(ascii: "h"): if index == 0 { append(byte) }
            default: if index == 0 { append(UInt8(ascii: "A")) }
            }
            index += 1
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func group(at index: Int, in token: UnsafeBufferPointer<UInt8>) -> (letters: [UInt8], sound: UInt8)?
    {
        let second = index + 1 < token.count ? token[index + 1] : 0
        switch second {
        case 0x68, 0x73, 0x7A, 0x6B, 0x6A, 0x63: break
        default: return nil
        }
        return groups.first { group in
            index + group.letters.count <= token.count
                && group.letters.indices.allSatisfy { group.letters[$0] == token[index + $0] }
        }
    }
}
