/// Reads a recipe's text. Knows the words of its lines; what is not understood is kept, so that a test can find it.

struct RecipeReader {
    let text: String
    private(set) var version = 0
    private(set) var profiles: [MatchProfile] = []
    private(set) var tables: [String: String] = [:]
    private(set) var pointScale = PointScale()
    /// Lines that say nothing to this reader; none in a sound text.
    private(set) var unread: [String] = []
    private var rules: [(rule: KeyRule, profiles: Set<MatchProfile>)] = []
    private var numbers: [ScoreWeight: [Double]] = [:]
    private var bands: [(band: StrengthBand, score: Int)] = []
    private var shown = 0

    init(_ text: String) {
        self.text = text
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            if !read(words) { unread.append(String(line)) }
        }
        if version == 1 { profiles = [.person] }
    }

    func kinds(of profile: MatchProfile) -> [KeyRule] {
        rules.filter { $0.profiles.contains(profile) }.map(\.rule)
    }

    func weights(of profile: MatchProfile) -> ScoreWeights {
        let column = profiles.firstIndex(of: profile) ?? 0
        return ScoreWeights(
            numbers: numbers.compactMapValues { $0.indices.contains(column) ? $0[column] : nil },
            bands: bands,
            shown: shown
        )
    }

    private mutating func read(_ words: [String]) -> Bool {
        guard let word = words.first else { return false }
        let numbers = words.dropFirst().map { Int($0) }
        switch (word, words.count) {
        case ("comity", 3): return true
        case ("version", 2): version = numbers[0] ?? 0
        case ("profiles", 2...): profiles = words.dropFirst().compactMap(MatchProfile.init(rawValue:))
        case ("table", 3): tables[words[1]] = words[2]
        case ("kind", 5) where version == 1: return readPoints(words)
        case ("kind", 5...): return readKind(words)
        case ("weight", 2...):
            guard let weight = ScoreWeight(rawValue: words[1]) else { return false }
            self.numbers[weight] = words.dropFirst(2).compactMap(Double.init)
        case ("threshold", 4):
            guard let records = numbers[1], let points = numbers[2] else { return false }
            pointScale.thresholds.append((records, points))
        case ("score", 3):
            guard let points = numbers[0], let score = numbers[1] else { return false }
            pointScale.lines.append((points, score))
        case ("band", 3):
            guard let band = StrengthBand(rawValue: words[1]), let least = numbers[1] else { return false }
            if version == 1 { pointScale.bands.append((band, least)) } else { bands.append((band, least)) }
        case ("shown", 2): shown = numbers[0] ?? 0
        default: return false
        }
        return true
    }

    private mutating func readKind(_ words: [String]) -> Bool {
        let ingredients = words.dropFirst(4).compactMap(Ingredient.init(rawValue:))
        let profiles = words[3].split(separator: ",").compactMap { MatchProfile(rawValue: String($0)) }
        guard let kind = KeyKind(rawValue: words[1]), let keyClass = KeyClass(rawValue: words[2]),
            ingredients.count == words.count - 4
        else { return false }
        rules.append((KeyRule(kind: kind, keyClass: keyClass, ingredients: ingredients), Set(profiles)))
        return true
    }

    /// A kind of recipe 1: its ingredients stand in no text, its points do.
    private mutating func readPoints(_ words: [String]) -> Bool {
        guard let kind = KeyKind(rawValue: words[1]), let keyClass = KeyClass(rawValue: words[2]),
            let points = Int(words[3]), let second = Int(words[4])
        else { return false }
        rules.append((KeyRule(kind: kind, keyClass: keyClass, ingredients: Self.firstIngredients(kind)), [.person]))
        pointScale.points.append((kind, points, second))
        return true
    }

    private static func firstIngredients(_ kind: KeyKind) -> [Ingredient] {
        switch kind {
        case .phone: [.phone]
        case .email: [.email]
        case .imo, .mmsi, .vin, .plate, .imei: [.object]
        case .skeletonDob: [.name, .dob]
        case .skeletonYear: [.name, .firstOfYear]
        case .initialsDobNat: [.initials, .dob, .nationality]
        case .skeletonsMonth: [.names, .month]
        case .dobPostcode: [.anyDob, .postcode]
        case .skeletonsPostcode: [.names, .postcode]
        default: [.document]
        }
    }
}
