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

    /// Han as family names are read (曾 is Zeng, elsewhere Ceng).
    private static let familyNames = StringTransform(rawValue: "Han-Latin/Names")

    /// `text` in letters a-z, syllables parted by blanks.
    func latin(_ text: String, isFamily: Bool = false) -> [UInt8] {
        let entry = isFamily ? "=" + text : text
        if let hit = known.withLock({ $0[entry] }) { return hit }
        let transform = isFamily ? Self.familyNames : .mandarinToLatin
        let romanised =
            (text.applyingTransform(transform, reverse: false) ?? text)
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
            known[entry] = letters
        }
        return letters
    }
}
