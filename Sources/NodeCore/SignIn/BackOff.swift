/// Makes those wait who guess: longer with each failure, by account and by address, never for good. Knows names that were
/// typed, for an hour.

import Synchronization

final class BackOff: Sendable {
    /// What failures are counted under, and how many of them cost nothing.
    enum Subject: Hashable, Sendable {
        case account(String)
        /// Where a request came from; a whole office may share one.
        case address(String)

        var allowance: Int {
            switch self {
            case .account: 4
            case .address: 20
            }
        }
    }

    private struct Count {
        var failures: Int
        var last: Int
    }

    /// The longest wait in seconds.
    static let longest = 300
    /// After so many seconds without a failure the earlier ones count no more.
    private static let memory = 3_600
    private static let mostSubjects = 20_000

    private let counts = Mutex<[Subject: Count]>([:])

    /// Seconds until another try is looked at; 0: now.
    func wait(_ subjects: [Subject], at seconds: Int) -> Int {
        counts.withLock { counts in
            subjects.map { subject in
                guard let count = counts[subject], seconds - count.last < Self.memory else { return 0 }
                let beyond = count.failures - subject.allowance
                guard beyond >= 0 else { return 0 }
                let pause = min(2 << min(beyond, 10), Self.longest)
                return max(0, count.last + pause - seconds)
            }.max() ?? 0
        }
    }

    func failed(_ subjects: [Subject], at seconds: Int) {
        counts.withLock { counts in
            if counts.count >= Self.mostSubjects {
                counts = counts.filter { seconds - $0.value.last < Self.memory / 4 }
            }
            for subject in subjects {
                var count = counts[subject] ?? Count(failures: 0, last: seconds)
                if seconds - count.last >= Self.memory { count.failures = 0 }
                counts[subject] = Count(failures: count.failures + 1, last: seconds)
            }
        }
    }

    /// Somebody proved to be who they say: guesses against their account count no more. Those of the address do.
    func succeeded(_ account: String) {
        counts.withLock { $0[.account(account)] = nil }
    }
}
