/// Which requests can reach the rules of one file at one stage and side: for each attribute its possible values.
/// Attributes are taken one by one, as if independent, so that it holds every real request and perhaps more.

struct RequestSpace {
    /// What one attribute can be, where it is known.
    enum Values: Equatable {
        case anyName
        case names([String])
        case anySet
        case subsets([String])
        case sets([[String]])
        case range(ClosedRange<Int>)
        case numbers([Int])
        case handling
        case booleans([Bool])
        case clock
        case text
    }

    let slot: Slot
    /// What `fields` may name.
    let fields: [String]
    /// Narrower than the attribute's type allows.
    private(set) var limits: [Attribute: Values] = [:]
    /// An agreement that lists offences is asked only with one of them.
    private(set) var isOffenceNamed = false

    init(slot: Slot, fields: [String]) {
        self.slot = slot
        self.fields = fields
    }

    func values(of attribute: Attribute) -> Values {
        if let limit = limits[attribute] { return limit }
        switch attribute.kind {
        case .name(.closed(let names)): return .names(names)
        case .name: return .anyName
        case .set(.closed(let names)): return .subsets(names)
        case .set(.field): return .subsets(fields)
        case .set: return .anySet
        case .number: return .range(RequestSpace.range(of: attribute))
        case .handling: return .handling
        case .boolean: return .booleans([false, true])
        case .clock: return .clock
        case .text: return .text
        }
    }

    func canBeAbsent(_ attribute: Attribute) -> Bool {
        if !attribute.stages.contains(slot.stage) { return true }
        switch attribute {
        case .offence, .penaltyAsker, .penaltyHolder, .dualCriminality: return !isOffenceNamed
        case .askerIsOrigin, .holderIsOrigin, .recipientIsOrigin, .caseReference, .questionSubject, .questionOrigin,
            .hitScore, .hitConfirmed:
            return true
        default: return attribute.rawValue.hasPrefix("record.")
        }
    }

    private static func range(of attribute: Attribute) -> ClosedRange<Int> {
        switch attribute {
        case .hitScore: 0...100
        case .recordInformation: 1...4
        // A record may be dated after the moment of the decision.
        case .recordAgeDays: Int.min...Int.max
        default: 0...Int.max
        }
    }
}

/// Somebody who may ask or answer, as conditions see them.
struct Partner {
    let agency: String
    let kind: AgencyKind
    let jurisdiction: String
    let groups: [String]
}

extension RequestSpace {
    /// The side that decides is under this law; nothing is known of the other.
    mutating func limit(decider law: Jurisdiction) {
        limits[slot.side == .asker ? .askerJurisdiction : .holderJurisdiction] = .names([law.id])
        limits[slot.side == .asker ? .askerGroups : .holderGroups] = .sets([law.groups])
    }

    /// The side that decides is this agency.
    mutating func limit(decider agency: Agency) {
        limits[slot.side == .asker ? .asker : .holder] = .names([agency.id])
        limits[slot.side == .asker ? .askerKind : .holderKind] = .names([agency.kind.rawValue])
        limits[slot.side == .asker ? .askerJurisdiction : .holderJurisdiction] = .names([agency.jurisdiction])
    }

    /// What passes the gates of an agreement.
    mutating func limit(to agreement: Agreement, askers: [Partner], holders: [Partner], offences: [Offence]) {
        limits[.agreement] = .names([agreement.id])
        limits[.asker] = .names(askers.map(\.agency))
        limits[.askerKind] = .names(askers.map(\.kind.rawValue))
        limits[.askerJurisdiction] = .names(askers.map(\.jurisdiction))
        limits[.askerGroups] = .sets(askers.map(\.groups))
        limits[.holder] = .names(holders.map(\.agency))
        limits[.holderKind] = .names(holders.map(\.kind.rawValue))
        limits[.holderJurisdiction] = .names(holders.map(\.jurisdiction))
        limits[.holderGroups] = .sets(holders.map(\.groups))
        limits[.purpose] = .names(agreement.scope.purposes.map(\.rawValue))
        limits[.legalBasis] = .names(agreement.scope.legalBases)
        limits[.keyKinds] = .subsets(agreement.scope.keyKinds.map(\.rawValue))
        guard agreement.scope.offences != nil else { return }
        isOffenceNamed = true
        limits[.offence] = .names(offences.map(\.id))
        let atAsker = Set(askers.map(\.jurisdiction))
        let atHolder = Set(holders.map(\.jurisdiction))
        func penalties(_ jurisdictions: Set<String>) -> Values {
            .numbers(offences.flatMap { offence in jurisdictions.map { offence.penalties[$0]?.number ?? 0 } })
        }
        limits[.penaltyAsker] = penalties(atAsker)
        limits[.penaltyHolder] = penalties(atHolder)
        limits[.dualCriminality] = .booleans(
            offences.flatMap { offence in
                atAsker.flatMap { asker in
                    atHolder.map { offence.penalties[asker] != nil && offence.penalties[$0] != nil }
                }
            }
        )
    }
}
