// Files of records into a vault and out of it: batch by batch, the same a second time, bad rows aside, each act in the log.
import AuditLog
import CanonicalJSON
import Foundation
import MatchKeys
import NodeTesting
import RecordFiles
import Testing

@testable import NodeCore

@Suite struct RecordFileUseTests {
    private func with(_ body: (TestNode, URL) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let node = try await TestNode.make("bravo", in: folder, clock: SettableClock.inForce)
            try await body(node, folder)
            await node.node.close()
        }
    }

    private func order(_ text: String, in folder: URL, named name: String = "persons.csv") throws -> RecordImport {
        let url = folder.appendingPathComponent(name)
        try Data(text.utf8).write(to: url)
        return RecordImport(
            .file(url.path),
            format: RecordFormat(fileName: name) ?? .csv,
            fileName: name,
            dataset: "main",
            rejectedBeside: url.path
        )
    }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test func aLongFileEntersInBatchesAndASecondTimeChangesNothing() async throws {
        try await with { node, folder in
            let count = 20_000
            let rows = (0..<count).map { "r\($0),Person Number\($0),19\(10 + $0 % 80)-03-04" }
            let text = "id,full_name,birth_date\n" + rows.joined(separator: "\n") + "\n"
            // The first row once more, at the end: in another batch, unchanged the first time, and on a second import.
            let order = try order(text + "r0,Somebody Else,1950-01-02\n", in: folder)
            for (created, unchanged) in [(count, 0), (0, count)] {
                let report = try await node.node.importRecords(order, by: "operator")
                #expect(report.created == created && report.unchanged == unchanged && report.changed == 0)
                #expect(report.rows == count + 1 && report.refused == 1)
                #expect(report.problems == ["persons.csv:\(count + 2):1  id: an earlier row has the same id"])
            }
            #expect(FileManager.default.fileExists(atPath: folder.appendingPathComponent("persons.rejected.csv").path))
            #expect(
                FileManager.default.fileExists(atPath: folder.appendingPathComponent("persons.rejected-2.csv").path)
            )
            let imports = try await node.closedLeaves().filter { $0.event == "record.imported" }
            // Each batch has its entry, each names the same file.
            #expect(imports.count == 6)
            #expect(Set(imports.compactMap { $0.data["source_digest"] }).count == 1)
            #expect(node.logProblems().isEmpty)
        }
    }

    @Test func badRowsAreCorrectedAsideAndImportedAgain() async throws {
        try await with { node, folder in
            let text = "id,full_name,handling\n1,Ada,H9\n2,Bob,H1\n,Cyd,H1\n2,Dan,H1\n5,Eve\n"
            let report = try await node.node.importRecords(try order(text, in: folder), by: "operator")
            #expect(report.created == 1 && report.refused == 4 && report.rejected.count == 1)
            let aside = try #require(report.rejected.first)
            #expect(try mode(aside) == 0o600)
            let corrected = try String(contentsOfFile: aside, encoding: .utf8)
                .replacing("H9", with: "H2").replacing(",,Cyd", with: ",3,Cyd").replacing(",2,Dan", with: ",4,Dan")
                .replacing("5,Eve", with: "5,Eve,H1")
            let again = try await node.node.importRecords(
                try order(corrected, in: folder, named: "persons.rejected.csv"),
                by: "operator"
            )
            #expect(again.created == 4 && again.refused == 0 && again.rejected.isEmpty, "\(again)")
        }
    }

    @Test func aFileThatBreaksOffSaysWhatIsIn() async throws {
        try await with { node, folder in
            let short = try order("id,full_name\n1,Ada\n2,\"Bob\n", in: folder)
            let error = await #expect(throws: NodeProblem.self) {
                try await node.node.importRecords(short, by: "operator")
            }
            #expect(error?.text.hasPrefix("nothing was imported: ") == true && error?.place == "persons.csv:3:3")
            let rows = (0..<10_000).map { "r\($0),Person \($0)\n" }.joined()
            let long = try order("id,full_name\n" + rows + "x,\u{0}\n", in: folder)
            let broken = await #expect(throws: NodeProblem.self) {
                try await node.node.importRecords(long, by: "operator")
            }
            #expect(broken?.text.contains("8192 records before that place are in") == true, "\(broken?.text ?? "")")
            let latin = folder.appendingPathComponent("latin.csv")
            try Data("id,full_name\n1,J\u{FC}rgen\n".unicodeScalars.map { UInt8($0.value) }).write(to: latin)
            let bytes = RecordImport(.file(latin.path), fileName: "latin.csv", dataset: "main")
            let named = await #expect(throws: NodeProblem.self) {
                try await node.node.importRecords(bytes, by: "operator")
            }
            #expect(named?.remedy?.contains("WINDOWS-1252") == true)
        }
    }

    @Test(arguments: RecordFormat.allCases)
    func whatWentOutComesBackTheSame(_ format: RecordFormat) async throws {
        try await with { node, folder in
            let text =
                format == .stix
                ? "id,full_name,email\np1,Ada Roth,a@b.org\np2,Bob,c@d.org\n"
                : """
                id,given_name,family_name,birth_date,nationality,document_number,document_country,phone,recorded
                p1,Ada,Røth,1980-03-12,GRC,AB1234567,GRC,+30 6912345678,2026-01-02
                p2,Bob & Co,<Müller>,1979-01,DEU,C01X00T47;L01X00T47,DEU,,2026-01-02

                """
            _ = try await node.node.importRecords(try order(text, in: folder), by: "operator")
            let ending = [RecordFormat.csv: "csv", .ftm: "jsonl", .umf: "xml", .stix: "json"][format] ?? ""
            let path = folder.appendingPathComponent("out.\(ending)").path
            let report = try await node.node.exportRecords(
                to: path,
                format: format,
                dataset: "main",
                purpose: "test",
                by: "operator"
            )
            #expect(report.records == 2 && report.left == 0)
            #expect(report.notCarried == (format == .csv ? [] : [.init(field: "recorded", records: 2)]))
            #expect(try mode(path) == 0o600)
            var back = try order(try String(contentsOfFile: path, encoding: .utf8), in: folder, named: "back.\(ending)")
            back.dataset = "back"
            back.defaults = ["recorded": "2026-01-02"]
            #expect(try await node.node.importRecords(back, by: "operator").created == 2)
            var sets: [[Record]] = []
            for dataset in ["main", "back"] {
                var records: [Record] = []
                try await node.node.forEachRecord(of: dataset) { records.append($0) }
                sets.append(records)
            }
            if format == .stix {
                for place in sets[0].indices { sets[0][place]["recorded"] = ["2026-01-02"] }
            }
            #expect(sets[0] == sets[1])
            #expect(sets[0].map { KeyRecipe.current.keys(of: $0) } == sets[1].map { KeyRecipe.current.keys(of: $0) })
        }
    }

    @Test func anExportNeverReplacesAFileAndLeavesNothingHalfDone() async throws {
        try await with { node, folder in
            _ = try await node.node.importRecords(try order("id,full_name\n1,Ada\n", in: folder), by: "operator")
            let path = folder.appendingPathComponent("there.csv").path
            try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
            let node = node.node
            for (place, dataset) in [
                (path, "main"), (folder.path + "/none/x.csv", "main"), (folder.path + "/y.csv", "empty"),
            ] {
                let error = await #expect(throws: NodeProblem.self) {
                    try await node.exportRecords(
                        to: place,
                        format: .csv,
                        dataset: dataset,
                        purpose: "test",
                        by: "operator"
                    )
                }
                #expect(error?.text.hasPrefix("nothing was exported") == true)
            }
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
            #expect(!FileManager.default.fileExists(atPath: folder.path + "/y.csv"))
            let link = folder.path + "/link.csv"
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.path + "/target.csv")
            await #expect(throws: NodeProblem.self) {
                try await node.exportRecords(to: link, format: .csv, dataset: "main", purpose: "test", by: "operator")
            }
            #expect(!FileManager.default.fileExists(atPath: folder.path + "/target.csv"))
            let refused = await #expect(throws: NodeProblem.self) {
                try await node.exportRecords(
                    to: folder.path + "/z.csv",
                    format: .csv,
                    dataset: "main",
                    purpose: "test",
                    by: TestNode.analyst
                )
            }
            #expect(refused?.kind == .refused)
            #expect(!FileManager.default.fileExists(atPath: folder.path + "/z.csv"))
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy { !$0.hasSuffix(".part") }
            )
        }
    }

    @Test func anExportHasItsEntryWithNumbersAndNoNames() async throws {
        try await with { node, folder in
            _ = try await node.node.importRecords(try order("id,full_name\n1,Ada\n", in: folder), by: "operator")
            _ = try await node.node.exportRecords(
                to: folder.path + "/out.csv",
                format: .csv,
                dataset: "main",
                purpose: "hand-over",
                by: "operator"
            )
            let leaf = try #require(try await node.closedLeaves().last { $0.event == "record.exported" })
            #expect(leaf.data == ["purpose": "hand-over", "count": 1])
        }
    }
}
