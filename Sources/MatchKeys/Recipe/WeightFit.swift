/// Finds weights that fit an agency's own pairs. Knows which explanations a pair's keys speak for; keeps no key and no skeleton.

import Foundation

/// Weights that make the seen pairs most probable, without leaving the recipe's far behind: few pairs move them little.
///
/// Where it is not known which pairs are the same, `AgreementMixture` estimates it first. The weights could not tell by
/// themselves: a pair that is taken for the same with the probability that they give it asks for no other weights.
public struct WeightFit {
    private let prior: ScoreWeights
    private let recipe: KeyRecipe
    private let holderRecords: Int
    private var samples: [Sample] = []
    private var patterns: [Pattern: Int] = [:]
    private var agreements: [Agreement] = []
    private var isLabelled = true

    /// What each explanation adds up, as places of weights. Most pairs share theirs with many others.
    private struct Pattern: Hashable {
        var same: [Int]
        var chance: [Int]
        var relative: [Int]
        var missed: [Int]
        var common: Int?
        var shared: Int
        var hasDate: Bool
    }

    private struct Sample {
        var pattern: Int
        var rareness: Double
        var others: Double
        var commonness: Double
        /// How probable it is that the two are the same: 1 or 0 where it is known.
        var sameness: Double
    }

    /// - Returns: nil for a recipe that counts points.
    public init?(recipe: KeyRecipe, holderRecords: Int) {
        guard let weights = recipe.weights else { return nil }
        prior = weights
        self.recipe = recipe
        self.holderRecords = holderRecords
    }

    /// Takes the agreeing keys of one pair.
    /// - Parameter isSame: nil if it is not known; then nothing is taken as known of any pair.
    public mutating func add(_ agreeing: [MatchKey], asked: AskedParts?, sharing: KeySharing, isSame: Bool?) {
        let evidence = Evidence(agreeing: agreeing, recipe: recipe, asked: asked, sharing: sharing)
        let pattern = Pattern(
            same: evidence.same.map(\.place),
            chance: evidence.chance.map(\.place),
            relative: evidence.relative.map(\.place),
            missed: evidence.missed.map(\.place),
            common: evidence.common?.place,
            shared: evidence.shared.place,
            hasDate: evidence.hasDate
        )
        let number = patterns[pattern] ?? patterns.count
        patterns[pattern] = number
        let sameness =
            switch isSame {
            case true?: 1.0
            case false?: 0.0
            case nil: evidence.probability(prior, holderRecords: holderRecords)
            }
        if isSame == nil { isLabelled = false }
        samples.append(
            Sample(
                pattern: number,
                rareness: evidence.rareness,
                others: evidence.others,
                commonness: evidence.commonness,
                sameness: sameness
            )
        )
        agreements.append(Agreement(evidence))
    }

    public func fitted() -> FittedWeights {
        var mixture = AgreementMixture(agreements, start: samples.map(\.sameness))
        var samples = samples
        if !isLabelled {
            mixture.settle()
            for place in samples.indices { samples[place].sameness = mixture.probability(of: agreements[place]) }
        }
        let start = ScoreWeight.allCases.map { prior[$0] }
        let loss = Loss(
            samples: samples,
            patterns: patterns.sorted { $0.value < $1.value }.map(\.key),
            prior: start,
            spreads: ScoreWeight.allCases.map(\.spread),
            strangers: log(Double(max(holderRecords, 1)))
        )
        let end = Descent.minimum(from: start) { loss.value(at: $0) }
        var weights = prior
        for (weight, number) in zip(ScoreWeight.allCases, end) { weights[weight] = (number * 100).rounded() / 100 }
        let pairs = Double(max(samples.count, 1))
        return FittedWeights(
            weights: weights,
            pairs: samples.count,
            same: samples.reduce(0) { $0 + $1.sameness },
            isLabelled: isLabelled,
            lossBefore: loss.ofPairs(at: start) / pairs,
            lossAfter: loss.ofPairs(at: end) / pairs,
            rates: mixture.rates
        )
    }

    /// The loss of all pairs and what leaving the prior costs, with its slope.
    private struct Loss {
        let samples: [Sample]
        let patterns: [Pattern]
        let prior: [Double]
        let spreads: [Double]
        /// Logarithm of the holder's records.
        let strangers: Double

        func ofPairs(at weights: [Double]) -> Double {
            samples.reduce(0) { sum, sample in
                let odds = odds(sample, weights)
                return sum + Self.loss(odds.total, sameness: sample.sameness)
            }
        }

        func value(at weights: [Double]) -> (value: Double, slope: [Double]) {
            var value = 0.0
            var slope = [Double](repeating: 0, count: weights.count)
            for sample in samples {
                let odds = odds(sample, weights)
                value += Self.loss(odds.total, sameness: sample.sameness)
                let error = sample.sameness - 1 / (1 + exp(min(odds.total, 700)))
                let pattern = patterns[sample.pattern]
                let chance = error * odds.chance
                for place in pattern.missed { slope[place] -= error }
                if odds.isBounded {
                    for place in pattern.same { slope[place] += chance - error }
                    slope[pattern.shared] += chance
                } else {
                    for place in pattern.same { slope[place] -= error }
                    for place in pattern.chance { slope[place] += chance }
                    slope[ScoreWeight.rarity.place] += chance * sample.rareness
                    if let common = pattern.common { slope[common] += chance * sample.commonness }
                }
                for place in pattern.relative { slope[place] += error - chance }
                if pattern.hasDate {
                    slope[ScoreWeight.commonRelative.place] += (error - chance) * sample.commonness
                }
            }
            for place in weights.indices {
                let distance = (weights[place] - prior[place]) / spreads[place]
                value += distance * distance / 2
                slope[place] += distance / spreads[place]
            }
            return (value, slope)
        }

        /// Logarithm of the odds against the same, the part of them that is chance, and whether what is shared bounds that.
        private func odds(_ sample: Sample, _ weights: [Double]) -> (total: Double, chance: Double, isBounded: Bool) {
            let pattern = patterns[sample.pattern]
            func sum(_ places: [Int]) -> Double { places.reduce(0) { $0 + weights[$1] } }
            let agreeing = sum(pattern.same)
            let commoner = pattern.common.map { weights[$0] * sample.commonness } ?? 0
            let model = strangers + weights[ScoreWeight.rarity.place] * sample.rareness + sum(pattern.chance) + commoner
            let most = agreeing + sample.others + weights[pattern.shared]
            let chance = min(model, most)
            let twins = pattern.hasDate ? weights[ScoreWeight.commonRelative.place] * sample.commonness : 0
            let relative = sum(pattern.relative) + sample.others + twins
            let greater = max(chance, relative)
            let both = greater + log(exp(chance - greater) + exp(relative - greater))
            return (both - agreeing - sum(pattern.missed), exp(chance - both), most < model)
        }

        /// `odds` are the logarithm of the odds against.
        private static func loss(_ odds: Double, sameness: Double) -> Double {
            func surprise(_ against: Double) -> Double { against > 30 ? against : log1p(exp(against)) }
            return sameness * surprise(odds) + (1 - sameness) * surprise(-odds)
        }
    }
}

/// What a fit found.
public struct FittedWeights: Sendable {
    public let weights: ScoreWeights
    public let pairs: Int
    /// How many of the pairs are the same, or are expected to be.
    public let same: Double
    /// Whether it was known which.
    public let isLabelled: Bool
    /// Mean loss of a pair (natural logarithm) under the recipe's weights, and under these.
    public let lossBefore: Double
    public let lossAfter: Double
    /// How often each agreement is seen among the same and among others.
    public let rates: [AgreementRate]
}

extension ScoreWeight {
    /// How far a weight may well lie from the recipe's. What identifiers are worth shows in few pairs, so it stays near.
    fileprivate var spread: Double {
        switch self {
        case .rarity: 0.2
        case .phone, .email, .document, .object: 0.3
        default: 1
        }
    }
}
