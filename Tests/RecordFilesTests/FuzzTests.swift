/// Every reader of record files under random changes of good files. `COMITY_LONG_TESTS=1` gives each 60 seconds.

import Foundation
import MatchKeys
import RecordFiles
import TestSupport
import Testing

@Suite("Fuzzing of record files")
struct FuzzTests {
    // MARK: Input

    private static let seeds: [RecordFormat: [String]] = [
        .csv: [
            "id,full_name,phone,birth_date,subject,origin,handling,expires,recorded,offence\n"
                + "1,\"A \"\"b\"\"\nc\",+30;+31,1990-05-12,suspect,XA;XB,H2,2028-02-29,2026-01-01,smuggling\r\n"
                + "2,d,,,,,,,,\n",
            "rejected_because,id,given_name,email\nphone: no,3,\u{FEFF}é,a@b.org\n",
        ],
        .ftm: [
            #"{"id":"p","schema":"Person","properties":{"name":["A"],"birthDate":["1980"]}}"#,
            #"{"id":"d","schema":"Passport","properties":{"holder":["p"],"number":["AB\u00e41234567"]}}"#,
            #"{"id":"o","schema":"Ownership","properties":{"owner":["p"],"asset":["b"]}}"#,
            #"{"id":"b","schema":"BankAccount","properties":{"iban":["DE89370400440532013000"]}}"#,
            #"{"id":"w","schema":"CryptoWallet","properties":{"publicKey":["x"],"holder":["p"]}}"#,
            #"{"id":"v","schema":"Vessel","properties":{"imoNumber":["9074729"],"name":["V"]}}"#,
        ],
        .umf: [
            "<?xml version=\"1.0\"?><Persons xmlns=\"u\"><Person id=\"1\"><FullName>A&amp;<![CDATA[b]]></FullName>",
            "<!-- c --><TravelDocument><Number>AB1234567</Number></TravelDocument></Person></Persons>",
        ],
        .stix: [
            #"{"type":"bundle","id":"b","objects":[{"type":"identity","id":"i","name":"A","external_references":"#,
            #"[{"source_name":"comity","external_id":"7"}],"contact_information":"a@b.org; +30 691"}]}"#,
        ],
    ]

    private static func mutant(_ text: String, _ generator: inout SplitMix64) -> [UInt8] {
        var bytes = Array(text.utf8)
        let favourites: [UInt8] =
            Array("\"\\{}[]<>&;:,/!-?u0d8\n\r\t #".utf8) + [0, 0xFF, 0xEF, 0xBB, 0xBF, 0xC3, 0xED, 0xA0]
        for _ in 0..<Int.random(in: 1...12, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            let byte = favourites.randomElement(using: &generator) ?? 0
            switch Int.random(in: 0...4, using: &generator) {
            case 0 where place < bytes.count: bytes[place] = byte
            case 1: bytes.insert(byte, at: place)
            case 2 where place < bytes.count: bytes.remove(at: place)
            case 3:
                let end = min(bytes.count, place + Int.random(in: 0...40, using: &generator))
                bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &generator))
            default:
                bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 0...9, using: &generator)))
            }
        }
        return bytes
    }

    private static func read(_ bytes: [UInt8], _ format: RecordFormat) -> Result<[RecordRow], RecordFileError> {
        var options = RecordOptions()
        options.format = format
        options.fileName = "in"
        var rows: [RecordRow] = []
        do throws(RecordFileError) {
            try RecordReader(.bytes(bytes), options: options).forEachRow {
                rows.append($0)
                return true
            }
            return .success(rows)
        } catch {
            return .failure(error)
        }
    }

    // MARK: Readers

    @Test("random changes of good files end in records or errors, never in a crash", arguments: RecordFormat.allCases)
    func formats(_ format: RecordFormat) {
        let text = (Self.seeds[format] ?? []).joined(separator: "\n")
        Fuzzing.run("\(format)", inputs: 1_500) { generator in
            guard case .success(let rows) = Self.read(Self.mutant(text, &generator), format) else { return }
            for row in rows {
                // A record is whole or it is none.
                #expect(row.record != nil || !row.problems.isEmpty)
                guard let record = row.record else { continue }
                #expect(!record.id.isEmpty)
                #expect(record.columns.values.joined().allSatisfy { !$0.utf8.contains(0) })
                _ = KeyRecipe.current.keys(of: record)
            }
        }
    }

    @Test(
        "what was read of any file is written in every form, and CSV carries what CSV held",
        arguments: RecordFormat.allCases
    )
    func writers(_ format: RecordFormat) {
        let texts = RecordFormat.allCases.map { source in (source, (Self.seeds[source] ?? []).joined(separator: "\n")) }
        Fuzzing.run("what is written as \(format)", inputs: 500) { generator in
            let (source, text) = texts[Int.random(in: 0..<texts.count, using: &generator)]
            let input = Self.mutant(text, &generator)
            guard case .success(let rows) = Self.read(input, source) else { return }
            let records = rows.compactMap(\.record)
            var writer = RecordWriter(
                format,
                columns: Set(records.flatMap(\.columns.keys)),
                time: "2026-11-24T12:35:58.123Z",
                uuid: { _ in "11111111-1111-4111-8111-111111111111" }
            )
            #expect(throws: Never.self) {
                var bytes = try writer.begin()
                for record in records { bytes += try writer.bytes(of: record) }
                bytes += try writer.end()
                guard format == .csv else {
                    _ = Self.read(bytes, format)
                    return
                }
                let again = try Self.read(bytes, .csv).get().compactMap(\.record)
                if source == .csv {
                    #expect(again == records, "\(String(decoding: input, as: UTF8.self).debugDescription)")
                }
            }
        }
    }

    @Test("rows of a spoiled CSV file are the same in pieces from the disk as whole, and an error has a place")
    func pieces() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("comity-fuzz-\(UUID().uuidString).csv")
        defer { try? FileManager.default.removeItem(at: file) }
        func rows(_ reader: consuming CSVReader) -> (cells: [[String]], error: CSVError?) {
            var cells: [[String]] = []
            do throws(CSVError) {
                while let row = try reader.next() { cells.append(row.cells) }
            } catch {
                return (cells, error)
            }
            return (cells, nil)
        }
        let text = (Self.seeds[.csv] ?? []).joined(separator: "\n")
        try Fuzzing.run("CSV", inputs: 300) { generator in
            var bytes = Self.mutant(text, &generator)
            // Past the end of a piece, so that a cell, a quote or a character may stand across two.
            if Bool.random(using: &generator) {
                let filler = Array(
                    repeating: UInt8(ascii: "x"),
                    count: 65_536 - Int.random(in: 0...200, using: &generator)
                )
                bytes = filler[..<40_000] + [0x0A] + filler[40_001...] + bytes
            }
            try Data(bytes).write(to: file)
            let (whole, inPieces) = (rows(CSVReader(bytes: bytes)), rows(try CSVReader(file: file)))
            #expect(whole.cells == inPieces.cells && whole.error == inPieces.error)
            if let error = whole.error { #expect(error.place.line >= 1 && error.place.column >= 1) }
        }
    }

    @Test("no header makes the guess trap; it names no column twice, and its map reads every column that it names")
    func headers() {
        let words =
            Record.knownColumns + [
                "Geburtsdatum", "date de naissance", "ΕΠΩΝΥΜΟ", "soyadı", "passport no", "E-Mail", "Straße", "",
                "\u{301}",
            ]
        let alphabet = Array(Set(words.joined().unicodeScalars)).sorted()
        Fuzzing.run("header", inputs: 1_000) { generator in
            let header = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                (words.randomElement(using: &generator) ?? "")
                    + (Bool.random(using: &generator) ? generator.text(of: alphabet, upTo: 3) : "")
            }
            let guess = HeaderGuess(header)
            let ours = guess.pairs.map(\.ours)
            #expect(Set(ours).count == ours.count && !ours.contains { header.contains($0) })
            #expect(guess.yaml.utf8.filter { $0 == 0x0A }.count == guess.pairs.count)
        }
    }

    @Test("rows set aside are read again with the same problems")
    func rejected() {
        let text = (Self.seeds[.csv] ?? []).joined(separator: "\n")
        Fuzzing.run("rejected rows", inputs: 500) { generator in
            guard case .success(let rows) = Self.read(Self.mutant(text, &generator), .csv) else { return }
            let bad = rows.filter {
                $0.record == nil && $0.problems.allSatisfy { $0.words != "an earlier row has the same id" }
            }
            var rejected = RejectedRows()
            let lines = bad.compactMap { rejected.csv($0, because: $0.problems) }
            guard !lines.isEmpty else { return }
            switch Self.read(Array(lines.joined().utf8), .csv) {
            case .success(let again):
                #expect(again.map { $0.record == nil } == bad.map { _ in true })
            case .failure(let error): Issue.record("\(error)")
            }
        }
    }
}
