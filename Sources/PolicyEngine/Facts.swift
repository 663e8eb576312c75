/// The value of every attribute in one request: what was sent, and what follows from it.
/// Weighs nothing.

struct Facts {
    let request: PolicyRequest
    let asker: Agency
    let holder: Agency
    let recipient: Agency?
    let askerGroups: [String]
    let holderGroups: [String]
    let recipientGroups: [String]
    let offence: Offence?
    /// Of the deciding side.
    let zone: Zone

    func value(_ attribute: Attribute) -> AttributeValue {
        switch attribute {
        case .asker: .name(asker.id)
        case .holder: .name(holder.id)
        case .agreement: .name(request.agreement)
        case .recipient: name(recipient?.id)
        case .askerJurisdiction: .name(asker.jurisdiction)
        case .askerKind: .name(asker.kind.rawValue)
        case .askerGroups: .set(askerGroups)
        case .holderJurisdiction: .name(holder.jurisdiction)
        case .holderKind: .name(holder.kind.rawValue)
        case .holderGroups: .set(holderGroups)
        case .recipientJurisdiction: name(recipient?.jurisdiction)
        case .recipientKind: name(recipient?.kind.rawValue)
        case .recipientGroups: recipient == nil ? .absent : .set(recipientGroups)
        case .askerIsOrigin: isOrigin(asker.jurisdiction, request.record?.origin)
        case .recipientIsOrigin: recipient.map { isOrigin($0.jurisdiction, request.record?.origin) } ?? .absent
        case .holderIsOrigin: isOrigin(holder.jurisdiction, request.question?.origin)
        case .questionSubject: set(request.question?.subject)
        case .questionOrigin: request.question?.origin.map { .set($0) } ?? .absent
        case .purpose: name(request.purpose?.rawValue)
        case .legalBasis: name(request.legalBasis)
        case .offence: name(request.offence)
        case .penaltyAsker: penalty(asker.jurisdiction)
        case .penaltyHolder: penalty(holder.jurisdiction)
        case .dualCriminality: dualCriminality
        case .caseReference: request.caseReference.map { .text($0) } ?? .absent
        case .urgency: name(request.urgency?.rawValue)
        case .keyKinds: set(request.keyKinds)
        case .keyCount: number(request.keyCount)
        case .fields: request.fields.map { .set($0) } ?? .absent
        case .hitScore: number(request.hit?.score)
        case .hitConfirmed: request.hit?.confirmed.map { .boolean($0) } ?? .absent
        case .recordSubject: set(request.record?.subject)
        case .recordOrigin: request.record?.origin.map { .set($0) } ?? .absent
        case .recordHandling: request.record?.handling.map { .handling($0) } ?? .absent
        case .recordSource: name(request.record?.source?.rawValue)
        case .recordInformation: number(request.record?.information)
        case .recordBasis: name(request.record?.basis?.rawValue)
        case .recordConsent: name(request.record?.consent?.rawValue)
        case .recordOffence: name(request.record?.offence)
        case .recordSensitive: set(request.record?.sensitive)
        case .recordAgeDays: number((request.record?.recorded).map { request.at.day.number - $0.number })
        case .recordThirdParty: request.record?.originator.map { .boolean($0 != holder.id) } ?? .absent
        case .weekday: .name(zone.wallClock(at: request.at).weekday.rawValue)
        case .clock: .clock(zone.wallClock(at: request.at).minutes)
        }
    }

    /// Punished in both: listed in both, be it with no custody at all.
    private var dualCriminality: AttributeValue {
        guard let offence else { return .absent }
        return .boolean(
            offence.penalties[asker.jurisdiction] != nil && offence.penalties[holder.jurisdiction] != nil
        )
    }

    private func penalty(_ jurisdiction: String) -> AttributeValue {
        guard let offence else { return .absent }
        return .number(offence.penalties[jurisdiction]?.number ?? 0)
    }

    private func isOrigin(_ jurisdiction: String, _ origin: [String]?) -> AttributeValue {
        origin.map { .boolean($0.contains(jurisdiction)) } ?? .absent
    }

    private func name(_ name: String?) -> AttributeValue { name.map { .name($0) } ?? .absent }

    private func number(_ number: Int?) -> AttributeValue { number.map { .number($0) } ?? .absent }

    private func set<Name: RawRepresentable<String>>(_ names: [Name]?) -> AttributeValue {
        names.map { .set($0.map(\.rawValue)) } ?? .absent
    }
}
