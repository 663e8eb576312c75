/// How much of the machine a build of an index may have: all of it when a person waits, what is left over when it is done
/// ahead of its time.

import Foundation
import ObliviousPRF
import SetIntersection
import Synchronization

struct BuildEffort: Sendable {
    /// Evaluates on as many threads as this effort has.
    let prf: VOPRF
    /// Records read and entries stored at once: a write of many keeps the others waiting.
    let page: Int
    /// Bytes of keys and entries in memory before a file takes them.
    let memory = 64 << 20
    private let isQuiet: Bool
    /// Whether the time is up; a quiet build on a busy machine may never come to its end.
    private let isOver: @Sendable () -> Bool

    /// All cores.
    static func full(_ prf: VOPRF) -> BuildEffort {
        BuildEffort(prf: prf, page: 4_096, isQuiet: false, isOver: { false })
    }

    /// One thread that the system serves last, and pauses between writes.
    static func quiet(_ prf: VOPRF, isOver: @escaping @Sendable () -> Bool = { false }) -> BuildEffort {
        let runner = BatchRunner(threads: 1, chunk: 64)
        let engine = GroupEngine(backend: prf.engine.backend, runner: runner)
        return BuildEffort(prf: VOPRF(engine: engine), page: 128, isQuiet: true, isOver: isOver)
    }

    /// Between two writes: a quiet build leaves the database to others for a while. Throws when the build is to end.
    func rest() async throws {
        try Task.checkCancellation()
        guard !isOver() else { throw IntersectionError.stopped }
        if isQuiet { try await Task.sleep(for: Self.pause) }
    }

    /// Ten times what a small write takes.
    static let pause = Duration.milliseconds(20)

    /// Does heavy work without holding a thread of others; a cancelled task stops it at its next step.
    func offload<Result: Sendable>(
        _ work: @escaping @Sendable (BuildPace) throws -> Result
    ) async throws -> Result {
        let stop = Stop()
        let pace = BuildPace { [isOver] _ in !stop.isSet && !isOver() }
        return try await withTaskCancellationHandler {
            if isQuiet { return try await QuietThread.run { try work(pace) } }
            return try await prf.engine.runner.offload { try work(pace) }
        } onCancel: {
            stop.set()
        }
    }

    /// `transform` of each element, in their order.
    func map<Element: Sendable, Value: Sendable>(
        _ elements: [Element],
        _ transform: @escaping @Sendable (Element) throws -> Value
    ) async throws -> [Value] {
        guard !elements.isEmpty else { return [] }
        return try await offload { [runner = prf.engine.runner] _ in
            try runner.spread(elements.count) { try elements[$0].map(transform) }
        }
    }

    private final class Stop: Sendable {
        private let flag = Atomic<Bool>(false)
        var isSet: Bool { flag.load(ordering: .relaxed) }
        func set() { flag.store(true, ordering: .relaxed) }
    }
}

/// A thread that runs when nothing else wants to, and gives way at once to whatever wakes.
enum QuietThread {
    /// SCHED_IDLE of Linux: a thread that is only nice is let run to the end of its slice, milliseconds at each hand-over.
    private static let idle: Int32 = 5

    static func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                #if os(Linux)
                    // Of this thread alone, as Linux has it. Where it fails the work is done all the same.
                    var none = sched_param()
                    none.sched_priority = 0
                    _ = sched_setscheduler(0, idle, &none)
                #endif
                continuation.resume(with: Swift.Result { try work() })
            }
        }
    }
}
