// Checks each rule by which reconcile judges logs that any program wrote as the page says: what must be there before a message
// leaves, what both sides write alike, and what may wait.
import AuditLog
import CanonicalJSON
import Testing
import TransparencyLog

@Suite("Rules of reconcile")
struct ReconciliationRulesTests {
    private static let zeros = [UInt8](repeating: 0, count: 32)

    /// Two logs with one exchange that is whole, and the one given.
    private static func compare(
        _ exchange: WrittenExchange,
        spoil: (inout MemoryFiles) -> Void = { _ in }
    ) throws -> Reconciliation {
        var (north, coast) = (try NamedLog("north", seed: 1), try NamedLog("coast", seed: 2))
        try WrittenExchange(query: "00000000-0000-4000-8000-000000000000").write(&north, &coast)
        try exchange.write(&north, &coast)
        try north.log.publish()
        try coast.log.publish()
        spoil(&north.log.memory)
        let result = try Reconciliation(LogCopy(north.log.memory), LogCopy(coast.log.memory))
        let turned = try Reconciliation(LogCopy(coast.log.memory), LogCopy(north.log.memory))
        #expect(turned.onlyB.count == result.onlyA.count && turned.onlyA.count == result.onlyB.count)
        #expect(turned.differs.count == result.differs.count && turned.pending.count == result.pending.count)
        return result
    }

    /// What is wrong when words are changed or left out; nil: nothing.
    private static func wrong(
        _ changed: [WrittenExchange.Part: [String: JSONValue]] = [:],
        without lacking: [WrittenExchange.Part: String] = [:]
    ) throws -> String? {
        let result = try compare(WrittenExchange(changed: changed, lacking: lacking))
        #expect(result.matched + result.differs.count == 2 && result.ok == result.differs.isEmpty)
        return result.differs.first?.text
    }

    @Test func anExchangeThatOnlyXNamesIsMatched() throws {
        let result = try Self.compare(WrittenExchange())
        #expect(result.matched == 2 && result.ok && result.pending.isEmpty, "\(result)")
    }

    @Test func whatTheAskerDoesNotSayItAskedStandsAtTheHolderAlone() throws {
        for without: Set<WrittenExchange.Part> in [[.asked, .outcome], [.asked, .outcome, .answered]] {
            let bare = try Self.compare(WrittenExchange(without: without))
            #expect(bare.onlyB.count == 1 && bare.matched == 1, "\(bare)")
            // No receipt makes up for it: one of another entry, or one that does not hold.
            for index in [0, 1] {
                var exchange = WrittenExchange(without: without)
                exchange.ofNorth = AuditReceipt(origin: "north/audit/1", index: index, leaf: .leaf([UInt8(index)]))
                #expect(try Self.compare(exchange).onlyB.count == 1)
            }
            // But the asker's log went on beyond this copy.
            var exchange = WrittenExchange(without: without)
            exchange.ofNorth = AuditReceipt(origin: "north/audit/1", index: 99, leaf: .leaf([9]))
            #expect(try Self.compare(exchange).pending.count == 1)
            exchange.ofNorth = AuditReceipt(origin: "north/audit/0", index: 1, leaf: .leaf([9]))
            #expect(try Self.compare(exchange).pending.count == 1)
            exchange.ofNorth = AuditReceipt(origin: "fiu/audit/1", index: 1, leaf: .leaf([9]))
            #expect(try Self.compare(exchange).onlyB.count == 1)
        }
    }

    @Test func onlyTheLastMessageMayWait() throws {
        func result(_ without: Set<WrittenExchange.Part>) throws -> Reconciliation {
            try Self.compare(WrittenExchange(without: without))
        }
        #expect(try result([.received, .answered, .outcome]).pending.count == 1, "on its way to the holder")
        #expect(try result([.outcome]).pending.count == 1, "on its way back")
        #expect(try result([.received, .answered]).onlyA.count == 1)
        #expect(try result([.asked]).differs.count == 1)
        #expect(try result([.received]).differs.count == 1)
        #expect(try result([.answered]).differs.count == 1)
        #expect(try result([.asked, .answered]).differs.count == 1)
    }

    @Test func silenceOfACopyWithoutItsEntriesProvesNothing() throws {
        let exchange = WrittenExchange(without: [.asked, .outcome])
        let bare = try Self.compare(exchange) { memory in
            for path in memory.files.keys where path.hasPrefix("tile/entries") { memory.files[path] = nil }
        }
        #expect(bare.ok && bare.pending.count == 1, "\(bare)")
    }

    @Test func aReceiptNamesNoEntryFromBeforeTheQuestion() throws {
        // Its asker says that this was asked; the holder's receipt is of what was asked before.
        var (north, coast) = (try NamedLog("north", seed: 1), try NamedLog("coast", seed: 2))
        try WrittenExchange(query: "00000000-0000-4000-8000-000000000000").write(&north, &coast)
        var early = (north, coast)
        var late = (north, coast)
        try WrittenExchange(ofNorth: north.receipt(0)).write(&early.0, &early.1)
        try WrittenExchange(without: [.received, .answered, .outcome]).write(&late.0, &late.1)
        let later = try late.0.add("record.searched", ["purpose": "prevention", "count": 1])
        try WrittenExchange(without: [.asked], ofNorth: late.0.receipt(later)).write(&late.0, &late.1)
        for (logs, isFine) in [(early, false), (late, true)] {
            var (north, coast) = logs
            try north.log.publish()
            try coast.log.publish()
            let result = try Reconciliation(LogCopy(north.log.memory), LogCopy(coast.log.memory))
            #expect(result.ok == isFine && result.differs.count == (isFine ? 0 : 1), "\(result)")
        }
    }

    @Test func wordsOfBothSidesAreAlikeAndNoneIsLeftOut() throws {
        let words: [String: JSONValue] = [
            "point_root": .string(Base64URL.encode(Self.zeros)), "agreement": "x", "purpose": "x",
        ]
        for (name, value) in words {
            for part in [WrittenExchange.Part.asked, .received] {
                let other = try Self.wrong([part: [name: value]])
                #expect(other == "the logs disagree over the question's \(name)")
                let none = try Self.wrong(without: [part: name])
                #expect(none == "only one log has the question's \(name)")
            }
        }
        let keys = try Self.wrong([.received: ["keys_declared": 16]])
        #expect(keys == "the logs disagree over the question's keys")
        let noKeys = try Self.wrong(without: [.received: "keys_declared"])
        #expect(noKeys == "only one log has the question's keys")
        let basis = try Self.wrong([.asked: ["basis": "a"], .received: ["basis": "b"]])
        #expect(basis == "the logs disagree over the question's basis")
        let unknown = try Self.wrong([.asked: ["basis": "a"]])
        #expect(unknown == nil, "a side leaves out a word that its policies do not have")
        let answered = try Self.wrong([.answered: ["keys": 16]])
        #expect(answered == "the logs disagree over the answer's keys")
        let agreement = try Self.wrong([.answered: ["agreement": "x"], .outcome: ["agreement": "ab"]])
        #expect(agreement == "the logs disagree over the answer's agreement")
        let id = try Self.wrong([.outcome: ["query": "00000000-0000-4000-8000-000000000001"]])
        #expect(id?.hasPrefix("in the first log, data.x of entry") == true)
    }

    @Test func aLongQuestionsFirstBatchHasNoMoreThanABatch() throws {
        func wrong(_ answered: JSONValue) throws -> String? {
            try Self.wrong([
                .asked: ["keys": 10_000], .received: ["keys_declared": 10_000], .answered: ["keys": answered],
            ])
        }
        #expect(try wrong(8_192) == nil)
        #expect(try wrong(10_000) == "the logs disagree over the answer's keys")
    }

    @Test func anAnswerOfARefusalDiffers() throws {
        let result = try Self.compare(WrittenExchange(events: [.answered: "query.refused"]))
        #expect(result.differs.count == 1, "\(result)")
    }

    @Test func eachDigestFollowsTheOneBefore() throws {
        for part in [WrittenExchange.Part.received, .answered, .outcome] {
            let result = try Self.compare(WrittenExchange(previous: [part: Self.zeros]))
            #expect(result.differs.count == 1, "\(part): \(result)")
        }
    }

    @Test func anEntryOfAnothersSideAndAnXThatIsNoneDiffer() throws {
        let none = try Self.wrong([.received: ["x": "none", "query": .string(WrittenExchange.query), "peer": "north"]])
        #expect(none?.hasSuffix("cannot be read") == true)
        let result = try Self.compare(WrittenExchange(events: [.outcome: "query.answered"]))
        #expect(result.differs.count == 1)
    }

    // MARK: Batches with an exchange of their own

    /// A long question with further batches, as both sides write them.
    private static func batches(
        sent: [UInt8],
        received: [UInt8],
        body: UInt8 = 1,
        isDone: Bool = true,
        early: Bool = false
    ) throws -> Reconciliation {
        var (north, coast) = (try NamedLog("north", seed: 1), try NamedLog("coast", seed: 2))
        let stray = try north.add("record.searched", ["purpose": "prevention", "count": 1])
        try WrittenExchange(without: [.outcome]).write(&north, &coast)
        func x(_ side: Exchange.Side, _ number: UInt8, _ body: UInt8, _ receipt: AuditReceipt?) -> JSONValue {
            var transcript = Transcript(of: WrittenExchange.query)
            transcript.append(.request, body: [number, body])
            let peer = side == .asker ? "coast" : "north"
            return Exchange(
                query: WrittenExchange.query,
                side: side,
                peer: peer,
                transcript: transcript,
                receipt: receipt
            ).value
        }
        func data(_ number: UInt8, _ x: JSONValue) -> [String: JSONValue] {
            ["x": x, "keys": 4, "point_root": .string(Base64URL.encode([UInt8](repeating: number, count: 32)))]
        }
        var leaves: [UInt8: Int] = [:]
        for number in sent {
            leaves[number] = try north.add("query.continued", data(number, x(.asker, number, 1, nil)))
        }
        for number in received {
            let receipt = early ? north.receipt(stray) : leaves[number].map { north.receipt($0) }
            try coast.add("query.continued", data(number, x(.holder, number, body, receipt)), by: .peer("north"))
        }
        if isDone {
            try WrittenExchange(without: [.asked, .received, .answered]).write(&north, &coast)
        }
        try coast.add("record.searched", ["purpose": "prevention", "count": 1])
        for _ in 0..<sent.count { try coast.add("record.searched", ["purpose": "prevention", "count": 1]) }
        try north.log.publish()
        try coast.log.publish()
        return try Reconciliation(LogCopy(north.log.memory), LogCopy(coast.log.memory))
    }

    @Test func batchesArePairedByTheirPointsAndComparedByTheirBytes() throws {
        #expect(try Self.batches(sent: [7, 8, 9], received: [9, 7, 8]).matched == 1)
        #expect(try Self.batches(sent: [7], received: [7], body: 2).differs.count == 1)
        #expect(try Self.batches(sent: [7], received: [7, 8]).differs.count == 1)
        #expect(try Self.batches(sent: [7], received: [7], early: true).differs.count == 1)
        // On its way, or answered and not told of.
        #expect(try Self.batches(sent: [7, 8], received: [7], isDone: false).pending.count == 1)
        #expect(try Self.batches(sent: [7, 8], received: [7]).differs.count == 1)
    }
}
