/// Whoever reads a colleague's question leaves an entry: a look at what somebody else asked about a person is consultation
/// (Article 25 of Directive (EU) 2016/680). A page that looks again by itself is one look.

import Accounts
import AuditLog
import CanonicalJSON
import Synchronization
import Vault

/// Looks that are in the log already.
final class QuestionLooks: Sendable {
    /// For so long, in seconds, another look at the same question is the same look.
    static let span = 900
    private static let most = 20_000
    /// Questions of one entry: a value holds not many more ids.
    static let mostInEntry = 64

    private let times = Mutex<[String: Int]>([:])

    /// Those of `questions` at which `account` did not look a moment ago.
    func new(_ questions: [String], by account: String, at now: Int) -> [String] {
        times.withLock { times in
            questions.filter { question in
                guard let last = times["\(account) \(question)"] else { return true }
                return now < last || now - last >= Self.span
            }
        }
    }

    /// Not before the entry is durable: a look whose entry failed is written with the next one.
    func seen(_ questions: [String], by account: String, at now: Int) {
        times.withLock { times in
            if times.count + questions.count > Self.most { times = times.filter { now - $0.value < Self.span } }
            if times.count + questions.count > Self.most { times.removeAll() }
            for question in questions { times["\(account) \(question)"] = now }
        }
    }
}

extension Node {
    /// Logs that a person looks at questions, as far as others asked them; before they are shown.
    func logLook(
        at questions: [(id: String, by: String, purpose: String)],
        by person: Person
    ) async throws {
        let name = person.account.name.description
        let now = clock.seconds
        let others = questions.filter { $0.by != name }
        let fresh = Set(looks.new(others.map(\.id), by: name, at: now))
        guard !fresh.isEmpty else { return }
        let told = others.filter { fresh.contains($0.id) }
        _ = try await vault.commit { transaction in
            // Of one purpose each, and as many questions as one value can hold: the log says what was looked at, not at whom.
            let drafts = try Dictionary(grouping: told, by: \.purpose).sorted { $0.key < $1.key }.flatMap {
                purpose,
                group in
                let ids = group.map(\.id).sorted()
                return try stride(from: 0, to: ids.count, by: QuestionLooks.mostInEntry).map { start in
                    let part = ids[start...].prefix(QuestionLooks.mostInEntry)
                    let which = PersonalValue(
                        name: "terms",
                        value: part.joined(separator: " "),
                        retentionClass: RetentionClass.access
                    )
                    return try self.draft(
                        "record.viewed",
                        by: .person(person),
                        data: ["purpose": .string(purpose), "count": .integer(part.count)],
                        personal: [which],
                        in: transaction
                    )
                }
            }
            return ((), drafts)
        }
        looks.seen(Array(fresh), by: name, at: now)
    }
}
