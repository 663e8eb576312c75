/// Use case: how well would the private match find an agency's own pairs? Runs the real protocol between two parties in
/// one process, without policy, expiry, network or disk. Knows records of both sides; its report knows none.

import MatchKeys
import ObliviousPRF
import SetIntersection
import Sodium

/// The whole of PROTOCOL sections 1 and 2 on two lists of records: keys, index under a fresh epoch seed, blinded
/// queries in batches, evaluation with proofs, verification, look-up, scores (CONTRACTS, `comity evaluate`).
public struct EvaluateMatching: Sendable {
    /// How the two parties' keys are compared. Both ways find the same.
    public enum Way: Sendable {
        /// Blinded, as two nodes do.
        case blinded
        /// In clear, key by key: what the protocol must not lose anything of.
        case clear
    }

    private let recipe: KeyRecipe
    private let way: Way
    private let prf: VOPRF
    private let random: RandomBytes
    private let keysPerQuery: Int
    private let say: @Sendable (String) -> Void

    /// Own keys of one query unless told: with the padding of three classes they fill eight batches.
    public static let usualKeysPerQuery = 8 * PointBatch.greatestCount - MatchKeys.KeyClass.allCases.count * 1_024

    /// Records whose keys are derived at once.
    private static let slice = 8_192

    /// - Parameters:
    ///   - recipe: makes the keys and weighs what agrees.
    ///   - random: for seeds, handles, query ids and chaff.
    ///   - keysPerQuery: the asker's records are parted into queries of at most so many keys; a record is never parted.
    ///   - say: takes a line for each tenth of a way that takes longer than a second.
    public init(
        recipe: KeyRecipe = .current,
        way: Way = .blinded,
        random: RandomBytes,
        keysPerQuery: Int = EvaluateMatching.usualKeysPerQuery,
        say: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.recipe = recipe
        self.way = way
        self.random = random
        self.keysPerQuery = keysPerQuery
        self.say = say
        prf = VOPRF()
    }

    /// Blocks its thread and works on all cores.
    ///
    /// Memory grows by the holder's keys and the pairs of which a key agrees: how many records share a key weighs in each,
    /// so all are weighed at the end.
    /// - Parameters:
    ///   - holder, asker: every record enters, whatever its policy columns say.
    ///   - truth: pairs to compare with; a pair given twice counts once.
    ///   - fitting: takes every pair of which a key agrees, to find weights by.
    /// - Throws: `.duplicateID`, `.unknownTruth`, `.tooManyKeys`; `.commonTag`, `.match` if the protocol refused itself.
    public func run(
        holder: [Record],
        asker: [Record],
        truth: [TruePair]? = nil,
        fitting: PairFitting? = nil
    ) throws(EvaluationProblem) -> EvaluationReport {
        let holderIDs = try Self.positions(holder, side: .holder)
        let askerIDs = try Self.positions(asker, side: .asker)
        let wanted = try truth.map { pairs throws(EvaluationProblem) in
            try Self.resolve(pairs, holder: holderIDs, asker: askerIDs)
        }
        var trial = Trial(
            weighing: Weighing(recipe: recipe, records: holder.count),
            truth: wanted,
            fitting: fitting
        )
        let bytesIndex: Int
        let keysLeftOut: Int
        switch way {
        case .blinded:
            let party = try wrapped { () throws(IntersectionError) in try makeHolder(holder, &trial) }
            try ask(asker, party, &trial)
            (bytesIndex, keysLeftOut) = (party.indexBytes, party.keysLeftOut)
        case .clear:
            let join = compareInClear(holder, asker, &trial)
            (bytesIndex, keysLeftOut) = (0, join.keysLeftOut)
        }
        let clock = ContinuousClock()
        let before = clock.now
        trial.weigh()
        trial.times.lookUp += seconds(clock.now - before)
        let pairs = trial.found.sorted { $0.place < $1.place }
        return EvaluationReport(
            holderRecords: holder.count,
            askerRecords: asker.count,
            keysHolder: trial.keysHolder,
            keysAsker: trial.keysAsker,
            pairs: pairs.map { pair in
                MatchedPair(
                    holder: holder[pair.place.holder].id,
                    asker: asker[pair.place.asker].id,
                    score: pair.score.score,
                    kinds: pair.score.kinds
                )
            },
            tally: trial.tally,
            truth: wanted?.count,
            bytesIndex: bytesIndex,
            bytesQuery: trial.bytesQuery,
            bytesAnswer: trial.bytesAnswer,
            queries: trial.queries,
            keysLeftOut: keysLeftOut,
            times: trial.times
        )
    }

    // MARK: Holder

    private func makeHolder(_ records: [Record], _ trial: inout Trial) throws(IntersectionError) -> TrialHolder {
        var draft = TrialHolderDraft()
        var progress = Progress(total: records.count, unit: "holder records", say: say)
        for start in stride(from: 0, to: records.count, by: Self.slice) {
            let slice = records[start..<min(start + Self.slice, records.count)]
            let keys = trial.measure(\.keys) { trialKeys(slice, recipe: recipe, runner: prf.engine.runner) }
            for (offset, keys) in keys.enumerated() {
                trial.keysHolder += keys.count
                try draft.add(keys, of: start + offset, random: random)
            }
            progress.advance(by: slice.count)
        }
        let scope = try IndexScope(agreement: "evaluation", asker: "asker", holder: "holder", epoch: 1)
        let clock = ContinuousClock()
        let before = clock.now
        let holder = try draft.build(scope: scope, prf: prf, random: random)
        trial.times.index += seconds(clock.now - before)
        return holder
    }

    // MARK: Asker

    private func ask(_ records: [Record], _ holder: TrialHolder, _ trial: inout Trial) throws(EvaluationProblem) {
        var question = TrialQuestion()
        var progress = Progress(total: records.count, unit: "asker records", say: say)
        for start in stride(from: 0, to: records.count, by: Self.slice) {
            let slice = records[start..<min(start + Self.slice, records.count)]
            let keys = trial.measure(\.keys) { trialKeys(slice, recipe: recipe, runner: prf.engine.runner) }
            for (offset, keys) in keys.enumerated() {
                trial.keysAsker += keys.count
                trial.ask(keys)
                guard keys.count <= BlindedQuestion.greatestCount / 2 else {
                    throw .tooManyKeys(position: start + offset)
                }
                if question.count > 0, question.count + keys.count > keysPerQuery {
                    try wrapped { () throws(IntersectionError) in try ask(question, holder, &trial) }
                    question = TrialQuestion()
                }
                question.add(keys, of: start + offset)
            }
            progress.advance(by: slice.count)
        }
        if question.count > 0 { try wrapped { () throws(IntersectionError) in try ask(question, holder, &trial) } }
    }

    private func ask(
        _ question: TrialQuestion,
        _ holder: TrialHolder,
        _ trial: inout Trial
    ) throws(IntersectionError) {
        let clock = ContinuousClock()
        var before = clock.now
        func lap(_ step: WritableKeyPath<EvaluationTimes, Double>, _ trial: inout Trial) {
            let now = clock.now
            trial.times[keyPath: step] += seconds(now - before)
            before = now
        }
        let blinded = try question.blinded(prf: prf, random: random)
        lap(\.blind, &trial)
        var answers: [[ClassEvaluation]] = []
        for batch in blinded.batches {
            let answer = try holder.answer(batch, random: random)
            trial.bytesQuery += batch.classes.reduce(0) { $0 + $1.points.bytes.count }
            trial.bytesAnswer += answer.reduce(0) { $0 + $1.evaluation.elements.count + $1.evaluation.proof.count }
            answers.append(answer)
        }
        lap(\.evaluate, &trial)
        let outputs = try blinded.finalise(answers, publicKeys: holder.publicKeys)
        lap(\.finalise, &trial)
        let hits = try outputs.lookUp(in: holder.published)
        // A handle of no record is a false hit of the index (PROTOCOL section 2).
        let real = hits.filter { holder.records[$0.handle] != nil }
        for (asker, handle, keys) in question.agreements(real) {
            guard let position = holder.records[handle] else { continue }
            trial.take(keys, of: PairPlace(holder: position, asker: asker))
        }
        trial.share(question.sharing(real))
        lap(\.lookUp, &trial)
        trial.queries += 1
    }

    // MARK: In clear

    private func compareInClear(_ holder: [Record], _ asker: [Record], _ trial: inout Trial) -> ClearJoin {
        var join = ClearJoin()
        for (position, record) in holder.enumerated() {
            let keys = trial.measure(\.keys) { recipe.keys(of: record) }
            trial.keysHolder += keys.count
            join.add(keys, of: position)
        }
        for (position, record) in asker.enumerated() {
            let keys = trial.measure(\.keys) { recipe.keys(of: record) }
            trial.keysAsker += keys.count
            trial.ask(keys)
            for (holder, agreeing) in join.agreeing(keys) {
                trial.take(agreeing, of: PairPlace(holder: holder, asker: position))
            }
            trial.share(join.sharing(keys))
        }
        return join
    }

    // MARK: Ids

    private static func positions(
        _ records: [Record],
        side: EvaluationProblem.Side
    ) throws(EvaluationProblem) -> [String: Int] {
        var positions = [String: Int](minimumCapacity: records.count)
        for (position, record) in records.enumerated() {
            guard positions.updateValue(position, forKey: record.id) == nil else {
                throw .duplicateID(side, position: position)
            }
        }
        return positions
    }

    private static func resolve(
        _ truth: [TruePair],
        holder: [String: Int],
        asker: [String: Int]
    ) throws(EvaluationProblem) -> Set<PairPlace> {
        var places: Set<PairPlace> = []
        var strangers: [EvaluationProblem.Stranger] = []
        for (position, pair) in truth.enumerated() {
            let (left, right) = (holder[pair.holder], asker[pair.asker])
            if left == nil { strangers.append(.init(position: position, side: .holder)) }
            if right == nil { strangers.append(.init(position: position, side: .asker)) }
            if let left, let right { places.insert(PairPlace(holder: left, asker: right)) }
        }
        guard strangers.isEmpty else { throw .unknownTruth(strangers) }
        return places
    }

    private func wrapped<Result>(
        _ body: () throws(IntersectionError) -> Result
    ) throws(EvaluationProblem) -> Result {
        do {
            return try body()
        } catch .malformedSegment {
            throw .commonTag
        } catch {
            throw .match(error)
        }
    }
}
