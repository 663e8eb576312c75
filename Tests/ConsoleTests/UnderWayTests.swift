// Questions under way: one form asks once, what stopped may be tried again, and nobody has more than eight at once.
import NodeCore
import TestSupport
import Testing

@testable import Console

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
}
