/// The documents of `explain` and of requests, with the place of each rule. Values are those of the caller's own request.

import PolicyEngine

extension LoadedPolicies {
    /// Where a rule stands; nil for a builtin.
    public func location(of account: RuleAccount) -> (file: String, place: Place) {
        let path = RulePlaces.path(account.layer, account.owner)
        return (path, places.place(of: account.rule.name, in: path))
    }

    /// The document of a decision, with every rule that was asked and why it fired or did not.
    public func document(_ explanation: Explanation, lang: String) -> OrderedJSON {
        guard case .object(let decision) = OrderedJSON(explanation.decision, lang: lang, policyDigest: digest) else {
            return .null
        }
        let missing = Layer.allCases.flatMap { layer -> [OrderedJSON] in
            (explanation.missingPermits(of: layer) ?? []).map { account in
                .object([
                    ("rule", .text(account.rule.name)), ("layer", .text(account.layer.name)),
                    ("lacks", .list(account.lacks.map { .text($0) })),
                ])
            }
        }
        return .object(
            decision + [
                ("rules", .list(explanation.rules.map { document($0, lang: lang) })),
                ("missing_permits", .list(missing)),
            ]
        )
    }

    private func document(_ account: RuleAccount, lang: String) -> OrderedJSON {
        let (file, place) = location(of: account)
        return .object([
            ("rule", .text(account.rule.name)), ("layer", .text(account.layer.name)),
            ("effect", .text(account.rule.effect.rawValue)), ("source", .text(account.rule.source)),
            ("text", .text(account.rule.because.text(in: lang))), ("file", .text(file)),
            ("line", .number(place.line)), ("column", .number(place.column)),
            ("fired", .boolean(account.fate == .fired)), ("because", .text(account.words)),
            (
                "tests",
                .list(
                    account.findings.map { finding in
                        .object([
                            ("attribute", .text(finding.attribute.rawValue)),
                            ("test", .text(finding.test.map(\.words) ?? "known")),
                            ("value", OrderedJSON(finding.value)), ("holds", .text(finding.truth.name)),
                        ])
                    }
                )
            ),
        ])
    }
}

extension OrderedJSON {
    /// A value as a request writes it; null if it is not known. Free text is not repeated.
    init(_ value: AttributeValue) {
        self =
            switch value {
            case .absent: .null
            case .name(let name): .text(name)
            case .set(let names): .list(names.map { .text($0) })
            case .number(.max): .text("life")
            case .number(let number): .number(number)
            case .boolean(let value): .boolean(value)
            case .handling, .clock, .text: .text(value.words)
            }
    }

    /// The document of a request, as `decide` reads it.
    public init(_ request: PolicyRequest) {
        var members: [(name: String, value: OrderedJSON)] = []
        func add(_ name: String, _ value: OrderedJSON?) {
            if let value { members.append((name, value)) }
        }
        func names<Name: RawRepresentable<String>>(_ names: [Name]?) -> OrderedJSON? {
            names.map { .list($0.map { .text($0.rawValue) }) }
        }
        func texts(_ texts: [String]?) -> OrderedJSON? { texts.map { .list($0.map { .text($0) }) } }
        add("stage", .text(request.stage.rawValue))
        add("side", .text(request.side.rawValue))
        add("at", .text(request.at.description))
        add("asker", .text(request.asker))
        add("holder", .text(request.holder))
        add("agreement", .text(request.agreement))
        add("recipient", request.recipient.map { .text($0) })
        add("purpose", request.purpose.map { .text($0.rawValue) })
        add("legal_basis", request.legalBasis.map { .text($0) })
        add("offence", request.offence.map { .text($0) })
        add("case", request.caseReference.map { .text($0) })
        add("urgency", request.urgency.map { .text($0.rawValue) })
        add("key_kinds", names(request.keyKinds))
        add("key_count", request.keyCount.map { .number($0) })
        add("fields", texts(request.fields))
        if let question = request.question {
            add("question", .present([("subject", names(question.subject)), ("origin", texts(question.origin))]))
        }
        if let hit = request.hit {
            let confirmed = hit.confirmed.map { OrderedJSON.boolean($0) }
            add("hit", .present([("score", hit.score.map { .number($0) }), ("confirmed", confirmed)]))
        }
        if let record = request.record { add("record", OrderedJSON(record)) }
        add("analyst", request.analyst.map { .text($0) })
        self = .object(members)
    }

    private init(_ record: RecordFacts) {
        func names<Name: RawRepresentable<String>>(_ names: [Name]?) -> OrderedJSON? {
            names.map { .list($0.map { .text($0.rawValue) }) }
        }
        self = .present([
            ("subject", names(record.subject)), ("origin", record.origin.map { .list($0.map { .text($0) }) }),
            ("handling", record.handling.map { .text($0.rawValue) }),
            ("source", record.source.map { .text($0.rawValue) }),
            ("information", record.information.map { .number($0) }),
            ("basis", record.basis.map { .text($0.rawValue) }),
            ("consent", record.consent.map { .text($0.rawValue) }), ("offence", record.offence.map { .text($0) }),
            ("sensitive", names(record.sensitive)), ("recorded", record.recorded.map { .text($0.description) }),
            ("expires", record.expires.map { .text($0.description) }),
            ("originator", record.originator.map { .text($0) }),
        ])
    }

    private static func present(_ members: [(name: String, value: OrderedJSON?)]) -> OrderedJSON {
        .object(members.compactMap { member in member.value.map { (member.name, $0) } })
    }
}
