/// Expected decisions: what a case says, and whether a decision meets it (POLICY section 6, `test`).

import PolicyEngine

public struct PolicyCase: Sendable {
    public struct Expectation: Sendable {
        public let decision: Outcome
        /// Each must be among the decision's reasons.
        public let reasons: [String]
        /// Each must equal the decision's obligation of its type.
        public let obligations: [Obligation]
    }

    public let name: String
    /// The file it stands in, relative to the folder, and where.
    public let file: String
    public let place: Place
    public let request: PolicyRequest
    public let expectation: Expectation

    /// What differs from the expectation, in words; empty if the case passes.
    public func failures(in policies: PolicySet) -> [String] {
        let decision: Decision
        do {
            decision = try policies.decide(request)
        } catch {
            return ["no decision: \(error.text)"]
        }
        var failures: [String] = []
        let rules = decision.reasons.map(\.rule)
        if decision.outcome != expectation.decision {
            failures.append(
                "decision: expected \(expectation.decision.rawValue), got \(decision.outcome.rawValue) by "
                    + rules.joined(separator: ", ")
            )
        }
        for reason in expectation.reasons where !rules.contains(reason) {
            failures.append("reasons: \(reason) is not among \(rules.joined(separator: ", "))")
        }
        for expected in expectation.obligations {
            let item = decision.obligations.items.first { $0.obligation.kind == expected.kind }
            if item?.obligation != expected.ordered {
                let got = item.map { OrderedJSON($0.obligation).compact } ?? "none"
                failures.append(
                    "obligations: \(expected.kind.rawValue) expected \(OrderedJSON(expected.ordered).compact), got \(got)"
                )
            }
        }
        return failures
    }
}

/// Reads `cases` of any file, and the files under `cases/`.
struct CaseReader {
    let reader: Reader
    let names: DeclaredNames

    private var log: ProblemLog { reader.log }

    /// The cases of a whole file: `format`, `common`, `cases`.
    func file(_ tree: Tree) -> [PolicyCase] {
        guard
            let tree = reader.mapping(
                tree,
                keys: ["format", "common", "cases"],
                required: ["format", "cases"],
                what: "a file of cases"
            )
        else { return [] }
        reader.format(tree)
        var common: [Tree.Entry] = []
        if let entry = tree.entry("common") {
            for part in reader.entries(entry.value, what: "common") ?? [] {
                if RequestKey(rawValue: part.key) == nil {
                    log.add(.unknownKey, part.keyPlace, "\(quoted(part.key)) is no key of a request")
                } else {
                    common.append(part)
                }
            }
            // No case may use a key; what it says is read all the same. What a case reads again is told once.
            RequestReader(reader: reader, fields: names.fields)
                .checkValues(Tree(place: entry.value.place, content: .mapping(common)))
        }
        return cases(tree.entry("cases")?.value, common: common)
    }

    /// The cases of a list.
    func cases(_ tree: Tree?, common: [Tree.Entry] = []) -> [PolicyCase] {
        guard let tree, let items = reader.list(tree, what: "cases") else { return [] }
        let keys = ["name", "at", "request", "expect"]
        return items.compactMap { item in
            guard let tree = reader.mapping(item, keys: keys, required: keys, what: "a case") else { return nil }
            let name = tree.entry("name").flatMap { reader.words($0.value, what: "name") }
            var at: Moment?
            if let entry = tree.entry("at"), let text = reader.text(entry.value, what: "at") {
                at = Moment(text)
                if at == nil {
                    log.add(.badValue, entry.value.place, "at must be a time by RFC 3339, as 2026-03-02T09:00:00Z")
                }
            }
            var request: PolicyRequest?
            if let entry = tree.entry("request"), let merged = self.merged(entry.value, common) {
                request = RequestReader(reader: reader, fields: names.fields)
                    .request(merged, at: at, now: Moment(seconds: 0), side: nil)
            }
            let expectation = tree.entry("expect").flatMap { self.expectation($0.value) }
            guard let name, at != nil, let request, let expectation else { return nil }
            return PolicyCase(
                name: name,
                file: log.file,
                place: tree.firstKeyPlace,
                request: request,
                expectation: expectation
            )
        }
    }

    /// The request with `common` under it: key by key, in `record` and `hit` too, less what its stage or side lacks.
    private func merged(_ tree: Tree, _ common: [Tree.Entry]) -> Tree? {
        guard let own = reader.entries(tree, what: "a request") else { return nil }
        func text(_ key: String) -> String? {
            guard case .scalar(let text, _)? = (own + common).first(where: { $0.key == key })?.value.content else {
                return nil
            }
            return text
        }
        let stage = text("stage").flatMap(Stage.init)
        let isAsker = text("side") == Side.asker.rawValue
        var entries = own
        for part in common {
            if let stage, let key = RequestKey(rawValue: part.key) {
                if !key.allowed.contains(stage) { continue }
                if key == .side, stage == .index { continue }
                if key == .question, !isAsker { continue }
            }
            guard let index = entries.firstIndex(where: { $0.key == part.key }) else {
                entries.append(part)
                continue
            }
            guard part.key == "record" || part.key == "hit", case .mapping(let under) = part.value.content,
                case .mapping(let over) = entries[index].value.content
            else { continue }
            let joined = over + under.filter { entry in !over.contains { $0.key == entry.key } }
            let value = Tree(place: entries[index].value.place, content: .mapping(joined))
            entries[index] = Tree.Entry(key: part.key, keyPlace: entries[index].keyPlace, value: value)
        }
        // Own keys come first, so that a missing one is told at the request.
        return Tree(place: tree.place, content: .mapping(entries))
    }

    private func expectation(_ tree: Tree) -> PolicyCase.Expectation? {
        guard
            let tree = reader.mapping(
                tree,
                keys: ["decision", "reasons", "obligations"],
                required: ["decision"],
                what: "expect"
            )
        else { return nil }
        let decision = tree.entry("decision").flatMap { reader.closed($0.value, what: "decision", as: Outcome.self) }
        let reasons =
            tree.entry("reasons").flatMap { reader.nameList($0.value, what: "rule", of: "reasons", in: names.rules) }
            ?? []
        let obligations =
            tree.entry("obligations").map {
                ObligationReader(reader: reader, names: names).obligations($0.value, stages: nil)
            } ?? []
        return decision.map { PolicyCase.Expectation(decision: $0, reasons: reasons, obligations: obligations) }
    }
}
