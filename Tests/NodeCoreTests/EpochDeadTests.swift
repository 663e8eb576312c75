// An epoch that is over is dead: no query under it is answered, no copy of it can be asked about, no backup brings it back.
import AuditLog
import Foundation
import NodeTesting
import PeerTrust
import SetIntersection
import Synchronization
import Testing
import Vault
import WireProtocol

@testable import NodeCore

@Suite struct EpochDeadTests {
    @Test func anIndexRotatesByItselfAndTheOldKeysAnswerNothing() async throws {
        try await Pair.with { pair in
            #expect(try await pair.ask(People.youssef).outcome == "hits")
            let old = try await pair.capturedQuery()
            let node = pair.holder.node
            let scope = try await pair.newest().scope
            let began = try #require(try await node.vault.read { try $0.epochBegan(scope) })
            let due = try PublishSchedule.rotation(began: began, seed: node.keyring.secret(SecretName.epochSeed(scope)))
            let epochs = Mutex<[Int: Int]>([:])
            await pair.holder.keep(until: due, step: 3_600) { now in
                let epoch = try? await pair.newest().scope.epoch
                epochs.withLock { $0[now] = epoch }
            }
            for (now, epoch) in epochs.withLock({ $0 }) { #expect(epoch == (now < due ? 1 : 2)) }
            #expect(try await pair.newest().version == 2)
            #expect(node.keyring.names.filter { $0.hasPrefix("epoch/") } == ["epoch/shared/alpha/2"])
            let response = try await pair.peers.send(try pair.renewed(old), to: pair.bravo)
            #expect(response.problem?.kind == .epoch)
            #expect(throws: KeyringError.self) {
                try node.engine.holder(scope) { try node.keyring.secret(SecretName.epochSeed(scope)) }
            }
            // Whoever has the old copy asks again under the new keys.
            #expect(try await pair.ask(People.youssef).outcome == "hits")
            let leaves = try await pair.holder.closedLeaves()
            #expect(leaves.named("epoch.rotated").map(\.actor.role) == [.system])
            let switched = leaves.indices.filter { leaves[$0].event == "epoch.rotated" }
            #expect(switched.allSatisfy { leaves[$0 + 1].event == "index.published" }, "one switch, nothing between")
        }
    }

    @Test func aBackupWithoutSeedsCannotEvaluateAnOldManifest() async throws {
        try await Pair.with { pair in
            let hit = try await pair.ask(People.youssef)
            #expect(hit.outcome == "hits")
            let old = try await pair.capturedQuery()
            let scope = try await pair.newest().scope
            // The folder as it was, then a rotation, then the folder again with the keyring's lasting secrets only.
            await pair.holder.node.close()
            let restored = NodeFolder(pair.holder.folder.url.appendingPathExtension("restored").path)
            try FileManager.default.copyItem(at: pair.holder.folder.url, to: restored.url)
            let keyring = try Keyring.open(at: restored.keyring, passphrase: TestNode.passphrase)
            try keyring.update(set: [:], remove: keyring.names.filter { SecretName.epoch(of: $0) != nil })
            let node = try await Node.open(
                restored,
                passphrase: TestNode.passphrase,
                clock: pair.holder.clock.clock,
                random: .seeded(5)
            )
            let holder = TestNode(node: node, clock: pair.holder.clock)
            pair.network.join(holder)
            let response = try await pair.peers.send(try pair.renewed(old), to: pair.bravo)
            #expect(response.problem?.kind == .epoch, "the old manifest is there, its keys are not")
            #expect(throws: KeyringError.self) {
                try node.engine.holder(scope) { try node.keyring.secret(SecretName.epochSeed(scope)) }
            }
            #expect(try await pair.ask(People.youssef).outcome == "refused")
            // The node sees that a seed is gone and begins another epoch; no handle of the old one comes again.
            await node.publishDue { Issue.record("\($0)") }
            let again = try await pair.ask(People.youssef)
            #expect(again.outcome == "hits")
            #expect(Set(again.hits.map(\.handle)).isDisjoint(with: hit.hits.map(\.handle)))
            let leaves = try await holder.closedLeaves()
            #expect(leaves.named("query.refused").map { $0.text("ground") } == ["epoch", "epoch", "epoch"])
        }
    }

    @Test func noHandleComesAgainInTheNextEpoch() async throws {
        try await Pair.with { pair in
            try await pair.holder.add(20)
            try await pair.holder.index()
            for epoch in 1...4 {
                let scope = try IndexScope(agreement: "shared", asker: "alpha", holder: "bravo", epoch: epoch)
                let key = try pair.holder.node.keyring.secret(SecretName.handles(scope))
                var handles = try HandleSequence(key: key, next: UInt64(22 * (epoch - 1)))
                for number in 1...23 {
                    let handle = try handles.take()
                    let found = try handles.number(of: handle)
                    let stands = try await pair.holder.node.vault.read {
                        try $0.disclosureCandidate(scope, handle: handle.bytes, number: found)?.isMeant
                    }
                    #expect(stands == (number <= 22))
                }
                try await pair.holder.index(rotating: true)
            }
        }
    }
}
