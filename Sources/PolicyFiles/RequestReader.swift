/// Reads a request for a decision, from JSON or from a case in YAML (POLICY section 3).
/// Knows keys, types and stages; decides nothing. Words of its problems name keys, never values of a record.

import PolicyEngine

struct RequestReader {
    let reader: Reader
    /// Everything `fields` may name; nil: unknown, not checked.
    let fields: Set<String>?

    private var log: ProblemLog { reader.log }

    private static let recordKeys = [
        "subject", "origin", "handling", "source", "information", "basis", "consent", "offence", "sensitive",
        "recorded",
        "expires", "originator",
    ]

    /// The request in a tree; nil, and reported, if anything is wrong with it.
    /// - Parameters:
    ///   - at: wins over the request's own `at`.
    ///   - now: used if neither is given; without it `at` is missing.
    ///   - side: wins over the request's own.
    func request(_ tree: Tree, at fixed: Moment?, now: Moment?, side fixedSide: Side?) -> PolicyRequest? {
        let before = log.problems.count
        guard let tree = reader.mapping(tree, keys: RequestKey.names, required: ["stage"], what: "a request"),
            let stage = tree.entry("stage").flatMap({ reader.closed($0.value, what: "stage", as: Stage.self) })
        else { return nil }
        presence(tree, stage)
        let ownSide = tree.entry("side").flatMap { reader.closed($0.value, what: "side", as: Side.self) }
        let side = fixedSide ?? ownSide ?? .holder
        if stage == .index, side == .asker {
            log.add(.badValue, tree.entry("side")?.value.place ?? tree.place, RequestProblem.noAskerAtIndex.text)
        }
        if side == .holder, stage == .question, let entry = tree.entry("question") {
            log.add(.stageAttribute, entry.value.place, RequestProblem.questionAtHolder.text)
        }
        var ownMoment: Moment?
        if let entry = tree.entry("at") { ownMoment = moment(entry.value) }
        if tree.entry("at") == nil, fixed == nil, now == nil {
            log.add(.missingKey, tree.firstKeyPlace, "\"at\" is missing in a request")
        }
        let at = fixed ?? ownMoment ?? now ?? Moment(seconds: 0)
        let request = values(tree, stage: stage, side: side, at: at)
        return log.problems.count == before ? request : nil
    }

    /// Reports what is wrong with the values of some keys of a request, whichever stage they are for.
    func checkValues(_ tree: Tree) {
        _ = tree.entry("stage").flatMap { reader.closed($0.value, what: "stage", as: Stage.self) }
        _ = tree.entry("side").flatMap { reader.closed($0.value, what: "side", as: Side.self) }
        _ = tree.entry("at").flatMap { moment($0.value) }
        _ = values(tree, stage: .question, side: .asker, at: Moment(seconds: 0))
    }

    /// A request of what a tree says beside stage, side and time.
    private func values(_ tree: Tree, stage: Stage, side: Side, at: Moment) -> PolicyRequest {
        PolicyRequest(
            stage: stage,
            side: side,
            at: at,
            asker: word(tree, "asker") ?? "",
            holder: word(tree, "holder") ?? "",
            agreement: word(tree, "agreement") ?? "",
            recipient: word(tree, "recipient"),
            purpose: tree.entry("purpose").flatMap { reader.closed($0.value, what: "purpose") },
            legalBasis: word(tree, "legal_basis"),
            offence: word(tree, "offence"),
            caseReference: word(tree, "case"),
            urgency: tree.entry("urgency").flatMap { reader.closed($0.value, what: "urgency") },
            keyKinds: tree.entry("key_kinds").flatMap { set($0.value, "key_kinds") },
            keyCount: tree.entry("key_count").flatMap { reader.number($0.value, what: "key_count", 0...Int.max) },
            fields: tree.entry("fields").flatMap { fieldSet($0.value) },
            question: tree.entry("question").flatMap { self.question($0.value) },
            hit: tree.entry("hit").flatMap { self.hit($0.value) },
            record: tree.entry("record").flatMap { self.record($0.value) },
            analyst: word(tree, "analyst")
        )
    }

    private func presence(_ tree: Tree, _ stage: Stage) {
        for key in RequestKey.allCases where key != .stage {
            if let entry = tree.entry(key.rawValue) {
                if !key.allowed.contains(stage) {
                    let problem = RequestProblem.misplaced(key: key.rawValue, stage: stage)
                    log.add(.stageAttribute, entry.value.place, problem.text)
                }
            } else if key.required.contains(stage) {
                let words = RequestProblem.missing(key: key.rawValue, stage: stage).text
                log.add(.missingKey, tree.firstKeyPlace, words, missing: key.rawValue)
            }
        }
    }

    private func word(_ tree: Tree, _ key: String) -> String? {
        tree.entry(key).flatMap { reader.text($0.value, what: key) }
    }

    private func moment(_ tree: Tree) -> Moment? {
        guard let text = reader.text(tree, what: "at") else { return nil }
        guard let moment = Moment(text) else {
            log.add(.badValue, tree.place, "at must be a time by RFC 3339, as 2026-03-02T09:00:00Z")
            return nil
        }
        return moment
    }

    private func day(_ tree: Tree, _ key: String) -> Day? {
        tree.entry(key).flatMap { reader.day($0.value, what: key) }
    }

    /// A set as it is sent: it may be empty, which is known to be empty.
    private func items(_ tree: Tree, _ what: String) -> [Tree]? {
        switch tree.content {
        case .list(let items): return items
        case .broken: return nil
        default:
            log.add(.wrongType, tree.place, "\(what) must be a list")
            return nil
        }
    }

    private func set<Name: CaseIterable & RawRepresentable<String> & Equatable>(
        _ tree: Tree,
        _ what: String
    ) -> [Name]? {
        items(tree, what)?.reduce(into: [Name]()) { result, item in
            if let name: Name = reader.closed(item, what: what), !result.contains(name) { result.append(name) }
        }
    }

    private func fieldSet(_ tree: Tree) -> [String]? {
        var seen: Set<String> = []
        return items(tree, "fields")?.compactMap { item in
            guard let text = reader.text(item, what: "a field") else { return nil }
            if let fields, !fields.names(text) {
                log.add(.badValue, item.place, "fields must be record columns or declared fields")
            }
            return seen.insert(text).inserted ? text : nil
        }
    }

    private func countries(_ tree: Tree, _ what: String) -> [String]? {
        var seen: Set<String> = []
        return items(tree, what)?.compactMap { item in
            guard let text = reader.text(item, what: what) else { return nil }
            guard Identifiers.isCountry(text) else {
                log.add(.badValue, item.place, "\(what) must be countries of two capital letters")
                return nil
            }
            return seen.insert(text).inserted ? text : nil
        }
    }

    private func question(_ tree: Tree) -> QuestionFacts? {
        guard let tree = reader.mapping(tree, keys: ["subject", "origin"], what: "question") else { return nil }
        return QuestionFacts(
            subject: tree.entry("subject").flatMap { set($0.value, "question.subject") },
            origin: tree.entry("origin").flatMap { countries($0.value, "question.origin") }
        )
    }

    private func hit(_ tree: Tree) -> HitFacts? {
        guard let tree = reader.mapping(tree, keys: ["score", "confirmed"], what: "hit") else { return nil }
        return HitFacts(
            score: tree.entry("score").flatMap { reader.number($0.value, what: "hit.score", 0...100) },
            confirmed: tree.entry("confirmed").flatMap { reader.boolean($0.value, what: "hit.confirmed") }
        )
    }

    private func record(_ tree: Tree) -> RecordFacts? {
        guard let tree = reader.mapping(tree, keys: RequestReader.recordKeys, what: "record") else { return nil }
        return RecordFacts(
            subject: tree.entry("subject").flatMap { set($0.value, "record.subject") },
            origin: tree.entry("origin").flatMap { countries($0.value, "record.origin") },
            handling: tree.entry("handling").flatMap { reader.closed($0.value, what: "record.handling") },
            source: tree.entry("source").flatMap { reader.closed($0.value, what: "record.source") },
            information: tree.entry("information").flatMap {
                reader.number($0.value, what: "record.information", 1...4)
            },
            basis: tree.entry("basis").flatMap { reader.closed($0.value, what: "record.basis") },
            consent: tree.entry("consent").flatMap { reader.closed($0.value, what: "record.consent") },
            offence: word(tree, "offence"),
            sensitive: tree.entry("sensitive").flatMap { set($0.value, "record.sensitive") },
            recorded: day(tree, "recorded"),
            expires: day(tree, "expires"),
            originator: word(tree, "originator")
        )
    }
}
