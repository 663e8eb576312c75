/// Reads the rules of a file (POLICY section 2).

import PolicyEngine

struct RuleReader {
    let reader: Reader
    let names: DeclaredNames
    /// The file's ID, before the slash in a rule's name.
    let owner: String
    let layer: Layer

    /// The names of a file's rules before anything is checked, so that a mistake in one is not told again in its cases.
    static func declared(_ tree: Tree, owner: String) -> [String] {
        guard case .list(let items)? = tree.entry("rules")?.value.content else { return [] }
        return items.compactMap { item in
            guard case .scalar(let id, _)? = item.entry("id")?.value.content else { return nil }
            return "\(owner)/\(id)"
        }
    }

    private static let keys = [
        "id", "effect", "stages", "sides", "valid", "when", "unless", "source", "because", "tell", "obligations",
    ]
    private static let required = ["id", "effect", "stages", "source", "because"]

    private var log: ProblemLog { reader.log }

    /// The rules under `rules`, in file order.
    func rules(_ tree: Tree?) -> [Rule] {
        guard let tree, let items = reader.list(tree, what: "rules", mayRepeat: true) else { return [] }
        var seen: Set<String> = []
        return items.compactMap { rule($0, &seen) }
    }

    private func rule(_ tree: Tree, _ seen: inout Set<String>) -> Rule? {
        guard let tree = reader.mapping(tree, keys: RuleReader.keys, required: RuleReader.required, what: "a rule")
        else { return nil }
        var id: String?
        if let entry = tree.entry("id") {
            id = reader.identifier(entry.value, what: "rule ID", Identifiers.isIdentifier)
            if let id, !seen.insert(id).inserted {
                log.add(.duplicateID, entry.value.place, "rule \(quoted(id)) stands twice in this file")
            }
        }
        let effectEntry = tree.entry("effect")
        let effect = effectEntry.flatMap { reader.closed($0.value, what: "effect", as: Effect.self) }
        if effect == .permit, layer == .agency, let effectEntry {
            log.add(.misplaced, effectEntry.keyPlace, "an agency permits nothing: rule \(quoted(id ?? ""))")
        }
        let stages = tree.entry("stages").flatMap {
            reader.closedList($0.value, what: "stage", of: "stages", as: Stage.self)
        }
        let sides = tree.entry("sides").flatMap {
            reader.closedList($0.value, what: "side", of: "sides", as: Side.self)
        }
        let sideSet = Set(sides ?? Side.allCases)
        let stageSet = Set(stages ?? [])
        var valid: Period?
        if let entry = tree.entry("valid"),
            let period = reader.mapping(entry.value, keys: ["from", "until"], what: "valid")
        {
            valid = reader.period(period, what: "valid")
        }
        let conditions = ConditionReader(reader: reader, names: names, stages: stageSet, sides: sideSet)
        let when = tree.entry("when").flatMap { conditions.condition($0.value) }
        let unless = tree.entry("unless").flatMap { conditions.condition($0.value) }
        let source = tree.entry("source").flatMap { reader.citation($0.value, names: names) }
        let because = tree.entry("because").flatMap { reader.languages($0.value, what: "because") }
        let tell = tell(tree, effect, (when?.attributes ?? []) + (unless?.attributes ?? []))
        let obligations = obligations(tree, effect, stageSet)
        guard let id, let effect, stages != nil, let source, let because else { return nil }
        return Rule(
            name: "\(owner)/\(id)",
            effect: effect,
            stages: stageSet,
            sides: sideSet,
            valid: valid,
            when: when,
            unless: unless,
            source: source,
            because: because,
            tell: tell ?? .reason,
            obligations: obligations
        )
    }

    private func tell(_ tree: Tree, _ effect: Effect?, _ attributes: [Attribute]) -> Tell? {
        guard let entry = tree.entry("tell") else {
            if effect == .forbid, let attribute = attributes.first(where: \.needsTell) {
                log.add(
                    .missingKey,
                    tree.firstKeyPlace,
                    "\"tell\" is missing in a rule that reads \(attribute.rawValue)"
                )
            }
            return nil
        }
        if let effect, effect != .forbid {
            log.add(.misplaced, entry.keyPlace, "\"tell\" stands in a \(effect.rawValue); only a forbid tells")
        }
        return reader.closed(entry.value, what: "tell")
    }

    private func obligations(_ tree: Tree, _ effect: Effect?, _ stages: Set<Stage>) -> [Obligation] {
        let readsObligations = ObligationReader(reader: reader, names: names)
        guard let entry = tree.entry("obligations") else {
            if effect == .require {
                log.add(.missingKey, tree.firstKeyPlace, "\"obligations\" is missing in a require")
            }
            return []
        }
        if let effect, effect != .require {
            log.add(
                .misplaced,
                entry.keyPlace,
                "\"obligations\" stands in a \(effect.rawValue); only a require obliges"
            )
            return readsObligations.obligations(entry.value, stages: nil)
        }
        if case .mapping(let entries) = entry.value.content, entries.isEmpty {
            log.add(.badValue, entry.value.place, "obligations is empty")
        }
        return readsObligations.obligations(entry.value, stages: stages)
    }
}
