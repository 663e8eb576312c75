// What a long log costs: appending beside bare SQLite that writes the same rows, verifying beside libsodium's SHA-256 over the same
// files, proving one entry. Knows a vault of its own; its entries are about nobody.
import AuditLog
import CSodium
import CanonicalJSON
import Foundation
import NodeCore
import Sodium
import Vault

/// The part of `comity bench` about the log.
public struct LogMeasures: Sendable {
    /// Entries of the log that is verified.
    public let entries: Int
    public let seconds: Double
    /// Where the log is made and left; nil: in a folder that is removed.
    public let kept: URL?

    public init(entries: Int = 100_000, seconds: Double = 2, kept: URL? = nil) {
        self.entries = max(entries, 1_000)
        self.seconds = seconds
        self.kept = kept
    }

    public static let names = ["audit.append.rows", "audit.single", "audit.make", "audit.verify", "audit.prove"]

    /// - Parameter only: what the names of those begin with that are wanted; without any of ours nothing is done.
    public func run(only: String = "") async throws -> [Measurement] {
        guard Self.names.contains(where: { $0.hasPrefix(only) }) else { return [] }
        let folder =
            kept
            ?? FileManager.default.temporaryDirectory
            .appendingPathComponent("comity-bench-\(Hex.encode(RandomBytes.system.bytes(6)))", isDirectory: true)
        try FileManager.default.createDirectory(
            at: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        defer { if kept == nil { try? FileManager.default.removeItem(at: folder) } }
        let rounds = Rounds(seconds: seconds)
        var results: [Measurement] = []
        if "audit.append.rows".hasPrefix(only) {
            let place = folder.appendingPathComponent("rows")
            let measure = AuditMeasure(folder: place, callers: 128, each: 32)
            results.append(try await measure.run(rounds, name: "audit.append.rows", beside: .rows))
            try FileManager.default.removeItem(at: place)
        }
        if "audit.single".hasPrefix(only) {
            let place = folder.appendingPathComponent("single")
            results.append(try await single(rounds, in: place))
            try FileManager.default.removeItem(at: place)
        }
        guard Self.names.dropFirst(2).contains(where: { $0.hasPrefix(only) }) else { return results }
        let took = try await make(in: folder)
        results.append(
            Measurement(
                name: "audit.make",
                unit: "entries/s",
                value: Double(entries) / took,
                reference: nil,
                referenceName: nil,
                ratio: nil
            )
        )
        let log = AuditFolder(path: folder.appendingPathComponent("log").path)
        // Its first entry is its start.
        let size = entries + 1
        if "audit.verify".hasPrefix(only) {
            let files = try bundles(in: folder)
            results.append(
                try rounds.measure(
                    "audit.verify",
                    unit: "entries/s",
                    items: size,
                    reference: ("SHA-256 of the entries' files by libsodium", { try hash(files) }),
                    work: {
                        let result = LogVerifier(log, key: nil).verify()
                        guard result.ok, result.entriesChecked == size else {
                            throw MeasureProblem("the log did not verify")
                        }
                    }
                )
            )
        }
        if "audit.prove".hasPrefix(only) {
            let reader = try LogReader(log)
            var generator = SystemRandomNumberGenerator()
            results.append(
                try await rounds.measure("audit.prove", .time) {
                    let index = Int.random(in: 0..<size, using: &generator)
                    return try Rounds.seconds { _ = try reader.prove(index) }
                }
            )
        }
        return results.filter { $0.name.hasPrefix(only) }
    }

    /// One entry after the other, a thousandth of `entries` in a round, beside a page that is written and synced.
    private func single(_ rounds: Rounds, in folder: URL) async throws -> Measurement {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let count = entries / 1_000
        let vault = try await AuditMeasure.open(folder)
        let raw = try RawStore(folder: folder)
        let result: Result<Measurement, any Error>
        do {
            result = .success(
                try await rounds.measure(
                    "audit.single",
                    .time,
                    reference: (
                        "a page written and synced", { try Rounds.seconds { try raw.sync() } }
                    ),
                    work: {
                        try await Rounds.elapsed {
                            for _ in 0..<count { _ = try await vault.commit { _ in ((), [Self.draft(2)]) } }
                        } / Double(count)
                    }
                )
            )
        } catch {
            result = .failure(error)
        }
        await vault.close()
        return try result.get()
    }

    /// Appends and publishes as a node does, many entries in a caller, and leaves the log in `folder`.
    ///
    /// - Returns: seconds, publication included.
    private func make(in folder: URL) async throws -> Double {
        let vault = try await AuditMeasure.open(folder)
        let result: Result<Double, any Error>
        do {
            result = .success(
                try await Rounds.elapsed {
                    let publishing = Task { try await vault.publishContinuously() }
                    for start in stride(from: 0, to: entries, by: 1_000) {
                        let drafts = (start..<min(entries, start + 1_000)).map(Self.draft)
                        _ = try await vault.commit { _ in ((), drafts) }
                    }
                    publishing.cancel()
                    try await publishing.value
                }
            )
        } catch {
            result = .failure(error)
        }
        await vault.close()
        return try result.get()
    }

    /// Entries of three kinds and of several widths, as a node that asks and answers has them.
    static func draft(_ number: Int) -> AuditDraft {
        switch number % 3 {
        case 0:
            AuditDraft(
                event: "query.received",
                actor: .peer("sound-coast"),
                data: [
                    "query": "0b6f4c52-7d3e-4f57-9a53-0d1f2e3a4b5c", "peer": "sound-coast", "agreement": "narrow-sea",
                    "purpose": "prevention", "basis": "art-1", "keys_declared": 14, "point_root": .string(digest),
                    "x": [
                        "query": "0b6f4c52-7d3e-4f57-9a53-0d1f2e3a4b5c", "side": "holder", "peer": "sound-coast",
                        "messages": 1, "previous": .string(digest), "transcript": .string(digest),
                    ],
                ]
            )
        case 1:
            AuditDraft(
                event: "record.searched",
                actor: AuditActor(role: .analyst, pseudonym: "u-7f3a"),
                data: ["purpose": "prevention", "count": .integer(number % 97)]
            )
        default:
            AuditDraft(event: "access.refused", actor: .system, data: ["method": "peer", "route": "bench", "count": 1])
        }
    }

    private static let digest = String(repeating: "A", count: 43)

    private func bundles(in folder: URL) throws -> [String] {
        let entries = folder.appendingPathComponent("log/tile/entries").path
        return (FileManager.default.subpaths(atPath: entries) ?? []).sorted().map { entries + "/" + $0 }
    }

    private func hash(_ files: [String]) throws {
        var state = crypto_hash_sha256_state()
        crypto_hash_sha256_init(&state)
        for file in files {
            guard let bytes = FileManager.default.contents(atPath: file) else { continue }
            _ = bytes.withUnsafeBytes { buffer in
                crypto_hash_sha256_update(&state, buffer.bindMemory(to: UInt8.self).baseAddress, UInt64(buffer.count))
            }
        }
        var digest = [UInt8](repeating: 0, count: 32)
        crypto_hash_sha256_final(&state, &digest)
    }
}
