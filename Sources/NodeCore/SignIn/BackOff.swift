/// Makes those wait who guess: longer with each failure, never for good. A try is charged before it is judged, so that many at
/// once are no way around. Knows names that were typed and addresses, for as long as their failures count.

import Synchronization

final class BackOff: Sendable {
    /// What failures are counted under, and how many of them cost nothing.
    enum Subject: Hashable, Sendable {
        /// One name from one address: a stranger elsewhere does not hold its owner up.
        case account(String, from: String)
        /// One name from wherever, so that many addresses are no way around.
        case name(String)
        /// Where a request came from; a whole office may share one.
        case address(String)
        /// Codes of acts, by whoever is signed in: nobody at the door reaches it.
        case act(String)

        var allowance: Int {
            switch self {
            case .account, .act: 4
            case .address: 20
            case .name: 50
            }
        }

        /// After so many seconds one failure counts no more.
        var fallsOff: Int {
            switch self {
            case .account, .act: 900
            case .address, .name: 60
            }
        }
    }

    /// A try that is being judged; it counts as a failure until it is taken back.
    struct Charge: Sendable {
        fileprivate let subjects: [(subject: Subject, before: Int)]
        fileprivate let at: Int
        /// Tries before this one that had to wait, but for the first of each wait.
        let unjudged: Int
    }

    enum Admission: Sendable {
        case judged(Charge)
        /// - Parameter isFirst: whether no try had to wait since one was judged.
        case wait(seconds: Int, isFirst: Bool)
    }

    private struct State {
        var counts: [Subject: Count] = [:]
        /// Of each name, from where somebody proved to be it: strangers' guesses elsewhere do not make them wait.
        var known: [String: Set<String>] = [:]
        /// Tries that had to wait, by what they waited for, since one was judged.
        var unjudged: [Subject: Int] = [:]

        /// Whether a name's count is not to hold up this try.
        func isKnown(_ subject: Subject, among subjects: [Subject]) -> Bool {
            guard case .name(let name) = subject, let places = known[name] else { return false }
            return places.contains { subjects.contains(.account(name, from: $0)) }
        }
    }

    private struct Count {
        var failures: Int
        var last: Int
    }

    /// The longest wait in seconds.
    static let longest = 300
    private static let mostSubjects = 20_000
    private static let mostKnown = 32

    private let state = Mutex(State())

    /// Lets a try be judged and charges it, or says how long it must wait.
    func begin(_ subjects: [Subject], at seconds: Int) -> Admission {
        state.withLock { state in
            let subjects = subjects.filter { !state.isKnown($0, among: subjects) }
            let waits = subjects.map { (subject: $0, seconds: Self.wait($0, state.counts[$0], at: seconds)) }
            if let longest = waits.max(by: { $0.seconds < $1.seconds }), longest.seconds > 0 {
                state.unjudged[longest.subject, default: 0] += 1
                return .wait(seconds: longest.seconds, isFirst: state.unjudged[longest.subject] == 1)
            }
            if state.counts.count >= Self.mostSubjects {
                state.counts = state.counts.filter { Self.failures($0.key, $0.value, at: seconds) > 0 }
                state.unjudged = state.unjudged.filter { state.counts[$0.key] != nil }
            }
            var charged: [(subject: Subject, before: Int)] = []
            var unjudged = 0
            for subject in subjects {
                let count = state.counts[subject]
                charged.append((subject, count?.last ?? seconds))
                let failures = count.map { Self.failures(subject, $0, at: seconds) } ?? 0
                state.counts[subject] = Count(failures: failures + 1, last: seconds)
                unjudged += max(0, (state.unjudged.removeValue(forKey: subject) ?? 0) - 1)
            }
            return .judged(Charge(subjects: charged, at: seconds, unjudged: unjudged))
        }
    }

    /// Nothing was proved and nothing guessed: the try counts no more.
    func takeBack(_ charge: Charge) {
        state.withLock { state in
            for (subject, before) in charge.subjects { Self.lower(&state.counts, subject, before, charge) { $0 - 1 } }
        }
    }

    /// Somebody proved to be who they say: guesses from there against their account count no more, and of all others from
    /// there half.
    func succeeded(_ charge: Charge) {
        state.withLock { state in
            for case (.account(let name, let address), _) in charge.subjects {
                if state.known.count >= Self.mostSubjects { state.known = [:] }
                if state.known[name, default: []].count >= Self.mostKnown { state.known[name] = [] }
                state.known[name, default: []].insert(address)
            }
            for (subject, before) in charge.subjects {
                Self.lower(&state.counts, subject, before, charge) { failures in
                    switch subject {
                    case .account, .act: 0
                    case .address: (failures - 1) / 2
                    case .name: failures - 1
                    }
                }
            }
        }
    }

    private static func lower(
        _ counts: inout [Subject: Count],
        _ subject: Subject,
        _ before: Int,
        _ charge: Charge,
        _ change: (Int) -> Int
    ) {
        guard var count = counts[subject] else { return }
        count.failures = change(count.failures)
        // Earlier failures do not begin to count from now because of a try that was none.
        if count.last == charge.at { count.last = before }
        counts[subject] = count.failures > 0 ? count : nil
    }

    private static func failures(_ subject: Subject, _ count: Count, at seconds: Int) -> Int {
        max(0, count.failures - max(0, seconds - count.last) / subject.fallsOff)
    }

    private static func wait(_ subject: Subject, _ count: Count?, at seconds: Int) -> Int {
        guard let count else { return 0 }
        let beyond = count.failures - subject.allowance
        guard beyond >= 0 else { return 0 }
        return max(0, count.last + min(2 << min(beyond, 10), longest) - seconds)
    }
}

extension [BackOff.Subject] {
    /// Somebody at the door.
    static func door(_ name: String, _ address: String) -> [BackOff.Subject] {
        let name = String(name.prefix(64))
        return [.account(name, from: address), .name(name), .address(address)]
    }
}
