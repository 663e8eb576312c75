/// A case as a chart in three columns: whom we asked about, by what they agreed, what is there at a peer. Solid where it was
/// released, dashed where there is a hit only. The table of hits above says the same.

import NodeCore

struct CaseChart {
    private struct Node {
        var label: String
        var isSolid: Bool
    }

    private let view: CaseView
    private let words: Wording
    private let subjects: [String]
    private var kinds: [String] = []
    private var found: [Node] = []
    /// From a row of one column to a row of the next.
    private var toKinds: Set<[Int]> = []
    private var toFound: Set<[Int]> = []
    private let isGrouped: Bool

    /// Above so many nodes hits stand together by peer.
    private static let mostNodes = 300
    private static let (boxWidth, boxHeight, gap, row) = (210, 26, 90, 38)

    init(_ view: CaseView, _ words: Wording) {
        self.view = view
        self.words = words
        let subjects = Self.unique(view.hits.map(\.hit.subject))
        self.subjects = subjects
        isGrouped = subjects.count + view.hits.count > Self.mostNodes
        var kindRows: [String: Int] = [:]
        var foundRows: [String: Int] = [:]
        var counts: [Int] = []
        for item in view.hits {
            let key = isGrouped ? item.answer.peer : "\(item.answer.peer) \(item.hit.handle)"
            let place = foundRows[key] ?? found.count
            if foundRows.updateValue(place, forKey: key) == nil {
                let label = isGrouped ? item.answer.peer : "\(item.answer.peer) · \(item.hit.handle)"
                found.append(Node(label: label, isSolid: item.isReleased))
                counts.append(0)
            }
            counts[place] += 1
            found[place].isSolid = found[place].isSolid || item.isReleased
            for kind in item.hit.kinds {
                let row = kindRows[kind] ?? kinds.count
                if kindRows.updateValue(row, forKey: kind) == nil { kinds.append(kind) }
                toKinds.insert([subjects.firstIndex(of: item.hit.subject) ?? 0, row])
                toFound.insert([row, place])
            }
        }
        if isGrouped { for place in found.indices { found[place].label += " · \(counts[place])" } }
    }

    private static func unique(_ texts: [String]) -> [String] {
        var seen: Set<String> = []
        return texts.filter { seen.insert($0).inserted }
    }

    var markup: Markup {
        guard !found.isEmpty else { return "<p>\(words.cases.noHits)</p>" }
        guard subjects.count <= Self.mostNodes, found.count <= Self.mostNodes else {
            return "<p>\(words.cases.tooMany)</p>"
        }
        let rows = max(subjects.count, kinds.count, found.count)
        let (width, height) = (3 * Self.boxWidth + 2 * Self.gap + 2, rows * Self.row + 4)
        let names = subjects.map { $0 == "field" ? words.question.filledIn : $0 }
        let boxes =
            names.enumerated().map { box($1, column: 0, row: $0, isSolid: true) }
            + kinds.enumerated().map { box($1, column: 1, row: $0, isSolid: true, isFaint: true) }
            + found.enumerated().map { box($1.label, column: 2, row: $0, isSolid: $1.isSolid) }
        let lines =
            toKinds.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }.map { line(0, $0) }
            + toFound.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }.map { line(1, $0) }
        return """
            <p class="muted">\(words.cases.chartNote)</p>
            <div class="scroll" tabindex="0" role="region" aria-label="\(words.cases.chart)">
            <svg role="img" aria-label="\(words.cases.seeTable)" width="\(width)" height="\(height)" direction="ltr">\
            \(lines)\(boxes)</svg></div>
            """
    }

    private func x(_ column: Int) -> Int { 1 + column * (Self.boxWidth + Self.gap) }
    private func y(_ row: Int) -> Int { 2 + row * Self.row }

    private func box(_ label: String, column: Int, row: Int, isSolid: Bool, isFaint: Bool = false) -> Markup {
        let dash: Markup = isSolid ? .empty : " stroke-dasharray=\"5 4\""
        let faint: Markup = isFaint ? " stroke-opacity=\"0.4\"" : .empty
        return """
            <rect x="\(x(column))" y="\(y(row))" width="\(Self.boxWidth)" height="\(Self.boxHeight)" rx="3" fill="none" \
            stroke="currentColor"\(dash)\(faint)/><text x="\(x(column) + 8)" y="\(y(row) + 17)" font-size="12" \
            fill="currentColor">\(Pictures.short(label, 30))</text>
            """
    }

    /// From a row of a column to a row of the next.
    private func line(_ column: Int, _ rows: [Int]) -> Markup {
        let half = Self.boxHeight / 2
        return """
            <line x1="\(x(column) + Self.boxWidth)" y1="\(y(rows[0]) + half)" x2="\(x(column + 1))" \
            y2="\(y(rows[1]) + half)" stroke="currentColor" stroke-opacity="0.5"/>
            """
    }
}
