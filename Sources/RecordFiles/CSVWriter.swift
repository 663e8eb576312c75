/// Comma-separated values, written (RFC 4180, lines end in LF). Knows quotes; never learns what the cells mean.

public enum CSVWriter {
    /// One line without its line end; cells that need quotes get them.
    ///
    /// - Parameter isForSpreadsheets: cells with a semicolon get them too: in some countries spreadsheets cut there.
    public static func line(_ cells: [String], isForSpreadsheets: Bool = false) -> String {
        // A single empty cell would be a blank line, which readers skip.
        if cells == [""] { return "\"\"" }
        return cells.map { quoted($0, isForSpreadsheets) }.joined(separator: ",")
    }

    private static func quoted(_ cell: String, _ isForSpreadsheets: Bool) -> String {
        let needsQuotes = cell.utf8.contains {
            $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D || ($0 == 0x3B && isForSpreadsheets)
        }
        guard needsQuotes else { return cell }
        return "\"" + cell.replacing("\"", with: "\"\"") + "\""
    }
}
