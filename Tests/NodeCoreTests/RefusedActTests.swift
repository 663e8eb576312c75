// Acts that somebody's role allows and a rule or a check refuses: each is an entry, with the act and who tried.
import AuditLog
import NodeTesting
import Testing

@testable import NodeCore

@Suite struct RefusedActTests {
    @Test func whoTriedIsInTheLog() async throws {
        try await Pair.with { pair in
            let node = pair.asker.node
            _ = try await node.addUser("ines", roles: ["officer"], by: Node.firstAccount)
            func refused(_ act: () async throws -> Void) async {
                let problem = await #expect(throws: NodeProblem.self) {
                    try await act()
                }
                #expect(problem?.kind == .refused, "\(String(describing: problem))")
            }
            await refused { _ = try await node.addUser(Node.firstAccount, roles: ["officer"], by: Node.firstAccount) }
            await refused {
                _ = try await node.changeRoles(
                    Node.firstAccount,
                    roles: ["operator", "officer"],
                    by: Node.firstAccount
                )
            }
            await refused { _ = try await node.resetUser(Node.firstAccount, by: Node.firstAccount) }
            let hold = HoldWish(
                caseReference: "12-O-7",
                ground: "suit",
                review: "2099-01-01",
                columns: ["phone": "+49 1512 441001"]
            )
            _ = try await node.placeHold(hold, by: "ines")
            await refused { _ = try await node.pruneLog(isRehearsal: false, by: "ines") }
            // What is misspelt was not tried.
            await #expect(throws: NodeProblem.self) {
                try await node.changeRoles("nobody", roles: ["officer"], by: nil)
            }

            let entries = try await pair.asker.closedLeaves().named("access.refused")
            #expect(entries.map { $0.text("route") } == ["addUser", "changeRoles", "resetUser", "pruneAudit"])
            #expect(entries.allSatisfy { $0.text("method") == "local" && $0.personal["account"] != nil })
        }
    }
}
