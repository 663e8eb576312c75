/// How a file of those asked about is read, and a look at it before anybody is asked. Keeps nothing and logs nothing.

import Accounts
import MatchKeys
import ObliviousPRF
import RecordFiles

/// What a person says about a file of subjects.
public struct SubjectReading: Sendable, Equatable {
    public var form: RecordForm
    /// Columns of the file that are read as another; of the form CSV alone.
    public var renames: [String: String]

    public init(_ form: RecordForm = .csv, renames: [String: String] = [:]) {
        (self.form, self.renames) = (form, renames)
    }

    /// - Parameter name: how problems call the file.
    func options(_ name: String) -> RecordOptions {
        var options = RecordOptions()
        options.fileName = name
        options.format = form.format
        options.columnNames = renames
        return options
    }
}

extension Node {
    /// How such a text is read: its columns, its first rows, what is wrong with it.
    ///
    /// - Parameters:
    ///   - renames: nil for what the names of the columns suggest.
    ///   - rows: so many at most.
    public func previewSubjects(
        _ text: String,
        as form: RecordForm,
        renames: [String: String]?,
        rows: Int,
        by account: String?
    ) async throws(NodeProblem) -> ImportPreview {
        _ = try await person(account, for: .ask)
        let options = SubjectReading(form, renames: renames ?? [:]).options("form")
        let recipe = recipe
        do {
            return try await runner.offload {
                try Self.preview(Array(text.utf8), options, isGuessing: renames == nil, rows, recipe)
            }
        } catch {
            throw NodeProblem(fault: error, doing: "reading the file")
        }
    }
}
