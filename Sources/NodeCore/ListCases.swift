/// Use case: which cases were asked for last, in numbers. Opens one question of each; how many hits a part brought is kept in
/// memory, as it never changes.

import Accounts
import Foundation
import PolicyEngine
import Synchronization
import Vault

/// A case in one line.
public struct CaseLine: Sendable, Equatable {
    /// The case's number.
    public let reference: String
    public let questions: Int
    public let hits: Int
    public let requests: Int
    /// When its newest question was asked, RFC 3339.
    public let last: String
    public let isClosed: Bool
}

/// How many hits a peer's part of a question brought.
final class HitCounts: Sendable {
    private static let most = 100_000
    private let counts = Mutex<[String: Int]>([:])

    func count(_ part: String, read: () throws -> Int) rethrows -> Int {
        if let known = counts.withLock({ $0[part] }) { return known }
        let count = try read()
        counts.withLock { counts in
            if counts.count >= Self.most { counts = [:] }
            counts[part] = count
        }
        return count
    }
}

extension Node {
    /// So many cases are listed, of so many of the newest questions; the others are found by their number.
    private static let listed = (cases: 100, questions: 2_000)

    /// Newest first.
    public func newestCases(by account: String?) async throws(NodeProblem) -> [CaseLine] {
        _ = try await person(account, for: .followDisclosures)
        do {
            return try await vault.read { transaction in
                try transaction.newestCases(Self.listed.cases, among: Self.listed.questions).compactMap {
                    try self.line($0, in: transaction)
                }
            }
        } catch {
            throw NodeProblem(fault: error, doing: "reading the cases")
        }
    }

    private func line(_ stored: StoredCase, in transaction: VaultTransaction) throws -> CaseLine? {
        guard let row = try transaction.question(stored.question),
            let reference = try questionSealer.open(SealedQuestion.self, row.box, id: row.id).caseReference
        else { return nil }
        let hits = try stored.parts.map { part in
            try hitCounts.count(part) {
                guard let row = try transaction.peerQuery(part) else { return 0 }
                return try questionSealer.report(of: row).hits.count
            }
        }
        return CaseLine(
            reference: reference,
            questions: stored.questions,
            hits: hits.reduce(0, +),
            requests: stored.disclosures,
            last: Moment(seconds: stored.last / 1_000).description,
            isClosed: try transaction.closing(ofCase: stored.reference) != nil
        )
    }
}
