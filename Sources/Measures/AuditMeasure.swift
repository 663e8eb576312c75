// What an audit entry costs, beside bare SQLite in the same run. Knows a vault of its own.
import AuditLog
import CanonicalJSON
import Foundation
import Sodium
import Vault

/// Many callers, one entry each, as the requests of many peers arrive.
struct AuditMeasure {
    let folder: URL
    let callers: Int
    /// Entries of one caller, one after the other.
    let each: Int

    /// What the same number of entries in the same groups costs bare SQLite.
    enum Reference: String {
        case inserts = "SQLite inserts, same groups, FULL sync"
        /// With the log's index of words, its trigger and a savepoint for each caller.
        case rows = "SQLite writing the same rows and indexes, same groups, FULL sync"
    }

    func run(
        _ rounds: Rounds,
        name: String = "audit.append",
        beside reference: Reference = .inserts
    ) async throws -> Measurement {
        let place = folder.appendingPathComponent("audit")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        let vault = try await Self.open(place)
        let raw = try RawStore(folder: place)
        let rows = try RawLog(folder: place)
        let grouping = Grouping()
        let result: Result<Measurement, any Error>
        do {
            result = .success(
                try await rounds.measure(
                    name,
                    .rate(items: callers * each, unit: "entries/s"),
                    reference: (
                        reference.rawValue,
                        {
                            let (count, length, group) = (callers * each, grouping.length, grouping.size)
                            return try Rounds.seconds {
                                switch reference {
                                case .inserts: try raw.insert(count: count, length: length, group: group)
                                case .rows: try rows.insert(count: count, length: length, group: group)
                                }
                            }
                        }
                    ),
                    work: { try await append(to: vault, grouping) }
                )
            )
        } catch {
            result = .failure(error)
        }
        await vault.close()
        return try result.get()
    }

    /// How the last round was committed: the reference does the same. `@unchecked`: rounds come one after the other.
    private final class Grouping: @unchecked Sendable {
        var size = 1
        var length = 256
    }

    private func append(to vault: Vault, _ grouping: Grouping) async throws -> Double {
        let before = vault.groupsCommitted
        let seconds = try await Rounds.elapsed {
            grouping.length = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<callers {
                    group.addTask {
                        var length = 0
                        for _ in 0..<each {
                            let draft = AuditDraft(
                                event: "access.refused",
                                actor: .system,
                                data: ["method": "peer", "route": "bench", "count": 1]
                            )
                            length = try await vault.commit { _ in ((), [draft]) }.leaves.first?.bytes.count ?? 0
                        }
                        return length
                    }
                }
                return try await group.reduce(0) { max($0, $1) }
            }
        }
        grouping.size = callers * each / max(vault.groupsCommitted - before, 1)
        return seconds
    }

    static func open(_ place: URL) async throws -> Vault {
        let keyring = try Keyring.create(
            at: place.appendingPathComponent("keyring"),
            passphrase: RandomBytes.system.bytes(16),
            secrets: ["bench": try SecretBytes(random: 32)],
            parameters: .least,
            random: .system
        )
        return try await Vault.open(
            Vault.Places(
                database: place.appendingPathComponent("vault.sqlite"),
                log: place.appendingPathComponent("log"),
                segments: place.appendingPathComponent("segments")
            ),
            origin: "bench/audit/1",
            secrets: Vault.Secrets(log: try SecretBytes(random: 32), record: try SecretBytes(random: 32)),
            keyring: keyring,
            clock: { Int(Date().timeIntervalSince1970 * 1_000) },
            random: .system
        )
    }
}
