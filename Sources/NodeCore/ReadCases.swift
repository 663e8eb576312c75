/// Use case: what was done under a case's number: questions, hits, disclosure requests. Read from the sealed questions.

import Accounts
import Casework
import Foundation
import PolicyEngine
import Vault

public struct CaseReport: Codable, Sendable, Equatable {
    public struct Asked: Codable, Sendable, Equatable {
        /// The question's UUID.
        public var query: String
        public var asked: String
        public var by: String
        public var agreement: String
        public var purpose: String
        public var answers: [PeerAnswerReport]
    }

    /// The case's number.
    public var reference: String
    public var questions: [Asked]
    public var hits: Int
    public var disclosures: [DisclosureReport]
    /// Nil while it is open.
    public var closed: CaseClosing?
}

public struct CaseList: Codable, Sendable, Equatable {
    public var cases: [CaseReport]
}

extension Node {
    /// Every case, or the one of that number, oldest first.
    public func cases(_ reference: String?, by account: String?) async throws(NodeProblem) -> CaseList {
        let person = try await person(account, for: .followDisclosures)
        let list: CaseList
        do {
            list = try await vault.read { try self.cases(reference, in: $0) }
            // A list says that there are cases; who opens one reads what colleagues asked.
            if reference != nil {
                let questions = list.cases.flatMap(\.questions).map { ($0.query, $0.by, $0.purpose) }
                try await logLook(at: questions, by: person)
            }
        } catch {
            throw NodeProblem(fault: error, doing: "reading the cases")
        }
        if let reference, list.cases.isEmpty {
            throw unknownCase(reference)
        }
        return list
    }

    func unknownCase(_ number: String) -> NodeProblem {
        NodeProblem(
            .usage,
            "there is no case of that number",
            at: number,
            because: "no question was asked under it",
            try: "comity case list \(folder.path)"
        )
    }

    private func cases(_ reference: String?, in transaction: VaultTransaction) throws -> CaseList {
        var cases: [String: CaseReport] = [:]
        var order: [String] = []
        let tag = reference.map { questionSealer.tag(ofCase: $0) }
        for row in try tag.map({ try transaction.questions(ofCase: $0) }) ?? transaction.questions() {
            let sealed = try questionSealer.open(SealedQuestion.self, row.box, id: row.id)
            guard let number = sealed.caseReference, reference == nil || reference == number else { continue }
            let answers = try transaction.peerQueries(of: row.id).filter { $0.outcome != StoredPeerQuery.superseded }
                .map { try questionSealer.report(of: $0) }
            if cases[number] == nil { order.append(number) }
            var report =
                try cases[number]
                ?? CaseReport(
                    reference: number,
                    questions: [],
                    hits: 0,
                    disclosures: [],
                    closed: transaction.closing(ofCase: self.questionSealer.tag(ofCase: number)).map(CaseClosing.init)
                )
            report.hits += answers.reduce(0) { $0 + $1.hits.count }
            report.questions.append(
                CaseReport.Asked(
                    query: row.id,
                    asked: Moment(seconds: row.asked / 1_000).description,
                    by: row.account,
                    agreement: row.agreement,
                    purpose: sealed.purpose,
                    answers: answers
                )
            )
            cases[number] = report
        }
        let requests =
            try tag.map { try transaction.disclosures(ofCase: $0) } ?? transaction.disclosures(openOnly: false)
        for row in requests where row.side == .asker {
            let file = try sentFile(row)
            guard let number = file.caseReference else { continue }
            cases[number]?.disclosures.append(report(file, stored: row))
        }
        return CaseList(cases: order.compactMap { cases[$0] })
    }
}
