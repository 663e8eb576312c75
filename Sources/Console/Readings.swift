/// How values are read, and what of a question was not: parts of pages. Values stand only on the page of whoever typed them.

import NodeCore

enum Readings {
    /// Each field of one subject with its canonical form, or why it has none.
    static func table(_ readings: [FieldReading], _ words: Wording) -> Markup {
        guard !readings.isEmpty else { return .empty }
        let labels = Dictionary(words.ask.columns.map { ($0.name, $0.label) }) { first, _ in first }
        let rows = readings.map { reading -> [Markup] in
            let field: Markup = labels[reading.column].map { "\($0)" } ?? "\(id: reading.column)"
            return [field, "\(foreign: reading.value)", form(reading, words)]
        }
        let asking = words.asking
        return Parts.table(asking.readTitle, [asking.field, asking.written, asking.form], rows)
    }

    private static func form(_ reading: FieldReading, _ words: Wording) -> Markup {
        let canonical: Markup = reading.canonical.map { "\(id: $0)" } ?? .empty
        guard let reason = reading.reason else { return canonical }
        let fate = reading.isPart ? words.asking.inPart : words.asking.notRead
        return "<span class=\"danger\">⊘ \(fate): \(foreign: words.reason(reason))</span>"
    }

    /// Below a value of a row that is about to be imported.
    static func mark(_ reading: FieldReading, _ words: Wording) -> Markup {
        let fate = reading.isPart ? words.asking.willBeInPart : words.asking.willNotBeRead
        let reason = words.reason(reading.reason ?? "")
        return "<div class=\"danger\">⊘ \(id: reading.column): \(fate): \(foreign: reason)</div>"
    }

    /// The notes of a question in the page's language; as they were kept where an earlier version kept them.
    static func notes(_ codes: [QuestionNote], kept: [String], _ words: Wording) -> Markup {
        Parts.notes(codes.isEmpty ? kept : codes.map(words.asking.note))
    }
}
