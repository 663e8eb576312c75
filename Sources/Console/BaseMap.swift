/// Coasts, borders and a label point for each country, read from lines of text. Knows lines and where they are; never learns
/// why somebody looks at them.

struct BaseMap: Sendable {
    /// Hundredths of a degree, east and north.
    struct Point: Sendable, Equatable {
        var x: Int
        var y: Int
    }

    struct Box: Sendable {
        var (west, south, east, north): (Int, Int, Int, Int)

        func meets(_ other: Box) -> Bool {
            west <= other.east && other.west <= east && south <= other.north && other.south <= north
        }
    }

    struct Line: Sendable {
        let isBorder: Bool
        let points: [Point]
        let box: Box
    }

    /// Whose it is, as its text says.
    private(set) var credit = ""
    private(set) var lines: [Line] = []
    /// By alpha-3 code: where a country's name would stand.
    private(set) var labels: [String: Point] = [:]

    /// The one that comes with the program.
    static let own = BaseMap(NaturalEarth.text)

    /// Nil for what is no base map: a first line `comity-base-map 1`, then lines of `credit WORDS`, `label ABC X Y`,
    /// `coast X Y DX DY …` and `border X Y DX DY …` in hundredths of a degree, each step from the point before.
    init?(_ text: String) {
        let rows = text.utf8.split(separator: 0x0A)
        guard let first = rows.first, String(Substring(first)) == "comity-base-map 1" else { return nil }
        for row in rows.dropFirst() {
            let words = row.split(separator: 0x20)
            guard let kind = words.first.map({ String(Substring($0)) }) else { return nil }
            switch kind {
            case "credit": credit = String(Substring(row.dropFirst(7)))
            case "label":
                guard words.count == 4, let x = Int(Substring(words[2])), let y = Int(Substring(words[3])),
                    Self.isOnEarth(Point(x: x, y: y))
                else { return nil }
                labels[String(Substring(words[1]))] = Point(x: x, y: y)
            case "coast", "border":
                guard let line = Self.line(words.dropFirst(), isBorder: kind == "border") else { return nil }
                lines.append(line)
            default: return nil
            }
        }
    }

    private static func line(_ words: ArraySlice<Substring.UTF8View>, isBorder: Bool) -> Line? {
        let numbers = words.compactMap { Int(Substring($0)) }
        guard numbers.count == words.count, numbers.count >= 4, numbers.count % 2 == 0 else { return nil }
        var point = Point(x: 0, y: 0)
        var points: [Point] = []
        points.reserveCapacity(numbers.count / 2)
        for place in stride(from: 0, to: numbers.count, by: 2) {
            // Numbers of a file that somebody else wrote.
            guard (-36_000...36_000).contains(numbers[place]), (-18_000...18_000).contains(numbers[place + 1]) else {
                return nil
            }
            point.x += numbers[place]
            point.y += numbers[place + 1]
            guard isOnEarth(point) else { return nil }
            points.append(point)
        }
        let (xs, ys) = (points.map(\.x), points.map(\.y))
        guard let west = xs.min(), let east = xs.max(), let south = ys.min(), let north = ys.max() else { return nil }
        return Line(isBorder: isBorder, points: points, box: Box(west: west, south: south, east: east, north: north))
    }

    private static func isOnEarth(_ point: Point) -> Bool {
        (-18_000...18_000).contains(point.x) && (-9_000...9_000).contains(point.y)
    }
}
