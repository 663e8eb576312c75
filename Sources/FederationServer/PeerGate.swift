// Knows how many requests of each peer are in work. Never learns what they ask.

import PeerTrust

/// Lets a bounded number of requests of each peer work at once and a bounded number wait, first come first served.
actor PeerGate {
    private struct Line {
        var working = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let capacity: Int
    private let queue: Int
    private var lines: [AgencyID: Line] = [:]

    init(capacity: Int, queue: Int) {
        self.capacity = capacity
        self.queue = queue
    }

    /// Waits for a place; false when the line is full. Every true is followed by one `leave`.
    func enter(_ agency: AgencyID) async -> Bool {
        var line = lines[agency] ?? Line()
        if line.working < capacity {
            line.working += 1
            lines[agency] = line
            return true
        }
        guard line.waiting.count < queue else { return false }
        await withCheckedContinuation { continuation in
            line.waiting.append(continuation)
            lines[agency] = line
        }
        return true
    }

    /// Gives the place to the next in line.
    func leave(_ agency: AgencyID) {
        guard var line = lines[agency] else { return }
        if line.waiting.isEmpty {
            line.working -= 1
            lines[agency] = line.working == 0 ? nil : line
        } else {
            let next = line.waiting.removeFirst()
            lines[agency] = line
            next.resume()
        }
    }
}
