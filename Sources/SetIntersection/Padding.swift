// How many keys the holder is shown. Knows counts alone.

/// Padding of a class (PROTOCOL section 1): the holder learns one of few sizes.
public enum Padding {
    /// What a padding key begins with: kind `pad` ‖ 00, 32 bytes follow.
    public static let prefix: [UInt8] = Array("pad".utf8) + [0]

    /// 8, 16, 64, 256, 1,024, then multiples of 1,024; nothing for nothing: a class that is not asked is not named.
    public static func paddedCount(_ count: Int) -> Int {
        guard count > 0 else { return 0 }
        return [8, 16, 64, 256, 1_024].first { $0 >= count } ?? (count + 1_023) / 1_024 * 1_024
    }
}
