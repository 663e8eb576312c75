/// Use case: an analyst says whether a hit is who was asked about, and why. Kept with the hit, erased with it; no message
/// carries it to the holder. Beside it what a release and our own question say, column by column.

import Accounts
import AuditLog
import CanonicalJSON
import Foundation
import MatchKeys
import PolicyEngine
import Vault

/// What a person made of a hit.
public struct HitJudgement: Codable, Sendable, Equatable {
    public enum Verdict: String, Codable, Sendable, CaseIterable { case same, not, unsure }

    public let verdict: Verdict
    /// 1 to 2,000 characters, as written.
    public let why: String
    /// An account's name.
    public let by: String
    /// RFC 3339.
    public let at: String

    /// Most characters of a reason.
    public static let longest = 2_000
}

extension Node {
    /// Takes the place of what was said of the hit before; the log keeps that it was.
    ///
    /// - Parameters:
    ///   - part: the UUID of the question's part at the peer.
    ///   - handle: ten hex digits.
    public func judge(
        question: String,
        part: String,
        handle: String,
        _ verdict: HitJudgement.Verdict,
        because why: String,
        by account: String?
    ) async throws(NodeProblem) {
        let person = try await person(account, for: .ask)
        let why = why.trimmingCharacters(in: .whitespacesAndNewlines)
        guard (1...HitJudgement.longest).contains(why.count) else {
            throw NodeProblem(
                .data,
                why.isEmpty ? "a reason is missing" : "the reason is too long",
                because: "whoever reads it later was not there",
                try: "1 to \(HitJudgement.longest) characters"
            )
        }
        let judgement = HitJudgement(
            verdict: verdict,
            why: why,
            by: person.account.name.description,
            at: Moment(seconds: clock.seconds).description
        )
        let isThere: Bool
        do {
            isThere = try await vault.commit { transaction in
                guard var row = try transaction.peerQuery(part), row.question == question else { return (false, []) }
                var kept = try self.questionSealer.open(SealedPeerQuery.self, row.box, id: row.id)
                // A handle that was found for several is shown, and judged, for the first: for whom it is surest.
                guard let place = kept.report.hits.firstIndex(where: { $0.handle == handle }) else {
                    return (false, [])
                }
                kept.report.hits[place].judgement = judgement
                row.box = try self.questionSealer.seal(kept, id: row.id)
                try transaction.store(row)
                let record = PersonalValue(
                    name: "record",
                    value: .string(handle),
                    retentionClass: RetentionClass.question
                )
                let draft = try self.draft(
                    "record.changed",
                    by: .person(person),
                    data: [
                        "dataset": "hits", "fields": ["judgement"], "ground": .string(verdict.rawValue), "count": 1,
                        "query": .string(row.id),
                    ],
                    personal: [record],
                    in: transaction
                )
                return (true, [draft])
            }.value
        } catch {
            throw NodeProblem(fault: error, doing: "keeping what was said of the hit")
        }
        guard isThere else { throw Self.noSuchHit(handle) }
    }

    private static func noSuchHit(_ handle: String) -> NodeProblem {
        NodeProblem(
            .usage,
            "there is no such hit",
            at: "handle \(handle)",
            because: "it was erased, or was never found by this question"
        )
    }
}

/// A hit beside what is known of it here.
public struct HitReview: Sendable, Equatable {
    public let judgement: HitJudgement?
    /// What we asked with and what was released, column by column; nil where the row was not kept: of questions about more
    /// than a hundred, and of those that an earlier version asked.
    public let columns: [Column]?

    public struct Column: Sendable, Equatable {
        public let name: String
        /// As written: personal data, like `theirs`.
        public let ours: [String]
        public let theirs: [String]
        public let agreement: Agreement
    }

    /// As `FieldComparison` has it.
    public enum Agreement: Sendable { case same, similar, differs, oursOnly, theirsOnly }
}

extension HitReview.Column {
    init(_ comparison: FieldComparison) {
        (name, ours, theirs) = (comparison.column, comparison.ours, comparison.theirs)
        agreement =
            switch comparison.agreement {
            case .same: .same
            case .similar: .similar
            case .differs: .differs
            case .oursOnly: .oursOnly
            case .theirsOnly: .theirsOnly
            }
    }
}

extension Node {
    /// What was released to us beside what we asked with. The release itself was shown, and logged, by `disclosure(_:by:)`.
    ///
    /// - Returns: nil where there is nothing to review: no release of ours, or its hit was erased.
    public func review(of release: DisclosureReport, by account: String?) async throws(NodeProblem) -> HitReview? {
        guard let data = release.data, let place = release.hit, release.direction == "sent" else { return nil }
        let person = try await person(account, for: .readDisclosures)
        do {
            let (stored, question) = try await vault.read { transaction in
                (try transaction.peerQuery(place.part), try transaction.question(place.question))
            }
            guard let stored, let question else { return nil }
            let purpose = try questionSealer.open(SealedQuestion.self, question.box, id: question.id).purpose
            try await logLook(at: [(question.id, question.account, purpose)], by: person)
            let kept = try questionSealer.open(SealedPeerQuery.self, stored.box, id: stored.id)
            guard let hit = kept.report.hits.first(where: { $0.handle == release.handle }) else { return nil }
            let row = kept.hits?.first { $0.handle == release.handle }?.row
            return HitReview(
                judgement: hit.judgement,
                columns: row?.compared(with: Record(id: release.handle, columns: data)).map(HitReview.Column.init)
            )
        } catch {
            throw NodeProblem(fault: error, doing: "reading the hit")
        }
    }
}
