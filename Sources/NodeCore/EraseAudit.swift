/// Use case: a person's data leave the audit log (AUDIT section 2). The entries stay, and so do those who acted; what
/// the entries committed to can no longer be opened, and an entry says by whom it was erased and why.

import Accounts
import AuditLog
import CanonicalJSON
public import Vault

extension Node {
    /// Fields that tell who acted here or at a peer: they stay when the data of somebody asked about are erased.
    private static let officialFields: Set<String> = ["actor", "account", "address", "analyst", "auditor", "recipient"]

    /// Whose values are meant, by what the person says of themselves.
    static func erasedPerson(_ columns: [String: String]) throws(NodeProblem) -> ErasedPerson {
        ErasedPerson(
            terms: try terms(of: columns),
            searched: subjectFields + ["terms", "filter"],
            kept: officialFields
        )
    }

    /// Erases what the log holds sealed about a person, and appends `audit.erased` in the same transaction.
    ///
    /// - Parameters:
    ///   - columns: as for `findSubject`.
    ///   - isRehearsal: only counts; then nothing is erased and nothing logged but that somebody looked.
    public func eraseSubject(
        _ columns: [String: String],
        ground: String,
        isRehearsal: Bool,
        by account: String?
    ) async throws(NodeProblem) -> AuditErasure {
        try Self.check(ground: ground)
        let who = try await person(account, for: .eraseAudit)
        let subject = try Self.erasedPerson(columns)
        let filter = Self.filter(of: columns)
        do {
            guard !isRehearsal else { return try await rehearse(subject, filter: filter, by: who) }
            return try await vault.erase(subject) { transaction, places in
                // What an auditor would draw from these questions names the person as well.
                for id in try transaction.queries(of: places) {
                    try self.eraseOpening(id, ofPerson: true, in: transaction)
                }
                return try places.parts(of: PersonPlaces.listedInAnEntry).map { part in
                    try self.draft(
                        "audit.erased",
                        by: .person(who),
                        data: part.data.merging(["ground": .string(ground)]) { $1 },
                        personal: [filter],
                        in: transaction
                    )
                }
            }
        } catch let error as HeldValues {
            let problem = NodeProblem(
                .refused,
                "nothing was erased",
                because: "a legal hold keeps \(error.count) of these values",
                try: "comity audit hold \(folder.path) list"
            )
            throw await noted(problem, .eraseAudit, by: who)
        } catch {
            throw NodeProblem(fault: error, doing: "erasing values of the log")
        }
    }

    /// Which columns, not which values; and without the words: this value must not itself lead to the person.
    static func filter(of columns: [String: String]) -> PersonalValue {
        let kinds = columns.keys.sorted().joined(separator: " ")
        return PersonalValue(name: "filter", value: "subject by \(kinds)", retentionClass: RetentionClass.access)
    }

    private func rehearse(
        _ subject: ErasedPerson,
        filter: PersonalValue,
        by who: Person
    ) async throws -> AuditErasure {
        let places = try await vault.sealedPlaces(of: subject)
        let entries = places.entries
        _ = try await vault.commit { transaction in
            let read = try self.draft(
                "audit.read",
                by: .person(who),
                data: ["count": .integer(entries)],
                personal: [filter],
                in: transaction
            )
            return ((), [read])
        }
        return AuditErasure(values: places.count, entries: entries, erasedBy: [])
    }

    /// Erases values of the log and openings of questions past their retention, hour by hour, until cancelled.
    ///
    /// - Parameter say: takes what could not be done; it is tried again an hour later.
    public func keepRetentionOfLog(
        pause: @Sendable () async -> Void = { try? await Task.sleep(for: .seconds(3_600)) },
        say: @Sendable (String) -> Void
    ) async {
        while !Task.isCancelled {
            await keep("erasing what is past its retention", say) { try await self.vault.eraseExpired() }
            await keep("erasing openings of questions", say) { try await self.eraseOpenings() }
            await keep("destroying the log's key before", say) { try await self.destroyEarlierLogKey() }
            await pause()
        }
    }

    /// One of them failing keeps none of the others.
    private func keep(_ what: String, _ say: (String) -> Void, _ work: () async throws -> Void) async {
        do { try await work() } catch { say(NodeProblem(fault: error, doing: what).text) }
    }
}
