/// Reads `agreements/ID.yaml` (POLICY section 1).

import PolicyEngine

struct AgreementFile {
    let reader: Reader
    let names: DeclaredNames
    let stem: String

    private var log: ProblemLog { reader.log }

    func agreement(_ tree: Tree) -> Agreement? {
        guard
            let tree = reader.mapping(
                tree,
                keys: [
                    "format", "id", "name", "parties", "askers", "holders", "valid", "suspensions", "scope", "grounds",
                    "rules", "cases",
                ],
                required: ["format", "id", "name", "parties", "valid", "scope"],
                what: "an agreement"
            )
        else { return nil }
        reader.format(tree)
        reader.fileID(tree, stem: stem, what: "agreement ID", Identifiers.isIdentifier)
        let name = tree.entry("name").flatMap { reader.languages($0.value, what: "name") }
        let parties = self.parties(tree)
        let askers = roles("askers", tree, parties)
        let holders = roles("holders", tree, parties)
        let valid = tree.entry("valid").flatMap {
            reader.mapping($0.value, keys: ["from", "until"], required: ["from"], what: "valid")
        }.map { reader.period($0, what: "valid") }
        let suspensions = tree.entry("suspensions").flatMap { reader.list($0.value, what: "suspensions") } ?? []
        let scope = tree.entry("scope").flatMap { self.scope($0.value) }
        let grounds = self.grounds(tree.entry("grounds")?.value)
        let rules = RuleReader(reader: reader, names: names, owner: stem, layer: .agreement)
            .rules(tree.entry("rules")?.value)
        let suspended = suspensions.compactMap(suspension)
        guard let name, let parties, let valid, let scope else { return nil }
        return Agreement(
            id: stem,
            name: name,
            parties: parties,
            askers: askers,
            holders: holders,
            valid: valid,
            suspensions: suspended,
            scope: scope,
            grounds: grounds,
            rules: rules
        )
    }

    private func parties(_ tree: Tree) -> [String]? {
        guard let entry = tree.entry("parties"),
            let parties = reader.nameList(entry.value, what: "agency", of: "parties", in: names.agencies)
        else { return nil }
        if case .list(let items) = entry.value.content, items.count == 1 {
            log.add(.badValue, entry.value.place, "an agreement has two parties or more")
        }
        return parties
    }

    private func roles(_ key: String, _ tree: Tree, _ parties: [String]?) -> [String]? {
        guard let entry = tree.entry(key),
            let list = reader.nameList(entry.value, what: "agency", of: key, in: names.agencies)
        else { return nil }
        if let parties {
            for agency in list where !parties.contains(agency) && names.agencies.contains(agency) {
                log.add(.misplaced, entry.keyPlace, "\(quoted(agency)) in \(key) is no party")
            }
        }
        return list
    }

    private func suspension(_ tree: Tree) -> Agreement.Suspension? {
        guard
            let tree = reader.mapping(
                tree,
                keys: ["from", "until", "because"],
                required: ["from", "because"],
                what: "a suspension"
            )
        else { return nil }
        let period = reader.period(tree, what: "a suspension")
        let because = tree.entry("because").flatMap { reader.languages($0.value, what: "because") }
        return because.map { Agreement.Suspension(period: period, because: $0) }
    }

    private func scope(_ tree: Tree) -> Agreement.Scope? {
        guard
            let tree = reader.mapping(
                tree,
                keys: ["purposes", "legal_bases", "key_kinds", "offences", "stages"],
                required: ["purposes", "legal_bases", "key_kinds"],
                what: "scope"
            )
        else { return nil }
        let purposes = tree.entry("purposes").flatMap {
            reader.closedList($0.value, what: "purpose", of: "purposes", as: Purpose.self)
        }
        let bases = tree.entry("legal_bases").flatMap {
            reader.nameList($0.value, what: "instrument", of: "legal_bases", in: names.instruments)
        }
        let kinds = tree.entry("key_kinds").flatMap {
            reader.closedList($0.value, what: "key kind", of: "key_kinds", as: KeyKind.self)
        }
        let offences = tree.entry("offences").flatMap {
            reader.nameList($0.value, what: "offence", of: "offences", in: names.offences)
        }
        let stages = tree.entry("stages").flatMap {
            reader.closedList($0.value, what: "stage", of: "stages", as: Stage.self)
        }
        guard let purposes, let bases, let kinds else { return nil }
        return Agreement.Scope(
            purposes: purposes,
            legalBases: bases,
            keyKinds: kinds,
            offences: offences,
            stages: Set(stages ?? Stage.allCases)
        )
    }

    private func grounds(_ tree: Tree?) -> [Agreement.Ground] {
        guard let tree, let items = reader.list(tree, what: "grounds", mayRepeat: true) else { return [] }
        let keys = ["id", "source", "because"]
        var seen: Set<String> = []
        return items.compactMap { item in
            guard let item = reader.mapping(item, keys: keys, required: keys, what: "a ground") else { return nil }
            var id: String?
            if let entry = item.entry("id") {
                id = reader.identifier(entry.value, what: "ground ID", Identifiers.isIdentifier)
                if let id, !seen.insert(id).inserted {
                    log.add(.duplicateID, entry.value.place, "ground \(quoted(id)) stands twice in this file")
                }
            }
            let source = item.entry("source").flatMap { reader.citation($0.value, names: names) }
            let because = item.entry("because").flatMap { reader.languages($0.value, what: "because") }
            guard let id, let source, let because else { return nil }
            return Agreement.Ground(id: id, source: source, because: because)
        }
    }
}
