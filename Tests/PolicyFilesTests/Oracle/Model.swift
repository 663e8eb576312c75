/// A folder of policies as the oracle sees it: plain values, no types of the program.

/// A condition: a test, or conditions joined.
indirect enum Clause: Sendable {
    case all([Clause])
    case any([Clause])
    case not(Clause)
    case known([String])
    /// Attribute and test as they stand in the file.
    case test(String, Value)

    var yaml: Value {
        switch self {
        case .all(let parts): .some([("all", .list(parts.map(\.yaml)))])
        case .any(let parts): .some([("any", .list(parts.map(\.yaml)))])
        case .not(let part): .some([("not", part.yaml)])
        case .known(let attributes): .some([("known", .texts(attributes))])
        case .test(let attribute, let test): .some([(attribute, test)])
        }
    }

    var attributes: [String] {
        switch self {
        case .all(let parts), .any(let parts): parts.flatMap(\.attributes)
        case .not(let part): part.attributes
        case .known(let attributes): attributes
        case .test(let attribute, _): [attribute]
        }
    }
}

struct ModelRule: Sendable {
    var id: String
    var effect: String
    var stages: [String]
    var sides: [String]?
    var from: String?
    var until: String?
    var when: Clause?
    var unless: Clause?
    var tell: String?
    var obligations: [(type: String, value: Value)] = []

    var yaml: Value {
        .some([
            ("id", .text(id)), ("effect", .text(effect)), ("stages", .texts(stages)),
            ("sides", sides.map { .texts($0) }),
            (
                "valid",
                from == nil && until == nil
                    ? nil : .some([("from", from.map { .text($0) }), ("until", until.map { .text($0) })])
            ),
            ("when", when?.yaml), ("unless", unless?.yaml), ("source", .text("L1 Art. \(id)")),
            ("because", .some([("en", .text("because of \(id)"))])), ("tell", tell.map { .text($0) }),
            (
                "obligations",
                obligations.isEmpty ? nil : .some(obligations.map { ($0.type, $0.value) })
            ),
        ])
    }
}

struct ModelAgreement: Sendable {
    var id: String
    var parties: [String]
    var askers: [String]?
    var holders: [String]?
    var from: String
    var until: String?
    var suspensions: [(from: String, until: String?)]
    var purposes: [String]
    var legalBases: [String]
    var keyKinds: [String]
    var offences: [String]?
    var stages: [String]?
    var rules: [ModelRule]
}

struct Model: Sendable {
    /// ID, time zone, groups, rules.
    var laws: [(id: String, zone: String, groups: [String], rules: [ModelRule])]
    /// ID, country, kind, rules.
    var agencies: [(id: String, country: String, kind: String, rules: [ModelRule])]
    var agreements: [ModelAgreement]
    /// ID and custody: months, `life`, or not listed.
    var offences: [(id: String, penalties: [(country: String, custody: Value)])]
    static let instruments = ["L1", "L2", "L3"]
    static let groups = ["G1", "G2"]
    static let extraFields = ["vessel_name", "role"]

    /// The folder, each file as JSON, which is YAML.
    var files: [String: [UInt8]] {
        func words(_ text: String) -> Value { .some([("en", .text(text))]) }
        func rules(_ rules: [ModelRule]) -> Value? { rules.isEmpty ? nil : .list(rules.map(\.yaml)) }
        func glossary(_ names: [String]) -> Value { .some(names.map { ($0, .text("words")) }) }
        var files: [String: Value] = [
            "vocabulary.yaml": .some([
                ("format", .int(1)), ("instruments", glossary(Model.instruments)), ("groups", glossary(Model.groups)),
                ("fields", .texts(Model.extraFields)),
            ]),
            "offences/all.yaml": .some([
                ("format", .int(1)),
                (
                    "offences",
                    .some(
                        offences.map { offence in
                            let penalties = Value.some(offence.penalties.map { ($0.country, $0.custody) })
                            return (
                                offence.id,
                                .some([("name", words("x")), ("source", .text("L1")), ("penalties", penalties)])
                            )
                        }
                    )
                ),
            ]),
        ]
        for law in laws {
            files["jurisdictions/\(law.id).yaml"] = .some([
                ("format", .int(1)), ("id", .text(law.id)), ("name", words("x")), ("time_zone", .text(law.zone)),
                ("groups", law.groups.isEmpty ? nil : .texts(law.groups)), ("rules", rules(law.rules)),
            ])
        }
        for agency in agencies {
            files["agencies/\(agency.id).yaml"] = .some([
                ("format", .int(1)), ("id", .text(agency.id)), ("name", words("x")),
                ("jurisdiction", .text(agency.country)), ("kind", .text(agency.kind)), ("rules", rules(agency.rules)),
            ])
        }
        for pact in agreements {
            let suspensions = pact.suspensions.map { suspension in
                Value.some([
                    ("from", .text(suspension.from)), ("until", suspension.until.map { .text($0) }),
                    ("because", words("x")),
                ])
            }
            files["agreements/\(pact.id).yaml"] = .some([
                ("format", .int(1)), ("id", .text(pact.id)), ("name", words("x")), ("parties", .texts(pact.parties)),
                ("askers", pact.askers.map { .texts($0) }), ("holders", pact.holders.map { .texts($0) }),
                ("valid", .some([("from", .text(pact.from)), ("until", pact.until.map { .text($0) })])),
                ("suspensions", suspensions.isEmpty ? nil : .list(suspensions)),
                (
                    "scope",
                    .some([
                        ("purposes", .texts(pact.purposes)), ("legal_bases", .texts(pact.legalBases)),
                        ("key_kinds", .texts(pact.keyKinds)), ("offences", pact.offences.map { .texts($0) }),
                        ("stages", pact.stages.map { .texts($0) }),
                    ])
                ), ("rules", rules(pact.rules)),
            ])
        }
        return files.mapValues { Array($0.json.utf8) }
    }
}
