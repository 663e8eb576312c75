/// By which words a person is found in the log: what they can say of themselves, and what a question already derived of
/// them. Kept only as keyed digests (AUDIT section 2).

import MatchKeys

enum SubjectTerms {
    /// Most terms that one entry carries: 16 KiB of digests. Questions about hundreds of people carry those of the first.
    static let greatest = 1_024

    /// Of one person: every identifier, and every two names with the birth date. One name and a date fit many.
    static func of(_ keys: [MatchKey]) -> [String] {
        var terms: [String] = []
        var names: [Substring: [Substring]] = [:]
        for key in keys {
            if key.kind == .skeletonDob {
                let parts = key.value.split(separator: "|", maxSplits: 1)
                if parts.count == 2 { names[parts[1], default: []].append(parts[0]) }
            } else if key.kind.keyClass == .identifiers {
                terms.append("\(key.kind.rawValue)=\(key.value)")
            }
        }
        for (date, skeletons) in names.sorted(by: { $0.key < $1.key }) {
            let skeletons = Set(skeletons).sorted()
            for (place, first) in skeletons.enumerated() {
                for second in skeletons[(place + 1)...] { terms.append("person=\(first)|\(second)|\(date)") }
            }
        }
        return terms
    }

    /// Of all subjects of an entry, as far as they fit.
    static func of(_ subjects: some Sequence<QuestionSubject>) -> [String] {
        var terms: [String] = []
        for subject in subjects {
            terms += of(subject.keys)
            if terms.count >= greatest { return Array(terms.prefix(greatest)) }
        }
        return terms
    }
}
