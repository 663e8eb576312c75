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
        let scope = Set(agreement.scope.keyKinds.map(\.rawValue))
        return .enters(KeyRecipe.current.keys(of: record).filter { scope.contains($0.kind.policyKind.rawValue) })
    }

    /// Verdicts of many records, on all cores, in their order.
    func verdicts(on records: [StoredRecord], runner: BatchRunner) -> [Verdict] {
        let found = Mutex([Verdict?](repeating: nil, count: records.count))
        runner.run(count: records.count) { range in
            let part = range.map { verdict(on: records[$0].record) }
            found.withLock { found in
                for (position, verdict) in zip(range, part) { found[position] = verdict }
            }
        }
        return found.withLock { $0.compactMap { $0 } }
    }
}
