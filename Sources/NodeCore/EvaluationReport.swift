/// What a trial of the private match found, in numbers and pairs. Knows ids, scores and kinds; never a key or a cell.

import MatchKeys
import SetIntersection

/// Two records that are known to be one person or thing.
public struct TruePair: Hashable, Sendable {
    /// Ids of the two records.
    public let holder: String
    public let asker: String

    public init(holder: String, asker: String) {
        self.holder = holder
        self.asker = asker
    }
}

/// Two records that the match brought together, at or above the threshold.
public struct MatchedPair: Hashable, Sendable {
    /// Ids of the two records.
    public let holder: String
    public let asker: String
    /// 0-100, how sure.
    public let score: Int
    /// The agreeing kinds, in the recipe's order, none twice.
    public let kinds: [KeyKind]
}

/// How well the pairs found fit the true ones; each pair is judged alone.
public struct MatchFigures: Equatable, Sendable {
    /// Share of the found pairs that are true; 0 where none was found.
    public let precision: Double
    /// Share of the true pairs that were found; 0 where there is none.
    public let recall: Double
    /// Harmonic mean of the two; 0 where both are 0.
    public let f1: Double

    /// - Parameters:
    ///   - correct: found pairs that are true.
    ///   - found: all found pairs.
    ///   - truth: all true pairs.
    public init(correct: Int, found: Int, truth: Int) {
        precision = found > 0 ? Double(correct) / Double(found) : 0
        recall = truth > 0 ? Double(correct) / Double(truth) : 0
        f1 = found + truth > 0 ? 2 * Double(correct) / Double(found + truth) : 0
    }
}

/// Seconds of each step of a trial, in its order.
public struct EvaluationTimes: Equatable, Sendable {
    /// Match keys of both sides.
    public var keys = 0.0
    /// The holder's index.
    public var index = 0.0
    /// Blinding, by the asker.
    public var blind = 0.0
    /// Decoding, evaluation and proofs, by the holder.
    public var evaluate = 0.0
    /// Verification of proofs and unblinding, by the asker.
    public var finalise = 0.0
    /// Look-up and scores, by the asker.
    public var lookUp = 0.0

    public var total: Double { keys + index + blind + evaluate + finalise + lookUp }
}

/// The outcome of `EvaluateMatching`.
public struct EvaluationReport: Sendable {
    public let holderRecords: Int
    public let askerRecords: Int
    /// Match keys of all records of a side; each record counts its own.
    public let keysHolder: Int
    public let keysAsker: Int
    /// Ordered by holder record, then by asker record, as they were handed in.
    public let pairs: [MatchedPair]
    /// Every pair of which a key agrees, by score.
    public let tally: ScoreTally
    /// How many true pairs there are; nil if none were given.
    public let truth: Int?
    /// All segments of all classes, chaff included.
    public let bytesIndex: Int
    /// Blinded points that went to the holder, padding included, 32 bytes each.
    public let bytesQuery: Int
    /// Evaluated points and proofs that came back.
    public let bytesAnswer: Int
    /// Queries that the asker's records took.
    public let queries: Int
    /// Keys that more than 64 of the holder's records share: they are in no index and find nothing.
    public let keysLeftOut: Int
    public let times: EvaluationTimes
}

extension EvaluationReport {
    /// How well the pairs shown fit the true ones; nil without any to compare with.
    public var figures: MatchFigures? {
        truth.map { MatchFigures(correct: tally.shownCorrect, found: pairs.count, truth: $0) }
    }

    /// The same for each threshold of `scores`, strictest last.
    public func curve(_ scores: [Int] = [1, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 99]) -> [(
        score: Int, pairs: Int, figures: MatchFigures
    )] {
        guard let truth else { return [] }
        return scores.map { score in
            let (found, correct) = tally.counts(from: score)
            return (score, found, MatchFigures(correct: correct, found: found, truth: truth))
        }
    }
}

/// Pairs by band and by score: what was expected of them, and how many are true.
public struct ScoreTally: Equatable, Sendable {
    /// Pairs of one band.
    public struct Band: Equatable, Sendable {
        public fileprivate(set) var pairs = 0
        fileprivate var probabilities = 0.0
        public fileprivate(set) var correct = 0

        /// Mean probability of its pairs; 0 for none.
        public var expected: Double { pairs > 0 ? probabilities / Double(pairs) : 0 }
        /// Share of its pairs that are true; 0 for none.
        public var seen: Double { pairs > 0 ? Double(correct) / Double(pairs) : 0 }
    }

    private var bands: [StrengthBand: Band] = [:]
    private var found = [Int](repeating: 0, count: 101)
    private var correct = [Int](repeating: 0, count: 101)
    fileprivate var shownCorrect = 0

    mutating func add(_ score: MatchScore, isSame: Bool) {
        let place = min(max(score.score, 0), 100)
        found[place] += 1
        correct[place] += isSame ? 1 : 0
        shownCorrect += isSame && score.isShown ? 1 : 0
        guard let name = score.band else { return }
        bands[name, default: Band()].pairs += 1
        bands[name, default: Band()].probabilities += score.probability
        bands[name, default: Band()].correct += isSame ? 1 : 0
    }

    public subscript(band: StrengthBand) -> Band { bands[band] ?? Band() }

    /// How far seen is from expected, a mean over all pairs of all bands; 0 for none.
    public var calibrationError: Double {
        let pairs = bands.values.reduce(0) { $0 + $1.pairs }
        guard pairs > 0 else { return 0 }
        return bands.values.reduce(0) { $0 + abs($1.expected - $1.seen) * Double($1.pairs) } / Double(pairs)
    }

    func counts(from score: Int) -> (found: Int, correct: Int) {
        (found[score...].reduce(0, +), correct[score...].reduce(0, +))
    }
}

/// Why a trial could not be run. Names sides and positions (from 0), never the value of a record.
public enum EvaluationProblem: Error, Equatable, Sendable {
    public enum Side: String, Sendable { case holder, asker }

    /// A true pair that names no record of that side.
    public struct Stranger: Hashable, Sendable {
        /// Which of the true pairs.
        public let position: Int
        public let side: Side
    }

    /// An id that an earlier record of the same side has.
    case duplicateID(Side, position: Int)
    /// Every true pair that names a record that is not there, in order; the holder's side first.
    case unknownTruth([Stranger])
    /// One record of the asker gives more keys than a query carries.
    case tooManyKeys(position: Int)
    /// Two keys show a common tag: one chance in 400,000 for ten million keys (`IndexBuilder`); another run has new seeds.
    case commonTag
    /// The match itself refused: our fault.
    case match(IntersectionError)
}
