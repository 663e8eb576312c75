/// Rows that an import leaves out, written beside the file they came from so that they can be corrected and imported again:
/// `persons.rejected.csv`, for its owner alone. Holds what the file held.

import Foundation
import RecordFiles

struct RejectedFile {
    /// Path without ending; nil where nothing is to be written.
    private let base: String?
    private var rows = RejectedRows()
    private var csv: NewFile?
    private var lines: NewFile?
    /// The files that were made.
    private(set) var paths: [String] = []
    /// Why rows could not be written down; the import goes on without.
    private(set) var problem: NewFileProblem?

    /// - Parameter path: that of the imported file, or of the file the rows shall go beside.
    init(beside path: String?) {
        base = path.map { path in
            let url = URL(fileURLWithPath: path)
            // A corrected file of rejected rows that has some again: the next number, not a longer name.
            let stem = url.deletingPathExtension().lastPathComponent
                .replacing(/\.rejected(-[0-9]+)?$/, with: "")
            return url.deletingLastPathComponent().appendingPathComponent(stem).path
        }
    }

    mutating func add(_ row: RecordRow, because problems: [RowProblem]) {
        guard base != nil, problem == nil else { return }
        do throws(NewFileProblem) {
            if case .line(let bytes) = row.written {
                if lines == nil { lines = try make("jsonl") }
                try lines?.write(RejectedRows.line(bytes, because: problems))
                return
            }
            if !rows.fits(row) {
                // A header names the fields of its first row; one with others begins a file.
                try csv?.finish()
                csv = nil
                rows = RejectedRows()
            }
            if csv == nil { csv = try make("csv") }
            if let text = rows.csv(row, because: problems) { try csv?.write(Array(text.utf8)) }
        } catch {
            problem = error
        }
    }

    mutating func finish() {
        do throws(NewFileProblem) {
            try csv?.finish()
            try lines?.finish()
        } catch {
            problem = problem ?? error
        }
        (csv, lines) = (nil, nil)
    }

    /// The first name that is free.
    private mutating func make(_ ending: String) throws(NewFileProblem) -> NewFile {
        for number in 1...10_000 {
            let path = "\(base ?? "").rejected\(number == 1 ? "" : "-\(number)").\(ending)"
            do throws(NewFileProblem) {
                let file = try NewFile(path)
                paths.append(path)
                return file
            } catch .exists {
                continue
            } catch {
                throw error
            }
        }
        throw .exists
    }
}
