/// Use case: somebody asks what the agency did with their data (Article 14 of Directive (EU) 2016/680). Times, purposes
/// and recipients are told; the names of officials are not (CJEU C-579/21).

import Accounts
import AuditLog
import CanonicalJSON
import MatchKeys
import Vault

extension Node {
    /// Entries about a person: questions asked, releases made and received; after `audit.read` says that somebody looked.
    ///
    /// - Parameter columns: what the person says of themselves, column by column; values joined by `;`.
    public func findSubject(
        _ columns: [String: String],
        by account: String?
    ) async throws(NodeProblem) -> SubjectPlaces {
        let person = try await person(account, for: .revealAudit)
        let terms = try Self.terms(of: columns)
        do {
            let ended = try await vault.endedEntries(about: terms, in: Self.subjectFields)
            let found = SubjectPlaces(
                entries: try await vault.entries(about: terms, in: Self.subjectFields),
                ended: Dictionary(grouping: ended, by: \.origin).sorted { $0.key < $1.key }.map { origin, entries in
                    SubjectPlaces.Ended(origin: origin, entries: entries.map(\.index))
                }
            )
            let kinds = columns.keys.sorted().joined(separator: " ")
            _ = try await vault.commit { transaction in
                // Which columns, not which values: the search for a person must not itself tell of them.
                let what = PersonalValue(
                    name: "filter",
                    value: "subject by \(kinds)",
                    retentionClass: RetentionClass.access,
                    terms: terms
                )
                let draft = try self.draft(
                    "audit.read",
                    by: .person(person),
                    data: ["count": .integer(found.count)],
                    personal: [what],
                    in: transaction
                )
                return ((), [draft])
            }
            return found
        } catch {
            throw NodeProblem(fault: error, doing: "searching the log")
        }
    }

    /// Fields whose values carry the words a person is found by.
    static let subjectFields = ["subject", "subjects", "record"]

    /// The words by which a person who says this of themselves is found.
    static func terms(of columns: [String: String]) throws(NodeProblem) -> [String] {
        let record = Record(id: "subject", cells: columns.map { (column: $0.key, cell: $0.value) })
        // Entries of before, and of peers that go by another recipe, have the words of that one.
        let terms = Set(KeyRecipe.all.flatMap { SubjectTerms.of($0.keys(of: record)) }).sorted()
        guard !terms.isEmpty else {
            throw NodeProblem(
                .usage,
                "nobody can be found by this",
                because: "it takes an identifier (document, phone, email, …), or two names and a full birth date",
                try: "document=NUMBER, or name='GIVEN FAMILY' date=YYYY-MM-DD"
            )
        }
        return terms
    }
}
