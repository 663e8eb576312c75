// Pages point at each other: a link that leads nowhere is found here, not by a reader.
import Foundation
import Testing

@Suite("Links")
struct LinkTests {
    @Test("links between pages lead to files and headings that exist")
    func links() throws {
        let pages = try Repository.files(in: ["docs", "policies", "Tests"], atRoot: Repository.rootFiles)
            .filter { $0.path.hasSuffix(".md") }
        #expect(pages.contains { $0.path == "README.md" })
        for page in pages {
            for target in Self.targets(in: page.text) {
                let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(
                    String.init
                )
                let folder = (page.path as NSString).deletingLastPathComponent
                let path = parts[0].isEmpty ? page.path : Self.resolve(parts[0], from: folder)
                let exists = FileManager.default.fileExists(atPath: Repository.root.appendingPathComponent(path).path)
                #expect(exists, "\(page): \(target) leads nowhere")
                if exists, parts.count == 2, path.hasSuffix(".md") {
                    let headings = Self.headings(in: try Repository.text(of: path))
                    #expect(headings.contains(parts[1]), "\(page): \(path) has no heading #\(parts[1])")
                }
            }
        }
    }

    @Test("docs/README.md leads to every page of docs")
    func map() throws {
        let map = Self.targets(in: try Repository.text(of: "docs/README.md"))
        let records = Self.targets(in: try Repository.text(of: "docs/decisions/README.md")).map { "decisions/\($0)" }
        for page in try Repository.files(in: ["docs"]) where page.path.hasSuffix(".md") && page.path != "docs/README.md"
        {
            let path = String(page.path.dropFirst("docs/".count))
            #expect(map.contains(path) || records.contains(path), "no map leads to \(page)")
        }
    }

    /// Targets of `[words](target)` outside code, web addresses left out.
    static func targets(in text: String) -> [String] {
        var found: [String] = []
        var isCode = false
        for line in text.split(separator: "\n") {
            if line.hasPrefix("```") { isCode.toggle() }
            if isCode || line.hasPrefix("    ") { continue }
            for part in line.components(separatedBy: "](").dropFirst() {
                let target = String(part.prefix { $0 != ")" && $0 != " " })
                if !target.isEmpty, !target.contains("://"), !target.hasPrefix("mailto:") { found.append(target) }
            }
        }
        return found
    }

    static func resolve(_ target: String, from folder: String) -> String {
        var parts = folder.split(separator: "/").map(String.init)
        for part in target.split(separator: "/") {
            switch part {
            case ".": continue
            case "..": if !parts.isEmpty { parts.removeLast() }
            default: parts.append(String(part))
            }
        }
        return parts.joined(separator: "/")
    }

    /// Anchors as hosting sites make them: lower case, dashes for spaces, other signs dropped.
    static func headings(in text: String) -> Set<String> {
        Set(
            text.split(separator: "\n").filter { $0.hasPrefix("#") }.map { line in
                let words = line.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces).lowercased()
                return String(
                    words.compactMap { character in
                        if character == " " { return "-" }
                        return character.isLetter || character.isNumber || "-_".contains(character) ? character : nil
                    }
                )
            }
        )
    }
}
