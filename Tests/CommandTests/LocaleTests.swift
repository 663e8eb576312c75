// Canonical forms and keys under other locales: the same bytes. Knows the carried vectors.
import Foundation
import NodeTesting
import Testing

@Suite("Locales")
struct LocaleTests {
    @Test("canonical forms and keys do not depend on locale or language", .timeLimit(.minutes(5)))
    func sameBytes() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString, isDirectory: true)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let program = try Program(in: folder)
        let vectors = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Vectors", isDirectory: true)
        func lines(_ name: String) throws -> [Substring] {
            try String(contentsOf: vectors.appendingPathComponent(name), encoding: .utf8).split(separator: "\n")
        }
        // Columns after the second differ between the files and are not read.
        var inputs =
            try "kind,input,canonical,rule\n" + lines("identifiers-more.csv").dropFirst().joined(separator: "\n")
        var records = "id,full_name,birth_date\n"
        for (number, line) in try lines("transliteration.csv").dropFirst().enumerated() {
            let name = line.split(separator: ",", omittingEmptySubsequences: false)[1]
            inputs += "\nname,\(name),,"
            records += "\(number),\(name),1990-05-12\n"
        }
        // Dotless and dotted i are what a Turkish locale lowers differently.
        inputs += "\nname,IŞIK İĞDIR TITI,,\ncountry,INDIA,,\nemail,INFO@INIT.EXAMPLE,,\n"
        try program.write(inputs, to: "inputs.csv")
        try program.write(records, to: "records.csv")
        var first: [String]?
        for locale in ["C", "C.UTF-8", "tr_TR.UTF-8", "ar_SA.UTF-8", "fa_IR", "de_DE.ISO-8859-1", "nonsense"] {
            var outputs: [String] = []
            for command in ["normalize inputs.csv", "keys records.csv"] {
                let ran = try await program.shell(
                    "LC_ALL=\(locale) LANG=\(locale) LANGUAGE=\(locale) comity \(command)"
                )
                #expect(ran.exit == 0, "\(locale) \(command): \(ran.err)")
                outputs.append(ran.out)
            }
            #expect(outputs[0].split(separator: "\n").count > 1_400)
            #expect(outputs[1].split(separator: "\n").count > 800)
            if let first { #expect(outputs == first, "\(locale)") }
            first = first ?? outputs
        }
    }

    @Test("no source of the match keys asks what locale it is in")
    func sources() throws {
        let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = top.appendingPathComponent("Sources/MatchKeys", isDirectory: true)
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        var count = 0
        for case let file as URL in files where file.pathExtension == "swift" {
            count += 1
            let text = try String(contentsOf: file, encoding: .utf8)
            for word in ["Locale", "localized", "Formatter", "TimeZone", "setlocale", "getenv"] {
                #expect(!text.contains(word), "\(file.lastPathComponent): \(word)")
            }
        }
        #expect(count > 30)
    }
}
