/// The values that rules name, attribute by attribute, and requests that differ from another in one of them.

struct NamedValues {
    private var names: [Attribute: [String]] = [:]
    private var numbers: [Attribute: [Int]] = [:]
    private var clocks: [Int] = []
    private var days: [Day] = []
    private var offences: [String] = []
    private var agencies: [String] = []
    private var countries: [String] = []

    init(_ sets: [PolicySet]) {
        for set in sets {
            let files =
                set.jurisdictions.values.sorted { $0.id < $1.id }.map(\.rules)
                + set.agreements.values.sorted { $0.id < $1.id }.map(\.rules)
                + set.agencies.values.sorted { $0.id < $1.id }.map(\.rules)
            for rule in files.joined() {
                days += [rule.valid?.from, rule.valid?.until].compactMap { $0 }
                for condition in [rule.when, rule.unless].compactMap({ $0 }) { add(condition) }
            }
            offences += set.offences.keys.sorted()
            agencies += set.agencies.keys.sorted()
            countries += set.jurisdictions.keys.sorted()
        }
        names = names.mapValues(ProbeRequests.unique)
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

    private mutating func add(_ attribute: Attribute, _ test: Test) {
        switch test {
        case .oneOf(let values): names[attribute, default: []] += values
        case .set(let test):
            names[attribute, default: []] += [test.anyOf, test.allOf, test.noneOf, test.only].compactMap { $0 }.joined()
        case .number(let test):
            for bound in [test.atLeast, test.atMost, test.exactly].compactMap({ $0 }) where bound < .max - 1 {
                numbers[attribute, default: []] += [bound - 1, bound, bound + 1]
            }
        case .clock(let from, let until): clocks += [from - 1, from, from + 1, until - 1, until, until + 1]
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
            vary { $0.keyKinds = agreements.first?.scope.keyKinds }
        }
        if exists(.keyCount) {
            for count in numbers[.keyCount] ?? [] where count >= 0 { vary { $0.keyCount = count } }
        }
        if exists(.fields) {
            for field in ProbeRequests.unique(RecordColumn.names + (names[.fields] ?? [])) {
                vary { $0.fields = [field] }
            }
            vary { $0.fields = RecordColumn.names }
            vary { $0.fields = [] }
        }
        if plain.question != nil {
            for subject in Subject.allCases { vary { $0.question?.subject = [subject] } }
            for subject in [nil, []] as [[Subject]?] { vary { $0.question?.subject = subject } }
            for country in origins(.questionOrigin) { vary { $0.question?.origin = [country] } }
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

    /// The countries that rules name, and those of the agencies.
    private func origins(_ attribute: Attribute) -> [String] {
        values(attribute, and: countries)
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
        )
        vary(\.origin, [[]] + origins(.recordOrigin).map { [$0] })
        vary(\.handling, Handling.allCases)
        vary(\.source, SourceGrade.allCases)
        vary(\.information, Array(1...4))
        vary(\.basis, Basis.allCases)
        vary(\.consent, Consent.allCases)
        vary(\.offence, offences)
        vary(\.sensitive, Sensitive.allCases.map { [$0] })
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
            // The deciding country's clock is within half a day of this one.
            seconds += clocks.map { midnight + $0 * 60 } + (0..<24).map { midnight + $0 * 3_600 }
        }
        return Set(seconds).sorted().filter { $0 != plain.at.seconds }.map { second in
            var request = plain
            request.at = Moment(seconds: second)
            return request
        }
    }
}
