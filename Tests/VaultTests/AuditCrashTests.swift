// Checks that no entry reported durable is lost when the node is killed at any moment, and that it starts again.
import AuditLog
import Foundation
import GRDB
import NodeTesting
import TestSupport
import Testing
import TransparencyLog

@testable import Vault

@Suite("Audit store and SIGKILL")
struct AuditCrashTests {
    /// The helper stands beside the test bundle, wherever the build folder is.
    static func helper() throws -> URL {
        let maps = try String(contentsOfFile: "/proc/self/maps", encoding: .utf8)
        let bundle = maps.split(separator: "\n").compactMap { line in
            line.split(separator: " ").last.flatMap { $0.hasSuffix(".xctest") ? String($0) : nil }
        }
        .first
        let folder = URL(fileURLWithPath: try #require(bundle)).deletingLastPathComponent()
        let helper = folder.appendingPathComponent("AuditCrashHelper")
        try #require(FileManager.default.isExecutableFile(atPath: helper.path))
        return helper
    }

    @Test func everyEntryReportedDurableSurvives() async throws {
        let folder = try StoreFolder()
        var reported: [Int: String] = [:]
        for round in 0..<4 {
            let output = URL(fileURLWithPath: folder.path).appendingPathComponent("reported\(round)")
            let child = try ChildProcess(
                [try Self.helper().path, folder.path],
                in: URL(fileURLWithPath: folder.path),
                output: output
            )
            // It works by then, and each time a little longer.
            try await Waiting.until { try Data(contentsOf: output).count > 4_096 }
            try await Task.sleep(for: .milliseconds(137 * round))
            try await child.end(SIGKILL)
            let text = String(decoding: try Data(contentsOf: output), as: UTF8.self)
            for line in text.split(separator: "\n") {
                let parts = line.split(separator: " ")
                guard parts.count == 2, let index = Int(parts[0]) else { continue }
                #expect(reported[index] == nil)
                reported[index] = String(parts[1])
            }
            let clock = StandingClock()
            clock.now = Int(Date().timeIntervalSince1970 * 1_000)
            let store = try Store(in: folder, clock: clock)
            try await store.publisher.recover()
            try await store.publisher.publish()
            let result = store.verify()
            #expect(result.problems == [])
            #expect(result.size == store.database.size)
        }
        #expect(reported.count > 100)
        let reader = try LogReader(AuditFolder(path: folder.log))
        for (index, hash) in reported { #expect(TreeHash.leaf(try reader.entry(index)).base64 == hash) }
    }
}
