// Where in a sorted segment a tag stands. Tags are the output of a hash, so that their place can be guessed.
import Sodium

extension IndexSegment {
    /// The entry with a tag. The place is guessed from the tag, twice at most as in a dictionary; a segment whose tags
    /// are not spread as a hash spreads them costs a binary search and no more.
    func entry(tag: UInt64) -> Entry? {
        withUnsafeBytes { bytes in
            var found = SegmentCursor(bytes, count: count)
            return found.entry(tag: tag)
        }
    }
}

/// A walk through one segment's entries from its first to its last: each look-up begins where the one before ended, so
/// that sorted tags read each page once.
struct SegmentCursor {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let count: Int
    /// All entries before it have smaller tags than any still to be asked for.
    private var low = 0
    private var lowTag: UInt64 = 0

    /// - Parameter bytes: valid as long as the cursor.
    init(_ bytes: UnsafeBufferPointer<UInt8>, count: Int) {
        self.bytes = bytes
        self.count = count
    }

    /// The entry with `tag`, which is not smaller than the one asked for before.
    mutating func entry(tag: UInt64) -> Entry? {
        var high = count
        var highTag = UInt64.max
        var guesses = Self.guesses
        while low < high {
            let middle: Int
            if guesses > 0, high - low > Self.few {
                guesses -= 1
                middle = guess(tag, below: high, highTag)
            } else {
                middle = low + (high - low) / 2
            }
            let found = Entry.tag(reading: bytes, at: middle)
            if found == tag {
                (low, lowTag) = (middle, tag)
                return Entry(reading: bytes, at: middle)
            }
            if found < tag {
                (low, lowTag) = (middle + 1, found)
            } else {
                (high, highTag) = (middle, found)
            }
        }
        return nil
    }

    /// Guesses before halving: after each the range is about the square root of what it was.
    private static let guesses = 6
    /// Entries that fit on a page or two: halving is as quick.
    private static let few = 64

    /// Where between `low` and `high` a hash's output would stand.
    private func guess(_ tag: UInt64, below high: Int, _ highTag: UInt64) -> Int {
        let (width, offset) = (highTag &- lowTag, tag &- lowTag)
        guard width > 0, tag >= lowTag, tag < highTag else { return low + (high - low) / 2 }
        let (upper, lower) = UInt64(high - low).multipliedFullWidth(by: offset)
        let (place, _) = width.dividingFullWidth((upper, lower))
        return min(low + Int(place), high - 1)
    }
}
