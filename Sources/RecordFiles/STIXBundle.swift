/// A bundle of STIX 2.1, of which identities of single persons are read and written: name, contact information and the id
/// by which a node knows the record. Everything else of STIX is passed over.

import Foundation
import MatchKeys

struct STIXBundle: Decodable {
    /// Nil for what is no object with a type and an id.
    struct Object: Decodable {
        var identity: STIXIdentity?

        init(from decoder: any Decoder) throws { identity = try? STIXIdentity(from: decoder) }
    }

    var type: String
    var objects: [Object]
}

/// An object of a bundle, as far as identities go.
struct STIXIdentity: Codable {
    var type: String
    var id: String
    var specVersion: String?
    var created: String?
    var modified: String?
    var name: String?
    var identityClass: String?
    var description: String?
    var roles: [String]?
    var contactInformation: String?
    var externalReferences: [Reference]?
    /// The ids of what binds whoever reads it.
    var objectMarkingRefs: [String]?

    /// How another system knows the same.
    struct Reference: Codable {
        var sourceName: String
        var externalID: String?

        private enum CodingKeys: String, CodingKey {
            case sourceName = "source_name"
            case externalID = "external_id"
        }
    }

    /// Where the id of a record stands among the references.
    static let source = "comity"

    private enum CodingKeys: String, CodingKey {
        case type, id, created, modified, name, description, roles
        case specVersion = "spec_version"
        case identityClass = "identity_class"
        case contactInformation = "contact_information"
        case externalReferences = "external_references"
        case objectMarkingRefs = "object_marking_refs"
    }
}

/// Terms as STIX has them: a statement that objects refer to.
struct STIXMarking: Encodable {
    let type = "marking-definition"
    let specVersion = "2.1"
    var id: String
    var created: String
    let definitionType = "statement"
    /// `statement` and its words.
    var definition: [String: String]

    private enum CodingKeys: String, CodingKey {
        case type, id, created, definition
        case specVersion = "spec_version"
        case definitionType = "definition_type"
    }
}

/// What belongs together, and why: the identities of a file, with what the file says of itself.
struct STIXGrouping: Encodable {
    let type = "grouping"
    let specVersion = "2.1"
    var id: String
    var created: String
    var modified: String
    var name: String
    var description: String
    let context = "unspecified"
    var objectRefs: [String]

    private enum CodingKeys: String, CodingKey {
        case type, id, created, modified, name, description, context
        case specVersion = "spec_version"
        case objectRefs = "object_refs"
    }
}

struct STIXReader {
    let input: RecordInput
    let options: RecordOptions
    let checks: RecordChecks

    func forEachRow(_ body: (RecordRow) -> Bool) throws(RecordFileError) -> RecordFileSummary {
        let bundle = try bundle()
        var summary = RecordFileSummary()
        var ids: Set<String>? = options.comparesIDs ? [] : nil
        for place in bundle.objects.indices {
            guard let object = bundle.objects[place].identity else {
                summary.rows += 1
                guard body(unreadable(number: place + 1)) else { break }
                continue
            }
            guard object.type == "identity" else {
                summary.skipped[Self.word(object.type), default: 0] += 1
                continue
            }
            // Without a class nothing says that it is no person.
            guard object.identityClass ?? "individual" == "individual" else {
                summary.skipped["identity of class \(Self.word(object.identityClass ?? ""))", default: 0] += 1
                continue
            }
            summary.rows += 1
            let row = checks.row(
                of: Self.record(of: object),
                number: summary.rows,
                place: Self.place(place + 1),
                ids: &ids
            )
            guard body(row) else { break }
        }
        return summary
    }

    /// Objects of a bundle have numbers; the lines they stand in mean nothing.
    private static func place(_ number: Int) -> CSVPlace { CSVPlace(line: number, column: 1) }

    private func unreadable(number: Int) -> RecordRow {
        let words = "no object with a type, an id and texts where STIX has texts"
        let problem = checks.problem("object", words, .noRecord, row: number, at: Self.place(number))
        return RecordRow(
            row: number,
            place: Self.place(number),
            record: nil,
            problems: [problem],
            written: .record(Record(id: ""))
        )
    }

    private func bundle() throws(RecordFileError) -> STIXBundle {
        func broken(_ words: String, remedy: String? = nil) -> RecordFileError {
            .broken(file: checks.file, place: nil, words: words, remedy: remedy)
        }
        guard let source = ByteSource(input) else { throw broken("the file cannot be read") }
        let bytes: [UInt8]
        switch source.all(limit: options.recordLimits.bundleBytes) {
        case .failed: throw broken("the file cannot be read")
        case .tooLong:
            throw broken(
                "a bundle of more than \(options.recordLimits.bundleBytes >> 20) MiB",
                remedy: "part the bundle; it is read as a whole"
            )
        case .bytes(let all): bytes = all
        }
        guard !TextEncoding.isWide(bytes.prefix(4)) else {
            throw broken(CSVError.Reason.foreignEncoding.rawValue, remedy: TextEncoding.wideRemedy)
        }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw broken(CSVError.Reason.notUTF8.rawValue, remedy: TextEncoding.latinRemedy)
        }
        guard let bundle = try? JSONDecoder().decode(STIXBundle.self, from: Data(bytes)), bundle.type == "bundle" else {
            throw broken("no bundle of STIX 2.1: an object of type bundle with objects that have a type and an id")
        }
        return bundle
    }

    private static func word(_ text: String) -> String {
        let isWord = text.utf8.allSatisfy { ASCIIWord.isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
        return isWord && (1...64).contains(text.utf8.count) ? text : "other"
    }

    static func record(of identity: STIXIdentity) -> Record {
        let own = identity.externalReferences?.first { $0.sourceName == STIXIdentity.source }?.externalID
        var record = Record(id: own ?? identity.id)
        record["full_name"] = [FTMValues.plain(identity.name ?? "")]
        for part in (identity.contactInformation ?? "").split(whereSeparator: { ";,\n".contains($0) }) {
            let value = FTMValues.plain(String(part))
            if IdentifierKind.email.canonicalise(value).value != nil {
                record["email"] += [value]
            } else if IdentifierKind.phone.canonicalise(value).value != nil {
                record["phone"] += [value]
            } else {
                record["contact_information"] += [value]
            }
        }
        record["stix_roles"] = (identity.roles ?? []).map(FTMValues.plain)
        record["description"] = [FTMValues.plain(identity.description ?? "")]
        return record
    }
}

struct STIXWriter {
    private(set) var lost = NotCarried()
    private let time: String
    private let uuid: @Sendable (String) throws -> String
    /// The ids of the identities that stand in the bundle, for a note; of a bundle without terms they are not kept.
    private var bound: [String] = []
    private var isFirst = true
    private let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()

    /// - Parameters:
    ///   - time: of the export, as STIX writes times.
    ///   - uuid: a UUID for a record's id, the same each time.
    init(time: String, uuid: @escaping @Sendable (String) throws -> String) {
        self.time = time
        self.uuid = uuid
    }

    func begin() throws -> String { #"{"type":"bundle","id":"bundle--\#(try uuid("bundle " + time))","objects":["# }

    func end(saying note: FileNote?) throws -> [UInt8] {
        let end = Array((isFirst ? "]}\n" : "\n]}\n").utf8)
        guard let note, !bound.isEmpty else { return end }
        let grouping = STIXGrouping(
            id: "grouping--\(try uuid("note"))",
            created: time,
            modified: time,
            name: note.title,
            description: note.lines.joined(separator: "\n"),
            objectRefs: bound
        )
        return try separated(grouping) + end
    }

    private static let columns: Set<String> = ["full_name", "email", "phone", "contact_information", "description"]

    /// An identity, after what it refers to.
    mutating func objects(of record: Record, under terms: RecordTerms?) throws -> [UInt8] {
        guard record["subject_category"].allSatisfy({ !Record.thingCategories.contains($0) }) else {
            lost.lose(record)
            return []
        }
        var names = record["full_name"]
        if names.isEmpty { names = [FTMValues.joinedName(record)] }
        for column in ["full_name", "description"] where record[column].count > 1 { lost.lose(column) }
        for column in record.columns.keys where !Self.columns.contains(column) { lost.lose(column) }
        let contact = (record["email"] + record["phone"] + record["contact_information"]).joined(separator: "; ")
        let marking = try terms.map {
            STIXMarking(
                id: "marking-definition--\(try uuid("terms " + record.id))",
                created: time,
                definition: ["statement": $0.lines.joined(separator: "; ")]
            )
        }
        let identity = STIXIdentity(
            type: "identity",
            id: "identity--\(try uuid(record.id))",
            specVersion: "2.1",
            created: time,
            modified: time,
            name: names[0],
            identityClass: "individual",
            description: record["description"].first,
            roles: nil,
            contactInformation: contact.isEmpty ? nil : contact,
            externalReferences: [.init(sourceName: STIXIdentity.source, externalID: record.id)],
            objectMarkingRefs: marking.map { [$0.id] }
        )
        var bytes: [UInt8] = []
        if let marking {
            bytes += try separated(marking)
            isFirst = false
            bound.append(identity.id)
        }
        bytes += try separated(identity)
        isFirst = false
        return bytes
    }

    private func separated(_ object: some Encodable) throws -> [UInt8] {
        Array((isFirst ? "\n" : ",\n").utf8) + Array(try encoder.encode(object))
    }
}
