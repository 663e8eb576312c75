/// One entity of FollowTheMoney (model 4): id, schema, properties with lists of texts. Knows which property is which column
/// of a record.

import Foundation
import MatchKeys

struct FTMEntity: Codable, Sendable, Equatable {
    var id: String
    var schema: String
    var properties: [String: [String]]

    init(id: String, schema: Schema, properties: [String: [String]]) {
        self.id = id
        self.schema = schema.rawValue
        self.properties = properties
    }

    /// The schemas that are read and written.
    enum Schema: String, CaseIterable, Sendable {
        case person = "Person"
        case passport = "Passport"
        case identification = "Identification"
        case vessel = "Vessel"
        case vehicle = "Vehicle"
        case account = "BankAccount"
        case wallet = "CryptoWallet"
        case ownership = "Ownership"
    }

    /// Words on a file, in a schema that is passed over when it is read.
    init(_ note: FileNote, id: String) {
        self.id = id
        schema = "Note"
        properties = ["name": [note.title], "description": note.lines]
    }

    /// Whether its schema is an interval of the model, which has a description where things have notes.
    var isInterval: Bool {
        [Schema.passport, .identification, .ownership].contains { $0.rawValue == schema }
    }

    private enum Name: String, CodingKey { case id, schema, properties }

    /// A property may hold a list of texts or, as some write it, one text.
    private struct Texts: Decodable {
        var values: [String]

        init(from decoder: any Decoder) throws {
            if let text = try? decoder.singleValueContainer().decode(String.self) {
                values = [text]
            } else {
                values = try decoder.singleValueContainer().decode([String].self)
            }
        }
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Name.self)
        id = try members.decode(String.self, forKey: .id)
        schema = try members.decode(String.self, forKey: .schema)
        properties = try (members.decodeIfPresent([String: Texts].self, forKey: .properties) ?? [:]).mapValues(\.values)
    }

    subscript(property: String) -> [String] { properties[property] ?? [] }
}

/// Which property of an entity is which column.
enum FTMColumns {
    /// Names of a person, in the order in which values are taken.
    private static let person = [
        ("firstName", "given_name"), ("lastName", "family_name"), ("birthDate", "birth_date"), ("gender", "sex"),
        ("nationality", "nationality"), ("citizenship", "nationality"), ("birthPlace", "birth_place"),
        ("passportNumber", "document_number"), ("idNumber", "document_number"), ("phone", "phone"), ("email", "email"),
        ("address", "address"), ("country", "country"),
    ]

    private static let things: [FTMEntity.Schema: [(String, String)]] = [
        .vessel: [
            ("name", "full_name"), ("imoNumber", "imo"), ("mmsi", "mmsi"), ("registrationNumber", "plate"),
            ("flag", "country"),
        ],
        .vehicle: [("name", "full_name"), ("registrationNumber", "plate"), ("country", "country")],
        .account: [("name", "full_name"), ("iban", "iban"), ("country", "country")],
        .wallet: [("name", "full_name"), ("publicKey", "wallet"), ("cryptoAddress", "wallet"), ("country", "country")],
    ]

    static let categories: [FTMEntity.Schema: String] = [
        .vessel: "vessel", .vehicle: "vehicle", .account: "account", .wallet: "account",
    ]

    /// The columns by which a thing is told, which its owner takes over.
    static let identifying = ["imo", "mmsi", "plate", "iban", "wallet"]

    /// The record of a person or thing; properties without a column are kept under their own name.
    static func record(of entity: FTMEntity, _ schema: FTMEntity.Schema) -> Record {
        var record = Record(id: entity.id)
        let pairs = schema == .person ? person : things[schema] ?? []
        for (property, column) in pairs {
            let values = entity[property].map { FTMValues.read($0, column: column) }
            record[column] += values.filter { !record[column].contains($0) }
        }
        if schema == .person { addNames(of: entity, to: &record) }
        if let category = categories[schema] { record["subject_category"] = [category] }
        let named = Set(pairs.map(\.0) + ["name"])
        for (property, values) in entity.properties where !named.contains(property) {
            // Two vocabularies, one word: theirs is told apart.
            let column = Record.knownColumns.contains(property) ? "ftm_\(property)" : property
            record[column] = values.map(FTMValues.plain)
        }
        return record
    }

    /// `name` repeats what the parts say when a writer put it together from them.
    private static func addNames(of entity: FTMEntity, to record: inout Record) {
        let joined = FTMValues.joinedName(record)
        let parted = !record["given_name"].isEmpty || !record["family_name"].isEmpty
        record["full_name"] = entity["name"].map(FTMValues.plain).filter { !parted || $0 != joined }
    }
}

/// Values as FollowTheMoney writes them and as records do.
enum FTMValues {
    /// Without blanks at its ends; a semicolon would part it in two.
    static func plain(_ text: String) -> String {
        Record.values(of: text.replacing(";", with: ",")).joined()
    }

    static func read(_ text: String, column: String) -> String {
        let text = plain(text)
        switch column {
        case "nationality", "country", "document_country":
            return IdentifierKind.country.canonicalise(text).value ?? text
        case "sex": return ["male": "M", "female": "F", "other": "X"][text.lowercased()] ?? text
        default: return text
        }
    }

    /// Given and family names in one, as `name` has them.
    static func joinedName(_ record: Record) -> String {
        (record["given_name"] + record["family_name"]).joined(separator: " ")
    }

    /// The value in their writing; nil where they have none for it.
    static func written(_ value: String, column: String) -> String? {
        switch column {
        case "birth_date": return IdentifierKind.date.canonicalise(value).value
        case "nationality", "country", "document_country": return country(value)
        case "sex":
            return ["m": "male", "male": "male", "f": "female", "female": "female", "x": "other"][value.lowercased()]
        default: return value
        }
    }

    static func country(_ value: String) -> String? {
        IdentifierKind.country.canonicalise(value).value.flatMap { IdentifierKind.alpha2(ofCountry: $0) }?.lowercased()
    }
}
