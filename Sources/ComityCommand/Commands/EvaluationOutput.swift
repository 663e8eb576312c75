/// What `comity evaluate` prints: lines for people, the document of CONTRACTS for programs. Knows numbers only.

import Foundation
import MatchKeys
import NodeCore

extension EvaluationReport {
    /// Found pairs and how well they fit; then bands, thresholds and costs.
    func say() {
        let pairs = pairs.count == 1 ? "1 pair" : "\(pairs.count) pairs"
        var line = "\(holderRecords) holder records, \(askerRecords) asker records: \(pairs)"
        if let figures {
            line += String(
                format: "; precision %.3f, recall %.3f, F1 %.3f",
                figures.precision,
                figures.recall,
                figures.f1
            )
        }
        Voice.result(line)
        if truth != nil { sayHowSure() }
        Voice.say(
            String(
                format: "%d and %d match keys in %.1f s; index %.1f KiB, %d %@ of %.1f KiB together",
                keysHolder,
                keysAsker,
                times.total,
                Double(bytesIndex) / 1_024,
                queries,
                queries == 1 ? "query" : "queries",
                Double(bytesQuery) / 1_024
            )
        )
        if keysLeftOut > 0 {
            Voice.say("\(keysLeftOut) keys are left out: more than 64 holder records share each")
        }
    }

    private func sayHowSure() {
        Voice.result("\nband       pairs  expected  seen")
        for band in StrengthBand.allCases.reversed() {
            let seen = tally[band]
            let name = band.rawValue.padding(toLength: 9, withPad: " ", startingAt: 0)
            Voice.result(String(format: "%@ %6d     %.3f %.3f", name, seen.pairs, seen.expected, seen.seen))
        }
        Voice.result(String(format: "expected and seen differ by %.3f, over all pairs shown", tally.calibrationError))
        Voice.result("\nscore from  pairs  precision  recall     F1")
        for row in curve() {
            Voice.result(
                String(
                    format: "%10d %6d      %.3f   %.3f  %.3f",
                    row.score,
                    row.pairs,
                    row.figures.precision,
                    row.figures.recall,
                    row.figures.f1
                )
            )
        }
    }
}

/// The JSON document of CONTRACTS, and more.
struct EvaluationDocument: Encodable {
    private let report: EvaluationReport
    private let fit: FitDocument?

    init(_ report: EvaluationReport, fit: FitDocument?) {
        self.report = report
        self.fit = fit
    }

    private enum Member: String, CodingKey {
        case holderRecords = "holder_records"
        case askerRecords = "asker_records"
        case keysHolder = "keys_holder"
        case keysAsker = "keys_asker"
        case pairs, precision, recall, f1, seconds, steps, queries
        case bytesIndex = "bytes_index"
        case bytesQuery = "bytes_query"
        case bytesAnswer = "bytes_answer"
        case keysLeftOut = "keys_left_out"
        case calibration, curve, fit
        case calibrationError = "calibration_error"
    }

    private struct Band: Encodable {
        var band: String
        var pairs: Int
        var expected: Double
        var seen: Double
    }

    private struct Threshold: Encodable {
        var score: Int
        var pairs: Int
        var precision: Double
        var recall: Double
        var f1: Double
    }

    func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Member.self)
        try members.encode(report.holderRecords, forKey: .holderRecords)
        try members.encode(report.askerRecords, forKey: .askerRecords)
        try members.encode(report.keysHolder, forKey: .keysHolder)
        try members.encode(report.keysAsker, forKey: .keysAsker)
        try members.encode(report.pairs.count, forKey: .pairs)
        // Null, not absent, without true pairs.
        try members.encode(report.figures?.precision, forKey: .precision)
        try members.encode(report.figures?.recall, forKey: .recall)
        try members.encode(report.figures?.f1, forKey: .f1)
        let times = report.times
        try members.encode(Self.rounded(times.total), forKey: .seconds)
        let steps = [
            "keys": times.keys, "index": times.index, "blind": times.blind, "evaluate": times.evaluate,
            "finalise": times.finalise, "look_up": times.lookUp,
        ]
        try members.encode(steps.mapValues(Self.rounded), forKey: .steps)
        try members.encode(report.queries, forKey: .queries)
        try members.encode(report.bytesIndex, forKey: .bytesIndex)
        try members.encode(report.bytesQuery, forKey: .bytesQuery)
        try members.encode(report.bytesAnswer, forKey: .bytesAnswer)
        try members.encode(report.keysLeftOut, forKey: .keysLeftOut)
        try members.encodeIfPresent(fit, forKey: .fit)
        guard report.truth != nil else { return }
        let bands = StrengthBand.allCases.map { band in
            let seen = report.tally[band]
            return Band(band: band.rawValue, pairs: seen.pairs, expected: seen.expected, seen: seen.seen)
        }
        try members.encode(bands, forKey: .calibration)
        try members.encode(report.tally.calibrationError, forKey: .calibrationError)
        let curve = report.curve().map { row in
            Threshold(
                score: row.score,
                pairs: row.pairs,
                precision: row.figures.precision,
                recall: row.figures.recall,
                f1: row.figures.f1
            )
        }
        try members.encode(curve, forKey: .curve)
    }

    /// To the millisecond.
    private static func rounded(_ seconds: Double) -> Double { (seconds * 1_000).rounded() / 1_000 }
}
