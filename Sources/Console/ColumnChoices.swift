/// Parts of pages that take a file of records: which of its columns is read as which, and how its first rows are read.

import NodeCore

enum ColumnChoices {
    /// So many rows are shown.
    static let shownRows = 20

    /// For each column a choice; empty for a form of file without a header.
    ///
    /// - Parameter form: what was chosen; nil where nobody chose yet.
    static func fields(_ columns: [ImportPreview.Column], _ form: Form?, _ words: Wording.RecordWords) -> Markup {
        let choices = [(value: "", text: words.asItIs)] + Node.recordColumns.map { (value: $0, text: $0) }
        let fields = columns.enumerated().map { place, column -> Markup in
            let chosen = form.map { $0[name(place)] } ?? column.ours ?? ""
            let hint = form == nil && column.isGuess ? words.guessed : nil
            return Parts.choice(name(place), column.theirs, choices, chosen: chosen, hint: hint)
        }
        return fields.isEmpty
            ? .empty
            : """
            <fieldset><legend>\(words.columns)</legend>
            <input type="hidden" name="\(of)" value="\(digest(columns))">\(fields)</fieldset>
            """
    }

    /// Which header the choices are for: those of one file are not those of another.
    private static let of = "columns-of"

    private static func digest(_ columns: [ImportPreview.Column]) -> String {
        Base64.encode(Node.digest(ofForm: columns.map(\.theirs).joined(separator: "\n")))
    }

    /// Columns are told apart by their place: names may be anything.
    private static func name(_ place: Int) -> String { "column-\(place)" }

    /// Whether somebody chose for a file with these columns.
    static func areIn(_ form: Form, for columns: [ImportPreview.Column]) -> Bool {
        form.isTicked(name(0)) && form[of] == digest(columns)
    }

    /// Takes the choices out: they were for another file.
    static func remove(from form: inout Form) {
        form.remove(of)
        for place in 0..<Form.mostFields { form.remove(name(place)) }
    }

    /// What was chosen.
    static func renames(_ form: Form, _ columns: [ImportPreview.Column]) -> [String: String] {
        var renames: [String: String] = [:]
        for (place, column) in columns.enumerated() {
            let chosen = form[name(place)]
            // What is to stay as it is, and is called like one of ours, is set apart by another name.
            if chosen.isEmpty, Node.recordColumns.contains(column.theirs) {
                renames[column.theirs] = "their_\(column.theirs)"
            } else if !chosen.isEmpty, chosen != column.theirs {
                renames[column.theirs] = chosen
            }
        }
        return renames
    }

    /// The first rows, as they are read.
    static func rows(_ preview: ImportPreview, _ all: Wording) -> Markup {
        let words = all.records
        let rows = preview.rows.map { row -> [Markup] in
            let values = row.values.sorted { $0.key < $1.key }.map { name, values -> Markup in
                "<div>\(id: name): \(foreign: values.joined(separator: "; "))</div>"
            }
            let problems = row.problems.map { problem -> Markup in "<div class=\"danger\">\(foreign: problem)</div>" }
            let unread = row.unread.map { Readings.mark($0, all) }
            return [
                "\(row.number)", "\(foreign: row.id ?? "–")", (values + unread).joined(),
                problems.isEmpty ? "\(row.kinds.joined(separator: ", "))" : problems.joined(),
            ]
        }
        let heads = [words.row, words.id, words.values, words.foundBy]
        return Parts.table(words.firstRows, heads, rows)
    }

    static func problems(_ problems: [String], _ words: Wording.RecordWords) -> Markup {
        guard !problems.isEmpty else { return .empty }
        let lines = problems.map { problem -> Markup in "<li>\(foreign: problem)</li>" }
        return "<h2>\(words.problems)</h2><ul class=\"plain\">\(lines)</ul>"
    }
}
