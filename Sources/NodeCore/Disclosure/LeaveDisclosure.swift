/// Our own disclosure request that waited here: people let it go or refuse it, and then it is weighed and made anew, as of the
/// day it leaves. Never learns what is released.

import Accounts
import AuditLog
import CanonicalJSON
import Casework
import PeerTrust
import PolicyEngine
import Vault
import WireProtocol

extension Node {
    /// A second person lets our own request leave, or refuses it.
    func decideSent(
        _ stored: StoredDisclosure,
        _ verdict: DisclosureVerdict,
        stating authorisations: [Authorisation],
        by person: Person,
        through reaching: any PeerReaching
    ) async throws -> DisclosureReport {
        let words = grounds(of: try sentFile(stored).agreement)
        let now = clock.seconds
        let committed = try await vault.commit { transaction -> (Result<SentFile, CaseworkRefusal>, [AuditDraft]) in
            guard let row = try transaction.disclosure(.asker, peer: stored.peer, id: stored.id) else {
                throw NodeProblem(.usage, "the request is gone", at: stored.id)
            }
            var file = try self.sentFile(row)
            var data: [String: JSONValue?] = [
                "request": .string(row.id), "agreement": .string(file.agreement),
                "rules": .array(file.rules.map { .string($0) }),
            ]
            let approvers = try transaction.approvers()
            let taken: (word: String, ground: JSONValue?, personal: [PersonalValue])
            do throws(CaseworkRefusal) {
                taken = try file.request.take(
                    verdict,
                    stating: authorisations,
                    by: person,
                    among: approvers,
                    grounds: words,
                    at: now,
                    what: "a request of our own"
                )
                data["ground"] = taken.ground
            } catch {
                return (.failure(error), try self.attempt(error, by: person, in: transaction))
            }
            try transaction.store(try self.stored(file, peer: row.peer, id: row.id, created: row.created))
            let entry = try self.draft(
                "disclosure.\(taken.word)",
                by: .person(person),
                data: data,
                personal: taken.personal,
                in: transaction
            )
            return (.success(file), [entry])
        }
        var file = try committed.value.decided(stored.id)
        if file.request.state == .approved { file = try await leave(stored, through: reaching) }
        if file.request.state == .unsent { file = try await send(stored, through: reaching) }
        return report(file, stored: stored)
    }

    /// Makes an approved request anew and writes down that it leaves, for the person who asked. What stands in its way ends
    /// it; a peer that cannot be reached does not.
    func leave(_ stored: StoredDisclosure, through reaching: any PeerReaching) async throws -> SentFile {
        try await turns.run("leave/\(stored.id)") {
            let file = try await self.current(stored)
            guard file.request.state == .approved, !file.request.isOverdue(at: self.clock.seconds) else { return file }
            do throws(NodeProblem) {
                return try await self.rewrite(file, stored, through: reaching)
            } catch {
                guard [.refused, .usage, .data].contains(error.kind) else { throw error }
                let because = [error.text, error.because].compactMap { $0 }.joined(separator: ": ")
                return try await self.change(stored) { file in
                    file.request.stay(ground: error.place ?? "policy", because: because)
                    let data: [String: JSONValue?] = [
                        "request": .string(stored.id), "agreement": .string(file.agreement),
                        "ground": "policy", "rules": .array(file.rules.map { .string($0) }),
                    ]
                    return [Drafting(event: "disclosure.refused", actor: .system, data: data)]
                }
            }
        }
    }

    /// Only within the turn of this request.
    private func rewrite(
        _ file: SentFile,
        _ stored: StoredDisclosure,
        through reaching: any PeerReaching
    ) async throws(NodeProblem) -> SentFile {
        let asker = try await person(file.request.asker, for: .requestDisclosure)
        await renewCopy(file.query, of: stored.peer, by: asker, through: reaching)
        var hit = try await hit(query: file.query, peer: stored.peer, handle: file.handle)
        let draft = DisclosureDraft(file, peer: stored.peer)
        var weighed = try weigh(draft, hit: hit, by: asker, policies: activePolicies)
        if hit.isOver,
            file.request.approvals.suffice(weighed.terms.approvals, demanding: weighed.terms.authorisation)
        {
            switch try await again(hit, file, stored, by: asker, through: reaching) {
            case .found(let found): hit = found
            // It stays approved, and its own time runs on.
            case .waits(let question, _): return try await wait(stored, for: question)
            }
            weighed = try weigh(draft, hit: hit, by: asker, policies: activePolicies)
        }
        do {
            guard let id = MessageID(stored.id) else {
                throw NodeProblem(.fault, "the request cannot be addressed", at: stored.id)
            }
            let now = clock.seconds
            return try await change(stored) { [hit, weighed] file, transaction in
                let terms = weighed.terms
                try self.keep(weighed, id: stored.id, peer: stored.peer, in: transaction)
                guard file.request.approvals.suffice(terms.approvals, demanding: terms.authorisation) else {
                    file.request.holdAgain(needed: terms.approvals, demanding: terms.authorisation)
                    file.rules = terms.rules
                    return [Self.held(file, id: stored.id, by: .system)]
                }
                file.waitsFor = nil
                try self.write(&file, id: id, hit: hit, terms: terms)
                try file.request.leave(at: now)
                try self.notify(weighed, file, id: stored.id, peer: stored.peer, in: transaction)
                return [Self.requested(file, id: id, peer: stored.peer, by: .person(asker))]
            }
        } catch {
            throw NodeProblem(fault: error, doing: "making the request")
        }
    }

    /// Asks for an old hit again, or looks what became of that.
    private func again(
        _ hit: ProvableHit,
        _ file: SentFile,
        _ stored: StoredDisclosure,
        by asker: Person,
        through reaching: any PeerReaching
    ) async throws(NodeProblem) -> AskedAgain {
        guard let question = file.waitsFor else {
            return try await askAgain(hit, at: stored.peer, urgent: file.urgent, by: asker, through: reaching)
        }
        return try await followAgain(
            question,
            of: hit,
            at: stored.peer,
            urgent: file.urgent,
            by: asker,
            through: reaching
        )
    }

    private func wait(_ stored: StoredDisclosure, for question: String) async throws(NodeProblem) -> SentFile {
        do {
            return try await change(stored) { file in
                file.waitsFor = question
                return []
            }
        } catch {
            throw NodeProblem(fault: error, doing: "keeping the request")
        }
    }
}
