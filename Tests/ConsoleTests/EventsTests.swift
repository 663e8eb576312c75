// News of a question under way: told to whoever watches it, ended when nobody is asked any more, and within bounds.
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NodeCore
import TestSupport
import Testing

@testable import Console

@Suite struct EventsTests {
    /// Opens once.
    private actor Gate {
        private var isOpen = false
        func pass() async { while !isOpen, !Task.isCancelled { try? await Task.sleep(for: .milliseconds(5)) } }
        func open() { isOpen = true }
    }

    private final class Lines: ResponseBodyWriter {
        var text = ""
        var isFinished = false

        func write(_ buffer: ByteBuffer) async throws { text += String(buffer: buffer) }

        func finish(_ trailingHeaders: HTTPFields?) async throws { isFinished = true }
    }

    private static func written(
        _ underWay: QuestionsUnderWay,
        of account: String = "amina",
        isOpen: Bool = true
    ) async throws -> Lines {
        let lines = Lines()
        var writer: any ResponseBodyWriter = lines
        let events = QuestionEvents(question: "q", account: account, underWay: underWay) { isOpen }
        try await events.write(to: &writer)
        return lines
    }

    @Test func theLineEndsWithTheSession() async throws {
        let (underWay, gate) = (QuestionsUnderWay(), Gate())
        #expect(await underWay.begin("q", of: "amina", form: [1], for: ["bravo"]) { await gate.pass() } == .begun)
        let lines = try await Self.written(underWay, isOpen: false)
        #expect(lines.isFinished && !lines.text.contains("changed"), "asked still, and nothing is told")
        #expect(underWay.watchers.count == 0)
        await gate.open()
    }

    @Test func theLineEndsWhenNobodyIsAskedAnyMore() async throws {
        let (underWay, gate) = (QuestionsUnderWay(), Gate())
        #expect(await underWay.begin("q", of: "amina", form: [1], for: ["bravo"]) { await gate.pass() } == .begun)
        #expect(await underWay.peers(of: "q") == ["bravo"])
        async let events = Self.written(underWay)
        try await Waiting.until { underWay.watchers.count == 1 }
        #expect(underWay.watchers.count == 1)
        underWay.watchers.tell("another")
        await gate.open()
        let lines = try await events
        #expect(lines.isFinished && lines.text.hasPrefix("retry: 3000\n\nevent: changed\ndata:\n\n"))
        #expect(!lines.text.contains("bravo"), "events carry nothing")
        #expect(underWay.watchers.count == 0)
        #expect(await underWay.peers(of: "q") == [])
    }

    @Test func whoComesLateIsToldToLookOnce() async throws {
        let lines = try await Self.written(QuestionsUnderWay())
        #expect(lines.isFinished && lines.text == "retry: 3000\n\nevent: changed\ndata:\n\n")
    }

    @Test func noAccountHoldsAllLines() async throws {
        let underWay = QuestionsUnderWay()
        let watchers = underWay.watchers
        let mine = (0..<Watchers.mostOfOne).compactMap { watchers.arrive("q\($0)", of: "amina") }
        #expect(mine.count == Watchers.mostOfOne && watchers.arrive("q", of: "amina") == nil)
        let told = try await Self.written(underWay)
        #expect(told.isFinished && told.text.contains("event: changed"), "one more is told to look, and let go")
        let others = (0..<Watchers.most).compactMap { watchers.arrive("q", of: "person-\($0)") }
        #expect(others.count == Watchers.most - Watchers.mostOfOne && watchers.arrive("q", of: "ines") == nil)
        for watcher in mine { watchers.leave(watcher) }
        #expect(watchers.arrive("q", of: "amina") != nil, "who leaves makes room")
        await underWay.stop()
        #expect(watchers.arrive("q", of: "omar") == nil, "the console closes")
        for watcher in others { for await _ in watcher.news {} }
    }
}
