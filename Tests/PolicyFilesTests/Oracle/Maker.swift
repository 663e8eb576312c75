/// Random folders and requests, the same for the same seed. Rules speak often enough that every outcome is met.
import TestSupport

struct Maker {
    private(set) var random: SplitMix64

    init(_ random: SplitMix64) { self.random = random }

    static let stageLetters: [Character: String] = [
        "Q": "question", "I": "index", "D": "disclosure", "O": "onward_transfer", "R": "retention",
    ]
    static let purposes = ["investigate", "prosecute", "asylum", "detect"]
    static let keyKinds = ["name", "phone", "document", "iban"]
    static let subjects = ["suspect", "victim", "minor", "asylum_applicant"]
    static let countries = ["XA", "XB", "XC"]
    static let fields = ["full_name", "phone", "iban", "vessel_name", "role"]
    static let kinds = ["police", "fiu", "customs"]

    /// How a test of an attribute is made.
    enum Kind {
        case name([String])
        case set([String])
        case number([Int])
        case boolean, handling, clock, text
    }

    /// Attribute, the stages at which it exists, its kind (POLICY section 3).
    static let attributes: [(name: String, stages: String, kind: Kind)] = [
        ("asker", "QIDOR", .name(["a1", "b1", "c1"])), ("holder", "QIDOR", .name(["a1", "b1", "b2"])),
        ("agreement", "QIDOR", .name(["p1", "p2"])), ("recipient", "O", .name(["c1", "b2"])),
        ("asker.jurisdiction", "QIDOR", .name(countries)), ("asker.kind", "QIDOR", .name(kinds)),
        ("asker.groups", "QIDOR", .set(Model.groups)), ("holder.jurisdiction", "QIDOR", .name(countries)),
        ("holder.kind", "QIDOR", .name(kinds)), ("holder.groups", "QIDOR", .set(Model.groups)),
        ("recipient.jurisdiction", "O", .name(countries)), ("recipient.kind", "O", .name(kinds)),
        ("recipient.groups", "O", .set(Model.groups)), ("asker.is_origin", "IDOR", .boolean),
        ("recipient.is_origin", "O", .boolean), ("question.subject", "q", .set(subjects)),
        ("question.origin", "q", .set(countries)), ("holder.is_origin", "q", .boolean),
        ("purpose", "QDOR", .name(purposes)), ("legal_basis", "QDOR", .name(Model.instruments)),
        ("offence", "QDOR", .name(["o1", "o2"])), ("offence.penalty_asker", "QDOR", .number([0, 12, 60])),
        ("offence.penalty_holder", "QDOR", .number([0, 12, 60])), ("offence.dual_criminality", "QDOR", .boolean),
        ("case", "QDO", .text), ("urgency", "QD", .name(["normal", "urgent"])), ("key_kinds", "Q", .set(keyKinds)),
        ("key_count", "Q", .number([1, 16, 100])), ("fields", "DO", .set(fields)),
        ("hit.score", "D", .number([50, 80, 100])), ("hit.confirmed", "D", .boolean),
        ("record.subject", "IDOR", .set(subjects)), ("record.origin", "IDOR", .set(countries)),
        ("record.handling", "IDOR", .handling), ("record.source", "IDOR", .name(["A", "B", "C", "X"])),
        ("record.information", "IDOR", .number([1, 2, 3])), ("record.basis", "IDOR", .name(["fact", "assessment"])),
        ("record.consent", "IDOR", .name(["given", "refused", "pending"])),
        ("record.offence", "IDOR", .name(["o1", "o2"])),
        ("record.sensitive", "IDOR", .set(["health", "religion", "genetic"])),
        ("record.age_days", "IDOR", .number([0, 30, 365])), ("record.third_party", "IDOR", .boolean),
        ("time.weekday", "QDO", .name(["mon", "wed", "sat", "sun"])), ("time.clock", "QDO", .clock),
    ]

    // MARK: chance

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    mutating func pick<Item>(_ items: [Item]) -> Item { items[Int.random(in: 0..<items.count, using: &random)] }

    /// Some of a list, in random order, at least `least`.
    mutating func some<Item>(_ items: [Item], least: Int = 1) -> [Item] {
        Array(items.shuffled(using: &random).prefix(number(least...items.count)))
    }

    mutating func day(_ years: ClosedRange<Int> = 2025...2027) -> String {
        "\(number(years))-\(two(number(1...12)))-\(two(number(1...28)))"
    }

    private func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }

    private mutating func time() -> String { "\(two(number(0...23))):\(two(number(0...59)))" }

    // MARK: folders

    mutating func model() -> Model {
        let zones = ["UTC", "Europe/Athens", "America/New_York", "Asia/Kolkata"]
        var model = Model(laws: [], agencies: [], agreements: [], offences: [])
        for id in ["o1", "o2", "o3"] {
            var penalties: [(country: String, custody: Value)] = []
            for country in Maker.countries where chance(60) {
                penalties.append((country, chance(15) ? .text("life") : .int(pick([0, 6, 12, 13, 60, 120]))))
            }
            model.offences.append((id, penalties))
        }
        for country in Maker.countries {
            model.laws.append((country, pick(zones), some(Model.groups, least: 0), rules(mayPermit: true)))
        }
        for (id, country) in [("a1", "XA"), ("b1", "XB"), ("b2", "XB"), ("c1", "XC")] {
            model.agencies.append((id, country, pick(Maker.kinds), chance(60) ? rules(mayPermit: false) : []))
        }
        for id in ["p1", "p2"] { model.agreements.append(agreement(id)) }
        return model
    }

    private mutating func agreement(_ id: String) -> ModelAgreement {
        let parties = some(["a1", "b1", "b2", "c1"], least: 3)
        var suspensions: [(from: String, until: String?)] = []
        if chance(40) {
            let days = [day(), day()].sorted()
            suspensions.append((days[0], chance(80) ? days[1] : nil))
        }
        return ModelAgreement(
            id: id,
            parties: parties,
            askers: chance(20) ? some(parties) : nil,
            holders: chance(20) ? some(parties) : nil,
            from: day(2024...2025),
            until: chance(40) ? day(2026...2027) : nil,
            suspensions: suspensions,
            purposes: some(Maker.purposes, least: 3),
            legalBases: some(Model.instruments, least: 2),
            keyKinds: some(Maker.keyKinds, least: 3),
            offences: chance(30) ? some(["o1", "o2", "o3"], least: 2) : nil,
            stages: chance(20) ? some(Array(Maker.stageLetters.values).sorted(), least: 3) : nil,
            rules: rules(mayPermit: true)
        )
    }

    private mutating func rules(mayPermit: Bool) -> [ModelRule] {
        var rules: [ModelRule] = []
        if mayPermit, chance(85) {
            let stages = Array(Maker.stageLetters.values).sorted()
            rules.append(ModelRule(id: "base", effect: "permit", stages: stages))
        }
        for number in 0..<number(1...5) {
            let effect = pick(mayPermit ? ["permit", "forbid", "require", "require"] : ["forbid", "require"])
            rules.append(rule("r\(number)", effect))
        }
        return rules.shuffled(using: &random)
    }

    /// - Parameter readsKnown: whether it may ask only whether an attribute is known.
    mutating func rule(_ id: String, _ effect: String, readsKnown: Bool = true) -> ModelRule {
        var letters = some(Array("QIDOR"), least: 1)
        if letters.count > 3 { letters = Array(letters.prefix(2)) }
        var rule = ModelRule(
            id: id,
            effect: effect,
            stages: letters.compactMap { Maker.stageLetters[$0] },
            sides: chance(60) ? nil : chance(50) ? ["asker"] : ["holder"]
        )
        if effect == "require" {
            let fitting = Maker.duties.filter { duty in letters.allSatisfy(duty.stages.contains) }
            for duty in some(fitting).prefix(3) { rule.obligations.append((duty.type, value(duty.type))) }
        }
        let asksOnly = letters == ["Q"] && rule.sides == ["asker"]
        let readable = Maker.attributes.filter { attribute in
            if attribute.stages == "q" { return asksOnly }
            return letters.allSatisfy(attribute.stages.contains)
        }
        let isRare = effect == "forbid"
        if isRare || chance(70) { rule.when = clause(readable, depth: 2, readsKnown: readsKnown) }
        if chance(30) { rule.unless = clause(readable, depth: 1, readsKnown: readsKnown) }
        if chance(15) {
            let days = [day(), day()].sorted()
            rule.from = days[0]
            if chance(60) { rule.until = days[1] }
        }
        let read = (rule.when?.attributes ?? []) + (rule.unless?.attributes ?? [])
        let mustTell = read.contains { $0.hasPrefix("record.") || $0.hasPrefix("hit.") || $0.hasSuffix(".is_origin") }
        if effect == "forbid", mustTell || chance(30) { rule.tell = pick(["reason", "source", "nothing"]) }
        return rule
    }

    private mutating func clause(
        _ readable: [(name: String, stages: String, kind: Kind)],
        depth: Int,
        readsKnown: Bool
    ) -> Clause {
        if depth > 0, chance(45) {
            var parts: [Clause] = []
            for _ in 0..<number(1...3) { parts.append(clause(readable, depth: depth - 1, readsKnown: readsKnown)) }
            switch number(0...2) {
            case 0: return .not(parts[0])
            // Lists hold nothing twice.
            case 1: return .all(unlike(parts))
            default: return .any(unlike(parts))
            }
        }
        if readsKnown, chance(20) { return .known(some(readable).prefix(2).map(\.name)) }
        while true {
            let attribute = pick(readable)
            if let test = test(attribute.kind) { return .test(attribute.name, test) }
        }
    }

    private func unlike(_ parts: [Clause]) -> [Clause] {
        var seen: Set<String> = []
        return parts.filter { seen.insert($0.yaml.json).inserted }
    }

    private mutating func test(_ kind: Kind) -> Value? {
        switch kind {
        case .name(let names): return chance(40) ? .text(pick(names)) : .texts(some(names))
        case .boolean: return .bool(chance(50))
        case .text: return nil
        case .handling:
            let codes = ["H0", "H1", "H2", "H3"]
            if chance(30) { return .texts(some(codes)) }
            return .some([(pick(["at_least", "at_most"]), .text(pick(codes)))])
        case .clock:
            var from = time()
            let until = time()
            while from == until { from = time() }
            return .some([("from", .text(from)), ("until", .text(until))])
        case .number(let numbers):
            let bound = Value.int(pick(numbers))
            switch number(0...3) {
            case 0: return .some([("exactly", bound)])
            case 1: return .some([("at_least", bound)])
            case 2: return .some([("at_most", bound)])
            default: return .some([("at_least", .int(numbers[0])), ("at_most", bound)])
            }
        case .set(let names):
            let parts = some(["any_of", "all_of", "none_of", "only"]).prefix(chance(80) ? 1 : 2)
            return .some(parts.map { ($0, .texts(some(names))) })
        }
    }

    private static let duties: [(type: String, stages: String)] = [
        ("approvals", "QDO"), ("authorisation", "QDO"), ("deadline_hours", "QD"), ("retention_days", "DOR"),
        ("quota", "Q"), ("fields", "DO"), ("handling", "DO"), ("onward", "DO"), ("notify", "QIDOR"),
        ("retrieval", "QI"), ("bucket_minimum", "QI"),
    ]

    private mutating func value(_ type: String) -> Value {
        switch type {
        case "approvals": return .int(number(0...5))
        case "authorisation": return .texts(some(["court", "originator", "prosecutor", "data_protection_officer"]))
        case "deadline_hours": return .int(number(1...100))
        case "retention_days": return .int(number(0...400))
        case "fields": return .texts(some(Maker.fields, least: 2))
        case "handling": return .text(pick(["H0", "H1", "H2", "H3"]))
        case "onward": return .text(pick(["free", "with_consent", "forbidden"]))
        case "notify": return .texts(some(["originator", "europol", "data_subject", "supervisory_authority"]))
        case "retrieval": return .texts(some(["synced", "bucketed"]))
        case "bucket_minimum": return .int(number(2...9))
        default:
            let pairs = some(["peer", "agreement", "analyst", "case"]).prefix(2)
            return .list(
                pairs.map { per in
                    .some([
                        ("per", .text(per)), ("period", .text(pick(["hour", "day", "month"]))),
                        ("keys", .int(number(0...500))),
                    ])
                }
            )
        }
    }

    // MARK: requests

    mutating func request(_ model: Model) -> Value {
        let letter = pick(Array("QIDOR"))
        let stage = Maker.stageLetters[letter] ?? ""
        let side = letter == "I" ? "holder" : pick(["asker", "holder"])
        func isAt(_ letters: String) -> Bool { letters.contains(letter) }
        let pact = pick(model.agreements)
        let asker = chance(97) ? pick(pact.askers ?? pact.parties) : pick(["a1", "b1", "zz"])
        let holder = chance(97) ? pick(pact.holders ?? pact.parties) : pick(["a1", "b1", "zz"])
        var members: [(String, Value?)] = [
            ("stage", .text(stage)), ("side", .text(side)), ("at", .text("\(day())T\(time()):\(two(number(0...59)))Z")),
            ("asker", .text(asker)), ("holder", .text(holder)), ("agreement", .text(chance(98) ? pact.id : "none")),
        ]
        if isAt("O") { members.append(("recipient", .text(chance(95) ? pick(["c1", "b2", "a1"]) : "zz"))) }
        if isAt("QDOR") {
            members.append(("purpose", .text(chance(90) ? pick(pact.purposes) : pick(Maker.purposes))))
            members.append(
                ("legal_basis", .text(chance(90) ? pick(pact.legalBases) : pick(Model.instruments + ["L9"])))
            )
            if chance(80) { members.append(("offence", .text(chance(97) ? pick(["o1", "o2", "o3"]) : "o9"))) }
        }
        if isAt("QDO"), chance(60) { members.append(("case", .text("c0ffee"))) }
        if isAt("QD") { members.append(("urgency", .text(pick(["normal", "urgent"])))) }
        if isAt("Q") {
            let kinds = chance(90) ? some(pact.keyKinds, least: 0) : some(Maker.keyKinds)
            members.append(("key_kinds", .texts(kinds)))
            members.append(("key_count", .int(pick([0, 1, 15, 16, 17, 99, 100, 101]))))
            if side == "asker", chance(60) {
                members.append(
                    (
                        "question",
                        .some([
                            ("subject", chance(60) ? .texts(some(Maker.subjects, least: 0)) : nil),
                            ("origin", chance(60) ? .texts(some(Maker.countries + ["SY"], least: 0)) : nil),
                        ])
                    )
                )
            }
        }
        if isAt("DO") { members.append(("fields", .texts(some(Maker.fields, least: 0)))) }
        if isAt("D"), chance(60) {
            members.append(
                (
                    "hit",
                    .some([
                        ("score", chance(60) ? .int(pick([0, 49, 50, 79, 80, 81, 100])) : nil),
                        ("confirmed", chance(60) ? .bool(chance(50)) : nil),
                    ])
                )
            )
        }
        if isAt("IDOR"), chance(85) { members.append(("record", record(holder))) }
        return .some(members)
    }

    private mutating func record(_ holder: String) -> Value {
        .some([
            ("subject", chance(60) ? .texts(some(Maker.subjects, least: 0)) : nil),
            ("origin", chance(60) ? .texts(some(Maker.countries, least: 0)) : nil),
            ("handling", chance(60) ? .text(pick(["H0", "H1", "H2", "H3"])) : nil),
            ("source", chance(60) ? .text(pick(["A", "B", "C", "X"])) : nil),
            ("information", chance(60) ? .int(number(1...4)) : nil),
            ("basis", chance(60) ? .text(pick(["fact", "assessment"])) : nil),
            ("consent", chance(60) ? .text(pick(["given", "refused", "pending"])) : nil),
            ("offence", chance(40) ? .text(chance(95) ? pick(["o1", "o2", "o3"]) : "o9") : nil),
            ("sensitive", chance(60) ? .texts(some(["health", "religion", "genetic"], least: 0)) : nil),
            ("recorded", chance(60) ? .text(day(2025...2026)) : nil),
            ("expires", chance(15) ? .text(day(2026...2028)) : nil),
            ("originator", chance(60) ? .text(chance(60) ? holder : "somebody") : nil),
        ])
    }
}
