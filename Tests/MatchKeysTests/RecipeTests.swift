/// The recipe: ids, classes, points, thresholds, and the keys of single records.

import MatchKeys
import Testing

@Suite("Key recipe")
struct RecipeTests {
    private func keys(_ columns: [String: [String]]) -> [String] {
        KeyRecipe.current.keys(of: Record(id: "1", columns: columns)).map { "\($0.kind.rawValue) \($0.value)" }
    }

    @Test("has a rule for each kind, in the order of ids")
    func rules() {
        #expect(KeyRecipe.current.rules.map(\.kind) == KeyKind.allCases)
        #expect(KeyKind.allCases.map(\.ordinal) == Array(KeyKind.allCases.indices))
        let ids = KeyKind.allCases.map(\.rawValue).joined(separator: " ")
        #expect(
            ids
                == "docfold iban wallet imo mmsi vin phone plate email imei skeleton-dob skeleton-year initials-dob-nat "
                + "skeletons-month dob-postcode skeletons-postcode"
        )
        #expect(KeyKind.allCases.filter { $0.keyClass == .weak } == [.skeletonYear, .initialsDobNat])
        #expect(KeyKind.allCases.filter { $0.keyClass == .identifiers }.last == .imei)
        #expect(KeyKind.docfold.policyKind == .document)
        #expect(KeyKind.dobPostcode.policyKind == .name)
    }

    @Test("lays PRF input out as kind, zero, value")
    func prfInput() {
        let key = MatchKey(kind: .docfold, value: "6AB123456")
        #expect(key.prfInput == Array("docfold".utf8) + [0] + Array("6AB123456".utf8))
        #expect(!"\(key)".contains("6AB"))
        #expect(!String(reflecting: key).contains("6AB"))
    }

    @Test("derives names' keys with day and month sorted")
    func names() {
        let derived = keys([
            "given_name": ["Hamal"], "family_name": ["Padey"], "birth_date": ["15.05.1992"], "nationality": ["Syria"],
            "postcode": ["10 115"],
        ])
        #expect(
            derived == [
                "skeleton-dob bt|1992-05-15", "skeleton-dob hml|1992-05-15", "initials-dob-nat b|h|1992-05-15|SYR",
                "skeletons-month bt|hml|1992-05", "dob-postcode 1992-05-15|10115", "skeletons-postcode bt|hml|10115",
            ]
        )
        let swapped = keys(["given_name": ["Hamal"], "birth_date": ["05.03.1992"]])
        #expect(swapped == keys(["given_name": ["Hamal"], "birth_date": ["03.05.1992"]]))
    }

    @Test("believes of 1 January only the year")
    func firstOfJanuary() {
        let derived = keys([
            "full_name": ["Hamal Padey"], "birth_date": ["1992-01-01"], "nationality": ["SYR"], "postcode": ["10115"],
        ])
        #expect(
            derived == [
                "skeleton-year bt|1992", "skeleton-year hml|1992", "dob-postcode 1992-01-01|10115",
                "skeletons-postcode bt|hml|10115",
            ]
        )
        #expect(keys(["full_name": ["Hamal"], "birth_date": ["1992"]]).isEmpty)
    }

    @Test("takes the written numbers of a date that the calendar refuses")
    func refusedDates() {
        #expect(keys(["full_name": ["Hamal"], "birth_date": ["1940-27-04"]]) == ["skeleton-dob hml|1940-04-27"])
        #expect(keys(["full_name": ["Hamal"], "birth_date": ["03/04/1990"]]) == ["skeleton-dob hml|1990-03-04"])
    }

    @Test("folds letters read as digits in documents only, and leaves the issuer out")
    func docfold() {
        #expect(keys(["document_number": ["OQIZSBG7"], "document_country": ["DEU"]]) == ["docfold 00125867"])
        #expect(keys(["document_number": ["GBR:OQIZSBG7"]]) == ["docfold 00125867"])
        #expect(keys(["plate": ["B-OO 55"]]) == ["plate BOO55"])
    }

    @Test("gives no key for a cell without canonical form, and one key for equal values")
    func cells() {
        #expect(keys(["phone": ["030 901820", "n/a"], "imei": ["1"], "email": ["nobody"]]).isEmpty)
        #expect(keys(["phone": ["+49 30 901820", "0049 30 901820"]]) == ["phone +4930901820"])
        #expect(keys(["sex": ["M"], "city": ["Berlin"], "unknown_column": ["+4930901820"]]).isEmpty)
    }

    @Test("builds keys from a bounded number of values")
    func manyValues() {
        let days = (10...28).flatMap { day in (10...12).map { "1990-\($0)-\(day)" } }
        let codes = (0..<100).map { "\(10_000 + $0)" }
        let derived = KeyRecipe.current.keys(of: Record(id: "1", columns: ["birth_date": days, "postcode": codes]))
        #expect(derived.count <= Record.maximumValues * Record.maximumValues)
        #expect(!derived.isEmpty)
    }

    @Test("scores on straight lines between 0, 50, 90, 99 and 100")
    func scores() {
        #expect(MatchScore(agreeing: [:]).score == 0)
        #expect(MatchScore(agreeing: [:]).band == nil)
        let one = MatchScore(agreeing: [.skeletonDob: 1])
        #expect((one.points, one.score) == (14, 50))
        #expect(one.band == .possible)
        let two = MatchScore(agreeing: [.skeletonDob: 3])
        #expect((two.points, two.score) == (22, 94))
        #expect(two.band == .probable)
        #expect(MatchScore(agreeing: [.skeletonYear: 1]).score == 14)
        #expect(MatchScore(agreeing: [.skeletonYear: 2]).points == 14)
        #expect(MatchScore(agreeing: [.imo: 1]).score == 99)
        #expect(MatchScore(agreeing: [.docfold: 1]).score == 100)
        #expect(MatchScore(agreeing: [.docfold: 2, .phone: 1, .email: 0]).points == 52)
        #expect(MatchScore(agreeing: [.phone: 1, .docfold: 1]).kinds == [.docfold, .phone])
    }

    @Test("raises the threshold with the holder's records")
    func thresholds() {
        let recipe = KeyRecipe.current
        #expect(recipe.threshold(holderRecords: 0) == 14)
        #expect(recipe.threshold(holderRecords: 50_000) == 14)
        #expect(recipe.threshold(holderRecords: 50_001) == 20)
        #expect(recipe.threshold(holderRecords: 500_000) == 20)
        #expect(recipe.threshold(holderRecords: 500_001) == 24)
    }

    @Test("describes itself in the same bytes each time, with its version")
    func description() {
        let text = String(decoding: KeyRecipe.current.canonicalDescription, as: UTF8.self)
        #expect(
            text.hasPrefix("comity key recipe\nversion \(KeyRecipe.current.version)\nkind docfold identifiers 30 0\n")
        )
        #expect(text.contains("kind skeleton-year weak 4 10\n"))
        #expect(KeyRecipe.current.canonicalDescription == KeyRecipe.current.canonicalDescription)
    }

    @Test("survives records of random text, and gives sorted keys, none twice")
    func randomRecords() throws {
        var generator = SeededGenerator("random records")
        let words = try Vectors.rows("identifiers.csv").map { $0[1] } + Vectors.rows("names.csv").map { $0[0] }
        for round in 0..<400 {
            var columns: [String: [String]] = [:]
            for column in Record.matchColumns {
                let word = words.randomElement(using: &generator) ?? ""
                columns[column] = [word, generator.text(of: Array(word.unicodeScalars), upTo: 12)]
            }
            let derived = KeyRecipe.current.keys(of: Record(id: "\(round)", columns: columns))
            #expect(zip(derived, derived.dropFirst()).allSatisfy { $0 < $1 })
        }
    }
}

@Suite("Records")
struct RecordTests {
    @Test("know an unknown subject from the empty set of a thing")
    func subjects() {
        #expect(Record(id: "1").subject == nil)
        #expect(Record(id: "1", columns: ["subject_category": ["vessel"]]).subject == [])
        #expect(Record(id: "1", columns: ["subject_category": ["suspect", "minor"]]).subject == ["suspect", "minor"])
    }

    @Test("hold several values of a cell, and none of an empty one")
    func cells() {
        let record = Record(id: "7", cells: [(column: "phone", cell: " +1 ; ;+2"), (column: "email", cell: " ")])
        #expect(record["phone"] == ["+1", "+2"])
        #expect(record["email"].isEmpty)
        #expect(record.cell("phone") == "+1;+2")
        #expect(!"\(record)".contains("+1"))
        #expect(!String(reflecting: record).contains("+1"))
    }

    @Test("take a document's issuer from its own cell first")
    func documents() {
        let record = Record(
            id: "1",
            columns: ["document_number": ["AB 12345", "FRA:99887766"], "document_country": ["Germany"]]
        )
        #expect(record.documents == ["DEU:AB12345", "FRA:99887766"])
    }

    @Test("know each column of the contracts once")
    func columns() {
        #expect(Set(Record.knownColumns).count == Record.knownColumns.count)
        #expect(Record.knownColumns.count == 37)
    }
}
