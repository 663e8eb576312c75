// Values of a log that a restore ended: holds keep them, erasures reach them and say so, retention takes them, and a hold does
// not end with its log. Real SQLite, real keyring; the clock is set.
import AuditLog
import CanonicalJSON
import Foundation
import GRDB
import NodeTesting
import Testing

@testable import Vault

@Suite struct EndedLogTests {
    private static let first = "agency/audit/1"
    private static let day = 86_400

    /// A log about two people that ended, and the one after it.
    private func withEnded(
        retention: AuditRetention = .init(),
        before: (RetentionStore) async throws -> Void = { _ in },
        _ body: (RetentionStore) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let store = try await RetentionStore(in: folder, retention: retention)
            try await store.question(1, about: "phone=+1")
            try await store.question(2, about: "phone=+2")
            try await before(store)
            let next = try await store.ended(next: 2, retention: retention)
            try await body(next)
            await next.vault.close()
        }
    }

    private func open(_ store: RetentionStore, _ index: Int) async throws -> [String] {
        try await store.vault.openedValues(of: index, ofEnded: Self.first).map(\.field)
    }

    @Test func anErasureReachesTheEndedLogAndNamesWhatWent() async throws {
        try await withEnded { store in
            #expect(try await open(store, 1) == ["actor", "subjects"])
            #expect(
                try await store.vault.endedEntries(about: ["phone=+1"], in: ["subjects"])
                    == [EndedEntry(origin: Self.first, index: 1)]
            )
            let boxes = try await store.vault.database.read {
                try Data.fetchAll($0, sql: "SELECT box FROM audit_ended_value WHERE idx = 1 AND field = 'subjects'")
            }
            #expect(try boxes.count == 1 && store.bytes().range(of: boxes[0]) != nil)
            // The question goes on in the new log: what is said of it there goes as well.
            try await store.question(1, about: "phone=+3")
            let done = try await store.erase("phone=+1")
            #expect(done.values == 4 && done.entries == 4 && done.erasedBy.count == 2)
            #expect(try await open(store, 1) == ["actor"])
            #expect(try await open(store, 2) == [])
            #expect(try await open(store, 3) == ["actor", "subjects"])
            #expect(try store.bytes().range(of: boxes[0]) == nil, "a sealed value still stands in a file")
            let told = try await store.leaves().filter { $0.event == "audit.erased" }
            #expect(told.map { $0.data["earlier_origin"]?.string } == [nil, Self.first])
            // In its own log the list is what a verifier goes by: nothing of another log may stand in it.
            #expect(told.map { $0.data["fields"]?.array?.count } == [2, 0])
            #expect(
                told.last?.data["earlier_fields"]
                    == [["field": "subjects", "index": 1], ["field": "handles", "index": 2]]
            )
            #expect(try await store.erase("phone=+1") == AuditErasure(values: 0, entries: 0, erasedBy: []))
        }
    }

    @Test func aHoldOnEverythingKeepsTheEndedLogToo() async throws {
        let short = AuditRetention(["question": 40, "access": 40])
        try await withEnded(retention: short) { store in
            let hold = try await store.hold(nil, case: true)
            await #expect(throws: HeldValues(count: 2)) { try await store.erase("phone=+1") }
            store.clock.now += 80 * Self.day * 1_000
            #expect(try await store.vault.eraseExpired() == 0)
            #expect(try await open(store, 1) == ["actor", "subjects"])
            #expect(try await store.lift(hold))
            #expect(try await store.vault.eraseExpired() == 7)
            #expect(try await open(store, 1) == [])
            let told = try await store.leaves().filter { $0.event == "audit.erased" }
            #expect(told.count { $0.data["ground"]?.string?.hasSuffix("of an ended log") == true } == 2)
            #expect(!store.keyring.names.contains { $0.hasPrefix("bucket/") })
        }
    }

    @Test func aHoldOnAPersonReachesTheEndedLogAndIsLifted() async throws {
        try await withEnded { store in
            let (first, second) = (try await store.hold("phone=+1"), try await store.hold("phone=+1"))
            #expect(try await store.vault.holds().map(\.values) == [3, 3])
            await #expect(throws: HeldValues(count: 2)) { try await store.erase("phone=+1") }
            #expect(try await open(store, 1) == ["actor", "subjects"])
            #expect(try await store.erase("phone=+2").values == 2, "nobody else is held")
            #expect(try await store.lift(first))
            await #expect(throws: HeldValues(count: 2)) { try await store.erase("phone=+1") }
            #expect(try await store.lift(second))
            #expect(try await store.erase("phone=+1").values == 2)
            #expect(try await !store.vault.read { try $0.isAnyHoldPlaced() })
        }
    }

    @Test func aHoldGoesOnWhenItsLogEndsAndCanBeLifted() async throws {
        let short = AuditRetention(["question": 40, "access": 40])
        var numbers: [Int] = []
        try await withEnded(
            retention: short,
            before: { store in
                for word in ["phone=+1", "phone=+2", nil] { numbers.append(try await store.hold(word, case: true)) }
                #expect(try await store.lift(numbers[1]))
            },
            { second in
                let held = try await second.vault.holds()
                #expect(held.map(\.origin) == [Self.first, Self.first] && held.map(\.values) == [3, 0])
                #expect(held.map(\.entry) == [numbers[0], numbers[2]])
                // A hold of the second log on what the first one has, then the second ends as well.
                let later = try await second.hold("phone=+2")
                try await second.question(3, about: "phone=+3")
                let store = try await second.ended(next: 3, retention: short)
                #expect(try await store.vault.holds().map(\.origin) == [Self.first, Self.first, "agency/audit/2"])
                await #expect(throws: HeldValues(count: 2)) { try await store.erase("phone=+3") }
                #expect(try await !store.lift(numbers[2]), "the running log has no such hold")
                #expect(try await store.lift(numbers[2], of: Self.first))
                #expect(try await store.erase("phone=+3").values == 2)
                for word in ["phone=+1", "phone=+2"] {
                    await #expect(throws: HeldValues(count: 2)) { try await store.erase(word) }
                }
                store.clock.now += 80 * Self.day * 1_000
                // What says why a hold stands goes when it is lifted.
                _ = try await store.vault.eraseExpired()
                for index in [1, 3] { #expect(try await open(store, index) == ["actor", "subjects"]) }
                #expect(try await open(store, numbers[0]) == ["case"])
                #expect(try await open(store, numbers[1]) == [])
                #expect(try await store.lift(numbers[0], of: Self.first))
                #expect(try await store.lift(later, of: "agency/audit/2"))
                #expect(try await !store.lift(later, of: "agency/audit/2"))
                #expect(try await !store.vault.read { try $0.isAnyHoldPlaced() })
                _ = try await store.vault.eraseExpired()
                let left = try await store.vault.database.read {
                    try Int.fetchOne($0, sql: "SELECT count(*) FROM audit_ended_value") ?? -1
                }
                #expect(left == 0)
                await store.vault.close()
            }
        )
    }

    @Test func whatIsErasedAgainGoesWhateverHoldsSay() async throws {
        try await withEnded { store in
            _ = try await store.hold("phone=+1")
            let place = EndedPlace(origin: Self.first, place: SealedPlace(index: 1, field: "subjects"))
            let never = EndedPlace(origin: Self.first, place: SealedPlace(index: 77, field: "subjects"))
            #expect(try await store.vault.eraseAgain([place, never], because: "erased before") == 1)
            #expect(try await open(store, 1) == ["actor"])
            #expect(try await store.vault.holds().map(\.values) == [2])
            let told = try #require(try await store.leaves().last { $0.event == "audit.erased" })
            #expect(told.data["earlier_fields"] == [["field": "subjects", "index": 1]])
            #expect(try await store.vault.eraseAgain([place], because: "erased before") == 0)
        }
    }
}
