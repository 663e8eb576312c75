/// What the agreeing keys of one pair of records show, and how well three explanations fit it: the two are the same; two
/// strangers agree by chance; they share a name, a home or a thing. Knows skeletons and meanings of keys while it works;
/// keeps counts.

import Foundation

struct Evidence: Sendable {
    /// Weights that each explanation adds up. `rarity` is not among them: it weighs `rareness`.
    private(set) var same: [ScoreWeight] = []
    private(set) var chance: [ScoreWeight] = []
    private(set) var relative: [ScoreWeight] = []
    /// What the asker's record says and the holder's does not, or not the same: weights of the same alone.
    private(set) var missed: [ScoreWeight] = []
    /// What of the names agrees, as far as names may be commoner here than the table says.
    private(set) var common: ScoreWeight?
    /// Chance brings no more records together than share the rarest key: the weight of that bound.
    private(set) var shared: ScoreWeight = .sharedThing
    /// Natural logarithm of the share of all names that have the three rarest agreeing skeletons.
    private(set) var rareness = 0.0
    /// Natural logarithm of how many others have the rarest agreeing key.
    let others: Double
    let commonness: Double

    /// - Parameters:
    ///   - asked: nil: what the other record says beside is not known, and nothing speaks against it.
    ///   - sharing: how the holder's records share keys.
    init(
        agreeing keys: [MatchKey],
        recipe: KeyRecipe,
        asked: AskedParts?,
        sharing: KeySharing,
        shares: SkeletonShares = .shared
    ) {
        let shown = ShownEvidence(keys, recipe: recipe)
        let names = shown.names.count
        let date = shown.date
        let parts = [(Ingredient.postcode, ScoreWeight.postcode), (.house, .house), (.street, .street), (.city, .city)]
            .filter { shown.seen.contains($0.0) }.map(\.1)
        let address = parts + Self.together(parts.count)
        rareness = shown.names.map { log(shares.share(of: String($0))) }.sorted().prefix(3).reduce(0, +)
        others = sharing.others(keys)
        commonness = sharing.commonness

        same = [.same, Self.agreeing(names), date] + address
        if names < 2 {
            // Where the date does not agree but the address does, two short forms of names say something else.
            let isAddressed = !parts.isEmpty && (date == .noDate || date == .year)
            if shown.seen.contains(.prefixes) {
                same.append(isAddressed ? .prefixesAddress : names == 0 ? .prefixesNoName : .prefixesOneName)
            } else if shown.seen.contains(.initials) {
                same.append(isAddressed ? .initialsAddress : names == 0 ? .initialsNoName : .initialsOneName)
            }
        }
        if shown.seen.contains(.nationality) { same.append(.nationality) }
        addIdentifiers(shown.identifiers, names: names, date: date, isAddressed: !parts.isEmpty)
        if let asked { addMissed(asked, names: names, date: date) }

        if names > 0 {
            chance = [names == 1 ? .chanceOneName : names == 2 ? .chanceTwoNames : .chanceThreeNames]
            common = names == 1 ? .commonOne : .commonMore
        }
        shared = names > 0 ? .sharedName : parts.isEmpty ? .sharedThing : .sharedPlace

        relative = [.relative, names == 0 ? .relativeNoName : names == 1 ? .relativeOneName : .relativeTwoNames]
        switch date {
        case .date: relative.append(.relativeDate)
        case .month, .monthDay: relative.append(.relativeMonth)
        case .year: relative.append(.relativeYear)
        default: break
        }
        // What people share who share a home or a thing says nothing between them and the one who is meant.
        if shown.isHome {
            relative += address + [.relativeHome]
        } else if !parts.isEmpty {
            relative.append(.relativeAddress)
        }
        let things = shown.identifiers.values.map(\.worth).filter { $0 == .phone || $0 == .object }
        for thing in things { relative += [thing, thing == .phone ? .relativePhone : .relativeObject] }
        if things.isEmpty, !shown.isHome { relative.append(.relativeNothing) }
    }

    /// What several parts of one address say beyond each of them.
    private static func together(_ parts: Int) -> [ScoreWeight] {
        switch parts {
        case ...1: []
        case 2: [.twoAddressParts]
        case 3: [.threeAddressParts]
        default: [.fourAddressParts]
        }
    }

    private static func agreeing(_ names: Int) -> ScoreWeight {
        switch names {
        case 0: .noName
        case 1: .oneName
        case 2: .twoNames
        default: .threeNames
        }
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

    private mutating func addMissed(_ asked: AskedParts, names: Int, date: ScoreWeight) {
        if asked.names > 0, names == 0 { missed.append(.missedNames) }
        if asked.names > 1, names == 1 { missed.append(.missedName) }
        guard asked.hasDate, date == .noDate else { return }
        missed += missed.isEmpty ? [.missedDate] : [.missedDate, .missedBoth]
    }

    /// Whether a date agrees that namesakes and twins share.
    var hasDate: Bool { same.contains(.date) }

    /// Logarithms of how well each explanation fits.
    func fit(_ weights: ScoreWeights, holderRecords: Int) -> (same: Double, chance: Double, relative: Double) {
        func sum(_ terms: [ScoreWeight]) -> Double { terms.reduce(0) { $0 + weights[$1] } }
        let agreeing = sum(same)
        let strangers = log(Double(max(holderRecords, 1))) + weights[.rarity] * rareness + sum(chance)
        let commoner = common.map { weights[$0] * commonness } ?? 0
        let most = agreeing + others + weights[shared]
        let twins = hasDate ? weights[.commonRelative] * commonness : 0
        return (agreeing + sum(missed), min(strangers + commoner, most), sum(relative) + others + twins)
    }

    /// How probable it is that the two are the same.
    func probability(_ weights: ScoreWeights, holderRecords: Int) -> Double {
        let fit = fit(weights, holderRecords: holderRecords)
        // Beyond this the sum has no more digits; `exp` of more would overflow.
        func ratio(_ other: Double) -> Double { exp(min(other - fit.same, 700)) }
        return 1 / (1 + ratio(fit.chance) + ratio(fit.relative))
    }
}

/// What keys show, put together.
struct ShownEvidence {
    private(set) var names: Set<Substring> = []
    private(set) var seen = IngredientSet()
    private(set) var identifiers: [KeyKind: (worth: ScoreWeight, keys: Int)] = [:]
    /// Whether a key of an address alone is among them.
    private(set) var isHome = false

    init(_ keys: [MatchKey], recipe: KeyRecipe) {
        for key in keys { take(key, recipe: recipe) }
    }

    private mutating func take(_ key: MatchKey, recipe: KeyRecipe) {
        guard let rule = recipe.rule(of: key.kind) else { return }
        if let worth = rule.ingredients.first?.identifierWeight {
            identifiers[key.kind, default: (worth, 0)].keys += 1
            return
        }
        if rule.isHome { isHome = true }
        // By bytes: looking for whole characters is the better part of a score.
        var parts = key.value.utf8.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false)[...]
        for ingredient in rule.ingredients {
            let own = parts.prefix(ingredient.parts)
            parts = parts.dropFirst(ingredient.parts)
            switch ingredient {
            case .name, .names: names.formUnion(own.map(Substring.init))
            case .anyDob: seen.insert(own.first.map(Substring.init)?.hasSuffix("-01-01") == true ? .firstOfYear : .dob)
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
