/// Reads conditions and tests (POLICY section 2). Knows the attribute table; never weighs anything.

import PolicyEngine

struct ConditionReader {
    let reader: Reader
    let names: DeclaredNames
    /// Of the rule that the condition stands in.
    let stages: Set<Stage>
    let sides: Set<Side>

    private var log: ProblemLog { reader.log }

    func condition(_ tree: Tree) -> Condition? {
        guard let entries = reader.entries(tree, what: "a condition") else { return nil }
        let parts = entries.compactMap(part)
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    private func part(_ entry: Tree.Entry) -> Condition? {
        switch entry.key {
        case "all": return conditions(entry.value, what: "all").map { .all($0) }
        case "any": return conditions(entry.value, what: "any").map { .any($0) }
        case "not": return condition(entry.value).map { .not($0) }
        case "known": return known(entry.value)
        default:
            guard let attribute = Attribute(rawValue: entry.key) else {
                log.add(.unknownKey, entry.keyPlace, "\(quoted(entry.key)) is no attribute that can be tested")
                return nil
            }
            place(attribute, at: entry.value.place)
            return test(attribute, entry.value).map { .test(attribute, $0) }
        }
    }

    private func conditions(_ tree: Tree, what: String) -> [Condition]? {
        reader.list(tree, what: what)?.compactMap(condition)
    }

    private func known(_ tree: Tree) -> Condition? {
        if case .list = tree.content {
            return .known((reader.list(tree, what: "known") ?? []).compactMap(attribute))
        }
        return attribute(tree).map { .known([$0]) }
    }

    private func attribute(_ tree: Tree) -> Attribute? {
        guard let text = reader.text(tree, what: "an attribute") else { return nil }
        guard let attribute = Attribute(rawValue: text) else {
            log.add(.unknownName, tree.place, "\(quoted(text)) is no attribute that can be tested")
            return nil
        }
        place(attribute, at: tree.place)
        return attribute
    }

    /// A rule reads only what exists at each of its stages, and what only the asker knows on the asker's side alone.
    private func place(_ attribute: Attribute, at place: Place) {
        let missing = Stage.allCases.filter { stages.contains($0) && !attribute.stages.contains($0) }
        if !missing.isEmpty {
            let list = missing.map(\.rawValue).joined(separator: ", ")
            log.add(.stageAttribute, place, "\(attribute.rawValue) does not exist at stage \(list)")
        } else if attribute.isAskersOnly, sides != [.asker] {
            log.add(.stageAttribute, place, "\(attribute.rawValue) may be read only with sides: [asker]")
        }
    }

    private func test(_ attribute: Attribute, _ tree: Tree) -> Test? {
        let what = attribute.rawValue
        switch attribute.kind {
        case .name(let domain): return oneOrMore(tree, what, domain).map { .oneOf($0) }
        case .set(let domain): return set(tree, what, domain)
        case .number(let lifeAllowed): return number(tree, what, lifeAllowed)
        case .handling: return handling(tree, what)
        case .boolean: return reader.boolean(tree, what: what).map { .boolean($0) }
        case .clock: return clock(tree, what)
        case .text:
            log.add(.wrongType, tree.place, "of \(what) only known can be asked")
            return nil
        }
    }

    private func oneOrMore(_ tree: Tree, _ what: String, _ domain: Attribute.Domain) -> [String]? {
        if case .list = tree.content { return members(tree, what, domain) }
        return member(tree, what, domain).map { [$0] }
    }

    private func members(
        _ tree: Tree,
        _ what: String,
        of key: String? = nil,
        _ domain: Attribute.Domain
    ) -> [String]? {
        reader.list(tree, what: key ?? what)?.compactMap { member($0, what, domain) }
    }

    private func member(_ tree: Tree, _ what: String, _ domain: Attribute.Domain) -> String? {
        switch domain {
        case .agency: return reader.name(tree, what: "agency", in: names.agencies)
        case .agreement: return reader.name(tree, what: "agreement", in: names.agreements)
        case .jurisdiction: return reader.name(tree, what: "jurisdiction", in: names.jurisdictions)
        case .group: return reader.name(tree, what: "group", in: names.groups)
        case .instrument: return reader.name(tree, what: "instrument", in: names.instruments)
        case .offence: return reader.name(tree, what: "offence", in: names.offences)
        case .field:
            return reader.name(tree, what: "field", in: names.fields)
        case .country: return reader.identifier(tree, what: "country", Identifiers.isCountry)
        case .closed(let list):
            guard let text = reader.text(tree, what: what) else { return nil }
            if !list.contains(text) {
                log.add(.badValue, tree.place, "\(quoted(text)) is no \(what); one of \(list.joined(separator: ", "))")
                return nil
            }
            return text
        }
    }

    /// A mapping with at least one of `keys`.
    private func some(_ tree: Tree, _ what: String, of keys: [String]) -> Tree? {
        guard let mapping = reader.mapping(tree, keys: keys, what: "the test of \(what)") else { return nil }
        if case .mapping(let entries) = mapping.content, entries.isEmpty {
            log.add(.badValue, tree.place, "the test of \(what) is empty; some of \(keys.joined(separator: ", "))")
            return nil
        }
        return mapping
    }

    private func set(_ tree: Tree, _ what: String, _ domain: Attribute.Domain) -> Test? {
        guard let tree = some(tree, what, of: ["any_of", "all_of", "none_of", "only"]) else { return nil }
        func part(_ key: String) -> [String]? { tree.entry(key).flatMap { members($0.value, what, of: key, domain) } }
        return .set(
            SetTest(anyOf: part("any_of"), allOf: part("all_of"), noneOf: part("none_of"), only: part("only"))
        )
    }

    private func number(_ tree: Tree, _ what: String, _ lifeAllowed: Bool) -> Test? {
        guard let tree = some(tree, what, of: ["at_least", "at_most", "exactly"]) else { return nil }
        func part(_ key: String) -> Int? {
            guard let value = tree.entry(key)?.value else { return nil }
            if lifeAllowed, case .scalar("life", _) = value.content { return .max }
            return reader.number(value, what: key)
        }
        return .number(NumberTest(atLeast: part("at_least"), atMost: part("at_most"), exactly: part("exactly")))
    }

    private func handling(_ tree: Tree, _ what: String) -> Test? {
        if case .mapping = tree.content {
            guard let tree = some(tree, what, of: ["at_least", "at_most"]) else { return nil }
            func part(_ key: String) -> Handling? {
                tree.entry(key).flatMap { reader.closed($0.value, what: "handling code") }
            }
            return .handling(HandlingTest(atLeast: part("at_least"), atMost: part("at_most")))
        }
        if case .list = tree.content {
            return reader.closedList(tree, what: "handling code", of: what).map { .handling(HandlingTest(oneOf: $0)) }
        }
        return reader.closed(tree, what: "handling code").map { .handling(HandlingTest(oneOf: [$0])) }
    }

    private func clock(_ tree: Tree, _ what: String) -> Test? {
        let keys = ["from", "until"]
        guard let tree = reader.mapping(tree, keys: keys, required: keys, what: "the test of \(what)"),
            let from = tree.entry("from").flatMap({ minutes($0.value, what: "from") }),
            let untilEntry = tree.entry("until"), let until = minutes(untilEntry.value, what: "until")
        else { return nil }
        if from == until {
            log.add(.badValue, untilEntry.value.place, "from and until are equal in the test of \(what)")
            return nil
        }
        return .clock(from: from, until: until)
    }

    /// `HH:MM` from 00:00 to 23:59.
    private func minutes(_ tree: Tree, what: String) -> Int? {
        guard let text = reader.text(tree, what: what) else { return nil }
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes[2] == 0x3A, let hour = Identifiers.wholeNumber(String(text.prefix(2))),
            let minute = Identifiers.wholeNumber(String(text.suffix(2))), (0...23).contains(hour),
            (0...59).contains(minute), !text.contains("-")
        else {
            log.add(.badValue, tree.place, "\(what) must be a clock from 00:00 to 23:59")
            return nil
        }
        return hour * 60 + minute
    }
}

extension DeclaredNames {
    /// What `fields` may name: the record columns and the declared ones.
    var fields: Set<String>? { extraFields.map { $0.union(RecordColumn.names) } }
}
