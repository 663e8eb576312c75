// A trial of the private match finds what a comparison of the keys in clear finds, and counts it rightly.
import Foundation
import MatchKeys
import NodeCore
import RecordFiles
import Sodium
import Testing

@Suite struct EvaluateMatchingTests {
    // MARK: Against a comparison in clear

    @Test(arguments: ["febrl4", "synthetic"], [MatchProfile.person, .household])
    func findsWhatSharedKeysInClearFind(_ set: String, _ profile: MatchProfile) throws {
        let (holder, asker) = (try records("\(set)-holder.csv"), try records("\(set)-asker.csv"))
        let recipe = KeyRecipe.newest(profile)
        let report = try EvaluateMatching(recipe: recipe, random: .system).run(holder: holder, asker: asker)
        let expected = pairsInClear(holder, asker, recipe: recipe)
        #expect(expected.count > 30)
        #expect(report.pairs.map(Row.init) == expected)
        #expect(report.keysHolder == holder.reduce(0) { $0 + recipe.keys(of: $1).count })
        #expect(report.keysAsker == asker.reduce(0) { $0 + recipe.keys(of: $1).count })
        #expect(report.figures == nil)
    }

    @Test(arguments: ["febrl4", "synthetic"])
    func losesNothingByTheProtocol(_ set: String) throws {
        let (holder, asker) = (try records("\(set)-holder.csv"), try records("\(set)-asker.csv"))
        let truth = try pairs("\(set)-truth.csv")
        let blinded = try EvaluateMatching(random: .system).run(holder: holder, asker: asker, truth: truth)
        let clear = try EvaluateMatching(way: .clear, random: .system).run(holder: holder, asker: asker, truth: truth)
        #expect(blinded.pairs == clear.pairs)
        #expect(blinded.figures == clear.figures)
        for band in StrengthBand.allCases {
            #expect(blinded.tally[band].pairs == clear.tally[band].pairs)
            #expect(abs(blinded.tally[band].expected - clear.tally[band].expected) < 1e-9)
            #expect(blinded.tally[band].seen == clear.tally[band].seen)
        }
        #expect(zip(blinded.curve(), clear.curve()).allSatisfy { $0 == $1 })
        #expect((blinded.keysHolder, blinded.keysAsker) == (clear.keysHolder, clear.keysAsker))
        #expect((clear.queries, clear.bytesIndex, clear.bytesQuery) == (0, 0, 0))
    }

    @Test(arguments: [("febrl4", 0.9), ("synthetic", 0.85)])
    func findsMostOfTheTruePairs(_ set: String, _ least: Double) throws {
        let truth = try pairs("\(set)-truth.csv")
        let report = try EvaluateMatching(random: .system)
            .run(holder: records("\(set)-holder.csv"), asker: records("\(set)-asker.csv"), truth: truth)
        let figures = try #require(report.figures)
        let found = Set(report.pairs.map { TruePair(holder: $0.holder, asker: $0.asker) })
        let correct = Double(found.intersection(truth).count)
        #expect(figures.precision == correct / Double(found.count))
        #expect(figures.recall == correct / Double(truth.count))
        #expect(figures.precision >= 0.95)
        #expect(figures.recall >= least)
    }

    @Test func severalQueriesFindWhatOneFinds() throws {
        let (holder, asker) = (try records("synthetic-holder.csv"), try records("synthetic-asker.csv"))
        let report = try EvaluateMatching(random: .system, keysPerQuery: 200).run(holder: holder, asker: asker)
        #expect((3...6).contains(report.queries))
        #expect(report.pairs.map(Row.init) == pairsInClear(holder, asker, recipe: .current))
    }

    // MARK: Figures

    @Test func countsFiguresByHand() throws {
        // Found: 1, 2, 3 (true) and 4 (an impostor). Not found: 5, whose documents differ.
        let holder = (1...5).map { document("h\($0)", "C0000000\($0)") }
        let asker = (1...4).map { document("a\($0)", "C0000000\($0)") } + [document("a5", "C99999995")]
        let truth = [1, 2, 3, 5, 3].map { TruePair(holder: "h\($0)", asker: "a\($0)") }
        let report = try EvaluateMatching(random: .system).run(holder: holder, asker: asker, truth: truth)
        #expect(report.pairs.map(\.holder) == ["h1", "h2", "h3", "h4"])
        #expect(report.pairs.allSatisfy { $0.score == 99 && $0.kinds == [.docfold] })
        // The pair given twice counts once.
        #expect(report.figures == MatchFigures(correct: 3, found: 4, truth: 4))
        #expect(report.figures?.precision == 0.75)
        #expect(report.figures?.recall == 0.75)
        #expect(report.figures?.f1 == 0.75)
        #expect(report.queries == 1)
        // 5 keys of one class are padded to 8 points of 32 bytes; the answer has one proof of 64.
        #expect(report.bytesQuery == 8 * 32)
        #expect(report.bytesAnswer == 8 * 32 + 64)
        // Three classes, each chaffed to 64 entries of 13 bytes.
        #expect(report.bytesIndex == 3 * 64 * 13)
    }

    @Test func figuresAreZeroWhereThereIsNothingToDivide() {
        #expect(MatchFigures(correct: 0, found: 0, truth: 3) == MatchFigures(correct: 0, found: 3, truth: 0))
        #expect(MatchFigures(correct: 0, found: 0, truth: 0).f1 == 0)
    }

    @Test func recordsWithoutKeysFindNothing() throws {
        let report = try EvaluateMatching(random: .system)
            .run(holder: [Record(id: "h")], asker: [Record(id: "a")], truth: [TruePair(holder: "h", asker: "a")])
        #expect(report.pairs.isEmpty)
        #expect(report.queries == 0)
        #expect(report.figures == MatchFigures(correct: 0, found: 0, truth: 1))
    }

    // MARK: Thresholds and slots

    @Test func scoreFollowsTheHoldersSize() throws {
        // One name part and the birth date.
        let holder = [person("h", "Ngozi", "1987-03-12")]
        let asker = [person("a", "Ngozi", "1987-03-12")]
        let report = try EvaluateMatching(random: .system).run(holder: holder, asker: asker)
        #expect(report.pairs.map(\.kinds) == [[.skeletonDob]])
        // Records without keys count too: the score follows the holder's size, not its index.
        let large = holder + (1...20_000).map { Record(id: "empty\($0)") }
        let lower = try EvaluateMatching(random: .system).run(holder: large, asker: asker)
        #expect(lower.pairs.allSatisfy { $0.score < report.pairs[0].score })
        #expect(lower.tally.calibrationError == 0 || !lower.pairs.isEmpty)
    }

    @Test func countsBandsAndThresholdsByHand() throws {
        // Documents are strong; one name and a birth date among thirty thousand records is less.
        let holder =
            (1...4).map { document("h\($0)", "C0000000\($0)") }
            + [person("h5", "Mohamed", "1987-03-12")] + (1...30_000).map { Record(id: "empty\($0)") }
        let asker = (1...4).map { document("a\($0)", "C0000000\($0)") } + [person("a5", "Mohamed", "1987-03-12")]
        let truth = [1, 2, 5].map { TruePair(holder: "h\($0)", asker: "a\($0)") }
        let report = try EvaluateMatching(random: .system).run(holder: holder, asker: asker, truth: truth)
        let strong = report.tally[.strong]
        #expect((strong.pairs, strong.correct) == (4, 2))
        #expect(strong.seen == 0.5)
        #expect(strong.expected > 0.99)
        let rows = report.curve([1, 99])
        #expect(rows.map(\.pairs) == [5, 4])
        #expect(rows.map(\.figures.precision) == [0.6, 0.5])
        #expect(rows.map(\.figures.recall) == [1, 2.0 / 3])
        let missed = 0.5 * 4 / 5
        #expect(report.tally.calibrationError > missed - 0.01 && report.tally.calibrationError < missed + 0.1)
    }

    @Test func keyOfMoreThan64RecordsIsLeftOut() throws {
        let asker = [document("a", "C01234567")]
        let crowd = (1...65).map { document("h\($0)", "C01234567") }
        let full = try EvaluateMatching(random: .system).run(holder: Array(crowd.dropLast()), asker: asker)
        #expect(full.pairs.map(\.holder) == (1...64).map { "h\($0)" })
        #expect(full.keysLeftOut == 0)
        let over = try EvaluateMatching(random: .system).run(holder: crowd, asker: asker)
        #expect(over.pairs.isEmpty)
        #expect(over.keysLeftOut == 1)
    }

    // MARK: Bad data

    @Test func namesEveryIDOfTheTruthThatIsNotThere() {
        let problem = #expect(throws: EvaluationProblem.self) {
            try EvaluateMatching(random: .system).run(
                holder: [Record(id: "h")],
                asker: [Record(id: "a")],
                truth: [
                    TruePair(holder: "h", asker: "a"), TruePair(holder: "a", asker: "a"),
                    TruePair(holder: "x", asker: "h"),
                ]
            )
        }
        guard case .unknownTruth(let strangers) = problem else {
            Issue.record("another problem")
            return
        }
        #expect(strangers.map(\.position) == [1, 2, 2])
        #expect(strangers.map(\.side) == [.holder, .holder, .asker])
    }

    @Test func refusesAnIDGivenTwice() {
        let twice = [Record(id: "x"), Record(id: "y"), Record(id: "x")]
        #expect(throws: EvaluationProblem.duplicateID(.holder, position: 2)) {
            try EvaluateMatching(random: .system).run(holder: twice, asker: [])
        }
        #expect(throws: EvaluationProblem.duplicateID(.asker, position: 2)) {
            try EvaluateMatching(random: .system).run(holder: [], asker: twice)
        }
    }

    // MARK: Support

    private struct Row: Equatable, CustomStringConvertible {
        var holder: String
        var asker: String
        var score: Int
        var kinds: [String]

        init(holder: String, asker: String, score: Int, kinds: [String]) {
            (self.holder, self.asker, self.score, self.kinds) = (holder, asker, score, kinds)
        }

        init(_ pair: MatchedPair) {
            self.init(holder: pair.holder, asker: pair.asker, score: pair.score, kinds: pair.kinds.map(\.rawValue))
        }

        var description: String { "\(holder) \(asker) \(score) \(kinds.joined(separator: "+"))" }
    }

    /// Every holder row beside every asker row, keys in clear.
    private func pairsInClear(_ holder: [Record], _ asker: [Record], recipe: KeyRecipe) -> [Row] {
        let left = holder.map { Set(recipe.keys(of: $0)) }
        let right = asker.map { Set(recipe.keys(of: $0)) }
        let held = Dictionary(left.flatMap { $0.map { ($0, 1) } }, uniquingKeysWith: +)
        let asked = right.reduce(into: Set()) { $0.formUnion($1) }
        let sharing = KeySharing(
            records: held.filter { asked.contains($0.key) },
            holderRecords: holder.count,
            recipe: recipe
        )
        var rows: [Row] = []
        for (ours, record) in zip(left, holder) {
            for (theirs, other) in zip(right, asker) {
                let shared = ours.intersection(theirs)
                let score = MatchScore(
                    agreeing: Array(shared),
                    holderRecords: holder.count,
                    recipe: recipe,
                    asked: AskedParts(Array(theirs), recipe: recipe),
                    sharing: sharing
                )
                guard score.score >= 50 else { continue }
                let kinds = Set(shared.map(\.kind)).sorted().map(\.rawValue)
                rows.append(Row(holder: record.id, asker: other.id, score: score.score, kinds: kinds))
            }
        }
        return rows
    }

    private func document(_ id: String, _ number: String) -> Record {
        Record(id: id, columns: ["document_number": [number]])
    }

    private func person(_ id: String, _ name: String, _ birth: String) -> Record {
        Record(id: id, columns: ["given_name": [name], "birth_date": [birth]])
    }

    private func records(_ name: String) throws -> [Record] {
        let file = try RecordReader(csv: bytes(name)).read()
        #expect(file.problems.allSatisfy { $0.effect == .noPolicy })
        return file.records
    }

    private func pairs(_ name: String) throws -> [TruePair] {
        var reader = CSVReader(bytes: try bytes(name))
        _ = try reader.next()
        var pairs: [TruePair] = []
        while let row = try reader.next() { pairs.append(TruePair(holder: row.cells[0], asker: row.cells[1])) }
        #expect(pairs.count >= 60)
        return pairs
    }

    private func bytes(_ name: String) throws -> [UInt8] {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return [UInt8](try Data(contentsOf: tests.appending(path: "Vectors/linkage-small").appending(path: name)))
    }
}
