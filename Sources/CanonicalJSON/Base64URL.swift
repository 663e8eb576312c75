// Knows RFC 4648 section 5 without padding. Never learns what the bytes are.

/// Base64url without padding (RFC 4648 section 5), read strictly: one text for each byte string.
public enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 0xFF, count: 256)
        for (value, byte) in alphabet.enumerated() { table[Int(byte)] = UInt8(value) }
        return table
    }()

    /// The text of `bytes`.
    public static func encode(_ bytes: some Collection<UInt8>) -> String {
        bytes.withContiguousStorageIfAvailable { encode($0) } ?? Array(bytes).withUnsafeBufferPointer { encode($0) }
    }

    private static func encode(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        let whole = bytes.count / 3
        return String(unsafeUninitializedCapacity: (bytes.count * 4 + 2) / 3) { output in
            alphabet.withUnsafeBufferPointer { alphabet in
                var at = 0
                func write(_ buffer: UInt32, _ characters: Int) {
                    for position in 0..<characters {
                        output.initializeElement(at: at, to: alphabet[Int(buffer >> UInt32(18 - 6 * position)) & 63])
                        at += 1
                    }
                }
                for group in 0..<whole {
                    let (a, b, c) = (bytes[3 * group], bytes[3 * group + 1], bytes[3 * group + 2])
                    write(UInt32(a) << 16 | UInt32(b) << 8 | UInt32(c), 4)
                }
                let rest = bytes.count - 3 * whole
                if rest > 0 {
                    let second = rest > 1 ? UInt32(bytes[3 * whole + 1]) << 8 : 0
                    write(UInt32(bytes[3 * whole]) << 16 | second, rest + 1)
                }
                return at
            }
        }
    }

    /// The bytes of `text`; nil when a character is foreign, padding is written, or unused bits are not zero.
    public static func decode(_ text: String) -> [UInt8]? {
        var text = text
        return text.withUTF8 { input in
            guard input.count % 4 != 1 else { return nil }
            let whole = input.count / 4
            var sound = true
            let bytes = [UInt8](unsafeUninitializedCapacity: input.count * 3 / 4) { output, written in
                values.withUnsafeBufferPointer { values in
                    // Foreign characters have a value of which a high bit is set, and are looked for at the end.
                    var seen: UInt8 = 0
                    func value(_ position: Int) -> UInt32 {
                        let value = values[Int(input[position])]
                        seen |= value
                        return UInt32(value)
                    }
                    func write(_ buffer: UInt32, _ count: Int) {
                        for position in 0..<count {
                            let byte = UInt8(truncatingIfNeeded: buffer >> UInt32(16 - 8 * position))
                            output.initializeElement(at: written, to: byte)
                            written += 1
                        }
                    }
                    for group in 0..<whole {
                        let at = 4 * group
                        write(value(at) << 18 | value(at + 1) << 12 | value(at + 2) << 6 | value(at + 3), 3)
                    }
                    let rest = input.count - 4 * whole
                    if rest > 0 {
                        let third = rest > 2 ? value(4 * whole + 2) << 6 : 0
                        let buffer = value(4 * whole) << 18 | value(4 * whole + 1) << 12 | third
                        write(buffer, rest - 1)
                        if buffer & (rest > 2 ? 0xFF : 0xFFFF) != 0 { sound = false }
                    }
                    if seen & 0xC0 != 0 { sound = false }
                }
            }
            return sound ? bytes : nil
        }
    }
}
