import AuditLog
import CanonicalJSON
import Foundation
import NodeTesting
import PeerTrust
import PolicyEngine
import Synchronization
import Testing
import Vault
import WireProtocol

// Questions of more keys than one message carries: batches, what is asked twice and what is not, and holders and askers
// that do not keep to the numbers.
@testable import NodeCore

@Suite struct LongQueryTests {
    private static let policies = TestPolicies().requiring(
        "quota: [{per: peer, period: hour, keys: 3000000}, {per: peer, period: day, keys: 9000000}, "
            + "{per: peer, period: month, keys: 9000000}]",
        sides: "asker, holder",
        in: .agreement
    )

    /// Somebody with a phone and nothing else: one key.
    private static func phone(_ number: Int) -> String {
        "+491512" + String(repeating: "0", count: 6 - String(number).count) + String(number)
    }

    private static func records(_ numbers: some Sequence<Int>) -> String {
        "id,phone,subject_category,handling,originator\n"
            + numbers.map { "h\($0),\(phone($0)),suspect,H1,bravo\n" }.joined()
    }

    private static func question(_ numbers: some Sequence<Int>) -> Question {
        let rows = numbers.enumerated().map { row, number in "a\(row)-\(number),\(phone(number))\n" }.joined()
        return Pair.question(.file(Array(("id,phone\n" + rows).utf8), name: "many.csv"))
    }

    private static func with(_ held: some Sequence<Int>, _ body: (Pair) async throws -> Void) async throws {
        let isEmpty = held.underestimatedCount == 0
        try await Pair.with(asker: policies, holder: policies, records: isEmpty ? nil : records(held)) { pair in
            if isEmpty { try await pair.holder.index() }
            try await body(pair)
        }
    }

    private static func ask(
        _ pair: Pair,
        _ numbers: some Sequence<Int>,
        through reaching: (any PeerReaching)? = nil
    ) async throws -> (query: String, answer: PeerAnswerReport) {
        let report = try await pair.asker.node.ask(
            question(numbers),
            dryRun: false,
            by: nil,
            through: reaching ?? pair.peers
        ) { _ in }
        return (report.query, try #require(report.asked.first))
    }

    /// Subjects of hits, by number.
    private static func found(_ answer: PeerAnswerReport) -> [Int] {
        answer.hits.compactMap { $0.subject.split(separator: "-").last.flatMap { Int($0) } }.sorted()
    }

    @Test func aLongQueryFindsWhatIsThereAndBothLogsTellItAlike() async throws {
        try await Self.with(0..<40) { pair in
            let lines = Mutex<[String]>([])
            let report = try await pair.asker.node.ask(
                Self.question(20..<17_020),
                dryRun: false,
                by: nil,
                through: pair.peers
            ) { line in lines.withLock { $0.append(line) } }
            let answer = try #require(report.asked.first)
            #expect(Self.found(answer) == Array(20..<40), "\(answer.reason)")
            #expect(Set(answer.hits.map(\.handle)).count == 20)
            let kept = try await pair.asker.node.vault.read { try $0.batchesToAsk(ofQuery: answer.id) }
            let none = try await pair.asker.node.vault.read { try $0.batch(0, ofQuery: answer.id) }
            #expect(kept.isEmpty && none == nil, "the keys of a query that is over do not stay")
            let used = try await pair.holder.quotaUse("answered/peer/alpha")
            #expect(used == 17_408)
            // A hit of a later batch can be followed like any other.
            let file = try await pair.asker.node.vault.read { try $0.peerQuery(answer.id) }
            let sealed = try pair.asker.node.questionSealer.open(
                SealedPeerQuery.self,
                try #require(file).box,
                id: answer.id
            )
            #expect(sealed.hits?.count == 20 && sealed.long == nil && sealed.blindSeed?.count == 32)

            let asked = try await pair.asker.closedLeaves()
            let received = try await pair.holder.closedLeaves()
            let ours = asked.named("query.asked") + asked.named("query.continued")
            let theirs = received.named("query.received") + received.named("query.continued")
            // Of two batches in work either may be the first.
            #expect(Set(ours.map { $0.text("point_root") }) == Set(theirs.map { $0.text("point_root") }))
            #expect(Set(ours.map { $0.data["keys"]?.integer }) == [17_408, 8_192, 1_024] && ours.count == 3)
            #expect(received.named("query.received").map { $0.data["keys_declared"]?.integer } == [17_408])
            #expect(received.named("query.answered").map { $0.data["keys"]?.integer } == [8_192])
            #expect(asked.named("query.outcome").map { $0.text("outcome") } == ["hits"])
            // Each batch is an exchange with an entry in both logs; the outcome speaks of the first one's answer.
            func exchanges(_ leaves: [Leaf]) throws -> [Exchange] {
                try leaves.map { try Exchange(try #require($0.data["x"])) }
            }
            let (sent, came) = (
                try exchanges(asked.named("query.continued")), try exchanges(received.named("query.continued"))
            )
            #expect(
                Set(sent.map(\.transcript)) == Set(came.map(\.transcript)) && Set(sent.map(\.transcript)).count == 2
            )
            #expect(came.allSatisfy { $0.side == .holder && $0.receipt?.origin == "alpha/audit/1" })
            let outcome = try #require(try exchanges(asked.named("query.outcome")).first)
            #expect(outcome.transcript == (try exchanges(received.named("query.answered")).first?.transcript))
            #expect(outcome.transcript.messages == 2 && outcome.receipt?.origin == "bravo/audit/1")
            let compared = try Reconciliation(
                LogCopy(AuditFolder(path: pair.asker.folder.log.path)),
                LogCopy(AuditFolder(path: pair.holder.folder.log.path))
            )
            #expect(compared.ok && compared.matched == 1 && compared.pending == [], "\(compared)")
            #expect(pair.asker.logProblems() == [] && pair.holder.logProblems() == [])
        }
    }

    @Test func aLineThatIsCutHalfWayIsTakenUpAndNothingIsAskedTwice() async throws {
        try await Self.with(0..<40) { pair in
            let line = CutLine()
            line.cuts(after: 1)
            let (query, first) = try await Self.ask(pair, 20..<17_020, through: line.between(pair.peers))
            #expect(first.outcome == "unreachable" && first.reason.contains("--show \(query)"), "\(first.reason)")
            #expect(line.answered == [0])
            #expect(try await pair.asker.node.questionLine(query, by: nil)?.answered == ["bravo": 33])
            // A restart in between, as after a kill.
            let asker = try await pair.asker.reopened()
            pair.network.join(asker)
            line.isWhole()
            let again = line.between(pair.network.peers(of: asker))
            let report = try await asker.node.question(query, by: nil, through: again)
            let answer = try #require(report.asked.first)
            #expect(answer.id == first.id && Self.found(answer) == Array(20..<40), "\(answer.reason)")
            #expect(line.answered.sorted() == [0, 1, 2], "each batch is answered once")
            let outcome = try #require(asker.folder.publishedLeaves().named("query.outcome").last)
            #expect(try Exchange(try #require(outcome.data["x"])).transcript.messages == 2, "kept over the restart")
            #expect(try await pair.holder.quotaUse("answered/peer/alpha") == 17_408)
            #expect(try await asker.quotaUse("asked/peer/bravo") == 17_408)
            let shown = try await asker.node.question(query, by: nil, through: again)
            #expect(shown.asked.first == answer && line.answered.count == 3)
            await asker.node.close()
        }
    }

    @Test func anAnswerThatGetsLostIsGivenAgainAndNotCharged() async throws {
        try await Self.with(0..<40) { pair in
            let line = CutLine()
            line.losesAnswer(to: 1)
            let (_, answer) = try await Self.ask(pair, 20..<9_020, through: line.between(pair.peers))
            #expect(Self.found(answer) == Array(20..<40), "\(answer.reason)")
            #expect(line.bodies[1]?.count == 1, "the same bytes")
            #expect(try await pair.holder.quotaUse("answered/peer/alpha") == 9_216)
            let continued = try await pair.holder.closedLeaves().named("query.continued")
            #expect(continued.count == 2 && Set(continued.map { $0.text("point_root") }).count == 1)
        }
    }

    @Test func anAnswerToAnotherBatchIsNotBelieved() async throws {
        try await Self.with(0..<40) { pair in
            let line = CutLine()
            line.swapsAnswers()
            let (_, answer) = try await Self.ask(pair, 20..<17_020, through: line.between(pair.peers))
            #expect(answer.outcome == "unreachable" && answer.reason.contains("not believed"))
            #expect(answer.hits.isEmpty)
        }
    }

    @Test func batchesThatDoNotFitTheirQueryAreRefused() async throws {
        try await Self.with(0..<40) { pair in
            let line = CutLine()
            line.cuts(after: 1)
            let (_, first) = try await Self.ask(pair, 20..<25_020, through: line.between(pair.peers))
            let id = try #require(MessageID(first.id))
            let point = try #require(line.firstPoints)
            func send(
                _ number: Int,
                _ count: Int,
                path: MessageID? = nil,
                of query: MessageID? = nil,
                keyClass: String = "identifiers",
                from start: Int = 0
            ) async throws -> Problem.Kind? {
                let points = Array(point[start * 32..<(start + count) * 32])
                let batch = QueryBatch(
                    query: query ?? id,
                    batch: number,
                    points: try PointsByClass([keyClass: points])
                )
                let request = PeerRequest(
                    id: try pair.asker.node.freshMessageID(),
                    route: .queryBatches(path ?? id),
                    body: try batch.body(),
                    receipt: try await pair.asker.node.latestReceipt()
                )
                let response = try await pair.peers.send(request, to: pair.bravo)
                return response.status == 200 ? nil : response.problem?.kind
            }
            let other = try #require(MessageID("7b1c1f0e-5a43-4c0b-9d0c-2f6c3f0f7a11"))
            // 25,600 keys: batches of 8,192, 8,192, 8,192 and 1,024.
            #expect(try await send(1, 8_191) == .malformed, "too few")
            #expect(try await send(3, 8_192) == .malformed, "more than are left")
            #expect(try await send(4, 1) == .malformed, "beyond the total")
            #expect(try await send(3, 1_024) == .conflict, "before those before it")
            #expect(try await send(1, 8_192, of: other) == .malformed, "two ids")
            #expect(try await send(1, 8_192, path: other, of: other) == .notFound, "a query that never came")
            #expect(try await send(1, 8_192, keyClass: "names") == .malformed, "a class that was not declared")
            #expect(try await send(1, 8_192) == nil)
            #expect(try await send(1, 8_192) == nil, "the same bytes again")
            let answered = try await pair.holder.quotaUse("answered/peer/alpha")
            #expect(answered == 25_600, "charged with the first batch, once")
            #expect(try await send(3, 1_024) == nil, "it may overtake the one before it, and no other")
        }
    }

    @Test(arguments: Shape.allCases) func countsAreExact(_ shape: Shape) async throws {
        let size = ProcessInfo.processInfo.environment["COMITY_LONG_TESTS"] == "1" ? 20_000 : 300
        let (held, asked) = shape.sets(of: size)
        try await Self.with(held) { pair in
            let (_, answer) = try await Self.ask(pair, asked)
            let both = Set(held).intersection(asked)
            // A row of the asker's is a subject of its own, a record of the holder's has one handle.
            #expect(Self.found(answer) == asked.filter(both.contains).sorted(), "\(shape): \(answer.reason)")
            #expect(Set(answer.hits.map(\.handle)).count == both.count, "\(shape)")
            #expect(answer.outcome == (both.isEmpty ? "no-hit" : "hits"))
        }
    }

    @Test func countsAreExactInBatchesToo() async throws {
        // Rows that stand for the same keys, more of them than one message carries, and fewer held.
        let asked = (0..<8_300).flatMap { $0 < 40 ? [$0, $0] : [$0] }
        try await Self.with(0..<30) { pair in
            let (_, answer) = try await Self.ask(pair, asked)
            #expect(Self.found(answer) == (0..<30).flatMap { [$0, $0] }, "\(answer.reason)")
            #expect(Set(answer.hits.map(\.handle)).count == 30)
            // As many records, none of them asked about.
            let (_, none) = try await Self.ask(pair, 30..<8_330)
            #expect(none.outcome == "no-hit" && none.hits.isEmpty, "\(none.reason)")
        }
    }

    @Test func aStoppedQuestionSaysHowItGoesOnAndAsksNothingTwice() async throws {
        try await Self.with(0..<40) { pair in
            let line = CutLine()
            let asking = Mutex<Task<(query: String, answer: PeerAnswerReport), any Error>?>(nil)
            // Somebody stops it once the first batch is answered.
            line.onAnswer { asking.withLock { $0?.cancel() } }
            let task = asking.withLock { asking in
                let task = Task { try await Self.ask(pair, 20..<17_020, through: line.between(pair.peers)) }
                asking = task
                return task
            }
            let (query, first) = try await task.value
            #expect(first.outcome == "unreachable" && first.reason.contains("--show \(query)"), "\(first.reason)")
            #expect(line.answered == [0])
            line.onAnswer {}
            let report = try await pair.asker.node.question(query, by: nil, through: line.between(pair.peers))
            #expect(Self.found(try #require(report.asked.first)) == Array(20..<40))
            #expect(line.answered.sorted() == [0, 1, 2])
            #expect(try await pair.holder.quotaUse("answered/peer/alpha") == 17_408)
        }
    }

    enum Shape: String, CaseIterable {
        case duplicates, nothingHeld, askerLarger, holderLarger, allEqual, noneEqual

        /// Whose numbers the holder has, and whose are asked.
        func sets(of size: Int) -> (held: [Int], asked: [Int]) {
            switch self {
            case .duplicates: (Array(0..<size), (0..<size / 2).flatMap { [$0 * 2, $0 * 2] })
            case .nothingHeld: ([], Array(0..<size))
            case .askerLarger: (Array(0..<size / 10), Array(0..<size))
            case .holderLarger: (Array(0..<size), Array(size / 2..<size / 2 + size / 10))
            case .allEqual: (Array(0..<size), Array((0..<size).reversed()))
            case .noneEqual: (Array(0..<size), Array(size..<2 * size))
            }
        }
    }
}

/// A line that is cut, loses answers or swaps them, and remembers what was answered.
private final class CutLine: Sendable {
    private struct State {
        var cutAfter: Int?
        var lost: Int?
        var swaps = false
        var answered: [Int] = []
        var bodies: [Int: Set<[UInt8]>] = [:]
        var kept: VerifiedPeerResponse?
        var heard: @Sendable () -> Void = {}
    }

    private let state = Mutex(State())

    /// Numbers of batches whose answer came.
    var answered: [Int] { state.withLock { $0.answered } }
    var bodies: [Int: Set<[UInt8]>] { state.withLock { $0.bodies } }

    func cuts(after answers: Int) { state.withLock { $0.cutAfter = answers } }
    func isWhole() { state.withLock { $0.cutAfter = nil } }
    func losesAnswer(to batch: Int) { state.withLock { $0.lost = batch } }
    func onAnswer(_ body: @escaping @Sendable () -> Void) { state.withLock { $0.heard = body } }
    func swapsAnswers() { state.withLock { $0.swaps = true } }

    /// Points of the first batch's only class.
    var firstPoints: [UInt8]? {
        guard let body = bodies[0]?.first, let query = try? QueryRequest(body: body) else { return nil }
        return query.points.classes.values.first
    }

    func between(_ peers: DirectPeers) -> InterceptedPeers {
        InterceptedPeers(peers) { (request, agency, next) async throws(PeerReachError) -> VerifiedPeerResponse in
            guard let number = Self.number(request) else { return try await next.send(request, to: agency) }
            let isCut = self.state.withLock { state in
                guard let after = state.cutAfter else { return false }
                return state.answered.count >= after
            }
            if isCut { throw .unreachable }
            let response = try await next.send(request, to: agency)
            let isLost = self.state.withLock { state in
                state.bodies[number, default: []].insert(request.body)
                guard state.lost == number else {
                    state.answered.append(number)
                    return false
                }
                state.lost = nil
                return true
            }
            if isLost { throw .timeout }
            self.state.withLock { $0.heard }()
            return self.state.withLock { state in
                guard state.swaps, number > 0 else { return response }
                defer { if state.kept == nil { state.kept = response } }
                return state.kept ?? response
            }
        }
    }

    private static func number(_ request: PeerRequest) -> Int? {
        switch request.route {
        case .queries: 0
        case .queryBatches: try? QueryBatch(body: request.body).batch
        default: nil
        }
    }
}

extension TestNode {
    /// Keys counted for a subject in this hour.
    fileprivate func quotaUse(_ subject: String) async throws -> Int {
        let window = QuotaWindow(.hour, at: clock.seconds).start
        let counter = QuotaCounter(subject: subject, period: "hour", window: window)
        return try await node.vault.read { try $0.quotaUse([counter])[counter] ?? 0 }
    }
}
