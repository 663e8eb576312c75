// What an import costs, whole and as far as its keys, beside SQLite alone and beside reading the same CSV. Knows made-up people.
import MatchKeys
import NodeCore
import RecordFiles

struct ImportMeasures {
    let people: BenchPeople
    let holder: BenchNode
    let raw: RawStore
    let records: Int

    /// Each import goes to a data set of its own, so there are few.
    private static let rounds = 3...5

    func run(only: String, seconds: Double) async throws -> [Measurement] {
        var results: [Measurement] = []
        let csv = people.csv
        if "import.records".hasPrefix(only) {
            results.append(
                try await whole(
                    "import.records",
                    seconds,
                    csv,
                    reference: (
                        "SQLite inserts of as many bytes, FULL sync",
                        {
                            try Rounds.seconds {
                                try raw.insert(count: records, length: Self.boxLength, group: records)
                            }
                        }
                    )
                )
            )
        }
        if "import.records.csv".hasPrefix(only) {
            results.append(
                try await whole(
                    "import.records.csv",
                    seconds,
                    csv,
                    reference: (Self.bareRead, { try Rounds.seconds { try Self.read(csv, rows: records) } })
                )
            )
        }
        if "import.records.keys".hasPrefix(only) { results.append(try keys(seconds)) }
        return results
    }

    private static let bareRead = "a bare read of the same CSV"

    /// From the bytes of a file to sealed records with their keys and audit entry.
    private func whole(
        _ name: String,
        _ seconds: Double,
        _ csv: [UInt8],
        reference: (name: String, work: () async throws -> Double)
    ) async throws -> Measurement {
        var round = 0
        return try await Rounds(seconds: seconds, count: Self.rounds, warm: false).measure(
            name,
            .rate(items: records, unit: "records/s"),
            reference: reference,
            work: {
                round += 1
                let dataset = name.replacing(".", with: "-") + "-\(round)"
                return try await Rounds.elapsed {
                    let report = try await holder.node.importRecords(
                        csv: csv,
                        fileName: "people.csv",
                        dataset: dataset,
                        renames: [:],
                        defaults: [:],
                        by: BenchNode.analyst
                    )
                    guard report.created == records else { throw MeasureProblem("not every record was imported") }
                }
            }
        )
    }

    /// Records of little but names, read and their keys made, on one thread.
    private func keys(_ seconds: Double) throws -> Measurement {
        let csv = people.namesCSV
        return try Rounds(seconds: seconds).measure(
            "import.records.keys",
            unit: "records/s",
            items: records,
            reference: (Self.bareRead, { try Self.read(csv, rows: records) }),
            work: {
                var (count, keys) = (0, 0)
                try RecordReader(csv: csv).forEachRow { row in
                    guard let record = row.record else { return true }
                    count += 1
                    keys += KeyRecipe.current.keys(of: record).count
                    return true
                }
                guard count == records, keys > count else { throw MeasureProblem("not every record gave keys") }
            }
        )
    }

    /// Rows and cells, and nothing made of them.
    private static func read(_ csv: [UInt8], rows: Int) throws {
        var reader = CSVReader(bytes: csv)
        var count = -1
        while try reader.next() != nil { count += 1 }
        guard count == rows else { throw MeasureProblem("not every row was read") }
    }

    /// About what one of these records takes, sealed.
    private static let boxLength = 400
}
