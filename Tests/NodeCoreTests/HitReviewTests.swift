// What people make of a hit: a verdict with its reason, beside what was asked and what came; gone with the person's data.
import AuditLog
import CanonicalJSON
import Foundation
import NodeCore
import NodeTesting
import Testing

@Suite struct HitReviewTests {
    private static func columns(_ review: HitReview?) -> [String: HitReview.Agreement] {
        Dictionary(uniqueKeysWithValues: (review?.columns ?? []).map { ($0.name, $0.agreement) })
    }

    @Test func aVerdictAndTheRowStayUntilThePersonIsErased() async throws {
        try await Disclosures.with { it in
            let id = try await it.request().id
            let place = try #require(try await it.asker.disclosure(id, by: TestNode.analyst).hit)
            func judge(_ verdict: HitJudgement.Verdict, part: String? = nil, handle: String? = nil) async throws {
                try await it.asker.judge(
                    question: place.question,
                    part: part ?? place.part,
                    handle: handle ?? it.hit.hits[0].handle,
                    verdict,
                    because: "  both phones\n",
                    by: TestNode.analyst
                )
            }
            func review() async throws -> HitReview? {
                let release = try await it.asker.disclosure(id, by: TestNode.analyst)
                return try await it.asker.review(of: release, by: TestNode.analyst)
            }
            #expect(try await review() == nil, "nothing came yet")
            #expect(try await it.decide(id, .approve).state == "released")
            it.tick()
            #expect(try await it.receive(id).state == "received")

            let before = try await review()
            #expect(Self.columns(before) == ["full_name": .similar, "birth_date": .same, "phone": .same])
            #expect(before?.judgement == nil)
            for (part, handle) in [("00000000-0000-4000-8000-000000000000", nil), (nil, "0000000000")] {
                #expect(try await problem { try await judge(.same, part: part, handle: handle) }.kind == .usage)
            }
            try await judge(.unsure)
            try await judge(.same)
            let after = try #require(try await review()?.judgement)
            #expect(after.verdict == .same && after.why == "both phones" && after.by == TestNode.analyst)
            let refused = try await problem {
                try await it.asker.judge(
                    question: place.question,
                    part: place.part,
                    handle: it.hit.hits[0].handle,
                    .not,
                    because: "no",
                    by: "ines"
                )
            }
            #expect(refused.kind == .refused, "an approver says nothing of a hit")

            _ = try await it.asker.addUser("jonas", roles: ["officer"], by: nil)
            let phone = ["phone": "+49 1512 441001"]
            _ = try await it.asker.eraseSubject(phone, ground: "order 31", isRehearsal: false, by: "jonas")
            let erased = try await review()
            #expect(erased?.columns == nil && erased?.judgement == nil, "what is kept of the person here went too")
            let said = try await it.pair.asker.closedLeaves().named("record.changed")
            #expect(said.map { $0.data["ground"]?.string } == ["unsure", "same"])
            #expect(said.allSatisfy { $0.data["query"]?.string == place.part && $0.data["dataset"] == "hits" })
        }
    }

    @Test func ofManyNobodysRowIsKept() async throws {
        try await Pair.with(asker: .disclosing(), holder: .disclosing()) { pair in
            _ = try await pair.holder.node.addUser("lena", roles: ["approver"], by: nil)
            let header = "id,full_name,birth_date,phone\n"
            let others = (0..<QuestionLimits.mostWithRows).map {
                "x\($0),Nadia Koroleva,1983-12-30,+35988812\(1_000 + $0)\n"
            }
            let rows = header + "r1,Yusuf Sahin,1988-02-11,+491512441001\n" + others.joined()
            let report = try await pair.asker.node.ask(
                Pair.question(.file(Array(rows.utf8), name: "rows.csv")),
                dryRun: false,
                by: nil,
                through: pair.peers
            ) { _ in }
            let answer = try #require(report.asked.first)
            let it = Disclosures(pair: pair, hit: answer)
            let id = try await it.request().id
            #expect(try await it.decide(id, .approve).state == "released")
            it.tick()
            #expect(try await it.receive(id).state == "received")
            let release = try await it.asker.disclosure(id, by: TestNode.analyst)
            let review = try #require(try await it.asker.review(of: release, by: TestNode.analyst))
            #expect(review.columns == nil && review.judgement == nil)
        }
    }
}

private enum QuestionLimits {
    /// As decision 0052 says.
    static let mostWithRows = 100
}
