// House rules that no compiler knows: what must not stand in a source file, and how long it may be.
import Testing

@Suite("House rules")
struct HouseRuleTests {
    @Test("no file is longer than 500 lines, unless a script wrote it")
    func length() throws {
        let files = try Repository.files(in: ["Sources", "Tests"]).filter { $0.path.hasSuffix(".swift") }
        #expect(!files.isEmpty)
        for file in files where !file.isGenerated {
            #expect(file.lines.count <= 501, "\(file) has \(file.lines.count - 1) lines: give each idea its file")
        }
    }

    @Test(
        "sources leave nothing for later and never end the process instead of an error",
        arguments: ["TODO", "FIXME", "try!", " as!", "fatalError(", "preconditionFailure(", "assertionFailure("]
    )
    func words(_ word: String) throws {
        for file in try Repository.sources() {
            for (number, line) in file.lines.enumerated() where line.contains(word) {
                Issue.record("\(file):\(number + 1): \(word)")
            }
        }
    }

    @Test("every source file begins by saying what it knows")
    func comment() throws {
        for file in try Repository.sources() {
            let begins = file.text.hasPrefix("//") || file.text.hasPrefix("/*")
            #expect(begins, "\(file) does not begin with a comment")
        }
    }

    @Test("the project names no machine's paths")
    func paths() throws {
        // Put together here, so that this file does not find itself.
        let foreign = [["/wo", "rk/"], ["/tmp", "/team"], ["/ro", "ot/"], ["/ho", "me/"], ["/Us", "ers/"]].map {
            $0.joined()
        }
        let files = try Repository.files(in: Repository.folders, atRoot: Repository.rootFiles)
        #expect(files.count > 100)
        for file in files {
            for (number, line) in file.lines.enumerated() {
                for path in foreign where line.contains(path) { Issue.record("\(file):\(number + 1): \(path)") }
            }
        }
    }
}
