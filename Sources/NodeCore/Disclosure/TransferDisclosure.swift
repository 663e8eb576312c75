/// Use case: pass on what a release brought. Its own onward rule binds first, then our policy decides at stage `onward_transfer`;
/// the entry, of the transfer or of its refusal, is durable before a field is shown. Sends nothing: the data go out by hand.

import Accounts
import AuditLog
import CanonicalJSON
import Casework
import Foundation
import PolicyEngine
import Sodium
import Vault

/// What is to be passed on, to whom, for what.
public struct TransferWish: Codable, Sendable, Equatable {
    /// The disclosure request, or the beginning of its id.
    public var request: String
    /// An agency of the policies.
    public var recipient: String
    public var purpose: String
    /// Nil: that of the request.
    public var legalBasis: String?
    /// Nil: all that came.
    public var fields: [String]?
    /// 1 to 2,000 bytes: kept sealed with the entry.
    public var reason: String
    /// Authorisations at hand: POLICY's word to reference.
    public var stated: [String: String]

    public init(
        request: String,
        recipient: String,
        purpose: String,
        legalBasis: String?,
        fields: [String]?,
        reason: String,
        stated: [String: String]
    ) {
        self.request = request
        self.recipient = recipient
        self.purpose = purpose
        self.legalBasis = legalBasis
        self.fields = fields
        self.reason = reason
        self.stated = stated
    }
}

/// What may be passed on, and what binds whoever gets it.
public struct TransferReport: Codable, Sendable, Equatable {
    public var request: String
    /// Who released the data to us.
    public var holder: String
    public var recipient: String
    public var purpose: String
    public var legalBasis: String
    /// `H0` to `H3`.
    public var handling: String
    /// Grade of source and information.
    public var source: String
    /// The last day on which the recipient may keep them.
    public var retention: String
    /// Whether it may pass them on itself: `free`, `with_consent` or `forbidden`.
    public var onward: String
    public var rules: [String]
    /// Our entry that says so.
    public var entry: Int
    /// Column to values.
    public var data: [String: [String]]
}

extension Node {
    public func transferDisclosure(
        _ wish: TransferWish,
        by account: String?
    ) async throws(NodeProblem) -> TransferReport {
        let authorisations = try Self.authorisations(wish.stated)
        let person = try await person(account, for: .transferDisclosure)
        let row = try await theDisclosure(wish.request)
        do {
            return try await transfer(wish, of: row, stating: authorisations, by: person)
        } catch {
            throw NodeProblem(fault: error, doing: "passing on the data")
        }
    }

    /// What a transfer is tied to.
    private struct Terms: Sendable {
        var fields: [String]
        var handling: Handling
        var onward: Onward
        var last: Day
        var rules: [String]
        /// Kinds, in POLICY's order.
        var authorisation: [String]
        var notices: NoticeDuties
    }

    private struct Refusal: Error {
        var rule: String
        var because: String
        var remedy: String?
    }

    private func transfer(
        _ wish: TransferWish,
        of row: StoredDisclosure,
        stating authorisations: [Authorisation],
        by person: Person
    ) async throws -> TransferReport {
        let file = row.side == .asker ? try sentFile(row) : nil
        guard let file, let received = file.received, file.erased == nil, let sealedUntil = Day(received.retention)
        else {
            throw NodeProblem(.usage, "this request brought no data that are still here", at: "request \(row.id)")
        }
        let basis = wish.legalBasis ?? file.legalBasis
        guard let purpose = Purpose(rawValue: wish.purpose), let basis else {
            throw NodeProblem(
                .usage,
                basis == nil ? "the legal basis of the request is not known any more" : "there is no such purpose",
                at: basis == nil ? "--legal-basis" : "--purpose",
                try: basis == nil ? nil : Purpose.names.joined(separator: ", ")
            )
        }
        let fields = (wish.fields ?? received.fields).sorted()
        let isPlain = wish.reason.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        guard !fields.isEmpty, Set(fields).isSubset(of: received.fields), isPlain,
            (1...2_000).contains(wish.reason.utf8.count)
        else {
            throw NodeProblem(
                .usage,
                "the fields or the reason cannot be taken",
                at: "--fields, --reason",
                because:
                    "received: \(received.fields.joined(separator: ", ")); a reason takes 1 to 2,000 bytes on one line"
            )
        }
        let request = PolicyRequest(
            stage: .onwardTransfer,
            side: .asker,
            at: clock.moment,
            asker: configuration.agency,
            holder: row.peer,
            agreement: file.agreement,
            recipient: wish.recipient,
            purpose: purpose,
            legalBasis: basis,
            offence: file.offence,
            fields: fields,
            record: recordFacts(of: received, request: row.id)
        )
        let policies = activePolicies
        let terms: Terms
        do throws(Refusal) {
            let verdict = try? self.verdict(on: file, row: row, policies: policies.set)
            terms = try weigh(request, received: received, verdict: verdict, policies: policies.set)
            let lacking = Set(terms.authorisation).subtracting(authorisations.map(\.kind))
            guard lacking.isEmpty else {
                let kinds = terms.authorisation.filter(lacking.contains)
                throw Refusal(
                    rule: terms.rules.first ?? Self.onwardGround,
                    because: CaseworkRefusal.authorisationLacking(kinds).text,
                    remedy: kinds.map { "--authorisation \($0)=REFERENCE" }.joined(separator: " ")
                )
            }
        } catch {
            throw try await refuseTransfer(error, of: file, row: row, by: person) { transaction in
                try self.keep(request, of: row, digest: policies.digest, in: transaction)
            }
        }
        // Opened first: what cannot be read is not logged as passed on.
        let plain = try XChaCha20Poly1305.open(
            [UInt8](received.box),
            key: keyring.secret(SecretName.retention(sealedUntil)),
            associatedData: Self.releaseBinding(row.id)
        )
        let data = try JSONDecoder().decode([String: [String]].self, from: Data(plain))
        let committed = try await vault.commit { transaction -> (Int, [AuditDraft]) in
            guard try !transaction.isErased(.asker, peer: row.peer, id: row.id) else {
                throw NodeProblem(.usage, "the data are erased", at: "request \(row.id)")
            }
            let reason = PersonalValue(
                name: "reason",
                value: .string(wish.reason),
                retentionClass: RetentionClass.question
            )
            let entry = try self.draft(
                "disclosure.transferred",
                by: .person(person),
                data: [
                    "request": .string(row.id), "recipient": .string(wish.recipient),
                    "ground": .string(([purpose.rawValue] + authorisations.map(\.kind)).joined(separator: " ")),
                ],
                personal: [reason] + authorisations.personal,
                in: transaction
            )
            try self.keep(request, of: row, digest: policies.digest, in: transaction)
            let leaf = try transaction.nextLeaf()
            // Each transfer of the same data is told.
            try self.notify(
                terms.notices,
                of: .onwardTransferred,
                about: "\(row.id) entry \(leaf)",
                agreement: file.agreement,
                peer: row.peer,
                in: transaction
            )
            return (leaf, [entry])
        }
        return TransferReport(
            request: row.id,
            holder: row.peer,
            recipient: wish.recipient,
            purpose: purpose.rawValue,
            legalBasis: basis,
            handling: terms.handling.rawValue,
            source: received.source,
            retention: terms.last.description,
            onward: terms.onward.rawValue,
            rules: terms.rules,
            entry: committed.value,
            data: data.filter { terms.fields.contains($0.key) }
        )
    }

    /// Keeps what policy was asked, as long as the data.
    private func keep(
        _ request: PolicyRequest,
        of row: StoredDisclosure,
        digest: String,
        in transaction: VaultTransaction
    ) throws {
        guard try !transaction.isErased(.asker, peer: row.peer, id: row.id) else { return }
        try keep([request], id: row.id, side: .asker, peer: row.peer, digest: digest, in: transaction)
    }

    /// The ground of a refusal to pass on.
    static let onwardGround = "onward"

    private func weigh(
        _ request: PolicyRequest,
        received: SentFile.Received,
        verdict: WeighRetention.Verdict?,
        policies: PolicySet
    ) throws(Refusal) -> Terms {
        guard case .keep(let until)? = verdict else {
            throw Refusal(rule: WeighRetention.overGround, because: "the time of the data is over")
        }
        let bound = Onward(rawValue: received.onward) ?? .forbidden
        guard bound != .forbidden else {
            throw Refusal(rule: Self.onwardGround, because: "\(request.holder) released the data for us alone")
        }
        let decision: Decision
        do throws(RequestProblem) {
            decision = try policies.decide(request)
        } catch {
            throw Refusal(rule: "builtin/malformed", because: error.text)
        }
        if decision.outcome == .refuse {
            let reason = decision.reasons.first
            throw Refusal(rule: reason?.rule ?? Self.onwardGround, because: reason?.text() ?? "our own policy refuses")
        }
        if let duty = Duties.undone(in: decision) { throw Refusal(rule: duty.rule, because: duty.text) }
        let duties = decision.obligations
        var demanded = Set(duties.authorisation)
        // The consent that its holder asks for is stated as an authorisation: there is no message for it.
        if bound == .withConsent { demanded.insert(.originator) }
        // Where no rule lets data travel further, they do not.
        let further = duties.onward ?? .forbidden
        return Terms(
            fields: duties.fields ?? request.fields ?? [],
            handling: max(duties.handling ?? .h0, Handling(rawValue: received.handling) ?? .h3),
            onward: further.rank >= bound.rank ? further : bound,
            last: duties.retentionDays.map { min(until, Day(number: clock.moment.day.number + min($0, 36_500))) }
                ?? until,
            rules: decision.reasons.map(\.rule),
            authorisation: Authority.allCases.filter(demanded.contains).map(\.rawValue),
            notices: NoticeDuties(decision)
        )
    }

    private func refuseTransfer(
        _ refusal: Refusal,
        of file: SentFile,
        row: StoredDisclosure,
        by person: Person,
        keeping: @Sendable @escaping (VaultTransaction) throws -> Void
    ) async throws -> NodeProblem {
        _ = try await vault.commit { transaction in
            try keeping(transaction)
            let entry = try self.draft(
                "disclosure.refused",
                by: .person(person),
                data: [
                    "request": .string(row.id), "agreement": .string(file.agreement),
                    "ground": .string(Self.onwardGround), "rules": [.string(refusal.rule)],
                ],
                in: transaction
            )
            return ((), [entry])
        }
        return NodeProblem(
            .refused,
            "the data may not be passed on",
            at: refusal.rule,
            because: refusal.because,
            try: refusal.remedy
        )
    }
}
