// Every back end that this processor can run against libsodium: the same bytes, the same refusals at the same places.
import Foundation
import Sodium
import TestSupport
import Testing

@testable import ObliviousPRF

@Suite("Back ends against libsodium")
struct DifferentialTests {
    static let isLong = ProcessInfo.processInfo.environment["COMITY_LONG_TESTS"] == "1"
    static let backends = GroupBackendChoice.runnable.filter { $0.name != "libsodium" }
    let reference = LibsodiumBackend()

    /// What an operation gave: its bytes, which count only if nothing was refused.
    private func outcome(_ count: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Int?) -> (refused: Int?, bytes: [UInt8])
    {
        var bytes = [UInt8](repeating: 0xa5, count: max(count, 1))
        let refused = body(&bytes)
        return (refused, refused == nil ? bytes : [])
    }

    private func multiply(
        _ backend: any GroupBackend,
        _ operands: (UnsafePointer<UInt8>) -> GroupOperands,
        _ bytes: [UInt8],
        by scalars: [UInt8],
        shared: Bool,
        count: Int,
        points: UnsafeMutablePointer<UInt8>? = nil
    ) -> (refused: Int?, bytes: [UInt8]) {
        outcome(32 * count) { products in
            bytes.withUnsafeBufferPointer { bytes in
                scalars.withUnsafeBufferPointer { scalars in
                    // An empty array has no address, and an empty batch is not read.
                    let (from, by) = (bytes.baseAddress ?? UnsafePointer(products), scalars.baseAddress)
                    guard let by else { return nil }
                    return backend.multiply(
                        operands(from),
                        by: shared ? .one(by) : .each(by),
                        count: count,
                        into: products,
                        points: points
                    )
                }
            }
        }
    }

    /// Compares one batch through every operation; gives the number of items compared.
    private func compare(
        _ backend: any GroupBackend,
        elements: [UInt8],
        uniform: [UInt8],
        scalars: [UInt8],
        _ note: String
    ) -> Int {
        let count = elements.count / 32
        var compared = 0
        func same(_ what: String, _ ours: (refused: Int?, bytes: [UInt8]), _ theirs: (refused: Int?, bytes: [UInt8])) {
            compared += max(count, 1)
            #expect(ours == theirs, "\(backend.name): \(what), \(count) items, \(note)")
        }
        same(
            "check",
            outcome(0) { _ in backend.decode(elements, count: count, into: nil) },
            outcome(0) { _ in reference.decode(elements, count: count, into: nil) }
        )
        let shared = Array(scalars.prefix(32))
        for (what, scalars, isShared) in [("shared", shared, true), ("each", scalars, false)] {
            same(
                "multiply \(what)",
                multiply(backend, { .elements($0) }, elements, by: scalars, shared: isShared, count: count),
                multiply(reference, { .elements($0) }, elements, by: scalars, shared: isShared, count: count)
            )
            same(
                "map and multiply \(what)",
                multiply(backend, { .uniform($0) }, uniform, by: scalars, shared: isShared, count: count),
                multiply(reference, { .uniform($0) }, uniform, by: scalars, shared: isShared, count: count)
            )
        }
        // Bit 255 of a scalar is ignored in a product; what is inverted was checked before.
        let numbers = scalars.enumerated().map { $0 % 32 == 31 ? $1 & 0x7f : $1 }
        same(
            "inverses",
            outcome(32 * count) { backend.invert(numbers, count: count, into: $0) ? nil : 0 },
            outcome(32 * count) { reference.invert(numbers, count: count, into: $0) ? nil : 0 }
        )
        let mapped = outcome(32 * count) {
            backend.map(uniform, count: count, into: $0)
            return nil
        }
        same(
            "map",
            mapped,
            outcome(32 * count) {
                reference.map(uniform, count: count, into: $0)
                return nil
            }
        )
        // Products as points: another representative of the same element, so their sum is compared.
        let unit = Array(repeating: Edges.small(1), count: count).flatMap(\.self)
        func summed(_ backend: any GroupBackend) -> (refused: Int?, bytes: [UInt8]) {
            var refused: Int?
            let points = outcome(backend.pointLength * count) { points in
                refused =
                    multiply(
                        backend,
                        { .uniform($0) },
                        uniform,
                        by: scalars,
                        shared: false,
                        count: count,
                        points: points
                    ).refused
                return refused
            }
            guard refused == nil else { return (refused, []) }
            return outcome(32) { backend.weightedSum(points.bytes, weights: unit, count: count, into: $0) }
        }
        same("products as points", summed(backend), summed(reference))
        // Decoded points: refusals are those of the check.
        let points = outcome(backend.pointLength * count) { backend.decode(elements, count: count, into: $0) }
        guard points.refused == nil else { return compared }
        same(
            "multiply points",
            multiply(backend, { .points($0) }, points.bytes, by: scalars, shared: false, count: count),
            multiply(reference, { .points($0) }, elements, by: scalars, shared: false, count: count)
        )
        same(
            "weighted sum",
            outcome(32) { backend.weightedSum(points.bytes, weights: scalars, count: count, into: $0) },
            outcome(32) { reference.weightedSum(elements, weights: scalars, count: count, into: $0) }
        )
        return compared
    }

    private func scalars(_ count: Int, _ generator: inout SplitMix64) -> [UInt8] {
        var all: [UInt8] = []
        for _ in 0..<max(count, 1) {
            var scalar = [UInt8](repeating: 0, count: 32)
            Ristretto255.reduce(generator.bytes(64), into: &scalar)
            all += scalar
        }
        return all
    }

    private func valid(_ count: Int, _ generator: inout SplitMix64) -> [UInt8] {
        outcome(32 * count) {
            reference.map(generator.bytes(64 * max(count, 1)), count: count, into: $0)
            return nil
        }.bytes.prefix(32 * count).map(\.self)
    }

    @Test("edge encodings, uniform strings and scalars, each in its own call", arguments: backends)
    func edges(_ backend: any GroupBackend) {
        var generator = SplitMix64.announced("edges, \(backend.name)", fallback: 0x5EED)
        let elements = Edges.elements(&generator)
        let uniform = Edges.uniform(&generator)
        let scalars = Edges.scalars(&generator)
        let ordinary = scalars[scalars.count - 1]
        // An encoding is refused or not whatever its neighbours are: good ones around it, the edge in every lane by turns.
        let good = valid(1, &generator)
        var refused = 0
        for (index, element) in elements.enumerated() {
            let place = index % backend.lanes
            var batch = [UInt8]()
            for lane in 0..<backend.lanes { batch += lane == place ? element : good }
            let ours = multiply(backend, { .elements($0) }, batch, by: ordinary, shared: true, count: backend.lanes)
            let theirs = multiply(reference, { .elements($0) }, batch, by: ordinary, shared: true, count: backend.lanes)
            #expect(ours == theirs, "\(backend.name): \(Hex.encode(element))")
            let check = backend.decode(batch, count: backend.lanes, into: nil)
            #expect(check == theirs.refused, "\(backend.name): check of \(Hex.encode(element))")
            refused += theirs.refused == nil ? 0 : 1
        }
        #expect(refused > 500 && refused < elements.count - 40)
        for scalar in scalars {
            for (name, operands, bytes) in [
                ("elements", { GroupOperands.elements($0) }, good),
                ("uniform", { GroupOperands.uniform($0) }, uniform[7]),
            ] as [(String, (UnsafePointer<UInt8>) -> GroupOperands, [UInt8])] {
                let ours = multiply(backend, operands, bytes, by: scalar, shared: true, count: 1)
                let theirs = multiply(reference, operands, bytes, by: scalar, shared: true, count: 1)
                #expect(ours == theirs, "\(backend.name): \(name) times \(Hex.encode(scalar))")
            }
        }
        let strings = uniform.flatMap(\.self)
        let each = scalars.flatMap(\.self) + self.scalars(uniform.count, &generator)
        for batch in 0..<2 {
            let compared = compare(
                backend,
                elements: valid(uniform.count, &generator),
                uniform: strings,
                scalars: batch == 0 ? self.scalars(uniform.count, &generator) : each,
                "edges"
            )
            #expect(compared > 6 * uniform.count)
        }
    }

    @Test("random batches of every size to 600, some with one bad item", arguments: backends)
    func random(_ backend: any GroupBackend) {
        var generator = SplitMix64.announced("random batches, \(backend.name)", fallback: 0x5EED)
        // A debug build takes about a millisecond for a comparison, and there are three back ends.
        let wanted = Self.isLong ? 1_000_000 / Self.backends.count : 20_000 / Self.backends.count
        var (compared, size) = (0, 0)
        while compared < wanted {
            // Sizes at the edges of lanes, shares of an inversion and Straus' pieces come first.
            let edges = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 255, 256, 257, 127, 128, 129, 600]
            let count =
                size < edges.count ? edges[size] : Int.random(in: 0...(Self.isLong ? 600 : 40), using: &generator)
            size += 1
            var elements = valid(count, &generator)
            let uniform = generator.bytes(64 * count)
            var scalars = scalars(count, &generator)
            if count > 0 {
                let place = Int.random(in: 0..<count, using: &generator)
                switch size % 5 {
                case 1: elements.replaceSubrange(32 * place..<32 * place + 32, with: generator.bytes(32))
                case 2: elements[32 * place + 31] |= 0x80
                case 3: scalars.replaceSubrange(32 * place..<32 * place + 32, with: Edges.small(0))
                default: break
                }
            }
            compared += compare(backend, elements: elements, uniform: uniform, scalars: scalars, "random batch \(size)")
        }
        print("\(backend.name): \(compared) items compared with libsodium")
    }

    @Test("sums of many points", arguments: backends)
    func sums(_ backend: any GroupBackend) {
        var generator = SplitMix64.announced("sums, \(backend.name)", fallback: 0x5EED)
        let sizes = Self.isLong ? [90, 110, 249, 250, 300, 1_000, 3_000, 6_000, 30_000] : [110, 260]
        for count in sizes {
            // Equal points and equal weights fill one bucket and leave others empty.
            let distinct = max(count / 3, 1)
            let (some, weights) = (valid(distinct, &generator), scalars(distinct, &generator))
            var (elements, by): ([UInt8], [UInt8]) = ([], [])
            for index in 0..<count {
                elements += some[32 * (index % distinct)..<32 * (index % distinct) + 32]
                by += weights[32 * (index / 2 % distinct)..<32 * (index / 2 % distinct) + 32]
            }
            let points = outcome(backend.pointLength * count) { backend.decode(elements, count: count, into: $0) }
            let ours = outcome(32) { backend.weightedSum(points.bytes, weights: by, count: count, into: $0) }
            let theirs = outcome(32) { reference.weightedSum(elements, weights: by, count: count, into: $0) }
            #expect(ours == theirs, "\(backend.name): \(count) points")
        }
    }

    @Test("SHA-512 of messages of every length to 400", arguments: backends)
    func hashes(_ backend: any GroupBackend) {
        var generator = SplitMix64.announced("SHA-512, \(backend.name)", fallback: 0x5EED)
        let bytes = generator.bytes(8_000)
        for start in stride(from: 0, to: 400, by: Self.isLong ? 1 : 7) {
            // Neighbours in a lane differ by up to two blocks.
            let lengths = [start, 0, start / 2, 111, 112, start + 1, 127, 128, start, 239, 240]
            let ends = lengths.indices.map { lengths[...$0].reduce(0, +) }
            for isAfterZeroBlock in [false, true] {
                func digests(_ backend: any GroupBackend) -> [UInt8] {
                    outcome(64 * ends.count) {
                        backend.sha512(bytes, ends: ends, count: ends.count, afterZeroBlock: isAfterZeroBlock, into: $0)
                        return nil
                    }.bytes
                }
                #expect(digests(backend) == digests(reference), "\(backend.name): lengths \(lengths)")
            }
        }
    }
}
