/// A folder of two countries and two agencies, with rules put into one of its files. `§` marks a warning's place.

import PolicyEngine
import PolicyFiles
import Testing

/// Rules for one or more files of the small folder, and the warnings they bring.
struct WarningCase: Sendable, CustomTestStringConvertible {
    let code: String
    /// File -> rules, indented as a list under `rules:`.
    var otherLaw = ""
    var law = ""
    var pact = ""
    var agency = ""
    /// Keys of the agreement, in place of the usual ones.
    var terms = WarningCase.usual
    var at = "2026-03-02T09:00:00Z"

    static let usual = """
        valid: {from: 2026-01-01}
        scope:
          purposes: [investigate, prosecute]
          legal_bases: [LAW]
          key_kinds: [name, phone]

        """

    var testDescription: String { "\(code): \(law)\(pact)\(agency)".replacing("\n", with: " ") }

    /// The files, with `§` still in them.
    var files: [String: String] {
        [
            "vocabulary.yaml": """
            format: 1
            instruments: {LAW: A law, OTHER: Another}
            groups: {G: A group, H: Another}
            fields: [vessel_name]

            """,
            "offences/all.yaml": """
            format: 1
            offences:
              grave: {name: {en: Grave}, source: LAW 1, penalties: {XA: 120, XB: life}}
              petty: {name: {en: Petty}, source: LAW 2, penalties: {XA: 6}}

            """,
            "jurisdictions/XA.yaml": "format: 1\nid: XA\nname: {en: A}\ngroups: [G]\n" + rules(otherLaw),
            "jurisdictions/XB.yaml": "format: 1\nid: XB\nname: {en: B}\n" + rules(law),
            "agencies/alpha.yaml": "format: 1\nid: alpha\nname: {en: A}\njurisdiction: XA\nkind: police\n",
            "agencies/beta.yaml": "format: 1\nid: beta\nname: {en: B}\njurisdiction: XB\nkind: fiu\n" + rules(agency),
            "agreements/pact.yaml": "format: 1\nid: pact\nname: {en: P}\nparties: [alpha, beta]\n" + terms
                + rules(pact),
        ]
    }

    private func rules(_ list: String) -> String {
        if list.isEmpty { return "" }
        let lines = list.split(separator: "\n").map { line in
            "  " + line.replacing("…", with: ", source: LAW, because: {en: x}")
        }
        return "rules:\n" + lines.joined(separator: "\n") + "\n"
    }

    func check(sourceLocation: SourceLocation = #_sourceLocation) throws {
        var expected: [String] = []
        for (file, text) in files.sorted(by: { $0.key < $1.key }) {
            for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                if let column = Array(line.unicodeScalars).firstIndex(of: "§") {
                    expected.append("\(file):\(number + 1):\(column + 1): warning: \(code)")
                }
            }
        }
        let loaded = PolicyFolder.load(files: files.mapValues { Array($0.replacing("§", with: "").utf8) })
        #expect(loaded.problems.map(\.description) == [], sourceLocation: sourceLocation)
        let found = loaded.findings(at: try #require(Moment(at)))
        #expect(
            found.map { "\($0.location): \($0.severity.rawValue): \($0.code.rawValue)" } == expected,
            "\(found)",
            sourceLocation: sourceLocation
        )
    }
}
