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
            let looks: [(name: String, found: Int, look: @Sendable (VaultTransaction) throws -> Int)] = [
                ("newest questions", 20, { try $0.questions(newest: 20).count }),
                ("parts of one", 1, { try $0.peerQueries(of: "00000000-0000-4000-8000-100000000003").count }),
                ("newest requests", 20, { try $0.disclosures(.asker, newest: 20).count }),
                ("one request", 1, { try $0.disclosures(idPrefix: "00000000-0000-4000-8000-100000000003").count }),
                ("open requests", 5, { try $0.disclosures(openOnly: true).count }),
                ("what waits for people", 3, { try $0.undecidedDisclosures(most: 20).count }),
                ("open requests of ours", 5, { try $0.openDisclosures(.asker).count }),
                ("what is late", 3, { try $0.lateDisclosures(at: 2).count }),
                ("newest cases", 4, { try $0.newestCases(5, among: 20).count }),
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
                                // Five questions make a case.
                                reference: [1, UInt8((number / 5) >> 8), UInt8((number / 5) & 0xff)],
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
                                deadline: number,
                                isOpen: number < 5,
                                looksUndecided: number < 10 && number.isMultiple(of: 2),
                                box: [1]
                            )
                        )
                    }
                    return ((), [])
                }
                var cost: [Int] = []
                for (name, found, look) in looks {
                    let one = try await StepCount.cost(vault) { transaction in
                        let count = try look(transaction)
                        #expect(count == found, "\(name)")
                    }
                    cost.append(one)
                }
                costs.append(cost)
            }
            for (place, name) in looks.map(\.name).enumerated() {
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
