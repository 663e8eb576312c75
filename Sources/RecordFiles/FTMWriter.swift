/// From a record to FollowTheMoney entities: a person or thing, and what belongs to a person beside it.

import Foundation
import MatchKeys

struct FTMWriter {
    private(set) var lost = NotCarried()
    private let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()

    mutating func lines(of record: Record, under terms: RecordTerms?) throws -> [UInt8] {
        try entities(of: record).reduce(into: []) { bytes, entity in
            var entity = entity
            if let terms {
                entity.properties["publisher"] = [terms.holder]
                entity.properties[entity.isInterval ? "description" : "notes"] = terms.lines
            }
            bytes += try line(entity)
        }
    }

    func line(of note: FileNote, id: String) throws -> [UInt8] { try line(FTMEntity(note, id: id)) }

    private func line(_ entity: FTMEntity) throws -> [UInt8] { Array(try encoder.encode(entity)) + [0x0A] }

    private mutating func entities(of record: Record) -> [FTMEntity] {
        let things = record["subject_category"].filter(Record.thingCategories.contains)
        guard let category = things.first else { return person(record) }
        return thing(record, category)
    }

    // MARK: Persons

    private static let plainProperties = [
        ("firstName", "given_name"), ("lastName", "family_name"), ("birthDate", "birth_date"), ("gender", "sex"),
        ("nationality", "nationality"), ("birthPlace", "birth_place"), ("phone", "phone"), ("email", "email"),
        ("address", "address"), ("country", "country"),
    ]
    private static let personColumns: Set<String> = Set(plainProperties.map(\.1)).union([
        "full_name", "document_number", "document_country", "document_type", "iban", "wallet", "plate", "imo", "mmsi",
    ])

    private mutating func person(_ record: Record) -> [FTMEntity] {
        var properties: [String: [String]] = [:]
        var names = record["full_name"]
        if names.isEmpty { names = [FTMValues.joinedName(record)].filter { !$0.isEmpty } }
        properties["name"] = names.isEmpty ? nil : names
        for (property, column) in Self.plainProperties where !record[column].isEmpty {
            properties[property] = carried(record[column], column: column)
        }
        for column in record.columns.keys where !Self.personColumns.contains(column) { lost.lose(column) }
        let entity = FTMEntity(id: record.id, schema: .person, properties: properties)
        return [entity] + documents(of: record) + belongings(of: record)
    }

    /// The values in their writing; whoever has none is counted.
    private mutating func carried(_ values: [String], column: String) -> [String]? {
        let written = values.compactMap { FTMValues.written($0, column: column) }
        if written.count < values.count { lost.lose(column) }
        return written.isEmpty ? nil : written
    }

    private mutating func documents(of record: Record) -> [FTMEntity] {
        let (documents, lost) = record.writtenDocuments
        for column in lost { self.lost.lose(column) }
        return documents.enumerated().map { place, document in
            var properties = ["holder": [record.id], "number": [document.number]]
            properties["type"] = document.type.map { [$0] }
            if let country = document.country {
                properties["country"] = FTMValues.country(country).map { [$0] }
                if properties["country"] == nil { self.lost.lose("document_country") }
            }
            let type = document.type?.lowercased() ?? "passport"
            let schema: FTMEntity.Schema = type.contains("pass") || type == "p" ? .passport : .identification
            return FTMEntity(id: "\(record.id)-document-\(place + 1)", schema: schema, properties: properties)
        }
    }

    private func belongings(of record: Record) -> [FTMEntity] {
        var entities: [FTMEntity] = []
        func add(_ column: String, _ schema: FTMEntity.Schema, _ properties: (String) -> [String: [String]]) {
            for (place, value) in record[column].enumerated() {
                let id = "\(record.id)-\(column)-\(place + 1)"
                entities.append(FTMEntity(id: id, schema: schema, properties: properties(value)))
            }
        }
        let owner = [record.id]
        add("iban", .account) { ["iban": [$0]] }
        for place in record["iban"].indices {
            let asset = "\(record.id)-iban-\(place + 1)"
            let properties = ["owner": owner, "asset": [asset]]
            entities.append(FTMEntity(id: "\(asset)-owner", schema: .ownership, properties: properties))
        }
        add("wallet", .wallet) { ["publicKey": [$0], "holder": owner] }
        add("plate", .vehicle) { Self.plate($0).merging(["owner": owner]) { first, _ in first } }
        add("imo", .vessel) { ["name": ["IMO \($0)"], "imoNumber": [$0], "owner": owner] }
        add("mmsi", .vessel) { ["name": ["MMSI \($0)"], "mmsi": [$0], "owner": owner] }
        return entities
    }

    /// `ABC1234 @GR` is a number and the country whose it is.
    private static func plate(_ value: String) -> [String: [String]] {
        let parts = value.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let country = FTMValues.country(FTMValues.plain(parts[1])) else {
            return ["registrationNumber": [value]]
        }
        return ["registrationNumber": [FTMValues.plain(parts[0])], "country": [country]]
    }

    // MARK: Things

    private mutating func thing(_ record: Record, _ category: String) -> [FTMEntity] {
        let schema: FTMEntity.Schema
        let pairs: [(property: String, column: String)]
        switch category {
        case "vessel":
            schema = .vessel
            pairs = [
                ("name", "full_name"), ("imoNumber", "imo"), ("mmsi", "mmsi"), ("registrationNumber", "plate"),
                ("flag", "country"),
            ]
        case "vehicle":
            schema = .vehicle
            pairs = [("name", "full_name"), ("registrationNumber", "plate"), ("country", "country")]
        case "account" where record["iban"].isEmpty && !record["wallet"].isEmpty:
            schema = .wallet
            pairs = [("name", "full_name"), ("publicKey", "wallet"), ("country", "country")]
        case "account":
            schema = .account
            pairs = [("name", "full_name"), ("iban", "iban"), ("country", "country")]
        default:
            lost.lose(record)
            return []
        }
        var properties: [String: [String]] = [:]
        for (property, column) in pairs where !record[column].isEmpty {
            properties[property] = carried(record[column], column: column)
        }
        let written = Set(pairs.map(\.column)).union(["subject_category"])
        for column in record.columns.keys where !written.contains(column) { lost.lose(column) }
        return [FTMEntity(id: record.id, schema: schema, properties: properties)]
    }
}
