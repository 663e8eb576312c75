/// How far a long act is: a line for each tenth of the way.

import Foundation

struct Progress {
    private let total: Int
    private let unit: String
    private let say: @Sendable (String) -> Void
    private let start = Date()
    private var done = 0
    private var shown = 0

    init(total: Int, unit: String, say: @escaping @Sendable (String) -> Void) {
        self.total = total
        self.unit = unit
        self.say = say
    }

    mutating func advance(by count: Int) {
        done += count
        guard total > 0 else { return }
        let tenth = 10 * done / total
        let seconds = Date().timeIntervalSince(start)
        // Short work says nothing.
        guard tenth > shown, seconds > 1 else { return }
        shown = tenth
        say("  \(done) of \(total) \(unit), \(Int(Double(done) / seconds)) a second")
    }
}
