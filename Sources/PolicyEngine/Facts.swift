/// The value of every attribute in one request: what was sent, and what follows from it.
/// Weighs nothing.

/// A class, so that weighing many rules copies nothing. It lives for one decision, on one thread.
final class Facts {
    let request: PolicyRequest
    let asker: Decider
    let holder: Decider
    let recipient: Decider?
    let offence: Offence?
    /// Of the deciding side.
    let zone: Zone
    /// Sets that several rules read, spelled out once.
    private let subject: AttributeValue
    private let origin: [String]?

    init(
        request: PolicyRequest,
        asker: Decider,
        holder: Decider,
        recipient: Decider?,
        offence: Offence?,
        zone: Zone
    ) {
        self.request = request
        self.asker = asker
        self.holder = holder
        self.recipient = recipient
        self.offence = offence
        self.zone = zone
        subject = (request.record?.subject).map { .set($0.map(\.rawValue)) } ?? .absent
        origin = request.record?.origin
    }

    func value(_ attribute: Attribute) -> AttributeValue {
        switch attribute {
        case .asker: .name(asker.id)
        case .holder: .name(holder.id)
        case .agreement: .name(request.agreement)
        case .recipient: name(recipient?.id)
        case .askerJurisdiction: .name(asker.law.id)
        case .askerKind: asker.kind
        case .askerGroups: asker.law.groups
        case .holderJurisdiction: .name(holder.law.id)
        case .holderKind: holder.kind
        case .holderGroups: holder.law.groups
        case .recipientJurisdiction: name(recipient?.law.id)
        case .recipientKind: recipient?.kind ?? .absent
        case .recipientGroups: recipient?.law.groups ?? .absent
        case .askerIsOrigin: isOrigin(asker.law.id, origin)
        case .recipientIsOrigin: recipient.map { isOrigin($0.law.id, origin) } ?? .absent
        case .holderIsOrigin: isOrigin(holder.law.id, request.question?.origin)
        case .questionSubject: set(request.question?.subject)
        case .questionOrigin: request.question?.origin.map { .set($0) } ?? .absent
        case .purpose: name(request.purpose?.rawValue)
        case .legalBasis: name(request.legalBasis)
        case .offence: name(request.offence)
        case .penaltyAsker: penalty(asker.law.id)
        case .penaltyHolder: penalty(holder.law.id)
        case .dualCriminality: dualCriminality
        case .caseReference: request.caseReference.map { .text($0) } ?? .absent
        case .urgency: name(request.urgency?.rawValue)
        case .keyKinds: set(request.keyKinds)
        case .keyCount: number(request.keyCount)
        case .fields: request.fields.map { .set($0) } ?? .absent
        case .hitScore: number(request.hit?.score)
        case .hitConfirmed: request.hit?.confirmed.map { .boolean($0) } ?? .absent
        case .recordSubject: subject
        case .recordOrigin: origin.map { .set($0) } ?? .absent
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
            offence.penalties[asker.law.id] != nil && offence.penalties[holder.law.id] != nil
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
