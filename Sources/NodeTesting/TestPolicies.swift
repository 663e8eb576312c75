// A small policy folder for tests: three countries, three agencies, one agreement, and edits to any of them.
// Knows texts only; whether they check clean, the node says.

public struct TestPolicies: Sendable {
    public static let agreement = "shared"
    /// Path to text.
    public private(set) var files: [String: String]

    /// What a test adds to one file.
    public enum Place: Sendable {
        /// The country's law, `XA`, `XB`, `XC`.
        case jurisdiction(String)
        case agreement
        case agency(String)

        var path: String {
            switch self {
            case .jurisdiction(let id): "jurisdictions/\(id).yaml"
            case .agreement: "agreements/\(TestPolicies.agreement).yaml"
            case .agency(let id): "agencies/\(id).yaml"
            }
        }
    }

    public init() {
        var files = ["vocabulary.yaml": Self.vocabulary, "offences/core.yaml": Self.offences]
        for (letter, agency) in [("A", "alpha"), ("B", "bravo"), ("C", "charlie")] {
            files["jurisdictions/X\(letter).yaml"] = Self.jurisdiction("X\(letter)")
            files["agencies/\(agency).yaml"] = """
                format: 1
                id: \(agency)
                name: {en: Agency \(agency)}
                jurisdiction: X\(letter)
                kind: police

                """
        }
        files[Place.agreement.path] = Self.terms
        self.files = files
    }

    /// Disclosures are permitted, decided by `approvals` people of the holder; one ground to refuse with.
    public static func disclosing(approvals: Int = 1) -> TestPolicies {
        let permit = """
              - id: disclose
                effect: permit
                stages: [disclosure]
                source: TREATY Art. 6
                because: {en: Parties tell each other what they know.}

            """
        var policies = TestPolicies()
        for id in ["XA", "XB", "XC"] { policies = policies.adding(permit, to: .jurisdiction(id)) }
        return policies.adding(permit, to: .agreement)
            .requiring("approvals: \(approvals)", at: "disclosure", sides: "holder", in: .agreement)
            .replacing(
                "\nrules:\n",
                with: """

                    grounds:
                      - id: investigation
                        source: TREATY Art. 7
                        because: {en: It would warn somebody.}

                    rules:

                    """,
                in: .agreement
            )
    }

    public var bytes: [String: [UInt8]] { files.mapValues { Array($0.utf8) } }

    /// Adds a require with one obligation at `stage`.
    public func requiring(
        _ obligation: String,
        at stage: String = "question",
        sides: String,
        in place: Place
    ) -> TestPolicies {
        adding(
            """
              - id: duty
                effect: require
                stages: [\(stage)]
                sides: [\(sides)]
                source: TREATY Art. 9
                because: {en: A duty of the test.}
                obligations: {\(obligation)}

            """,
            to: place
        )
    }

    /// Adds a rule, indented as in the files.
    public func adding(_ rule: String, to place: Place) -> TestPolicies {
        var copy = self
        var text = copy.files[place.path, default: ""]
        if !text.contains("\nrules:") { text += "rules:\n" }
        copy.files[place.path] = text + rule
        return copy
    }

    public func replacing(_ old: String, with new: String, in place: Place) -> TestPolicies {
        var copy = self
        var text = copy.files[place.path, default: ""]
        if let range = text.firstRange(of: old) { text.replaceSubrange(range, with: new) }
        copy.files[place.path] = text
        return copy
    }

    private static let vocabulary = """
        format: 1
        groups: {PARTIES: Parties to the treaty}
        instruments: {TREATY: A treaty of the test}

        """

    private static let offences = """
        format: 1
        offences:
          smuggling:
            name: {en: Smuggling}
            source: TREATY Art. 2
            penalties: {XA: 60, XB: 60, XC: 60}

        """

    private static func jurisdiction(_ id: String) -> String {
        """
        format: 1
        id: \(id)
        name: {en: Country \(id)}
        groups: [PARTIES]

        rules:
          - id: exchange
            effect: permit
            stages: [question, index]
            source: TREATY Art. 1
            because: {en: Parties answer each other.}
          - id: not-asked
            effect: forbid
            stages: [question]
            sides: [asker]
            when:
              known: question.subject
              question.subject: {any_of: [protected_person]}
            tell: nothing
            source: TREATY Art. 3
            because: {en: Nobody asks abroad about a person under protection.}
          - id: third-party
            effect: forbid
            stages: [index]
            sides: [holder]
            when: {record.third_party: true}
            tell: nothing
            source: TREATY Art. 4
            because: {en: Data of others need their consent.}

        """
    }

    private static let terms = """
        format: 1
        id: shared
        name: {en: The agreement of the test}
        parties: [alpha, bravo, charlie]
        askers: [alpha]
        holders: [bravo, charlie]
        valid: {from: 2025-01-01, until: 2035-12-31}
        scope:
          purposes: [investigate, prosecute]
          legal_bases: [TREATY]
          key_kinds: [name, document, phone]

        rules:
          - id: exchange
            effect: permit
            stages: [question, index]
            source: TREATY Art. 1
            because: {en: The agencies exchange what they know.}
          - id: no-h3
            effect: forbid
            stages: [index]
            sides: [holder]
            when:
              record.handling: {at_least: H3}
            tell: nothing
            source: TREATY Art. 5
            because: {en: Restricted records stay at home.}

        """
}
