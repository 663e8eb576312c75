// A log's key is changed on a real node: the key before goes when nothing signs with it any more, and never earlier.
import Foundation
import NodeTesting
import Sodium
import Testing
import TransparencyLog

@testable import NodeCore
@testable import Vault

@Suite struct RotatedKeyTests {
    private static let overlap = StoredKeyRotation.overlap + 86_400

    private func isKept(_ node: TestNode) -> Bool { node.node.keyring.contains(SecretName.logBefore) }

    @Test func theKeyBeforeGoesOnlyWhenNothingSignsWithIt() async throws {
        try await withTemporaryFolder { folder in
            var node = try await TestNode.make("alpha", in: folder, clock: .inForce)
            let first = node.node.vault.logKey
            _ = try await node.node.rotateLogKey(by: nil)
            // Thirty days without a start: the running log signs with it still.
            node.clock.advance(seconds: Self.overlap)
            try await node.node.destroyEarlierLogKey()
            #expect(isKept(node))
            node = try await node.reopened()
            #expect(node.node.vault.logKey != first && node.node.vault.logKeyChain == [node.node.vault.logKey, first])
            try await node.node.destroyEarlierLogKey()
            #expect(!isKept(node))

            // A second change of which only the keyring knows: no other change's time stands for it.
            let second = node.node.vault.logKey
            try node.node.keyring.update(set: [
                SecretName.log: try SecretBytes(copying: [UInt8](repeating: 8, count: 32)),
                SecretName.logBefore: try node.node.keyring.secret(SecretName.log),
            ])
            try await node.node.destroyEarlierLogKey()
            #expect(isKept(node))
            node = try await node.reopened()
            #expect(node.node.vault.logKeys.last == second)
            try await node.node.destroyEarlierLogKey()
            #expect(isKept(node))
            node.clock.advance(seconds: Self.overlap)
            try await node.node.destroyEarlierLogKey()
            #expect(!isKept(node))
            #expect(node.logProblems() == [])
            await node.node.close()
        }
    }

    @Test func aPolicyOfWitnessesMayNameAnyKeyOfTheLog() async throws {
        try await withTemporaryFolder { folder in
            var node = try await TestNode.make("alpha", in: folder, clock: .inForce)
            var configuration = node.node.configuration
            configuration.witnessPolicy = "witnesses"
            try DurableFile.write(try configuration.encoded(), to: node.folder.configuration)
            let text = "log \(node.node.vault.logKey.text)\nquorum none\n"
            try DurableFile.write(Array(text.utf8), to: node.folder.url.appendingPathComponent("witnesses"))
            _ = try await node.node.rotateLogKey(by: nil)
            node = try await node.reopened()
            #expect(try node.node.witnessPolicyText() == text)
            await node.node.close()
        }
    }
}
