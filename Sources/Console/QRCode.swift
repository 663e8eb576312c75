/// A QR code as a picture in a page: what a camera reads where somebody would have to type. Knows a text for the length of a
/// call; libqrencode knows how it is written.

import CQREncode

struct QRCode {
    /// Squares along each side.
    let width: Int
    private let squares: [Bool]

    /// What stays white around it, in squares: readers look for it.
    private static let margin = 4
    /// Pixels of a square.
    private static let scale = 4

    /// Nil where the text is too long for a code.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard let count = Int32(exactly: bytes.count), let code = QRcode_encodeData(count, bytes, 0, QR_ECLEVEL_M)
        else {
            return nil
        }
        defer { QRcode_free(code) }
        width = Int(code.pointee.width)
        // The lowest bit says whether a square is dark.
        squares = UnsafeBufferPointer(start: code.pointee.data, count: width * width).map { $0 & 1 == 1 }
    }

    /// Black on white whatever the page's colours are: few cameras read the opposite.
    ///
    /// - Parameter label: what the picture is, for who does not see it.
    func picture(_ label: String) -> Markup {
        let size = width + 2 * Self.margin
        var path = ""
        for row in 0..<width {
            var column = 0
            while column < width {
                guard squares[row * width + column] else {
                    column += 1
                    continue
                }
                let start = column
                while column < width, squares[row * width + column] { column += 1 }
                let run = column - start
                path += "M\(start + Self.margin) \(row + Self.margin)h\(run)v1h-\(run)z"
            }
        }
        return """
            <svg class="qr" role="img" aria-label="\(label)" viewBox="0 0 \(size) \(size)" width="\(size * Self.scale)" \
            height="\(size * Self.scale)" shape-rendering="crispEdges"><rect width="\(size)" height="\(size)" fill="#ffffff"/>\
            <path fill="#000000" d="\(path)"/></svg>
            """
    }
}
