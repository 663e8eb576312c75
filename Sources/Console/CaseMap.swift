/// A case on a map, drawn here: lines of a base map within a frame, and a mark for each country that released data name, at the
/// point where the country's name would stand. Works without script; colours are those of the text around it.

import Foundation

struct CaseMap {
    /// What of the earth is seen.
    enum View: Equatable {
        case world
        /// All countries that have a mark.
        case places
        /// Around one country, so many degrees high.
        case country(String, span: Int)
    }

    private let map: BaseMap
    private let counts: [String: Int]
    private let hasBorders: Bool
    /// Hundredths of a degree.
    private let box: BaseMap.Box

    private static let (width, height) = (960, 480)
    static let spans = 5...90
    /// Points nearer to the last one than this would not be told from it.
    private static let step = 2

    /// - Parameter counts: country to the number of values that name it.
    init(_ map: BaseMap, _ counts: [String: Int], _ view: View, hasBorders: Bool) {
        self.map = map
        self.counts = counts
        self.hasBorders = hasBorders
        var (center, span) = (BaseMap.Point(x: 0, y: 0), 18_000)
        switch view {
        case .world: break
        case .country(let code, let degrees):
            guard let point = map.labels[code] else { break }
            (center, span) = (point, degrees * 100)
        case .places:
            let points = counts.keys.compactMap { map.labels[$0] }
            guard let west = points.map(\.x).min(), let east = points.map(\.x).max(),
                let south = points.map(\.y).min(), let north = points.map(\.y).max()
            else { break }
            center = BaseMap.Point(x: (west + east) / 2, y: (south + north) / 2)
            // With room for the countries themselves; the frame is twice as wide as high.
            span = min(max((east - west) / 2, north - south) + 2_000, 18_000)
        }
        // A degree of longitude shrinks with the cosine of the latitude; poleward of 60 degrees the map of this kind is stretched rather than cut.
        let squeeze = span >= 9_000 ? 1 : max(cos(Double(center.y) / 18_000 * .pi), 0.5)
        let (half, side) = (span / 2, Int(Double(span) / squeeze))
        center.x = min(max(center.x, side - 18_000), 18_000 - side)
        center.y = min(max(center.y, half - 9_000), 9_000 - half)
        box = BaseMap.Box(
            west: center.x - side,
            south: center.y - half,
            east: center.x + side,
            north: center.y + half
        )
    }

    private func place(_ point: BaseMap.Point) -> BaseMap.Point {
        BaseMap.Point(
            x: (point.x - box.west) * Self.width / (box.east - box.west),
            y: (box.north - point.y) * Self.height / (box.north - box.south)
        )
    }

    func markup(_ label: String) -> Markup {
        let coasts = path(map.lines.filter { !$0.isBorder && $0.box.meets(box) })
        let borders: Markup =
            hasBorders
            ? """
            <path d="\(path(map.lines.filter { $0.isBorder && $0.box.meets(box) }))" stroke-opacity="0.45" \
            stroke-dasharray="3 3"/>
            """ : .empty
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="\(label)">
            <svg class="map" role="img" aria-label="\(label)" width="\(Self.width)" height="\(Self.height)" \
            viewBox="0 0 \(Self.width) \(Self.height)" direction="ltr" fill="none" stroke="currentColor">
            <path d="\(coasts)" stroke-opacity="0.6"/>\(borders)
            \(marks)</svg></div>
            """
    }

    private func path(_ lines: [BaseMap.Line]) -> String {
        var path = ""
        for line in lines {
            var pen: BaseMap.Point?
            for (before, after) in zip(line.points, line.points.dropFirst()) {
                let stretch = BaseMap.Box(
                    west: min(before.x, after.x),
                    south: min(before.y, after.y),
                    east: max(before.x, after.x),
                    north: max(before.y, after.y)
                )
                guard stretch.meets(box) else {
                    pen = nil
                    continue
                }
                let from = pen ?? place(before)
                if pen == nil { path += "M\(from.x) \(from.y)" }
                let to = place(after)
                let isFar = abs(to.x - from.x) >= Self.step || abs(to.y - from.y) >= Self.step
                if isFar { path += "l\(to.x - from.x) \(to.y - from.y)" }
                pen = isFar ? to : from
            }
        }
        return path
    }

    private var marks: [Markup] {
        counts.sorted { $0.key < $1.key }.compactMap { country, count in
            guard let point = map.labels[country].map(place) else { return nil }
            // Near the right edge the words stand on the other side.
            let side: Markup =
                point.x > Self.width - 90 ? "x=\"\(point.x - 8)\" text-anchor=\"end\"" : "x=\"\(point.x + 8)\""
            return """
                <circle cx="\(point.x)" cy="\(point.y)" r="5" fill="currentColor"/><text \(side) \
                y="\(point.y + 5)" font-size="14" fill="currentColor">\(country) · \(count)</text>
                """
        }
    }
}
