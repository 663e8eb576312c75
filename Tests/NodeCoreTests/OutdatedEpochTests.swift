// What changes while a new epoch is built is not in it: the build notices before it publishes, and begins again.
import Dispatch
import Foundation
import NodeTesting
import SetIntersection
import Sodium
import Synchronization
import Testing
import Vault

@testable import NodeCore

@Suite struct OutdatedEpochTests {
    /// Runs `change` on a build's own thread at each draw of chaff, when every record has been looked at and nothing is
    /// published. Only chaff draws as many bytes as an entry has.
    private static func whileBuilding(_ draws: Draws, _ change: @escaping @Sendable (Int) async throws -> Void) {
        let count = Mutex(0)
        draws.onEach { bytes in
            guard bytes == SegmentDescription.entryBytes else { return }
            let number = count.withLock { count in
                count += 1
                return count
            }
            let done = DispatchSemaphore(value: 0)
            Task.detached {
                do { try await change(number) } catch { Issue.record("\(error)") }
                done.signal()
            }
            done.wait()
        }
    }

    private static func importYoussef(handling: String, document: Int = 24_710_140, into node: Node) async throws {
        let row = "b1,Youssef Chahine,1988-02-11,A\(document),EGY,+491512441001,suspect,\(handling),bravo,\n"
        _ = try await node.importRecords(
            csv: Array((People.header + row).utf8),
            fileName: "row.csv",
            dataset: "main",
            renames: [:],
            defaults: [:],
            by: "operator"
        )
    }

    private static func rotate(_ node: Node) async throws(NodeProblem) {
        _ = try await node.buildIndexes(agreement: nil, asker: nil, rotating: true, by: "operator") { _ in }
    }

    private static func files(_ node: Node) throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: node.vault.segments.url.path))
    }

    @Test func aRecordThatIsWithdrawnMeanwhileIsNotInTheNewEpoch() async throws {
        let draws = Draws()
        try await Pair.with(holderDraws: draws) { pair in
            let node = pair.holder.node
            Self.whileBuilding(draws) { number in
                if number == 1 { try await Self.importYoussef(handling: "H3", into: node) }
            }
            try await Self.rotate(node)
            let newest = try await pair.newest()
            #expect(newest.scope.epoch == 2 && newest.records == 1)
            #expect(try Self.files(node) == Set(newest.classes.flatMap(\.segments).map { Hex.encode($0.digest) }))
            #expect(try await pair.ask(People.youssef).outcome == "no-hit")
            #expect(pair.holder.logProblems() == [])
        }
    }

    @Test func anEpochWhoseRecordsNeverRestIsNotPublished() async throws {
        let draws = Draws()
        try await Pair.with(holderDraws: draws) { pair in
            let node = pair.holder.node
            let (old, before) = (try await pair.newest(), try Self.files(node))
            Self.whileBuilding(draws) { number in
                try await Self.importYoussef(handling: "H1", document: 24_000_000 + number, into: node)
            }
            let refused = try await problem { try await Self.rotate(node) }
            #expect(refused.kind == .refused && refused.text.contains("was not published"))
            draws.onEach { _ in }
            #expect(try await pair.newest().digest == old.digest && Self.files(node) == before)
            #expect(try await pair.ask(People.youssef).outcome == "hits")
            // The old epoch's seed answers as before, and the next attempt begins anew.
            try await Self.rotate(node)
            #expect(try await pair.newest().scope.epoch == 2)
        }
    }
}
