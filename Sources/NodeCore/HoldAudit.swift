/// Use cases: a compliance officer places a legal hold on the log, or lifts it (AUDIT section 2). While it stands, what it
/// keeps is not erased, and nothing of the log is pruned.

import Accounts
import AuditLog
import CanonicalJSON
import PolicyEngine
public import Vault

/// What a hold is placed for.
public struct HoldWish: Codable, Sendable {
    /// The case it serves; the log commits to it.
    public var caseReference: String
    /// Stands in the log in clear.
    public var ground: String
    /// Day on which it is looked at again, `YYYY-MM-DD`.
    public var review: String
    /// What the person says of themselves; nil: everything is kept.
    public var columns: [String: String]?

    public init(caseReference: String, ground: String, review: String, columns: [String: String]?) {
        self.caseReference = caseReference
        self.ground = ground
        self.review = review
        self.columns = columns
    }
}

extension Node {
    /// Places a hold; `hold.placed` is in the log in the same transaction.
    public func placeHold(_ wish: HoldWish, by account: String?) async throws(NodeProblem) -> AuditHold {
        try Self.check(ground: wish.ground)
        guard let review = Day(wish.review), review > clock.moment.day else {
            throw NodeProblem(.usage, "the day of review is a day to come, YYYY-MM-DD", at: "--review")
        }
        guard (1...200).contains(wish.caseReference.utf8.count) else {
            throw NodeProblem(.usage, "a case reference has 1 to 200 bytes", at: "--case")
        }
        let who = try await person(account, for: .holdAudit)
        let subject: ErasedPerson? = if let columns = wish.columns { try Self.erasedPerson(columns) } else { nil }
        let filter =
            subject == nil
            ? PersonalValue(name: "filter", value: "everything", retentionClass: RetentionClass.access)
            : Self.filter(of: wish.columns ?? [:])
        do {
            let places: PersonPlaces? = if let subject { try await vault.heldPlaces(of: subject) } else { nil }
            let committed = try await vault.commit { transaction in
                let entry = try transaction.nextLeaf()
                let count = try transaction.placeHold(on: places, review: review.description)
                let number = PersonalValue(
                    name: "case",
                    value: wish.caseReference,
                    retentionClass: RetentionClass.question
                )
                let draft = try self.draft(
                    "hold.placed",
                    by: .person(who),
                    data: [
                        "count": places == nil ? nil : .integer(count),
                        "entries": places.map { .integer($0.entries) },
                        "ground": .string(wish.ground), "review_date": .string(review.description),
                    ],
                    personal: [number, filter],
                    in: transaction
                )
                return ((entry, count), [draft])
            }
            return AuditHold(
                entry: committed.value.0,
                review: review.description,
                everything: places == nil,
                values: committed.value.1,
                lifted: nil
            )
        } catch {
            throw NodeProblem(fault: error, doing: "placing a hold")
        }
    }

    /// Lifts the hold of that number; `hold.lifted` names its entry.
    ///
    /// - Parameter origin: the ended log that has its entry; nil: the running one.
    public func liftHold(
        _ number: Int,
        of origin: String? = nil,
        ground: String,
        by account: String?
    ) async throws(NodeProblem) -> AuditHold {
        try Self.check(ground: ground)
        let who = try await person(account, for: .holdAudit)
        do {
            let hold = try await vault.commit { transaction -> (AuditHold?, [AuditDraft]) in
                guard var hold = try transaction.liftHold(number, of: origin) else { return (nil, []) }
                hold.lifted = try transaction.nextLeaf()
                var data = PersonPlaces.Part(origin: origin, places: [SealedPlace(index: number, field: "case")]).data
                data["count"] = hold.everything ? nil : .integer(hold.values)
                data["entries"] = nil
                data["ground"] = .string(ground)
                data["review_date"] = .string(hold.review)
                let draft = try self.draft("hold.lifted", by: .person(who), data: data, in: transaction)
                return (hold, [draft])
            }
            if let hold = hold.value { return hold }
        } catch {
            throw NodeProblem(fault: error, doing: "lifting a hold")
        }
        throw NodeProblem(
            .refused,
            "no hold of that number stands",
            at: origin.map { "\(number) of \($0)" } ?? "\(number)",
            try: "comity audit hold \(folder.path) list"
        )
    }

    /// Every hold, standing and lifted.
    public func holds(by account: String?) async throws(NodeProblem) -> [AuditHold] {
        _ = try await person(account, for: .readAudit)
        do { return try await vault.holds() } catch { throw NodeProblem(fault: error, doing: "reading the holds") }
    }
}
