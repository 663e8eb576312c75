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
        let recipient = request.recipient.flatMap { agencies[$0] }
        guard let asker = agencies[request.asker], let holder = agencies[request.holder],
            let agreement = agreements[request.agreement],
            let askerLaw = jurisdictions[asker.jurisdiction], let holderLaw = jurisdictions[holder.jurisdiction],
            !hasUnknownName(request)
        else { return refuse(unknownNames(request)) }

        let decider = request.side == .asker ? asker : holder
        let law = request.side == .asker ? askerLaw : holderLaw
        let facts = Facts(
            request: request,
            asker: asker,
            holder: holder,
            recipient: recipient,
            askerGroups: askerLaw.groups,
            holderGroups: holderLaw.groups,
            recipientGroups: recipient.flatMap { jurisdictions[$0.jurisdiction] }?.groups ?? [],
            offence: request.offence.flatMap { offences[$0] },
            zone: law.zone
        )
        var refusals = Gates.failed(request, agreement)
        var fired: [Rule] = []
        var lawPermits = false
        var agreementPermits = false
        let day = request.at.day
        for layer in Layer.allCases {
            let owner =
                switch layer {
                case .jurisdiction: law.id
                case .agreement: agreement.id
                case .agency: decider.id
                }
            for rule in rules(layer, owner, request.stage, request.side) {
                if let valid = rule.valid, !valid.contains(day) { continue }
                guard rule.fires(facts.value) else { continue }
                switch rule.effect {
                case .forbid: refusals.append(rule.reason)
                case .permit:
                    if layer == .jurisdiction { lawPermits = true }
                    if layer == .agreement { agreementPermits = true }
                    fired.append(rule)
                case .require: fired.append(rule)
                }
            }
        }
        if !refusals.isEmpty { return refuse(refusals) }
        if !lawPermits || !agreementPermits {
            var missing: [Builtin] = []
            if !lawPermits { missing.append(.noPermitJurisdiction) }
            if !agreementPermits { missing.append(.noPermitAgreement) }
            return refuse(missing.map(\.reason))
        }
        let obligations = Obligations.merged(
            fired.filter { $0.effect == .require },
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

    private func hasUnknownName(_ request: PolicyRequest) -> Bool {
        if let id = request.recipient, agencies[id] == nil { return true }
        if let id = request.offence, offences[id] == nil { return true }
        if let id = request.record?.offence, offences[id] == nil { return true }
        if let id = request.legalBasis, instruments[id] == nil { return true }
        return false
    }

    private func unknownNames(_ request: PolicyRequest) -> [Reason] {
        var found: [Builtin] = []
        let named = [request.asker, request.holder] + (request.recipient.map { [$0] } ?? [])
        // A set that was loaded holds every agency's jurisdiction; one built by hand may not, and refuses.
        if !named.allSatisfy({ agencies[$0].map { jurisdictions[$0.jurisdiction] != nil } ?? false }) {
            found.append(.unknownAgency)
        }
        if agreements[request.agreement] == nil { found.append(.unknownAgreement) }
        if let id = request.offence, offences[id] == nil {
            found.append(.unknownOffence)
        } else if let id = request.record?.offence, offences[id] == nil {
            found.append(.unknownOffence)
        }
        if let id = request.legalBasis, instruments[id] == nil { found.append(.unknownLegalBasis) }
        return found.map(\.reason)
    }
}

extension Rule {
    var reason: Reason {
        Reason(rule: name, effect: effect, source: source, words: because, tell: effect == .forbid ? tell : .reason)
    }
}
