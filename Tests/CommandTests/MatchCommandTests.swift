// Keys and evaluations as processes: what they print does not hang on the place they run in, and is the same in clear.
import Foundation
import NodeTesting
import Testing

@Suite struct MatchCommandTests {
    private func with(_ body: (Program) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in try await body(try Program(in: folder)) }
    }

    private static let vectors = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Vectors")

    private func set(_ name: String, _ more: String...) -> [String] {
        let folder = Self.vectors.appending(path: "linkage-small").path
        return [
            "evaluate", "--holder", "\(folder)/\(name)-holder.csv", "--asker", "\(folder)/\(name)-asker.csv", "--truth",
            "\(folder)/\(name)-truth.csv",
        ] + more
    }

    // MARK: Keys

    @Test func keysDoNotHangOnTheLocale() async throws {
        try await with { program in
            try program.write(
                """
                id,given_name,family_name,birth_date,nationality,address,postcode,city
                1,ILKAY IŞIL,İNCİ,1990-05-06,Türkiye,IHLAMUR CADDESİ 12,34200,ISPARTA
                2,يوسف,شاهين,٠١.٠٢.١٩٩٠,مصر,شارع ١٢,١١٥١١,القاهرة
                3,Straße,GROẞ,6 MAY 1990,DEU,Iltisweg 3,10115,İzmir
                4,Ильдар,Игнатьев,1990-06-05,RUS,улица Ильича 1,101000,Иваново

                """,
                to: "people.csv"
            )
            for profile in ["person", "household"] {
                var printed: [String: String] = [:]
                for locale in ["C", "tr_TR.UTF-8", "tr_TR", "ar_SA", "ar_SA.UTF-8", "en_US.UTF-8"] {
                    let ran = try await program.shell(
                        "LC_ALL=\(locale) LANG=\(locale) LANGUAGE=\(locale) comity keys people.csv --profile \(profile)"
                    )
                    #expect(ran.exit == 0, "\(locale): \(ran.err)")
                    printed[locale] = ran.out
                }
                #expect(printed["C"]?.contains("skeleton-dob") == true)
                #expect(Set(printed.values).count == 1)
            }
        }
    }

    @Test func keysTakeAMapOfColumns() async throws {
        try await with { program in
            try program.write("id,Name,Born\n1,Ivan Petrov,1979-05-03\n", to: "theirs.csv")
            try program.write("id,full_name,birth_date\n1,Ivan Petrov,1979-05-03\n", to: "ours.csv")
            try program.write("Name: full_name\nBorn: birth_date\n", to: "map.yaml")
            let (theirs, ours) = (
                try await program.run("keys", "theirs.csv", "--map", "map.yaml"),
                try await program.run("keys", "ours.csv")
            )
            #expect(theirs.exit == 0 && theirs.out == ours.out && ours.out.contains("skeleton-dob"), "\(theirs.all)")
            try program.write("Name: nothing_we_know: x\n", to: "map.yaml")
            let bad = try await program.run("keys", "theirs.csv", "--map", "map.yaml")
            #expect(bad.exit == 65 && bad.err.contains("map.yaml:1"), "\(bad.all)")
        }
    }

    // MARK: Evaluate

    @Test(arguments: [("febrl4", "person"), ("febrl4", "household"), ("synthetic", "person")])
    func evaluatingInClearGivesTheSameFigures(_ name: String, _ profile: String) async throws {
        try await with { program in
            let blinded = try await program.run(set(name, "--profile", profile, "--json", "--out", "a.csv"))
            let clear = try await program.run(set(name, "--profile", profile, "--json", "--out", "b.csv", "--clear"))
            #expect(blinded.exit == 0 && clear.exit == 0, "\(blinded.err) \(clear.err)")
            let (left, right) = (try #require(blinded.json), try #require(clear.json))
            for figure in ["pairs", "precision", "recall", "f1", "keys_holder", "keys_asker", "holder_records"] {
                #expect(left[figure] as? Double == right[figure] as? Double && left[figure] != nil, "\(figure)")
            }
            for part in ["curve", "calibration"] {
                #expect((left[part] as? [Any])?.count == (right[part] as? [Any])?.count && left[part] != nil)
            }
            #expect(try program.text("a.csv") == program.text("b.csv"))
            #expect(right["bytes_query"] as? Int == 0)
            #expect((left["calibration_error"] as? Double).map { $0 < 0.2 } == true)
        }
    }

    @Test func withoutTruthTheFiguresAreNull() async throws {
        try await with { program in
            let arguments = Array(set("synthetic").dropLast(2)) + ["--clear", "--json"]
            let document = try #require(try await program.run(arguments).json)
            #expect(document["f1"] is NSNull && document["precision"] is NSNull && document["recall"] is NSNull)
            #expect(document["curve"] == nil && document["calibration"] == nil)
        }
    }

    @Test func namesAreJudgedByThemselves() async throws {
        try await with { program in
            let file = Self.vectors.appending(path: "names.csv").path
            let ran = try await program.run("evaluate", "--names", file, "--json")
            #expect(ran.exit == 0, "\(ran.err)")
            let document = try #require(ran.json)
            #expect(document["pairs"] as? Int == 488)
            #expect(try #require(document["f1"] as? Double) >= 0.87)
            #expect(document["precision"] is Double && document["recall"] is Double)
            let words = try await program.run("evaluate", "--names", file)
            #expect(words.out.hasPrefix("488 pairs of names, 312 of one person, "))
        }
    }

    @Test func fittedWeightsAreWrittenAndUsedOnlyWhenNamed() async throws {
        try await with { program in
            let before = try #require(try await program.run(set("synthetic", "--clear", "--json")).json)
            let ran = try await program.run(set("synthetic", "--clear", "--json", "--fit", "weights.txt"))
            #expect(ran.exit == 0, "\(ran.err)")
            let document = try #require(ran.json)
            let fit = try #require(document["fit"] as? [String: Any])
            #expect(try #require(fit["loss_after"] as? Double) < #require(fit["loss_before"] as? Double))
            // Found, not used: the figures are the recipe's.
            #expect(document["f1"] as? Double == before["f1"] as? Double)
            let weights = try program.text("weights.txt")
            #expect(weights.contains("\nrarity ") && weights.hasPrefix("#"))
            let tried = try await program.run(set("synthetic", "--clear", "--json", "--weights", "weights.txt"))
            #expect(tried.exit == 0, "\(tried.err)")
            // Weights that say nobody is ever the same show no pair.
            try program.write("same -100\n", to: "none.txt")
            let none = try #require(
                try await program.run(set("synthetic", "--clear", "--json", "--weights", "none.txt")).json
            )
            #expect(none["pairs"] as? Int == 0)
            #expect(try #require(before["pairs"] as? Int) > 0)
        }
    }

    @Test func withoutTruthWeightsAreFittedToAnEstimate() async throws {
        try await with { program in
            let arguments = Array(set("febrl4").dropLast(2)) + ["--clear"]
            let ran = try await program.run(arguments + ["--json", "--fit", "weights.txt"])
            #expect(ran.exit == 0, "\(ran.err)")
            let document = try #require(ran.json)
            let fit = try #require(document["fit"] as? [String: Any])
            #expect(fit["labelled"] as? Bool == false)
            let (pairs, same) = (try #require(fit["pairs"] as? Int), try #require(fit["same"] as? Double))
            #expect((50...Double(pairs)).contains(same))
            let rates = try #require(fit["agreements"] as? [[String: Any]])
            let day = try #require(rates.first { $0["field"] as? String == "date" && $0["degree"] as? String == "day" })
            let (m, u) = (try #require(day["m"] as? Double), try #require(day["u"] as? Double))
            #expect(m > u)
            let words = try await program.run(arguments + ["--fit", "again.txt"])
            #expect(words.out.contains("of them the same by estimate") && words.out.contains("date: day"))
            // The estimate is no better than the recipe; it must not be much worse on pairs that are known.
            let tried = try #require(
                try await program.run(set("febrl4", "--clear", "--json", "--weights", "weights.txt")).json
            )
            let before = try #require(try await program.run(set("febrl4", "--clear", "--json")).json)
            let (now, then) = (try #require(tried["f1"] as? Double), try #require(before["f1"] as? Double))
            #expect(now > then - 0.05)
        }
    }

    @Test func wrongWordsAndFilesAreNamed() async throws {
        try await with { program in
            try program.write("a,b,same\nAnna,Hanna,1\nAnna,Anna,yes\n", to: "names.csv")
            try program.write("a,b\n", to: "header.csv")
            try program.write("rarity much\n", to: "weights.txt")
            let calls: [([String], Int32, String?)] = [
                (["evaluate"], 64, nil), (["evaluate", "--holder", "names.csv"], 64, nil),
                (["evaluate", "--names", "names.csv", "--holder", "names.csv"], 64, nil),
                (["evaluate", "--names", "names.csv", "--fit", "w.txt"], 64, nil),
                (set("synthetic", "--profile", "nobody"), 64, nil),
                (["evaluate", "--names", "names.csv"], 65, "names.csv:3:11"),
                (["evaluate", "--names", "header.csv"], 65, "header.csv:1:1"),
                (set("synthetic", "--weights", "weights.txt"), 65, "weights.txt:1:1"),
            ]
            for (arguments, exit, place) in calls {
                let ran = try await program.run(arguments + ["--json"])
                #expect(ran.exit == exit, "\(arguments): \(ran.all)")
                let error = try #require(ran.error, "\(arguments): \(ran.all)")
                if let place { #expect(error["where"] as? String == place, "\(arguments)") }
            }
            #expect(!FileManager.default.fileExists(atPath: program.path("w.txt")))
        }
    }
}
