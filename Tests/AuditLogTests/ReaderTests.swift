// Checks proofs made from a folder, their verification, and the words entries are found by.
import AuditLog
import CanonicalJSON
import Foundation
import TestSupport
import Testing
import TransparencyLog

@Suite("Log reader")
struct ReaderTests {
    @Test func everyEntryIsProvenAndEveryFlippedByteOfAProofIsFound() throws {
        let log = try SampleLog.searches(300, publishEach: 100)
        let reader = try LogReader(log.memory)
        for index in [0, 1, 255, 256, 299] {
            let proof = try reader.prove(index)
            let text = Array(proof.encoded.utf8)
            let result = LogVerifier.verify(proof: text, place: "a.tlog-proof", key: log.key)
            #expect(result.ok)
            #expect(result.size == 300)
            #expect(result.entriesChecked == 1)
        }
        let text = Array(try reader.prove(256).encoded.utf8)
        for at in stride(from: 0, to: text.count, by: 3) {
            var spoiled = text
            spoiled[at] ^= 1 << UInt8(at % 8)
            let result = LogVerifier.verify(proof: spoiled, place: "a.tlog-proof", key: log.key)
            #expect(!result.ok && result.problems.allSatisfy { $0.place.hasPrefix("a.tlog-proof") }, "byte \(at)")
        }
        let keyless = LogVerifier.verify(proof: text, place: "a.tlog-proof", key: nil)
        #expect(!keyless.ok && !keyless.trusted)
    }

    @Test func proofsAreMadeAtEarlierCheckpointsThatAreThere() throws {
        let log = try SampleLog.searches(20, publishEach: 5)
        let reader = try LogReader(log.memory)
        let proof = try reader.prove(3, at: 10)
        #expect(LogVerifier.verify(proof: Array(proof.encoded.utf8), place: "p", key: log.key).size == 10)
        #expect(throws: LogReaderError.noCheckpoint(size: 11)) { try reader.prove(3, at: 11) }
        #expect(throws: LogReaderError.outOfRange) { try reader.prove(10, at: 10) }
        #expect(throws: LogReaderError.outOfRange) { try reader.prove(20) }

        let addition = try reader.prove(from: 10)
        #expect(try CheckpointAddition(Array(addition.encoded.utf8)) == addition)
        let old = try VerifiedCheckpoint(try need(log.memory.files["checkpoints/10"]), logKeys: [log.key])
            .checkpoint
        try MerkleProof.verifyConsistency(
            oldSize: 10,
            oldRoot: old.root,
            newSize: 20,
            newRoot: reader.checkpoint.root,
            proof: addition.hashes
        )
        #expect(throws: LogReaderError.outOfRange) { try reader.prove(from: 21) }
    }

    @Test func nothingIsProvenFromATileThatIsDamaged() throws {
        let log = try SampleLog.searches(300, publishEach: 100)
        for path in log.memory.files.keys.sorted() where path.hasPrefix("tile/0/") || path.hasPrefix("tile/1/") {
            var spoiled = log.memory
            spoiled.files[path]?[5] ^= 1
            let reader = try LogReader(spoiled)
            var named: Set<String> = []
            for index in [0, 255, 256, 299] {
                do throws(LogReaderError) {
                    let proof = try reader.prove(index)
                    #expect(LogVerifier.verify(proof: Array(proof.encoded.utf8), place: "p", key: log.key).ok)
                } catch { named.insert(error.place ?? "") }
            }
            // A left-over partial tile is read by nobody.
            #expect(named.isSubset(of: [path]), "\(path)")
            if TileName(path: path)?.isFull == true || path.hasPrefix("tile/1/") { #expect(named == [path]) }
        }
    }

    @Test func aKeptCheckpointIsNotAheadOfAProof() throws {
        let log = try SampleLog.searches(20, publishEach: 5)
        let proof = Array(try LogReader(log.memory).prove(3, at: 10).encoded.utf8)
        func verify(_ size: Int, _ root: TreeHash) throws -> LogVerification {
            let note = try log.sign(Checkpoint(origin: log.key.name, size: size, root: root))
            let kept = [LogVerifier.Kept(place: "kept/it", bytes: note)]
            return LogVerifier.verify(proof: proof, place: "p", key: log.key, kept: kept)
        }
        let same = try VerifiedCheckpoint(try need(log.memory.files["checkpoints/10"]), logKeys: [log.key]).checkpoint
        #expect(try verify(10, same.root).ok && verify(10, same.root).warnings.isEmpty)
        #expect(try verify(10, .leaf([1])).problems.map(\.place) == ["kept/it"])
        #expect(try verify(11, .leaf([1])).problems.map(\.place) == ["kept/it"])
        let older = try verify(9, .leaf([1]))
        #expect(older.ok && older.warnings.map(\.place) == ["kept/it"])
    }

    @Test func whatIsBrokenIsNamedByItsPlace() throws {
        let log = try SampleLog.searches(300, publishEach: 300)
        func place(_ spoil: (inout MemoryFiles) -> Void) throws -> String? {
            var memory = log.memory
            spoil(&memory)
            do {
                try LogReader(memory).forEachEntry { _, _ in true }
                return nil
            } catch let error as LogReaderError {
                return error.place
            }
        }
        #expect(try place { _ in } == nil)
        #expect(try place { $0.files["tile/entries/001.p/44"]?[30] ^= 1 } == "tile/entries/001.p/44#256")
        #expect(try place { $0.files["tile/entries/000"]?.removeLast() } == "tile/entries/000")
        #expect(try place { $0.files["tile/0/000"] = nil } == "tile/0/000")
        #expect(try place { $0.files["checkpoint"] = [1] } == "checkpoint")
        let pruned = try place { $0.files["tile/entries/000"] = nil }
        #expect(pruned == nil, "pruned bundles are passed over")

        var form = try SampleLog.searches(3)
        form.append(Array("{}".utf8))
        try form.publish()
        let reader = try LogReader(form.memory)
        let error = #expect(throws: LogReaderError.self) { try reader.leaf(try reader.entry(3), at: 3) }
        #expect(error?.place == "tile/entries/000.p/4#3")
        #expect(try reader.leaf(try reader.entry(2), at: 2).index == 2)
        #expect(throws: LogReaderError.self) { try reader.leaf(try reader.entry(2), at: 1) }
    }

    @Test func theVectorProofVerifiesAndRefusedOnesDoNot() throws {
        let file = try need(try VectorFiles.json("tlog-notes.json") as? [String: Any])
        let comity = try need(file["comity"] as? [String: Any])
        let key = try need(VerifierKey(try need(comity["vkey"] as? String)))
        let proof = Array(try need(comity["tlog_proof"] as? String).utf8)
        #expect(LogVerifier.verify(proof: proof, place: "p", key: key).problems == [])
        for vector in try need(comity["refused_tlog_proofs"] as? [[String: String]]) {
            let bytes = Array(try need(vector["proof"]).utf8)
            #expect(!LogVerifier.verify(proof: bytes, place: "p", key: key).ok, "\(vector["why"] ?? "")")
        }
    }

    @Test func entriesAreFoundByTheirWords() throws {
        var log = try SampleLog()
        let analyst = AuditActor(role: .analyst, pseudonym: "u-1")
        let query = "7c4f3c1e-94d2-4b7e-9f0e-0d6b4c8f2a11"
        try log.draft(
            AuditDraft(
                event: "query.asked",
                actor: analyst,
                data: [
                    "query": .string(query), "peer": "agency-b", "agreement": "ab-2026", "purpose": "search", "keys": 8,
                ]
            )
        )
        let x = Exchange(
            query: query,
            side: .asker,
            peer: "agency-b",
            transcript: Transcript(query: [UInt8](repeating: 1, count: 16)),
            receipt: nil
        )
        try log.draft(
            AuditDraft(event: "query.outcome", actor: .system, data: ["x": x.value, "hits_per_kind": ["name_dob": 1]])
        )
        try log.draft(SampleLog.search(2))
        try log.publish()
        let reader = try LogReader(log.memory)
        func list(_ set: (inout LeafFilter) -> Void) throws -> [Int] {
            var filter = LeafFilter()
            set(&filter)
            var found: [Int] = []
            try reader.forEachEntry { index, bytes in
                if filter.admits(try Leaf(bytes)) { found.append(index) }
                return true
            }
            return found
        }
        #expect(try list { _ in } == [0, 1, 2])
        #expect(try list { $0.event = "query.*" } == [0, 1])
        #expect(try list { $0.event = "query.asked" } == [0])
        #expect(try list { $0.peer = "agency-b" } == [0, 1])
        #expect(try list { $0.outcome = "hits" } == [1])
        #expect(try list { $0.actor = "u-1" } == [0])
        #expect(try list { $0.query = query } == [0, 1])
        #expect(try list { $0.purpose = "prevention" } == [2])
        #expect(try list { $0.agreement = "other" } == [])
        #expect(try list { $0.since = LeafTime(milliseconds: 1_800_000_000_250) } == [1, 2])
        #expect(try list { $0.until = LeafTime(milliseconds: 1_800_000_000_250) } == [0])
    }
}
