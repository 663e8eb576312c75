/// YAML as policy files may use it: one document, no anchors, aliases, tags, nor duplicate keys; every scalar is text.
/// Knows no key; the only file that touches Yams.

import Foundation
import Yams

enum StrictYAML {
    /// Longest file read, in bytes.
    static let longest = 1 << 20
    /// Deepest nesting.
    static let deepest = 48
    /// Most duplicate keys placed in one file, and most bytes parsed in doing so: each costs one more pass.
    private static let mostDuplicates = 64
    private static let mostParsed = 4 << 20

    /// Parses a file; what is wrong goes to `log`. Nil if nothing can be read from it.
    static func parse(_ bytes: [UInt8], log: ProblemLog) -> Tree? {
        guard bytes.count <= longest else {
            log.add(.syntax, .start, "the file is longer than \(longest) bytes")
            return nil
        }
        guard var source = SourceText(bytes) else {
            log.add(.syntax, SourceText.badPlace(in: bytes), "not UTF-8")
            return nil
        }
        let aliases = usedAliases(source)
        if !aliases.isEmpty {
            for place in aliases { log.add(.syntax, place, "aliases are not allowed") }
            return nil
        }
        // Yams stops at the first key that stands twice, or that Swift takes for another one. To place all duplicates,
        // and to go on reading, each earlier twin is replaced by a private-use letter before the next try, and put back
        // when the tree is built.
        var masked: [Place: String] = [:]
        while true {
            do {
                let parser = try Parser(yaml: source.string, resolver: .basic, encoding: .utf8)
                guard let root = try parser.singleRoot() else {
                    log.add(.wrongType, .start, "the file is empty; a mapping is needed")
                    return nil
                }
                var builder = Builder(source: source, masked: masked, log: log)
                return builder.tree(root, depth: 0)
            } catch YamlError.duplicatedKeysInMapping(let duplicates, let context) {
                let place = Place(line: context.mark.line, column: context.mark.column)
                guard let key = duplicates.first, masked.count < mostDuplicates,
                    (masked.count + 1) * bytes.count <= mostParsed || masked.isEmpty, masked[place] == nil,
                    let index = maskIndex(source, place),
                    let mask = Unicode.Scalar(0xE000 + UInt32(masked.count))
                else {
                    log.add(.duplicateKey, place, "\(quoted(duplicates.first ?? "")) stands twice")
                    return nil
                }
                masked[place] = key
                source.scalars[index] = mask
            } catch let error as YamlError {
                report(error, source, log)
                return nil
            } catch {
                log.add(.syntax, .start, "not YAML")
                return nil
            }
        }
    }

    /// The first letter of the key at `place`, after its quotation mark.
    private static func maskIndex(_ source: SourceText, _ place: Place) -> Int? {
        guard let index = source.index(of: place) else { return nil }
        let isQuoted = source.scalars[index] == "\"" || source.scalars[index] == "'"
        if !isQuoted { return index }
        return index + 1 < source.scalars.count ? index + 1 : nil
    }

    private static func report(_ error: YamlError, _ source: SourceText, _ log: ProblemLog) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            let words =
                problem == "found undefined alias"
                ? "aliases are not allowed"
                : problem == "but found another document" ? "more than one document" : problem
            log.add(.syntax, Place(line: mark.line, column: mark.column), words)
        case .reader(let problem, _, let value, _):
            // Yams counts its offset in characters; the place is found by the value it stopped at.
            let index = source.scalars.firstIndex { $0.value == UInt32(bitPattern: value) && !isPrintable($0) }
            log.add(.syntax, index.map(source.place(of:)) ?? .start, problem)
        default:
            log.add(.syntax, .start, "not YAML")
        }
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF:
            scalar.value != 0xFEFF
        default: false
        }
    }

    /// Places of aliases whose anchor is in the file too. They are refused before parsing: nested aliases as keys
    /// make a parser's work grow without bound.
    private static func usedAliases(_ source: SourceText) -> [Place] {
        func names(after sign: Unicode.Scalar) -> [(name: String, index: Int)] {
            var found: [(String, Int)] = []
            let scalars = source.scalars
            for index in scalars.indices where scalars[index] == sign {
                if index > 0, !isSeparator(scalars[index - 1]) { continue }
                var end = index + 1
                while end < scalars.count, isNameLetter(scalars[end]) { end += 1 }
                if end > index + 1 {
                    found.append((String(String.UnicodeScalarView(scalars[(index + 1)..<end])), index))
                }
            }
            return found
        }
        let anchors = Set(names(after: "&").map(\.name))
        if anchors.isEmpty { return [] }
        return names(after: "*").filter { anchors.contains($0.name) }.map { source.place(of: $0.index) }
    }

    private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case " ", "\t", "\n", "\r", "[", "{", ",", ":", "?", "-", "\u{85}", "\u{2028}", "\u{2029}", "]", "}", "\"", "'":
            true
        default: false
        }
    }

    private static func isNameLetter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
        default: false
        }
    }
}

/// Turns Yams' nodes into trees.
private struct Builder {
    let source: SourceText
    let masked: [Place: String]
    let log: ProblemLog

    mutating func tree(_ node: Node, depth: Int) -> Tree {
        let mark = node.mark
        let place = Place(line: mark?.line ?? 1, column: mark?.column ?? 1)
        if depth > StrictYAML.deepest {
            log.add(.syntax, place, "nested deeper than \(StrictYAML.deepest)")
            return Tree(place: place, content: .broken)
        }
        // A node with an anchor, alias or tag starts at that sign, and no other scalar may start with one.
        if let index = source.index(of: place) {
            switch source.scalars[index] {
            case "&": return broken(place, "anchors are not allowed")
            case "*": return broken(place, "aliases are not allowed")
            case "!": return broken(place, "tags are not allowed")
            default: break
            }
        }
        switch node {
        case .scalar(let scalar): return Tree(place: place, content: .scalar(scalar.string, .yaml))
        case .sequence(let sequence):
            return Tree(place: place, content: .list(sequence.map { tree($0, depth: depth + 1) }))
        case .mapping(let mapping):
            var entries: [Tree.Entry] = []
            var seen: Set<ByteText> = []
            for (key, value) in mapping {
                let keyTree = tree(key, depth: depth + 1)
                let valueTree = tree(value, depth: depth + 1)
                guard case .scalar(let text, _) = keyTree.content else {
                    if case .broken = keyTree.content { continue }
                    log.add(.wrongType, keyTree.place, "a key must be a word")
                    continue
                }
                let name = masked[keyTree.place] ?? text
                guard seen.insert(ByteText(name)).inserted else {
                    log.add(.duplicateKey, keyTree.place, "\(quoted(name)) stands twice")
                    continue
                }
                entries.append(Tree.Entry(key: name, keyPlace: keyTree.place, value: valueTree))
            }
            return Tree(place: place, content: .mapping(entries))
        case .alias: return broken(place, "aliases are not allowed")
        }
    }

    private func broken(_ place: Place, _ words: String) -> Tree {
        log.add(.syntax, place, words)
        return Tree(place: place, content: .broken)
    }
}
