/// The recipe: ids, classes, points, thresholds, and the keys of single records.

import MatchKeys
import TestSupport
import Testing

@Suite("Key recipe")
struct RecipeTests {
    private func keys(_ columns: [String: [String]]) -> [String] {
        KeyRecipe.current.keys(of: Record(id: "1", columns: columns)).map { "\($0.kind.rawValue) \($0.value)" }
    }

    @Test("every kind belongs to a recipe, and stands where stored keys expect it")
    func kinds() {
        #expect(KeyKind.allCases.map(\.ordinal) == Array(KeyKind.allCases.indices))
        let ids = KeyKind.allCases.map(\.rawValue).joined(separator: " ")
        #expect(
            ids
                == "docfold iban wallet imo mmsi vin phone plate email imei skeleton-dob skeleton-year initials-dob-nat "
                + "skeletons-month dob-postcode skeletons-postcode skeletons-monthday prefixes-dob dob-city "
                + "prefixes-postcode skeletons-house house-street-postcode house-street-city skeletons-city street-city "
                + "street-postcode"
        )
        let built = Set(KeyRecipe.all.flatMap { $0.kinds.map(\.kind) })
        #expect(built == Set(KeyKind.allCases))
        for recipe in KeyRecipe.all {
            #expect(zip(recipe.kinds, recipe.kinds.dropFirst()).allSatisfy { $0.kind < $1.kind }, "\(recipe.name)")
            // A class is a kind's for ever: indexes of two recipes may lie side by side.
            #expect(recipe.kinds.allSatisfy { $0.keyClass == $0.kind.keyClass }, "\(recipe.name)")
        }
        #expect(
            KeyKind.allCases.filter { $0.keyClass == .weak } == [
                .skeletonYear, .initialsDobNat, .dobCity, .houseStreetPostcode, .houseStreetCity, .streetCity,
                .streetPostcode,
            ]
        )
        #expect(KeyKind.allCases.filter { $0.keyClass == .identifiers }.last == .imei)
        #expect(KeyKind.docfold.policyKind == .document)
        #expect(KeyKind.dobPostcode.policyKind == .name)
    }

    @Test("profiles differ in what they build")
    func profiles() {
        #expect(KeyRecipe.current == KeyRecipe.newest(.person))
        #expect(KeyRecipe.newest(.object).kinds.allSatisfy { $0.keyClass == .identifiers })
        #expect(KeyRecipe.newest(.object).kinds.count == 10)
        let household = Set(KeyRecipe.newest(.household).kinds.map(\.kind))
        #expect(household.isSuperset(of: [.streetCity, .streetPostcode, .skeletonsCity, .houseStreetCity]))
        #expect(household.isDisjoint(with: [.skeletonsMonth, .prefixesDob, .initialsDobNat, .dobPostcode]))
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
                "skeletons-month bt|hml|1992-05", "dob-postcode 1992-05-15|10115", "skeletons-monthday bt|hml|05-15",
                "prefixes-dob bt|hm|1992-05-15", "prefixes-postcode bt|hm|10115",
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
                "prefixes-postcode bt|hm|10115",
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
        #expect(
            keys(["sex": ["M"], "city": ["Berlin"], "address": ["Hauptstrasse 5"], "unknown_column": ["+4930901820"]])
                .isEmpty
        )
    }

    @Test("builds keys from a bounded number of values")
    func manyValues() {
        let days = (10...28).flatMap { day in (10...12).map { "1990-\($0)-\(day)" } }
        let codes = (0..<100).map { "\(10_000 + $0)" }
        let derived = KeyRecipe.current.keys(of: Record(id: "1", columns: ["birth_date": days, "postcode": codes]))
        #expect(derived.count <= Record.maximumValues * Record.maximumValues)
        #expect(!derived.isEmpty)
    }

    @Test("reads house, street and city as they are written")
    func addresses() {
        func household(_ columns: [String: [String]]) -> [String] {
            KeyRecipe.newest(.household).keys(of: Record(id: "1", columns: columns))
                .map { "\($0.kind.rawValue) \($0.value)" }
        }
        let place = ["house-street-postcode 12|hbstrs|10115", "house-street-city 12|hbstrs|brln"]
        let without = ["street-city hbstrs|brln", "street-postcode hbstrs|10115"]
        for address in ["Hauptstraße 12", "12, HAUPTSTRASSE", "Hauptstrasse 12/3"] {
            let derived = household(["address": [address], "postcode": ["10115"], "city": ["Berlin"]])
            #expect(derived == place + without, "\(address)")
        }
        #expect(household(["city": ["Sankt Gallen"], "address": ["Ring"]]) == ["street-city rnk|snktkln"])
        // House and street of one address, never of two.
        let two = household(["address": ["Ring 1", "Markt 2"], "postcode": ["1"]])
        #expect(
            two.filter { $0.hasPrefix("house") } == ["house-street-postcode 1|rnk|1", "house-street-postcode 2|mrkt|1"]
        )
    }

    @Test("counts initials that stand for a name, also where a full stop parts them")
    func initials() {
        func initials(_ name: String) -> [String] {
            keys(["full_name": [name], "birth_date": ["1992-05-15"], "nationality": ["SYR"]])
                .filter { $0.hasPrefix("initials") }
        }
        let expected = ["initials-dob-nat k|m|1992-05-15|SYR"]
        #expect(initials("M. Kazi") == expected)
        #expect(initials("J.M. Kazi").contains(expected[0]))
        #expect(initials("Kazi Mourad").contains(expected[0]))
        #expect(initials("Kazi").isEmpty)
        // A hostile name of many letters gives a bounded number.
        let alphabet = (0..<26).map { String(UnicodeScalar(UInt8(97 + $0))) }.joined(separator: " ")
        #expect(initials(alphabet).count <= 66)
    }

    @Test("describes itself in the same bytes each time, others for other profiles and versions")
    func description() {
        let described = KeyRecipe.all.map { String(decoding: $0.canonicalDescription, as: UTF8.self) }
        #expect(Set(described).count == KeyRecipe.all.count)
        #expect(described.allSatisfy { $0.hasPrefix("comity key recipe\nversion ") })
        #expect(described[0].contains("\nkind skeleton-year weak person,household name first-of-year\n"))
        #expect(described[0].hasSuffix("\nprofile person\n"))
        #expect(KeyRecipe.all.map(\.name) == ["2 (person)", "2 (household)", "2 (object)", "1"])
    }

    @Test("recipe 1 still makes the keys of indexes that were built by it")
    func first() throws {
        let first = try #require(KeyRecipe.all.last)
        let record = Record(
            id: "1",
            columns: [
                "given_name": ["Xhevdet"], "family_name": ["Padey"], "birth_date": ["15.05.1992"],
                "nationality": ["Syria"], "postcode": ["10115"],
            ]
        )
        #expect(
            first.keys(of: record).map { "\($0.kind.rawValue) \($0.value)" } == [
                "skeleton-dob bt|1992-05-15", "skeleton-dob kft|1992-05-15", "initials-dob-nat b|k|1992-05-15|SYR",
                "skeletons-month bt|kft|1992-05", "dob-postcode 1992-05-15|10115", "skeletons-postcode bt|kft|10115",
            ]
        )
    }

    @Test("survives records of random text, and gives sorted keys, none twice")
    func randomRecords() throws {
        var generator = SplitMix64.announced("random records")
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
