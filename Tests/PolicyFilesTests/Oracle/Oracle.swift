/// POLICY sections 2 to 5 read aloud: slow, and sharing no code with the engine that it judges.

import Foundation

/// One decision of the oracle.
struct Oracle {
    let model: Model
    /// The request document. It has every key its stage requires, and `at` in UTC seconds.
    let request: Value

    private static let handlings = ["H0", "H1", "H2", "H3"]
    private static let life = 1_000_000_000

    private var stage: String { request["stage"]?.text ?? "" }
    private var side: String { request["side"]?.text ?? "holder" }
    private var at: String { request["at"]?.text ?? "" }
    /// `YYYY-MM-DD` sorts as days do.
    private var day: String { String(at.prefix(10)) }

    private func agency(_ key: String) -> (id: String, country: String, kind: String, rules: [ModelRule])? {
        model.agencies.first { $0.id == request[key]?.text }
    }

    private func groups(_ country: String) -> [String] { model.laws.first { $0.id == country }?.groups ?? [] }

    private func custody(_ country: String) -> Int? {
        guard let offence = model.offences.first(where: { $0.id == request["offence"]?.text }),
            let custody = offence.penalties.first(where: { $0.country == country })?.custody
        else { return nil }
        return custody.int ?? Oracle.life
    }

    /// The document of the decision.
    func decide(digest: String) -> Value {
        let unknown = unknownNames()
        if !unknown.isEmpty { return refusal(unknown.map(builtin), digest) }
        guard let asker = agency("asker"), let holder = agency("holder"),
            let pact = model.agreements.first(where: { $0.id == request["agreement"]?.text })
        else { return .null }
        let decider = side == "asker" ? asker : holder
        guard let law = model.laws.first(where: { $0.id == decider.country }) else { return .null }

        var refusals = gates(pact, asker.id, holder.id).map(builtin)
        var fired: [(file: String, rule: ModelRule)] = []
        var permits: Set<String> = []
        for (layer, file, rules) in [
            ("law", law.id, law.rules), ("pact", pact.id, pact.rules), ("agency", decider.id, decider.rules),
        ] {
            for rule in rules where fires(rule) {
                if rule.effect == "forbid" { refusals.append(reason(file, rule)) } else { fired.append((file, rule)) }
                if rule.effect == "permit" { permits.insert(layer) }
            }
        }
        if !refusals.isEmpty { return refusal(refusals, digest) }
        var missing: [String] = []
        if !permits.contains("law") { missing.append("no-permit-jurisdiction") }
        if !permits.contains("pact") { missing.append("no-permit-agreement") }
        if !missing.isEmpty { return refusal(missing.map(builtin), digest) }

        let duties = merged(fired)
        var empty: [String] = []
        if duties.contains(where: { $0.type == "fields" && $0.value == .list([]) }) { empty.append("no-field-left") }
        if duties.contains(where: { $0.type == "retrieval" && $0.value == .list([]) }) {
            empty.append("no-retrieval-left")
        }
        if !empty.isEmpty { return refusal(empty.map(builtin), digest) }
        let isHeld = duties.contains {
            $0.type == "approvals" && ($0.value.int ?? 0) > 0 || $0.type == "authorisation"
        }
        let obligations = duties.map { duty in
            Value.some([("type", .text(duty.type)), ("value", duty.value), ("rules", .texts(duty.rules))])
        }
        return document(
            isHeld ? "hold" : "permit",
            fired.map { reason($0.file, $0.rule) },
            obligations,
            digest
        )
    }

    private func refusal(_ reasons: [Value], _ digest: String) -> Value { document("refuse", reasons, [], digest) }

    private func document(_ decision: String, _ reasons: [Value], _ obligations: [Value], _ digest: String) -> Value {
        .some([
            ("decision", .text(decision)), ("reasons", .list(reasons)), ("obligations", .list(obligations)),
            ("side", .text(side)), ("stage", .text(stage)), ("at", .text(at)), ("policy_digest", .text(digest)),
        ])
    }

    private func reason(_ file: String, _ rule: ModelRule) -> Value {
        let text = Value.text("because of \(rule.id)")
        let source = Value.text("L1 Art. \(rule.id)")
        let peer: Value = rule.tell == "nothing" ? .null : rule.tell == "source" ? source : text
        return .some([
            ("rule", .text("\(file)/\(rule.id)")), ("effect", .text(rule.effect)), ("source", source), ("text", text),
            ("peer_text", peer),
        ])
    }

    /// The words of a builtin are the program's own: the comparison leaves them out.
    private func builtin(_ name: String) -> Value {
        .some([
            ("rule", .text("builtin/\(name)")), ("effect", .text("forbid")), ("source", .text("POLICY")),
            ("text", .text("")), ("peer_text", name == "record-expired" ? .null : .text("")),
        ])
    }

    private func unknownNames() -> [String] {
        var found: [String] = []
        let named = ["asker", "holder", "recipient"].filter { request[$0] != nil }
        if named.contains(where: { agency($0) == nil }) { found.append("unknown-agency") }
        if !model.agreements.contains(where: { $0.id == request["agreement"]?.text }) {
            found.append("unknown-agreement")
        }
        let offences = [request["offence"], request.at("record.offence")].compactMap { $0?.text }
        if offences.contains(where: { id in !model.offences.contains { $0.id == id } }) {
            found.append("unknown-offence")
        }
        if let basis = request["legal_basis"]?.text, !Model.instruments.contains(basis) {
            found.append("unknown-legal-basis")
        }
        return found
    }

    private func gates(_ pact: ModelAgreement, _ asker: String, _ holder: String) -> [String] {
        var failed: [String] = []
        if !(pact.askers ?? pact.parties).contains(asker) || !(pact.holders ?? pact.parties).contains(holder)
            || asker == holder
        {
            failed.append("not-a-party")
        }
        if stage != "retention" {
            if day < pact.from || pact.until.map({ day > $0 }) ?? false { failed.append("agreement-not-in-force") }
            if pact.suspensions.contains(where: { day >= $0.from && $0.until.map { day <= $0 } ?? true }) {
                failed.append("agreement-suspended")
            }
        }
        if let stages = pact.stages, !stages.contains(stage) { failed.append("stage-out-of-scope") }
        if let purpose = request["purpose"]?.text, !pact.purposes.contains(purpose) {
            failed.append("purpose-out-of-scope")
        }
        if let basis = request["legal_basis"]?.text, !pact.legalBases.contains(basis) {
            failed.append("legal-basis-out-of-scope")
        }
        if let offences = pact.offences, stage != "index" {
            let named = request["offence"]?.text
            if named.map({ !offences.contains($0) }) ?? true { failed.append("offence-out-of-scope") }
        }
        if let kinds = request["key_kinds"]?.texts, kinds.contains(where: { !pact.keyKinds.contains($0) }) {
            failed.append("key-kind-out-of-scope")
        }
        if let expires = request.at("record.expires")?.text, day > expires { failed.append("record-expired") }
        return failed
    }

    // MARK: rules

    private func fires(_ rule: ModelRule) -> Bool {
        guard rule.stages.contains(stage), rule.sides.map({ $0.contains(side) }) ?? true,
            rule.from.map({ day >= $0 }) ?? true, rule.until.map({ day <= $0 }) ?? true
        else { return false }
        let when = rule.when.map(holds) ?? true
        let unless = rule.unless.map(holds) ?? false
        // nil is unknown.
        let whole = and([when, unless.map { !$0 }])
        return rule.effect == "permit" ? whole == true : whole != false
    }

    private func and(_ parts: [Bool?]) -> Bool? {
        if parts.contains(false) { return false }
        return parts.contains(where: { $0 == nil }) ? nil : true
    }

    private func holds(_ clause: Clause) -> Bool? {
        switch clause {
        case .all(let parts): return and(parts.map(holds))
        case .any(let parts):
            let truths = parts.map(holds)
            if truths.contains(true) { return true }
            return truths.contains(where: { $0 == nil }) ? nil : false
        case .not(let part): return holds(part).map { !$0 }
        case .known(let attributes): return attributes.allSatisfy { value($0) != nil }
        case .test(let attribute, let test):
            guard let value = value(attribute) else { return nil }
            return meets(value, test)
        }
    }

    private func number(_ value: Value?) -> Int? { value?.text == "life" ? Oracle.life : value?.int }

    private func meets(_ value: Value, _ test: Value) -> Bool {
        switch value {
        case .bool: return value == test
        case .int(let number):
            return (self.number(test["at_least"]).map { number >= $0 } ?? true)
                && (self.number(test["at_most"]).map { number <= $0 } ?? true)
                && (self.number(test["exactly"]).map { number == $0 } ?? true)
        case .list:
            let set = value.texts ?? []
            return (test["any_of"]?.texts.map { $0.contains { set.contains($0) } } ?? true)
                && (test["all_of"]?.texts.map { $0.allSatisfy { set.contains($0) } } ?? true)
                && (test["none_of"]?.texts.map { !$0.contains { set.contains($0) } } ?? true)
                && (test["only"]?.texts.map { only in set.allSatisfy { only.contains($0) } } ?? true)
        case .text(let text):
            if let from = test["from"]?.text, let until = test["until"]?.text {
                return from < until ? text >= from && text < until : text >= from || text < until
            }
            if let names = test.texts { return names.contains(text) }
            if let name = test.text { return name == text }
            // An ordered test: codes sort as they are ordered.
            return (test["at_least"]?.text.map { text >= $0 } ?? true)
                && (test["at_most"]?.text.map { text <= $0 } ?? true)
        case .null, .object: return false
        }
    }

    private func value(_ attribute: String) -> Value? {
        for role in ["asker", "holder", "recipient"] where attribute.hasPrefix(role + ".") || attribute == role {
            guard let agency = agency(role) else { return nil }
            switch attribute.dropFirst(role.count) {
            case "": return .text(agency.id)
            case ".jurisdiction": return .text(agency.country)
            case ".kind": return .text(agency.kind)
            case ".groups": return .texts(groups(agency.country))
            default:
                let origin = request.at(role == "holder" ? "question.origin" : "record.origin")?.texts
                return origin.map { .bool($0.contains(agency.country)) }
            }
        }
        switch attribute {
        case "offence.penalty_asker", "offence.penalty_holder":
            guard request["offence"] != nil,
                let country = agency(attribute.hasSuffix("asker") ? "asker" : "holder")?.country
            else { return nil }
            return .int(custody(country) ?? 0)
        case "offence.dual_criminality":
            guard request["offence"] != nil, let asker = agency("asker"), let holder = agency("holder") else {
                return nil
            }
            return .bool(custody(asker.country) != nil && custody(holder.country) != nil)
        case "record.age_days":
            return request.at("record.recorded")?.text.map { .int(Calendars.days(from: $0, to: day)) }
        case "record.third_party":
            return request.at("record.originator")?.text.map { .bool($0 != agency("holder")?.id) }
        case "time.weekday": return .text(Calendars.weekday(at, zone))
        case "time.clock": return .text(Calendars.clock(at, zone))
        default: return request.at(attribute)
        }
    }

    private var zone: String {
        let country = agency(side)?.country
        return model.laws.first { $0.id == country }?.zone ?? "UTC"
    }

    // MARK: obligations

    private static let types = [
        "approvals", "authorisation", "deadline_hours", "retention_days", "quota", "fields", "handling", "onward",
        "notify", "retrieval", "bucket_minimum",
    ]
    private static let orders: [String: [String]] = [
        "authorisation": ["prosecutor", "court", "data_protection_officer", "originator"],
        "notify": ["data_protection_officer", "originator", "supervisory_authority", "europol", "data_subject"],
        "retrieval": ["synced", "bucketed"], "onward": ["free", "with_consent", "forbidden"], "handling": handlings,
    ]

    private func merged(_ fired: [(file: String, rule: ModelRule)]) -> [(type: String, value: Value, rules: [String])] {
        Oracle.types.compactMap { type in
            let named = fired.filter { $0.rule.obligations.contains { $0.type == type } }
            if named.isEmpty { return nil }
            let values = named.flatMap { $0.rule.obligations.filter { $0.type == type }.map(\.value) }
            return (type, merge(type, values), named.map { "\($0.file)/\($0.rule.id)" })
        }
    }

    private func merge(_ type: String, _ values: [Value]) -> Value {
        let order = Oracle.orders[type] ?? []
        switch type {
        case "approvals", "bucket_minimum": return .int(values.compactMap(\.int).max() ?? 0)
        case "deadline_hours", "retention_days": return .int(values.compactMap(\.int).min() ?? 0)
        case "authorisation", "notify":
            return .texts(order.filter { name in values.contains { $0.texts?.contains(name) ?? false } })
        case "retrieval":
            return .texts(order.filter { name in values.allSatisfy { $0.texts?.contains(name) ?? false } })
        case "fields":
            let asked = request["fields"]?.texts ?? []
            return .texts(asked.filter { name in values.allSatisfy { $0.texts?.contains(name) ?? false } }.sorted())
        case "handling", "onward":
            let own = type == "handling" ? [request.at("record.handling")].compactMap { $0?.text } : []
            let ranks = (values.compactMap(\.text) + own).compactMap(order.firstIndex)
            return .text(order[ranks.max() ?? 0])
        default:
            let quotas = values.flatMap { value -> [Value] in if case .list(let items) = value { items } else { [] } }
            return .list(
                ["peer", "agreement", "analyst", "case"].flatMap { per in
                    ["hour", "day", "month"].compactMap { period -> Value? in
                        let keys = quotas.filter { $0["per"]?.text == per && $0["period"]?.text == period }
                            .compactMap { $0["keys"]?.int }
                        return keys.min().map {
                            .some([("per", .text(per)), ("period", .text(period)), ("keys", .int($0))])
                        }
                    }
                }
            )
        }
    }
}

/// Days and clocks by Foundation's calendar.
enum Calendars {
    private static func calendar(_ zone: String) -> Calendar {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: zone) ?? .gmt
        return calendar
    }

    private static func date(_ text: String) -> Date {
        let full = text.count == 10 ? text + "T00:00:00Z" : text
        return (try? Date(full, strategy: .iso8601)) ?? .distantPast
    }

    static func days(from: String, to: String) -> Int {
        Int((date(to).timeIntervalSince(date(from)) / 86_400).rounded())
    }

    static func weekday(_ at: String, _ zone: String) -> String {
        ["sun", "mon", "tue", "wed", "thu", "fri", "sat"][calendar(zone).component(.weekday, from: date(at)) - 1]
    }

    static func clock(_ at: String, _ zone: String) -> String {
        let parts = calendar(zone).dateComponents([.hour, .minute], from: date(at))
        func two(_ number: Int?) -> String { (number ?? 0) < 10 ? "0\(number ?? 0)" : "\(number ?? 0)" }
        return two(parts.hour) + ":" + two(parts.minute)
    }
}
