/// Work shared out over threads comes back whole and in order.

import ObliviousPRF
import Testing

@testable import NodeCore

@Suite("Shared work")
struct SpreadWorkTests {
    private struct Broken: Error, Equatable {}

    @Test("comes back in its order, whatever the number of items", arguments: [0, 1, 63, 64, 1_000])
    func order(count: Int) throws {
        for threads in [1, 2, 7] {
            let runner = BatchRunner(threads: threads, chunk: 16)
            // Of each item none, one or two values.
            let spread = try runner.spread(count) { $0.flatMap { Array(repeating: $0, count: $0 % 3) } }
            #expect(spread == (0..<count).flatMap { Array(repeating: $0, count: $0 % 3) })
        }
    }

    @Test("few items are one piece of work")
    func few() throws {
        let runner = BatchRunner(threads: 2, chunk: 1)
        #expect(try runner.spread(9, fewest: 10) { [$0] } == [0..<9])
        #expect(try runner.spread(10, fewest: 10) { [$0] }.count == 10)
    }

    @Test("one failure fails the whole")
    func failure() {
        #expect(throws: Broken.self) {
            try BatchRunner(threads: 2, chunk: 1).spread(100) { part in
                if part.contains(57) { throw Broken() }
                return [0]
            }
        }
    }
}
