/// The closed words and forms of the columns that policies read. Its words hold no value.

import MatchKeys

/// The closed words and forms of the columns that policies read (POLICY section 3).
enum PolicyWords {
    private static let subjects: Set<String> = [
        "suspect", "convicted", "victim", "witness", "informant", "contact", "missing_person", "minor",
        "asylum_applicant", "protected_person", "smuggled_person",
    ]

    private static let closed: [String: Set<String>] = [
        "subject_category": subjects.union(Record.thingCategories),
        "handling": ["H0", "H1", "H2", "H3"],
        "source": ["A", "B", "C", "X"],
        "information": ["1", "2", "3", "4"],
        "basis": ["fact", "assessment"],
        "consent": ["given", "refused", "pending"],
        "sensitive": [
            "ethnic_origin", "political_opinion", "religion", "trade_union", "genetic", "biometric", "health",
            "sexual_life",
        ],
    ]

    private static let lists: Set<String> = ["subject_category", "sensitive", "origin"]
    static let checked = Set(Record.policyColumns).subtracting(["source_reference", "originator"])

    /// Why the values of a policy column cannot be read; nil if they can, or the column is none of policy.
    static func problem(column: String, values: [String]) -> String? {
        guard !values.isEmpty, checked.contains(column) else { return nil }
        if values.count > 1, !lists.contains(column) { return "more than one value" }
        if let words = closed[column] {
            guard values.allSatisfy(words.contains) else {
                return "not one of \(words.sorted().joined(separator: ", "))"
            }
            let things = values.filter(Record.thingCategories.contains)
            return column == "subject_category" && !things.isEmpty && things.count < values.count
                ? "both a person and a thing" : nil
        }
        switch column {
        case "expires", "recorded": return dateProblem(values[0])
        case "origin": return values.allSatisfy(isJurisdiction) ? nil : "not two capital letters of a country"
        case "offence": return isID(values[0]) ? nil : "not the id of an offence"
        default: return nil
        }
    }

    private static func dateProblem(_ value: String) -> String? {
        guard value.utf8.count == 10, IdentifierKind.date.canonicalise(value) == .canonical(value) else {
            return "not a day of the calendar written YYYY-MM-DD"
        }
        return nil
    }

    private static func isJurisdiction(_ value: String) -> Bool {
        value.utf8.count == 2 && value.utf8.allSatisfy { (0x41...0x5A).contains($0) }
    }

    /// `[a-z0-9]+([-_][a-z0-9]+)*`, at most 64 characters.
    private static func isID(_ value: String) -> Bool {
        guard value.utf8.count <= 64 else { return false }
        let parts = value.utf8.split(omittingEmptySubsequences: false) { $0 == 0x2D || $0 == 0x5F }
        return parts.allSatisfy { part in
            !part.isEmpty && part.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
        }
    }
}
