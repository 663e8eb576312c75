/// Reads `jurisdictions/XX.yaml` and `agencies/ID.yaml` (POLICY section 1).

import PolicyEngine

enum JurisdictionFile {
    static func jurisdiction(_ tree: Tree, stem: String, reader: Reader, names: DeclaredNames) -> Jurisdiction? {
        guard
            let tree = reader.mapping(
                tree,
                keys: ["format", "id", "name", "time_zone", "groups", "rules", "cases"],
                required: ["format", "id", "name"],
                what: "a jurisdiction"
            )
        else { return nil }
        reader.format(tree)
        reader.fileID(tree, stem: stem, what: "jurisdiction", Identifiers.isCountry)
        let name = tree.entry("name").flatMap { reader.languages($0.value, what: "name") }
        var zone = Zone.utc
        if let entry = tree.entry("time_zone"), let text = reader.text(entry.value, what: "time_zone") {
            if let found = Zone(text) {
                zone = found
            } else {
                reader.log.add(.badValue, entry.value.place, "\(quoted(text)) is no IANA time zone")
            }
        }
        let groups = tree.entry("groups").flatMap {
            reader.nameList($0.value, what: "group", of: "groups", in: names.groups)
        }
        let rules = RuleReader(reader: reader, names: names, owner: stem, layer: .jurisdiction)
            .rules(tree.entry("rules")?.value)
        guard let name else { return nil }
        return Jurisdiction(id: stem, name: name, zone: zone, groups: groups ?? [], rules: rules)
    }
}

enum AgencyFile {
    static func agency(_ tree: Tree, stem: String, reader: Reader, names: DeclaredNames) -> Agency? {
        guard
            let tree = reader.mapping(
                tree,
                keys: ["format", "id", "name", "jurisdiction", "kind", "rules", "cases"],
                required: ["format", "id", "name", "jurisdiction", "kind"],
                what: "an agency"
            )
        else { return nil }
        reader.format(tree)
        reader.fileID(tree, stem: stem, what: "agency ID", Identifiers.isIdentifier)
        let name = tree.entry("name").flatMap { reader.languages($0.value, what: "name") }
        let jurisdiction = tree.entry("jurisdiction").flatMap {
            reader.name($0.value, what: "jurisdiction", in: names.jurisdictions)
        }
        let kind = tree.entry("kind").flatMap { reader.closed($0.value, what: "kind", as: AgencyKind.self) }
        let rules = RuleReader(reader: reader, names: names, owner: stem, layer: .agency)
            .rules(tree.entry("rules")?.value)
        guard let name, let jurisdiction, let kind else { return nil }
        return Agency(id: stem, name: name, jurisdiction: jurisdiction, kind: kind, rules: rules)
    }
}
