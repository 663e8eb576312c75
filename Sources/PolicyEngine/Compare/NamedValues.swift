/// The values that rules name, attribute by attribute, and requests that differ from another in one of them.

struct NamedValues {
    private var names: [Attribute: [String]] = [:]
    private var numbers: [Attribute: [Int]] = [:]
    private var clocks: [Int] = []
    private var days: [Day] = []
    private var offences: [String] = []
    private var agencies: [String] = []
    private var countries: [String] = []
    private var named = NamedSets()
    /// Of every folder; those that each declares may be asked for together.
    private var fields: [String] = []
    private let commonFields: [String]
    /// Agency -> the time zones it decides in, by any of the folders.
    private var zones: [String: [Zone]] = [:]

    init(_ sets: [PolicySet]) {
        commonFields =
            RecordColumn.names
            + (sets.first?.extraFields ?? []).filter { field in sets.allSatisfy { $0.fields.contains(field) } }
        for set in sets {
            let files =
                set.jurisdictions.values.sorted { $0.id < $1.id }.map(\.rules)
                + set.agreements.values.sorted { $0.id < $1.id }.map(\.rules)
                + set.agencies.values.sorted { $0.id < $1.id }.map(\.rules)
            for rule in files.joined() {
                days += [rule.valid?.from, rule.valid?.until].compactMap { $0 }
                for condition in [rule.when, rule.unless].compactMap({ $0 }) { add(condition) }
                for case .fields(let list) in rule.obligations { add(fields: list) }
            }
            names[.fields, default: []] += set.extraFields
            for (id, decider) in set.deciders { zones[id, default: []].append(decider.law.zone) }
            offences += set.offences.keys.sorted()
            agencies += set.agencies.keys.sorted()
            countries += set.jurisdictions.keys.sorted()
        }
        fields = ProbeRequests.unique(RecordColumn.names + (names[.fields] ?? []))
        names = names.mapValues(ProbeRequests.unique)
        zones = zones.mapValues(ProbeRequests.unique)
        numbers = numbers.mapValues { Set($0).sorted() }
        clocks = Set(clocks).sorted()
        offences = ProbeRequests.unique(offences)
        agencies = ProbeRequests.unique(agencies)
        countries = ProbeRequests.unique(countries)
    }

    private mutating func add(_ condition: Condition) {
        switch condition {
        case .all(let parts), .any(let parts): for part in parts { add(part) }
        case .not(let part): add(part)
        case .known: break
        case .test(let attribute, let test): add(attribute, test)
        }
    }

    /// An obligation cuts what is asked for: each of its fields alone, and all that every folder declares together.
    private mutating func add(fields list: [String]) {
        names[.fields, default: []] += list
        named.add(.fields, list.filter(commonFields.contains))
    }

    private mutating func add(_ attribute: Attribute, _ test: Test) {
        switch test {
        case .oneOf(let values): names[attribute, default: []] += values
        case .set(let test):
            names[attribute, default: []] += [test.anyOf, test.allOf, test.noneOf, test.only].compactMap { $0 }.joined()
            named.add(attribute, test)
        case .number(let test):
            for bound in [test.atLeast, test.atMost, test.exactly].compactMap({ $0 }) where bound < .max - 1 {
                numbers[attribute, default: []] += [bound - 1, bound, bound + 1]
            }
        case .clock(let from, let until):
            clocks += [from - 1, from, from + 1, until - 1, until, until + 1].map { Moment.remainder($0, 1_440) }
        case .handling, .boolean: break
        }
    }

    /// The plain request with one attribute otherwise: each value that a rule names, another, absent.
    func variants(of plain: PolicyRequest, _ agreements: [Agreement]) -> [PolicyRequest] {
        var variants: [PolicyRequest] = []
        func vary(_ change: (inout PolicyRequest) -> Void) {
            var request = plain
            change(&request)
            if request != plain { variants.append(request) }
        }
        func exists(_ key: RequestKey) -> Bool { key.allowed.contains(plain.stage) }
        if exists(.recipient) { for agency in agencies { vary { $0.recipient = agency } } }
        if exists(.purpose) { for purpose in Purpose.allCases { vary { $0.purpose = purpose } } }
        if exists(.legalBasis) {
            for basis in values(.legalBasis, and: agreements.flatMap(\.scope.legalBases)) {
                vary { $0.legalBasis = basis }
            }
        }
        if exists(.offence) {
            for offence in offences { vary { $0.offence = offence } }
            vary { $0.offence = nil }
        }
        if exists(.caseReference) { vary { $0.caseReference = nil } }
        if exists(.urgency) { vary { $0.urgency = .urgent } }
        if exists(.keyKinds) {
            for kind in KeyKind.allCases { vary { $0.keyKinds = [kind] } }
            for kinds: [KeyKind] in named.closed(.keyKinds) + agreements.map(\.scope.keyKinds) {
                vary { $0.keyKinds = kinds }
            }
        }
        if exists(.keyCount) {
            for count in numbers[.keyCount] ?? [] where count >= 0 { vary { $0.keyCount = count } }
        }
        if exists(.fields) {
            for field in fields { vary { $0.fields = [field] } }
            for list in named.values(.fields) + [commonFields, []] { vary { $0.fields = list } }
        }
        if plain.question != nil {
            for subject in Subject.allCases { vary { $0.question?.subject = [subject] } }
            for subjects: [Subject] in named.closed(.questionSubject) { vary { $0.question?.subject = subjects } }
            for subject in [nil, []] as [[Subject]?] { vary { $0.question?.subject = subject } }
            for countries in origins(.questionOrigin) { vary { $0.question?.origin = countries } }
            for origin in [nil, []] as [[String]?] { vary { $0.question?.origin = origin } }
            vary { $0.question = nil }
        }
        if plain.hit != nil {
            for score in scores + [nil] { vary { $0.hit?.score = score } }
            for confirmed in [false, nil] { vary { $0.hit?.confirmed = confirmed } }
            vary { $0.hit = nil }
        }
        if plain.record != nil {
            for record in records(plain) { vary { $0.record = record } }
            vary { $0.record = nil }
        }
        return variants + moments(plain, agreements)
    }

    private func values(_ attribute: Attribute, and others: [String]) -> [String] {
        ProbeRequests.unique((names[attribute] ?? []) + others)
    }

    private var scores: [Int?] { Set([0, 100] + (numbers[.hitScore] ?? [])).filter((0...100).contains).sorted() }

    /// The countries that rules name, and those of the agencies; then those that a rule names together.
    private func origins(_ attribute: Attribute) -> [[String]] {
        values(attribute, and: countries).map { [$0] } + named.values(attribute)
    }

    /// The plain record with one thing otherwise.
    private func records(_ plain: PolicyRequest) -> [RecordFacts] {
        guard let record = plain.record else { return [] }
        var records: [RecordFacts] = []
        func vary<Part>(_ part: WritableKeyPath<RecordFacts, Part?>, _ values: [Part]) {
            for value in values.map(Optional.some) + [nil] {
                var other = record
                other[keyPath: part] = value
                records.append(other)
            }
        }
        vary(
            \.subject,
            [[]] + Subject.allCases.map { [$0] } + Subject.allCases.filter { $0 != .suspect }.map { [.suspect, $0] }
                + named.closed(.recordSubject)
        )
        vary(\.origin, [[]] + origins(.recordOrigin))
        vary(\.handling, Handling.allCases)
        vary(\.source, SourceGrade.allCases)
        vary(\.information, Array(1...4))
        vary(\.basis, Basis.allCases)
        vary(\.consent, Consent.allCases)
        vary(\.offence, offences)
        vary(\.sensitive, Sensitive.allCases.map { [$0] } + named.closed(.recordSensitive))
        let today = plain.at.day.number
        let ages = (numbers[.recordAgeDays] ?? []).filter { abs($0) < 400_000 }
        vary(\.recorded, ages.map { Day(number: today - $0) })
        vary(\.expires, [-1, 0, 1].map { Day(number: today + $0) })
        vary(\.originator, [plain.holder, plain.asker, "somebody"])
        return records
    }

    /// Other days and hours: every bound of a period, with the days beside it; the week; the clocks that rules name.
    private func moments(_ plain: PolicyRequest, _ agreements: [Agreement]) -> [PolicyRequest] {
        let periods = agreements.map(\.valid) + agreements.flatMap { $0.suspensions.map(\.period) }
        let bounds = days + periods.flatMap { [$0.from, $0.until].compactMap { $0 } }
        let near = bounds.flatMap { bound in [-1, 0, 1].map { bound.number + $0 } }
        var seconds = near.map { $0 * 86_400 + 43_200 }
        if RequestKey.caseReference.allowed.contains(plain.stage) {
            let midnight = plain.at.day.number * 86_400
            seconds += (1..<7).map { plain.at.seconds + $0 * 86_400 }
            seconds += (0..<24).map { midnight + $0 * 3_600 }
            for zone in zones[plain.side == .asker ? plain.asker : plain.holder] ?? [] {
                seconds += clocks.compactMap { zone.moment(ofClock: $0, onDayOf: plain.at)?.seconds }
            }
        }
        return Set(seconds).sorted().filter { $0 != plain.at.seconds }.map { second in
            var request = plain
            request.at = Moment(seconds: second)
            return request
        }
    }
}
