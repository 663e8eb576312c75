/// What a trial gathers as it goes: pairs of which keys agree, weighed and counted. Knows positions, scores and kinds; keeps no
/// key but those that are being compared in clear.

public import MatchKeys

/// Positions of two records.
struct PairPlace: Hashable, Comparable, Sendable {
    let holder: Int
    let asker: Int

    static func < (left: PairPlace, right: PairPlace) -> Bool {
        (left.holder, left.asker) < (right.holder, right.asker)
    }
}

struct FoundPair: Sendable {
    let place: PairPlace
    let score: MatchScore
}

/// Takes every pair of which a key agrees, to find weights by; `isSame` is nil where it is not known.
public typealias PairFitting = (
    _ agreeing: [MatchKey], _ asked: AskedParts, _ sharing: KeySharing, _ isSame: Bool?
) -> Void

struct Trial {
    let weighing: Weighing
    let truth: Set<PairPlace>?
    let fitting: PairFitting?
    var keysHolder = 0
    var keysAsker = 0
    var bytesQuery = 0
    var bytesAnswer = 0
    var queries = 0
    private(set) var found: [FoundPair] = []
    private(set) var tally = ScoreTally()
    /// By the asker's records.
    private var asked: [AskedParts] = []
    private var agreeing: [(keys: [MatchKey], place: PairPlace)] = []
    /// With how many records each agreeing key agrees.
    private var sharing: [MatchKey: Int] = [:]
    var times = EvaluationTimes()

    init(
        weighing: Weighing,
        truth: Set<PairPlace>?,
        fitting: PairFitting?
    ) {
        self.weighing = weighing
        self.truth = truth
        self.fitting = fitting
    }

    /// Takes all keys of the asker's next record.
    mutating func ask(_ keys: [MatchKey]) { asked.append(weighing.asked(keys)) }

    /// Takes the agreeing keys of one pair.
    mutating func take(_ keys: [MatchKey], of place: PairPlace) { agreeing.append((keys, place)) }

    /// Takes with how many of the holder's records keys agree; one that was told before is the same.
    mutating func share(_ records: [MatchKey: Int]) { sharing.merge(records) { $1 } }

    /// Weighs every pair, when all are known.
    mutating func weigh() {
        let sharing = weighing.sharing(sharing)
        for (keys, place) in agreeing {
            let score = weighing.score(keys, asked: asked[place.asker], sharing: sharing)
            let isSame = truth.map { $0.contains(place) }
            tally.add(score, isSame: isSame == true)
            fitting?(keys, asked[place.asker], sharing, isSame)
            if score.isShown { found.append(FoundPair(place: place, score: score)) }
        }
        agreeing = []
    }

    mutating func measure<Result>(
        _ step: WritableKeyPath<EvaluationTimes, Double>,
        _ body: () -> Result
    ) -> Result {
        let clock = ContinuousClock()
        let before = clock.now
        let result = body()
        times[keyPath: step] += seconds(clock.now - before)
        return result
    }
}

func seconds(_ duration: Duration) -> Double { duration / .seconds(1) }

/// The holder's keys in clear, each with the records that have it.
struct ClearJoin {
    private var records: [MatchKey: [Int]] = [:]

    /// A key of more records is in no index (PROTOCOL section 2).
    private static let greatest = 64

    mutating func add(_ keys: [MatchKey], of position: Int) {
        for key in keys { records[key, default: []].append(position) }
    }

    var keysLeftOut: Int { records.values.count { $0.count > Self.greatest } }

    /// Which of `keys` each of the holder's records has.
    func agreeing(_ keys: [MatchKey]) -> [Int: [MatchKey]] {
        var found: [Int: [MatchKey]] = [:]
        for key in keys {
            guard let positions = records[key], positions.count <= Self.greatest else { continue }
            for position in positions { found[position, default: []].append(key) }
        }
        return found
    }

    /// With how many records each of `keys` agrees.
    func sharing(_ keys: [MatchKey]) -> [MatchKey: Int] {
        var counts: [MatchKey: Int] = [:]
        for key in keys {
            if let count = records[key]?.count, count <= Self.greatest { counts[key] = count }
        }
        return counts
    }
}
