import AuditLog
import MatchKeys
import NodeTesting
import Testing
import Vault
import WireProtocol

// What stays home: subjects that policy keeps back, keys outside the agreement, and records outside the index.
@testable import NodeCore

@Suite struct HomeTests {
    @Test func aSubjectThatPolicyKeepsBackIsNotAskedAbout() async throws {
        try await Pair.with { pair in
            let csv = """
                id,full_name,birth_date,phone,subject_category
                r1,Yusuf Sahin,1988-02-11,+491512441001,suspect
                r2,Ivan Petrov,1979-05-03,,protected_person

                """
            let sent = Sent()
            let report = try await pair.asker.node.ask(
                Pair.question(.file(Array(csv.utf8), name: "rows.csv")),
                dryRun: false,
                by: nil,
                through: sent.recording(pair.peers)
            ) { _ in }
            #expect(Set(try #require(report.asked.first).hits.map(\.subject)) == ["r1"])
            #expect(report.notes.contains { $0.hasPrefix("r2: not asked of") && $0.contains("XA/not-asked") })
            // As many keys as for the one alone: nothing of the other went along.
            let query = try QueryRequest(body: try #require(await sent.requests.first { $0.route == .queries }).body)
            #expect(query.keys == (try await pair.keyCount(People.youssef)))
            let denied = try await pair.asker.closedLeaves().named("query.denied")
            #expect(denied.count == 1 && denied[0].text("rule")?.hasPrefix("XA/not-asked") == true)
            #expect(denied[0].personal["subjects"] != nil)
        }
    }

    @Test func aQuestionAboutNobodyElseIsRefusedWithTheRule() async throws {
        try await Pair.with { pair in
            var fields = People.youssef
            fields["subject_category"] = "protected_person"
            let answer = try await pair.ask(fields)
            #expect(answer.outcome == "refused" && answer.reason.contains("XA/not-asked"))
        }
    }

    @Test func keysOutsideTheAgreementDoNotLeave() async throws {
        try await Pair.with { pair in
            let sent = Sent()
            var fields = People.youssef
            fields["email"] = "y.chahine@mail.example"
            let report = try await pair.asker.node.ask(
                Pair.question(.fields(fields)),
                dryRun: false,
                by: nil,
                through: sent.recording(pair.peers)
            ) { _ in }
            #expect(report.notes.contains { $0.contains("outside this agreement") && $0.contains("email") })
            let query = try QueryRequest(body: try #require(await sent.requests.first { $0.route == .queries }).body)
            #expect(!query.keyKinds.isEmpty && Set(query.keyKinds).isSubset(of: ["name", "document", "phone"]))
        }
    }

    @Test func aQuestionWithoutAKeyInScopeIsRefused() async throws {
        try await Pair.with { pair in
            let answer = try await pair.ask(["email": "y.chahine@mail.example"])
            #expect(answer.outcome == "refused" && answer.reason.contains("no match key"))
        }
    }

    @Test func theIndexTakesOnlyRecordsThatPolicyLetsThrough() async throws {
        try await Pair.with(records: nil) { pair in
            let report = try #require(try await pair.holder.publish(People.all).indexes.first)
            #expect(report.records == 2)
            #expect(
                Set(report.notes) == [
                    "1 record stays out by shared/no-h3", "1 record stays out by XB/third-party",
                    "1 record stays out by builtin/record-expired",
                ]
            )
            for person in [People.greta, People.paula, People.omar] {
                #expect(try await pair.ask(person).outcome == "no-hit")
            }
            #expect(try await pair.ask(People.youssef).outcome == "hits")
        }
    }

    @Test func aRecordWhoseColumnCannotBeReadStaysOut() async throws {
        try await Pair.with { pair in
            // Import refuses such a row; an older program may have let one in.
            let record = Record(
                id: "old",
                cells: [
                    (column: "full_name", cell: "Nadia Koroleva"), (column: "birth_date", cell: "1983-12-30"),
                    (column: "handling", cell: "H9"),
                ]
            )
            let vault = pair.holder.node.vault
            let sealed = try vault.sealer.seal(record, version: record, dataset: "main")
            _ = try await vault.commit { transaction in (try transaction.store(sealed, by: "operator", at: 0), []) }
            let report = try #require(try await pair.holder.index().indexes.first)
            #expect(report.records == 2 && report.notes.contains("1 record stays out by column handling"))
            #expect(try await pair.ask(People.nadia).outcome == "no-hit")
        }
    }
}
