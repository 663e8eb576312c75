/// A file of weights, one a line: name and number, `#` before a remark. Written by `comity evaluate --fit`, read by `--weights`.

import Foundation
import MatchKeys

enum WeightFile {
    static func write(_ weights: ScoreWeights, to path: String) throws {
        var lines = ["# Weights found by comity evaluate --fit: natural logarithms, names as in docs/matching.md."]
        lines += ScoreWeight.allCases.map { "\($0.rawValue) \(weights[$0])" }
        do {
            try Data((lines.joined(separator: "\n") + "\n").utf8)
                .write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw CommandFailure(
                Exit.usage,
                "the weights could not be written; nothing was changed",
                at: path,
                try: "name a file in a folder that is there and can be written to"
            )
        }
    }

    /// Weights that the file does not name keep theirs.
    static func read(_ path: String, into weights: inout ScoreWeights) throws {
        let text = String(decoding: try readInput(path), as: UTF8.self)
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.prefix { $0 != "#" }.split(separator: " ")
            if words.isEmpty { continue }
            guard words.count == 2, let weight = ScoreWeight(rawValue: String(words[0])),
                let value = Double(words[1]), value.isFinite, abs(value) <= 100
            else {
                throw CommandFailure(
                    Exit.data,
                    "a line that is no weight",
                    at: "\(path):\(number + 1):1",
                    try: "a name that --fit writes and a number from -100 to 100"
                )
            }
            weights[weight] = value
        }
    }
}
