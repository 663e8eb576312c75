/// From the names of one person to tokens: folded, in Latin letters, without particles, order forgotten (KEY_RECIPE, tokens).
/// Knows how names are written; never learns who bears them.

enum NameTokens {
    /// Tokens kept of one person.
    static let maximum = 6
    /// Letters kept of one token: no name is so long, and a flood must not become a key.
    static let longest = 64

    private static let particles: Set<String> = [
        "al", "el", "ul", "bin", "ben", "ibn", "bint", "van", "von", "der", "den", "de", "del", "la", "las", "los",
        "di", "da", "dos", "do", "du", "y", "oglu", "kyzy",
    ]

    /// The tokens of `fields` together, sorted, none twice, at most six; each of 2 to 64 letters a-z.
    ///
    /// Tokens joined by blanks give the same tokens again: the rules are applied until nothing changes.
    static func tokens(of fields: [NameField]) -> [String] {
        let isUkrainian = fields.contains { CyrillicLetters.isUkrainian($0.text) }
        var words: [[UInt8]] = []
        for field in fields where field.text.utf8.count <= IdentifierKind.maximumInputBytes {
            words += refine(NameFolding.words(of: field, isUkrainian: isUkrainian))
        }
        var tokens = sortedOnce(words)
        while true {
            let again = sortedOnce(refine(tokens))
            if again == tokens { break }
            tokens = again
        }
        return tokens.map { String(decoding: $0, as: UTF8.self) }
    }

    /// The one-letter words of `fields`, which are no tokens: initials, also where a full stop parts them (`J.M. Kazi`).
    /// Sorted, none twice, at most six.
    static func initials(of fields: [NameField]) -> [String] {
        let isUkrainian = fields.contains { CyrillicLetters.isUkrainian($0.text) }
        var letters: Set<[UInt8]> = []
        for field in fields where mayHoldInitial(field.text) {
            let text = field.text.utf8.contains(0x2E) ? field.text.replacing(".", with: " ") : field.text
            let parted = NameField(text: text, isWhole: field.isWhole)
            letters.formUnion(NameFolding.words(of: parted, isUkrainian: isUkrainian).filter { $0.count == 1 })
        }
        return letters.map { String(decoding: $0, as: UTF8.self) }.sorted().prefix(maximum).map { $0 }
    }

    /// Whether a letter may stand alone; false only where none can, so that most names need not be folded a second time.
    private static func mayHoldInitial(_ text: String) -> Bool {
        var letters = 0
        for byte in text.utf8 {
            if byte >= 0x80 { return true }
            if ASCII.isLower(byte | 0x20) {
                letters += 1
            } else {
                if letters == 1 { return true }
                letters = 0
            }
        }
        return letters == 1
    }

    private static func sortedOnce(_ words: [[UInt8]]) -> [[UInt8]] {
        var result: [[UInt8]] = []
        let words = words.map { $0.count > longest ? Array($0.prefix(longest)) : $0 }
        for word in words.sorted(by: { $0.lexicographicallyPrecedes($1) }) where result.last != word {
            result.append(word)
        }
        return Array(result.prefix(maximum))
    }

    /// One pass over the words of one field: `abd` joined to its next, glued articles cut, particles and single letters dropped.
    private static func refine(_ words: [[UInt8]]) -> [[UInt8]] {
        var result: [[UInt8]] = []
        var index = 0
        while index < words.count {
            let word = words[index]
            index += 1
            if let joined = servant(word, words[index...]) {
                index += joined.taken
                if joined.word.count > 1 { result.append(joined.word) }
                continue
            }
            let cut = withoutArticle(word)
            if cut.count > 1, !isParticle(cut) { result.append(cut) }
        }
        return result
    }

    private static func isParticle(_ word: [UInt8]) -> Bool {
        word.count <= 4 && particles.contains(String(decoding: word, as: UTF8.self))
    }

    /// Cuts `al`, `el` before a consonant from words of six letters or more.
    private static func withoutArticle(_ word: [UInt8]) -> [UInt8] {
        guard word.count >= 6, word[0] == 0x61 || word[0] == 0x65, word[1] == 0x6C, !Skeleton.isVowel(word[2]) else {
            return word
        }
        return Array(word[2...])
    }

    private static let abd = Array("abd".utf8)

    /// `abd` with an article, glued or apart, and the word it serves, as one word without the article:
    /// `abd al rahman`, `abdel rahman`, `abdurrahman` are all `abdrahman`.
    private static func servant(_ word: [UInt8], _ next: ArraySlice<[UInt8]>) -> (word: [UInt8], taken: Int)? {
        guard word.count >= 3, word.starts(with: abd) else { return nil }
        let tail = word[3...]
        if tail.isEmpty {
            guard let article = next.first, isArticle(article[...], before: next.dropFirst().first) else { return nil }
            return (abd + (next.dropFirst().first ?? []), min(2, next.count))
        }
        if tail.count <= 3, isArticle(tail, before: next.first) {
            return (abd + (next.first ?? []), next.isEmpty ? 0 : 1)
        }
        let vowels = tail.prefix { Skeleton.isVowel($0) }.count
        guard (1...2).contains(vowels), tail.count >= vowels + 3 else { return nil }
        let rest = Array(tail.dropFirst(vowels))
        if rest[0] == 0x6C { return (abd + rest.dropFirst(), 0) }
        // A sun letter swallows the article and is doubled: `abdurrahman`.
        return rest[0] == rest[1] ? (abd + rest.dropFirst(), 0) : nil
    }

    /// `al`, `el`, `ul`, or one whose `l` became the first letter of the next word (`ar rahman`).
    private static func isArticle(_ word: ArraySlice<UInt8>, before next: [UInt8]?) -> Bool {
        let vowels = word.prefix { Skeleton.isVowel($0) }.count
        let rest = word.dropFirst(vowels)
        guard (1...2).contains(vowels), (1...2).contains(rest.count), let last = rest.last else { return false }
        if rest.count == 1, last == 0x6C { return true }
        return next?.starts(with: rest) == true
    }
}

/// One field of a record that holds names.
struct NameField: Sendable {
    var text: String
    /// True if the field holds family and given name together (so the first Han character is a family name).
    var isWhole: Bool
}

/// The canonical form of kind `name`.
enum NameForm {
    static func canonicalise(_ text: String) -> Canonical {
        let tokens = NameTokens.tokens(of: [NameField(text: text, isWhole: true)])
        return tokens.isEmpty ? .invalid(reason: "no token left") : .canonical(tokens.joined(separator: " "))
    }
}
