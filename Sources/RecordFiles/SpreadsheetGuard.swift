/// What a spreadsheet would take for a formula is written so that it is text (AUDIT section 7). Knows first characters, no
/// meaning.

public enum SpreadsheetGuard {
    /// The cell, with an apostrophe before what a spreadsheet would calculate.
    public static func cell(_ text: String) -> String {
        guard let first = text.unicodeScalars.first, isFirst(first) || isSign(first) else { return text }
        return "'" + text
    }

    /// One line of CSV, each cell guarded, without its line end.
    public static func line(_ cells: [String]) -> String { CSVWriter.line(cells.map(cell), isForSpreadsheets: true) }

    // MARK: Cells that are read again

    /// The same for a file that is read back: numbers with their sign, such as telephone numbers, stay as they are, and what
    /// looks guarded already is guarded once more, so that `value(of:)` gives the text itself.
    public static func written(_ value: String) -> String { isCalculated(value) ? "'" + value : value }

    /// The text that `written` was given.
    public static func value(of cell: String) -> String {
        guard cell.utf8.first == 0x27 else { return cell }
        let rest = cell.dropFirst()
        return isCalculated(rest) ? String(rest) : cell
    }

    private static func isCalculated(_ text: some StringProtocol) -> Bool {
        let text = text.unicodeScalars.drop { $0 == "'" }
        guard let first = text.first else { return false }
        return isFirst(first) || (isSign(first) && !text.dropFirst().allSatisfy(isOfNumber))
    }

    /// In the width of a letter and in that of an ideograph, which spreadsheets take for the same.
    private static func isFirst(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "=", "@", "\t", "\r", "＝", "＠": true
        default: false
        }
    }

    private static func isSign(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "+", "-", "＋", "－": true
        default: false
        }
    }

    private static func isOfNumber(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "0"..."9", " ", ".", "(", ")", "-", "/", ";", "+": true
        default: false
        }
    }
}
