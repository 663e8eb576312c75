/// Addresses of coins: bitcoin, litecoin, dogecoin, tron, ethereum (IDENTIFIERS, `wallet`).
/// Knows checksums and version bytes; never learns who holds the coins.

enum WalletForm {
    static func canonicalise(_ text: String) -> Canonical {
        var address = text
        var said: String?
        if let colon = text.firstIndex(of: ":") {
            guard let coin = schemes[text[..<colon].lowercased()] else { return .invalid(reason: "unknown format") }
            said = coin
            address = String(text[text.index(after: colon)...])
            while address.hasPrefix("/") { address.removeFirst() }
            if let query = address.firstIndex(of: "?") { address = String(address[..<query]) }
            if coin == "eth", let chain = address.firstIndex(of: "@") { address = String(address[..<chain]) }
            address = Preparation.trim(address)
        }
        let form = read(Array(address.utf8))
        guard case .canonical(let value) = form, let said, !value.hasPrefix(said + ":") else { return form }
        // Old litecoin scripts share bitcoin's `3…`; every other mismatch of scheme and address is a mistake.
        return said == "ltc" && value.hasPrefix("btc:3") ? form : .invalid(reason: "address of another coin")
    }

    private static let schemes = [
        "btc": "btc", "bitcoin": "btc", "ltc": "ltc", "litecoin": "ltc", "doge": "doge", "dogecoin": "doge",
        "trx": "trx", "tron": "trx", "eth": "eth", "ethereum": "eth",
    ]

    private static func read(_ address: [UInt8]) -> Canonical {
        guard (14...110).contains(address.count), address.allSatisfy({ ASCII.isDigit($0) || ASCII.isLetter($0) }) else {
            return .invalid(reason: "unknown format")
        }
        let text = String(decoding: address, as: UTF8.self)
        let lower = text.lowercased()
        if lower.hasPrefix("0x") { return readEthereum(text) }
        for (prefix, coin) in [("bc1", "btc"), ("ltc1", "ltc")] where lower.hasPrefix(prefix) {
            guard text == lower || text == text.uppercased() else { return .invalid(reason: "mixed-case bech32") }
            if let problem = SegWit.problem(lower, prefix: prefix) { return .invalid(reason: problem) }
            return .canonical(coin + ":" + lower)
        }
        for prefix in ["tb1", "bcrt1", "tltc1", "rltc1"] where lower.hasPrefix(prefix) {
            return .invalid(reason: "test network")
        }
        return readBase58(text)
    }

    private static func readBase58(_ text: String) -> Canonical {
        guard (25...35).contains(text.utf8.count), let bytes = Base58.decode(text), (24...26).contains(bytes.count)
        else {
            return .invalid(reason: (25...35).contains(text.utf8.count) ? "checksum" : "unknown format")
        }
        guard bytes.count == 25, Base58.isChecked(bytes) else { return .invalid(reason: "checksum") }
        switch bytes[0] {
        case 0x00, 0x05: return .canonical("btc:" + text)
        case 0x30, 0x32: return .canonical("ltc:" + text)
        case 0x1E, 0x16: return .canonical("doge:" + text)
        case 0x41: return .canonical("trx:" + text)
        case 0x6F, 0xC4, 0x3A, 0x71: return .invalid(reason: "test network")
        default: return .invalid(reason: "unknown format")
        }
    }

    /// 40 hex digits; if their case is mixed, it is the checksum of EIP-55.
    private static func readEthereum(_ text: String) -> Canonical {
        let digits = Array(text.utf8.dropFirst(2))
        let isHex = digits.allSatisfy { ASCII.isDigit($0) || (0x61...0x66).contains($0 | 0x20) }
        guard digits.count == 40, isHex else { return .invalid(reason: "unknown format") }
        let lower = digits.map { ASCII.isUpper($0) ? $0 | 0x20 : $0 }
        let isMixed = digits.contains(where: ASCII.isUpper) && digits.contains(where: ASCII.isLower)
        if isMixed {
            let hash = Keccak.hash256(lower)
            for (index, byte) in digits.enumerated() where ASCII.isLetter(byte) {
                let nibble = index % 2 == 0 ? hash[index / 2] >> 4 : hash[index / 2] & 0x0F
                guard ASCII.isUpper(byte) == (nibble >= 8) else { return .invalid(reason: "EIP-55 checksum") }
            }
        }
        return .canonical("eth:0x" + String(decoding: lower, as: UTF8.self))
    }
}
