// What whole nodes cost: import, index, question, decision, beside libsodium and SQLite alone in the same run.
import Foundation
import MatchKeys
import NodeCore
import ObliviousPRF
import PolicyEngine
import SetIntersection
import Sodium

/// The part of `comity bench` that needs nodes: two of them in this process, over mutual TLS on the loopback address.
public struct NodeMeasures: Sendable {
    public let threads: Int
    /// For one measurement.
    public let seconds: Double
    /// Records of the holder; its index holds about fifteen keys of each.
    public let records: Int
    /// Callers that write audit entries at once, and entries of each.
    public let callers: (count: Int, each: Int)

    public init(
        threads: Int = BatchRunner.activeCores,
        seconds: Double = 2,
        records: Int = 10_000,
        callers: (count: Int, each: Int) = (128, 32)
    ) {
        self.threads = max(threads, 1)
        self.seconds = seconds
        self.records = max(records, 1)
        self.callers = callers
    }

    /// Fewest and most indexes that are built: each is built under an agreement of its own.
    private static let builds = 3...5

    /// Every measurement of this part, in the order of the contract. Works in a folder of its own that is removed.
    /// - Parameter only: what the names of those begin with that are wanted.
    public func run(only: String = "") async throws -> [Measurement] {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("comity-bench-\(Hex.encode(RandomBytes.system.bytes(6)))", isDirectory: true)
        try FileManager.default.createDirectory(
            at: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        defer { try? FileManager.default.removeItem(at: folder) }
        let policies = BenchPolicies.files(agreements: Self.builds.upperBound)
        let holder = try await BenchNode.start(BenchPolicies.holder, in: folder, policies: policies)
        do {
            let asker = try await BenchNode.start(BenchPolicies.asker, in: folder, policies: policies)
            let measured: Result<[Measurement], any Error>
            do {
                try await asker.pin(holder)
                try await holder.pin(asker)
                measured = .success(try await measure(only, asker: asker, holder: holder, folder: folder))
            } catch {
                measured = .failure(error)
            }
            await asker.close()
            await holder.close()
            return try measured.get()
        } catch {
            await holder.close()
            throw error
        }
    }

    private func measure(
        _ only: String,
        asker: BenchNode,
        holder: BenchNode,
        folder: URL
    ) async throws -> [Measurement] {
        let people = BenchPeople(count: records)
        let rounds = Rounds(seconds: seconds)
        let raw = try RawStore(folder: folder)
        let runner = BatchRunner(threads: threads)
        // Questions need one index in any case.
        let builds = "index.build".hasPrefix(only) ? Self.builds : 1...1
        var results = [try await build(people, builds, holder: holder, runner: runner)]
        if "query.10".hasPrefix(only) {
            results.append(try await query("query.10", keys: 10, people, asker, runner, raw, rounds))
        }
        if "query.1000".hasPrefix(only) {
            results.append(try await query("query.1000", keys: 1_000, people, asker, runner, raw, rounds))
        }
        if "query.10.rotation".hasPrefix(only) {
            results.append(try await RotationMeasure(asker: asker, holder: holder, people: people).run(rounds))
        }
        if "disclosure.decide".hasPrefix(only) {
            results.append(
                try await DisclosureMeasure(asker: asker, holder: holder, people: people, raw: raw).run(rounds)
            )
        }
        if "audit.append".hasPrefix(only) {
            results.append(
                try await AuditMeasure(folder: folder, callers: callers.count, each: callers.each).run(rounds)
            )
        }
        if "policy.decide".hasPrefix(only) {
            results.append(try PolicyMeasure(now: Moment(seconds: Int(Date().timeIntervalSince1970))).run(rounds))
        }
        results += try await ImportMeasures(people: people, holder: holder, raw: raw, records: records)
            .run(only: only, seconds: seconds)
        return results.filter { $0.name.hasPrefix(only) }
    }

    /// From records in the vault to an index that is published: decision, keys, evaluation, files, manifest, entry.
    private func build(
        _ people: BenchPeople,
        _ builds: ClosedRange<Int>,
        holder: BenchNode,
        runner: BatchRunner
    ) async throws -> Measurement {
        _ = try await holder.node.importRecords(
            csv: people.csv,
            fileName: "people.csv",
            dataset: "people",
            renames: [:],
            defaults: [:],
            by: BenchNode.analyst
        )
        let keys = people.keyCount
        let batch = min(keys, 4_096)
        let raw = try RawLibsodium(batch, runner: runner)
        let number = Counter()
        return try await Rounds(seconds: seconds, count: builds, warm: false).measure(
            "index.build",
            .rate(items: keys, unit: "keys/s"),
            reference: (
                "libsodium from_hash, scalarmult",
                {
                    // In batches that stay in the cache, as a part of the last one.
                    Rounds.seconds { for _ in 0..<keys / batch { raw.mapAndMultiply() } }
                        * Double(keys) / Double(keys / batch * batch)
                }
            ),
            work: {
                let agreement = BenchPolicies.agreement(number.next())
                return try await Rounds.elapsed {
                    let list = try await holder.node.buildIndexes(
                        agreement: agreement,
                        asker: nil,
                        rotating: false,
                        by: nil,
                        say: { _ in }
                    )
                    guard list.indexes.first?.records == records else {
                        throw MeasureProblem("not every record entered the index")
                    }
                }
            }
        )
    }

    /// Numbers the rounds. `@unchecked`: they come one after the other.
    private final class Counter: @unchecked Sendable {
        private var last = -1

        func next() -> Int {
            last += 1
            return last
        }
    }

    private func query(
        _ name: String,
        keys: Int,
        _ people: BenchPeople,
        _ asker: BenchNode,
        _ runner: BatchRunner,
        _ store: RawStore,
        _ rounds: Rounds
    ) async throws -> Measurement {
        let question = Self.question(people, keys: keys)
        let raw = try RawLibsodium(Padding.paddedCount(keys), runner: runner)
        return try await rounds.measure(
            name,
            .time,
            reference: (
                "its group operations by libsodium, one fsync",
                {
                    try Rounds.seconds {
                        raw.question()
                        try store.sync()
                    }
                }
            ),
            work: {
                try await Rounds.elapsed {
                    let report = try await asker.node.ask(
                        question,
                        dryRun: false,
                        by: BenchNode.analyst,
                        through: asker.client,
                        say: { _ in }
                    )
                    guard let answer = report.asked.first, answer.outcome == "hits" else {
                        throw MeasureProblem("a question was not answered: \(report.asked.first?.reason ?? "")")
                    }
                }
            }
        )
    }

    static func question(_ people: BenchPeople, keys: Int) -> Question {
        Question(
            agreement: BenchPolicies.agreement(0),
            purpose: BenchPolicies.purpose.rawValue,
            legalBasis: BenchPolicies.legalBasis,
            offence: BenchPolicies.offence,
            caseReference: "bench",
            urgent: false,
            subjects: .file(people.questions(keys), name: "questions.csv"),
            peers: []
        )
    }
}

extension RawLibsodium {
    /// As many random points and scalars.
    init(_ count: Int, runner: BatchRunner) throws {
        let prf = VOPRF(engine: GroupEngine(runner: runner))
        let blinds = try Blinds(count: count, random: .system)
        let inputs = (0..<count).map { Array("bench \($0)".utf8) }
        self.init(
            runner: runner,
            uniform: RandomBytes.system.bytes(64 * count),
            points: try prf.blind(inputs, with: blinds).bytes,
            scalars: (0..<count).flatMap { blinds.reveal($0) ?? [] },
            count: count
        )
    }
}
