/// RFC 8259 read strictly: UTF-8, no duplicate names, nothing after the document, limited depth and length.
/// Knows no key. Words of its problems never repeat a value.

struct StrictJSON {
    /// Longest document read, in bytes.
    static let longest = 1 << 20
    /// Deepest nesting.
    static let deepest = 32

    private let source: SourceText
    private let log: ProblemLog
    private var index = 0

    /// Parses a document; what is wrong goes to `log`, and the answer is nil.
    static func parse(_ bytes: [UInt8], log: ProblemLog) -> Tree? {
        guard bytes.count <= longest else {
            log.add(.syntax, .start, "the document is longer than \(longest) bytes")
            return nil
        }
        guard let source = SourceText(bytes) else {
            log.add(.syntax, SourceText.badPlace(in: bytes), "not UTF-8")
            return nil
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            log.add(.syntax, .start, "a byte order mark is not allowed")
            return nil
        }
        var parser = StrictJSON(source: source, log: log)
        do throws(Failure) {
            let tree = try parser.value(depth: 0)
            parser.skipBlanks()
            if parser.index < source.scalars.count { throw parser.fail("something stands after the document") }
            return log.problems.isEmpty ? tree : nil
        } catch {
            log.add(.syntax, source.place(of: error.index), error.words)
            return nil
        }
    }

    private init(source: SourceText, log: ProblemLog) {
        self.source = source
        self.log = log
    }

    private struct Failure: Error {
        let index: Int
        let words: String
    }

    private func fail(_ words: String) -> Failure { Failure(index: index, words: words) }

    private var next: Unicode.Scalar? { index < source.scalars.count ? source.scalars[index] : nil }

    private mutating func skipBlanks() {
        while let scalar = next, scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r" { index += 1 }
    }

    private mutating func value(depth: Int) throws(Failure) -> Tree {
        skipBlanks()
        if depth > StrictJSON.deepest { throw fail("nested deeper than \(StrictJSON.deepest)") }
        let place = source.place(of: index)
        switch next {
        case "{": return Tree(place: place, content: .mapping(try mapping(depth: depth)))
        case "[": return Tree(place: place, content: .list(try list(depth: depth)))
        case "\"": return Tree(place: place, content: .scalar(try string(), .jsonString))
        case "t": return try literal("true", .jsonBoolean, place)
        case "f": return try literal("false", .jsonBoolean, place)
        case "n": return try literal("null", .jsonNull, place)
        case nil: throw fail("the document ends too early")
        default: return Tree(place: place, content: .scalar(try number(), .jsonNumber))
        }
    }

    private mutating func literal(_ word: String, _ form: Tree.Form, _ place: Place) throws(Failure) -> Tree {
        let start = index
        for scalar in word.unicodeScalars {
            guard next == scalar else {
                index = start
                throw fail("not a JSON value")
            }
            index += 1
        }
        return Tree(place: place, content: .scalar(word, form))
    }

    private mutating func list(depth: Int) throws(Failure) -> [Tree] {
        index += 1
        var items: [Tree] = []
        skipBlanks()
        if next == "]" {
            index += 1
            return items
        }
        while true {
            items.append(try value(depth: depth + 1))
            skipBlanks()
            if next == "," {
                index += 1
            } else if next == "]" {
                index += 1
                return items
            } else {
                throw fail("a comma or ] is needed")
            }
        }
    }

    private mutating func mapping(depth: Int) throws(Failure) -> [Tree.Entry] {
        index += 1
        var entries: [Tree.Entry] = []
        var seen: Set<ByteText> = []
        skipBlanks()
        if next == "}" {
            index += 1
            return entries
        }
        while true {
            skipBlanks()
            guard next == "\"" else { throw fail("a name in quotation marks is needed") }
            let place = source.place(of: index)
            let key = try string()
            skipBlanks()
            guard next == ":" else { throw fail("a colon is needed") }
            index += 1
            let value = try value(depth: depth + 1)
            if seen.insert(ByteText(key)).inserted {
                entries.append(Tree.Entry(key: key, keyPlace: place, value: value))
            } else {
                log.add(.duplicateKey, place, "a name stands twice")
            }
            skipBlanks()
            if next == "," {
                index += 1
            } else if next == "}" {
                index += 1
                return entries
            } else {
                throw fail("a comma or } is needed")
            }
        }
    }

    private mutating func number() throws(Failure) -> String {
        let start = index
        func isDigit(_ scalar: Unicode.Scalar?) -> Bool { scalar.map { ("0"..."9").contains($0) } ?? false }
        if next == "-" { index += 1 }
        guard isDigit(next) else {
            index = start
            throw fail("not a JSON value")
        }
        if next == "0" {
            index += 1
            if isDigit(next) { throw fail("a number must not start with 0") }
        }
        while isDigit(next) { index += 1 }
        if next == "." {
            index += 1
            guard isDigit(next) else { throw fail("a digit is needed") }
            while isDigit(next) { index += 1 }
        }
        if next == "e" || next == "E" {
            index += 1
            if next == "+" || next == "-" { index += 1 }
            guard isDigit(next) else { throw fail("a digit is needed") }
            while isDigit(next) { index += 1 }
        }
        return String(String.UnicodeScalarView(source.scalars[start..<index]))
    }

    private mutating func string() throws(Failure) -> String {
        index += 1
        var text = String.UnicodeScalarView()
        while let scalar = next {
            if scalar == "\"" {
                index += 1
                return String(text)
            }
            if scalar.value < 0x20 { throw fail("a control character must be escaped") }
            if scalar == "\\" {
                text.append(try escape())
            } else {
                text.append(scalar)
                index += 1
            }
        }
        throw fail("a string does not end")
    }

    private mutating func escape() throws(Failure) -> Unicode.Scalar {
        index += 1
        defer { index += 1 }
        switch next {
        case "\"": return "\""
        case "\\": return "\\"
        case "/": return "/"
        case "b": return "\u{8}"
        case "f": return "\u{C}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "u":
            let first = try hexadecimal()
            if let scalar = Unicode.Scalar(first) { return scalar }
            guard first < 0xDC00, index + 2 < source.scalars.count, source.scalars[index + 1] == "\\",
                source.scalars[index + 2] == "u"
            else { throw fail("half a surrogate pair") }
            index += 2
            let second = try hexadecimal()
            guard (0xDC00...0xDFFF).contains(second),
                let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
            else { throw fail("half a surrogate pair") }
            return scalar
        default: throw fail("an unknown escape")
        }
    }

    /// Four digits after the `u` at `index`; leaves `index` at the last of them.
    private mutating func hexadecimal() throws(Failure) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            index += 1
            guard let scalar = next else { throw fail("four hexadecimal digits are needed") }
            switch scalar {
            case "0"..."9": value = value << 4 | (scalar.value - 0x30)
            case "a"..."f": value = value << 4 | (scalar.value - 0x61 + 10)
            case "A"..."F": value = value << 4 | (scalar.value - 0x41 + 10)
            default: throw fail("four hexadecimal digits are needed")
            }
        }
        return value
    }
}
