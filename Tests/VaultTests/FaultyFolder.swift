// Runs the crash helper on a folder with one fault set, and judges what is left. Knows what the helper said and never trusts it
// further than that: what it called durable must be there, what it signed must be the only root of its size.
import AuditLog
import Foundation
import GRDB
import NodeTesting
import Synchronization
import Testing
import TransparencyLog

@testable import Vault

/// The disk that fails: Tests/FaultyDisk, compiled once for all tests. Without a compiler they fail, they are not skipped.
enum FaultyDisk {
    private static let library = Task { try await compiled() }

    static func path() async throws -> String { try await library.value }

    private static func compiled() async throws -> String {
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("FaultyDisk/faults.c").path
        let folder = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent("comity-faults-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let said = folder.appendingPathComponent("said")
        let library = folder.appendingPathComponent("faults.so").path
        let words = "command -v cc >/dev/null && exec cc \"$@\"; exec clang \"$@\""
        let compiler = try ChildProcess(
            ["/bin/sh", "-c", words, "sh", "-O1", "-shared", "-fPIC", "-o", library, source, "-lpthread"],
            in: folder,
            environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"],
            output: said
        )
        let status = try await compiler.status()
        let text = (try? String(contentsOf: said, encoding: .utf8)) ?? ""
        try #require(status == 0, "the disk that fails was not compiled: \(text)")
        return library
    }
}

/// One fault: at the `nth` such call of that thing.
struct Fault: Sendable, CustomStringConvertible {
    let call: String
    let thing: String
    let nth: Int
    let act: String

    var description: String { "\(call) \(thing) \(nth) \(act)" }
}

/// A log in a folder, and everything its processes said of it.
final class FaultyFolder {
    /// A log of 250 entries that others begin with: the first tiles fill soon after.
    static let template = Task { () throws -> StoreFolder in
        let store = try Store()
        store.clock.now = Int(Date().timeIntervalSince1970 * 1_000)
        try await store.publisher.recover()
        try await store.append(249)
        try await store.publisher.publish()
        try store.database.pool.close()
        return store.folder
    }

    struct Ran {
        /// The exit code, or the signal.
        let status: Int32
        /// What the faulty disk said it did.
        let faults: [String]
        let said: [String]
    }

    /// Of all folders of a test.
    struct Counts {
        var kills = 0
        var faults = 0
        var refused = 0
        var durable = 0
        var signed = 0
        var repeated = 0
        var stepped = 0

        static func + (left: Counts, right: Counts) -> Counts {
            Counts(
                kills: left.kills + right.kills,
                faults: left.faults + right.faults,
                refused: left.refused + right.refused,
                durable: left.durable + right.durable,
                signed: left.signed + right.signed,
                repeated: left.repeated + right.repeated,
                stepped: left.stepped + right.stepped
            )
        }
    }

    let folder: StoreFolder
    private(set) var counts = Counts()
    private var durable: [Int: String] = [:]
    private var roots: [Int: String] = [:]
    private var runs = 0

    /// - Parameter template: the log it begins with; nil: none.
    init(from template: StoreFolder?) throws {
        folder = try StoreFolder()
        if let template {
            // What SQLite has not copied into the database yet stands in its write-ahead log.
            for part in ["", "-wal"] where FileManager.default.fileExists(atPath: template.databasePath + part) {
                try FileManager.default.copyItem(
                    atPath: template.databasePath + part,
                    toPath: folder.databasePath + part
                )
            }
            try FileManager.default.copyItem(atPath: template.log, toPath: folder.log)
        }
    }

    /// Starts the helper with a fault.
    func start(_ fault: Fault?, mode: String? = "rounds") async throws -> (ChildProcess, errors: URL) {
        runs += 1
        let here = URL(fileURLWithPath: folder.path)
        let kept = here.appendingPathComponent("kept")
        try? FileManager.default.removeItem(at: kept)
        try FileManager.default.createDirectory(at: kept, withIntermediateDirectories: true)
        var environment = ["PATH": "/usr/bin:/bin", "CLOCK": "steps"]
        if let fault {
            environment["LD_PRELOAD"] = try await FaultyDisk.path()
            environment["FAULT"] = fault.description
            environment["FAULT_ROOT"] = folder.path
            environment["FAULT_KEPT"] = kept.path
        }
        let errors = here.appendingPathComponent("errors\(runs)")
        let child = try ChildProcess(
            [try AuditCrashTests.helper().path, folder.path] + (mode.map { [$0] } ?? []),
            in: here,
            environment: environment,
            output: here.appendingPathComponent("said\(runs)"),
            errors: errors
        )
        return (child, errors)
    }

    /// Runs the helper with a fault until it ends, or until `ending` ends it, and takes up what it said.
    @discardableResult
    func run(
        _ fault: Fault?,
        mode: String? = "rounds",
        ending: (ChildProcess) async throws -> Void = { try await $0.status() }
    ) async throws -> Ran {
        let (child, errors) = try await start(fault, mode: mode)
        try await ending(child)
        let status = try await child.status()
        let said = try lines(of: child.output)
        for line in said { take(line) }
        let faults = try lines(of: errors)
        counts.kills += status == SIGKILL ? 1 : 0
        counts.faults += faults.count
        return Ran(status: status, faults: faults, said: said)
    }

    private func lines(of file: URL) throws -> [String] {
        // What follows the last newline was cut off by the kill.
        let text = String(decoding: (try? Data(contentsOf: file)) ?? Data(), as: UTF8.self)
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    private func take(_ line: String) {
        let words = line.split(separator: " ").map(String.init)
        if words.count == 3, words[0] == "signed", let size = Int(words[1]) {
            sign(size, words[2])
        } else if words.count == 2, let index = Int(words[0]) {
            #expect(durable[index] == nil, "entry \(index) was called durable twice")
            durable[index] = words[1]
            counts.durable += 1
        } else if line == "refused" || line.hasPrefix("unpublished ") {
            counts.refused += 1
        }
    }

    private func sign(_ size: Int, _ root: String) {
        counts.signed += 1
        if let known = roots[size] {
            counts.repeated += 1
            #expect(known == root, "two roots of \(size) entries were signed")
        }
        roots[size] = root
    }

    /// Judges the folder as it lies there, then starts on it, publishes, and judges again.
    func check(after what: String) async throws {
        let clock = StandingClock()
        clock.now = Int(Date().timeIntervalSince1970 * 1_000)
        if FileManager.default.fileExists(atPath: folder.file("checkpoint")) {
            let asItLies = LogVerifier(AuditFolder(path: folder.log), key: nil).verify()
            #expect(asItLies.problems == [], "\(what): as it lies there")
        }
        let store = try Store(in: folder, clock: clock)
        do {
            try await store.publisher.recover()
            try await store.publisher.publish()
        } catch {
            Issue.record("\(what): it does not start again: \(error)")
            return
        }
        let verified = store.verify()
        #expect(verified.problems == [], "\(what)")
        #expect(verified.size == store.database.size, "\(what)")
        let (rows, checkpoints, stepped) = try await store.database.read { database in
            (
                try Row.fetchAll(database, sql: "SELECT hash FROM audit_entries ORDER BY idx").map { row in
                    Data(row["hash"] as Data).base64EncodedString()
                },
                try Row.fetchAll(database, sql: "SELECT size, root FROM audit_checkpoints").map { row in
                    (row["size"] as Int, Data(row["root"] as Data).base64EncodedString())
                },
                try Int.fetchOne(database, sql: "SELECT count(*) FROM audit_index WHERE event = 'clock.stepped'") ?? 0
            )
        }
        for (index, hash) in durable {
            #expect(rows.indices.contains(index) && rows[index] == hash, "\(what): entry \(index) was lost or changed")
        }
        for (size, root) in checkpoints {
            #expect(roots[size] == nil || roots[size] == root, "\(what): two roots of \(size) entries")
            roots[size] = root
        }
        counts.stepped = stepped
        try store.database.pool.close()
    }
}
