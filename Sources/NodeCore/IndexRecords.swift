/// Which records enter an index: a policy decision record by record, then their keys, cut to the agreement's scope.

import MatchKeys
import ObliviousPRF
import PolicyEngine
import Synchronization
import Vault

/// Decides for one agreement and asker.
struct IndexAdmission: Sendable {
    let policies: PolicySet
    let agreement: Agreement
    let asker: String
    let holder: String
    let at: Moment
    /// Kinds of key that the agreement covers.
    private let kinds: Set<MatchKeys.KeyKind>

    init(policies: PolicySet, agreement: Agreement, asker: String, holder: String, at: Moment) {
        self.policies = policies
        self.agreement = agreement
        self.asker = asker
        self.holder = holder
        self.at = at
        let scope = Set(agreement.scope.keyKinds.map(\.rawValue))
        kinds = Set(MatchKeys.KeyKind.allCases.filter { scope.contains($0.policyKind.rawValue) })
    }

    /// What a record gives to the index.
    enum Verdict: Sendable {
        case enters([MatchKey])
        /// The rule that keeps it out, or the duty nobody can carry out, or the column that cannot be read.
        case staysOut(String)
    }

    /// Whether anything may be published at all: a gate that no record can pass.
    func closed() -> String? {
        let request = PolicyRequest(
            stage: .index,
            at: at,
            asker: asker,
            holder: holder,
            agreement: agreement.id
        )
        guard let decision = try? policies.decide(request) else { return "builtin/undecidable" }
        let gates: Set = [
            "builtin/unknown-agency", "builtin/unknown-agreement", "builtin/not-a-party",
            "builtin/agreement-not-in-force", "builtin/agreement-suspended", "builtin/stage-out-of-scope",
        ]
        return decision.reasons.first { gates.contains($0.rule) }?.rule
    }

    func verdict(on record: Record) -> Verdict {
        let facts: RecordFacts
        do throws(ColumnProblem) {
            facts = try RecordColumns { record.cell($0) }.record()
        } catch {
            return .staysOut("column \(error.column)")
        }
        let request = PolicyRequest(
            stage: .index,
            at: at,
            asker: asker,
            holder: holder,
            agreement: agreement.id,
            record: facts
        )
        guard let decision = try? policies.decide(request) else { return .staysOut("column") }
        guard decision.outcome == .permit else { return .staysOut(decision.reasons.first?.rule ?? "policy") }
        if let duty = Duties.undone(in: decision) { return .staysOut("\(duty.rule) (\(duty.type))") }
        return .enters(KeyRecipe.current.keys(of: record).filter { kinds.contains($0.kind) })
    }

    /// Opens many records and gives their verdicts, on all cores, in their order.
    func verdicts(on records: [BoxedRecord], sealer: RecordSealer, runner: BatchRunner) throws -> [Verdict] {
        let found = Mutex([Verdict?](repeating: nil, count: records.count))
        let failure = Mutex<(any Error)?>(nil)
        runner.run(count: records.count) { range in
            do {
                let part = try range.map { verdict(on: try sealer.open(records[$0])) }
                found.withLock { found in
                    for (position, verdict) in zip(range, part) { found[position] = verdict }
                }
            } catch {
                failure.withLock { $0 = error }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
        return found.withLock { $0.compactMap { $0 } }
    }
}
