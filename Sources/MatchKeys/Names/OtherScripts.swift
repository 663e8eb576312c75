/// Scripts without a table of their own, through ICU; Han as Mandarin reads it. Knows characters only.

enum OtherScripts {
    static func romanise(_ word: [Unicode.Scalar], isWhole: Bool) -> [[UInt8]] {
        let isHan = word.allSatisfy { $0.properties.isIdeographic }
        guard isHan, (2...4).contains(word.count) else { return syllables(of: word[...]) }
        guard isWhole else { return [syllables(of: word[...]).flatMap { $0 }] }
        // A family name of one character (of two where they are a known one, or where four are written), then one given name.
        let isLong = word.count == 4 || word.count == 3 && longFamilies.contains(Array(word.prefix(2)))
        let family = word.prefix(isLong ? 2 : 1)
        return [syllables(of: family, isFamily: true), word.dropFirst(family.count).flatMap { syllables(of: [$0]) }]
            .map { $0.flatMap { $0 } }.filter { !$0.isEmpty }
    }

    private static func syllables(of word: ArraySlice<Unicode.Scalar>, isFamily: Bool = false) -> [[UInt8]] {
        let latin = TransformCache.shared.latin(String(String.UnicodeScalarView(word)), isFamily: isFamily)
        return latin.split(separator: UInt8(0x20)).map(Array.init)
    }

    /// Family names of two characters (those of the Hundred Family Surnames that are borne today), both ways of writing.
    private static let longFamilies: Set<[Unicode.Scalar]> = Set(
        ("欧阳 歐陽 司马 司馬 诸葛 諸葛 上官 皇甫 慕容 令狐 东方 東方 端木 司徒 司空 尉迟 尉遲 长孙 長孫 夏侯 公孙 公孫 轩辕 軒轅 "
            + "宇文 独孤 獨孤 呼延 南宫 南宮 西门 西門 百里 东郭 東郭 万俟 申屠 闻人 聞人 濮阳 濮陽 淳于 单于 單于 太史 赫连 赫連 澹台 澹臺 "
            + "钟离 鍾離 鲜于 鮮于").split(separator: " ").map { Array($0.unicodeScalars) }
    )
}
