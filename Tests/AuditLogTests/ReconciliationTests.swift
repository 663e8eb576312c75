// Checks that two logs of the same exchanges are paired, and that a lie or a silence of either side shows.
import AuditLog
import CanonicalJSON
import Crypto
import Testing
import TransparencyLog

@Suite("Reconciliation")
struct ReconciliationTests {
    private static let query = "c79f099f-b682-4528-9aa0-463781ce9537"
    private static let root = Base64URL.encode([UInt8](repeating: 5, count: 32))

    /// A question, its receipt, its answer and its outcome, as both nodes write them.
    private static func exchange(
        _ north: inout NamedLog,
        _ coast: inout NamedLog,
        query: String = query,
        holderRoot: String = root,
        answer: [UInt8] = [2],
        answerSeen: [UInt8] = [2],
        isAnswered: Bool = true,
        isOutcomeLogged: Bool = true
    ) throws {
        let asked = try north.add(
            "query.asked",
            [
                "query": .string(query), "peer": "coast", "agreement": "ab", "purpose": "investigate",
                "keys": 8, "point_root": .string(root),
            ]
        )
        var atCoast = Transcript(of: query)
        atCoast.append(.request, body: [1])
        let receipt = AuditReceipt(origin: "north/audit/1", index: asked, leaf: .leaf(north.log.leaves[asked]))
        func x(_ side: Exchange.Side, _ peer: String, _ transcript: Transcript, _ receipt: AuditReceipt?) -> JSONValue {
            Exchange(query: query, side: side, peer: peer, transcript: transcript, receipt: receipt).value
        }
        _ = try coast.add(
            "query.received",
            [
                "x": x(.holder, "north", atCoast, receipt), "query": .string(query), "peer": "north",
                "agreement": "ab", "purpose": "investigate", "keys_declared": 8, "point_root": .string(holderRoot),
            ]
        )
        guard isAnswered else { return }
        atCoast.append(.answer, body: answer)
        let answered = try coast.add(
            "query.answered",
            ["x": x(.holder, "north", atCoast, receipt), "query": .string(query), "peer": "north", "keys": 8]
        )
        guard isOutcomeLogged else { return }
        var atNorth = Transcript(of: query)
        atNorth.append(.request, body: [1])
        atNorth.append(.answer, body: answerSeen)
        _ = try north.add(
            "query.outcome",
            [
                "x": x(
                    .asker,
                    "coast",
                    atNorth,
                    AuditReceipt(origin: "coast/audit/1", index: answered, leaf: .leaf(coast.log.leaves[answered]))
                ),
                "query": .string(query), "peer": "coast", "outcome": "no-hit",
            ]
        )
    }

    private static func compare(_ north: NamedLog, _ coast: NamedLog) throws -> Reconciliation {
        var (north, coast) = (north, coast)
        try north.log.publish()
        try coast.log.publish()
        return try Reconciliation(LogCopy(north.log.memory), LogCopy(coast.log.memory))
    }

    private static func logs() throws -> (NamedLog, NamedLog) {
        (try NamedLog("north", seed: 1), try NamedLog("coast", seed: 2))
    }

    @Test func whatBothTellAlikeIsMatchedInEitherOrder() throws {
        var (north, coast) = try Self.logs()
        try Self.exchange(&north, &coast)
        // Somebody else's exchange is not missed here.
        _ = try north.add(
            "query.asked",
            [
                "query": "00000000-0000-4000-8000-000000000000", "peer": "fiu", "agreement": "x", "purpose": "y",
                "keys": 1,
            ]
        )
        let result = try Self.compare(north, coast)
        #expect(result.ok)
        #expect(result.matched == 1)
        #expect(result.pending == [])
        let turned = try Self.compare(coast, north)
        #expect(turned.matched == 1 && turned.ok)
    }

    @Test func aQuestionOnItsWayAndAnAnswerOnItsWayArePending() throws {
        var (north, coast) = try Self.logs()
        _ = try north.add(
            "query.asked",
            ["query": .string(Self.query), "peer": "coast", "agreement": "ab", "purpose": "p", "keys": 8]
        )
        let sent = try Self.compare(north, coast)
        #expect(sent.ok && sent.pending.map(\.query) == [Self.query] && sent.matched == 0)

        (north, coast) = try Self.logs()
        try Self.exchange(&north, &coast, isOutcomeLogged: false)
        let answered = try Self.compare(north, coast)
        #expect(answered.ok && answered.pending.map(\.query) == [Self.query])
    }

    @Test func aHolderThatWritesOtherPointsOrOtherBytesDiffers() throws {
        var (north, coast) = try Self.logs()
        try Self.exchange(&north, &coast, holderRoot: Base64URL.encode([UInt8](repeating: 6, count: 32)))
        let points = try Self.compare(north, coast)
        #expect(!points.ok)
        #expect(points.differs.map(\.text) == ["the logs disagree over the question's point_root"])

        (north, coast) = try Self.logs()
        try Self.exchange(&north, &coast, answerSeen: [3])
        let bytes = try Self.compare(north, coast)
        #expect(bytes.differs.map(\.text) == ["the logs disagree over the bytes of the first 2 messages"])
    }

    @Test func aSideThatSaysNothingIsNamed() throws {
        var (north, coast) = try Self.logs()
        var forgetful = try NamedLog("coast", seed: 2)
        _ = try forgetful.add("record.searched", ["purpose": "prevention", "count": 1])
        try Self.exchange(&north, &coast)
        // The receipt of the answer names an entry that this log never had.
        let result = try Self.compare(north, forgetful)
        #expect(result.pending.map(\.query) == [Self.query] && result.matched == 0, "the copy may be older")
        // It goes on, and still has nothing in the promised place.
        _ = try forgetful.add("record.searched", ["purpose": "prevention", "count": 2])
        let later = try Self.compare(north, forgetful)
        #expect(later.differs.map(\.query) == [Self.query])

        var silent = try NamedLog("north", seed: 1)
        _ = try silent.add("record.searched", ["purpose": "prevention", "count": 1])
        let other = try Self.compare(silent, coast)
        #expect(!other.ok)

        // Without a receipt, what was received and is unknown to its sender stands on one side only.
        var (asker, holder) = try Self.logs()
        var transcript = Transcript(of: Self.query)
        transcript.append(.request, body: [1])
        let x = Exchange(query: Self.query, side: .holder, peer: "north", transcript: transcript, receipt: nil)
        _ = try holder.add("query.received", ["x": x.value, "query": .string(Self.query), "peer": "north"])
        _ = try asker.add("record.searched", ["purpose": "prevention", "count": 1])
        let alone = try Self.compare(asker, holder)
        #expect(alone.onlyB.map(\.query) == [Self.query] && !alone.ok)
        #expect(try Self.compare(holder, asker).onlyA.map(\.query) == [Self.query])
    }

    @Test func honestLogsOfQuestionsThatWereNotAnsweredAtOnceAreNoFinding() throws {
        func x(_ side: Exchange.Side, _ peer: String, receipt: AuditReceipt? = nil, body: [UInt8] = [1]) -> JSONValue {
            var transcript = Transcript(of: Self.query)
            transcript.append(.request, body: body)
            return Exchange(query: Self.query, side: side, peer: peer, transcript: transcript, receipt: receipt).value
        }
        let id = JSONValue.string(Self.query)
        // Nobody could be reached: the outcome speaks of the request alone.
        var (north, coast) = try Self.logs()
        _ = try north.add("query.asked", ["query": id, "peer": "coast", "point_root": .string(Self.root)])
        _ = try north.add(
            "query.outcome",
            ["x": x(.asker, "coast"), "query": id, "peer": "coast", "failure": "unreachable"]
        )
        let unreachable = try Self.compare(north, coast)
        #expect(unreachable.ok && unreachable.pending.count == 1)
        #expect(try Self.compare(coast, north).ok)

        // It was sent again with the receipt of some later entry, and other bytes under its id were refused.
        let later = try north.add("record.searched", ["purpose": "prevention", "count": 1])
        let receipt = AuditReceipt(origin: "north/audit/1", index: later, leaf: .leaf(north.log.leaves[later]))
        let received: [String: JSONValue] = ["query": id, "peer": "north", "point_root": .string(Self.root)]
        _ = try coast.add("query.received", received.merging(["x": x(.holder, "north", receipt: receipt)]) { $1 })
        let other = JSONValue.string(Base64URL.encode([UInt8](repeating: 9, count: 32)))
        _ = try coast.add(
            "query.received",
            ["x": x(.holder, "north", body: [7]), "query": id, "peer": "north", "point_root": other]
        )
        // And the holder asked something of its own under the same id.
        _ = try coast.add("query.asked", ["query": id, "peer": "north", "point_root": other])
        let result = try Self.compare(north, coast)
        #expect(result.ok, "\(result)")
        #expect(result.matched == 1)
    }

    @Test func furtherBatchesArePairedByTheirPoints() throws {
        func batch(_ log: inout NamedLog, _ number: UInt8, peer: JSONValue, keys: Int = 4) throws {
            let root = Base64URL.encode([UInt8](repeating: number, count: 32))
            _ = try log.add(
                "query.continued",
                ["query": .string(Self.query), "peer": peer, "keys": .integer(keys), "point_root": .string(root)],
                by: peer.string == "north" ? .peer("north") : .system
            )
        }
        func pair(sent: [UInt8], received: [UInt8], keys: Int = 4, isOlder: Bool = false) throws -> Reconciliation {
            var (north, coast) = try Self.logs()
            try Self.exchange(&north, &coast, isOutcomeLogged: sent == received)
            for number in sent { try batch(&north, number, peer: "coast") }
            for number in received { try batch(&coast, number, peer: "north", keys: keys) }
            // Its copy goes on after they were sent.
            for _ in sent where !isOlder { try coast.add("record.searched", ["purpose": "prevention", "count": 1]) }
            return try Self.compare(north, coast)
        }
        #expect(try pair(sent: [1, 2, 3], received: [1, 2, 3]).matched == 1)
        #expect(try pair(sent: [1, 2, 3], received: [1]).pending.count == 1)
        #expect(try pair(sent: [1, 2, 3, 4], received: [1]).differs.count == 1)
        #expect(try pair(sent: [1, 2, 3, 4], received: [1], isOlder: true).pending.count == 1)
        #expect(try pair(sent: [1], received: [1, 2]).differs.count == 1)
        #expect(try pair(sent: [1], received: [1], keys: 5).differs.count == 1)
    }

    @Test func hashTilesOfThePeerSuffice() throws {
        var (north, coast) = try Self.logs()
        try Self.exchange(&north, &coast)
        try north.log.publish()
        try coast.log.publish()
        var bare = coast.log.memory
        for path in bare.files.keys where path.hasPrefix("tile/entries") { bare.files[path] = nil }
        let result = try Reconciliation(LogCopy(north.log.memory), LogCopy(bare))
        #expect(result.ok && result.matched == 1)

        // The same tree with another entry in the promised place.
        var other = try NamedLog("coast", seed: 2)
        for _ in coast.log.leaves { _ = try other.add("record.searched", ["purpose": "prevention", "count": 1]) }
        try other.log.publish()
        var forged = other.log.memory
        for path in forged.files.keys where path.hasPrefix("tile/entries") { forged.files[path] = nil }
        let lie = try Reconciliation(LogCopy(north.log.memory), LogCopy(forged))
        #expect(lie.differs.map(\.text) == ["entry 1 of the second log is not the one its receipt promised"])

        // An older copy is no lie.
        var older = try NamedLog("coast", seed: 2)
        try older.log.publish()
        let early = try Reconciliation(LogCopy(north.log.memory), LogCopy(older.log.memory))
        #expect(early.ok && early.pending.count == 1)
    }

    @Test func aReceiptForAnotherEntryOfTheSameLogIsFound() throws {
        var (north, coast) = try Self.logs()
        let stray = try coast.add("record.searched", ["purpose": "prevention", "count": 1])
        var transcript = Transcript(of: Self.query)
        transcript.append(.request, body: [1])
        transcript.append(.answer, body: [2])
        let receipt = AuditReceipt(origin: "coast/audit/1", index: stray, leaf: .leaf(coast.log.leaves[stray]))
        let x = Exchange(query: Self.query, side: .asker, peer: "coast", transcript: transcript, receipt: receipt)
        _ = try north.add("query.outcome", ["x": x.value, "query": .string(Self.query), "peer": "coast"])
        let result = try Self.compare(north, coast)
        #expect(result.differs.count == 1)
    }

    @Test func aCopyThatIsNotWholeIsRefusedByName() throws {
        var (north, coast) = try Self.logs()
        try Self.exchange(&north, &coast)
        try north.log.publish()
        for path in north.log.memory.files.keys.sorted() where path != "vkey" {
            var spoiled = north.log.memory
            spoiled.files[path]?[10] ^= 1
            #expect(throws: LogCopyError.self, "\(path)") {
                let copy = try LogCopy(spoiled)
                try copy.forEachLeaf { _, _, _ in }
            }
        }
        #expect(throws: LogCopyError(place: "checkpoint", text: "it is missing")) { try LogCopy(MemoryFiles()) }
    }
}
