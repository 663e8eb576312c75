// Cases in numbers: what each holds, also when it changes, and what an older version left is found again under its case.
import AuditLog
import Foundation
import NodeTesting
import Testing

@testable import NodeCore
@testable import Vault

@Suite struct CaseListTests {
    @Test func aCaseIsCountedAndFoundByItsNumber() async throws {
        try await Disclosures.with { it in
            func line() async throws -> CaseLine? { try await it.asker.newestCases(by: TestNode.analyst).first }
            let before = try #require(try await line())
            #expect(before.reference == People.caseNumber && before.questions == 1)
            #expect(before.hits == 1 && before.requests == 0)
            let sent = try await it.request()
            #expect(try await line()?.requests == 1)
            let asked = try await it.pair.ask(People.youssef)
            #expect(asked.outcome == "hits")
            let after = try #require(try await line())
            #expect(after.questions == 2 && after.hits == 2 && after.last >= before.last)
            #expect(try await it.asker.newestCases(by: TestNode.analyst).count == 1)
            let one = try await it.asker.cases(People.caseNumber, by: TestNode.analyst).cases
            let all = try await it.asker.cases(nil, by: TestNode.analyst).cases
            #expect(one == all && one[0].disclosures.map(\.id) == [sent.id])
        }
    }

    @Test func aCaseIsClosedOnceAndOpenedByTheNextQuestion() async throws {
        try await Disclosures.with { it in
            func close(_ number: String, by account: String) async throws -> CaseClosing {
                try await it.asker.closeCase(number, by: account)
            }
            func report() async throws -> CaseReport? {
                try await it.asker.cases(People.caseNumber, by: TestNode.analyst).cases.first
            }
            let unknown = await #expect(throws: NodeProblem.self) {
                try await close("no such case", by: TestNode.analyst)
            }
            #expect(unknown?.kind == .usage && unknown?.text == "there is no case of that number")
            #expect(try await report()?.closed == nil)
            let closing = try await close(People.caseNumber, by: TestNode.analyst)
            #expect(try await report()?.closed == closing && closing.by == TestNode.analyst)
            #expect(try await it.asker.newestCases(by: TestNode.analyst).map(\.isClosed) == [true])
            let again = await #expect(throws: NodeProblem.self) {
                try await close(People.caseNumber, by: TestNode.analyst)
            }
            #expect(again?.kind == .usage && again?.because?.contains("closed it at \(closing.at)") == true)
            // What lies in it goes on: a request can still be made, and does not open it.
            _ = try await it.request()
            #expect(try await report()?.closed == closing)

            #expect(try await it.pair.ask(People.nobody).outcome == "no-hit")
            let opened = try #require(try await report())
            #expect(opened.closed == nil && opened.questions.count == 2)
            _ = try await close(People.caseNumber, by: TestNode.analyst)
            let leaves = try await it.pair.asker.closedLeaves()
            let events = leaves.map(\.event).filter { $0 == "case.opened" || $0 == "case.closed" }
            #expect(events == ["case.opened", "case.closed", "case.opened", "case.closed"])
            let closed = try #require(leaves.first { $0.event == "case.closed" })
            #expect(closed.data.isEmpty && Set(closed.personal.keys) == ["case", "actor"])
        }
    }

    @Test func nobodyButAnalystsClosesACase() async throws {
        try await Disclosures.with { it in
            let refused = await #expect(throws: NodeProblem.self) {
                try await it.asker.closeCase(People.caseNumber, by: Node.firstAccount)
            }
            #expect(refused?.kind == .refused)
        }
    }

    @Test func whatAnOlderVersionLeftIsFiledUnderItsCase() async throws {
        try await Disclosures.with { it in
            _ = try await it.request()
            let before = try await it.asker.newestCases(by: TestNode.analyst)
            _ = try await it.asker.vault.commit { transaction -> (Void, [AuditDraft]) in
                for table in ["question", "disclosure"] {
                    try transaction.execute("UPDATE \(table) SET reference = NULL")
                }
                return ((), [])
            }
            #expect(try await it.asker.newestCases(by: TestNode.analyst) == [])
            try await Node.fileOlderRows(it.asker.vault, it.asker.questionSealer)
            #expect(try await it.asker.newestCases(by: TestNode.analyst) == before)
        }
    }

    @Test func theVaultShowsNoNumberOfACase() async throws {
        try await Disclosures.with { it in
            _ = try await it.request()
            for name in try FileManager.default.contentsOfDirectory(atPath: it.asker.folder.path) {
                let file = it.asker.folder.url.appendingPathComponent(name)
                guard name.hasPrefix("vault"), let bytes = try? Data(contentsOf: file) else { continue }
                #expect(bytes.range(of: Data(People.caseNumber.utf8)) == nil, "\(name)")
            }
        }
    }
}
