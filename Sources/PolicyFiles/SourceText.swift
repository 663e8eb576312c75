/// The text of a file by lines and columns as YAML counts them. Knows nothing of its meaning.

struct SourceText {
    /// Every Unicode scalar of the file, a byte order mark at its start left out.
    var scalars: [Unicode.Scalar]
    /// Index of the first scalar of each line.
    private let lineStarts: [Int]

    /// Nil if the bytes are not UTF-8; then ``badPlace(in:)`` says where.
    init?(_ bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        var scalars = Array(text.unicodeScalars)
        if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
        self.scalars = scalars
        var starts = [0]
        var index = 0
        while index < scalars.count {
            let isPair = scalars[index] == "\r" && index + 1 < scalars.count && scalars[index + 1] == "\n"
            if isPair { index += 1 }
            if isPair || SourceText.isBreak(scalars[index]) { starts.append(index + 1) }
            index += 1
        }
        lineStarts = starts
    }

    var string: String { String(String.UnicodeScalarView(scalars)) }

    /// The index of the scalar at a place; nil past the end.
    func index(of place: Place) -> Int? {
        guard place.line >= 1, place.line <= lineStarts.count, place.column >= 1 else { return nil }
        let index = lineStarts[place.line - 1] + place.column - 1
        return index < scalars.count ? index : nil
    }

    /// The place of the scalar at an index.
    func place(of index: Int) -> Place {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= index { low = middle } else { high = middle }
        }
        return Place(line: low + 1, column: index - lineStarts[low] + 1)
    }

    /// The place of the first byte that is no UTF-8.
    static func badPlace(in bytes: [UInt8]) -> Place {
        var decoder = Unicode.UTF8()
        var iterator = bytes.makeIterator()
        var line = 1
        var column = 1
        var afterReturn = false
        var isFirst = true
        while case .scalarValue(let scalar) = decoder.decode(&iterator) {
            defer { isFirst = false }
            if isFirst, scalar == "\u{FEFF}" { continue }
            if scalar == "\n", afterReturn {
                afterReturn = false
                continue
            }
            afterReturn = scalar == "\r"
            if isBreak(scalar) {
                line += 1
                column = 1
            } else {
                column += 1
            }
        }
        return Place(line: line, column: column)
    }

    private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": true
        default: false
        }
    }
}
