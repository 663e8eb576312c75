// Checks that a witness killed between storing and answering has stored: what it reported is there, and it goes on from it.
import AuditLog
import Foundation
import NodeTesting
import Testing
import TransparencyLog

@testable import Vault

@Suite("Witness and SIGKILL")
struct WitnessCrashTests {
    @Test func everyCheckpointReportedIsStoredAndTheLogGoesOn() async throws {
        try await withTemporaryFolder { folder in
            let log = try PeerLog(size: 20_000)
            var known = 0
            var lostAnswers = 0
            // Made before, so that each round does nothing but witness.
            await (try WitnessStoreTests.open(folder)).close()
            for round in 0..<6 {
                let output = folder.appendingPathComponent("reported\(round)")
                let child = try ChildProcess(
                    [try AuditCrashTests.helper().path, folder.path, "witness"],
                    in: folder,
                    output: output
                )
                // Killed at some moment after it has begun to report.
                while try reported(output).count < 3 + round, child.isRunning {
                    try await Task.sleep(for: .milliseconds(2))
                }
                try await child.end(SIGKILL)
                let sizes = try reported(output)
                #expect(sizes.count >= 3 + round, "the witness ended by itself")
                let vault = try await WitnessStoreTests.open(folder)
                let stored = try #require(try await vault.read { try $0.witnessed(log.key.name) })
                let last = try #require(sizes.last)
                #expect(stored.checkpoint.size >= last && last > known)
                if stored.checkpoint.size > last { lostAnswers += 1 }
                let cosigner = try WitnessStoreTests.cosigner()
                let verified = try VerifiedCheckpoint(
                    Array(stored.note.utf8),
                    logKeys: [log.key],
                    witnesses: [cosigner.verifier]
                )
                #expect(verified.cosigners.count == 1)
                // The log heard nothing: it asks from what it knows, is told the size, and asks again.
                let size = stored.checkpoint.size
                let answers = try await vault.commit { transaction -> ([WitnessAnswer], [AuditDraft]) in
                    let first = try transaction.witness(log.addition(from: last - 1, to: size), of: "agency-b", at: 9) {
                        cosigner.cosignature(of: $0, at: 9)
                    }
                    let second = try transaction.witness(log.addition(from: size, to: size), of: "agency-b", at: 9) {
                        cosigner.cosignature(of: $0, at: 9)
                    }
                    return ([first, second], [])
                }.value
                #expect(answers[0] == .refused(.otherSize(size), nil))
                guard case .cosigned = answers[1] else {
                    Issue.record("the same checkpoint was not cosigned again: \(answers[1])")
                    return
                }
                known = size
                await vault.close()
            }
            print("witness killed 6 times, \(lostAnswers) times between storing and answering")
        }
    }

    private func reported(_ file: URL) throws -> [Int] {
        let text = String(decoding: (try? Data(contentsOf: file)) ?? Data(), as: UTF8.self)
        // What follows the last newline was cut off by the kill.
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().compactMap { Int($0) }
    }
}
