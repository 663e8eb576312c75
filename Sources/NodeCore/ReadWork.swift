/// Use case: what an analyst has under way: questions as they stand, without asking anybody anything.

import Accounts
import AuditLog
import Foundation
import PolicyEngine
import SetIntersection
import Vault

/// A question in one line.
public struct QuestionLine: Sendable, Equatable {
    public let id: String
    /// RFC 3339.
    public let asked: String
    public let by: String
    public let agreement: String
    public let purpose: String
    public let caseReference: String?
    /// What a person should know, such as who was not asked about, of whom: never to be read as "no hit".
    public let notes: [String]
    /// The same for pages; nil in questions that an earlier version kept.
    public let noteCodes: [QuestionNote]?
    public let answers: [PeerAnswerReport]
    /// Peers that were asked and whose answer is not there; once nobody is asked any more, they could not be reached.
    public let waiting: Set<String>
    /// Of a long question that is not over: how many of a hundred keys each peer answered for.
    public let answered: [String: Int]

    public var hits: Int { answers.reduce(0) { $0 + $1.hits.count } }
}

extension Node {
    /// A fresh id for a question that is about to be asked.
    public func freshQuestionID() -> String { uuid() }

    /// Whether a text is an id as `freshQuestionID` makes them.
    public static func isQuestionID(_ text: String) -> Bool { (try? QueryID(text: text)) != nil }

    /// The newest questions, newest first.
    public func questionLines(newest count: Int, by account: String?) async throws(NodeProblem) -> [QuestionLine] {
        _ = try await person(account, for: .ask)
        do {
            return try await vault.read { transaction in
                try transaction.questions(newest: count).map { try self.line($0, in: transaction) }
            }
        } catch {
            throw NodeProblem(fault: error, doing: "reading the questions")
        }
    }

    /// One question as it stands; nil while nothing of it is kept.
    public func questionLine(_ id: String, by account: String?) async throws(NodeProblem) -> QuestionLine? {
        let person = try await person(account, for: .ask)
        do {
            let line = try await vault.read { transaction in
                try transaction.question(id).map { try self.line($0, in: transaction) }
            }
            if let line { try await logLook(at: [(line.id, line.by, line.purpose)], by: person) }
            return line
        } catch {
            throw NodeProblem(fault: error, doing: "reading the question")
        }
    }

    private func line(_ row: StoredQuestion, in transaction: VaultTransaction) throws -> QuestionLine {
        let sealed = try questionSealer.open(SealedQuestion.self, row.box, id: row.id)
        let parts = try transaction.peerQueries(of: row.id).filter { $0.outcome != StoredPeerQuery.superseded }
        return QuestionLine(
            id: row.id,
            asked: Moment(seconds: row.asked / 1_000).description,
            by: row.account,
            agreement: row.agreement,
            purpose: sealed.purpose,
            caseReference: sealed.caseReference,
            notes: sealed.notes,
            noteCodes: sealed.noteCodes,
            answers: try parts.map { try questionSealer.report(of: $0) }
                .sorted { $0.peer < $1.peer },
            waiting: Set(parts.filter { $0.outcome == nil }.map(\.peer)),
            answered: try parts.reduce(into: [:]) { answered, part in
                guard part.outcome.map(LongQuery.outcomesThatGoOn.contains) ?? true else { return }
                let (done, all) = try transaction.batchesAnswered(ofQuery: part.id)
                if all > 0 { answered[part.peer] = 100 * done / all }
            }
        )
    }
}
