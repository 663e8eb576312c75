/// What was approved is sealed to the asker, once. Policy is asked again, and once more when it is first fetched: what may
/// no longer leave falls silent. Never learns who may approve.

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

extension Node {
    /// Seals what was approved, once: policy is asked again, the record is read again. What may no longer leave falls
    /// silent; a record that changed, or a rule that wants more people, holds it again.
    func release(_ stored: StoredDisclosure, by actor: Actor) async throws -> HeldFile {
        let policies = activePolicies
        return try await vault.commit { transaction -> (HeldFile, [AuditDraft]) in
            guard let row = try transaction.disclosure(.holder, peer: stored.peer, id: stored.id) else {
                throw NodeProblem(.usage, "the request is gone", at: stored.id)
            }
            var file = try self.heldFile(row)
            guard file.release == nil, file.erased == nil, case .approved = file.request.state else {
                return (file, [])
            }
            let drafts = try self.release(&file, row: row, policies: policies, by: actor, in: transaction)
            try transaction.store(
                try self.stored(file, peer: row.peer, id: row.id, created: row.created)
            )
            return (file, drafts)
        }.value
    }

    /// What is fetched for the first time is decided a last time, under the rules and by the record of now: it is taken back,
    /// held again or sealed anew under stricter terms. Nobody saw it yet, so nobody sees that.
    func handOut(_ stored: StoredDisclosure, at now: Int) async throws -> HeldFile {
        let policies = activePolicies
        return try await vault.commit { transaction -> (HeldFile, [AuditDraft]) in
            guard let row = try transaction.disclosure(.holder, peer: stored.peer, id: stored.id) else {
                throw NodeProblem(.usage, "the request is gone", at: stored.id)
            }
            var file = try self.heldFile(row)
            guard file.fetched == nil, file.erased == nil, case .approved = file.request.state else {
                return (file, [])
            }
            var drafts: [AuditDraft] = []
            if file.release == nil, let held = try self.heldForChange(&file, row: row, in: transaction) {
                drafts = [held]
            } else {
                let ruling = try self.allowed(file, id: row.id, peer: row.peer, policies: policies, in: transaction)
                if file.release == nil || !self.isSealedUnder(ruling, file) {
                    file.release = nil
                    drafts = try self.follow(ruling, &file, row: row, policies: policies, by: .system, in: transaction)
                }
                if file.release != nil, case .success(let leaving) = ruling {
                    file.fetched = now
                    try self.notify(
                        leaving.terms.notices,
                        of: .disclosureReleased,
                        about: row.id,
                        agreement: file.agreement,
                        peer: row.peer,
                        in: transaction
                    )
                }
            }
            try transaction.store(try self.stored(file, peer: row.peer, id: row.id, created: row.created))
            return (file, drafts)
        }.value
    }

    private func release(
        _ file: inout HeldFile,
        row: StoredDisclosure,
        policies: ActivePolicies,
        by actor: Actor,
        in transaction: VaultTransaction
    ) throws -> [AuditDraft] {
        if let held = try heldForChange(&file, row: row, in: transaction) { return [held] }
        let ruling = try allowed(file, id: row.id, peer: row.peer, policies: policies, in: transaction)
        return try follow(ruling, &file, row: row, policies: policies, by: actor, in: transaction)
    }

    /// Does what policy says now of what nobody fetched yet.
    private func follow(
        _ ruling: Result<Leaving, Silence>,
        _ file: inout HeldFile,
        row: StoredDisclosure,
        policies: ActivePolicies,
        by actor: Actor,
        in transaction: VaultTransaction
    ) throws -> [AuditDraft] {
        switch ruling {
        case .failure(let silence):
            if let needed = silence.needed {
                file.request.holdAgain(
                    needed: needed,
                    demanding: silence.demanded,
                    excluding: [],
                    keepingApprovals: true
                )
                return [try heldAgain(file, row: row, in: transaction)]
            }
            return [try takeBack(&file, row: row, silence, in: transaction)]
        case .success(let leaving):
            // No version of the record leaves that nobody looked at.
            if let held = try heldForChange(&file, row: row, in: transaction) { return [held] }
            do {
                file.leafBefore = file.leafBefore ?? file.leaf
                file.leaf = try transaction.nextLeaf()
                return [try seal(leaving, into: &file, row: row, policies: policies, by: actor, in: transaction)]
            } catch is WireError {
                let silence = Silence(reason: "what would leave is larger than a release may be")
                return [try takeBack(&file, row: row, silence, in: transaction)]
            }
        }
    }

    /// Whether what is sealed is still all that may leave, under terms as strict as those of now.
    private func isSealedUnder(_ ruling: Result<Leaving, Silence>, _ file: HeldFile) -> Bool {
        guard case .success(let leaving) = ruling, let sealed = file.retention.flatMap({ Day($0) }) else {
            return false
        }
        return columns(leaving, file) == file.leaving && leaving.terms.handling.rawValue == file.handling
            && leaving.terms.onward.rawValue == file.onward && lastDay(of: leaving) >= sealed
    }

    private func columns(_ leaving: Leaving, _ file: HeldFile) -> [String] {
        leaving.terms.fields.filter { !(file.withheld ?? []).contains($0) }
    }

    /// The last day on which what leaves today may be kept.
    private func lastDay(of leaving: Leaving) -> Day {
        let days = leaving.terms.retentionDays ?? WeighDisclosure.retentionDays
        let last = Day(number: clock.moment.day.number + min(days, 36_500))
        return leaving.facts.expires.map { min(last, $0) } ?? last
    }

    /// Holds it again if its record changed since people looked at it.
    private func heldForChange(
        _ file: inout HeldFile,
        row: StoredDisclosure,
        in transaction: VaultTransaction
    ) throws -> AuditDraft? {
        let version = file.recordDigest
        try followRecord(&file, in: transaction)
        return version == file.recordDigest ? nil : try heldAgain(file, row: row, in: transaction)
    }

    private func heldAgain(
        _ file: HeldFile,
        row: StoredDisclosure,
        in transaction: VaultTransaction
    ) throws -> AuditDraft {
        try draft(
            "disclosure.held",
            by: .system,
            data: [
                "request": .string(row.id), "agreement": .string(file.agreement),
                "deadline": .integer(file.request.deadline), "rules": .array(file.rules.map { .string($0) }),
            ],
            in: transaction
        )
    }

    private func takeBack(
        _ file: inout HeldFile,
        row: StoredDisclosure,
        _ silence: Silence,
        in transaction: VaultTransaction
    ) throws -> AuditDraft {
        file.request.fallSilent(reason: silence.reason)
        file.release = nil
        return try draft(
            "disclosure.refused",
            by: .system,
            data: ["request": .string(row.id), "ground": "withdrawn", "agreement": .string(file.agreement)],
            in: transaction
        )
    }

    /// Why nothing leaves.
    private struct Silence: Error {
        var reason: String
        /// People that policy wants, where only they are missing.
        var needed: Int?
        var demanded: [String] = []
    }

    private struct Leaving {
        var record: MatchKeys.Record
        var facts: RecordFacts
        var terms: DisclosureTerms
    }

    private func allowed(
        _ file: HeldFile,
        id: String,
        peer: String,
        policies: ActivePolicies,
        in transaction: VaultTransaction
    ) throws -> Result<Leaving, Silence> {
        let (request, ruling) = try ruling(on: file, peer: peer, policies: policies, in: transaction)
        if let request {
            try keep([request], id: id, side: .holder, peer: peer, digest: policies.digest, in: transaction)
        }
        guard case .success(let leaving) = ruling else { return ruling }
        let terms = leaving.terms
        guard file.request.approvals.suffice(terms.approvals, demanding: terms.authorisation) else {
            let reason = "policy wants \(terms.approvals) approvals now"
            return .failure(Silence(reason: reason, needed: terms.approvals, demanded: terms.authorisation))
        }
        return ruling
    }

    /// Under which terms it would leave today, if enough people approved it; nil where it would not.
    func terms(
        of file: HeldFile,
        peer: String,
        policies: ActivePolicies,
        in transaction: VaultTransaction
    ) throws -> ReleaseTerms? {
        let (_, ruling) = try ruling(on: file, peer: peer, policies: policies, in: transaction)
        guard case .success(let leaving) = ruling else { return nil }
        return terms(of: leaving, policies: policies)
    }

    private func terms(of leaving: Leaving, policies: ActivePolicies) -> ReleaseTerms {
        ReleaseTerms(
            handling: leaving.terms.handling.rawValue,
            source: (leaving.facts.source?.rawValue ?? "X") + String(leaving.facts.information ?? 4),
            retention: lastDay(of: leaving).description,
            onward: leaving.terms.onward.rawValue,
            policyDigest: policies.digest
        )
    }

    /// What policy says by the record and the rules of now, whoever approved it; and what it was asked.
    private func ruling(
        on file: HeldFile,
        peer: String,
        policies: ActivePolicies,
        in transaction: VaultTransaction
    ) throws -> (request: PolicyRequest?, Result<Leaving, Silence>) {
        guard let place = file.record, let agreement = policies.set.agreements[file.agreement],
            let (boxed, _) = try transaction.record(dataset: place.dataset, id: place.id)
        else { return (nil, .failure(Silence(reason: "the record is gone"))) }
        let record = try vault.sealer.open(boxed)
        guard let facts = try? RecordColumns({ record.cell($0) }).record() else {
            return (nil, .failure(Silence(reason: "a column of the record cannot be read")))
        }
        let admission = IndexAdmission(
            policies: policies.set,
            agreement: agreement,
            asker: peer,
            holder: configuration.agency,
            at: clock.moment
        )
        if case .staysOut(let rule) = admission.ruling(on: record) {
            return (nil, .failure(Silence(reason: "the record is withdrawn by \(rule)")))
        }
        let request = disclosureRequest(
            fields: file.asked,
            urgent: file.urgent,
            confirmed: file.confirmed,
            score: file.score,
            facts: facts,
            terms: file.terms,
            agreement: file.agreement,
            peer: peer
        )
        switch WeighDisclosure.weigh(request, policies: policies.set) {
        case .told(let reason, _), .silent(let reason, _): return (request, .failure(Silence(reason: reason)))
        case .may(let terms): return (request, .success(Leaving(record: record, facts: facts, terms: terms)))
        }
    }

    private func seal(
        _ leaving: Leaving,
        into file: inout HeldFile,
        row: StoredDisclosure,
        policies: ActivePolicies,
        by actor: Actor,
        in transaction: VaultTransaction
    ) throws -> AuditDraft {
        guard let id = MessageID(row.id), let key = ReleaseSealingKey(bytes: [UInt8](file.sealingKey)) else {
            throw NodeProblem(.fault, "the request's sealing key cannot be read", at: row.id)
        }
        let terms = terms(of: leaving, policies: policies)
        let context = ReleaseContext(
            agreement: file.agreement,
            request: id,
            holder: configuration.agency,
            asker: row.peer,
            handle: file.handle,
            epoch: file.epoch,
            keyID: file.sealingKeyID
        )
        let (info, bound) = (try context.info(), try terms.additionalData())
        var fields: [String: [String]] = [:]
        let columns = columns(leaving, file)
        for name in columns where !leaving.record[name].isEmpty { fields[name] = leaving.record[name] }
        var cells: [String: String] = [:]
        // What was asked for and cut, and what people kept back, is not sent as a fact either.
        let cut = Set(file.asked).subtracting(columns).union(file.withheld ?? [])
        for column in policies.set.columnsForReceiver(row.peer, agreement: file.agreement)
        where !cut.contains(column) {
            let cell = leaving.record.cell(column)
            if !cell.isEmpty { cells[column] = cell }
        }
        var release = Release(fields: fields, recipient: row.peer, request: id, signature: [], record: cells)
        release.signature = try signed(try release.signedBytes(info: info, additionalData: bound))
        guard let sealed = key.seal(try release.padded(), info: info, additionalData: bound) else {
            throw NodeProblem(.fault, "the release could not be sealed", at: row.id)
        }
        let brought = Set(fields.keys).union(cells.keys).sorted()
        file.leaving = columns
        (file.handling, file.retention, file.onward) = (terms.handling, terms.retention, terms.onward)
        file.release = KeptRelease(
            keyID: file.sealingKeyID,
            encapsulation: Data(sealed.encapsulation),
            ciphertext: Data(sealed.ciphertext),
            additionalData: Data(bound)
        )
        var transcript = file.transcript.transcript
        let status = DisclosureStatus(
            id: id,
            deadline: file.request.deadline,
            state: file.release.map { .released($0.message) } ?? .deciding
        )
        transcript.append(.answer, body: try status.body())
        let exchange = AuditLog.Exchange(
            query: row.id,
            side: .holder,
            peer: row.peer,
            transcript: transcript,
            receipt: file.receipt.receipt
        )
        return try draft(
            "disclosure.released",
            by: actor,
            data: [
                "x": exchange.value, "request": .string(row.id), "agreement": .string(file.agreement),
                "purpose": file.terms.map { .string($0.purpose) },
                "peer": .string(row.peer), "fields": .array(brought.map { .string($0) }),
                "handling": .string(terms.handling), "retention_date": .string(terms.retention),
            ],
            personal: [
                PersonalValue(
                    name: "subject",
                    value: .string(leaving.record.id),
                    retentionClass: RetentionClass.question,
                    terms: SubjectTerms.of(KeyRecipe.current.keys(of: leaving.record))
                ),
                PersonalValue(
                    name: "recipient",
                    value: .string(file.terms?.analyst ?? row.peer),
                    retentionClass: RetentionClass.question
                ),
            ],
            in: transaction
        )
    }
}
