// Two nodes whose key recipes differ: they are told so, and ask by the one that the index is built by.
import Foundation
import NodeCore
import NodeTesting
import Synchronization
import Testing

@Suite struct RecipeTests {
    /// The same folder, opened with another key recipe in its settings.
    private func reopened(_ node: TestNode, recipe: String) async throws -> TestNode {
        let file = node.folder.configuration
        var settings = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any]
        )
        settings["key_recipe"] = recipe
        try JSONSerialization.data(withJSONObject: settings).write(to: file)
        return try await node.reopened()
    }

    private func with(
        holder recipe: String,
        asker other: String? = nil,
        _ body: (Pair) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let clock = SettableClock.inForce
            var alpha = try await TestNode.make("alpha", in: folder, clock: clock)
            var bravo = try await TestNode.make("bravo", in: folder, clock: clock)
            try await alpha.trust(bravo)
            try await bravo.trust(alpha)
            bravo = try await reopened(bravo, recipe: recipe)
            if let other { alpha = try await reopened(alpha, recipe: other) }
            try await bravo.publish(People.all)
            let pair = Pair(asker: alpha, holder: bravo, network: DirectNetwork([alpha, bravo]))
            let result: Result<Void, any Error>
            do { result = .success(try await body(pair)) } catch { result = .failure(error) }
            await alpha.node.close()
            await bravo.node.close()
            try result.get()
        }
    }

    /// What the people are told while a question goes out.
    private func ask(_ pair: Pair, _ fields: [String: String]) async throws -> (PeerAnswerReport, said: [String]) {
        let said = Mutex<[String]>([])
        let report = try await pair.asker.node.ask(
            Pair.question(.fields(fields)),
            dryRun: false,
            by: nil,
            through: pair.peers
        ) { line in said.withLock { $0.append(line) } }
        return (try #require(report.asked.first), said.withLock { $0 })
    }

    @Test(arguments: ["1", "household"])
    func anAskerAsksByTheRecipeOfTheIndex(_ recipe: String) async throws {
        try await with(holder: recipe) { pair in
            let (answer, said) = try await ask(pair, People.youssef)
            #expect(answer.outcome == "hits", "\(answer.reason)")
            let hit = try #require(answer.hits.first)
            // Kinds that only the other recipe builds say which one was asked by.
            #expect(hit.kinds.contains("phone") && hit.kinds.contains("skeleton-dob"))
            #expect(!hit.kinds.contains("prefixes-dob") && !hit.kinds.contains("skeletons-monthday"))
            #expect(
                said.contains {
                    $0.contains("its index is built by key recipe \(recipe == "1" ? "1" : "2 (household)")")
                }
            )
            #expect(try await pair.ask(People.nobody).outcome == "no-hit")
        }
    }

    @Test func nothingIsSaidWhereBothHaveTheSame() async throws {
        try await with(holder: "1", asker: "1") { pair in
            let (answer, said) = try await ask(pair, People.youssef)
            #expect(answer.outcome == "hits")
            #expect(!said.contains { $0.contains("recipe") })
        }
    }

    @Test func aDisclosureIsWeighedByTheRecipeOfItsHit() async throws {
        try await with(holder: "1") { pair in
            let (answer, _) = try await ask(pair, People.youssef)
            // Of recipe 1 a telephone, a name and a date are certain; no newer recipe says 100.
            #expect(answer.hits.first?.score == 100)
        }
    }

    @Test func settingsThatNameNoRecipeAreRefused() async throws {
        try await withTemporaryFolder { folder in
            let node = try await TestNode.make("alpha", in: folder, clock: .inForce)
            let refused = try await problem { _ = try await reopened(node, recipe: "3") }
            #expect(refused.kind == .data && refused.text.contains("key recipe"))
        }
    }

    @Test func aHitSaysInWordsWhatAgreed() async throws {
        try await Pair.with { pair in
            let hit = try #require(try await pair.ask(People.youssef).hits.first)
            let reasons = try #require(hit.reasons)
            #expect(reasons.map(\.kind) == hit.kinds)
            let phone = try #require(reasons.first { $0.kind == "phone" })
            #expect(phone.what == "telephone number" && phone.worth == "probable alone")
            #expect(reasons.allSatisfy { !$0.what.isEmpty && $0.worth.hasSuffix("alone") })
        }
    }
}
