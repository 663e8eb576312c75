/// The sets that rules name, attribute by attribute. A test of a set may ask for several members together, and then no
/// single member shows what it does: each list is tried as a whole and less each of its members.

struct NamedSets {
    private var lists: [Attribute: [Set<String>]] = [:]

    mutating func add(_ attribute: Attribute, _ test: SetTest) {
        for list in [test.anyOf, test.allOf, test.noneOf, test.only].compactMap({ $0 }) { add(attribute, list) }
        // Neither list alone meets a test that has both.
        if let allOf = test.allOf, let anyOf = test.anyOf {
            lists[attribute, default: []] += anyOf.map { Set(allOf + [$0]) }
        }
    }

    mutating func add(_ attribute: Attribute, _ list: [String]) { lists[attribute, default: []].append(Set(list)) }

    /// Each list of two members or more, and each less one member; a set once, in a fixed order.
    func values(_ attribute: Attribute) -> [[String]] {
        let wholes = (lists[attribute] ?? []).filter { $0.count > 1 }
        let sets = wholes.flatMap { whole in [whole] + whole.sorted().map { whole.subtracting([$0]) } }
        return ProbeRequests.unique(sets).map { $0.sorted() }
    }

    /// The same, of a closed list, members in its order.
    func closed<Name: CaseIterable & RawRepresentable<String>>(_ attribute: Attribute) -> [[Name]] {
        values(attribute).map { set in Name.allCases.filter { set.contains($0.rawValue) } }
    }
}
