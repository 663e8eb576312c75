// Manifests: one encoding, and a chain that shows two stories.
import CanonicalJSON
import Foundation
import ObliviousPRF
import Sodium
import TestSupport
import Testing

@testable import SetIntersection

@Suite("Manifests")
struct ManifestTests {
    private func manifest(
        epoch: Int = 1,
        version: Int = 1,
        after: Manifest? = nil,
        predecessor: [UInt8]? = nil,
        classes: [KeyClass] = [.names, .weak],
        entries: Int = 64,
        seed: UInt8 = 1,
        recipe: Int = 1,
        asker: String = "xa-border"
    ) throws -> Manifest {
        let scope = try IndexScope(agreement: "xa-xb", asker: asker, holder: "xb-coast", epoch: epoch)
        let epochSeed = try EpochSeed(SecretBytes(copying: [UInt8](repeating: seed, count: 32)))
        return try Manifest(
            scope: scope,
            version: version,
            predecessor: predecessor ?? after?.digest,
            recipe: Manifest.Recipe(version: recipe, digest: SHA2.sha256([UInt8(recipe)])),
            records: 3,
            classes: classes.map {
                try Manifest.ClassIndex(
                    scope: scope,
                    keyClass: $0,
                    publicKey: epochSeed.evaluationKey(of: scope.indexID(of: $0)).publicKey,
                    segments: [SegmentDescription(digest: SHA2.sha256([UInt8(entries / 64)]), entries: entries)],
                    leftOut: 2
                )
            }
        )
    }

    @Test("a manifest reads back as it was written, and its digest is that of its bytes")
    func roundTrip() throws {
        let first = try manifest()
        let second = try manifest(version: 2, after: first)
        for manifest in [first, second] {
            let read = try Manifest(decoding: manifest.bytes)
            #expect(read == manifest && read.digest == SHA2.sha256(manifest.bytes))
            #expect(read.entries == 128 && read.classes.map(\.leftOut) == [2, 2])
            #expect(read.publicKeys.count == 2)
        }
        #expect(first.predecessor == nil && second.predecessor == first.digest)
    }

    @Test("manifests out of range cannot be made")
    func limits() throws {
        #expect(throws: IntersectionError.malformedManifest(member: "predecessor")) { try manifest(version: 2) }
        #expect(throws: IntersectionError.malformedManifest(member: "predecessor")) {
            try manifest(predecessor: [UInt8](repeating: 0, count: 32))
        }
        #expect(throws: IntersectionError.malformedManifest(member: "version")) { try manifest(version: 0) }
        #expect(throws: IntersectionError.classOrder) { try manifest(classes: [.weak, .names]) }
        #expect(throws: IntersectionError.classOrder) { try manifest(classes: [.weak, .weak]) }
    }

    @Test("a member that is missing, unknown, of another kind or out of range is refused")
    func members() throws {
        let value = try CanonicalJSON.decode(manifest().bytes, limits: .leaf)
        let members = try #require(value.object)
        func decode(_ change: (inout [String: JSONValue]) -> Void) throws -> Manifest {
            var copy = members
            change(&copy)
            return try Manifest(decoding: CanonicalJSON.encode(.object(copy), limits: .leaf))
        }
        _ = try decode { _ in }
        for name in members.keys {
            #expect(throws: IntersectionError.malformedManifest(member: name)) { try decode { $0[name] = nil } }
            #expect(throws: IntersectionError.malformedManifest(member: name)) { try decode { $0[name] = true } }
        }
        #expect(throws: IntersectionError.malformedManifest(member: "extra")) { try decode { $0["extra"] = 1 } }
        #expect(throws: IntersectionError.malformedManifest(member: "v")) { try decode { $0["v"] = 2 } }
        #expect(throws: IntersectionError.indexIDDiffers(.names)) { try decode { $0["epoch"] = 2 } }
        #expect(throws: IntersectionError.indexIDDiffers(.names)) { try decode { $0["asker"] = "other" } }
        #expect(throws: IntersectionError.malformedManifest(member: "classes.entries")) {
            try decode { members in
                guard var first = members["classes"]?[0]?.object, let second = members["classes"]?[1] else { return }
                first["entries"] = 65
                members["classes"] = [.object(first), second]
            }
        }
        #expect(throws: IntersectionError.malformedManifest(member: "")) {
            try Manifest(decoding: manifest().bytes + [0x20])
        }
    }

    @Test("no altered, cut or invented manifest is taken for the one it was")
    func hostile() throws {
        var random = SplitMix64.announced("manifests", fallback: 0x5EED)
        let good = try manifest()
        for _ in 0..<400 {
            var bytes = good.bytes
            switch Int.random(in: 0..<3, using: &random) {
            case 0:
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
            case 1: bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
            default: bytes = random.bytes(40)
            }
            guard let read = try? Manifest(decoding: bytes) else { continue }
            #expect(read.bytes == bytes && (read == good) == (bytes == good.bytes))
        }
    }

    @Test("the chain takes what follows and refuses rollback, gaps and other parties")
    func chain() throws {
        let first = try manifest()
        let second = try manifest(version: 2, after: first, entries: 128)
        let third = try manifest(epoch: 2, version: 3, after: second, entries: 64, seed: 2)
        #expect(ManifestChain.check(first, after: nil) == .accepted)
        #expect(ManifestChain.check(second, after: first) == .accepted)
        #expect(ManifestChain.check(third, after: second) == .accepted)
        #expect(ManifestChain.check(second, after: second) == .unchanged)
        #expect(ManifestChain.check(first, after: second) == .refused(.rollback(seen: 2, offered: 1)))
        #expect(ManifestChain.check(third, after: first) == .refused(.gap(next: 2, offered: 3)))
        let other = try manifest(version: 2, after: first, asker: "xc-police")
        #expect(ManifestChain.check(other, after: first) == .refused(.otherParties))
        let back = try manifest(epoch: 1, version: 4, after: third)
        #expect(ManifestChain.check(back, after: third) == .refused(.epochBackwards(seen: 2, offered: 1)))
        let shrunk = try manifest(version: 3, after: second, entries: 64)
        #expect(ManifestChain.check(shrunk, after: second) == .refused(.shrunk(.names)))
        let fewer = try manifest(version: 2, after: first, classes: [.names])
        #expect(ManifestChain.check(fewer, after: first) == .refused(.shrunk(.weak)))
        let recipe = try manifest(version: 2, after: first, recipe: 2)
        #expect(ManifestChain.check(recipe, after: first) == .refused(.recipeChanged))
    }

    @Test("two manifests of one version, two keys in one epoch and another predecessor are evidence of both")
    func conflicts() throws {
        let first = try manifest()
        func expectConflict(_ kind: ManifestConflict.Kind, _ next: Manifest, after last: Manifest) {
            let conflict = ManifestConflict(kind: kind, first: last, second: next)
            #expect(ManifestChain.check(next, after: last) == .conflict(conflict))
        }
        expectConflict(.version, try manifest(entries: 128), after: first)
        expectConflict(.keys, try manifest(version: 2, after: first, seed: 9), after: first)
        expectConflict(.keys, try manifest(version: 5, after: first, seed: 9), after: first)
        expectConflict(
            .predecessor,
            try manifest(version: 2, predecessor: [UInt8](repeating: 7, count: 32)),
            after: first
        )
    }
}
