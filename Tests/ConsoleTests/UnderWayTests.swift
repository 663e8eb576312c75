// Questions under way: one form asks once, what stopped may be tried again, and nobody has more than eight at once.
import AuditLog
import NodeTesting
import TestSupport
import Testing

@testable import Console
@testable import NodeCore
@testable import Vault

@Suite struct UnderWayTests {
    /// Opens for all who wait, once.
    private actor Gate {
        private var isOpen = false
        private var waiting: [CheckedContinuation<Void, Never>] = []

        func pass() async {
            if isOpen { return }
            await withCheckedContinuation { waiting.append($0) }
        }

        func open() {
            isOpen = true
            for one in waiting { one.resume() }
            waiting = []
        }
    }

    @Test func nobodyHasMoreThanEightAtOnce() async throws {
        let (desk, gate) = (QuestionsUnderWay(), Gate())
        for number in 1...QuestionsUnderWay.mostAtOnce {
            let begin = await desk.begin("q\(number)", of: "amina", form: [UInt8(number)]) { await gate.pass() }
            #expect(begin == .begun)
        }
        #expect(await desk.begin("q9", of: "amina", form: [9], {}) == .tooMany)
        #expect(await desk.begin("q1", of: "amina", form: [1], {}) == .known)
        #expect(await desk.begin("q1", of: "amina", form: [2], {}) == .taken)
        #expect(await desk.begin("q1", of: "amina", {}) == .known)
        #expect(await desk.begin("q10", of: "ines", form: [10], {}) == .begun, "of each account")
        await gate.open()
        try await Waiting.until { await desk.state("q1") == nil }
        #expect(await desk.begin("q1", of: "amina", form: [1], {}) == .known, "also when it is done")
        let isDone = try await Waiting.until { await desk.begin("q9", of: "amina", form: [9], {}) == .begun }
        #expect(isDone, "none was ever done")
    }

    @Test func whoAsksStopsTheirOwnAlone() async throws {
        let desk = QuestionsUnderWay()
        func begin(_ id: String, _ account: String) async -> QuestionsUnderWay.Begin {
            await desk.begin(id, of: account, form: [1]) { try? await Task.sleep(for: .seconds(3_600)) }
        }
        #expect(await begin("q", "amina") == .begun)
        #expect(await begin("r", "ines") == .begun)
        #expect(await desk.owner(of: "q") == "amina")
        await desk.stop("r", of: "amina")
        await desk.stop("q", of: "amina")
        await desk.stop("nothing", of: "amina")
        try await Waiting.until { await desk.state("q") == nil }
        #expect(await desk.state("q") == nil, "it goes on")
        #expect(await desk.owner(of: "q") == nil)
        #expect(await desk.owner(of: "r") == "ines", "another's goes on")
        await desk.stop()
    }

    @Test func whatStoppedMayBeTriedAgain() async throws {
        let desk = QuestionsUnderWay()
        let begin = await desk.begin("q", of: "amina", form: [1]) { () async throws(NodeProblem) in
            throw NodeProblem(.unreachable, "nobody is there")
        }
        #expect(begin == .begun)
        try await Waiting.until { if case .stopped? = await desk.state("q") { true } else { false } }
        #expect(await desk.begin("q", of: "amina", form: [1], {}) == .begun)
    }

    @Test func aLongQuestionShowsHowFarItIsAndIsStopped() async throws {
        try await JobTests.with { it in
            let asked = try await JobTests.ask(it.amina)
            let id = try #require(asked.between("/questions/", "/"))
            // As a question of three batches stands after the first.
            _ = try await it.alpha.node.vault.commit { transaction -> (Void, [AuditDraft]) in
                let part = try #require(try transaction.peerQueries(of: id).first).id
                try transaction.execute("UPDATE peer_query SET outcome = NULL")
                for number in 0..<3 {
                    let found: [UInt8]? = number == 0 ? [1] : nil
                    try transaction.store(StoredBatch(number: number, box: [1], found: found), ofQuery: part)
                }
                return ((), [])
            }
            let underWay = it.amina.desk.underWay
            let begin = await underWay.begin(id, of: TestNode.analyst, for: ["bravo"]) {
                try? await Task.sleep(for: .seconds(3_600))
            }
            #expect(begin == .begun)
            let page = try await it.amina.get("/questions/\(id)")
            #expect(page.text.contains("<bdi>bravo</bdi>: … evaluating 33 %"), "\(page.text)")
            let token = try #require(page.formToken)
            let stop = "/questions/\(id)/stop"
            #expect(page.text.contains("action=\"\(stop)\""))
            let stopped = try await it.amina.post(stop, [("form_token", token)])
            #expect(stopped.status == 303 && stopped.location == "/questions/\(id)")
            try await Waiting.until { await underWay.state(id) == nil }
            #expect(try await it.amina.get("/questions/\(id)").text.contains(stop) == false)
        }
    }
}
