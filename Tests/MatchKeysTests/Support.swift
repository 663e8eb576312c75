/// What the tests of this folder share: vectors from files, and a random source whose seed is printed.

import Foundation
import Testing

enum Vectors {
    /// The rows of a CSV file of `Tests/Vectors`, header left out; quotes and doubled quotes only. Throws if it is missing.
    static func rows(_ name: String) throws -> [[String]] { Array(try all(name).dropFirst()) }

    static func header(_ name: String) throws -> [String] { try all(name).first ?? [] }

    private static func all(_ name: String) throws -> [[String]] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: folder.appendingPathComponent("Vectors/\(name)"), encoding: .utf8)
        var rows: [[String]] = []
        for line in text.replacingOccurrences(of: "\r\n", with: "\n").split(separator: "\n") {
            var cells: [String] = [""]
            var isQuoted = false
            var before: Character = ","
            for character in line {
                if character == "\"" {
                    if before == "\"", !isQuoted { cells[cells.count - 1].append(character) }
                    isQuoted.toggle()
                } else if character == ",", !isQuoted {
                    cells.append("")
                } else {
                    cells[cells.count - 1].append(character)
                }
                before = character
            }
            rows.append(cells)
        }
        return rows
    }
}

/// SplitMix64; its seed is printed, and `COMITY_SEED` repeats a run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(_ test: String) {
        let given = ProcessInfo.processInfo.environment["COMITY_SEED"].flatMap { UInt64($0) }
        state = given ?? UInt64.random(in: 0...UInt64.max)
        print("\(test): COMITY_SEED=\(state)")
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Text of up to `length` scalars: mostly from `alphabet`, now and then any scalar of Unicode.
    mutating func text(of alphabet: [Unicode.Scalar], upTo length: Int) -> String {
        var view = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...length, using: &self) {
            if Int.random(in: 0..<8, using: &self) > 0, let scalar = alphabet.randomElement(using: &self) {
                view.append(scalar)
            } else if let scalar = Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &self)) {
                view.append(scalar)
            }
        }
        return String(view)
    }
}

/// Random input for one parser: some thousand, or with `COMITY_LONG_TESTS=1` as many as 60 seconds hold.
enum Fuzzing {
    static let isLong = ProcessInfo.processInfo.environment["COMITY_LONG_TESTS"] == "1"

    /// Prints the seed before and, at the end, how many inputs there were and how long the slowest took.
    static func run(_ parser: String, inputs: Int, _ body: (inout SeededGenerator) throws -> Void) rethrows {
        var generator = SeededGenerator("fuzz \(parser)")
        let clock = ContinuousClock()
        let end = clock.now.advanced(by: .seconds(60))
        var (count, slowest) = (0, Duration.zero)
        while isLong ? clock.now < end : count < inputs {
            count += 1
            let start = clock.now
            try body(&generator)
            slowest = max(slowest, clock.now - start)
        }
        print("fuzz \(parser): \(count) inputs, slowest \(slowest / .milliseconds(1)) ms")
    }
}
