// How an index grows at scale: what a delta looks at, what is decided once for many, what is damaged, what is built ahead.
import Foundation
import MatchKeys
import NodeTesting
import PolicyEngine
import SetIntersection
import Sodium
import Synchronization
import TestSupport
import Testing
import Vault

@testable import NodeCore

@Suite struct IndexGrowthTests {
    private static func admission(_ node: Node, at moment: Moment? = nil) throws -> IndexAdmission {
        let policies = node.activePolicies.set
        return IndexAdmission(
            policies: policies,
            agreement: try #require(policies.agreements[TestPolicies.agreement]),
            asker: "alpha",
            holder: "bravo",
            at: moment ?? node.clock.moment
        )
    }

    /// Records whose cells are drawn from few values, bad ones among them, so that many are alike and many are not.
    private static func records(_ count: Int) -> [Record] {
        var random = SplitMix64.announced("rulings", fallback: 0x2e)
        let values: [String: [String]] = [
            "subject_category": ["suspect", "witness", "suspect;victim", "vessel", "nobody", ""],
            "handling": ["H0", "H1", "H2", "H3", "h1", ""],
            "offence": ["", "migrant-smuggling", "no-such-offence", "NOT AN ID"],
            "originator": ["bravo", "charlie", "Some Office", " bravo ", ""],
            "consent": ["", "given", "refused", "perhaps"],
            "expires": ["", "2026-01-31", "2026-12-31", "tomorrow"],
            "recorded": ["", "2020-02-01", "2026-03-01"],
            "origin": ["", "XA", "XA;XB", "Atlantis"],
            "sensitive": ["", "health", "gossip"],
            "source": ["", "A", "Z"],
            "information": ["", "1", "4", "5"],
            "basis": ["", "law", "fact"],
        ]
        return (0..<count).map { number in
            var record = Record(id: "r\(number)")
            record["full_name"] = ["Person Number"]
            for (column, choices) in values.sorted(by: { $0.key < $1.key }) {
                // Mostly the first, so that some are permitted at all.
                let pick =
                    Int.random(in: 0..<4, using: &random) > 0 ? 0 : Int.random(in: 0..<choices.count, using: &random)
                record[column] = Record.values(of: choices[pick])
            }
            return record
        }
    }

    @Test func aRulingMadeOnceForManyIsTheOneThatEachWouldHaveGot() async throws {
        let rule = """
              - id: not-too-fresh
                effect: forbid
                stages: [index]
                sides: [holder]
                when: {record.age_days: {at_most: 5}}
                tell: nothing
                source: TREATY Art. 9
                because: {en: Records rest first.}

            """
        try await Pair.with(holder: TestPolicies().adding(rule, to: .agreement), records: nil) { pair in
            let admission = try Self.admission(pair.holder.node)
            let rulings = Rulings(admission)
            var rules: [String: Int] = [:]
            for record in Self.records(6_000) {
                let expected = admission.ruling(on: record)
                #expect(rulings.ruling(on: PolicyCells.encode(record)[...]) == expected)
                rules["\(expected)", default: 0] += 1
            }
            #expect(rules.count > 5, "\(rules.keys.sorted())")
        }
    }

    @Test func keptKeysAreThoseOfTheRecipe() throws {
        let record = Record(
            id: "x",
            cells: [
                ("full_name", "Youssef Chahine"), ("birth_date", "1988-02-11"), ("phone", "+491512441001"),
                ("document_number", "EGY:A24710140"), ("nationality", "EG"), ("handling", "H1"),
            ].map { (column: $0.0, cell: $0.1) }
        )
        let keys = try #require(RecordKeys.made(of: record, by: .current))
        var found: [[UInt8]] = []
        keys.forEachKey { kind, bytes in
            #expect(bytes.starts(with: Array(kind.rawValue.utf8) + [0]))
            found.append(Array(bytes))
        }
        #expect(found == KeyRecipe.current.keys(of: record).map(\.prfInput) && found.count > 5)
        #expect(
            keys.isMade(by: PolicyCells.recipe(with: .current)) && !keys.isMade(by: [UInt8](repeating: 0, count: 32))
        )
        #expect(PolicyCells.decode(Array(keys.cells)) == ["handling": "H1"])
        #expect(!"\(keys)".contains("Chahine") && Mirror(reflecting: keys).children.isEmpty)
    }

    /// The records as a build of a new epoch sees them.
    private func stored(_ node: Node) async throws -> [KeyedRecord] {
        try await node.vault.read { try $0.keyed(after: 0, limit: 1_000) }
    }

    /// Makes the kept keys of all records unreadable, as those of another recipe are.
    private func spoil(_ node: Node) async throws {
        let records = try await stored(node)
        _ = try await node.vault.commit { transaction in
            for record in records { try transaction.setKeys([1, 2, 3], of: record.number, digest: record.digest) }
            return ((), [])
        }
    }

    @Test func keysThatCannotBeReadAreMadeAnewAndKept() async throws {
        try await Pair.with { pair in
            let node = pair.holder.node
            try await spoil(node)
            let rotated = try #require(try await pair.holder.index(rotating: true).indexes.first)
            #expect(rotated.records == 2)
            #expect(try await pair.ask(People.youssef).outcome == "hits")
            for record in try await stored(node) {
                let keys = node.vault.sealer.openKeys(record)
                #expect(keys?.isMade(by: PolicyCells.recipe(with: .current)) == true)
            }
        }
    }

    @Test func anHourlyDeltaLooksAtChangedRecordsAlone() async throws {
        try await Pair.with { pair in
            let node = pair.holder.node
            try await pair.holder.add(1)
            #expect(await node.publishDue { Issue.record("\($0)") }.map(\.records) == [3])
            // Whoever looks at one of these puts its keys right.
            try await spoil(node)
            let old = Set(try await stored(node).map(\.number))
            let row = People.header + "late,Somebody Else,1971-02-03,,,,suspect,H1,bravo,\n"
            _ = try await node.importRecords(
                csv: Array(row.utf8),
                fileName: "late.csv",
                dataset: "late",
                renames: [:],
                defaults: [:],
                by: "operator"
            )
            #expect(await node.publishDue { Issue.record("\($0)") }.map(\.records) == [4])
            for record in try await stored(node) where old.contains(record.number) {
                #expect(record.keys == [1, 2, 3], "record \(record.number) was looked at")
            }
            // The next day rules may say otherwise: what stands as it is need not be looked at, the rest must be.
            pair.holder.clock.advance(seconds: 86_400)
            await node.publishDue { Issue.record("\($0)") }
            let put = try await stored(node).filter { $0.keys != [1, 2, 3] }
            #expect(put.count == 4, "the new one and the three that stay out")
        }
    }

    @Test func aRecordThatRulesKeptOutEntersWhenTheyChange() async throws {
        try await Pair.with { pair in
            let node = pair.holder.node
            try await pair.holder.add(1)
            #expect(await node.publishDue { Issue.record("\($0)") }.map(\.records) == [3])
            #expect(try await pair.ask(People.greta).outcome == "no-hit")
            let open = TestPolicies().replacing("{at_least: H3}", with: "H0", in: .agreement)
            guard case .activated = try await pair.holder.activate(open) else {
                Issue.record("the changed policies were not activated")
                return
            }
            #expect(await node.publishDue { Issue.record("\($0)") }.map(\.records) == [4])
        }
    }

    @Test func aRecordThatADayKeptOutEntersOnTheNext() async throws {
        let rule = """
              - id: rest
                effect: forbid
                stages: [index]
                sides: [holder]
                when: {record.age_days: {at_most: 0}}
                tell: nothing
                source: TREATY Art. 9
                because: {en: Records rest for a day.}

            """
        try await Pair.with(holder: TestPolicies().adding(rule, to: .agreement)) { pair in
            let node = pair.holder.node
            #expect(try await pair.newest().records == 0)
            try await pair.holder.add(1)
            #expect(await node.publishDue { Issue.record("\($0)") }.first?.records == 0)
            pair.holder.clock.advance(seconds: 86_400)
            #expect(await node.publishDue { Issue.record("\($0)") }.map(\.records) == [3])
        }
    }

    @Test(arguments: [true, false])
    func aDamagedSegmentOfOursIsNamed(isCut: Bool) async throws {
        try await Pair.with { pair in
            let node = pair.holder.node
            let manifest = try await pair.newest()
            let name = Hex.encode(try #require(manifest.classes.first?.segments.first).digest)
            let url = node.vault.segments.url.appendingPathComponent(name)
            var bytes = try Data(contentsOf: url)
            if isCut { bytes.removeLast(13) } else { bytes[bytes.count / 2] ^= 1 }
            try bytes.write(to: url)
            try await pair.holder.add(1)
            let problem = try await problem { try await pair.holder.index() }
            #expect(problem.kind == .data && problem.text.contains(name))
            #expect(problem.remedy?.contains("rotate") == true)
            let rotated = try #require(try await pair.holder.index(rotating: true).indexes.first)
            #expect(rotated.records == 3)
            #expect(try await pair.ask(People.youssef).outcome == "hits")
        }
    }
}

@Suite struct PreparedEpochTests {
    /// Lets the node keep its indexes until its epoch ends; `between` runs once the next epoch was built ahead.
    private func rotate(_ pair: Pair, between: @escaping @Sendable () async throws -> Void) async throws -> Manifest {
        let node = pair.holder.node
        let scope = try await pair.newest().scope
        let began = try #require(try await node.vault.read { try $0.epochBegan(scope) })
        let due = try PublishSchedule.rotation(began: began, seed: node.keyring.secret(SecretName.epochSeed(scope)))
        let seen = Mutex(0)
        await pair.holder.keep(until: due, step: 3_600) { now in
            let isPrepared = node.preparations.epoch("shared alpha") != nil
            #expect(isPrepared == (now == due - 3_600), "\(due - now) s before")
            guard isPrepared else { return }
            seen.withLock { $0 += 1 }
            #expect((try? await pair.newest().scope.epoch) == 1, "nothing of it shows")
            do { try await between() } catch { Issue.record("\(error)") }
        }
        #expect(seen.withLock { $0 } == 1)
        let newest = try await pair.newest()
        #expect(newest.scope.epoch == 2)
        let files = try FileManager.default.contentsOfDirectory(atPath: node.vault.segments.url.path)
        #expect(Set(files) == Set(newest.classes.flatMap(\.segments).map { Hex.encode($0.digest) }))
        return newest
    }

    @Test func theNextEpochIsBuiltAheadAndSwitchedTo() async throws {
        try await Pair.with { pair in
            let old = try await pair.ask(People.youssef)
            let newest = try await rotate(pair) {}
            #expect(newest.version == 2 && newest.records == 2)
            let new = try await pair.ask(People.youssef)
            #expect(new.outcome == "hits" && Set(new.hits.map(\.handle)).isDisjoint(with: old.hits.map(\.handle)))
        }
    }

    @Test func whatComesInTheHourBetweenIsInIt() async throws {
        try await Pair.with { pair in
            let newest = try await rotate(pair) { try await pair.holder.add(2) }
            #expect(newest.records == 4)
            #expect(try await pair.ask(People.youssef).outcome == "hits")
        }
    }

    @Test func aDeltaInTheHourBetweenTakesNoHandleOfIt() async throws {
        try await Pair.with { pair in
            let handles = Mutex<Set<String>>([])
            let nobody = ["full_name": "Person b Somebody", "birth_date": "1970-01-10"]
            _ = try await rotate(pair) {
                try await pair.holder.add(2)
                try await pair.holder.index()
                for fields in [nobody, People.youssef] {
                    let answer = try await pair.ask(fields)
                    handles.withLock { $0.formUnion(answer.hits.map(\.handle)) }
                }
            }
            #expect(handles.withLock { $0.count } >= 2)
            let after = try await pair.ask(People.youssef)
            #expect(after.outcome == "hits" && handles.withLock { $0.isDisjoint(with: after.hits.map(\.handle)) })
        }
    }

    @Test func aRecordWithdrawnInTheHourBetweenIsNotInIt() async throws {
        try await Pair.with { pair in
            let newest = try await rotate(pair) {
                let row = "b1,Youssef Chahine,1988-02-11,A24710140,EGY,+491512441001,suspect,H3,bravo,\n"
                _ = try await pair.holder.node.importRecords(
                    csv: Array((People.header + row).utf8),
                    fileName: "row.csv",
                    dataset: "main",
                    renames: [:],
                    defaults: [:],
                    by: "operator"
                )
            }
            #expect(newest.records == 1)
            #expect(try await pair.ask(People.youssef).outcome == "no-hit")
        }
    }

    @Test func aRestartForgetsItAndRotatesAllTheSame() async throws {
        try await Pair.with { pair in
            let node = pair.holder.node
            let scope = try await pair.newest().scope
            let began = try #require(try await node.vault.read { try $0.epochBegan(scope) })
            let due = try PublishSchedule.rotation(began: began, seed: node.keyring.secret(SecretName.epochSeed(scope)))
            pair.holder.clock.advance(seconds: due - 1_800 - pair.holder.clock.seconds)
            await pair.holder.keep(until: pair.holder.clock.seconds + 60)
            #expect(node.preparations.epoch("shared alpha") != nil)
            let again = try await pair.holder.reopened()
            let names = try FileManager.default.contentsOfDirectory(atPath: again.node.vault.segments.url.path)
            #expect(names.count == 3, "the segments that nothing named are gone")
            await again.keep(until: due)
            let stored = try await again.node.vault.read {
                try $0.latestManifest(agreement: TestPolicies.agreement, holder: "bravo", asker: "alpha")
            }
            #expect(stored?.epoch == 2)
            await again.node.close()
        }
    }
}
