// What a question waits for while its holder builds the next epoch of the index. Compares with the same questions before.
import Foundation
import NodeCore

struct RotationMeasure {
    let asker: BenchNode
    let holder: BenchNode
    let people: BenchPeople

    /// Questions of a round, with the build and without.
    private static let questions = 40

    /// The 95th percentile of ten keys asked one question at a time: the value is with the build, the reference without.
    func run(_ rounds: Rounds) async throws -> Measurement {
        let question = NodeMeasures.question(people, keys: 10)
        return try await rounds.measure(
            "query.10.rotation",
            .time,
            reference: ("the same without a build, 95th percentile", { try await percentile(question) }),
            work: {
                let building = Task { [node = holder.node] in
                    while !Task.isCancelled {
                        do {
                            try await node.buildAhead(BenchPolicies.agreement(0), asker: BenchPolicies.asker)
                        } catch  where Task.isCancelled {
                            // It ends in the middle of a build, as it should.
                        }
                    }
                }
                let taken: Result<Double, any Error>
                do { taken = .success(try await percentile(question)) } catch { taken = .failure(error) }
                building.cancel()
                try await building.value
                return try taken.get()
            }
        )
    }

    private func percentile(_ question: Question) async throws -> Double {
        var times: [Double] = []
        for _ in 0..<Self.questions {
            times.append(
                try await Rounds.elapsed {
                    let report = try await asker.node.ask(
                        question,
                        dryRun: false,
                        by: BenchNode.analyst,
                        through: asker.client,
                        say: { _ in }
                    )
                    guard report.asked.first?.outcome == "hits" else {
                        throw MeasureProblem("a question was not answered while an index was built")
                    }
                }
            )
        }
        return times.sorted()[Self.questions * 95 / 100]
    }
}
