// What is erased from the log is gone from its files, a hold stops it, and a month's key goes with the month's last row.
// Real SQLite, real keyring; the clock is set.
import AuditLog
import CanonicalJSON
import Foundation
import GRDB
import NodeTesting
import Sodium
import Testing

@testable import Vault

@Suite struct AuditErasureTests {
    private static let day = 86_400

    @Test func anErasedPersonIsGoneFromTheFilesAndNobodyElseIs() async throws {
        try await withTemporaryFolder { folder in
            let store = try await RetentionStore(in: folder)
            try await store.question(1, about: "phone=+1")
            try await store.question(2, about: "phone=+2")
            let before = try await store.boxes()
            #expect(before.count == 6)
            for box in before { #expect(try store.bytes().range(of: box) != nil, "the test sees what is there") }
            let terms = try #require(
                try await store.vault.database.read {
                    try Data.fetchOne($0, sql: "SELECT terms FROM audit_sealed WHERE idx = 1 AND terms IS NOT NULL")
                }
            )

            let done = try await store.erase("phone=+1")
            #expect(done.values == 2 && done.entries == 2 && done.erasedBy.count == 1)
            let left = Set(try await store.boxes())
            let gone = before.filter { !left.contains($0) }
            #expect(gone.count == 2)
            let bytes = try store.bytes()
            for box in gone { #expect(bytes.range(of: box) == nil, "a sealed value still stands in a file") }
            #expect(bytes.range(of: terms) == nil, "the words of a person still stand in a file")
            #expect(try await store.vault.entries(about: ["phone=+1"], in: ["subjects"]) == [])
            #expect(try await store.vault.entries(about: ["phone=+2"], in: ["subjects"]) == [3])
            #expect(try await store.vault.openedValues(of: 1).map(\.field) == ["actor"])
            // Nothing is left to erase: then nothing is logged either.
            #expect(try await store.erase("phone=+1") == AuditErasure(values: 0, entries: 0, erasedBy: []))
            try await store.vault.publish()
            let result = LogVerifier(AuditFolder(path: folder.appendingPathComponent("log").path), key: nil).verify()
            #expect(result.problems == [] && result.size == 6)
            await store.vault.close()
        }
    }

    @Test func aHoldStopsErasureUntilItIsLifted() async throws {
        try await withTemporaryFolder { folder in
            let store = try await RetentionStore(in: folder)
            try await store.question(1, about: "phone=+1")
            try await store.question(2, about: "phone=+2")
            func place(_ word: String?) async throws -> Int { try await store.hold(word) }
            func lift(_ number: Int) async throws -> Bool { try await store.lift(number) }
            let (first, second) = (try await place("phone=+1"), try await place("phone=+1"))
            #expect(try await store.vault.holds().map(\.values) == [3, 3])
            await #expect(throws: HeldValues(count: 2)) { _ = try await store.erase("phone=+1") }
            #expect(try await store.boxes().count == 6)
            // Who is not held is erased; and of two holds, one suffices.
            #expect(try await store.erase("phone=+2").values == 2)
            #expect(try await lift(first))
            #expect(try await !lift(first))
            await #expect(throws: HeldValues(count: 2)) { _ = try await store.erase("phone=+1") }
            let all = try await place(nil)
            #expect(try await lift(second))
            await #expect(throws: HeldValues(count: 2)) { _ = try await store.erase("phone=+1") }
            #expect(try await lift(all))
            #expect(try await store.erase("phone=+1").values == 2)
            await store.vault.close()
        }
    }

    @Test func aMonthThatIsOverTakesItsKeyWithIt() async throws {
        try await withTemporaryFolder { folder in
            // 2027-01-15; kept for 40 days: until 2027-02-24.
            let store = try await RetentionStore(
                in: folder,
                retention: AuditRetention(["question": 40, "access": 400])
            )
            try await store.question(1, about: "phone=+1")
            let bucket = "bucket/question/2027-02"
            #expect(store.keyring.names.filter { $0.hasPrefix("bucket/") } == ["bucket/access/2028-02", bucket])
            store.clock.now += 44 * Self.day * 1_000
            #expect(try await store.vault.eraseExpired() == 0)
            #expect(store.keyring.contains(bucket), "the month is not over")

            var places = try await store.vault.heldPlaces(of: RetentionStore.person("phone=+1"))
            places.running.removeAll { $0.field != "subjects" }
            let held = places
            #expect(held.count == 1)
            let hold = try await store.vault.commit { transaction in
                let entry = try transaction.nextLeaf()
                _ = try transaction.placeHold(on: held, review: "2027-06-01")
                return (entry, [AuditDraft(event: "hold.placed", actor: .system, data: ["ground": "suit"])])
            }
            store.clock.now += 5 * Self.day * 1_000
            #expect(try await store.vault.eraseExpired() == 1)
            #expect(store.keyring.contains(bucket), "a held value needs it")
            #expect(try await store.vault.openedValues(of: 1).map(\.field) == ["actor", "subjects"])
            #expect(try await store.vault.openedValues(of: 2) == [])
            _ = try await store.vault.commit { transaction in
                _ = try transaction.liftHold(hold.value)
                return ((), [AuditDraft(event: "hold.lifted", actor: .system, data: ["ground": "over"])])
            }
            #expect(try await store.vault.eraseExpired() == 1)
            #expect(!store.keyring.contains(bucket))
            #expect(store.keyring.contains("bucket/access/2028-02"))
            let told = try await store.leaves().filter { $0.event == "audit.erased" }
            #expect(told.map { $0.data["count"]?.integer } == [1, 1])
            #expect(told.allSatisfy { $0.data["ground"]?.string == "retention of question, 2027-02" })
            #expect(try await store.vault.eraseExpired() == 0)
            #expect(try await store.leaves().count { $0.event == "audit.erased" } == 2)
            await store.vault.close()
        }
    }

    @Test func aHoldOnEverythingStopsRetention() async throws {
        try await withTemporaryFolder { folder in
            let store = try await RetentionStore(in: folder, retention: AuditRetention(["question": 40, "access": 40]))
            try await store.question(1, about: "phone=+1")
            let hold = try await store.vault.commit { transaction in
                let entry = try transaction.nextLeaf()
                _ = try transaction.placeHold(on: nil, review: "2027-06-01")
                let number = PersonalValue(name: "case", value: "12-O-7", retentionClass: "access")
                return (
                    entry,
                    [AuditDraft(event: "hold.placed", actor: .system, data: ["ground": "suit"], personal: [number])]
                )
            }
            .value
            store.clock.now += 80 * Self.day * 1_000
            #expect(try await store.vault.eraseExpired() == 0)
            #expect(try await store.boxes().count == 4)
            _ = try await store.vault.commit { transaction in
                _ = try transaction.liftHold(hold)
                return ((), [AuditDraft(event: "hold.lifted", actor: .system, data: ["ground": "over"])])
            }
            #expect(try await store.vault.eraseExpired() == 4)
            await store.vault.close()
        }
    }

    @Test func aKeyThatACrashLeftIsDestroyedNextTime() async throws {
        try await withTemporaryFolder { folder in
            let store = try await RetentionStore(in: folder, retention: AuditRetention(["question": 40, "access": 40]))
            try await store.question(1, about: "phone=+1")
            let later = store.clock.now + 80 * Self.day * 1_000
            // As after a crash between the transaction and the keyring.
            try await store.vault.database.pool.write { try $0.execute(sql: "DELETE FROM audit_sealed") }
            await store.vault.close()
            let again = try await RetentionStore(in: folder, clock: later)
            #expect(again.keyring.names.contains { $0.hasPrefix("bucket/") })
            #expect(try await again.vault.eraseExpired() == 0)
            #expect(!again.keyring.names.contains { $0.hasPrefix("bucket/") })
            await again.vault.close()
        }
    }

    @Test func retentionIsNeverShorterThanAMonth() {
        let retention = AuditRetention(["question": 1, "access": 90])
        #expect(retention.days(of: "question") == 31)
        #expect(retention.days(of: "access") == 90)
        #expect(retention.days(of: "other") == 1_096)
    }

    @Test func monthsAreReadAndEnd() throws {
        let month = try #require(UTCMonth("2026-12"))
        #expect(month.end == UTCMonth("2027-01")?.start)
        #expect(UTCMonth(seconds: month.end - 1).text == "2026-12")
        for word in ["2026-13", "2026-1", "26-01", "", "2026-01-01"] { #expect(UTCMonth(word) == nil, "\(word)") }
        #expect(BucketSealer.bucket(named: "bucket/access/2026-12")?.month.text == "2026-12")
        for name in ["bucket/access", "log", "epoch/a/b/1", "bucket/access/x"] {
            #expect(BucketSealer.bucket(named: name) == nil, "\(name)")
        }
    }
}
