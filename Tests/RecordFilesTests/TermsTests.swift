/// What binds a record travels with it: each form says it where it has a place, and text of others stays text.

import Foundation
import MatchKeys
import RecordFiles
import Testing

@Suite("Terms of released records")
struct TermsTests {
    private static let hostile = "</Person><Person id=\"x\"> ]]> \"},{\"type\":\"identity\" \\ \u{202E}\n=1+1 &amp;"
    private static let record = Record(
        id: "r1",
        columns: [
            "full_name": [hostile], "document_number": ["AB123456"], "iban": ["DE89370400440532013000"],
            "phone": ["+491512441001"], "vin": ["X"],
        ]
    )
    private static let terms = RecordTerms(
        holder: "bravo",
        request: "11111111-1111-4111-8111-111111111111",
        handling: "H2",
        source: "B2",
        onward: "with_consent",
        retention: "2027-02-11"
    )
    private static let note = FileNote(title: "Case <K>\u{0}&", lines: ["questions (2) \(hostile)", "vin (1)"])

    private static func written(_ format: RecordFormat) throws -> String {
        var writer = RecordWriter(
            format,
            columns: Set(record.columns.keys),
            time: "2026-11-24T12:35:58.123Z",
            uuid: { "00000000-0000-4000-8000-" + String(format: "%012x", $0.utf8.reduce(0) { $0 + Int($1) }) }
        )
        let bytes =
            try writer.begin() + writer.bytes(of: record, under: terms) + writer.end(saying: note)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func read(_ text: String, _ format: RecordFormat) throws -> [Record] {
        var options = RecordOptions()
        options.format = format
        options.fileName = "in"
        var records: [Record] = []
        _ = try RecordReader(.bytes(Array(text.utf8)), options: options).forEachRow {
            if let record = $0.record { records.append(record) }
            return true
        }
        return records
    }

    @Test("FollowTheMoney: each entity names its agency and its terms")
    func followTheMoney() throws {
        struct Entity: Decodable {
            let schema: String
            let properties: [String: [String]]
        }
        let entities = try Self.written(.ftm).split(separator: "\n").map {
            try JSONDecoder().decode(Entity.self, from: Data($0.utf8))
        }
        #expect(entities.map(\.schema) == ["Person", "Passport", "BankAccount", "Ownership", "Note"])
        for entity in entities.dropLast() {
            let words = entity.properties[["Passport", "Ownership"].contains(entity.schema) ? "description" : "notes"]
            #expect(entity.properties["publisher"] == ["bravo"], "\(entity.schema)")
            #expect(
                words?.prefix(4) == [
                    "released by: bravo", "handling code: H2", "passing on: with_consent", "keep until: 2027-02-11",
                ],
                "\(entity.schema)"
            )
        }
        #expect(entities.first?.properties["name"] == [Self.hostile])
        #expect(entities.last?.properties["description"] == Self.note.lines)
    }

    @Test("STIX: an identity refers to a marking, and a grouping says what is missing")
    func stix() throws {
        let bundle = try JSONSerialization.jsonObject(with: Data(Self.written(.stix).utf8)) as? [String: Any]
        let objects = try #require(bundle?["objects"] as? [[String: Any]])
        #expect(objects.compactMap { $0["type"] as? String } == ["marking-definition", "identity", "grouping"])
        let statement = try #require((objects[0]["definition"] as? [String: String])?["statement"])
        for part in ["released by: bravo", "handling code: H2", "passing on: with_consent", "keep until: 2027-02-11"] {
            #expect(statement.contains(part))
        }
        #expect(objects[1]["name"] as? String == Self.hostile)
        #expect(objects[1]["object_marking_refs"] as? [String] == [try #require(objects[0]["id"] as? String)])
        #expect(objects[2]["object_refs"] as? [String] == [try #require(objects[1]["id"] as? String)])
        #expect(objects[2]["description"] as? String == Self.note.lines.joined(separator: "\n"))
        #expect(try Self.read(Self.written(.stix), .stix).count == 1)
    }

    @Test("UMF: a person has elements of its terms, and remarks stand beside it")
    func umf() throws {
        let text = try Self.written(.umf)
        let persons = try Self.read(text, .umf)
        #expect(persons.count == 1, "no person of a text's making")
        let person = try #require(persons.first)
        #expect(person.id == "r1")
        #expect(person["full_name"].first?.hasPrefix("</Person><Person id=\"x\">") == true)
        #expect(person["umf_ReleasedBy"] == ["bravo"] && person["umf_HandlingCode"] == ["H2"])
        #expect(person["umf_OnwardRule"] == ["with_consent"] && person["umf_RetentionDate"] == ["2027-02-11"])
        #expect(text.contains("<Remark>vin (1)</Remark>") && !text.contains("\u{0}"))
    }

    @Test("a file without terms is as it was", arguments: [RecordFormat.ftm, .umf, .stix])
    func plain(_ format: RecordFormat) throws {
        var writer = RecordWriter(format, columns: [], time: "2026-11-24T12:35:58.123Z", uuid: { $0 })
        let bytes = try writer.begin() + writer.bytes(of: Record(id: "p", columns: ["full_name": ["A"]])) + writer.end()
        let text = String(decoding: bytes, as: UTF8.self)
        for word in ["publisher", "marking", "HandlingCode", "Remark", "grouping", "Note"] {
            #expect(!text.contains(word), "\(word)")
        }
    }
}
