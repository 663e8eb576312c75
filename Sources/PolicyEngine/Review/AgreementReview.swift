/// Judges the rules of an agreement within its scope, and against the laws of its parties.

struct AgreementReview {
    private let agreement: Agreement
    private let askers: [Partner]
    private let holders: [Partner]
    private let laws: [Jurisdiction]
    private let offences: [Offence]
    private let fields: [String]

    /// Nil if a party, its law or an offence is not among what is judged.
    init?(_ agreement: Agreement, _ review: PolicyReview) {
        func partners(_ ids: [String]) -> [Partner]? {
            var found: [Partner] = []
            for id in ids {
                guard let agency = review.agencies.first(where: { $0.id == id }),
                    let law = review.jurisdictions.first(where: { $0.id == agency.jurisdiction })
                else { return nil }
                found.append(Partner(agency: id, kind: agency.kind, jurisdiction: law.id, groups: law.groups))
            }
            return found
        }
        guard let parties = partners(agreement.parties), let askers = partners(agreement.askers),
            let holders = partners(agreement.holders)
        else { return nil }
        self.agreement = agreement
        self.askers = askers
        self.holders = holders
        fields = review.fields
        laws = parties.reduce(into: []) { laws, party in
            guard !laws.contains(where: { $0.id == party.jurisdiction }) else { return }
            laws += review.jurisdictions.filter { $0.id == party.jurisdiction }
        }
        let scoped = agreement.scope.offences ?? []
        offences = review.offences.filter { scoped.contains($0.id) }
        if offences.count != Set(scoped).count { return nil }
    }

    /// The requests in scope at a stage, decided by a party under `law` if one is given.
    func reach(_ slot: Slot, under law: Jurisdiction?) -> FileReview.Reach? {
        guard agreement.scope.stages.contains(slot.stage) else { return nil }
        // Duties outlive the agreement.
        let days = slot.stage == .retention ? nil : agreement.valid
        if slot.stage != .retention, isSuspendedThroughout { return nil }
        func decides(_ partner: Partner, _ role: Side) -> Bool {
            law.map { role != slot.side || partner.jurisdiction == $0.id } ?? true
        }
        let askers = self.askers.filter { decides($0, .asker) }
        let holders = self.holders.filter { decides($0, .holder) }
        let asking = askers.filter { asker in holders.contains { $0.agency != asker.agency } }
        let answering = holders.filter { holder in askers.contains { $0.agency != holder.agency } }
        if asking.isEmpty || answering.isEmpty { return nil }
        var space = RequestSpace(slot: slot, fields: fields)
        space.limit(to: agreement, askers: asking, holders: answering, offences: offences)
        return FileReview.Reach(space: space, days: days)
    }

    private var isSuspendedThroughout: Bool {
        guard let from = agreement.valid.from else { return false }
        var day = from
        // The first day not suspended, stepping over one suspension at a time.
        while let suspension = agreement.suspensions.first(where: { $0.period.contains(day) }) {
            guard let until = suspension.period.until else { return true }
            day = Day(number: until.number + 1)
        }
        return agreement.valid.until.map { day > $0 } ?? false
    }

    /// Permits that one forbid of a party's law takes back at every stage.
    func contradictions(_ file: FileReview, _ effort: inout Effort) -> [RuleWarning] {
        var warnings: [RuleWarning] = []
        for permit in agreement.rules where permit.effect == .permit {
            let stages = Set(file.slots(of: permit, &effort).map(\.stage))
            if stages.isEmpty { continue }
            if let (forbid, side) = contradiction(permit, stages, &effort) {
                let words = "permits what \(forbid.name) forbids on the \(side.rawValue)'s side"
                warnings.append(file.warning(.contradicts, permit, words))
            }
        }
        return warnings
    }

    private func contradiction(_ permit: Rule, _ stages: Set<Stage>, _ effort: inout Effort) -> (Rule, Side)? {
        for law in laws {
            let file = FileReview(layer: .agreement, owner: agreement.id, rules: []) { reach($0, under: law) }
            for forbid in law.rules where forbid.effect == .forbid && forbid.stages.isSuperset(of: stages) {
                for side in Side.allCases where forbid.sides.contains(side) && permit.sides.contains(side) {
                    let isCovered = stages.allSatisfy { stage in
                        let slot = Slot(stage: stage, side: side)
                        return file.fires(permit, slot, &effort) == .found
                            && file.covers(forbid, permit, slot, &effort) == true
                    }
                    if isCovered { return (forbid, side) }
                }
            }
        }
        return nil
    }
}
