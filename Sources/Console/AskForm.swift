/// What somebody asks with the form of a question: fields of one subject, lines of a document, or a file with its columns.

import NodeCore

struct AskForm: Sendable {
    /// As it was sent; the text of a file stands in its lines, and choices for the columns of another file are gone.
    let form: Form
    let question: Question
    /// How the file is read; nil where there is none, or where it cannot be read.
    private(set) var file: ImportPreview?
    /// Nil while its columns have the names of ours.
    private(set) var columns: [ImportPreview.Column]?
    /// Whether columns are read as their names suggest, and nobody has seen it.
    private(set) var isGuessed = false
    /// How each value is read, where it is about one person or thing.
    let readings: [FieldReading]
    /// What of it cannot be asked with at all; nothing is left out without a word.
    private(set) var obstacle: Obstacle?

    enum Obstacle: Sendable {
        /// A file that is no text.
        case noText
        /// Lines of a document, and why they cannot be read.
        case zone(reason: String)
        case tooManyColumns

        func text(_ words: Wording) -> String {
            switch self {
            case .noText: words.records.noText
            case .zone(let reason): "\(words.ask.zone): \(words.reason(reason))"
            case .tooManyColumns: words.problems.tooLarge
            }
        }
    }

    /// As many as a form has room for, beside what else it says.
    private static let mostColumns = 300

    init(_ visit: Visit, by account: String) async throws(NodeProblem) {
        var form = visit.form
        if let file = form.files["file"] {
            form.remove("rows")
            if let text = String(validating: file.bytes, as: UTF8.self) {
                form.add("rows", text)
            } else {
                obstacle = .noText
            }
        }
        let zone = form.optional("zone").map(visit.node.fields(ofDocumentLines:))
        if let reason = zone?.refusal { obstacle = .zone(reason: reason) }
        var question = Self.question(form, zone?.fields ?? [:], visit.words.ask)
        let text = form["rows"].trimmingPrefix("\u{FEFF}")
        if !text.isEmpty {
            let (text, kind) = (String(text), Self.form(of: text))
            question.subjects = .file(Array(text.utf8), name: "form")
            question.reading = SubjectReading(kind)
            func preview(_ renames: [String: String]?) async throws(NodeProblem) -> ImportPreview {
                try await visit.node.previewSubjects(
                    text,
                    as: kind,
                    renames: renames,
                    rows: ColumnChoices.shownRows,
                    by: account
                )
            }
            do throws(NodeProblem) {
                var read = try await preview(nil)
                if read.columns.contains(where: { !Node.recordColumns.contains($0.theirs) }) {
                    columns = read.columns
                    isGuessed = !ColumnChoices.areIn(form, for: read.columns)
                    if read.columns.count > Self.mostColumns { obstacle = .tooManyColumns }
                }
                if columns != nil, !isGuessed {
                    question.reading.renames = ColumnChoices.renames(form, read.columns)
                    read = try await preview(question.reading.renames)
                } else {
                    ColumnChoices.remove(from: &form)
                    for column in read.columns where column.isGuess {
                        question.reading.renames[column.theirs] = column.ours
                    }
                }
                file = read
            } catch {
                // Who asks with it hears why.
                guard error.kind != .fault else { throw error }
            }
        }
        (self.form, self.question) = (form, question)
        readings = Node.readings(of: question)
    }

    private static func question(_ form: Form, _ zone: [String: String], _ words: Wording.AskWords) -> Question {
        var fields = zone
        // What was typed is the whole of it: of the lines nothing stands beside a name or a number of its own.
        if form.optional("full_name") != nil { for part in ["given_name", "family_name"] { fields[part] = nil } }
        if form.optional("document_number") != nil { fields["document_country"] = nil }
        for column in words.columns { if let value = form.optional(column.name) { fields[column.name] = value } }
        return Question(
            agreement: form["agreement"],
            purpose: form["purpose"],
            legalBasis: form["basis"],
            offence: form.optional("offence"),
            caseReference: form.optional("reference"),
            urgent: form.isTicked("urgent"),
            subjects: .fields(fields),
            peers: form["peers"].split { $0 == "," || $0.isWhitespace }.map(String.init),
            cover: form.isTicked("cover")
        )
    }

    /// By how it begins, and by what no other form has.
    private static func form(of text: Substring) -> RecordForm {
        switch text.first {
        case "<": .umf
        case "{": text.contains("\"objects\"") && !text.contains("\"schema\"") ? .stix : .ftm
        default: .csv
        }
    }

    /// What is kept as a draft: nothing of one session or one sending.
    var draft: String {
        var kept = form
        for name in ["form_token", "do", "question"] { kept.remove(name) }
        return kept.encoded
    }

    /// The choices for columns, where the file's are called otherwise than ours.
    func choices(_ words: Wording.RecordWords) -> Markup {
        columns.map { ColumnChoices.fields(Array($0.prefix(Self.mostColumns)), isGuessed ? nil : form, words) }
            ?? .empty
    }

    /// How the file is read; empty where there is none.
    func rows(_ words: Wording) -> Markup {
        file.map { file in
            """
            \(Parts.facts([(words.records.rows, "\(file.count)"), (words.records.stayOut, "\(file.refused)")]))
            \(ColumnChoices.rows(file, words))\(ColumnChoices.problems(file.problems, words.records))
            """
        } ?? .empty
    }
}
