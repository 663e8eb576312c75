/// Georgian letters by the national system of 2002, without apostrophes. Knows letters only.

enum GeorgianLetters {
    /// The Latin letters of one of Mkhedruli, or nil.
    static func latin(_ scalar: Unicode.Scalar) -> [UInt8]? {
        let place = Int(scalar.value) - 0x10D0
        return table.indices.contains(place) ? table[place] : nil
    }

    /// From U+10D0 in order.
    private static let table: [[UInt8]] =
        "a b g d e v z t i k l m n o p zh r s t u p k gh q sh ch ts dz ts ch kh j h".split(separator: " ").map {
            Array($0.utf8)
        }
}
