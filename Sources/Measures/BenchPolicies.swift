// The policies of two nodes that measure: rules like the shipped ones, quotas too large to be met. Knows no real agency.
import PolicyEngine
import PolicyFiles

/// Two agencies of one made-up country and as many agreements as indexes are built.
enum BenchPolicies {
    static let asker = "bench-asker"
    static let holder = "bench-holder"
    static let jurisdiction = "XB"
    static let purpose = Purpose.investigate
    static let legalBasis = "UN-SOM"
    static let offence = "migrant-smuggling"

    static func agreement(_ number: Int) -> String { "bench-\(number)" }

    /// - Parameter bothAsk: whether the holder asks as well, and the asker holds.
    static func files(agreements: Int, bothAsk: Bool = false) -> [String: [UInt8]] {
        var files = [
            "vocabulary.yaml": vocabulary,
            "offences/core.yaml": offences,
            "jurisdictions/\(jurisdiction).yaml": law,
            "agencies/\(asker).yaml": agency(asker),
            "agencies/\(holder).yaml": agency(holder),
        ]
        for number in 0..<agreements {
            files["agreements/\(agreement(number)).yaml"] = terms(agreement(number), bothAsk)
        }
        return files.mapValues { Array($0.utf8) }
    }

    private static let vocabulary = """
        format: 1
        instruments:
          EU-2016-680: Directive (EU) 2016/680 (Law Enforcement Directive)
          UN-SOM: Protocol against the Smuggling of Migrants by Land, Sea and Air (2000)

        """

    private static let offences = """
        format: 1
        offences:
          \(offence):
            name: {en: Smuggling of migrants}
            source: UN-SOM Art. 6
            penalties: {\(jurisdiction): 120}

        """

    private static let law = """
        format: 1
        id: \(jurisdiction)
        name: {en: A country to measure in}
        time_zone: Europe/Copenhagen
        rules:
          - id: exchange
            effect: permit
            stages: [question, index, disclosure]
            source: UN-SOM Art. 10(1)
            because: {en: Agencies exchange what they know.}
          - id: protected-people
            effect: forbid
            stages: [index]
            sides: [holder]
            when:
              record.subject: {any_of: [asylum_applicant, protected_person, witness]}
            tell: nothing
            source: UN-SOM Art. 5
            because: {en: People under protection are not made known.}
          - id: third-party-data
            effect: forbid
            stages: [index]
            sides: [holder]
            when: {record.third_party: true}
            unless: {record.consent: given}
            tell: source
            source: EU-2016-680 Art. 9(3)
            because: {en: Data received from another agency need its consent.}

        """

    private static func agency(_ id: String) -> String {
        """
        format: 1
        id: \(id)
        name: {en: \(id)}
        jurisdiction: \(jurisdiction)
        kind: border_police

        """
    }

    private static func terms(_ id: String, _ bothAsk: Bool) -> String {
        """
        format: 1
        id: \(id)
        name: {en: \(id)}
        parties: [\(asker), \(holder)]
        askers: [\(bothAsk ? "\(asker), \(holder)" : asker)]
        holders: [\(bothAsk ? "\(asker), \(holder)" : holder)]
        valid: {from: 2020-01-01}
        scope:
          purposes: [\(purpose.rawValue)]
          legal_bases: [\(legalBasis)]
          offences: [\(offence)]
          key_kinds: [name, document, phone, email]
        rules:
          - id: exchange
            effect: permit
            stages: [question, index, disclosure]
            source: UN-SOM Art. 10(1)
            because: {en: The two agencies exchange what they know.}
          - id: no-h3
            effect: forbid
            stages: [index]
            sides: [holder]
            when:
              record.handling: {at_least: H3}
            tell: nothing
            source: UN-SOM Art. 10(2)
            because: {en: Records with special restrictions stay out.}
          - id: quotas
            effect: require
            stages: [question]
            source: EU-2016-680 Art. 4(1)(c)
            because: {en: Questions are counted.}
            obligations:
              quota:
                - {per: peer, period: hour, keys: 1000000000}
                - {per: peer, period: day, keys: 1000000000}
                - {per: peer, period: month, keys: 1000000000}
                - {per: analyst, period: hour, keys: 1000000000}
          - id: copies
            effect: require
            stages: [question, index]
            source: EU-2016-680 Art. 4(1)(f)
            because: {en: The asker holds a copy of the match index.}
            obligations: {retrieval: [synced]}
          - id: second-person
            effect: require
            stages: [disclosure]
            sides: [holder]
            source: UN-SOM Art. 10(2)
            because: {en: A person decides whether data leave.}
            obligations: {approvals: 1, fields: [full_name, birth_date, phone], handling: H1}

        """
    }

    static func load(agreements: Int) throws -> PolicySet {
        let loaded = PolicyFolder.load(files: files(agreements: agreements))
        guard let set = loaded.policies else {
            throw MeasureProblem("the policies to measure with: \(loaded.problems.first?.text ?? "")")
        }
        return set
    }
}
