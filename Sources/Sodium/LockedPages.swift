// Pages for secrets, used again. Knows lengths, never what stood in them: what is given back is zero.
import CSodium
import Synchronization

/// Locked pages between guard pages, as `sodium_malloc` makes them.
///
/// Making and unmaking them takes about ten system calls, most of which halt the other processors for a moment; a
/// question needs a dozen small secrets. So the pages of secrets that went stay locked, wiped, for the next of the same
/// length: the guard page stands right behind the last byte for one length alone.
final class LockedPages: Sendable {
    static let shared = LockedPages(greatest: 64)
    /// The longest secret whose pages wait.
    static let longest = 4_096

    /// An address. `@unchecked`: whoever takes it out is its only owner.
    private struct Region: @unchecked Sendable {
        let address: UnsafeMutableRawPointer
    }

    private struct Waiting {
        var regions: [Int: [Region]] = [:]
        var count = 0
    }

    /// Most regions that wait, all lengths together; each has four pages, one of them locked.
    private let greatest: Int
    private let waiting = Mutex(Waiting())

    init(greatest: Int) { self.greatest = greatest }

    /// `count` bytes of zero, writable; nil when there is no memory.
    func take(_ count: Int) -> UnsafeMutableRawPointer? {
        let known = waiting.withLock { waiting in
            let region = waiting.regions[count]?.popLast()
            if region != nil { waiting.count -= 1 }
            return region
        }
        if let known { return known.address }
        guard let fresh = sodium_malloc(count) else { return nil }
        sodium_memzero(fresh, count)
        return fresh
    }

    /// Wipes a region and keeps it, or frees it.
    func give(back address: UnsafeMutableRawPointer, count: Int) {
        guard count <= Self.longest, sodium_mprotect_readwrite(address) == 0 else { return sodium_free(address) }
        sodium_memzero(address, count)
        let region = Region(address: address)
        // Lengths that nobody asks for any more make room.
        let old = waiting.withLock { waiting in
            let old = waiting.count < greatest ? [] : waiting.regions.values.flatMap { $0 }
            if !old.isEmpty { waiting = Waiting() }
            waiting.regions[count, default: []].append(region)
            waiting.count += 1
            return old
        }
        for region in old { sodium_free(region.address) }
    }

    /// How many regions of a length wait, and whether all of them are zero. For tests.
    func waiting(_ count: Int) -> (regions: Int, areZero: Bool) {
        waiting.withLock { waiting in
            let regions = waiting.regions[count] ?? []
            let areZero = regions.allSatisfy { region in
                UnsafeRawBufferPointer(start: region.address, count: count).allSatisfy { $0 == 0 }
            }
            return (regions.count, areZero)
        }
    }
}
