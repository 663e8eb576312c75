/// A few values that stand for all: two values that no test at hand tells apart need only one of them.

extension RequestSpace {
    /// Most values tried of one attribute; a set with more tests on it is not judged.
    private static let most = 512

    /// Values of an attribute that stand for every one it can have, absent among them where it can be.
    /// Nil if they are too many.
    func representatives(of attribute: Attribute, tests: [Test]) -> [AttributeValue]? {
        guard var values = known(attribute, tests) else { return nil }
        if canBeAbsent(attribute) { values.append(.absent) }
        return values.count > RequestSpace.most ? nil : values
    }

    private func known(_ attribute: Attribute, _ tests: [Test]) -> [AttributeValue]? {
        if !attribute.stages.contains(slot.stage) { return [] }
        switch values(of: attribute) {
        // An empty name is nobody's: it stands for every name that no test mentions.
        case .anyName: return (unique(tests.flatMap(\.names)) + [""]).map { .name($0) }
        case .names(let names):
            let mentioned = Set(tests.flatMap(\.names))
            let others = names.first { !mentioned.contains($0) }
            return (unique(names.filter(mentioned.contains)) + (others.map { [$0] } ?? [])).map { .name($0) }
        case .anySet: return subsets(nil, tests)
        case .subsets(let members): return subsets(members, tests)
        case .sets(let sets): return sets.map { .set($0) }
        case .range(let range): return cuts(tests, within: range).map { .number($0) }
        case .numbers(let numbers): return Set(numbers).sorted().map { .number($0) }
        case .handling: return Handling.allCases.map { .handling($0) }
        case .booleans(let values): return Set(values).map { .boolean($0) }
        case .clock: return minutes(tests).map { .clock($0) }
        case .text: return [.text("")]
        }
    }

    private func unique(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }

    /// Each bound, its neighbours and the ends: between two of them no test changes its answer.
    private func cuts(_ tests: [Test], within range: ClosedRange<Int>) -> [Int] {
        var cuts: Set<Int> = [range.lowerBound, range.upperBound]
        for case .number(let test) in tests {
            for bound in [test.atLeast, test.atMost, test.exactly].compactMap({ $0 }) {
                cuts.insert(bound)
                if bound > .min { cuts.insert(bound - 1) }
                if bound < .max { cuts.insert(bound + 1) }
            }
        }
        return cuts.filter(range.contains).sorted()
    }

    private func minutes(_ tests: [Test]) -> [Int] {
        var cuts: Set<Int> = [0]
        for case .clock(let from, let until) in tests { cuts.formUnion([from, until]) }
        return cuts.sorted()
    }

    /// Members that the same lists name behave alike: of each such group none, one or all are in the set.
    private func subsets(_ members: [String]?, _ tests: [Test]) -> [AttributeValue]? {
        var lists: [Set<String>] = []
        for case .set(let test) in tests {
            lists += [test.anyOf, test.allOf, test.noneOf, test.only].compactMap { $0.map { Set($0) } }
        }
        let mentioned = unique(lists.flatMap { $0.sorted() })
        let candidates = members ?? mentioned + [""]
        var groups: [[Bool]: [String]] = [:]
        var order: [[Bool]] = []
        for member in candidates {
            let signature = lists.map { $0.contains(member) }
            if groups[signature] == nil { order.append(signature) }
            groups[signature, default: []].append(member)
        }
        var sets: [[String]] = [[]]
        for signature in order {
            let group = groups[signature] ?? []
            let choices = group.count > 1 ? [[], [group[0]], group] : [[], group]
            guard sets.count * choices.count <= RequestSpace.most else { return nil }
            sets = sets.flatMap { set in choices.map { set + $0 } }
        }
        return sets.map { .set($0) }
    }
}

extension Test {
    /// The names it compares with.
    fileprivate var names: [String] {
        if case .oneOf(let names) = self { return names }
        return []
    }
}
