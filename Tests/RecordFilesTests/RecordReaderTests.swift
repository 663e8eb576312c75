/// Records from CSV: columns, renaming, defaults, and the problems of rows.

import MatchKeys
import RecordFiles
import Testing

@Suite("Record files")
struct RecordReaderTests {
    private func read(_ text: String, _ change: (inout RecordOptions) -> Void = { _ in }) throws -> RecordFile {
        var options = RecordOptions()
        options.fileName = "persons.csv"
        change(&options)
        return try RecordReader(csv: Array(text.utf8), options: options).read()
    }

    private func problems(_ text: String) throws -> [String] {
        try read(text).problems.map(\.description)
    }

    @Test("keep known and unknown columns, split values, and number rows without id")
    func columns() throws {
        let file = try read("given_name,phone,shoe_size\nAda,+1;+2,38\nBob,,\n")
        #expect(file.records.map(\.id) == ["1", "2"])
        #expect(file.records[0]["phone"] == ["+1", "+2"])
        #expect(file.records[0]["shoe_size"] == ["38"])
        #expect(file.unknownColumns == ["shoe_size"])
        #expect(file.records[1].columns.keys.sorted() == ["given_name"])
        #expect(file.rowCount == 2)
    }

    @Test("rename columns and fill in defaults only where a cell is empty")
    func mapping() throws {
        let file = try read("No,Vorname,handling\n7,Ada,H3\n8,Bob,\n") {
            $0.columnNames = ["No": "id", "Vorname": "given_name"]
            $0.defaults = ["handling": "H1", "subject_category": "suspect"]
        }
        #expect(file.records.map(\.id) == ["7", "8"])
        #expect(file.records.map(\.handling) == ["H3", "H1"])
        #expect(file.records[0].subject == ["suspect"])
        #expect(file.problems.isEmpty)
    }

    @Test("name rows that give no record, and go on with the others")
    func lostRows() throws {
        let file = try read("id,email\n1,a@b.c\n1,d@e.f\n,x@y.z\n4\n5,g@h.i\n")
        #expect(file.records.map(\.id) == ["1", "5"])
        #expect(file.rows == [1, 5])
        #expect(
            file.problems.map(\.description) == [
                "persons.csv:3:1  id: an earlier row has the same id",
                "persons.csv:4:1  id: the row has no id",
                "persons.csv:5:1  row: 1 cells where the header has 2",
            ]
        )
        #expect(file.problems.allSatisfy { $0.effect == .noRecord })
    }

    @Test("refuse a row with more values in a cell than keys are built from")
    func manyValues() throws {
        let most = (1...Record.maximumValues).map(String.init).joined(separator: ";")
        #expect(try problems("id,phone\n1,\(most)\n").isEmpty)
        #expect(try problems("id,phone\n1,\(most);x\n") == ["persons.csv:2:3  phone: more than 32 values"])
    }

    @Test("name cells that no policy could read, and keep their record")
    func policyColumns() throws {
        let header =
            "id,subject_category,handling,source,information,basis,consent,sensitive,origin,offence,expires,recorded\n"
        #expect(
            try problems(
                header + "1,suspect;minor,H0,A,1,fact,given,health;religion,SY;DE,drug-trafficking,2030-02-28,\n"
            ).isEmpty
        )
        let file = try read(header + "1,spy,H9,D,5,rumour,yes,shoe,syr,No!,2030-02-30,1.2.2020\n")
        #expect(file.records.count == 1)
        #expect(file.problems.count == 11)
        #expect(file.problems.allSatisfy { $0.effect == .noPolicy })
        #expect(file.problems[1].description == "persons.csv:2:7  handling: not one of H0, H1, H2, H3")
        #expect(try problems("id,handling\n1,H1;H2\n") == ["persons.csv:2:3  handling: more than one value"])
        #expect(
            try problems("id,subject_category\n1,suspect;vessel\n") == [
                "persons.csv:2:3  subject_category: both a person and a thing"
            ]
        )
        #expect(try problems("id,subject_category\n1,object\n").isEmpty)
    }

    @Test("never show a value in a problem")
    func silence() throws {
        let header = "id,subject_category,handling,origin,offence,expires\n"
        for words in try problems(header + "secret1,secret2,secret3,secret4,SECRET5,secret6\nsecret1,,,,,\nsecret7\n") {
            #expect(!words.lowercased().contains("secret"))
        }
    }

    @Test("refuse a header that names nothing or a column twice, and options without a column")
    func headers() {
        #expect(throws: RecordFileError.noHeader(file: "persons.csv")) { try read("") }
        #expect(throws: RecordFileError.self) { try read("id,,email\n") }
        #expect(throws: RecordFileError.self) { try read("id,email,email\n") }
        #expect(throws: RecordFileError.self) { try read("id,Mail,email\n") { $0.columnNames = ["Mail": "email"] } }
        #expect(throws: RecordFileError.self) { try read("id\n") { $0.columnNames = ["none": "email"] } }
        #expect(throws: RecordFileError.self) { try read("id\n") { $0.defaults = ["shoe_size": "38"] } }
        #expect(throws: RecordFileError.tooManyRecords(file: "persons.csv", limit: 1)) {
            try read("id\n1\n2\n") { $0.maximumRecords = 1 }
        }
    }

    @Test("give the place of broken CSV")
    func broken() {
        do {
            _ = try read("id,email\n1,a\"b\n")
            Issue.record("read")
        } catch let error as RecordFileError {
            #expect(error.location == "persons.csv:2:4")
        } catch {
            Issue.record("another error")
        }
    }
}
