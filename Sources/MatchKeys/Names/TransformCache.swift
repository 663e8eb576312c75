/// Remembers what ICU made of words, because the same names come again and ICU is slow.
/// Knows words, not whose they are; holds at most `limit` short ones and forgets all when full.

import Foundation
import Synchronization

final class TransformCache: Sendable {
    static let shared = TransformCache()

    private static let limit = 8192
    /// In UTF-8 bytes; what is longer is no word of a name and is not kept.
    private static let longest = 96
    private let known = Mutex<[String: [UInt8]]>([:])

    /// `text` in letters a-z, syllables parted by blanks.
    func latin(_ text: String) -> [UInt8] {
        if let hit = known.withLock({ $0[text] }) { return hit }
        let romanised =
            (text.applyingTransform(.mandarinToLatin, reverse: false) ?? text)
            .applyingTransform(.toLatin, reverse: false) ?? ""
        var letters: [UInt8] = []
        for scalar in romanised.lowercased().decomposedStringWithCompatibilityMapping.unicodeScalars {
            if scalar.isASCII, ASCII.isLower(UInt8(scalar.value)) {
                letters.append(UInt8(scalar.value))
            } else if scalar == " " {
                letters.append(0x20)
            } else if let plain = LatinLetters.plain[scalar] {
                letters += plain
            }
        }
        guard text.utf8.count <= Self.longest else { return letters }
        known.withLock { known in
            if known.count >= Self.limit { known.removeAll() }
            known[text] = letters
        }
        return letters
    }
}
