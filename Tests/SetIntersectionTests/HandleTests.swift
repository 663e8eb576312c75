// Handles do not come twice: not in an epoch, not in the next one.
import Foundation
import Sodium
import Testing

@testable import SetIntersection

@Suite("Handles")
struct HandleTests {
    /// The whole number takes minutes in a debug build.
    private static let records =
        ProcessInfo.processInfo.environment["COMITY_LONG_TESTS"] == "1" ? 1 << 20 : 1 << 12

    @Test("two epochs of an index show no handle twice")
    func twoEpochs() throws {
        let key = try SecretBytes(random: 32)
        var seen: Set<Handle> = []
        seen.reserveCapacity(2 * Self.records)
        var taken: UInt64 = 0
        for _ in 1...2 {
            // Opened anew with what is stored, as after a restart.
            var handles = try HandleSequence(key: key, next: taken)
            for _ in 0..<Self.records { seen.insert(try handles.take()) }
            taken = handles.next
        }
        #expect(seen.count == 2 * Self.records && taken == UInt64(2 * Self.records))
    }

    @Test("the permutation takes no two numbers to one, seen whole in small")
    func permutation() throws {
        let permutation = SmallPermutation(key: try SecretBytes(random: 32), halfBits: 6)
        let images = try Set((0..<4_096).map { try permutation.image(of: $0) })
        #expect(images == Set(0..<4_096))
        for number: UInt64 in 0..<4_096 {
            #expect(try permutation.origin(of: permutation.image(of: number)) == number)
        }
    }

    @Test("handles in a row do not show that they are, and another key gives others")
    func noOrder() throws {
        var (first, second) = (
            try HandleSequence(key: SecretBytes(random: 32), next: 0),
            try HandleSequence(key: SecretBytes(random: 32), next: 0)
        )
        let mine = try (0..<256).map { _ in try first.take() }
        let others = try (0..<256).map { _ in try second.take() }
        #expect(Set(mine).isDisjoint(with: others))
        // Of 256 random 40-bit numbers nearly none shares its upper half with its neighbour: one pair in a million.
        let near = zip(mine, mine.dropFirst()).filter { $0.bits >> 20 == $1.bits >> 20 }
        #expect(near.count < 3 && mine != mine.sorted())
    }

    @Test("a sequence ends before it repeats, and takes a key of 32 bytes only")
    func ends() throws {
        let key = try SecretBytes(random: 32)
        var handles = try HandleSequence(key: key, next: (1 << 40) - 1)
        _ = try handles.take()
        #expect(throws: IntersectionError.exhausted) { try handles.take() }
        #expect(throws: IntersectionError.self) { try HandleSequence(key: SecretBytes(random: 31), next: 0) }
    }
}
