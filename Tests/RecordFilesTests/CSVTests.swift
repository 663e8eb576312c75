/// The strict CSV reader and its writer.

import Foundation
import RecordFiles
import TestSupport
import Testing

@Suite("CSV")
struct CSVTests {
    private func rows(_ text: String, limits: CSVLimits = CSVLimits()) throws -> [[String]] {
        try rows(Array(text.utf8), limits: limits)
    }

    private func rows(_ bytes: [UInt8], limits: CSVLimits = CSVLimits()) throws -> [[String]] {
        var reader = CSVReader(bytes: bytes, limits: limits)
        var result: [[String]] = []
        while let row = try reader.next() { result.append(row.cells) }
        return result
    }

    private func failure(_ text: String, limits: CSVLimits = CSVLimits()) -> CSVError? {
        failure(Array(text.utf8), limits: limits)
    }

    private func failure(_ bytes: [UInt8], limits: CSVLimits = CSVLimits()) -> CSVError? {
        do {
            _ = try rows(bytes, limits: limits)
            return nil
        } catch {
            return error as? CSVError
        }
    }

    @Test("reads quotes, doubled quotes, embedded line ends and both line ends")
    func reading() throws {
        #expect(try rows("a,b\r\n1,2\r\n") == [["a", "b"], ["1", "2"]])
        #expect(try rows("a,\"b \"\"x\"\", \n c\"\n,") == [["a", "b \"x\", \n c"], ["", ""]])
        #expect(try rows("\u{FEFF}id\nü") == [["id"], ["ü"]])
        #expect(try rows("").isEmpty)
        #expect(try rows("a\n\n\nb\n") == [["a"], ["b"]])
    }

    @Test("says where each cell begins")
    func places() throws {
        var reader = CSVReader(bytes: Array("x,\"ü\nü\",z\nq".utf8))
        let first = try #require(try reader.next())
        #expect(first.places == [.init(line: 1, column: 1), .init(line: 1, column: 3), .init(line: 2, column: 4)])
        #expect(try reader.next()?.line == 3)
        #expect(try reader.next() == nil)
    }

    @Test("refuses what RFC 4180 does not allow, with row and place")
    func refusals() {
        #expect(failure("a\nb\"c")?.reason == .quoteInPlainCell)
        #expect(failure("a\nb\"c")?.place == CSVPlace(line: 2, column: 2))
        #expect(failure("a\nb\"c")?.row == 2)
        #expect(failure("\"a\"b")?.reason == .textAfterQuote)
        #expect(failure("x\n\"a\n\n")?.reason == .unclosedQuote)
        #expect(failure("x\n\"a\n\n")?.place == CSVPlace(line: 2, column: 1))
        #expect(failure("a\rb")?.reason == .loneCarriageReturn)
        #expect(failure("a\u{0}b")?.reason == .controlCharacter)
        #expect(failure([0x61, 0x2C, 0xFF])?.reason == .notUTF8)
        #expect(failure([0xEF, 0x61])?.reason == .notUTF8)
    }

    @Test("keeps its limits")
    func limits() {
        var limits = CSVLimits()
        limits.cellBytes = 8
        limits.cells = 3
        limits.rowBytes = 16
        #expect(failure("123456789", limits: limits)?.reason == .longCell)
        #expect(failure("\"1234\n56789\"", limits: limits)?.reason == .longCell)
        #expect(failure("1,2,3,4", limits: limits)?.reason == .manyCells)
        #expect(failure("12345678,12345678,1", limits: limits)?.reason == .longRow)
        #expect(failure("12345678,1234567,1", limits: limits) == nil)
    }

    @Test("reads a file like the same bytes in memory, and names a missing one")
    func files() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("comity-csv-\(UUID().uuidString).csv")
        defer { try? FileManager.default.removeItem(at: file) }
        let text = "id,name\n" + (0..<40_000).map { "\($0),\"näme \($0)\"\n" }.joined()
        try Data(text.utf8).write(to: file)
        var reader = try CSVReader(file: file)
        var count = 0
        var last: [String] = []
        while let row = try reader.next() {
            count += 1
            last = row.cells
        }
        #expect(count == 40_001)
        #expect(last == ["39999", "näme 39999"])
        #expect(throws: CSVError.self) { _ = try CSVReader(file: file.appendingPathComponent("none")) }
    }

    @Test("a character that stands across two pieces of a file is one")
    func pieces() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("comity-csv-\(UUID().uuidString).csv")
        defer { try? FileManager.default.removeItem(at: file) }
        // Cells of three-byte characters, at every offset against the pieces in which a file is read.
        for shift in 0..<3 {
            let cell = String(repeating: "語", count: 9_000)
            let head = String(repeating: "x", count: shift)
            let rows = (0..<12).map { $0.isMultiple(of: 2) ? "\(head)\(cell),a\n" : "\"\(cell)\",b\n" }
            try Data(rows.joined().utf8).write(to: file)
            var reader = try CSVReader(file: file)
            var count = 0
            while let row = try reader.next() {
                #expect(row.cells[0] == (count.isMultiple(of: 2) ? head : "") + cell)
                #expect(row.places[1].column == (count.isMultiple(of: 2) ? 9_002 + shift : 9_004))
                count += 1
            }
            #expect(count == 12)
        }
    }

    @Test("writes what it reads: random cells come back")
    func roundTrip() throws {
        var generator = SplitMix64.announced("CSV round trip")
        let alphabet = Array("ab,\"\n ü;'\t".unicodeScalars)
        for _ in 0..<400 {
            let width = Int.random(in: 1...5, using: &generator)
            let table = (0..<6).map { _ in
                (0..<width).map { _ in generator.text(of: alphabet, upTo: 8) }
            }
            let text = table.map { CSVWriter.line($0) + "\n" }.joined()
            #expect(try rows(text) == table)
        }
    }

    @Test("never traps on random bytes")
    func hostile() {
        var generator = SplitMix64.announced("hostile CSV")
        let favourites: [UInt8] = [0x22, 0x2C, 0x0A, 0x0D, 0x61, 0xEF, 0xBB, 0xBF, 0xC3, 0x00]
        for _ in 0..<3000 {
            let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                Bool.random(using: &generator)
                    ? favourites.randomElement(using: &generator) ?? 0 : UInt8.random(in: 0...255, using: &generator)
            }
            if let error = failure(bytes) {
                #expect(error.place.line >= 1 && error.place.column >= 1)
            }
        }
    }

    @Test func whatASpreadsheetWouldCalculateIsTextAndComesBack() {
        for text in ["=1+1", "@SUM(1)", "\t=1", "+cmd|' /C calc'!A0", "-2+3*A1", "＝3+3", "'=1", "''@x", "＋cmd"] {
            #expect(SpreadsheetGuard.written(text) == "'" + text && SpreadsheetGuard.value(of: "'" + text) == text)
        }
        for text in ["", "+4915124427727", "+49 1512 (44) 2-77", "-12.5", "'t Hooft", "''", "a=1", "+1;+2", "O'Brien"] {
            #expect(SpreadsheetGuard.written(text) == text && SpreadsheetGuard.value(of: text) == text, "\(text)")
        }
        #expect(SpreadsheetGuard.line(["x;=1+1", "＝2"]) == "\"x;=1+1\",'＝2")
        var random = SplitMix64.announced("guarded cells")
        let letters = Array("'=+-@\t1a;＝ ")
        for _ in 0..<20_000 {
            let text = String(
                (0..<Int.random(in: 0...6, using: &random)).map { _ in letters.randomElement(using: &random)! }
            )
            #expect(SpreadsheetGuard.value(of: SpreadsheetGuard.written(text)) == text, "\(text)")
        }
    }
}
