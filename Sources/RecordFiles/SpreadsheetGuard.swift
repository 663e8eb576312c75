/// What a spreadsheet would take for a formula is written so that it is text (AUDIT section 7). Knows first characters, no
/// meaning.

public enum SpreadsheetGuard {
    /// The cell, with an apostrophe before what a spreadsheet would calculate.
    public static func cell(_ text: String) -> String {
        guard let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first) else { return text }
        return "'" + text
    }

    /// One line of CSV, each cell guarded, without its line end.
    public static func line(_ cells: [String]) -> String { CSVWriter.line(cells.map(cell)) }
}
