/// From one record to its match keys: each kind's ingredients, every combination once. Keeps nothing of the record.

import Foundation

struct KeyDerivation {
    private let record: Record
    private let recipe: KeyRecipe

    init(_ record: Record, recipe: KeyRecipe) {
        self.record = record
        self.recipe = recipe
    }

    private func values(_ column: String) -> ArraySlice<String> { record[column].prefix(Record.maximumValues) }

    /// Sorted, none twice: kinds stand in the recipe in their order.
    func keys() -> [MatchKey] {
        var keys: [MatchKey] = []
        var found = Found()
        for (place, rule) in recipe.outlines.enumerated() {
            let values: [String]
            if rule.isIdentifier {
                values = identifiers(rule.kind)
            } else {
                guard found.lacking.isDisjoint(with: rule.ingredients) else { continue }
                values = combined(recipe.kinds[place].ingredients, &found)
            }
            switch values.count {
            case 0: continue
            case 1: keys.append(MatchKey(kind: rule.kind, value: values[0]))
            default: keys += Self.sortedOnce(values).map { MatchKey(kind: rule.kind, value: $0) }
            }
        }
        return keys
    }

    private static func sortedOnce(_ values: [String]) -> [String] {
        var result: [String] = []
        result.reserveCapacity(values.count)
        for value in values.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) where result.last != value {
            result.append(value)
        }
        return result
    }

    // MARK: Combinations

    /// What was read of the record already.
    private struct Found {
        var skeletons: [String]?
        var births: [Birth]?
        var addresses: [PostalAddress]?
        var options = [[String]?](repeating: nil, count: Ingredient.count)
        /// Of which nothing was found.
        var lacking = IngredientSet()
    }

    /// Every combination of one value each, joined by `|`. House and street are taken from one address.
    private func combined(_ ingredients: [Ingredient], _ found: inout Found) -> [String] {
        let isAddress = ingredients.contains(.house) && ingredients.contains(.street)
        // What is cheap to read stands last, and most kinds lack something.
        for ingredient in ingredients.reversed() where options(ingredient, &found).isEmpty { return [] }
        var result: [String] = []
        for (place, ingredient) in ingredients.enumerated() {
            let options: [String]
            switch ingredient {
            case .house where isAddress:
                options = addresses(&found).compactMap { address in
                    guard let house = address.house, let street = address.street else { return nil }
                    return "\(house)|\(street)"
                }
            case .street where isAddress: continue
            default: options = self.options(ingredient, &found)
            }
            if options.isEmpty { return [] }
            result = place == 0 ? options : result.flatMap { first in options.map { Self.joined(first, $0) } }
        }
        // Names of thousands of letters are nobody's; they would fill a question with a few keys.
        return result.filter { $0.utf8.count <= IdentifierKind.maximumInputBytes }
    }

    /// `first|second`, without the cost of an interpolation.
    private static func joined(_ first: some StringProtocol, _ second: some StringProtocol) -> String {
        var text = String(first)
        text.reserveCapacity(first.utf8.count + second.utf8.count + 1)
        text.append("|")
        text.append(contentsOf: second)
        return text
    }

    private func options(_ ingredient: Ingredient, _ found: inout Found) -> [String] {
        if let known = found.options[ingredient.place] { return known }
        let options = read(ingredient, &found)
        found.options[ingredient.place] = options
        if options.isEmpty { found.lacking.insert(ingredient) }
        return options
    }

    private func read(_ ingredient: Ingredient, _ found: inout Found) -> [String] {
        switch ingredient {
        case .document, .object, .phone, .email: return []
        case .name: return skeletons(&found)
        case .names: return Self.pairs(skeletons(&found)) { $0 }
        case .prefixes: return Array(Set(Self.pairs(skeletons(&found)) { $0.prefix(2) }))
        case .initials: return initials(skeletons(&found))
        case .dob: return births(&found).compactMap { $0.isFirstOfJanuary ? nil : $0.dob }
        case .anyDob: return births(&found).compactMap(\.dob)
        case .month:
            return births(&found).compactMap { birth in
                birth.isFirstOfJanuary ? nil : birth.month.map { "\(birth.year)-\(DateForm.two($0))" }
            }
        case .monthDay:
            return births(&found).compactMap { $0.isFirstOfJanuary ? nil : $0.dob.map { String($0.suffix(5)) } }
        case .firstOfYear: return births(&found).compactMap { $0.isFirstOfJanuary ? "\($0.year)" : nil }
        case .nationality: return values("nationality").compactMap { IdentifierKind.country.canonicalise($0).value }
        case .postcode: return values("postcode").map(PostalAddress.postcode).filter { !$0.isEmpty }
        case .house: return addresses(&found).compactMap(\.house)
        case .street: return addresses(&found).compactMap(\.street)
        case .city: return values("city").map(PostalAddress.city).filter { !$0.isEmpty }
        }
    }

    private func addresses(_ found: inout Found) -> [PostalAddress] {
        if let known = found.addresses { return known }
        let addresses = values("address").map(PostalAddress.init)
        found.addresses = addresses
        return addresses
    }

    // MARK: Names

    private func skeletons(_ found: inout Found) -> [String] {
        if let known = found.skeletons { return known }
        let skeleton = recipe.version == 1 ? FirstSkeleton.of : Skeleton.of
        let skeletons = Self.sortedOnce(NameTokens.tokens(of: names).map(skeleton).filter { !$0.isEmpty })
        found.skeletons = skeletons
        return skeletons
    }

    private var names: [NameField] {
        var fields: [NameField] = []
        for column in ["given_name", "family_name", "full_name"] {
            for text in values(column) where text.utf8.count <= IdentifierKind.maximumInputBytes {
                fields.append(NameField(text: Preparation.prepare(text), isWhole: column == "full_name"))
            }
        }
        return fields
    }

    /// Every two different skeletons, each cut, `a|b` with a before b; `skeletons` are sorted.
    private static func pairs(_ skeletons: [String], cut: (String) -> some StringProtocol) -> [String] {
        var result: [String] = []
        for (index, first) in skeletons.enumerated() {
            for second in skeletons[(index + 1)...] {
                let (left, right) = (cut(first), cut(second))
                let isTurned = right.utf8.lexicographicallyPrecedes(left.utf8)
                result.append(isTurned ? joined(right, left) : joined(left, right))
            }
        }
        return result
    }

    /// The first classes of every two names, sorted. Recipe 1 left out equal ones and one-letter words.
    private func initials(_ skeletons: [String]) -> [String] {
        var letters = skeletons.map { String($0.prefix(1)) }
        if recipe.version > 1 { letters += NameTokens.initials(of: names).map { String(Skeleton.of($0).prefix(1)) } }
        var result: Set<String> = []
        for (index, first) in letters.enumerated() {
            for second in letters[(index + 1)...] where recipe.version > 1 || first != second {
                result.insert(first < second ? Self.joined(first, second) : Self.joined(second, first))
            }
        }
        return Array(result)
    }

    // MARK: Birth

    /// What a birth date gives to keys.
    private struct Birth {
        var year: Int
        /// `YYYY-MM-DD`, day and month sorted; nil if either is unknown.
        var dob: String?
        /// A registry's way to say that only the year is known.
        var isFirstOfJanuary: Bool
        /// 1-12, where it is known for certain.
        var month: Int?
    }

    private func births(_ found: inout Found) -> [Birth] {
        if let known = found.births { return known }
        let births: [Birth] = values("birth_date").compactMap { input in
            guard input.utf8.count <= IdentifierKind.maximumInputBytes,
                let written = DateForm.written(Preparation.prepare(input))
            else { return nil }
            var birth = Birth(year: written.year, isFirstOfJanuary: false)
            if let (low, high) = written.sortedPair {
                birth.dob = "\(written.year)-\(DateForm.two(low))-\(DateForm.two(high))"
                birth.isFirstOfJanuary = low == 1 && high == 1
            }
            if case .success(let date) = DateForm.settle(written), date.1 > 0 {
                birth.month = date.1
            } else if let (low, high) = written.sortedPair, low <= 12, high > 12 {
                birth.month = low
            }
            return birth
        }
        found.births = births
        return births
    }

    // MARK: Identifiers

    private func identifiers(_ kind: KeyKind) -> [String] {
        if kind == .docfold {
            return values("document_number").compactMap {
                IdentifierKind.document.canonicalise($0).value.map(Self.docfold)
            }
        }
        let form = kind.policyKind
        return values(form.rawValue).compactMap { form.canonicalise($0).value }
    }

    /// The number without issuer, letters that are read as digits folded.
    static func docfold(_ canonical: String) -> String {
        let bytes = Array(canonical.utf8)
        let number = bytes.firstIndex(of: 0x3A).map { bytes[($0 + 1)...] } ?? bytes[...]
        return String(
            decoding: number.map { byte in
                switch byte {
                case UInt8(ascii: "O"), UInt8(ascii: "Q"): 0x30
                case UInt8(ascii: "I"): 0x31
                case UInt8(ascii: "Z"): 0x32
                case UInt8(ascii: "S"): 0x35
                case UInt8(ascii: "G"): 0x36
                case UInt8(ascii: "B"): 0x38
                default: byte
                }
            },
            as: UTF8.self
        )
    }
}
