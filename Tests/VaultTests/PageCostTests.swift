// What pages read costs the same however long a node has worked: counted in steps of SQLite's own machine, not in time.
import AuditLog
import Foundation
import GRDB
import GRDBSQLite
import NodeTesting
import Testing

@testable import Vault

@Suite struct PageCostTests {
    @Test func newestQuestionsAndRequestsCostTheSameAmongMany() async throws {
        try await withTemporaryFolder { folder in
            let vault = try await RetentionStore(in: folder).vault
            @Sendable func id(_ number: Int) -> String { "00000000-0000-4000-8000-\(100_000_000_000 + number)" }
            let looks: [(name: String, look: @Sendable (VaultTransaction) throws -> Void)] = [
                ("newest questions", { _ = try $0.questions(newest: 20) }),
                ("parts of one", { _ = try $0.peerQueries(of: "00000000-0000-4000-8000-100000000003") }),
                ("newest requests", { _ = try $0.disclosures(.asker, newest: 20) }),
                ("one request", { _ = try $0.disclosures(idPrefix: "00000000-0000-4000-8000-100000000003") }),
                ("open requests", { _ = try $0.disclosures(openOnly: true) }),
            ]
            var costs: [[Int]] = []
            for (from, to) in [(0, 200), (200, 3_000)] {
                _ = try await vault.commit { transaction -> (Void, [AuditDraft]) in
                    for number in from..<to {
                        try transaction.storeOnce(
                            StoredQuestion(
                                id: id(number),
                                asked: number,
                                account: "amina",
                                agreement: "shared",
                                box: [1]
                            )
                        )
                        try transaction.store(
                            StoredPeerQuery(id: id(number), question: id(number), peer: "b", outcome: "hits", box: [1])
                        )
                        try transaction.store(
                            StoredDisclosure(
                                side: .asker,
                                peer: "b",
                                id: id(number),
                                created: number,
                                deadline: nil,
                                isOpen: number < 5,
                                box: [1]
                            )
                        )
                    }
                    return ((), [])
                }
                var cost: [Int] = []
                for (_, look) in looks { cost.append(try await StepCount.cost(vault, look)) }
                costs.append(cost)
            }
            for (place, (name, _)) in looks.enumerated() {
                print("\(name): \(costs[0][place]) steps among 200, \(costs[1][place]) among 3000")
                #expect(costs[1][place] < costs[0][place] * 3 / 2 + 20, "\(name)")
            }
            await vault.close()
        }
    }
}

/// What a look at the vault costs.
enum StepCount {
    /// Steps of all statements of the connection since they were last asked for.
    private static func steps(_ database: Database) -> Int {
        var (steps, statement) = (0, sqlite3_next_stmt(database.sqliteConnection, nil))
        while let each = statement {
            steps += Int(sqlite3_stmt_status(each, SQLITE_STMTSTATUS_VM_STEP, 1))
            statement = sqlite3_next_stmt(database.sqliteConnection, each)
        }
        return steps
    }

    static func cost(_ vault: Vault, _ look: @escaping @Sendable (VaultTransaction) throws -> Void) async throws
        -> Int
    {
        try await vault.read { transaction in
            _ = steps(transaction.database)
            try look(transaction)
            return steps(transaction.database)
        }
    }
}
