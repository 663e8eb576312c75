// A log is made, verified and proven; the figures are there and fit together.
import Foundation
import Measures
import Testing

@Suite("Log measures")
struct LogMeasuresTests {
    @Test("a log is appended to, made, verified and proven, and stays where it was asked for")
    func figures() async throws {
        let kept = FileManager.default.temporaryDirectory.appendingPathComponent("comity-log-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: kept) }
        let results = try await LogMeasures(entries: 1_500, seconds: 0, kept: kept).run()
        #expect(results.map(\.name) == LogMeasures.names)
        for result in results { #expect(result.value > 0 && result.value.isFinite) }
        #expect(results.map { $0.ratio != nil } == [true, true, false, true, false])
        #expect(FileManager.default.fileExists(atPath: kept.appendingPathComponent("log/checkpoint").path))
        #expect(try await LogMeasures(entries: 1_500, seconds: 0).run(only: "query").isEmpty)
    }
}
