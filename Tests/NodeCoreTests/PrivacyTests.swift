// No personal value in the log, the database, the segments, or in what a node says: looked for by its bytes.
import AuditLog
import Foundation
import NodeCore
import NodeTesting
import PeerTrust
import Synchronization
import Testing
import WireProtocol

@Suite struct PrivacyTests {
    @Test func noPersonalValueStandsInAnyFileOfEitherNode() async throws {
        try await Pair.with { pair in
            #expect(try await pair.ask(People.youssef).outcome == "hits")
            #expect(try await pair.ask(People.greta).outcome == "no-hit")
            _ = try await pair.ask([
                "full_name": "Ivan Petrov", "birth_date": "1979-05-03", "subject_category": "protected_person",
            ])
            try await pair.holder.index(rotating: true)
            _ = try await pair.ask(People.youssef)
            // While it is open the write-ahead log is a file too.
            for node in [pair.asker, pair.holder] { #expect(leaks(of: People.secrets, below: node.folder.url) == []) }
            for node in [pair.asker, pair.holder] {
                let leaves = try await node.closedLeaves()
                #expect(leaves.count > 10)
                #expect(leaks(of: People.secrets, below: node.folder.url) == [])
            }
        }
    }

    @Test func theSearchFindsWhatItLooksFor() async throws {
        // A control: a name in a policy text is found in the database and in the folder.
        let named = TestPolicies().replacing("Agency bravo", with: "Agency Youssef", in: .agency("bravo"))
        try await Pair.with(holder: named, records: nil) { pair in
            let found = leaks(of: People.secrets, below: pair.holder.folder.url)
            #expect(found.contains { $0.hasPrefix("policies/") } && found.contains { $0.hasPrefix("vault.sqlite") })
        }
    }

    @Test func noProblemNamesAValueOfARow() async throws {
        try await Pair.with(records: nil) { pair in
            let rows = """
                id,full_name,birth_date,phone,handling,information
                b1,Youssef Chahine,1988-02-11,+491512441001,Petrov,
                b2,Greta Sommer,1980-01-05,,H1,Vargas
                b2,Ivan Petrov,1979-05-03,,H1,
                b3,"Omar Haddad,1970-01-01

                """
            for csv in [
                rows, rows.replacing("\"Omar", with: "Omar"), "Youssef\n\"Chahine", People.header + "\u{0}Sommer\n",
            ] {
                var words: [String] = []
                do {
                    let report = try await pair.holder.node.importRecords(
                        csv: Array(csv.utf8),
                        fileName: "records.csv",
                        dataset: "main",
                        renames: [:],
                        defaults: [:],
                        by: "operator"
                    )
                    words = report.problems
                } catch let error as NodeProblem {
                    words = [error.text, error.place ?? "", error.because ?? "", error.remedy ?? ""]
                }
                #expect(words.allSatisfy { line in People.secrets.allSatisfy { !line.contains($0) } })
            }
        }
    }

    @Test func noPeerIsToldAValue() async throws {
        try await Pair.with { pair in
            let bodies = Mutex<[[UInt8]]>([])
            let reaching = InterceptedPeers(pair.peers) {
                (request, agency, next) async throws(PeerReachError) -> VerifiedPeerResponse in
                let response = try await next.send(request, to: agency)
                bodies.withLock { $0 += [request.body, response.body] }
                return response
            }
            let answer = try await pair.ask(People.youssef, through: reaching)
            #expect(answer.outcome == "hits")
            let sent = bodies.withLock { $0 }
            #expect(sent.count >= 6)
            for body in sent {
                let text = String(decoding: body, as: UTF8.self)
                #expect(People.secrets.allSatisfy { !text.contains($0) } && !text.contains(TestNode.analyst))
            }
        }
    }
}
