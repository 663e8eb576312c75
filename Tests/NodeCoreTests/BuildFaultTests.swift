// What goes wrong around a build leaves nothing behind and keeps nobody waiting; an upgrade of the recipe begins an epoch.
import AuditLog
import CanonicalJSON
import Dispatch
import Foundation
import NodeTesting
import PeerTrust
import SetIntersection
import Sodium
import Synchronization
import Testing
import Vault
import WireProtocol

@testable import NodeCore

@Suite struct BuildFaultTests {
    private static func files(_ node: Node) throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: node.vault.segments.url.path))
    }

    /// Runs `change` on a build's own thread at its first draw of chaff: only chaff draws as many bytes as an entry has.
    private static func onceBuilding(_ draws: Draws, _ change: @escaping @Sendable () async throws -> Void) {
        let isDone = Mutex(false)
        draws.onEach { bytes in
            guard bytes == SegmentDescription.entryBytes, !isDone.withLock({ $0 }) else { return }
            isDone.withLock { $0 = true }
            let done = DispatchSemaphore(value: 0)
            Task.detached {
                do { try await change() } catch { Issue.record("\(error)") }
                done.signal()
            }
            done.wait()
        }
    }

    @Test func segmentsOfAPublicationThatFailedAreRemoved() async throws {
        let draws = Draws()
        try await Pair.with(holderDraws: draws) { pair in
            let node = pair.holder.node
            let (last, before) = (try await pair.newest(), try Self.files(node))
            // Somebody else's version 2 stands in the way when this one is to be stored.
            Self.onceBuilding(draws) {
                _ = try await node.vault.commit { transaction in
                    let other = StoredManifest(
                        agreement: last.scope.agreement,
                        holder: last.scope.holder,
                        asker: last.scope.asker,
                        version: 2,
                        epoch: 1,
                        bytes: last.bytes,
                        signature: [],
                        leaf: nil
                    )
                    return (try transaction.store(other), [])
                }
            }
            try await pair.holder.add(1)
            _ = try await problem { try await pair.holder.index() }
            #expect(try Self.files(node) == before)
        }
    }

    // MARK: Another recipe

    /// The holder's newest version was built by another recipe, as before an upgrade of the program.
    private func age(_ pair: Pair) async throws {
        let node = pair.holder.node
        let last = try await pair.newest()
        let old = try Manifest(
            scope: last.scope,
            version: last.version + 1,
            predecessor: last.digest,
            recipe: Manifest.Recipe(version: last.recipe.version, digest: SHA2.sha256(Array("another".utf8))),
            records: last.records,
            classes: last.classes
        )
        let signature = try node.signed(ManifestSignature.message(old.bytes))
        _ = try await node.vault.commit { transaction in
            let stored = StoredManifest(
                agreement: old.scope.agreement,
                holder: old.scope.holder,
                asker: old.scope.asker,
                version: old.version,
                epoch: old.scope.epoch,
                bytes: old.bytes,
                signature: signature,
                leaf: try transaction.nextLeaf()
            )
            try transaction.store(stored)
            let data: [String: JSONValue?] = [
                "agreement": .string(old.scope.agreement), "peer": .string(old.scope.asker),
                "epoch": .integer(old.scope.epoch), "version": .integer(old.version),
                "manifest_digest": .string(Hex.encode(old.digest)), "count": .integer(old.entries),
            ]
            return ((), [try node.draft("index.published", by: .system, data: data, in: transaction)])
        }
    }

    @Test func aBuildAfterAnUpgradeOfTheRecipeBeginsAnEpochAndAskersGoOn() async throws {
        try await Pair.with { pair in
            try await age(pair)
            let fetched = try await pair.asker.node.fetchIndexes(
                peer: "bravo",
                agreement: nil,
                by: nil,
                through: pair.peers
            )
            #expect(fetched.fetched.first?.version == 2)
            let outgrown = try await pair.ask(People.youssef)
            #expect(outgrown.outcome == "refused" && outgrown.reason.contains("key recipe"))

            let built = try #require(try await pair.holder.index().indexes.first)
            #expect(built.epoch == 2 && built.version == 3 && built.records == 2)
            #expect(built.notes.contains { $0.contains("another recipe") })
            // The asker has the old copy still, and nobody fetches for it.
            #expect(try await pair.ask(People.youssef).outcome == "hits")
            let again = try #require(try await pair.holder.index().indexes.first)
            #expect(again.epoch == 2 && again.notes.contains("nothing new to publish"))
            #expect(pair.holder.node.keyring.names.filter { $0.hasPrefix("epoch/") } == ["epoch/shared/alpha/2"])
            #expect(try await pair.holder.closedLeaves().named("epoch.rotated").count == 1)
        }
    }

    // MARK: Built ahead

    @Test func nothingIsBuiltAheadWhileAnotherNeedsTheTurn() async throws {
        let preparations = Preparations()
        await preparations.givingWay { #expect(preparations.begin {} == nil) }
        let isEnded = Mutex(false)
        let task = try #require(
            preparations.begin {
                while !Task.isCancelled { try? await Task.sleep(for: .milliseconds(5)) }
                isEnded.withLock { $0 = true }
            }
        )
        await preparations.givingWay { await task.value }
        #expect(isEnded.withLock { $0 })
        await preparations.settled()
        #expect(preparations.begin {} != nil)
    }

    @Test func theKeeperGoesOnWhileAnEpochIsBuiltAhead() async throws {
        let draws = Draws()
        try await Pair.with(holderDraws: draws) { pair in
            let node = pair.holder.node
            let scope = try await pair.newest().scope
            let began = try #require(try await node.vault.read { try $0.epochBegan(scope) })
            let due = try PublishSchedule.rotation(began: began, seed: node.keyring.secret(SecretName.epochSeed(scope)))
            pair.holder.clock.advance(seconds: due - 1_800 - pair.holder.clock.seconds)
            // The build ahead stands still until the keeper came round twice.
            let rounds = DispatchSemaphore(value: 0)
            let isHeld = Mutex(false)
            draws.onEach { bytes in
                guard bytes == SegmentDescription.entryBytes, !isHeld.withLock({ $0 }) else { return }
                isHeld.withLock { $0 = true }
                for _ in 0..<2 where rounds.wait(timeout: .now() + 300) == .timedOut {
                    Issue.record("the keeper waits for the build ahead")
                }
            }
            let keeping = Task {
                await node.keepIndexes(pause: { _ in
                    rounds.signal()
                    if node.preparations.epoch("shared alpha") != nil { withUnsafeCurrentTask { $0?.cancel() } }
                    try? await Task.sleep(for: .milliseconds(20))
                }) { Issue.record("\($0)") }
            }
            await keeping.value
            #expect(isHeld.withLock { $0 } && node.preparations.epoch("shared alpha") != nil)
        }
    }
}

@Suite struct StoppedLongQueryTests {
    @Test func keysOfALongQuestionThatWasStoppedBeforeItLeftDoNotStay() async throws {
        let quota = "quota: [{per: peer, period: hour, keys: 900000}, {per: peer, period: day, keys: 900000}]"
        let policies = TestPolicies().requiring(quota, sides: "asker, holder", in: .agreement)
        // Nine batches: the first eight are kept before the ninth is sealed.
        let rows = (0..<66_000).map { "a\($0),+4915\(10_000_000 + $0)\n" }.joined()
        try await Pair.with(asker: policies, holder: policies) { pair in
            #expect(try await pair.ask(People.youssef).outcome == "hits")
            let asker = try await pair.asker.reopened()
            pair.network.join(asker)
            let task = Task {
                try await asker.node.ask(
                    Pair.question(.file(Array(("id,phone\n" + rows).utf8), name: "many.csv")),
                    dryRun: false,
                    by: nil,
                    through: pair.network.peers(of: asker)
                ) { _ in }
            }
            var kept = 0
            while kept == 0 {
                try await Task.sleep(for: .milliseconds(2))
                kept = try await asker.node.vault.read { try $0.batchCount() }
            }
            task.cancel()
            let report = try await task.value
            #expect(report.asked.map(\.outcome) == ["unreachable"])
            let left = try await asker.node.vault.read { try $0.batchCount() }
            let asked = try await asker.node.vault.read { try $0.peerQueries(of: report.query) }
            // It may have left by then; what goes on keeps its keys.
            #expect(left == 0 || asked.count == 1, "\(left) batches of nobody's")
            await asker.node.close()
        }
    }
}
