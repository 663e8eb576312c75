/// What the entities of a FollowTheMoney file say of persons elsewhere in it, held while the file is read. Counts what it
/// holds, so that a reader can keep to a bound.

import Foundation
import MatchKeys

struct FTMLinks {
    private struct Document {
        var id: String
        var document: ReadDocument
        var line: Int
    }

    private struct Thing {
        var record: Record
        var owners: [String]
        var line: Int
        var isTaken = false
    }

    /// What no person took.
    enum Left {
        case thing(Record, line: Int)
        case document(FTMEntity, line: Int)
    }

    private let limit: Int
    private var bytes = 0
    /// Thing -> owners, from entities that say only this.
    private var owners: [String: [String]] = [:]
    private var documents: [String: [Document]] = [:]
    private var things: [Thing] = []
    /// Owner -> places in `things`.
    private var owned: [String: [Int]] = [:]

    init(limit: Int) { self.limit = limit }

    var isOverLimit: Bool { bytes > limit }

    /// Whether the text stands in these bytes; an entity that writes its names with escapes is not found, and its link is
    /// not followed.
    static func mentions(_ text: String, _ bytes: [UInt8]) -> Bool {
        let word = Array(text.utf8)
        guard let first = word.first else { return true }
        return bytes.withUnsafeBytes { line in
            word.withUnsafeBytes { word in
                guard let start = line.baseAddress, let sought = word.baseAddress else { return false }
                var place = 0
                while place + word.count <= line.count,
                    let found = memchr(start + place, Int32(first), line.count - word.count - place + 1)
                {
                    if memcmp(found, sought, word.count) == 0 { return true }
                    place = start.distance(to: UnsafeRawPointer(found)) + 1
                }
                return false
            }
        }
    }

    /// Whether a line can be a document, or a thing with an owner.
    func mayConcern(_ bytes: [UInt8]) -> Bool {
        if Self.mentions("\"holder\"", bytes) || Self.mentions("\"owner\"", bytes) { return true }
        return !owners.isEmpty && ["BankAccount", "Vehicle", "Vessel"].contains { Self.mentions($0, bytes) }
    }

    /// Whether an entity of this schema in a line was gathered.
    func mayConcern(_ bytes: [UInt8], _ schema: FTMEntity.Schema) -> Bool {
        schema == .ownership ? Self.mentions("Ownership", bytes) : mayConcern(bytes)
    }

    mutating func add(ownership entity: FTMEntity) {
        for asset in entity["asset"] {
            owners[asset, default: []] += entity["owner"]
            bytes += asset.utf8.count + entity["owner"].reduce(64) { $0 + $1.utf8.count }
        }
    }

    mutating func add(_ entity: FTMEntity, _ schema: FTMEntity.Schema, line: Int) {
        switch schema {
        case .person, .ownership: return
        case .passport, .identification:
            for holder in entity["holder"] {
                for number in entity["number"] + (schema == .passport ? entity["passportNumber"] : [])
                where documents[holder]?.contains(where: {
                    $0.document.number == FTMValues.plain(number) && $0.line == line
                }) != true {
                    let document = Document(
                        id: entity.id,
                        document: ReadDocument(
                            number: FTMValues.plain(number),
                            country: entity["country"].first.map { FTMValues.read($0, column: "document_country") },
                            type: entity["type"].first.map(FTMValues.plain)
                        ),
                        line: line
                    )
                    documents[holder, default: []].append(document)
                    bytes += 192 + number.utf8.count + holder.utf8.count + entity.id.utf8.count
                }
            }
        case .vessel, .vehicle, .account, .wallet:
            let persons = entity["holder"] + entity["owner"] + (owners[entity.id] ?? [])
            guard !persons.isEmpty else { return }
            for person in persons { owned[person, default: []].append(things.count) }
            let record = FTMColumns.record(of: entity, schema)
            bytes += record.columns.values.joined().reduce(512) { $0 + $1.utf8.count }
            things.append(Thing(record: record, owners: persons, line: line))
        }
    }

    /// Whether the entity is given out with another.
    func holds(_ entity: FTMEntity, _ schema: FTMEntity.Schema) -> Bool {
        switch schema {
        case .person: false
        case .passport, .identification, .ownership: true
        case .vessel, .vehicle, .account, .wallet:
            !entity["holder"].isEmpty || !entity["owner"].isEmpty || owners[entity.id] != nil
        }
    }

    /// Gives the person what links to it.
    mutating func give(to person: inout Record) {
        if let found = documents.removeValue(forKey: person.id) { person.add(found.map(\.document)) }
        for place in owned[person.id] ?? [] {
            things[place].isTaken = true
            let thing = things[place].record
            for column in FTMColumns.identifying {
                var values = thing[column]
                if column == "plate", let region = thing["country"].first, values.count == 1,
                    let code = IdentifierKind.alpha2(ofCountry: region)
                {
                    values = [values[0] + " @" + code]
                }
                person[column] += values.filter { !person[column].contains($0) }
            }
        }
    }

    func left() -> [Left] {
        let orphans = documents.flatMap { holder, list in list.map { (holder, $0) } }.sorted { $0.1.line < $1.1.line }
        return orphans.map { holder, one in
            var properties = ["holder": [holder], "number": [one.document.number]]
            properties["country"] = one.document.country.map { [$0] }
            properties["type"] = one.document.type.map { [$0] }
            let entity = FTMEntity(id: one.id, schema: .identification, properties: properties)
            return .document(entity, line: one.line)
        } + things.filter { !$0.isTaken }.map { .thing($0.record, line: $0.line) }
    }
}
