/// The tables of names, unfolded at first use. Know spellings and how common they are; never learn who bears them.

/// Spellings whose skeleton is not what their letters say.
struct SkeletonExceptions: Sendable {
    static let shared = SkeletonExceptions(SkeletonExceptionTable.text)

    private let skeletons: [String: String]

    /// - Parameter text: lines of a skeleton and the tokens that have it, parted by blanks.
    init(_ text: String) {
        var skeletons: [String: String] = [:]
        skeletons.reserveCapacity(1 << 14)
        TableLines.forEach(text) { words in
            for token in words.dropFirst() { skeletons[token] = words[0] }
        }
        self.skeletons = skeletons
    }

    subscript(token: String) -> String? { skeletons[token] }
    var count: Int { skeletons.count }
    var tokens: some Collection<String> { skeletons.keys }
}

/// How many of all names have a skeleton: a shared rare name says more than a shared common one.
struct SkeletonShares: Sendable {
    static let shared = SkeletonShares(SkeletonFrequencyTable.text)

    private let shares: [String: Double]
    /// What is added to every share, so that a name nobody counted is rare and not impossible.
    static let floor = 2e-6

    /// - Parameter text: lines of a share and the skeletons that have it, parted by blanks.
    init(_ text: String) {
        var shares: [String: Double] = [:]
        shares.reserveCapacity(1 << 15)
        TableLines.forEach(text) { words in
            guard let share = Double(words[0]) else { return }
            for skeleton in words.dropFirst() { shares[skeleton] = share }
        }
        self.shares = shares
    }

    /// The share of names with `skeleton`, more than 0.
    func share(of skeleton: String) -> Double { (shares[skeleton] ?? 0) + Self.floor }
    var count: Int { shares.count }
}

/// Lines of a table.
enum TableLines {
    static func forEach(_ text: String, _ body: ([String]) -> Void) {
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
            let words = line.split(separator: UInt8(ascii: " ")).map { String(Substring($0)) }
            if !words.isEmpty { body(words) }
        }
    }
}

/// Spellings of one name that letters do not bring together.
struct NameVariants: Sendable {
    static let shared = NameVariants(NameVariantTable.text)

    private var groups: [String: [Int32]] = [:]

    /// - Parameter text: lines of the spellings of one name, parted by blanks.
    init(_ text: String) {
        groups.reserveCapacity(1 << 17)
        var number: Int32 = 0
        var groups: [String: [Int32]] = [:]
        TableLines.forEach(text) { words in
            for word in words { groups[word, default: []].append(number) }
            number += 1
        }
        self.groups = groups
    }

    func areOne(_ one: String, _ other: String) -> Bool {
        guard let left = groups[one], let right = groups[other] else { return false }
        return left.contains(where: right.contains)
    }
}

/// Short forms of English names.
struct Nicknames: Sendable {
    static let shared = Nicknames(NicknameTable.text)

    private let short: [String: Set<String>]

    /// - Parameter text: lines of a name and its short forms, parted by blanks.
    init(_ text: String) {
        var short: [String: Set<String>] = [:]
        TableLines.forEach(text) { short[$0[0], default: []].formUnion($0.dropFirst()) }
        self.short = short
    }

    func areOne(_ one: String, _ other: String) -> Bool {
        short[one]?.contains(other) == true || short[other]?.contains(one) == true
    }
}
