/// The tables among the shared vectors.

import Foundation
import TestSupport
import Testing

enum Vectors {
    /// The rows of a CSV file of `Tests/Vectors`, header left out; quotes and doubled quotes only. Throws if it is missing.
    static func rows(_ name: String) throws -> [[String]] { Array(try all(name).dropFirst()) }

    static func header(_ name: String) throws -> [String] { try all(name).first ?? [] }

    private static func all(_ name: String) throws -> [[String]] {
        let text = String(decoding: try VectorFiles.data(name), as: UTF8.self)
        var rows: [[String]] = []
        for line in text.replacingOccurrences(of: "\r\n", with: "\n").split(separator: "\n") {
            var cells: [String] = [""]
            var isQuoted = false
            var before: Character = ","
            for character in line {
                if character == "\"" {
                    if before == "\"", !isQuoted { cells[cells.count - 1].append(character) }
                    isQuoted.toggle()
                } else if character == ",", !isQuoted {
                    cells.append("")
                } else {
                    cells[cells.count - 1].append(character)
                }
                before = character
            }
            rows.append(cells)
        }
        return rows
    }
}
