/// Finds weights that fit an agency's own pairs, of which it is known whether they are the same. Knows which explanations a
/// pair's keys speak for; keeps no key and no skeleton.

import Foundation

/// Weights that make the seen pairs most probable, without leaving the recipe's far behind: few pairs move them little.
///
/// Without knowing which pairs are the same this would find nothing: a pair that is taken for the same with the probability
/// that the weights give it asks for no other weights.
public struct WeightFit {
    private let prior: ScoreWeights
    private let recipe: KeyRecipe
    private let holderRecords: Int
    private var samples: [Sample] = []
    private var patterns: [Pattern: Int] = [:]

    /// What each explanation adds up, as places of weights. Most pairs share theirs with many others.
    private struct Pattern: Hashable {
        var same: [Int]
        var chance: [Int]
        var relative: [Int]
    }

    private struct Sample {
        var pattern: Int
        var rareness: Double
        var isSame: Bool
    }

    /// - Returns: nil for a recipe that counts points.
    public init?(recipe: KeyRecipe, holderRecords: Int) {
        guard let weights = recipe.weights else { return nil }
        prior = weights
        self.recipe = recipe
        self.holderRecords = holderRecords
    }

    /// Takes the agreeing keys of one pair.
    public mutating func add(_ agreeing: [MatchKey], isSame: Bool) {
        let evidence = Evidence(agreeing: agreeing, recipe: recipe)
        let pattern = Pattern(
            same: evidence.same.map(\.place),
            chance: evidence.chance.map(\.place),
            relative: evidence.relative.map(\.place)
        )
        let number = patterns[pattern] ?? patterns.count
        patterns[pattern] = number
        samples.append(Sample(pattern: number, rareness: evidence.rareness, isSame: isSame))
    }

    /// How many pairs were taken, and how many of them are the same.
    public var counts: (pairs: Int, same: Int) { (samples.count, samples.count { $0.isSame }) }

    /// The weights found, and the mean loss of a pair (natural logarithm) before and after.
    public func fitted() -> (weights: ScoreWeights, before: Double, after: Double) {
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
        return (weights, loss.ofPairs(at: start) / pairs, loss.ofPairs(at: end) / pairs)
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
                return sum + Self.loss(odds.total, isSame: sample.isSame)
            }
        }

        func value(at weights: [Double]) -> (value: Double, slope: [Double]) {
            var value = 0.0
            var slope = [Double](repeating: 0, count: weights.count)
            for sample in samples {
                let (total, chance) = odds(sample, weights)
                value += Self.loss(total, isSame: sample.isSame)
                let error = (sample.isSame ? 1 : 0) - 1 / (1 + exp(min(total, 700)))
                let pattern = patterns[sample.pattern]
                for place in pattern.same { slope[place] -= error }
                for place in pattern.chance { slope[place] += error * chance }
                slope[ScoreWeight.rarity.place] += error * chance * sample.rareness
                for place in pattern.relative { slope[place] += error * (1 - chance) }
            }
            for place in weights.indices {
                let distance = (weights[place] - prior[place]) / spreads[place]
                value += distance * distance / 2
                slope[place] += distance / spreads[place]
            }
            return (value, slope)
        }

        /// Logarithm of the odds against the same, and the part of them that is chance.
        private func odds(_ sample: Sample, _ weights: [Double]) -> (total: Double, chance: Double) {
            let pattern = patterns[sample.pattern]
            func sum(_ places: [Int]) -> Double { places.reduce(0) { $0 + weights[$1] } }
            let chance = strangers + weights[ScoreWeight.rarity.place] * sample.rareness + sum(pattern.chance)
            let relative = sum(pattern.relative)
            let greater = max(chance, relative)
            let both = greater + log(exp(chance - greater) + exp(relative - greater))
            return (both - sum(pattern.same), exp(chance - both))
        }

        /// `odds` are the logarithm of the odds against.
        private static func loss(_ odds: Double, isSame: Bool) -> Double {
            let against = isSame ? odds : -odds
            return against > 30 ? against : log1p(exp(against))
        }
    }
}

extension ScoreWeight {
    var place: Int { Self.places[self] ?? 0 }

    private static let places = Dictionary(
        zip(allCases, allCases.indices),
        uniquingKeysWith: { first, _ in first }
    )

    /// How far a weight may well lie from the recipe's. What identifiers are worth shows in few pairs, so it stays near.
    fileprivate var spread: Double {
        switch self {
        case .rarity: 0.2
        case .phone, .email, .document, .object: 0.3
        default: 1
        }
    }
}

/// L-BFGS: steps down a smooth slope, each guided by how the slope changed in the last ones.
enum Descent {
    private static let memory = 8
    private static let rounds = 300

    static func minimum(
        from start: [Double],
        _ function: ([Double]) -> (value: Double, slope: [Double])
    ) -> [Double] {
        var point = start
        var (value, slope) = function(point)
        var steps: [(step: [Double], change: [Double])] = []
        for _ in 0..<rounds {
            let direction = direction(slope, steps)
            let descent = dot(direction, slope)
            guard descent < 0, dot(slope, slope) > 1e-12 else { break }
            var length = steps.isEmpty ? min(1, 1 / dot(slope, slope).squareRoot()) : 1
            var next: (point: [Double], value: Double, slope: [Double])?
            while length > 1e-12 {
                let trial = zip(point, direction).map { $0 + length * $1 }
                let (trialValue, trialSlope) = function(trial)
                if trialValue <= value + 1e-4 * length * descent {
                    next = (trial, trialValue, trialSlope)
                    break
                }
                length /= 2
            }
            guard let next else { break }
            let step = zip(next.point, point).map { $0 - $1 }
            let change = zip(next.slope, slope).map { $0 - $1 }
            if dot(step, change) > 1e-12 {
                steps.append((step, change))
                if steps.count > memory { steps.removeFirst() }
            }
            let gain = value - next.value
            (point, value, slope) = next
            if gain < 1e-9 * max(1, abs(value)) { break }
        }
        return point
    }

    private static func direction(
        _ slope: [Double],
        _ steps: [(step: [Double], change: [Double])]
    ) -> [Double] {
        var direction = slope
        var factors: [Double] = []
        for (step, change) in steps.reversed() {
            let factor = dot(step, direction) / dot(step, change)
            factors.append(factor)
            direction = zip(direction, change).map { $0 - factor * $1 }
        }
        if let (step, change) = steps.last {
            let scale = dot(step, change) / dot(change, change)
            direction = direction.map { $0 * scale }
        }
        for ((step, change), factor) in zip(steps, factors.reversed()) {
            let other = dot(change, direction) / dot(step, change)
            direction = zip(direction, step).map { $0 + (factor - other) * $1 }
        }
        return direction.map { -$0 }
    }

    private static func dot(_ left: [Double], _ right: [Double]) -> Double {
        zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
    }
}
