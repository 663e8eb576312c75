/// A form that carries a file (RFC 7578), read strictly and within limits. Knows how the parts are set apart, not what they
/// mean.

/// A file that was sent with a form.
struct FormFile: Sendable, Equatable {
    /// Its own name, without folders.
    let name: String
    let bytes: [UInt8]
}

enum Multipart {
    /// Greatest boundary, as RFC 2046 has it.
    private static let longestBoundary = 70

    /// The boundary that a content type names; nil if it names none that can be.
    static func boundary(_ contentType: String) -> String? {
        for part in contentType.split(separator: ";").dropFirst() {
            let word = part.drop { $0 == " " }
            guard word.lowercased().hasPrefix("boundary=") else { continue }
            var value = word.dropFirst("boundary=".count)
            if value.hasPrefix("\""), value.hasSuffix("\""), value.count > 2 { value = value.dropFirst().dropLast() }
            let isPlain = value.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 }
            return (1...longestBoundary).contains(value.utf8.count) && isPlain ? String(value) : nil
        }
        return nil
    }

    /// Nil unless the whole body is what it says.
    static func form(_ bytes: [UInt8], boundary: String) -> Form? {
        let delimiter = Array("\r\n--\(boundary)".utf8)
        // The first delimiter may stand without the line end that belongs to it.
        guard bytes.starts(with: delimiter.dropFirst(2)) else { return nil }
        var form = Form()
        var position = delimiter.count - 2
        while true {
            let end = bytes[position...].prefix(2)
            if end.elementsEqual("--".utf8) { return form }
            guard end.elementsEqual("\r\n".utf8), form.count < Form.mostFields else { return nil }
            position += 2
            guard let headEnd = find(Array("\r\n\r\n".utf8), in: bytes, from: position),
                let next = find(delimiter, in: bytes, from: headEnd + 4),
                add(bytes[position..<headEnd], bytes[headEnd + 4..<next], to: &form)
            else { return nil }
            position = next + delimiter.count
        }
    }

    private static func add(_ head: ArraySlice<UInt8>, _ content: ArraySlice<UInt8>, to form: inout Form) -> Bool {
        guard head.count <= 4_096, let text = String(validating: head, as: UTF8.self) else { return false }
        let lines = text.replacing("\r\n", with: "\n").split(separator: "\n")
        guard let line = lines.first(where: { $0.lowercased().hasPrefix("content-disposition:") }),
            let name = value(of: "name", in: line)
        else { return false }
        if let file = value(of: "filename", in: line) {
            // A field for a file that was left empty is sent as a file without name.
            guard !file.isEmpty else { return true }
            let last = file.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? "file"
            form.add(name, FormFile(name: last, bytes: Array(content)))
        } else {
            guard let text = String(validating: content, as: UTF8.self) else { return false }
            form.add(name, text)
        }
        return true
    }

    /// A quoted parameter of a header line; browsers write a quote in it as `%22`.
    private static func value(of name: String, in line: Substring) -> String? {
        guard let start = line.firstRange(of: "; \(name)=\"") else { return nil }
        let rest = line[start.upperBound...]
        guard let end = rest.firstIndex(of: "\"") else { return nil }
        return String(rest[..<end]).replacing("%22", with: "\"")
    }

    private static func find(_ wanted: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard start >= 0, start <= bytes.count - wanted.count else { return nil }
        return bytes.withUnsafeBufferPointer { bytes in
            var place = start
            let last = bytes.count - wanted.count
            while place <= last {
                guard let next = bytes[place...last].firstIndex(of: wanted[0]) else { return nil }
                if bytes[next..<(next + wanted.count)].elementsEqual(wanted) { return next }
                place = next + 1
            }
            return nil
        }
    }
}
