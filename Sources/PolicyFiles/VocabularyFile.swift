/// Reads `vocabulary.yaml` and `offences/*.yaml` (POLICY section 1).

import PolicyEngine

struct VocabularyFile {
    var instruments: [String: String] = [:]
    var groups: [String: String] = [:]
    var fields: [String] = []

    init() {}

    init(_ tree: Tree, reader: Reader) {
        guard
            let tree = reader.mapping(
                tree,
                keys: ["format", "instruments", "groups", "fields"],
                required: ["format", "instruments"],
                what: "the vocabulary"
            )
        else { return }
        reader.format(tree)
        if let entry = tree.entry("instruments") {
            instruments = VocabularyFile.glossary(entry.value, reader, "instrument", Identifiers.isInstrument)
        }
        if let entry = tree.entry("groups") {
            groups = VocabularyFile.glossary(entry.value, reader, "group", Identifiers.isGroup)
        }
        if let entry = tree.entry("fields"), let items = reader.list(entry.value, what: "fields") {
            fields = items.compactMap { reader.identifier($0, what: "field", Identifiers.isField) }
        }
    }

    private static func glossary(
        _ tree: Tree,
        _ reader: Reader,
        _ what: String,
        _ isValid: (String) -> Bool
    ) -> [String: String] {
        var result: [String: String] = [:]
        for entry in reader.entries(tree, what: "\(what)s") ?? [] {
            if !isValid(entry.key) {
                reader.log.add(.badValue, entry.keyPlace, "\(quoted(entry.key)) is not a valid \(what)")
            }
            result[entry.key] = reader.words(entry.value, what: "\(what) \(entry.key)") ?? ""
        }
        return result
    }
}

enum OffenceFile {
    /// The IDs a file declares, before anything is checked.
    static func declared(_ tree: Tree) -> [String] {
        guard case .mapping(let entries)? = tree.entry("offences")?.value.content else { return [] }
        return entries.map(\.key)
    }

    /// - Parameter seen: ID -> file, of the files before this one.
    static func offences(
        _ tree: Tree,
        reader: Reader,
        names: DeclaredNames,
        seen: inout [String: String]
    ) -> [Offence] {
        let keys = ["format", "offences"]
        guard let tree = reader.mapping(tree, keys: keys, required: keys, what: "an offence catalogue") else {
            return []
        }
        reader.format(tree)
        guard let list = tree.entry("offences") else { return [] }
        var result: [Offence] = []
        for entry in reader.entries(list.value, what: "offences") ?? [] {
            if !Identifiers.isIdentifier(entry.key) {
                reader.log.add(.badValue, entry.keyPlace, "\(quoted(entry.key)) is not a valid offence ID")
            }
            if let file = seen[entry.key] {
                reader.log.add(.duplicateID, entry.keyPlace, "offence \(quoted(entry.key)) is in \(file) too")
            }
            seen[entry.key] = reader.log.file
            if let offence = offence(entry, reader, names) { result.append(offence) }
        }
        return result
    }

    private static func offence(_ entry: Tree.Entry, _ reader: Reader, _ names: DeclaredNames) -> Offence? {
        let keys = ["name", "source", "penalties"]
        guard let tree = reader.mapping(entry.value, keys: keys, required: keys, what: "offence \(entry.key)") else {
            return nil
        }
        let name = tree.entry("name").flatMap { reader.languages($0.value, what: "name") }
        let source = tree.entry("source").flatMap { reader.citation($0.value, names: names) }
        var penalties: [String: Penalty] = [:]
        for penalty in tree.entry("penalties").flatMap({ reader.entries($0.value, what: "penalties") }) ?? [] {
            if !Identifiers.isCountry(penalty.key) {
                reader.log.add(.badValue, penalty.keyPlace, "\(quoted(penalty.key)) is not a valid jurisdiction")
            } else if !names.jurisdictions.contains(penalty.key) {
                reader.log.add(.unknownName, penalty.keyPlace, "jurisdiction \(quoted(penalty.key)) is not declared")
            }
            if case .scalar("life", _) = penalty.value.content {
                penalties[penalty.key] = .life
            } else if let months = reader.number(
                penalty.value,
                what: "the penalty",
                0...Int.max - 1,
                wanted: "a number of months, 0 or more, or life"
            ) {
                penalties[penalty.key] = .months(months)
            }
        }
        guard let name, let source else { return nil }
        return Offence(id: entry.key, name: name, source: source, penalties: penalties)
    }
}
