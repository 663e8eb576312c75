// Wiping and comparing bytes. Knows no meaning of them.
import CSodium

/// Operations on plain memory that a compiler must not optimise away.
public enum Memory {
    /// Overwrites every byte with zero.
    public static func wipe(_ bytes: inout [UInt8]) {
        bytes.withUnsafeMutableBytes { wipe($0) }
    }

    /// Overwrites every byte with zero.
    public static func wipe(_ bytes: UnsafeMutableRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        sodium_memzero(base, bytes.count)
    }

    /// Whether both are equal, in time that depends on the lengths alone.
    public static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && sodium_memcmp(left, right, left.count) == 0
    }
}
