// Encodings, scalars and uniform strings at which implementations part.
import Sodium
import TestSupport

enum Edges {
    /// p = 2^255 - 19 plus a small number, 32 bytes little-endian.
    static func nearP(_ offset: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0xff, count: 32)
        bytes[31] = 0x7f
        let low = 0xffed + offset
        bytes[0] = UInt8(truncatingIfNeeded: low)
        bytes[1] = UInt8(truncatingIfNeeded: low >> 8)
        return bytes
    }

    /// p minus a number.
    static func negated(_ bytes: [UInt8]) -> [UInt8] {
        var borrow = 0
        return zip(nearP(0), bytes).map { p, byte in
            let difference = Int(p) - Int(byte) + borrow
            borrow = difference >> 8
            return UInt8(truncatingIfNeeded: difference)
        }
    }

    static func small(_ value: Int) -> [UInt8] {
        (0..<32).map { $0 < 8 ? UInt8(truncatingIfNeeded: value >> (8 * $0)) : 0 }
    }

    /// The identity, every power of two and its complement, numbers around 0, p and 2^255, torsion of the curve; valid
    /// encodings with a bit 255, made odd, or negated.
    static func elements(_ generator: inout SplitMix64) -> [[UInt8]] {
        var found = (0..<64).map(small) + (-24..<19).map(nearP)
        for bit in 0..<256 {
            var one = [UInt8](repeating: 0, count: 32)
            one[bit / 8] = 1 << (bit % 8)
            found += [one, one.map { ~$0 }]
        }
        // sqrt(-1), -sqrt(-1), -0 and -1.
        found += [
            "b0a00e4a271beec478e42fad0618432fa7d7fb3d99004d2b0bdfc14f8024832b",
            "3d5ff1b5d8e4113b871bd052f9e7bcd0582804c266ffb2d4f4203eb07fdb7c54",
            "0000000000000000000000000000000000000000000000000000000000000080",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        ].compactMap { Hex.decode($0) }
        for _ in 0..<40 {
            var element = [UInt8](repeating: 0, count: 32)
            Ristretto255.map(generator.bytes(64), into: &element)
            found.append(element)
            var wrong = element
            wrong[31] |= 0x80
            found.append(wrong)
            wrong = element
            wrong[0] |= 1
            found += [wrong, negated(element)]
            // Even and below p: refused or not by its square root alone.
            var random = generator.bytes(32)
            random[0] &= 0xfe
            random[31] &= 0x7f
            found.append(random)
        }
        return found
    }

    /// Zero, one, the order and its neighbours and multiples, the greatest that fits, digits at their limits.
    static func scalars(_ generator: inout SplitMix64) -> [[UInt8]] {
        let order = Hex.decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010") ?? []
        func times(_ factor: Int, plus: Int) -> [UInt8] {
            var carried = plus
            return order.map { byte in
                carried += Int(byte) * factor
                defer { carried >>= 8 }
                return UInt8(truncatingIfNeeded: carried)
            }
        }
        var found = [0, 1, 2, 3, 7, 8, 9, 15, 16, 0xffff].map(small)
        for factor in 1...7 { found += [-1, 0, 1].map { times(factor, plus: $0) } }
        for byte: UInt8 in [0x77, 0x78, 0x87, 0x88, 0xff] {
            for top: UInt8 in [0x07, 0x0f, 0x7f, 0xff] { found.append([UInt8](repeating: byte, count: 31) + [top]) }
        }
        for _ in 0..<8 {
            var scalar = [UInt8](repeating: 0, count: 32)
            Ristretto255.reduce(generator.bytes(64), into: &scalar)
            found.append(scalar)
        }
        return found
    }

    /// Halves that are equal, opposite, zero, around p, or map to torsion.
    static func uniform(_ generator: inout SplitMix64) -> [[UInt8]] {
        var halves = [small(0), small(1), [UInt8](repeating: 0xff, count: 32)] + (-3..<19).map(nearP)
        halves += [
            "b0a00e4a271beec478e42fad0618432fa7d7fb3d99004d2b0bdfc14f8024832b",
            "3d5ff1b5d8e4113b871bd052f9e7bcd0582804c266ffb2d4f4203eb07fdb7c54",
        ].compactMap { Hex.decode($0) }
        var found: [[UInt8]] = []
        for half in halves { found += [half + half, half + small(0), small(0) + half] }
        for _ in 0..<20 {
            var half = generator.bytes(32)
            half[31] &= 0x7f
            found += [half + half, half + negated(half), generator.bytes(64)]
        }
        return found
    }
}
