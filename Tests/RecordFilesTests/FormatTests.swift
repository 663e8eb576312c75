/// FollowTheMoney, UMF and STIX: what is read, what becomes of links, and that what is written comes back.

import Foundation
import MatchKeys
import RecordFiles
import Testing

@Suite("Record formats")
struct FormatTests {
    private func rows(_ text: String, _ format: RecordFormat, change: (inout RecordOptions) -> Void = { _ in }) throws
        -> (rows: [RecordRow], summary: RecordFileSummary)
    {
        var options = RecordOptions()
        options.format = format
        options.fileName = "in"
        change(&options)
        var rows: [RecordRow] = []
        let summary = try RecordReader(.bytes(Array(text.utf8)), options: options).forEachRow {
            rows.append($0)
            return true
        }
        return (rows, summary)
    }

    private func written(_ records: [Record], _ format: RecordFormat) throws -> (text: String, lost: NotCarried) {
        var writer = RecordWriter(
            format,
            columns: Set(records.flatMap(\.columns.keys)),
            time: "2026-11-24T12:35:58.123Z",
            uuid: { id in
                let hash = id.utf8.reduce(UInt64(7)) { $0 &* 31 &+ UInt64($1) }
                return "00000000-0000-4000-8000-" + String(String(hash + (1 << 48), radix: 16).suffix(12))
            }
        )
        var bytes = try writer.begin()
        for record in records { bytes += try writer.bytes(of: record) }
        bytes += try writer.end()
        return (String(decoding: bytes, as: UTF8.self), writer.notCarried)
    }

    private let person = Record(
        id: "p1",
        columns: [
            "given_name": ["Ada & <Bo>"], "family_name": ["Søren \"x\""], "birth_date": ["1980-03-12"], "sex": ["F"],
            "nationality": ["GRC"], "birth_place": ["Πάτρα"], "document_number": ["AB1234567", "CD7654321"],
            "document_country": ["GRC"], "document_type": ["passport", "id card"], "phone": ["+30 6912345678"],
            "email": ["ada@example.org"], "address": ["Corso Italia 30"], "country": ["ITA"],
        ]
    )
    private let named = Record(id: "p 2;x", columns: ["full_name": ["Mohamed Al Said"], "birth_date": ["1979-01"]])

    // MARK: There and back

    @Test("what every form can carry comes back as it was, with its keys", arguments: RecordFormat.allCases)
    func roundTrip(_ format: RecordFormat) throws {
        var records = [person, named]
        if format == .stix {
            records = [
                Record(id: "p1", columns: ["full_name": ["Ada"], "email": ["a@b.org"], "phone": ["+306912345678"]])
            ]
        }
        let (text, lost) = try written(records, format)
        #expect(lost == NotCarried(), "\(lost)")
        let back = try rows(text, format)
        #expect(back.rows.compactMap(\.record) == records)
        #expect(back.rows.allSatisfy { $0.problems.isEmpty })
        for (before, after) in zip(records, back.rows.compactMap(\.record)) {
            #expect(KeyRecipe.current.keys(of: before) == KeyRecipe.current.keys(of: after))
        }
        #expect(try written(back.rows.compactMap(\.record), format).text == text)
    }

    @Test("identifiers of a person and things of their own come back through FollowTheMoney")
    func things() throws {
        let records = [
            Record(
                id: "p3",
                columns: [
                    "full_name": ["Eva"], "iban": ["DE89370400440532013000"], "plate": ["ABC1234 @GR"],
                    "wallet": ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"], "imo": ["9074729"], "mmsi": ["237123456"],
                    "document_number": ["GRC:AB1234567", "ITA:YA1234567"],
                ]
            ),
            Record(
                id: "v1",
                columns: [
                    "subject_category": ["vessel"], "full_name": ["Nissos"], "imo": ["9074729"], "country": ["GRC"],
                ]
            ),
            Record(id: "v2", columns: ["subject_category": ["vehicle"], "plate": ["XYZ99"]]),
            Record(id: "a1", columns: ["subject_category": ["account"], "iban": ["DE89370400440532013000"]]),
            Record(
                id: "a2",
                columns: ["subject_category": ["account"], "wallet": ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"]]
            ),
        ]
        let (text, lost) = try written(records, .ftm)
        #expect(lost == NotCarried(), "\(lost)")
        // Whatever the order of entities.
        for lines in [text.split(separator: "\n"), text.split(separator: "\n").reversed()] {
            let back = try rows(lines.joined(separator: "\n"), .ftm)
            #expect(back.rows.allSatisfy { $0.problems.isEmpty })
            func sorted(_ records: [Record]) -> [Record] {
                records.sorted { $0.id < $1.id }.map { record in
                    var record = record
                    record["document_number"].sort()
                    return record
                }
            }
            #expect(sorted(back.rows.compactMap(\.record)) == sorted(records))
        }
    }

    @Test("what a form cannot carry is counted by column")
    func losses() throws {
        let record = Record(
            id: "p",
            columns: [
                "full_name": ["A B", "C D"], "birth_date": ["27/04/40"], "handling": ["H1"], "vin": ["X"],
                "postcode": ["1"], "shoe_size": ["38"], "nationality": ["Atlantis"],
            ]
        )
        let object = Record(id: "o", columns: ["subject_category": ["object"], "imei": ["1"]])
        let ftm = try written([record, record, object], .ftm).lost
        #expect(
            ftm.columns == [
                "birth_date": 2, "handling": 2, "vin": 2, "postcode": 2, "shoe_size": 2, "nationality": 2,
                "subject_category": 1, "imei": 1,
            ]
        )
        #expect(ftm.records == 1)
        let umf = try written([record, object], .umf).lost
        #expect(umf.columns == ["handling": 1, "vin": 1, "shoe_size": 1, "subject_category": 1, "imei": 1])
        let stix = try written([record, object], .stix).lost
        #expect(stix.records == 1 && stix.columns["full_name"] == 1 && stix.columns["birth_date"] == 1)
        #expect(try written([record, object], .csv).lost == NotCarried())
        let control = Record(id: "c", columns: ["full_name": ["a\u{1}b"]])
        #expect(try written([control], .umf).lost.columns == ["full_name": 1])
    }

    // MARK: Reading

    @Test("entities of others: two names, nested text, unknown schemas, a document without its person")
    func foreignEntities() throws {
        let text = """
            # a remark
            {"id":"c","schema":"Company","properties":{"name":["Acme"]}}
            {"id":"d1","schema":"Passport","properties":{"holder":["p"],"number":["AB1234567"],"country":["gr"]}}
            {"id":"d2","schema":"Identification","properties":{"holder":["p"],"number":["77777A"],"country":["it"]}}
            {"id":"d3","schema":"Passport","properties":{"holder":["nobody"],"number":["ZZ1234567"]}}
            {"id":"p","schema":"Person","properties":{"name":"Eva Roth","gender":["female"],"alias":["E;R"],"nationality":["gr"]}}
            {"id":"w","schema":"CryptoWallet","properties":{"holder":["gone"],"publicKey":["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"]}}
            {"id":"x","schema":"Person","properties":{"name":[{"deep":1}]}}
            {"id":"y","schema":"Person","properties":{"name":["\\ud800"]}}
            {"id":"z","schema":"Passport","properties":{"h\\u006flder":["p"],"number":["1234567"]}}
            """
        let (rows, summary) = try rows(text, .ftm)
        let records = rows.compactMap(\.record)
        #expect(records.map(\.id) == ["p", "w"])
        #expect(records[0]["document_number"] == ["GRC:AB1234567", "ITA:77777A"])
        #expect(records[0]["full_name"] == ["Eva Roth"] && records[0]["sex"] == ["F"])
        #expect(records[0]["alias"] == ["E,R"] && records[0]["nationality"] == ["GRC"])
        #expect(records[1]["subject_category"] == ["account"])
        #expect(summary.skipped == ["Company": 1])
        let problems = rows.flatMap(\.problems)
        #expect(problems.map(\.place.line) == [8, 9, 10, 5])
        #expect(problems.allSatisfy { $0.effect == .noRecord })
        // Set aside, corrected and read again: the remark is no row.
        let aside = RejectedRows.line(Array("{}".utf8), because: problems)
        #expect(try self.rows(String(decoding: aside, as: UTF8.self), .ftm).rows.count == 1)
    }

    @Test("persons in XML of others: prefixes, variants of names, CDATA, documents apart")
    func foreignXML() throws {
        let text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <!-- sent by somebody -->
            <u:Message xmlns:u="urn:x"><u:Header><u:Name>not a person</u:Name></u:Header>
            <u:Person><u:Identifier>7</u:Identifier><u:Surname>M&#252;ller</u:Surname><u:GivenName><![CDATA[A & B]]></u:GivenName>
            <u:BirthDate> 1980-03-12 </u:BirthDate><u:EyeColour>blue</u:EyeColour>
            <u:IdentityDocument><u:Number>AB1234567</u:Number><u:CountryOfIssue>Greece</u:CountryOfIssue></u:IdentityDocument>
            <u:TravelDocument><u:Number>CD1234567</u:Number><u:CountryOfIssue>Italy</u:CountryOfIssue></u:TravelDocument>
            </u:Person><u:Person id="8"/></u:Message>
            """
        let records = try rows(text, .umf).rows.compactMap(\.record)
        #expect(records.map(\.id) == ["7", "8"])
        #expect(records[0]["family_name"] == ["Müller"] && records[0]["given_name"] == ["A & B"])
        #expect(records[0]["birth_date"] == ["1980-03-12"] && records[0]["umf_EyeColour"] == ["blue"])
        #expect(records[0]["document_number"] == ["GRC:AB1234567", "ITA:CD1234567"])
        #expect(records[0]["full_name"].isEmpty)
    }

    @Test("identities of a bundle; organisations and other objects are passed over and counted")
    func foreignSTIX() throws {
        let text = """
            {"type":"bundle","id":"bundle--1","objects":[
            {"type":"identity","id":"identity--1","name":"Eva","identity_class":"individual","contact_information":"eva@example.org, room 7"},
            {"type":"identity","id":"identity--2","name":"Acme","identity_class":"organization"},
            {"type":"malware","id":"malware--1"}, {"id":7}, 5,
            {"type":"identity","id":"identity--1","name":"Eva again"}]}
            """
        let (rows, summary) = try rows(text, .stix)
        let record = try #require(rows.first?.record)
        #expect(record.id == "identity--1" && record["email"] == ["eva@example.org"])
        #expect(record["contact_information"] == ["room 7"])
        #expect(summary.skipped == ["identity of class organization": 1, "malware": 1])
        #expect(rows.flatMap(\.problems).map(\.field) == ["object", "object", "id"])
    }

    @Test("rows that stay out are written so that they can be read again")
    func rejected() throws {
        let text = "No,email,handling\n1,a@b.org,H9\n,c@d.org,H1\n3,e@f.org\n4,g@h.org,H1\n"
        var aside = RejectedRows()
        var file = ""
        let (rows, _) = try rows(text, .csv) { $0.columnNames = ["No": "id"] }
        for row in rows where !row.problems.isEmpty { file += aside.csv(row, because: row.problems) ?? "" }
        #expect(file.hasPrefix("rejected_because,No,email,handling\n"))
        #expect(file.split(separator: "\n").count == 4)
        let corrected = file.replacing("H9", with: "H2").replacing(",,c@d.org", with: ",2,c@d.org")
            .replacing("3,e@f.org", with: "3,e@f.org,")
        let again = try self.rows(corrected, .csv) { $0.columnNames = ["No": "id"] }
        #expect(again.rows.compactMap(\.record).map(\.id) == ["1", "2", "3"])
        #expect(again.rows.allSatisfy { $0.problems.isEmpty })
        #expect(again.summary.unknownColumns.isEmpty)
        var second = RejectedRows()
        let once = try #require(try self.rows(file, .csv) { $0.columnNames = ["No": "id"] }.rows.first)
        #expect(second.csv(once, because: once.problems)?.components(separatedBy: "rejected_because").count == 2)
    }

    @Test("a header is guessed from its words, and what is ours already stays")
    func guesses() throws {
        let guess = HeaderGuess([
            "Lfd. Nr.", "Vorname", "NACHNAME", "Date de naissance", "Telephone", "Mobile", "email", "Mail", "Foo",
        ])
        #expect(guess.pairs.map(\.ours) == ["id", "given_name", "family_name", "birth_date", "phone"])
        #expect(guess.columnNames["NACHNAME"] == "family_name")
        #expect(guess.yaml.contains("\"Date de naissance\": birth_date\n"))
        #expect(HeaderGuess(["id", "given_name", "shoe_size"]).pairs.isEmpty)
    }

    @Test("names of files tell their form")
    func endings() {
        #expect(RecordFormat(fileName: "A.CSV") == .csv && RecordFormat(fileName: "x.ftm.json") == .ftm)
        #expect(RecordFormat(fileName: "x.json") == .stix && RecordFormat(fileName: "x.xml") == .umf)
        #expect(RecordFormat(fileName: "x") == nil)
    }
}
