// What waits for people is found among all that is open, also what an older version left, and as many as are shown.
import AuditLog
import NodeTesting
import Testing

@testable import NodeCore
@testable import Vault

@Suite struct QueueTests {
    @Test func whatAnOlderVersionHeldIsFound() async throws {
        try await Disclosures.with { it in
            let sent = try await it.request()
            let before = try await it.holder.queue(most: 10, by: TestNode.analyst)
            #expect(before.requests.map(\.id) == [sent.id] && before.areAll)
            _ = try await it.holder.vault.commit { transaction -> (Void, [AuditDraft]) in
                try transaction.execute("UPDATE disclosure SET undecided = NULL")
                return ((), [])
            }
            #expect(try await it.holder.queue(most: 10, by: TestNode.analyst).requests == [])
            try await Node.fileOlderRows(it.holder.vault, it.holder.questionSealer)
            #expect(try await it.holder.queue(most: 10, by: TestNode.analyst).requests == before.requests)
            let none = try await it.holder.queue(most: 0, by: TestNode.analyst)
            #expect(none.requests.isEmpty && !none.areAll)
        }
    }
}
