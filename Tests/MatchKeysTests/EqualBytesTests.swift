/// What the page promises of keys: spellings that it calls equal give equal bytes, and kinds never mix.

import MatchKeys
import TestSupport
import Testing

@Suite("Equal bytes")
struct EqualBytesTests {
    private func keys(_ columns: [String: [String]]) -> [MatchKey] {
        let base = ["birth_date": ["1992-05-15"], "nationality": ["SYR"], "postcode": ["10115"], "city": ["Berlin"]]
        let record = Record(id: "1", columns: base.merging(columns) { $1 })
        return MatchProfile.allCases.flatMap { KeyRecipe.newest($0).keys(of: record) }
    }

    @Test(
        "of names that are spelled otherwise",
        arguments: [
            ["Youssef Chahine", "YUSUF SAHIN", "Chahine, Youssef", "youssef  CHAHINE", "يوسف شاهين"],
            ["Viktor Ovchinnikov", "Виктор Овчинников", "OVCHINNIKOV Viktor", "Wiktor Owtschinnikow"],
            ["Abd al-Rahman Kadir", "Abdurrahman Qadir", "Kadir Abdel Rahman", "ABD-AR-RAHMAN KADIR"],
            ["Jürgen Weiß", "Jurgen Weiss", "WEISS, JÜRGEN"],
            ["Xhevdet Hajji", "Dževdet Haji", "Xhevdet Haxhi"],
            ["Sergej Petrow", "Sergei Petroff", "Сергей Петров"],
            ["Lennart van den Berg", "Berg, Lennart", "Lennart v. d. Berg", "LENNART DEN BERG"],
            ["Anne-Marie O'Neil", "Anne Marie ONeil", "O’Neil, Anne Marie"],
        ]
    )
    func names(_ spellings: [String]) {
        func sets(_ name: String) -> Set<String> {
            Set(keys(["full_name": [name]]).filter { $0.kind == .skeletonDob }.map(\.value))
        }
        for spelling in spellings { #expect(sets(spelling) == sets(spellings[0]), "\(spelling)") }
    }

    @Test(
        "of dates, nationalities, postcodes, cities and addresses that are written otherwise",
        arguments: [
            ("birth_date", ["1992-05-15", "15.05.1992", "15 May 1992", "19920515", "1992-15-05", "15/05/1992"]),
            ("nationality", ["SYR", "SY", "Syria", "سوريا", "syria "]),
            ("postcode", ["SW1A 1AA", "sw1a1aa", "SW1A-1AA"]),
            ("city", ["Sankt Gallen", "SANKT  GALLEN", "Sankt-Gallen"]),
            ("address", ["Hauptstraße 12", "12 hauptstrasse", "HAUPTSTRASSE 12, 3. Stock"]),
        ]
    )
    func cells(_ column: String, _ spellings: [String]) {
        func all(_ cell: String) -> [MatchKey] { keys(["full_name": ["Hamal Padey"], column: [cell]]) }
        #expect(all(spellings[0]).count > 10)
        for spelling in spellings { #expect(all(spelling) == all(spellings[0]), "\(spelling)") }
    }

    @Test("never of two kinds, whatever the record")
    func kinds() throws {
        var generator = SplitMix64.announced("bytes of kinds")
        let cells = try Vectors.rows("identifiers.csv").map { $0[1] } + Vectors.rows("names.csv").map { $0[0] }
        var kinds: [[UInt8]: KeyKind] = [:]
        for round in 0..<300 {
            var columns: [String: [String]] = [:]
            for column in Record.matchColumns {
                let cell = cells.randomElement(using: &generator) ?? ""
                // The same text in many columns is what would show two kinds that mix.
                columns[column] = [round % 3 == 0 ? "1992-05-15" : cell, cell]
            }
            for profile in MatchProfile.allCases {
                for key in KeyRecipe.newest(profile).keys(of: Record(id: "1", columns: columns)) {
                    #expect(kinds.updateValue(key.kind, forKey: key.prfInput) ?? key.kind == key.kind)
                }
            }
        }
        #expect(Set(kinds.values).count > 20)
    }

    @Test("of a record, whatever was derived before it")
    func frozen() throws {
        let rows = try Vectors.rows("keys.csv")
        #expect(rows.count > 500)
        for file in Set(rows.map { $0[1] }) {
            for profile in Set(rows.filter { $0[1] == file }.map { $0[0] }) {
                let expected = Dictionary(
                    grouping: rows.filter { $0[0] == profile && $0[1] == file },
                    by: { $0[2] }
                )
                let recipe = KeyRecipe.newest(try #require(MatchProfile(rawValue: profile)))
                let cells = try Vectors.rows("linkage-small/\(file).csv")
                let header = try Vectors.header("linkage-small/\(file).csv")
                for row in cells {
                    guard let wanted = expected[row[0]] else { continue }
                    let record = Record(id: row[0], cells: zip(header, row).dropFirst().map { (column: $0, cell: $1) })
                    let derived = recipe.keys(of: record).map { [$0.kind.rawValue, $0.value] }
                    #expect(derived == wanted.map { [$0[3], $0[4]] }, "\(profile) \(file) \(row[0])")
                }
            }
        }
    }
}
