/// Files that mean harm, or are broken: a defined result in bounded time and memory, never a crash.

import Foundation
import MatchKeys
import RecordFiles
import Testing

@Suite("Hostile record files")
struct HostileFileTests {
    private func read(_ bytes: [UInt8], _ format: RecordFormat) -> Result<[RecordRow], RecordFileError> {
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

    private func failure(_ text: String, _ format: RecordFormat) -> RecordFileError? {
        if case .failure(let error) = read(Array(text.utf8), format) { return error }
        return nil
    }

    @Test("UTF-16 and Latin-1 are named, with what mends them", arguments: RecordFormat.allCases)
    func encodings(_ format: RecordFormat) throws {
        let samples: [RecordFormat: String] = [
            .csv: "id,full_name\n1,Jürgen\n",
            .ftm: #"{"id":"1","schema":"Person","properties":{"name":["Jürgen"]}}"#,
            .umf: #"<Persons><Person id="1"><FullName>Jürgen</FullName></Person></Persons>"#,
            .stix: #"{"type":"bundle","objects":[{"type":"identity","id":"1","name":"Jürgen"}]}"#,
        ]
        let text = try #require(samples[format])
        #expect(try read(Array(text.utf8), format).get().compactMap(\.record).count == 1)
        #expect(try read([0xEF, 0xBB, 0xBF] + Array(text.utf8), format).get().compactMap(\.record).count == 1)
        let encodings: [String.Encoding] = [.utf16, .utf16LittleEndian, .utf16BigEndian, .utf32]
        for encoding in encodings {
            let bytes = try Array(#require(text.data(using: encoding)))
            guard case .failure(let error) = read(bytes, format) else {
                Issue.record("\(format) took \(encoding)")
                continue
            }
            #expect(error.description.contains("UTF-16") && error.remedy?.contains("iconv") == true)
        }
        let latin = try Array(#require(text.data(using: .isoLatin1)))
        switch read(latin, format) {
        case .failure(let error): #expect(error.remedy?.contains("WINDOWS-1252") == true, "\(error)")
        case .success(let rows):
            // One line of JSON may be bad alone.
            #expect(format == .ftm && rows.first?.problems.first?.words.contains("not UTF-8") == true)
        }
    }

    @Test("no document type is read: no entity grows, none is fetched")
    func entities() throws {
        let secret = FileManager.default.temporaryDirectory.appendingPathComponent("comity-\(UUID().uuidString)")
        try Data("SECRET".utf8).write(to: secret)
        defer { try? FileManager.default.removeItem(at: secret) }
        let laughs = (1...9).map { "<!ENTITY l\($0) \"\(String(repeating: "&l\($0 - 1);", count: 10))\">" }.joined()
        let documents = [
            "<!DOCTYPE p [<!ENTITY l0 \"lol\">\(laughs)]><Person id=\"1\"><FullName>&l9;</FullName></Person>",
            "<!DOCTYPE p [<!ENTITY x SYSTEM \"\(secret.absoluteString)\">]><Person id=\"1\"><FullName>&x;</FullName></Person>",
            "<!DOCTYPE p SYSTEM \"\(secret.absoluteString)\"><Person id=\"1\"/>",
            "\u{FEFF}  <?xml version='1.0'?><!-- <a> --><?pi ?>\n<!DOCTYPE p><Person id=\"1\"/>",
        ]
        for document in documents {
            let error = try #require(failure(document, .umf), "read: \(document)")
            #expect(error.description.contains("<!DOCTYPE"), "\(error)")
        }
        // Without a declaration an entity is none; the value must not become a record.
        #expect(failure("<Person id=\"1\"><FullName>&x;</FullName></Person>", .umf) != nil)
        // Inclusion by an element is only an element.
        let include =
            "<Person id=\"1\" xmlns:xi=\"http://www.w3.org/2001/XInclude\"><xi:include href=\"\(secret.absoluteString)\" parse=\"text\"/></Person>"
        let rows = try read(Array(include.utf8), .umf).get()
        #expect(rows.first?.record?.columns.isEmpty == true)
    }

    @Test("an encoding that a declaration names must be UTF-8")
    func declaredEncoding() throws {
        let error = try #require(failure("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><Person id=\"1\"/>", .umf))
        #expect(error.description.contains("other than UTF-8") && error.remedy?.contains("iconv") == true)
        #expect(failure("<?xml version='1.0' encoding='utf-8'?><Person id=\"1\"/>", .umf) == nil)
        #expect(failure(String(repeating: " ", count: 70_000) + "<Person id=\"1\"/>", .umf) != nil)
    }

    @Test("deep nesting ends in an error, not in a crash")
    func depth() throws {
        let deep = 200_000
        let arrays = String(repeating: "[", count: deep) + String(repeating: "]", count: deep)
        #expect(failure("{\"type\":\"bundle\",\"objects\":[\(arrays)]}", .stix) != nil)
        let line = "{\"id\":\"1\",\"schema\":\"Person\",\"properties\":{\"name\":\(arrays)}}"
        let rows = try read(Array(line.utf8), .ftm).get()
        #expect(rows.count == 1 && rows[0].record == nil)
        let elements = String(repeating: "<a>", count: deep)
        let error = try #require(failure("<Person id=\"1\">\(elements)", .umf))
        #expect(error.description.contains("32 deep"))
    }

    @Test("NUL, lone surrogates and long values stay out by row")
    func values() throws {
        for bad in ["\\u0000", "a\\u0007", "\\ud800", "\\udc00x", "\\ud800\\ud800"] {
            let rows = try read(
                Array("{\"id\":\"1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"\(bad)\"]}}".utf8),
                .ftm
            ).get()
            #expect(rows.count == 1 && rows[0].record == nil && rows[0].problems.count == 1, "\(bad)")
        }
        let long = String(repeating: "ä", count: 10_000)
        let longer = String(repeating: "x", count: 70_000)
        for (value, isTaken) in [(long, true), (longer, false)] {
            let line = "{\"id\":\"1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"\(value)\"]}}"
            #expect(try (read(Array(line.utf8), .ftm).get().first?.record != nil) == isTaken)
            let xml = "<Person id=\"1\"><FullName>\(value)</FullName></Person>"
            #expect(try (read(Array(xml.utf8), .umf).get().first?.record != nil) == isTaken)
            let csv = read(Array("id,full_name\n1,\"\(value)\"\n".utf8), .csv)
            #expect((try? csv.get().first?.record != nil) ?? false == isTaken)
        }
        let huge = "<Person id=\"1\">" + String(repeating: "<FullName>\(long)</FullName>", count: 60) + "</Person>"
        let rows = try read(Array(huge.utf8), .umf).get()
        #expect(rows.first?.record == nil && rows.first?.problems.first?.words == "a person over the limit")
        let lines =
            "{\"id\":\"\(String(repeating: "x", count: 1 << 21))\"}\n"
            + #"{"id":"2","schema":"Person","properties":{}}"#
        let lineRows = try read(Array(lines.utf8), .ftm).get()
        #expect(lineRows.map { $0.record?.id } == [nil, "2"])
        #expect(lineRows.first?.problems.first?.words == "a line over the limit")
    }

    @Test("a field whose name no file of records could hold keeps its record out")
    func fieldNames() throws {
        for (name, isTaken) in [("", false), (" ", false), ("a\\u0008b", false), ("a b", true)] {
            let line = "{\"id\":\"1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"A\"],\"\(name)\":[\"x\"]}}"
            let rows = try read(Array(line.utf8), .ftm).get()
            #expect(rows.count == 1 && (rows[0].record != nil) == isTaken, "\(name)")
        }
    }

    @Test("links of FollowTheMoney keep to their bound")
    func linkBound() throws {
        var options = RecordOptions()
        options.format = .ftm
        options.recordLimits.linkBytes = 10_000
        let lines = (0..<100).map {
            #"{"id":"d\#($0)","schema":"Passport","properties":{"holder":["p"],"number":["AB12345\#($0)"]}}"#
        }
        let reader = RecordReader(.bytes(Array(lines.joined(separator: "\n").utf8)), options: options)
        #expect(throws: RecordFileError.self) { try reader.forEachRow { _ in true } }
    }

    @Test("a quote over lines is one row, an open one ends the file at its place")
    func quotes() throws {
        let rows = try read(Array("id,address\n1,\"a\nb\nc\"\n2,d\n".utf8), .csv).get()
        #expect(rows.map(\.place.line) == [2, 5])
        #expect(failure("id,address\n1,\"a\nb\n2,c\n", .csv)?.location == "in:2:3")
    }
}
