/// Segregated-witness addresses: bech32 (BIP 173) for version 0, bech32m (BIP 350) above. Knows bytes only.

enum SegWit {
    private static let values: [UInt8: UInt8] = Dictionary(
        uniqueKeysWithValues: zip("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8, 0...31)
    )
    private static let bech32: UInt32 = 1
    private static let bech32m: UInt32 = 0x2BC8_30A3

    /// Why `address` (lower case, beginning with `prefix`, which ends in `1`) is no address; nil if it is one.
    static func problem(_ address: String, prefix: String) -> String? {
        let data = address.utf8.dropFirst(prefix.utf8.count).map { values[$0] }
        let symbols = data.compactMap { $0 }
        guard symbols.count == data.count, symbols.count > 7, address.utf8.count <= 90 else { return "checksum" }
        let human = prefix.utf8.dropLast()
        let rest = polymod(human.map { $0 >> 5 } + [0] + human.map { $0 & 31 } + symbols)
        let version = symbols[0]
        switch (rest, version) {
        case (bech32, 0), (bech32m, 1...16): break
        case (bech32, 1...16): return "bech32 checksum for version 1"
        case (bech32m, 0): return "bech32m checksum for version 0"
        default: return "checksum"
        }
        guard let program = octets(symbols[1..<(symbols.count - 6)]) else { return "padding" }
        let lengths = version == 0 ? [20, 32] : Array(2...40)
        return lengths.contains(program) ? nil : "length"
    }

    private static func polymod(_ symbols: [UInt8]) -> UInt32 {
        let generator: [UInt32] = [0x3B6A_57B2, 0x2650_8E6D, 0x1EA1_19FA, 0x3D42_33DD, 0x2A14_62B3]
        var sum: UInt32 = 1
        for symbol in symbols {
            let top = sum >> 25
            sum = (sum & 0x1FF_FFFF) << 5 ^ UInt32(symbol)
            for bit in 0..<5 where (top >> UInt32(bit)) & 1 == 1 { sum ^= generator[bit] }
        }
        return sum
    }

    /// How many whole octets the five-bit symbols hold; nil if the padding is long or not zero.
    private static func octets(_ symbols: ArraySlice<UInt8>) -> Int? {
        let bits = symbols.count * 5
        let padding = bits % 8
        guard padding < 5, let last = symbols.last, last & (1 << padding - 1) == 0 else { return nil }
        return bits / 8
    }
}
