/// The gates (POLICY section 4): what an agreement covers before any rule speaks, and the last day of a record.

enum Gates {
    /// Every gate that fails, in order.
    static func failed(_ request: PolicyRequest, _ agreement: Pact) -> [Reason] {
        var failed: [Builtin] = []
        let day = request.at.day
        let scope = agreement.scope
        if !agreement.askers.contains(request.asker) || !agreement.holders.contains(request.holder)
            || request.asker == request.holder
        {
            failed.append(.notAParty)
        }
        // Duties outlive the agreement.
        if request.stage != .retention {
            if !agreement.valid.contains(day) { failed.append(.agreementNotInForce) }
            if agreement.suspensions.contains(where: { $0.contains(day) }) { failed.append(.agreementSuspended) }
        }
        if !scope.stages.contains(request.stage) { failed.append(.stageOutOfScope) }
        if let purpose = request.purpose, !scope.purposes.contains(purpose) { failed.append(.purposeOutOfScope) }
        if let basis = request.legalBasis, !scope.legalBases.contains(basis) { failed.append(.legalBasisOutOfScope) }
        if let offences = scope.offences, RequestKey.offence.allowed.contains(request.stage) {
            if let offence = request.offence, offences.contains(offence) {
                // Named and covered.
            } else {
                failed.append(.offenceOutOfScope)
            }
        }
        if let kinds = request.keyKinds, !kinds.allSatisfy(scope.keyKinds.contains) {
            failed.append(.keyKindOutOfScope)
        }
        if let expires = request.record?.expires, day > expires { failed.append(.recordExpired) }
        return failed.map(\.reason)
    }
}
