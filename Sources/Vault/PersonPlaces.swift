/// Where a person's values stand, in the running log and in those that ended, found by words and by the questions that
/// entries are on. Knows places; never learns what a value means.

public import CanonicalJSON
import GRDB

/// An entry of a log that ended.
public struct EndedEntry: Sendable, Hashable {
    public let origin: String
    public let index: Int

    public init(origin: String, index: Int) {
        self.origin = origin
        self.index = index
    }
}

/// A personal value by its place in a log that ended.
public struct EndedPlace: Sendable, Hashable {
    public let origin: String
    public let place: SealedPlace

    public init(origin: String, place: SealedPlace) {
        self.origin = origin
        self.place = place
    }
}

/// Values of a person, by their places.
public struct PersonPlaces: Sendable, Hashable {
    /// Of the running log, ascending.
    public var running: [SealedPlace]
    /// Of ended logs, by origin and ascending.
    public var ended: [EndedPlace]

    public init(running: [SealedPlace] = [], ended: [EndedPlace] = []) {
        self.running = running
        self.ended = ended
    }

    public var isEmpty: Bool { running.isEmpty && ended.isEmpty }

    /// Values.
    public var count: Int { running.count + ended.count }

    /// Entries that they stand in.
    public var entries: Int {
        Set(running.map(\.index)).count
            + Set(ended.map { EndedEntry(origin: $0.origin, index: $0.place.index) }).count
    }

    /// An entry has at most 8 KiB: a long list takes several.
    public static let listedInAnEntry = 128

    /// Lists of at most so many places, each of one log.
    public func parts(of most: Int) -> [Part] {
        let logs =
            [(nil, running)]
            + Dictionary(grouping: ended, by: \.origin).sorted { $0.key < $1.key }
            .map { (Optional($0.key), $0.value.map(\.place)) }
        return logs.flatMap { origin, places in
            stride(from: 0, to: places.count, by: most).map { start in
                Part(origin: origin, places: Array(places[start..<min(places.count, start + most)]))
            }
        }
    }

    /// Places of one log that one entry lists.
    public struct Part: Sendable, Hashable {
        /// The ended log; nil for the running one.
        public let origin: String?
        public let places: [SealedPlace]

        public init(origin: String?, places: [SealedPlace]) {
            self.origin = origin
            self.places = places
        }

        /// `data` of the entry that lists them. `fields` speaks of the log it stands in alone: whoever checks that log takes
        /// no place in another for one of it.
        public var data: [String: JSONValue] {
            let listed = JSONValue.array(
                places.map { ["field": .string($0.field), "index": .integer($0.index)] }
            )
            let counts: [String: JSONValue] = [
                "count": .integer(places.count), "entries": .integer(Set(places.map(\.index)).count),
            ]
            let names: [String: JSONValue] =
                if let origin {
                    ["fields": [], "earlier_origin": .string(origin), "earlier_fields": listed]
                } else {
                    ["fields": listed]
                }
            return counts.merging(names) { $1 }
        }
    }
}

/// Entries that a person was found in.
struct FoundEntries {
    var running: Set<Int> = []
    var ended: Set<EndedEntry> = []
}

extension VaultTransaction {
    /// The values of some entries and of those on the same questions, in whichever log, but for fields that stay.
    func places(of found: FoundEntries, keeping kept: Set<String>) throws -> PersonPlaces {
        var all = found
        for query in try queries(of: found) {
            for row in try rows("SELECT idx FROM audit_index WHERE query = ?", [query]) {
                all.running.insert(row["idx"])
            }
            for row in try rows("SELECT DISTINCT origin, idx FROM audit_ended_value WHERE query = ?", [query]) {
                all.ended.insert(EndedEntry(origin: row["origin"], index: row["idx"]))
            }
        }
        let running = try all.running.sorted().flatMap { index in
            try rows("SELECT field FROM audit_sealed WHERE idx = ? ORDER BY field", [index])
                .map { SealedPlace(index: index, field: $0["field"]) }
                .filter { !kept.contains($0.field) }
        }
        let ended = try all.ended.sorted { ($0.origin, $0.index) < ($1.origin, $1.index) }.flatMap { entry in
            try rows(
                "SELECT field FROM audit_ended_value WHERE origin = ? AND idx = ? ORDER BY field",
                [entry.origin, entry.index]
            )
            .map { EndedPlace(origin: entry.origin, place: SealedPlace(index: entry.index, field: $0["field"])) }
            .filter { !kept.contains($0.place.field) }
        }
        return PersonPlaces(running: running, ended: ended)
    }

    func queries(of found: FoundEntries) throws -> Set<String> {
        var queries: Set<String> = []
        for index in found.running {
            let query: String? = try row("SELECT query FROM audit_index WHERE idx = ?", [index])?["query"]
            if let query { queries.insert(query) }
        }
        for entry in found.ended {
            let query: String? = try row(
                "SELECT query FROM audit_ended_value WHERE origin = ? AND idx = ? LIMIT 1",
                [entry.origin, entry.index]
            )?["query"]
            if let query { queries.insert(query) }
        }
        return queries
    }
}

extension TermSearch {
    /// All entries that have one of the words, in whichever log.
    func everywhere(in transaction: VaultTransaction) throws -> FoundEntries {
        FoundEntries(running: try entries(from: 0, in: transaction), ended: try endedEntries(in: transaction))
    }
}
