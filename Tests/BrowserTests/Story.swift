// What stands on the pages that tests look at: questions with every outcome, a request that waits, one that was released,
// and names that try to be more than names.
import Foundation
import NodeCore
import NodeTesting
import Testing

struct Story: Sendable {
    /// A name that would be a script, turn the line around, and push the page apart, if a page let it.
    static let hostile =
        "<script>document.title='taken'</script>\"><img src=https://evil.example/x> \u{202E}egnaro\u{2066} "
        + String(repeating: "Wolfeschlegelsteinhausenbergerdorff", count: 20)

    static let records = """
        id,full_name,birth_date,phone,subject_category,handling,originator,source_reference
        b1,Youssef Chahine,1988-02-11,+491512441001,suspect,H1,bravo,
        b2,Ivan Petrov,1979-05-03,+359888123456,suspect,H1,bravo,"\(hostile.replacing("\"", with: "\"\""))"

        """

    private static let rows = """
        id,full_name,birth_date,phone
        r1,Yusuf Sahin,1988-02-11,+491512441001
        r2,Ivan Petrov,1979-05-03,+359888123456

        """

    /// Asked of a peer that holds both and one that cannot be reached.
    let question: String
    /// Asked about somebody whom nobody knows.
    let unknown: String
    /// The part of the question that has hits, and one of them.
    let part: String
    let handle: String
    /// A request that waits for a decision, as both sides know it.
    let waiting: String
    /// A request that was released and received.
    let released: String

    static func tell(at it: Consoles) async throws -> Story {
        let (asker, holder) = (it.asker.node.node, it.holder.node.node)
        func ask(_ rows: String, _ peers: [String]) async throws -> QuestionReport {
            let question = Question(
                agreement: TestPolicies.agreement,
                purpose: "investigate",
                legalBasis: "TREATY",
                offence: nil,
                caseReference: "K-2026-000417",
                urgent: false,
                subjects: .file(Array(rows.utf8), name: "rows"),
                peers: peers
            )
            return try await asker.ask(question, dryRun: false, by: TestNode.analyst, through: it.peers) { _ in }
        }
        let asked = try await ask(rows, [])
        let unknown = try await ask("id,full_name,birth_date\nr3,Nobody Known,1990-01-01\n", ["bravo"])
        let answer = try #require(asked.asked.first { $0.outcome == "hits" })
        func request(_ subject: String, _ fields: [String]) async throws -> String {
            let hit = try #require(answer.hits.first { $0.subject == subject })
            let wish = DisclosureWish(
                query: asked.query,
                peer: answer.peer,
                handle: hit.handle,
                fields: fields,
                reason: "boarding planned",
                confirmed: true,
                urgent: false
            )
            return try await asker.requestDisclosure(wish, by: TestNode.analyst, through: it.peers).id
        }
        let released = try await request("r2", ["full_name", "birth_date", "phone", "source_reference"])
        let waiting = try await request("r1", ["full_name", "birth_date"])
        _ = try await holder.addUser("ines", roles: ["approver"], by: "operator")
        let network = DirectNetwork([it.asker.node, it.holder.node]).peers(of: it.holder.node)
        let decided = try await holder.decideDisclosure(released, .approve, by: "ines", through: network)
        try #require(decided.state == "released")
        it.clock.advance(seconds: 60)
        _ = try await asker.receiveDisclosures(by: TestNode.analyst, through: it.peers)
        return Story(
            question: asked.query,
            unknown: unknown.query,
            part: answer.id,
            handle: try #require(answer.hits.first).handle,
            waiting: waiting,
            released: released
        )
    }
}
