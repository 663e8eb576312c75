/// Reads obligations (POLICY section 5), of rules and of expected decisions.

import PolicyEngine

struct ObligationReader {
    let reader: Reader
    let names: DeclaredNames

    /// The obligations of a mapping of type -> value.
    /// - Parameter stages: of the rule; nil where any type may stand.
    func obligations(_ tree: Tree, stages: Set<Stage>?) -> [Obligation] {
        guard let entries = reader.entries(tree, what: "obligations") else { return [] }
        var result: [Obligation] = []
        for entry in entries {
            guard let kind = Obligation.Kind(rawValue: entry.key) else {
                reader.log.add(.unknownKey, entry.keyPlace, "\(quoted(entry.key)) is no obligation")
                continue
            }
            if let stages {
                let wrong = Stage.allCases.filter { stages.contains($0) && !kind.stages.contains($0) }
                if !wrong.isEmpty {
                    let list = wrong.map(\.rawValue).joined(separator: ", ")
                    reader.log.add(
                        .misplaced,
                        entry.keyPlace,
                        "\(quoted(entry.key)) may not be required at stage \(list)"
                    )
                }
            }
            if let obligation = obligation(kind, entry.value) { result.append(obligation) }
        }
        return result
    }

    private func obligation(_ kind: Obligation.Kind, _ tree: Tree) -> Obligation? {
        let what = kind.rawValue
        switch kind {
        case .approvals: return reader.number(tree, what: what, 0...5).map { .approvals($0) }
        case .authorisation: return reader.closedList(tree, what: what).map { .authorisation($0) }
        case .deadlineHours: return reader.number(tree, what: what, 1...Int.max).map { .deadlineHours($0) }
        case .retentionDays: return reader.number(tree, what: what, 0...Int.max).map { .retentionDays($0) }
        case .quota: return reader.list(tree, what: what).map { .quota($0.compactMap(quota)) }
        case .fields: return reader.nameList(tree, what: "field", of: what, in: names.fields).map { .fields($0) }
        case .handling: return reader.closed(tree, what: what).map { .handling($0) }
        case .onward: return reader.closed(tree, what: what).map { .onward($0) }
        case .notify: return reader.closedList(tree, what: what).map { .notify($0) }
        case .retrieval: return reader.closedList(tree, what: what).map { .retrieval($0) }
        case .bucketMinimum: return reader.number(tree, what: what, 2...Int.max).map { .bucketMinimum($0) }
        }
    }

    private func quota(_ tree: Tree) -> Quota? {
        let keys = ["per", "period", "keys"]
        guard let tree = reader.mapping(tree, keys: keys, required: keys, what: "a quota"),
            let perEntry = tree.entry("per"), let periodEntry = tree.entry("period"), let keysEntry = tree.entry("keys")
        else { return nil }
        let per = reader.closed(perEntry.value, what: "per", as: Quota.Per.self)
        let period = reader.closed(periodEntry.value, what: "period", as: Quota.Span.self)
        let number = reader.number(keysEntry.value, what: "keys", 0...Int.max)
        guard let per, let period, let number else { return nil }
        return Quota(per: per, period: period, keys: number)
    }
}
