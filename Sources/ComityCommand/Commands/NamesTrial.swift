/// Pairs of names, each judged by the names alone, beside what is known of them (CONTRACTS, `evaluate --names`).

import MatchKeys
import NodeCore
import RecordFiles

struct NamesTrial {
    private var pairs = 0
    private var correct = 0
    private var found = 0
    private var same = 0

    init(_ path: String, showsAll: Bool) throws {
        var reader = try CSVInput(path)
        guard let header = try reader.next() else { throw CommandFailure(.noHeader(file: path)) }
        guard let one = header.cells.firstIndex(of: "a"), let other = header.cells.firstIndex(of: "b"),
            let known = header.cells.firstIndex(of: "same")
        else {
            throw CommandFailure(
                Exit.data,
                "the header does not name the columns a, b and same",
                at: "\(path):1:1",
                try: "begin the file with the line: a,b,same"
            )
        }
        var problems: [(place: String, words: String)] = []
        while let row = try reader.next() {
            pairs += 1
            guard row.cells.count == header.cells.count else {
                let words = "row: \(row.cells.count) cells where the header has \(header.cells.count)"
                problems.append((place: "\(path):\(row.line):1", words: words))
                continue
            }
            guard ["0", "1"].contains(row.cells[known]) else {
                let place = row.places[known]
                problems.append((place: "\(path):\(place.line):\(place.column)", words: "same: neither 1 nor 0"))
                continue
            }
            let isSame = row.cells[known] == "1"
            let isFound = NameComparison.isSame(row.cells[one], row.cells[other])
            same += isSame ? 1 : 0
            found += isFound ? 1 : 0
            correct += isSame && isFound ? 1 : 0
        }
        if !problems.isEmpty {
            throw CommandFailure.listing(problems, "\(problems.count) problems in \(pairs) rows", showsAll: showsAll)
        }
    }

    func report(json: Bool) throws {
        let figures = MatchFigures(correct: correct, found: found, truth: same)
        if json {
            try Voice.json(
                NamesDocument(pairs: pairs, precision: figures.precision, recall: figures.recall, f1: figures.f1)
            )
        } else {
            Voice.result(
                "\(pairs) pairs of names, \(same) of one person, \(found) found: precision \(rounded(figures.precision)), "
                    + "recall \(rounded(figures.recall)), F1 \(rounded(figures.f1))"
            )
        }
    }

    private func rounded(_ share: Double) -> Double { (share * 1_000).rounded() / 1_000 }
}

private struct NamesDocument: Encodable {
    var pairs: Int
    var precision: Double
    var recall: Double
    var f1: Double
}
