// Checks tree hashes, proofs and tiles against RFC 6962, RFC 9162 and C2SP vectors.
import Foundation
import TestSupport
import Testing
import TransparencyLog

@Suite("Merkle tree")
struct MerkleTests {
    let file: [String: Any]

    init() throws {
        file = try need(try VectorFiles.json("rfc6962-merkle.json") as? [String: Any])
    }

    private func part(_ name: String) throws -> [String: Any] {
        try need(file[name] as? [String: Any])
    }

    private func hash(hex: Any?) throws -> TreeHash {
        try need(TreeHash(bytes(hex: try need(hex as? String))))
    }

    private func hashes(hex: Any?) throws -> [TreeHash] {
        try need(hex as? [String]).map { try hash(hex: $0) }
    }

    @Test func hashesAreThoseOfTheRFC() throws {
        let hasher = try part("hasher")
        #expect(TreeHash.empty == (try hash(hex: hasher["empty_root"])))
        #expect(TreeHash.leaf([]) == (try hash(hex: hasher["leaf_of_empty"])))
        let leaf = try need(hasher["leaf"] as? [String: String])
        #expect(TreeHash.leaf(bytes(hex: leaf["data"]!)) == (try hash(hex: leaf["hash"])))
        // The vector's node hashes inputs shorter than hashes, so it pins only the prefix: through the trees below.
        let tree = try part("reference_tree")
        let roots = try hashes(hex: tree["roots"])
        var frontier = TreeFrontier()
        #expect(frontier.root == roots[0])
        for (index, leaf) in try need(tree["leaves"] as? [String]).enumerated() {
            frontier.append(.leaf(bytes(hex: leaf)))
            #expect(frontier.root == roots[index + 1])
            #expect(TreeFrontier(size: frontier.size, peaks: frontier.peaks) == frontier)
        }
    }

    @Test func decimalTreesHaveTheirRootsProofsAndTiles() throws {
        let decimal = try part("decimal")
        let expectedRoots = try need(decimal["roots"] as? [String: String])
        var frontier = TreeFrontier()
        var levels: [[TreeHash]] = []
        var seen = 0
        for size in 0...70_000 {
            if let root = expectedRoots[String(size)] {
                #expect(frontier.root == (try hash(hex: root)), "size \(size)")
                seen += 1
            }
            frontier.append(.leaf(Array(String(size).utf8))) { level, index, hash in
                if levels.count == level { levels.append([]) }
                #expect(levels[level].count == index)
                levels[level].append(hash)
            }
        }
        #expect(seen == expectedRoots.count)
        func node(_ level: Int, _ index: Int) throws(ProofError) -> TreeHash { levels[level][index] }

        let inclusion = try need(decimal["inclusion"] as? [[String: Any]])
        #expect(inclusion.count == 15)
        for vector in inclusion {
            let index = try need(vector["index"] as? Int)
            let size = try need(vector["size"] as? Int)
            let proof = try hashes(hex: vector["proof"])
            #expect(try MerkleProof.inclusion(index: index, size: size, node: node) == proof)
            try MerkleProof.verifyInclusion(
                of: try hash(hex: vector["leaf_hash"]),
                index: index,
                size: size,
                proof: proof,
                root: try hash(hex: vector["root"])
            )
        }
        let consistency = try need(decimal["consistency"] as? [[String: Any]])
        #expect(consistency.count == 14)
        for vector in consistency {
            let old = try need(vector["size1"] as? Int)
            let new = try need(vector["size2"] as? Int)
            let proof = try hashes(hex: vector["proof"])
            #expect(try MerkleProof.consistency(oldSize: old, newSize: new, node: node) == proof)
            try MerkleProof.verifyConsistency(
                oldSize: old,
                oldRoot: try hash(hex: vector["root1"]),
                newSize: new,
                newRoot: try hash(hex: vector["root2"]),
                proof: proof
            )
        }
        try checkTiles(levels, decimal)
    }

    private func checkTiles(_ levels: [[TreeHash]], _ decimal: [String: Any]) throws {
        let size = 70_000
        for (path, digest) in try need(decimal["tiles"] as? [String: String]) where path != "note" {
            let name = try need(TileName(path: path))
            #expect(name.path == path)
            let rows = name.index * 256..<name.index * 256 + name.width
            switch name.level {
            case .hashes(let level):
                #expect(sha256(HashTile.encode(levels[8 * level][rows])) == digest, "\(path)")
                #expect(HashTile.decode(HashTile.encode(levels[8 * level][rows])) == Array(levels[8 * level][rows]))
            case .entries:
                let bundle = try need(EntryBundle.encode(rows.map { Array(String($0).utf8) }))
                #expect(sha256(bundle) == digest, "\(path)")
                #expect(
                    EntryBundle.decode(bundle)?.map { String(decoding: $0, as: UTF8.self) } == rows.map(String.init)
                )
            }
        }
        #expect(TileName.hashLevels(size: size) == 0..<3)
        #expect(TileName.layout(level: .hashes(0), size: size) == (273, 112))
        #expect(TileName.layout(level: .hashes(1), size: size) == (1, 17))
        #expect(TileName.layout(level: .hashes(2), size: size) == (0, 1))
        #expect(TileName.layout(level: .entries, size: size) == (273, 112))
        func rows(_ level: Int, _ tile: Int) throws(ProofError) -> [TreeHash] {
            Array(levels[8 * level][tile * 256..<min(tile * 256 + 256, size >> (8 * level))])
        }
        #expect(try HashTile.node(level: 3, index: 8_750, rows: rows) == nil)
        for (level, index) in [(0, 69_999), (3, 8_749), (6, 1_092), (8, 272), (11, 33), (16, 0)] {
            let node = try HashTile.node(level: level, index: index, rows: rows)
            #expect(node == levels[level][index])
        }
    }

    @Test func tilePathsAreReadOnlyAsTheyAreWritten() throws {
        for (path, parts) in try need(file["tile_paths"] as? [String: [Any]]) {
            let name = try need(TileName(path: path))
            #expect(name.path == path)
            #expect(name.level == ((parts[0] as? Int).map { .hashes($0) } ?? .entries))
            #expect(name.index == parts[1] as? Int)
            #expect(name.width == parts[2] as? Int)
        }
        for path in [
            "tile/0/x000/001", "tile/0/1", "tile/00/001", "tile/64/001", "tile/0/001.p/256", "tile/0/001.p/0",
            "tile/0/001.p/01", "tile/-1/001", "tile/0/001/002", "tile/0/x001", "tile/0/001.p", "tile/0/001/",
            "/tile/0/001",
            "tile//001", "", "tile", "tile/0", "tile/entries/x001/x001/x001/x001/x001/001", "tile/0/+01",
            "tile/data/001",
        ] {
            #expect(TileName(path: path) == nil, "\(path)")
        }
    }

    @Test func everyProbeOfAnotherImplementationIsJudgedTheSame() throws {
        let probes = try need(file["probes"] as? [[String: Any]])
        #expect(probes.count == 195)
        for probe in probes {
            let wrong = try need(probe["wantErr"] as? Bool)
            let what = "\(probe["file"] ?? "")"
            func hash(_ name: String) -> TreeHash? { (probe[name] as? String).flatMap { TreeHash(base64: $0) } }
            let given = (probe["proof"] as? [String]) ?? []
            let proof = given.compactMap { TreeHash(base64: $0) }
            let whole = proof.count == given.count
            func holds() -> Bool {
                guard whole else { return false }
                if probe["kind"] as? String == "inclusion" {
                    guard let leaf = hash("leafHash"), let root = hash("root"), let index = probe["leafIdx"] as? Int,
                        let size = probe["treeSize"] as? Int
                    else { return false }
                    return
                        (try? MerkleProof.verifyInclusion(of: leaf, index: index, size: size, proof: proof, root: root))
                        != nil
                }
                guard let old = hash("root1"), let new = hash("root2"), let oldSize = probe["size1"] as? Int,
                    let newSize = probe["size2"] as? Int
                else { return false }
                return
                    (try? MerkleProof.verifyConsistency(
                        oldSize: oldSize,
                        oldRoot: old,
                        newSize: newSize,
                        newRoot: new,
                        proof: proof
                    )) != nil
            }
            #expect(holds() != wrong, "\(what)")
        }
    }

    @Test func everyProofOfASmallTreeHoldsAndNoNeighbourDoes() throws {
        var levels: [[TreeHash]] = []
        var roots = [TreeHash.empty]
        var frontier = TreeFrontier()
        for leaf in 0..<33 {
            frontier.append(.leaf([UInt8(leaf)])) { level, _, hash in
                if levels.count == level { levels.append([]) }
                levels[level].append(hash)
            }
            roots.append(frontier.root)
        }
        func node(_ level: Int, _ index: Int) throws(ProofError) -> TreeHash { levels[level][index] }
        for size in 1...33 {
            #expect(try MerkleProof.root(size: size, node: node) == roots[size])
            for index in 0..<size {
                let proof = try need(try MerkleProof.inclusion(index: index, size: size, node: node))
                try MerkleProof.verifyInclusion(
                    of: levels[0][index],
                    index: index,
                    size: size,
                    proof: proof,
                    root: roots[size]
                )
                #expect(throws: ProofError.self) {
                    try MerkleProof.verifyInclusion(
                        of: levels[0][index],
                        index: index,
                        size: size,
                        proof: proof + [.empty],
                        root: roots[size]
                    )
                }
            }
            for old in 0...size {
                let proof = try need(try MerkleProof.consistency(oldSize: old, newSize: size, node: node))
                try MerkleProof.verifyConsistency(
                    oldSize: old,
                    oldRoot: roots[old],
                    newSize: size,
                    newRoot: roots[size],
                    proof: proof
                )
                #expect(throws: ProofError.self) {
                    try MerkleProof.verifyConsistency(
                        oldSize: old,
                        oldRoot: .leaf([1, 2, 3]),
                        newSize: size,
                        newRoot: roots[size],
                        proof: proof
                    )
                }
            }
        }
        #expect(try MerkleProof.inclusion(index: 3, size: 3, node: node) == nil)
        #expect(try MerkleProof.consistency(oldSize: 4, newSize: 3, node: node) == nil)
    }
}
