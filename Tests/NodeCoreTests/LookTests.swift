// Whoever looks at colleagues' questions leaves entries that name each of them, however many there are.
import Accounts
import AuditLog
import CanonicalJSON
import NodeTesting
import Testing

@testable import NodeCore

@Suite struct LookTests {
    @Test func everyQuestionThatWasLookedAtStandsInAnEntry() async throws {
        try await Pair.with { pair in
            let node = pair.asker
            let person = try await node.node.person(TestNode.analyst, for: .ask)
            let questions = (0..<65).map { (id: "question-\($0)", by: "somebody", purpose: "investigate") }
            let own = (id: "own", by: TestNode.analyst, purpose: "investigate")
            try await node.node.logLook(at: questions + [own], by: person)
            try await node.node.logLook(at: questions, by: person)
            let entries = try await node.closedLeaves().filter { $0.event == "record.viewed" }
            #expect(entries.map { $0.data["count"]?.integer } == [64, 1], "a second look a moment later is the same")
            #expect(entries.allSatisfy { $0.personal["terms"] != nil })
        }
    }
}
