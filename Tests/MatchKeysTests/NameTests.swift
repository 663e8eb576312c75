/// Names: spellings of one person's name meet, order is forgotten.

import MatchKeys
import Testing

@Suite("Names")
struct NameTests {
    private func skeletons(_ name: String) -> Set<String> {
        let record = Record(id: "1", columns: ["full_name": [name], "birth_date": ["1992-05-15"]])
        let keys = KeyRecipe.current.keys(of: record).filter { $0.kind == .skeletonDob }
        return Set(keys.map { String($0.value.prefix { $0 != "|" }) })
    }

    @Test("the recipe's example: three writings, the same two skeletons")
    func example() {
        #expect(skeletons("Youssef Chahine") == skeletons("YUSUF SAHIN"))
        #expect(skeletons("Youssef Chahine") == skeletons("يوسف شاهين"))
        #expect(skeletons("Youssef Chahine").count == 2)
    }

    @Test("a servant of God is one token, however the article is written")
    func servants() {
        for name in ["Abd al-Rahman", "Abdurrahman", "Abdel Rahman", "ABD-AR-RAHMAN", "Abdul-Rahman"] {
            #expect(IdentifierKind.name.canonicalise(name) == .canonical("abdrahman"), "\(name)")
        }
        #expect(skeletons("عبد الرحمن") == skeletons("Abdul Rahman"))
        #expect(skeletons("عبدالرحمن") == skeletons("Abdul Rahman"))
    }

    @Test("particles, single letters, marks and order are forgotten")
    func folding() {
        let form = IdentifierKind.name.canonicalise("van den BERG, Jürgen Ø.")
        #expect(form == .canonical("berg jurgen"))
        #expect(IdentifierKind.name.canonicalise("Weiß Đorđe İlkay Əli") == .canonical("ali dorde ilkay weiss"))
        #expect(IdentifierKind.name.canonicalise("O'Brien D’Arcy") == .canonical("darcy obrien"))
        #expect(IdentifierKind.name.canonicalise("– x –") == .invalid(reason: "no token left"))
    }

    @Test("Cyrillic, Greek, Georgian and Han meet their Latin writing")
    func scripts() {
        #expect(skeletons("Виктор Овчинников") == skeletons("Viktor Ovchinnikov"))
        #expect(skeletons("Χρήστος Παππάς") == skeletons("Christos Pappas"))
        #expect(skeletons("რევაზ ალანია") == skeletons("Revaz Alania"))
        #expect(skeletons("张伟明") == skeletons("Zhang Weiming"))
        #expect(IdentifierKind.name.canonicalise("单雄信") == .canonical("shan xiongxin"))
        #expect(IdentifierKind.name.canonicalise("欧阳修") == .canonical("ouyang xiu"))
        #expect(IdentifierKind.name.canonicalise("李 小龙") == .canonical("li xiaolong"))
    }

    @Test("Hebrew, Thai, Armenian, Hindi, Amharic, Japanese and Korean meet their Latin writing")
    func ownTables() {
        #expect(skeletons("דוד לוי") == skeletons("David Levi"))
        #expect(skeletons("ג'ון קורבין") == skeletons("John Korbin"))
        #expect(skeletons("ז׳בוטינסקי") == skeletons("Zhabotinsky"))
        #expect(skeletons("เกรียงศักดิ์ จันทร์โอชา") == skeletons("Kriangsak Chanocha"))
        #expect(skeletons("Խաչատուր Ոսկանյան") == skeletons("Khachatur Voskanyan"))
        #expect(skeletons("राजकुमार सिंह") == skeletons("Rajkumar Singh"))
        #expect(skeletons("ጌታቸው ቴዎድሮስ") == skeletons("Getachew Tewodros"))
        #expect(skeletons("ﾊｯﾄﾘ ｼﾞｭﾝ") == skeletons("Hattori Jun"))
        #expect(skeletons("김철수") == skeletons("Kim Cheolsu"))
        #expect(skeletons("Μιχάλης Γκίκας") == skeletons("Mikhalis Gikas"))
    }

    @Test("a letter of another script with the same shape changes nothing; a word of two scripts stays one")
    func mixedScripts() {
        for (mixed, plain) in [("Реtrov", "Petrov"), ("Ivаnоv", "Ivanov"), ("Ивaнов", "Иванов"), ("Αnna", "Anna")] {
            #expect(mixed != plain)
            #expect(IdentifierKind.name.canonicalise(mixed) == IdentifierKind.name.canonicalise(plain), "\(mixed)")
        }
        #expect(IdentifierKind.name.canonicalise("Smithსონ") == .canonical("smithson"))
        #expect(IdentifierKind.name.canonicalise("ab中文גדל") != .invalid(reason: "no token left"))
    }

    @Test("no script moves: every frozen row gives the same tokens, and meets its Latin writing as often as measured")
    func transliteration() throws {
        // Of 80 rows from Wikidata (four of Ethiopic), how many share a skeleton with the Latin spelling beside them.
        let measured = [
            "Cyrillic": 52, "Greek": 54, "Arabic": 61, "Hebrew": 62, "Han": 5, "Hangul": 14, "Kana": 44,
            "Devanagari": 68, "Armenian": 60, "Georgian": 71, "Ethiopic": 4, "Thai": 52,
        ]
        var met: [String: Int] = [:]
        let rows = try Vectors.rows("transliteration.csv")
        #expect(rows.count == 1005)
        for row in rows {
            let tokens = IdentifierKind.name.canonicalise(row[1]).value ?? ""
            #expect(tokens == row[3], "\(row[0]) \(row[1])")
            if row[4] == "wikidata", !skeletons(row[1]).isDisjoint(with: skeletons(row[2])) {
                met[row[0], default: 0] += 1
            }
        }
        for (script, count) in measured { #expect(met[script] ?? 0 >= count, "\(script) \(met[script] ?? 0)") }
    }

    @Test("equal skeleton sets tell the carried pairs apart at least as well as measured")
    func pairs() throws {
        var (hit, wrong, missed) = (0, 0, 0)
        let rows = try Vectors.rows("names.csv")
        #expect(rows.count == 488)
        for row in rows {
            let isEqual = skeletons(row[0]) == skeletons(row[1])
            switch (isEqual, row[2] == "1") {
            case (true, true): hit += 1
            case (true, false): wrong += 1
            case (false, true): missed += 1
            case (false, false): break
            }
        }
        let f1 = 2 * Double(hit) / Double(2 * hit + wrong + missed)
        #expect(f1 >= 0.799, "F1 \(f1)")
    }
}
