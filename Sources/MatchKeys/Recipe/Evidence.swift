/// What the agreeing keys of one pair of records show, and how well three explanations fit it: the two are the same; two
/// strangers agree by chance; they are relatives. Knows skeletons and meanings of keys while it works; keeps counts.

import Foundation

/// Both sides of a question read the same evidence from the same keys, so both come to the same number.
struct Evidence: Sendable {
    /// Weights that each explanation adds up. `rarity` is not among them: it weighs `rareness`.
    private(set) var same: [ScoreWeight] = []
    private(set) var chance: [ScoreWeight] = []
    private(set) var relative: [ScoreWeight] = []
    /// Natural logarithm of the share of all names that have the three rarest agreeing skeletons.
    private(set) var rareness = 0.0

    init(agreeing keys: [MatchKey], recipe: KeyRecipe, shares: SkeletonShares = .shared) {
        var shown = Shown()
        for key in keys { shown.take(key, recipe: recipe) }
        let names = shown.names.count
        let date = shown.date
        let parts = [(Ingredient.postcode, ScoreWeight.postcode), (.house, .house), (.street, .street), (.city, .city)]
            .filter { shown.seen.contains($0.0) }.map(\.1)
        rareness = shown.names.map { log(shares.share(of: String($0))) }.sorted().prefix(3).reduce(0, +)

        same = [.same, [.noName, .oneName, .twoNames, .threeNames][min(names, 3)], date] + parts
        if names < 2 {
            // Where the date does not agree but the address does, two short forms of names say something else.
            let isAddressed = !parts.isEmpty && (date == .noDate || date == .year)
            if shown.seen.contains(.prefixes) {
                same.append(isAddressed ? .prefixesAddress : names == 0 ? .prefixesNoName : .prefixesOneName)
            } else if shown.seen.contains(.initials) {
                same.append(isAddressed ? .initialsAddress : names == 0 ? .initialsNoName : .initialsOneName)
            }
        }
        switch parts.count {
        case 2: same.append(.twoAddressParts)
        case 3: same.append(.threeAddressParts)
        case 4...: same.append(.fourAddressParts)
        default: break
        }
        if shown.seen.contains(.nationality) { same.append(.nationality) }
        addIdentifiers(shown.identifiers, names: names, date: date, isAddressed: !parts.isEmpty)

        if names > 0 { chance = [[.chanceOneName, .chanceTwoNames, .chanceThreeNames][min(names, 3) - 1]] }

        relative = [.relative, [.relativeNoName, .relativeOneName, .relativeTwoNames][min(names, 2)]]
        switch date {
        case .date: relative.append(.relativeDate)
        case .month, .monthDay: relative.append(.relativeMonth)
        case .year: relative.append(.relativeYear)
        default: break
        }
        if !parts.isEmpty { relative.append(.relativeAddress) }
        if shown.identifiers[.phone] != nil { relative += [.relativePhone, .phone] }
    }

    private mutating func addIdentifiers(
        _ identifiers: [KeyKind: (worth: ScoreWeight, keys: Int)],
        names: Int,
        date: ScoreWeight,
        isAddressed: Bool
    ) {
        guard !identifiers.isEmpty else { return }
        same += identifiers.sorted { $0.key < $1.key }.map(\.value.worth)
        if names == 0, date == .noDate, !isAddressed {
            same.append(.identifiersOnly)
        } else if names == 0 || date == .noDate {
            same.append(.identifierAlone)
        }
        if identifiers.values.reduce(0, { $0 + $1.keys }) > 1 { same.append(.twoIdentifiers) }
    }

    /// Logarithms of how well each explanation fits.
    func fit(_ weights: ScoreWeights, holderRecords: Int) -> (same: Double, chance: Double, relative: Double) {
        func sum(_ terms: [ScoreWeight]) -> Double { terms.reduce(0) { $0 + weights[$1] } }
        let strangers = log(Double(max(holderRecords, 1)))
        return (sum(same), strangers + weights[.rarity] * rareness + sum(chance), sum(relative))
    }

    /// How probable it is that the two are the same.
    func probability(_ weights: ScoreWeights, holderRecords: Int) -> Double {
        let fit = fit(weights, holderRecords: holderRecords)
        // Beyond this the sum has no more digits; `exp` of more would overflow.
        func ratio(_ other: Double) -> Double { exp(min(other - fit.same, 700)) }
        return 1 / (1 + ratio(fit.chance) + ratio(fit.relative))
    }
}

/// What agreeing keys show, put together.
private struct Shown {
    var names: Set<Substring> = []
    var seen: Set<Ingredient> = []
    var identifiers: [KeyKind: (worth: ScoreWeight, keys: Int)] = [:]

    mutating func take(_ key: MatchKey, recipe: KeyRecipe) {
        guard let rule = recipe.kinds.first(where: { $0.kind == key.kind }) else { return }
        if let worth = rule.ingredients.first?.identifierWeight {
            identifiers[key.kind, default: (worth, 0)].keys += 1
            return
        }
        var parts = key.value.split(separator: "|", omittingEmptySubsequences: false)[...]
        for ingredient in rule.ingredients {
            let own = parts.prefix(ingredient.parts)
            parts = parts.dropFirst(ingredient.parts)
            switch ingredient {
            case .name, .names: names.formUnion(own)
            case .anyDob: seen.insert(own.first?.hasSuffix("-01-01") == true ? .firstOfYear : .dob)
            default: seen.insert(ingredient)
            }
        }
    }

    /// The best that is known of the date.
    var date: ScoreWeight {
        if seen.contains(.dob) || seen.contains(.monthDay) && seen.contains(.month) { return .date }
        if seen.contains(.month) { return .month }
        if seen.contains(.firstOfYear) { return .year }
        return seen.contains(.monthDay) ? .monthDay : .noDate
    }
}

extension Ingredient {
    fileprivate var identifierWeight: ScoreWeight? {
        switch self {
        case .document: .document
        case .object: .object
        case .phone: .phone
        case .email: .email
        default: nil
        }
    }
}
