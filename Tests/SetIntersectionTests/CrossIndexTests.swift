// An output of one index says nothing in another: of another asker, of another class, of another epoch.
import ObliviousPRF
import Sodium
import Testing

@testable import SetIntersection

@Suite("Cross index")
struct CrossIndexTests {
    private static let keys = (0..<40).map { Scene.key("+\($0)") }

    /// An index of all keys, its outputs as an asker has them after a question.
    private func index(
        asker: String = "xa-border",
        _ keyClass: KeyClass = .identifiers,
        epoch: Int = 1,
        seed: EpochSeed
    ) throws -> Scene.Published {
        let scope = try IndexScope(agreement: "xa-xb-smuggling", asker: asker, holder: "xb-coast", epoch: epoch)
        var published = try Scene.Published(keyClass, seed: seed, scope: scope)
        try published.publish(try Self.keys.enumerated().map { ($0.element, try Scene.handle(UInt8($0.offset))) })
        return published
    }

    /// How many of `outputs`' keys are found in `index`, whichever index id the slots are derived for.
    private func found(outputsOf own: Scene.Published, in other: Scene.Published) throws -> Int {
        let outputs = try VOPRF().outputs(Self.keys, key: own.key)
        return try Self.keys.indices.reduce(0) { sum, position in
            try outputs.withOutput(position) { output in
                try [own.index.id, other.index.id].reduce(sum) { sum, id in
                    sum + (try other.index.places(of: output, slots: Slots(index: id)).count)
                }
            }
        }
    }

    @Test("of another asker, class or epoch, under one seed or two, no tag is found")
    func cross() throws {
        let seed = try EpochSeed(SecretBytes(random: 32))
        let own = try index(seed: seed)
        #expect(try found(outputsOf: own, in: own) == 2 * Self.keys.count, "twice its own index id")
        for other in [
            try index(asker: "xc-police", seed: seed), try index(.weak, seed: seed), try index(epoch: 2, seed: seed),
            try index(epoch: 2, seed: EpochSeed(SecretBytes(random: 32))),
        ] {
            #expect(try found(outputsOf: own, in: other) == 0)
            #expect(try found(outputsOf: other, in: own) == 0)
        }
    }
}
