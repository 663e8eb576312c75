// What an asker sees of changes: nothing until the hour, and then a multiple of 64 entries in every class.
import AuditLog
import Foundation
import NodeTesting
import SetIntersection
import Synchronization
import Testing
import Vault

@testable import NodeCore

@Suite struct DeltaShapeTests {
    @Test(arguments: [1, 60])
    func changesGoOutOnTheHourInMultiplesOf64(changes: Int) async throws {
        try await Pair.with { pair in
            let node = pair.holder.node
            let before = try await pair.newest()
            pair.holder.clock.advance(seconds: 611)
            try await pair.holder.add(changes)
            let versions = Mutex<[Int: Int]>([:])
            let hour = PublishSchedule.next(after: pair.holder.clock.seconds)
            await pair.holder.keep(until: hour + 120) { now in
                let version = try? await pair.newest().version
                versions.withLock { $0[now] = version }
            }
            let seen = versions.withLock { $0 }
            #expect(seen.count > 50)
            for (now, version) in seen { #expect(version == (now < hour ? 1 : 2), "\(now - hour) s after the hour") }
            let after = try await pair.newest()
            #expect(after.scope.epoch == 1 && after.records == 2 + changes)
            #expect(after.classes.map(\.keyClass) == before.classes.map(\.keyClass))
            for (old, new) in zip(before.classes, after.classes) {
                let delta = new.entries - old.entries
                #expect(delta >= 64 && delta % 64 == 0, "a class without a new key looks like any other")
                #expect(new.segments.allSatisfy { $0.entries % 64 == 0 })
            }
            let reports = await node.publishDue { Issue.record("\($0)") }
            #expect(reports.isEmpty, "no news, no work")
            let published = try #require(try await pair.holder.closedLeaves().named("index.published").last)
            #expect(published.time.milliseconds / 1_000 == hour)
            #expect(published.actor.role == .system)
        }
    }

    @Test func anIndexThatNobodyBeganIsNotBegun() async throws {
        try await Pair.with(records: nil) { pair in
            try await pair.holder.add(3)
            await pair.holder.keep(until: pair.holder.clock.seconds + 7_200)
            #expect(try await pair.holder.closedLeaves().named("index.published").isEmpty)
        }
    }

    @Test func aClockThatGoesBackPutsNothingOff() async throws {
        try await Pair.with { pair in
            let clock = pair.holder.clock
            let start = clock.seconds
            try await pair.holder.add(1)
            let isSetBack = Mutex(false)
            await pair.holder.keep(until: start - 86_400 + 7_200) { _ in
                isSetBack.withLock { isSetBack in
                    if !isSetBack { clock.seconds = start - 86_400 + 60 }
                    isSetBack = true
                }
            }
            #expect(try await pair.newest().version == 2)
        }
    }
}

extension TestNode {
    /// Lets the node keep its indexes until its clock shows `end`. The test moves the clock as far as the node waits, or
    /// by `step` at a time; `watch` is called before.
    func keep(
        until end: Int,
        step: Int? = nil,
        watch: @escaping @Sendable (Int) async -> Void = { _ in }
    ) async {
        let (clock, node) = (clock, node)
        let task = Task {
            await node.keepIndexes(pause: { seconds in
                // No clock waits for a build ahead; this one does.
                await node.preparations.settled()
                await watch(clock.seconds)
                guard clock.seconds < end else {
                    withUnsafeCurrentTask { $0?.cancel() }
                    return
                }
                clock.advance(seconds: step ?? seconds)
            }) { Issue.record("\($0)") }
        }
        await task.value
    }

    /// Imports that many new people, without publishing.
    func add(_ count: Int) async throws {
        let rows = (0..<count).map {
            "n\($0),Person \(Self.word($0)) Somebody,1970-01-\($0 % 18 + 10),,,,suspect,H1,bravo,"
        }
        let report = try await node.importRecords(
            csv: Array((People.header + rows.joined(separator: "\n") + "\n").utf8),
            fileName: "new.csv",
            dataset: "new",
            renames: [:],
            defaults: [:],
            by: "operator"
        )
        #expect(report.created == count)
    }

    /// Letters only, another for each number: digits are no name.
    private static func word(_ number: Int) -> String {
        String(String(number, radix: 10).unicodeScalars.map { Character(UnicodeScalar(UInt8($0.value) + 0x31)) })
    }
}

extension Pair {
    /// The newest manifest of the holder for the asker.
    func newest() async throws -> Manifest {
        let stored = try await holder.node.vault.read {
            try $0.latestManifest(agreement: TestPolicies.agreement, holder: "bravo", asker: "alpha")
        }
        return try Manifest(decoding: try #require(stored).bytes)
    }
}
