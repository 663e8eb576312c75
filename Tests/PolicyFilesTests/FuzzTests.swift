/// Every reader of policy files under spoiled files: policies, requests, maps of columns. `COMITY_LONG_TESTS=1` gives each
/// 60 seconds.

import PolicyEngine
import PolicyFiles
import TestSupport
import Testing

@Suite("Fuzzing of policy files")
struct FuzzTests {
    private static func spoil(_ bytes: inout [UInt8], with signs: String, _ random: inout SplitMix64) {
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let index = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.removeSubrange(index..<min(bytes.count, index + Int.random(in: 1...20, using: &random)))
            case 2: bytes.insert(contentsOf: Array(signs.utf8).shuffled(using: &random).prefix(3), at: index)
            case 3: bytes.insert(Array(signs.utf8)[Int.random(in: 0..<signs.utf8.count, using: &random)], at: index)
            default: bytes.insert(contentsOf: bytes[index..<min(bytes.count, index + 60)], at: index)
            }
            if bytes.isEmpty { bytes = [0x23] }
        }
    }

    private static let signs = "[{&*!\"':-?#|>%@`,}]\n\t ~<"

    @Test func `spoiled policies never crash and never load in silence`() throws {
        let files = try Folders.exampleFiles()
        let paths = files.keys.sorted()
        try Fuzzing.run("policy folder", inputs: 80) { random in
            var spoiled = files
            let path = paths[Int.random(in: 0..<paths.count, using: &random)]
            var bytes = try #require(files[path])
            Self.spoil(&bytes, with: Self.signs, &random)
            spoiled[path] = bytes
            let loaded = PolicyFolder.load(files: spoiled)
            #expect((loaded.policies == nil) == !loaded.problems.isEmpty)
            for problem in loaded.problems {
                #expect(problem.place.line >= 1 && problem.place.column >= 1)
            }
        }
    }

    @Test func `spoiled maps of columns never crash, and a fault has its place`() {
        let sound =
            "# ours\nGeburtsdatum: birth_date\n\"a \\\"b\\\"\": 'it''s'\nx: |\n  y\n  z\nn: >-\n  m\n~: [a, b]\n"
        Fuzzing.run("column map", inputs: 3_000) { random in
            var bytes = Array(sound.utf8)
            Self.spoil(&bytes, with: Self.signs, &random)
            if case .failure(let problem) = FlatMapping.read(bytes) {
                #expect(problem.line >= 1 && problem.column >= 1 && !problem.text.isEmpty)
            }
        }
    }

    @Test func `spoiled requests never crash`() throws {
        let policies = try #require(try PolicyFolder.load(path: Folders.example).policies)
        Fuzzing.run("request", inputs: 2_000) { random in
            var bytes = Array(RequestFileTests.sound.utf8)
            Self.spoil(&bytes, with: "{}[]\":,\\ud8-1e. \n", &random)
            let (request, problems) = RequestFile.read(bytes, name: "r", policies: policies, now: Moment(seconds: 0))
            #expect((request == nil) == !problems.isEmpty)
            if let request { #expect(throws: Never.self) { try policies.decide(request) } }
        }
    }
}
