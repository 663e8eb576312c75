/// What `comity evaluate --fit` says of the weights it found. Knows numbers only.

import Foundation
import MatchKeys

struct FitDocument: Encodable {
    private var pairs: Int
    private var same: Double
    private var labelled: Bool
    private var lossBefore: Double
    private var lossAfter: Double
    private var weights: [String: Double]
    private var agreements: [Rate]

    private struct Rate: Encodable {
        var field: String
        var degree: String
        var m: Double
        var u: Double
    }

    private enum CodingKeys: String, CodingKey {
        case pairs, same, labelled, weights, agreements
        case lossBefore = "loss_before"
        case lossAfter = "loss_after"
    }

    init(_ fitted: FittedWeights) {
        pairs = fitted.pairs
        same = fitted.same
        labelled = fitted.isLabelled
        lossBefore = fitted.lossBefore
        lossAfter = fitted.lossAfter
        weights = Dictionary(uniqueKeysWithValues: ScoreWeight.allCases.map { ($0.rawValue, fitted.weights[$0]) })
        agreements = fitted.rates.map { Rate(field: $0.field, degree: $0.degree, m: $0.same, u: $0.others) }
    }

    func say(file: String) {
        let known = labelled ? "%.0f of them the same" : "%.1f of them the same by estimate"
        Voice.result(
            String(
                format: "\nweights for %d pairs, \(known): loss of a pair %.4f, was %.4f; in %@",
                pairs,
                same,
                lossAfter,
                lossBefore,
                file
            )
        )
        Voice.result("\nagreement                        m        u   (of pairs that share a key)")
        for rate in agreements {
            let name = "\(rate.field): \(rate.degree)".padding(toLength: 28, withPad: " ", startingAt: 0)
            Voice.result(String(format: "%@ %.4f   %.4f", name, rate.m, rate.u))
        }
        Voice.say(
            labelled
                ? "they fit the pairs they were found on; try them with --weights on others before you believe them"
                : "nobody said which pairs are the same: try the weights with --weights on pairs that are known before you believe them"
        )
    }
}
