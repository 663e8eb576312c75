// What a long question costs: as many keys against as many, the first time and after a small change, beside libsodium
// alone doing the same group operations.
import Foundation
import NodeCore
import ObliviousPRF
import PeerTrust
import PolicyEngine
import SetIntersection
import Sodium
import Synchronization
import WireProtocol

/// The part of `comity bench` about long questions: two nodes of its own, one key for each record and each subject.
public struct BulkMeasures: Sendable {
    public let threads: Int
    /// Records of the holder, and subjects of the asker.
    public let count: Int

    /// - Parameter count: pads included, at most the keys of one query.
    public init(threads: Int = BatchRunner.activeCores, count: Int = 100_000) {
        self.threads = max(threads, 1)
        self.count = min(max(count, 100), WireLimits.keysPerQuery)
    }

    public static let names = ["query.bulk", "query.delta", "query.delta.bytes", "index.transfer"]

    /// Every measurement of this part. Works in a folder of its own that is removed.
    /// - Parameter only: what the names of those begin with that are wanted; without any of ours nothing is done.
    public func run(only: String = "") async throws -> [Measurement] {
        guard Self.names.contains(where: { $0.hasPrefix(only) }) else { return [] }
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("comity-bench-\(Hex.encode(RandomBytes.system.bytes(6)))", isDirectory: true)
        try FileManager.default.createDirectory(
            at: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        defer { try? FileManager.default.removeItem(at: folder) }
        let policies = BenchPolicies.files(agreements: 1)
        let holder = try await BenchNode.start(BenchPolicies.holder, in: folder, policies: policies)
        do {
            let asker = try await BenchNode.start(BenchPolicies.asker, in: folder, policies: policies)
            let measured: Result<[Measurement], any Error>
            do {
                try await asker.pin(holder)
                try await holder.pin(asker)
                measured = .success(try await measure(asker: asker, holder: holder))
            } catch {
                measured = .failure(error)
            }
            await asker.close()
            await holder.close()
            return try measured.get().filter { $0.name.hasPrefix(only) }
        } catch {
            await holder.close()
            throw error
        }
    }

    private func measure(asker: BenchNode, holder: BenchNode) async throws -> [Measurement] {
        let runner = BatchRunner(threads: threads)
        let line = CountedLine(asker.client)
        // Every other subject of the asker's stands in the records.
        try await add(0..<count, to: holder)
        let first = try await Rounds.elapsed {
            try await publish(holder)
            try await ask((0..<count).map { $0.isMultiple(of: 2) ? $0 : $0 + Self.elsewhere }, asker, line, count / 2)
        }
        let transferred = line.takeSegments()
        _ = line.takeAll()
        // A round of libsodium on a part that stays in the cache.
        let batch = min(count, 4_096)
        let raw = try RawLibsodium(batch, runner: runner)
        let reference =
            Rounds.seconds {
                raw.mapAndMultiply()
                raw.question()
            } * Double(count) / Double(batch)

        // A node that serves has published before on this day, and looks at nothing but what changed since.
        await holder.node.publishDue { _ in }
        let changed = max(count / 100, 1)
        try await add(count..<count + changed, to: holder)
        let delta = try await Rounds.elapsed {
            guard await holder.node.publishDue(say: { _ in }).count == 1 else {
                throw MeasureProblem("the change was not published")
            }
            try await ask((0..<changed).map { count + $0 }, asker, line, changed)
        }
        let bytes = line.takeAll()
        func plain(_ name: String, _ unit: String, _ value: Double) -> Measurement {
            Measurement(name: name, unit: unit, value: value, reference: nil, referenceName: nil, ratio: nil)
        }
        return [
            Measurement(
                name: "query.bulk",
                unit: "keys/s",
                value: Double(count) / first,
                reference: Double(count) / reference,
                referenceName:
                    "group operations of index, question and answer by libsodium, \(count) keys against \(count)",
                ratio: reference / first
            ),
            plain("query.delta", "ms", delta * 1_000), plain("query.delta.bytes", "bytes", Double(bytes)),
            plain("index.transfer", "bytes/key", Double(transferred) / Double(count)),
        ]
    }

    /// Phones that no record has.
    private static let elsewhere = 40_000_000

    private func add(_ numbers: Range<Int>, to holder: BenchNode) async throws {
        var csv = "id,phone,subject_category,handling,originator\n"
        for number in numbers { csv += "r\(number),\(BenchPeople.phone(number)),suspect,H1,\(BenchPolicies.holder)\n" }
        let report = try await holder.node.importRecords(
            csv: Array(csv.utf8),
            fileName: "many.csv",
            dataset: "many",
            renames: [:],
            defaults: [:],
            by: BenchNode.analyst
        )
        guard report.created == numbers.count else { throw MeasureProblem("not every record was imported") }
    }

    private func publish(_ holder: BenchNode) async throws {
        _ = try await holder.node.buildIndexes(agreement: nil, asker: nil, rotating: false, by: nil, say: { _ in })
    }

    private func ask(_ numbers: [Int], _ asker: BenchNode, _ line: CountedLine, _ expected: Int) async throws {
        var csv = "id,phone\n"
        for number in numbers { csv += "q\(number),\(BenchPeople.phone(number))\n" }
        let question = Question(
            agreement: BenchPolicies.agreement(0),
            purpose: BenchPolicies.purpose.rawValue,
            legalBasis: BenchPolicies.legalBasis,
            offence: BenchPolicies.offence,
            caseReference: "bench",
            urgent: false,
            subjects: .file(Array(csv.utf8), name: "questions.csv"),
            peers: []
        )
        let report = try await asker.node.ask(
            question,
            dryRun: false,
            by: BenchNode.analyst,
            through: line,
            say: { _ in }
        )
        // Above half a million records a phone alone is too little to be shown.
        guard let answer = report.asked.first, ["hits", "no-hit"].contains(answer.outcome),
            count > 500_000 || answer.hits.count == expected
        else {
            throw MeasureProblem("a long question was not answered: \(report.asked.first?.reason ?? "")")
        }
    }
}

/// Counts the bytes of bodies, both ways.
private final class CountedLine: PeerReaching {
    private let client: any PeerReaching
    private let counted = Mutex((all: 0, segments: 0))

    init(_ client: any PeerReaching) { self.client = client }

    func takeAll() -> Int {
        counted.withLock { counted in
            defer { counted.all = 0 }
            return counted.all
        }
    }

    func takeSegments() -> Int {
        counted.withLock { counted in
            defer { counted.segments = 0 }
            return counted.segments
        }
    }

    func send(
        _ request: PeerRequest,
        to agency: AgencyID
    ) async throws(PeerReachError) -> VerifiedPeerResponse {
        let response = try await client.send(request, to: agency)
        counted.withLock { counted in
            counted.all += request.body.count + response.body.count
            if request.route.isSegment { counted.segments += response.body.count }
        }
        return response
    }
}
