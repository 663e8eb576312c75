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
        // Hundreds of kilobytes of points at a time: bytes that lie beside each other are not fetched one by one.
        bytes.withContiguousStorageIfAvailable(text(of:)) ?? Array(bytes).withUnsafeBufferPointer(text(of:))
    }

    private static func text(of bytes: UnsafeBufferPointer<UInt8>) -> String {
        let count = (bytes.count * 4 + 2) / 3
        return String(unsafeUninitializedCapacity: count) { output in
            alphabet.withUnsafeBufferPointer { alphabet in
                var buffer: UInt32 = 0
                var bits = 0
                var written = 0
                for byte in bytes {
                    buffer = buffer << 8 | UInt32(byte)
                    bits += 8
                    while bits >= 6 {
                        bits -= 6
                        output[written] = alphabet[Int(buffer >> UInt32(bits)) & 63]
                        written += 1
                    }
                }
                if bits > 0 { output[written] = alphabet[Int(buffer << UInt32(6 - bits)) & 63] }
            }
            return count
        }
    }

    /// The bytes of `text`; nil when a character is foreign, padding is written, or unused bits are not zero.
    public static func decode(_ text: String) -> [UInt8]? {
        var text = text
        return text.withUTF8 { input in
            guard input.count % 4 != 1 else { return nil }
            let count = input.count * 3 / 4
            var buffer: UInt32 = 0
            var bits = 0
            var sound = true
            let bytes = [UInt8](unsafeUninitializedCapacity: count) { output, written in
                values.withUnsafeBufferPointer { values in
                    for byte in input {
                        let value = values[Int(byte)]
                        if value == 0xFF {
                            sound = false
                            break
                        }
                        buffer = buffer << 6 | UInt32(value)
                        bits += 6
                        if bits >= 8 {
                            bits -= 8
                            output[written] = UInt8(truncatingIfNeeded: buffer >> UInt32(bits))
                            written += 1
                        }
                    }
                }
            }
            guard sound, buffer & (1 << UInt32(bits) - 1) == 0 else { return nil }
            return bytes
        }
    }
}
