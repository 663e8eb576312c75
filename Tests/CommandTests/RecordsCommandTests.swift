// `comity records` and `comity explain pair` as processes: words, exit codes, files.
import Foundation
import NodeTesting
import Testing

@Suite struct RecordsCommandTests {
    private func with(_ body: (Program) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let program = try Program(in: folder)
            _ = try await CommandNode.north(program)
            try await body(program)
        }
    }

    private func text(_ program: Program, _ name: String) throws -> String {
        try String(contentsOfFile: program.path(name), encoding: .utf8)
    }

    @Test func everyFormGoesOutAndComesBack() async throws {
        try await with { program in
            try program.write("id,full_name,birth_date,handling\n1,Ada Roth,1980-03-14,H1\n", to: "a.csv")
            #expect(try await program.run("records", "import", "north", "a.csv").exit == 0)
            for (format, ending) in [("csv", "csv"), ("ftm", "jsonl"), ("umf", "xml"), ("stix", "json")] {
                let file = "out.\(ending)"
                let out = try await program.run("records", "export", "north", file, "--format", format, "--json")
                #expect(out.exit == 0, "\(out.all)")
                let lost = (out.json?["not_carried"] as? [[String: Any]])?.compactMap { $0["field"] as? String } ?? []
                #expect(lost.contains("handling") == (format != "csv"), "\(format): \(lost)")
                let mode = try FileManager.default.attributesOfItem(atPath: program.path(file))[.posixPermissions]
                #expect(mode as? Int == 0o600)
                let again = try await program.run("records", "export", "north", file, "--format", format)
                #expect(again.exit == 64 && again.err.contains("never replaces"), "\(again.all)")
                let back = try await program.run("records", "import", "north", file, "--dataset", format)
                #expect(back.exit == 0 && back.out.contains("1 created"), "\(back.all)")
            }
            let plain = try await program.run("records", "export", "north", "more.xml", "--format", "umf")
            #expect(plain.err.contains("handling  1"), "\(plain.all)")
        }
    }

    @Test func foreignColumnsAreGuessedWithTheCommandToRun() async throws {
        try await with { program in
            try program.write("Nr,Nachname,Vorname,Geburtsdatum\n7,Roth,Ada,1980-03-14\n", to: "personen liste.csv")
            let asked = try await program.run("records", "import", "north", "personen liste.csv")
            #expect(asked.exit == 65 && asked.err.contains("Nachname is read as family_name"), "\(asked.all)")
            #expect(asked.err.contains("try: comity records import north 'personen liste.csv' --guess"))
            let taken = try await program.run("records", "import", "north", "personen liste.csv", "--guess", "--json")
            #expect(taken.exit == 0 && taken.json?["created"] as? Int == 1, "\(taken.all)")
            try program.write("id,Nachname,birth_date\n7,Roth,1980-03-14\n", to: "half.csv")
            let half = try await program.run("records", "import", "north", "half.csv", "--dataset", "half")
            #expect(
                half.exit == 0
                    && half.err.contains("to read them so: comity records import north half.csv --dataset half --guess")
            )
            let wrong = try await program.run("records", "import", "north", "x.xml", "--guess")
            #expect(wrong.exit == 64 && wrong.err.contains("--guess"))
        }
    }

    @Test func badRowsStandAsideAndBadFilesAreNamed() async throws {
        try await with { program in
            try program.write("id,full_name,handling\n1,Ada,H9\n2,Bob,H1\n", to: "a.csv")
            let ran = try await program.run("records", "import", "north", "a.csv", "--json")
            #expect(ran.exit == 65 && ran.json?["created"] as? Int == 1)
            #expect((ran.error?["remedy"] as? String)?.contains("a.rejected.csv") == true)
            #expect(
                try text(program, "a.rejected.csv").hasPrefix("rejected_because,id,full_name,handling\n\"handling: ")
            )
            try program.write(try text(program, "a.rejected.csv").replacing("H9", with: "H2"), to: "a.rejected.csv")
            let again = try await program.run("records", "import", "north", "a.rejected.csv")
            #expect(again.exit == 0 && again.out.contains("1 created"), "\(again.all)")
            let pipe = try await program.run("records", "import", "north", "-", input: "id,full_name\n3,Cyd\n")
            #expect(pipe.exit == 0, "\(pipe.all)")
            try program.write(
                "<!DOCTYPE p [<!ENTITY a 'b'>]><Person id='1'><FullName>&a;</FullName></Person>",
                to: "x.xml"
            )
            let xml = try await program.run("records", "import", "north", "x.xml")
            #expect(xml.exit == 65 && xml.err.contains("<!DOCTYPE") && xml.err.contains("x.xml:1"), "\(xml.all)")
            try Data([0xFF, 0xFE, 0x69, 0]).write(to: URL(fileURLWithPath: program.path("wide.csv")))
            let wide = try await program.run("records", "import", "north", "wide.csv")
            #expect(wide.exit == 65 && wide.err.contains("iconv -f UTF-16"), "\(wide.all)")
        }
    }

    @Test func duplicatesAndPairsSayWhy() async throws {
        try await with { program in
            let header = "id,full_name,birth_date,document_number\n"
            try program.write(
                header + "1,Ada Roth,1980-03-14,AB1234567\n2,Roth Ada,1980-03-14,AB1234576\n",
                to: "a.csv"
            )
            #expect(try await program.run("records", "import", "north", "a.csv").exit == 0)
            let found = try await program.run("records", "duplicates", "north", "--json")
            #expect(found.exit == 0 && found.json?["found"] as? Int == 1, "\(found.all)")
            let plain = try await program.run("records", "duplicates", "north")
            #expect(
                plain.out.contains("main/1  main/2") && plain.out.contains("a name and the date of birth")
            )
            let files = ["explain", "pair", "--holder", "a.csv", "--holder-row", "1", "--asker-row", "2"]
            let pair = try await program.run(files)
            #expect(pair.exit == 0 && pair.out.contains("nearly  docfold"), "\(pair.all)")
            let vault = ["explain", "pair", "--node", "north", "--holder-row", "1", "--asker-row", "main/2", "--json"]
            let near = try await program.run(vault).json?["near"] as? [[String: Any]]
            #expect(near?.contains { $0["slip"] as? Bool == true } == true)
            let missing = try await program.run(
                "explain",
                "pair",
                "--holder",
                "a.csv",
                "--holder-row",
                "1",
                "--asker-row",
                "9"
            )
            #expect(missing.exit == 65 && missing.err.contains("--asker-row"))
            #expect(try await program.run("explain", "pair", "--holder-row", "1", "--asker-row", "9").exit == 64)
        }
    }
}
