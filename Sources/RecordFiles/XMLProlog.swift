/// What stands before the first element of an XML document, looked at before a parser sees it: a document type, with which
/// entities come, ends the reading there. Knows no element.

struct XMLProlog {
    enum Refusal: Equatable {
        /// `<!DOCTYPE`: only with it can a document name entities, inside it or outside.
        case documentType
        case foreignEncoding
        /// An encoding other than UTF-8 in the declaration.
        case declaredEncoding
        case tooLong
    }

    private let bytes: ArraySlice<UInt8>
    private let isWhole: Bool
    private var position: Int

    /// - Parameters:
    ///   - bytes: the start of the document.
    ///   - isWhole: whether that is all of it.
    init(_ bytes: ArraySlice<UInt8>, isWhole: Bool) {
        self.bytes = bytes
        self.isWhole = isWhole
        position = bytes.startIndex
    }

    /// Why the document is not to be read; nil if its first element is reached, or there is none.
    mutating func refusal() -> Refusal? {
        if TextEncoding.isWide(bytes.prefix(4)) { return .foreignEncoding }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position += 3 }
        while true {
            while position < bytes.endIndex, bytes[position] <= 0x20 { position += 1 }
            guard position < bytes.endIndex else { return isWhole ? nil : .tooLong }
            if takes("<?") {
                let start = position
                guard skip(past: "?>") else { return isWhole ? nil : .tooLong }
                if isOtherEncoding(bytes[start..<position]) { return .declaredEncoding }
            } else if takes("<!--") {
                guard skip(past: "-->") else { return isWhole ? nil : .tooLong }
            } else if takes("<!") {
                return .documentType
            } else {
                return nil
            }
        }
    }

    private mutating func takes(_ text: String) -> Bool {
        guard bytes[position...].starts(with: text.utf8) else { return false }
        position += text.utf8.count
        return true
    }

    private mutating func skip(past text: String) -> Bool {
        while position < bytes.endIndex {
            if takes(text) { return true }
            position += 1
        }
        return false
    }

    /// Whether a declaration (`xml … encoding="…"`) names another encoding than UTF-8 and its part, ASCII.
    private func isOtherEncoding(_ declaration: ArraySlice<UInt8>) -> Bool {
        let words = String(decoding: declaration, as: UTF8.self)
        guard words.hasPrefix("xml"), let named = words.firstRange(of: "encoding") else { return false }
        let value = words[named.upperBound...].drop { $0 == " " || $0 == "=" || $0 == "\n" || $0 == "\t" || $0 == "\r" }
        guard let quote = value.first, quote == "\"" || quote == "'" else { return true }
        let name = value.dropFirst().prefix { $0 != quote }.lowercased()
        return !["utf-8", "utf8", "us-ascii", "ascii"].contains(name)
    }
}
