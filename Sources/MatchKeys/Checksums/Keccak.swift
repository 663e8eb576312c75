/// Keccak-256 as Ethereum uses it (the submission of 2011, padding 0x01; not FIPS 202's SHA3-256). Knows bytes only.

enum Keccak {
    private static let rounds: [UInt64] = [
        0x0000_0000_0000_0001, 0x0000_0000_0000_8082, 0x8000_0000_0000_808A, 0x8000_0000_8000_8000,
        0x0000_0000_0000_808B, 0x0000_0000_8000_0001, 0x8000_0000_8000_8081, 0x8000_0000_0000_8009,
        0x0000_0000_0000_008A, 0x0000_0000_0000_0088, 0x0000_0000_8000_8009, 0x0000_0000_8000_000A,
        0x0000_0000_8000_808B, 0x8000_0000_0000_008B, 0x8000_0000_0000_8089, 0x8000_0000_0000_8003,
        0x8000_0000_0000_8002, 0x8000_0000_0000_0080, 0x0000_0000_0000_800A, 0x8000_0000_8000_000A,
        0x8000_0000_8000_8081, 0x8000_0000_0000_8080, 0x0000_0000_8000_0001, 0x8000_0000_8000_8008,
    ]
    private static let rotations: [UInt64] = [
        1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44,
    ]
    private static let lanes = [10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1]

    /// 32 bytes.
    static func hash256(_ message: [UInt8]) -> [UInt8] {
        let rate = 136
        var padded = message + [0x01]
        while padded.count % rate != 0 { padded.append(0) }
        padded[padded.count - 1] |= 0x80
        var state = [UInt64](repeating: 0, count: 25)
        for block in stride(from: 0, to: padded.count, by: rate) {
            for index in 0..<(rate / 8) {
                var word: UInt64 = 0
                for byte in (0..<8).reversed() { word = word << 8 | UInt64(padded[block + index * 8 + byte]) }
                state[index] ^= word
            }
            permute(&state)
        }
        return (0..<32).map { index in
            let shift = UInt64(8 * (index % 8))
            return UInt8(truncatingIfNeeded: state[index / 8] >> shift)
        }
    }

    private static func permute(_ state: inout [UInt64]) {
        for constant in rounds {
            var columns = Array(state[0..<5])
            for index in 5..<25 { columns[index % 5] ^= state[index] }
            for x in 0..<5 {
                let mix = columns[(x + 4) % 5] ^ rotate(columns[(x + 1) % 5], 1)
                for y in stride(from: 0, to: 25, by: 5) { state[x + y] ^= mix }
            }
            var carried = state[1]
            for (lane, rotation) in zip(lanes, rotations) {
                let next = state[lane]
                state[lane] = rotate(carried, rotation)
                carried = next
            }
            for y in stride(from: 0, to: 25, by: 5) {
                let row = Array(state[y..<(y + 5)])
                for x in 0..<5 { state[y + x] ^= ~row[(x + 1) % 5] & row[(x + 2) % 5] }
            }
            state[0] ^= constant
        }
    }

    private static func rotate(_ word: UInt64, _ by: UInt64) -> UInt64 { word << by | word >> (64 - by) }
}
