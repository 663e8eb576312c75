/// How hard a password is to guess for somebody who tries likely ones first. Knows the password for the length of a call.

public struct PasswordStrength: Sendable, Equatable {
    /// Logarithm to base 2 of the guesses it takes.
    public let bits: Double
    /// What makes it easier than it looks; nil if nothing does.
    public let weakness: Weakness?

    public enum Weakness: Sendable, Equatable {
        case tooShort, commonWord, wordOfHere, sequence, repetition
    }

    /// Fewest characters.
    public static let shortest = 12
    /// 10^12 guesses, a hundred times what zxcvbn calls the best of its five grades: the word list here is far shorter.
    public static let needed = 39.8

    public var suffices: Bool { weakness != .tooShort && bits >= Self.needed }

    /// - Parameter here: words that stand to reason on this node, such as its name and the person's.
    public init(of password: String, here: [String]) {
        let characters = Array(password)
        guard characters.count >= Self.shortest else {
            (bits, weakness) = (0, .tooShort)
            return
        }
        // More than this is strong in any case, and the search below is cubic.
        let letters = characters.prefix(64).map(Self.plain)
        let words = here.flatMap { $0.lowercased().split { !$0.isLetter && !$0.isNumber } }.map { Array(String($0)) }
        let own = Set(words.filter { $0.count >= 3 }.map { $0.map(Self.plain) })
        var best = [Double](repeating: 0, count: letters.count + 1)
        var weaknesses = [Weakness?](repeating: nil, count: letters.count + 1)
        for end in 1...letters.count {
            let bits = Self.bits(of: characters[end - 1], after: end > 1 ? characters[end - 2] : nil)
            (best[end], weaknesses[end]) = (best[end - 1] + bits, weaknesses[end - 1])
            for start in 0..<end {
                guard let (cost, why) = Self.pattern(letters[start..<end], own: own) else { continue }
                // Whoever guesses must also guess that a pattern begins here.
                let total = best[start] + cost + 1
                if total < best[end] { (best[end], weaknesses[end]) = (total, why) }
            }
        }
        bits = best[letters.count]
        weakness = weaknesses[letters.count]
    }

    /// A character that fits no pattern counts sixteen guesses.
    private static let bitsOfCharacter = 4.0
    /// A letter that goes on from one of the same case counts five: it may be of a word that stands in no list here.
    private static let bitsOfLetter = 2.3

    private static func bits(of character: Character, after before: Character?) -> Double {
        guard let before, before.isLetter, character.isLetter, before.isUppercase == character.isUppercase else {
            return bitsOfCharacter
        }
        return bitsOfLetter
    }

    /// The letter that a digit or sign is written for, in small.
    private static func plain(_ character: Character) -> Character {
        let written: [Character: Character] = [
            "0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i",
        ]
        return written[character] ?? Character(character.lowercased().prefix(1).description)
    }

    /// What a stretch of the password costs as a whole; nil if it is nothing likely.
    private static func pattern(
        _ part: ArraySlice<Character>,
        own: Set<[Character]>
    ) -> (bits: Double, weakness: Weakness)? {
        guard part.count >= 3, let first = part.first else { return nil }
        let letters = Array(part)
        if own.contains(letters) { return (3, .wordOfHere) }
        if CommonPasswords.words.contains(letters) { return (CommonPasswords.bits + 1, .commonWord) }
        if letters.allSatisfy({ $0 == first }) { return (8, .repetition) }
        if let period = period(of: letters) {
            return (bitsOfCharacter * Double(period) + 3, .repetition)
        }
        return isSequence(letters) ? (9, .sequence) : nil
    }

    /// The length of the block that the letters repeat; nil if they do not.
    private static func period(of letters: [Character]) -> Int? {
        guard letters.count >= 4 else { return nil }
        return (2...max(2, letters.count / 2)).first { period in
            letters.count.isMultiple(of: period) && letters.count > period
                && letters.indices.allSatisfy { letters[$0] == letters[$0 % period] }
        }
    }

    /// Which letter stands after which in the alphabet, among the digits and on keyboards; both ways.
    private static let neighbours: Set<[Character]> = {
        let rows = [
            "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop",
            "qsdfghjklm", "1q2w3e4r5t6y7u8i9o0p", "1a2z3e4r5t6y7u8i9o0p", "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
            "1234567890",
        ]
        return Set(
            rows.flatMap { row in
                let letters = row.map(plain)
                return zip(letters, letters.dropFirst()).flatMap { [[$0, $1], [$1, $0]] }
            }
        )
    }()

    /// Whether each letter stands beside the one before it.
    private static func isSequence(_ letters: [Character]) -> Bool {
        zip(letters, letters.dropFirst()).allSatisfy { neighbours.contains([$0, $1]) }
    }
}
