/// One decision (POLICY section 4): names, gates, rules, two keys, obligations. Pure: time is in the request.

extension PolicySet {
    /// Decides a request for one side.
    /// - Throws: ``RequestProblem`` if the request itself is wrong; no decision is made then.
    public func decide(_ request: PolicyRequest) throws(RequestProblem) -> Decision {
        try request.check(fields: fields)
        func refuse(_ reasons: [Reason]) -> Decision {
            Decision(
                outcome: .refuse,
                reasons: reasons,
                obligations: .none,
                side: request.side,
                stage: request.stage,
                at: request.at
            )
        }
        guard let facts = facts(of: request), let pact = pacts[request.agreement] else {
            return refuse(unknownNames(request))
        }
        let decider = request.side == .asker ? facts.asker : facts.holder
        var refusals = Gates.failed(request, pact)
        var fired: [RuleEntry] = []
        let day = request.at.day
        let value = facts.value
        func weigh(_ rules: RuleTable) -> Bool {
            var permits = false
            for entry in rules[request.stage, request.side] {
                if let valid = entry.valid, !valid.contains(day) { continue }
                guard entry.rule.fires(value) else { continue }
                switch entry.effect {
                case .forbid: refusals.append(entry.reason)
                case .permit:
                    permits = true
                    fired.append(entry)
                case .require: fired.append(entry)
                }
            }
            return permits
        }
        let lawPermits = weigh(decider.law.rules)
        let agreementPermits = weigh(pact.rules)
        // An agency limits itself and permits nothing.
        _ = weigh(decider.rules)
        if !refusals.isEmpty { return refuse(refusals) }
        if !lawPermits || !agreementPermits {
            var missing: [Builtin] = []
            if !lawPermits { missing.append(.noPermitJurisdiction) }
            if !agreementPermits { missing.append(.noPermitAgreement) }
            return refuse(missing.map(\.reason))
        }
        let obligations = Obligations.merged(
            fired.filter { $0.effect == .require }.map(\.rule),
            requested: request.fields ?? [],
            recordHandling: request.record?.handling
        )
        var empty: [Builtin] = []
        if obligations.fields?.isEmpty == true { empty.append(.noFieldLeft) }
        if obligations.retrieval?.isEmpty == true { empty.append(.noRetrievalLeft) }
        if !empty.isEmpty { return refuse(empty.map(\.reason)) }
        let held = obligations.approvals > 0 || !obligations.authorisation.isEmpty
        return Decision(
            outcome: held ? .hold : .permit,
            reasons: fired.map(\.reason),
            obligations: obligations,
            side: request.side,
            stage: request.stage,
            at: request.at
        )
    }

    /// What is so in this request; nil if it names something unknown.
    func facts(of request: PolicyRequest) -> Facts? {
        guard let asker = deciders[request.asker], let holder = deciders[request.holder],
            pacts[request.agreement] != nil, !hasUnknownName(request)
        else { return nil }
        return Facts(
            request: request,
            asker: asker,
            holder: holder,
            recipient: request.recipient.flatMap { deciders[$0] },
            offence: request.offence.flatMap { offences[$0] },
            zone: (request.side == .asker ? asker : holder).law.zone
        )
    }

    private func hasUnknownName(_ request: PolicyRequest) -> Bool {
        if let id = request.recipient, deciders[id] == nil { return true }
        if let id = request.offence, offences[id] == nil { return true }
        if let id = request.record?.offence, offences[id] == nil { return true }
        if let id = request.legalBasis, !declares(instrument: id) { return true }
        return false
    }

    private func unknownNames(_ request: PolicyRequest) -> [Reason] {
        var found: [Builtin] = []
        let named = [request.asker, request.holder] + (request.recipient.map { [$0] } ?? [])
        if !named.allSatisfy({ deciders[$0] != nil }) {
            found.append(.unknownAgency)
        }
        if pacts[request.agreement] == nil { found.append(.unknownAgreement) }
        if let id = request.offence, offences[id] == nil {
            found.append(.unknownOffence)
        } else if let id = request.record?.offence, offences[id] == nil {
            found.append(.unknownOffence)
        }
        if let id = request.legalBasis, !declares(instrument: id) { found.append(.unknownLegalBasis) }
        return found.map(\.reason)
    }
}
