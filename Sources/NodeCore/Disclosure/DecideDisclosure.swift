/// Use case: people decide on a disclosure request. Who entered or edited the record does not decide. Sealing what was
/// approved is ReleaseDisclosure's.

import Accounts
import AuditLog
import CanonicalJSON
import Casework
import Foundation
import MatchKeys
import PeerTrust
import PolicyEngine
import Sodium
import TransparencyLog
import Vault
import WireProtocol

/// What a person decides.
public enum DisclosureVerdict: Codable, Sendable, Equatable {
    case approve
    case refuse(ground: String)
    /// 1 to 2,000 bytes.
    case askBack(question: String)
}

extension Node {
    /// Decides on a request that a peer made here, or approves one of our own before it leaves.
    ///
    /// - Parameters:
    ///   - withheld: columns that whoever approves a peer's request keeps back.
    ///   - seen: the digest of the data that whoever approves was shown, empty if there were none; nil where nothing was shown.
    ///   - stated: authorisations that the person who approves holds in hand: POLICY's word to reference.
    public func decideDisclosure(
        _ id: String,
        _ verdict: DisclosureVerdict,
        keepingBack withheld: [String] = [],
        seen: String? = nil,
        stating stated: [String: String] = [:],
        by account: String?,
        through reaching: any PeerReaching
    ) async throws(NodeProblem) -> DisclosureReport {
        let authorisations = try Self.authorisations(stated)
        let person = try await person(account, for: .decideDisclosure)
        let stored = try await theDisclosure(id)
        do {
            switch stored.side {
            case .question: return try await decideQuestion(stored, verdict, stating: authorisations, by: person)
            case .ownQuestion: return try await decideOwnQuestion(stored, verdict, stating: authorisations, by: person)
            case .asker:
                return try await decideSent(stored, verdict, stating: authorisations, by: person, through: reaching)
            case .holder:
                let file = try await decide(
                    stored,
                    verdict,
                    keepingBack: withheld,
                    seen: seen,
                    stating: authorisations,
                    by: person
                )
                return report(file, stored: stored)
            }
        } catch {
            throw NodeProblem(fault: error, doing: "deciding on the request")
        }
    }

    /// The grounds of an agreement, id to words on one line.
    func grounds(of agreement: String) -> [String: String] {
        let grounds = activePolicies.set.agreements[agreement]?.grounds ?? []
        return Dictionary(grounds.map { ($0.id, WeighDisclosure.line($0.because.text(in: "en"))) }) { first, _ in first
        }
    }

    /// Somebody tried to decide on work of their own, or twice: an entry, whoever is told no besides.
    func attempt(
        _ refusal: CaseworkRefusal,
        by person: Person,
        in transaction: VaultTransaction
    ) throws -> [AuditDraft] {
        guard [.ownWork, .approvedAlready].contains(refusal) else { return [] }
        return [try accessRefused(person.account, act: .decideDisclosure, in: transaction)]
    }

    private func decide(
        _ stored: StoredDisclosure,
        _ verdict: DisclosureVerdict,
        keepingBack withheld: [String],
        seen: String?,
        stating authorisations: [Authorisation],
        by person: Person
    ) async throws -> HeldFile {
        let words = grounds(of: try heldFile(stored).agreement)
        let committed = try await vault.commit { transaction -> (Result<HeldFile, CaseworkRefusal>, [AuditDraft]) in
            // Read again here: another approver may have come between.
            guard let row = try transaction.disclosure(.holder, peer: stored.peer, id: stored.id) else {
                throw NodeProblem(.usage, "the request is gone", at: stored.id)
            }
            let now = self.clock.seconds
            var file = try self.heldFile(row)
            try self.followRecord(&file, in: transaction)
            if case .approve = verdict, let seen,
                seen != (try self.leavingData(of: file, in: transaction)?.digest ?? "")
            {
                throw NodeProblem(
                    .refused,
                    "the record changed; look again",
                    at: "request \(stored.id)",
                    because: "what would leave is not what this page showed"
                )
            }
            let name = person.account.name.description
            var data: [String: JSONValue?] = [
                "request": .string(stored.id), "agreement": .string(file.agreement),
                "rules": .array(file.rules.map { .string($0) }), "deadline": .integer(file.request.deadline),
            ]
            let approvers = try transaction.approvers()
            let event: String
            var keptBack = true
            do throws(CaseworkRefusal) {
                switch verdict {
                case .approve:
                    keptBack = file.keepBack(withheld)
                    file.request.keepApprovals(of: approvers)
                    _ = try file.request.approve(by: name, stating: authorisations, at: now)
                    event = "disclosure.approved"
                    data["ground"] = authorisations.ground
                case .refuse(let ground):
                    try file.request.refuse(by: name, ground: ground, grounds: words, at: now)
                    data["ground"] = .string(ground)
                    event = "disclosure.refused"
                case .askBack(let question):
                    let line = WeighDisclosure.line(question)
                    try file.request.askBack(by: name, question: line.isEmpty ? "?" : line, at: now)
                    event = "disclosure.asked_back"
                }
            } catch {
                return (.failure(error), try self.attempt(error, by: person, in: transaction))
            }
            guard keptBack else {
                throw NodeProblem(
                    .usage,
                    "nothing would be left to release",
                    because: "every column that may leave was kept back",
                    try: "refuse with a ground, or keep back less"
                )
            }
            try transaction.store(
                try self.stored(file, peer: row.peer, id: row.id, created: row.created)
            )
            let personal = verdict == .approve ? authorisations.personal : []
            let entry = try self.draft(event, by: .person(person), data: data, personal: personal, in: transaction)
            return (.success(file), [entry])
        }
        let file = try committed.value.decided(stored.id)
        guard case .approved = file.request.state else { return file }
        return try await release(stored, by: .person(person))
    }

    /// A record that changed since people looked at it is looked at anew, and whoever changed it decides no more.
    func followRecord(_ file: inout HeldFile, in transaction: VaultTransaction) throws {
        guard file.release == nil, let place = file.record,
            let (record, editors) = try transaction.record(dataset: place.dataset, id: place.id)
        else { return }
        let digest = Data(record.digest)
        guard file.recordDigest != digest else { return }
        file.recordDigest = digest
        switch file.request.state {
        case .held, .askedBack, .approved:
            file.request.holdAgain(needed: file.request.needed, excluding: editors, keepingApprovals: false)
        case .refused, .silent: break
        }
    }
}

extension HeldFile {
    /// Takes columns out of what would leave; false if none would be left.
    mutating func keepBack(_ columns: [String]) -> Bool {
        guard !columns.isEmpty else { return true }
        withheld = Set(withheld ?? []).union(columns).sorted()
        leaving.removeAll(where: columns.contains)
        return !leaving.isEmpty
    }
}

extension Result where Failure == CaseworkRefusal {
    /// What was decided; a refusal in words for whoever tried.
    func decided(_ request: String) throws(NodeProblem) -> Success {
        do {
            return try get()
        } catch {
            throw NodeProblem(casework: error, request: request)
        }
    }
}

extension NodeProblem {
    init(casework refusal: CaseworkRefusal, request: String) {
        let remedy: String? =
            switch refusal {
            case .ownWork: "--as somebody who neither asked nor entered or edited the record"
            case .approvedAlready: "--as another approver"
            case .authorisationLacking(let kinds):
                kinds.map { "--authorisation \($0)=REFERENCE" }.joined(separator: " ")
            default: nil
            }
        self.init(.refused, "this cannot be decided", at: "request \(request)", because: refusal.text, try: remedy)
    }
}
