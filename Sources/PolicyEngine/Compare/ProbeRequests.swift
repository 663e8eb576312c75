/// The requests by which two policies are compared: for each agreement, asker, holder, side and stage a plain one, and
/// its variants in one attribute. Values come from what the rules of either name, in a fixed order.

public struct ProbeRequests: Sendable {
    private let sets: [PolicySet]
    private let named: NamedValues

    public init(old: PolicySet, new: PolicySet) {
        sets = [old, new]
        named = NamedValues(sets)
    }

    /// Agreement by agreement, each with its plain request before the variants.
    public func all() -> [PolicyRequest] {
        let ids = Set(sets.flatMap(\.agreements.keys)).sorted()
        return ids.flatMap { id -> [PolicyRequest] in
            let agreements = sets.compactMap { $0.agreements[id] }
            let askers = Self.unique(agreements.flatMap(\.askers))
            let holders = Self.unique(agreements.flatMap(\.holders))
            return askers.flatMap { asker in
                holders.filter { $0 != asker }.flatMap { holder in
                    Slot.all.flatMap { slot in
                        let plain = plain(slot, asker, holder, agreements)
                        return [plain] + named.variants(of: plain, agreements)
                    }
                }
            }
        }
    }

    /// What the agreement covers and few rules mind: everything is known and harmless, so that a variant shows alone.
    private func plain(_ slot: Slot, _ asker: String, _ holder: String, _ agreements: [Agreement]) -> PolicyRequest {
        let scopes = agreements.map(\.scope)
        var request = PolicyRequest(
            stage: slot.stage,
            side: slot.side,
            at: Self.moment(agreements),
            asker: asker,
            holder: holder,
            agreement: agreements[0].id
        )
        func isAsked(_ key: RequestKey) -> Bool { key.required.contains(slot.stage) }
        if isAsked(.recipient) {
            let agencies = Set(sets.flatMap(\.agencies.keys)).sorted()
            request.recipient = agencies.first { $0 != asker && $0 != holder } ?? holder
        }
        if isAsked(.purpose) { request.purpose = Self.common(scopes.map(\.purposes)) }
        if isAsked(.legalBasis) { request.legalBasis = Self.common(scopes.map(\.legalBases)) }
        func exists(_ key: RequestKey) -> Bool { key.allowed.contains(slot.stage) }
        if exists(.offence) { request.offence = gravest(scopes, asker, holder) }
        if exists(.caseReference) { request.caseReference = "c0ffee" }
        if exists(.question), slot.side == .asker {
            request.question = QuestionFacts(subject: [.suspect], origin: [Self.elsewhere])
        }
        if exists(.hit) { request.hit = HitFacts(score: 100, confirmed: true) }
        if exists(.record) {
            request.record = RecordFacts(
                subject: [.suspect],
                origin: [Self.elsewhere],
                handling: .h0,
                source: .a,
                information: 1,
                basis: .fact,
                consent: .given,
                offence: request.offence,
                sensitive: [],
                recorded: request.at.day,
                originator: holder
            )
        }
        if isAsked(.urgency) { request.urgency = .normal }
        if isAsked(.keyKinds) { request.keyKinds = Self.common(scopes.map(\.keyKinds)).map { [$0] } }
        if isAsked(.keyCount) { request.keyCount = 1 }
        if isAsked(.fields) { request.fields = [RecordColumn.fullName.rawValue] }
        return request
    }

    /// A country that no rule is likely to name: it is left to users.
    private static let elsewhere = "ZZ"

    /// Of the offences in scope the one punished most where it is punished least.
    private func gravest(_ scopes: [Agreement.Scope], _ asker: String, _ holder: String) -> String? {
        let named = scopes.compactMap(\.offences)
        let ids = named.isEmpty ? Set(sets.flatMap(\.offences.keys)).sorted() : Self.unique(named.flatMap { $0 })
        func weight(_ id: String) -> Int {
            let known = sets.compactMap { $0.offences[id] }
            let isScoped = named.allSatisfy { $0.contains(id) } && known.count == sets.count
            let places = [asker, holder].flatMap { agency in sets.compactMap { $0.agencies[agency]?.jurisdiction } }
            let least = known.flatMap { offence in places.map { offence.penalties[$0]?.number ?? -1 } }.min() ?? -1
            return isScoped ? least : -2
        }
        return ids.max { weight($0) < weight($1) }
    }

    /// Noon UTC of the first Wednesday on which the agreement is in force and not suspended, in both if there is one.
    private static func moment(_ agreements: [Agreement]) -> Moment {
        func isOpen(_ day: Day, _ agreement: Agreement) -> Bool {
            agreement.valid.contains(day) && !agreement.suspensions.contains { $0.period.contains(day) }
        }
        let starts = agreements.compactMap(\.valid.from)
        let ends = agreements.flatMap { $0.suspensions.compactMap(\.period.until) }.map { Day(number: $0.number + 1) }
        let days = (starts.sorted().reversed() + ends.sorted()).flatMap { first -> [Day] in
            (0..<7).map { Day(number: first.number + $0) }.filter { $0.weekday == .wednesday } + [first]
        }
        let open =
            days.first { day in agreements.allSatisfy { isOpen(day, $0) } }
            ?? days.first { day in agreements.contains { isOpen(day, $0) } }
        return Moment(seconds: (open ?? starts.max() ?? Day(number: 20_000)).number * 86_400 + 43_200)
    }

    /// The first value that every list has, else the first of all.
    private static func common<Value: Equatable>(_ lists: [[Value]]) -> Value? {
        lists.first?.first { value in lists.allSatisfy { $0.contains(value) } } ?? lists.last?.first
    }

    static func unique<Value: Hashable>(_ values: [Value]) -> [Value] {
        var seen: Set<Value> = []
        return values.filter { seen.insert($0).inserted }
    }
}
