/// The holder's judgement of a disclosure request: the record behind the handle, the proofs, policy. The work is the same
/// whatever is found; what is missing or cannot be read ends in silence, never in a fault.

import Accounts
import AuditLog
import CanonicalJSON
import Casework
import Foundation
import MatchKeys
import ObliviousPRF
import PeerTrust
import PolicyEngine
import SetIntersection
import Sodium
import TransparencyLog
import Vault
import WireProtocol

/// A request as it was judged, and what policy was asked about it.
struct JudgedRequest: Sendable {
    var file: HeldFile
    var decided: PolicyRequest?
    /// Of the policies that decided.
    var digest: String
}

extension Node {
    /// What is known of the request before it is judged.
    private struct Found: Sendable {
        var terms: ReceivedTerms?
        var candidate: DisclosureCandidate?
        var manifest: Manifest?
        var isCurrent: Bool
        /// Who may import: takes the place of editors that a former version did not keep.
        var importers: Set<String>
    }

    func judge(
        _ message: DisclosureRequest,
        request: VerifiedPeerRequest,
        policies: ActivePolicies,
        now: Int
    ) async throws -> JudgedRequest {
        let peer = request.agency.text
        let question = message.question
        let scope = try IndexScope(
            agreement: question.agreement,
            asker: peer,
            holder: configuration.agency,
            epoch: question.epoch
        )
        let handle = try Handle(text: question.handle)
        // Without a key there is no index.
        let key = try (try? keyring.secret(SecretName.handles(scope))) ?? SecretBytes(random: 32, from: random)
        let number = try HandleSequence(key: key, next: 0).number(of: handle)
        let found = try await vault.read { transaction in
            let newest = try transaction.latestManifest(
                agreement: scope.agreement,
                holder: scope.holder,
                asker: scope.asker
            )
            // The newest index stands in for one that is gone: the work is the same.
            let place = try IndexScope(
                agreement: scope.agreement,
                asker: scope.asker,
                holder: scope.holder,
                epoch: newest?.epoch ?? scope.epoch
            )
            let box = try transaction.receivedTerms(message.query.description, peer: peer)
            return Found(
                // What cannot be read finds nothing, as everything else that is not there.
                terms: box.flatMap {
                    let name = Self.termsName(peer: peer, query: message.query.description)
                    return try? self.questionSealer.open(ReceivedTerms.self, $0, id: name)
                },
                candidate: try transaction.disclosureCandidate(place, handle: handle.bytes, number: number),
                manifest: try newest.map { try Manifest(decoding: $0.bytes) },
                isCurrent: newest?.epoch == scope.epoch,
                importers: Set(
                    try transaction.accounts().filter {
                        !Set($0.roles).isDisjoint(with: Act.importRecords.roles.map(\.rawValue))
                    }.map(\.name)
                )
            )
        }
        return try await runner.offload { [self] in
            try heldFile(message, request: request, found: found, policies: policies, now: now)
        }
    }

    private func heldFile(
        _ message: DisclosureRequest,
        request: VerifiedPeerRequest,
        found: Found,
        policies: ActivePolicies,
        now: Int
    ) throws -> JudgedRequest {
        let question = message.question
        let hit = try proven(message, found: found, peer: request.agency.text, policies: policies.set)
        let terms = found.terms.flatMap { terms in
            terms.agreement == question.agreement && terms.epoch == question.epoch ? terms : nil
        }
        let decided = disclosureRequest(
            fields: question.fields,
            urgent: message.urgency == .urgent,
            confirmed: question.confirmed,
            score: hit.score.score,
            facts: hit.facts,
            terms: terms,
            agreement: question.agreement,
            peer: request.agency.text
        )
        let weighed = WeighDisclosure.weigh(decided, policies: policies.set)
        // What the asker is told may not depend on the record; what our people are told may.
        let general = Deadline.hours(urgent: message.urgency == .urgent, policy: nil)
        let deadline = now + Deadline.seconds(hours: general)
        var file = HeldFile(
            request: .silent(reason: "", deadline: deadline),
            agreement: question.agreement,
            epoch: question.epoch,
            handle: question.handle,
            asked: question.fields,
            leaving: [],
            reason: question.reason,
            confirmed: question.confirmed,
            urgent: message.urgency == .urgent,
            terms: terms,
            record: nil,
            score: hit.score.score,
            band: hit.score.band?.rawValue,
            kinds: hit.score.kinds.map(\.rawValue),
            rules: [],
            sealingKeyID: message.sealing.id,
            sealingKey: Data(message.sealing.key.bytes),
            bodyDigest: Data(SHA2.sha256(request.body)),
            transcript: KeptTranscript(Transcript(query: question.id.bytes)),
            receipt: KeptReceipt(request.receipt)
        )
        let isProven = hit.isMeant && found.isCurrent && hit.couldBeShown
        switch weighed {
        case .told(let because, let rules):
            file.rules = rules
            file.request = .refused(ground: Self.policyGround, because: because, received: now, deadline: deadline)
        case .silent(let reason, let rules):
            file.rules = rules
            file.request = .silent(reason: isProven ? reason : hit.reason, deadline: deadline)
        case .may where !isProven:
            file.request = .silent(reason: hit.reason, deadline: deadline)
        case .may(let allowed):
            file.rules = allowed.rules
            file.leaving = allowed.fields
            file.record = found.candidate.map { HeldFile.Place(dataset: $0.record.dataset, id: $0.record.id) }
            file.recordDigest = found.candidate.map { Data($0.record.digest) }
            file.request = .found(
                needed: allowed.approvals,
                demanding: allowed.authorisation,
                received: now,
                deadline: deadline,
                due: now + Deadline.seconds(hours: allowed.deadlineHours ?? general),
                excluded: found.candidate.map { $0.editors.isEmpty ? found.importers : $0.editors } ?? []
            )
        }
        return JudgedRequest(file: file, decided: decided, digest: policies.digest)
    }

    /// The ground of refusals that a rule makes and no person.
    private static let policyGround = "policy"

    /// What the proofs show, and whether they are about the record that the handle names.
    private struct Hit {
        var score: MatchScore
        /// Whether an asker that knows all there is to know could have been shown it.
        var couldBeShown = false
        var facts: RecordFacts?
        var isMeant: Bool
        var reason: String
    }

    private func proven(
        _ message: DisclosureRequest,
        found: Found,
        peer: String,
        policies: PolicySet
    ) throws -> Hit {
        let none = MatchScore.none
        guard let manifest = found.manifest, let agreement = policies.agreements[message.question.agreement] else {
            return Hit(score: none, facts: nil, isMeant: false, reason: "no index is published under this agreement")
        }
        let prover = try prover(manifest)
        let record = found.candidate.flatMap { try? vault.sealer.open($0.record) }
        let scope = Set(agreement.scope.keyKinds.map(\.rawValue))
        // The asker's keys and score are by the recipe of the index, whatever is built by now.
        let weighing = Weighing(manifest)
        let keys = record.map { weighing.recipe.keys(of: $0).filter { scope.contains($0.kind.policyKind.rawValue) } }
        let proven = try prover.proven(message, keys: keys ?? [])
        guard let record, let candidate = found.candidate else {
            return Hit(score: none, facts: nil, isMeant: false, reason: "no record can be read behind this handle")
        }
        let facts = try? RecordColumns { record.cell($0) }.record()
        let admission = IndexAdmission(
            policies: policies,
            agreement: agreement,
            asker: peer,
            holder: configuration.agency,
            at: clock.moment
        )
        // A record that would not enter the index today is not spoken of, though its entries stay until the rotation.
        var withdrawn: String?
        if case .staysOut(let rule) = admission.ruling(on: record) { withdrawn = "the record is withdrawn by \(rule)" }
        let reason =
            if !found.isCurrent {
                "the epoch of the hit is over"
            } else if !candidate.isMeant {
                "no record has this handle"
            } else {
                withdrawn ?? "no key is proven for this handle"
            }
        // The asker knows more of what it asked and of what else it found: it may have been surer, and may have been shown
        // what this number alone would not show. Rules see this number.
        return Hit(
            score: weighing.score(proven),
            couldBeShown: weighing.score(proven, sharing: KeySharing.none).isShown,
            facts: facts,
            isMeant: candidate.isMeant && withdrawn == nil && facts != nil,
            reason: reason
        )
    }

    /// Checks proofs under the newest epoch. Where its seed or segments are gone, under a key of the moment and an empty
    /// index: the same work, and nothing is proven.
    private func prover(_ manifest: Manifest) throws -> HitProver {
        let name = SecretName.epochSeed(manifest.scope)
        let holder = try? engine.holder(manifest.scope) { try keyring.secret(name) }
        let index = try? engine.index(manifest, segments: vault.segments)
        if let holder, let index { return HitProver(engine: engine, random: random, index: index, holder: holder) }
        let seed = try EpochSeed(SecretBytes(random: 32, from: random))
        var keys: [SetIntersection.KeyClass: EvaluationKey] = [:]
        var empty: [SetIntersection.KeyClass: MatchIndex] = [:]
        for name in MatchKeys.KeyClass.allCases.map(\.published) {
            let id = try manifest.scope.indexID(of: name)
            keys[name] = try seed.evaluationKey(of: id)
            empty[name] = MatchIndex(id: id, segments: [])
        }
        return HitProver(
            engine: engine,
            random: random,
            index: empty,
            holder: HolderAnswer(keys: keys, prf: engine.prf)
        )
    }

    /// What policy is asked when the request comes in, and again before anything is sealed; nil where the query of the hit is
    /// not known here.
    func disclosureRequest(
        fields: [String],
        urgent: Bool,
        confirmed: Bool,
        score: Int,
        facts: RecordFacts?,
        terms: ReceivedTerms?,
        agreement: String,
        peer: String
    ) -> PolicyRequest? {
        guard let terms, let purpose = Purpose(rawValue: terms.purpose) else { return nil }
        return PolicyRequest(
            stage: .disclosure,
            side: .holder,
            at: clock.moment,
            asker: peer,
            holder: configuration.agency,
            agreement: agreement,
            purpose: purpose,
            legalBasis: terms.legalBasis,
            offence: terms.offence,
            caseReference: terms.caseReference,
            urgency: urgent ? .urgent : .normal,
            fields: fields,
            hit: HitFacts(score: score, confirmed: confirmed),
            record: facts,
            analyst: terms.analyst
        )
    }
}
