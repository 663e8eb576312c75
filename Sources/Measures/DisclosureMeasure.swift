// What a disclosure costs its holder beside its fsyncs: a person's decision, policy asked again, the release sealed.
import Foundation
import NodeCore

struct DisclosureMeasure {
    let asker: BenchNode
    let holder: BenchNode
    let people: BenchPeople
    let raw: RawStore

    /// Durable steps of a decision: approved, released.
    private static let steps = 2
    /// The holder takes two thousand requests of a peer a day.
    private static let most = 500

    private static let approver = "approver"

    func run(_ rounds: Rounds) async throws -> Measurement {
        _ = try await holder.node.addUser(Self.approver, roles: ["approver"], by: nil)
        let report = try await asker.node.ask(
            NodeMeasures.question(people, keys: 10),
            dryRun: false,
            by: BenchNode.analyst,
            through: asker.client,
            say: { _ in }
        )
        let wish = try DisclosureWish(measuring: report)
        var rounds = rounds
        rounds.count = 3...Self.most
        return try await rounds.measure(
            "disclosure.decide",
            .time,
            reference: (
                "its \(Self.steps) fsyncs",
                { try Rounds.seconds { for _ in 0..<Self.steps { try raw.sync() } } }
            ),
            work: {
                let request = try await asker.node.requestDisclosure(
                    wish,
                    by: BenchNode.analyst,
                    through: asker.client
                )
                return try await Rounds.elapsed {
                    let decided = try await holder.node.decideDisclosure(
                        request.id,
                        .approve,
                        by: Self.approver,
                        through: holder.client
                    )
                    guard decided.state == "released" else {
                        throw MeasureProblem("a disclosure was not released: \(decided.note ?? decided.state)")
                    }
                }
            }
        )
    }
}

extension DisclosureWish {
    /// What lies behind the first hit of an answered question.
    init(measuring report: QuestionReport) throws {
        guard let answer = report.asked.first, let hit = answer.hits.first else {
            let reason = report.asked.first.map { ": \($0.outcome), \($0.reason)" } ?? ""
            throw MeasureProblem("there is no hit to follow\(reason)")
        }
        self.init(
            query: report.query,
            peer: answer.peer,
            handle: hit.handle,
            fields: ["birth_date", "full_name", "phone"],
            reason: "to be measured",
            confirmed: true,
            urgent: false
        )
    }
}
