/// Where each rule stands, so that whoever hears of a rule can look it up. Knows IDs and places, not what rules say.

import PolicyEngine

struct RulePlaces: Sendable {
    /// Path -> `FILEID/RULEID` -> the value of the rule's `id`.
    private var rules: [String: [String: Place]] = [:]
    /// Path of an agreement -> the value of its `valid`.
    private(set) var valid: [String: Place] = [:]

    static func path(_ layer: Layer, _ owner: String) -> String {
        switch layer {
        case .jurisdiction: "jurisdictions/\(owner).yaml"
        case .agreement: "agreements/\(owner).yaml"
        case .agency: "agencies/\(owner).yaml"
        }
    }

    mutating func add(_ tree: Tree, path: String, owner: String) {
        valid[path] = tree.entry("valid")?.value.place
        guard case .list(let items)? = tree.entry("rules")?.value.content else { return }
        for item in items {
            guard let entry = item.entry("id"), case .scalar(let id, _) = entry.value.content else { continue }
            rules[path, default: [:]]["\(owner)/\(id)"] = entry.value.place
        }
    }

    func place(of rule: String, in path: String) -> Place { rules[path]?[rule] ?? .start }
}

extension Problem.Code {
    init(_ kind: RuleWarning.Kind) {
        self =
            switch kind {
            case .neverFires: .neverFires
            case .contradicts: .contradicts
            case .shadowed: .shadowed
            case .expired: .expired
            case .leaks: .leaks
            }
    }
}
